"""Where a network runs: interpreted by NumPy, compiled piece by piece (cython), or compiled whole (cpp_standalone)."""

from __future__ import annotations

import os
import shutil
import warnings
from typing import Literal

from neuromem import checks
from neuromem.errors import UserError

Target = Literal["auto", "numpy", "cython", "cpp_standalone"]
TARGETS = ("auto", "numpy", "cython", "cpp_standalone")
WORTH_A_BUILD = 30.0  # seconds of biological time, all trials together: what NumPy takes about a minute for


class NoCompiler(UserWarning):
    """A network that would be compiled is interpreted, for there is no compiler."""


def compiler() -> str | None:
    """The C++ compiler that would be used, None where there is none, or no make: what CXX names, if it is set."""
    if os.name != "nt" and shutil.which("make") is None:
        return None
    named = os.environ.get("CXX", "").split()[:1]
    found = (shutil.which(name) for name in named or (("cl",) if os.name == "nt" else ("g++", "clang++")))
    return next((path for path in found if path), None)


def choose(target: Target, *, biological: float, trials: int = 1) -> str:
    """The target that is meant; `auto` compiles where `biological` seconds times `trials` are worth a build.

    Raises ValueError for an unknown target and UserError where a compiled one is named and there is no compiler. Warns
    (`NoCompiler`) where `auto` falls back on NumPy for that reason.

    >>> choose("auto", biological=0.2)
    'numpy'
    """
    checks.choice("target", target, TARGETS)
    long = biological * trials >= WORTH_A_BUILD
    if target == "numpy" or (target == "auto" and not long):
        return "numpy"
    if compiler() is not None:
        return "cpp_standalone" if target == "auto" else target
    if target == "auto":
        warnings.warn(
            f"no C++ compiler: {biological * trials:.0f} s of biological time run on target numpy, which is slower.",
            NoCompiler,
            stacklevel=2,
        )
        return "numpy"
    raise UserError(
        f"target {target} needs a C++ compiler and make, and none was found: install g++ and make (CXX, where it is "
        "set, must name a compiler), or take target='numpy'."
    )
