"""What the recipe of a network depends on: the text and the numbers of its module, and of those that it imports."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from neuromem.errors import UserError

LIBRARIES = {*sys.stdlib_module_names, "numpy", "scipy", "brian2"}  # told by their versions


def source_of(make: Callable[..., Any]) -> list[Any]:
    """Of the module of `make` and of those that it takes names from, the text, and numbers and words as they are now.

    Raises UserError where a change could go unnoticed: for what is no function of a file, and for one that closes over
    values of another function.
    """
    name = getattr(make, "__qualname__", repr(make))
    module = sys.modules.get(getattr(make, "__module__", None))
    if not hasattr(make, "__code__") or not getattr(module, "__file__", None):
        raise UserError(f"a circuit is compiled from a function of a file; saw {name}: put it into one, or take numpy.")
    if make.__closure__ or "<locals>" in name:
        raise UserError(
            f"a circuit is compiled from a function of its own, not one made in another; saw {name}: give what it "
            "closes over as parameters of the circuit."
        )
    return [_told(one) for one in _imported(module)]


def _imported(module: ModuleType) -> list[ModuleType]:
    """A module and those that it takes names from, one after the other, libraries left out."""
    found, waiting = {}, [module]
    while waiting:
        one = waiting.pop()
        if one.__name__ in found:
            continue
        found[one.__name__] = one
        for value in vars(one).values():
            other = (
                value if isinstance(value, ModuleType) else sys.modules.get(getattr(value, "__module__", None) or "")
            )
            if other and _ours(other):
                waiting.append(other)
    return [found[name] for name in sorted(found)]


def _ours(module: ModuleType) -> bool:
    """Whether a module may change without another version of a library being installed."""
    file = getattr(module, "__file__", None) or ""
    top = module.__name__.partition(".")[0]
    return file.endswith(".py") and top not in LIBRARIES and (top == "neuromem" or "site-packages" not in file)


def _told(module: ModuleType) -> list[Any]:
    """The text of a module, and the numbers and words that its names stand for."""
    plain = {name: _plain(value) for name, value in vars(module).items() if not name.startswith("__")}
    text = Path(module.__file__).read_text(encoding="utf-8")
    return [module.__name__, text, {name: value for name, value in sorted(plain.items()) if value is not None}]


def _plain(value: Any) -> Any:
    """Numbers, words and collections of them as what JSON takes; None for all else."""
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value).tolist() if np.asarray(value).dtype.kind in "biufUS" else None
    if isinstance(value, Mapping):
        return [[str(key), _plain(one)] for key, one in value.items()]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else None
