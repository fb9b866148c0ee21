"""Where networks run: the target that is meant, compilers, and Brian2 where it is missing or broken."""

import subprocess
import sys

import numpy as np
import pytest

from neuromem.errors import UserError
from neuromem.spiking import brian, target


@pytest.mark.parametrize(
    ("asked", "biological", "trials", "compiler", "chosen"),
    [
        ("numpy", 1e3, 1, "g++", "numpy"),
        ("cython", 0.1, 1, "g++", "cython"),
        ("cpp_standalone", 0.1, 1, "g++", "cpp_standalone"),
        ("auto", 0.2, 10, "g++", "numpy"),
        ("auto", 0.2, 10, None, "numpy"),
        ("auto", 10.0, 3, "g++", "cpp_standalone"),
        ("auto", 30.0, 1, "g++", "cpp_standalone"),
    ],
)
def test_the_target_that_is_meant(asked, biological, trials, compiler, chosen, monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: compiler)
    assert target.choose(asked, biological=biological, trials=trials) == chosen


def test_without_a_compiler_auto_falls_back_and_says_so(monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: None)
    with pytest.warns(target.NoCompiler, match="no C\\+\\+ compiler: 60 s of biological time run on target numpy"):
        assert target.choose("auto", biological=60.0) == "numpy"


@pytest.mark.parametrize("asked", ["cython", "cpp_standalone"])
def test_without_a_compiler_a_compiled_target_is_refused(asked, monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: None)
    with pytest.raises(UserError, match=f"target {asked} needs a C\\+\\+ compiler"):
        target.choose(asked, biological=0.1)


def test_an_unknown_target_is_refused():
    with pytest.raises(ValueError, match="target must be one of auto, numpy"):
        target.choose("cuda", biological=0.1)


def test_a_compiler_that_is_nowhere_is_not_found(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    assert target.compiler() is None


@pytest.mark.parametrize("missing", ["the compiler that CXX names", "make"])
def test_a_compiler_needs_make_and_is_the_one_that_is_named(monkeypatch, tmp_path, missing):
    for name in ("g++", "make"):
        (tmp_path / name).write_text("#!/bin/sh")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    assert target.compiler() == str(tmp_path / "g++")
    if missing == "make":
        (tmp_path / "make").unlink()
    else:
        monkeypatch.setenv("CXX", "nowhere")
    assert target.compiler() is None


# Brian2


@pytest.fixture
def no_brian(monkeypatch):
    """Brian2 as if it had never been loaded."""
    brian.brian2.cache_clear()
    monkeypatch.delitem(sys.modules, "brian2")
    yield monkeypatch
    monkeypatch.undo()
    brian.brian2.cache_clear()


def test_without_brian2_the_extra_and_the_pins_are_named(no_brian):
    no_brian.setitem(sys.modules, "brian2", None)
    with pytest.raises(
        UserError, match=r"Brian2, which is not installed .*neuromem\[spiking\].*brian2>=2.9,<2.10"
    ) as e:
        brian.brian2()
    assert "\n" not in str(e.value)


def test_a_brian2_that_breaks_on_numpy_is_told_with_the_pins(no_brian, tmp_path):
    (tmp_path / "brian2").mkdir()
    (tmp_path / "brian2" / "__init__.py").write_text("import numpy\nnumpy.ndarray.ptp_is_gone\n")
    no_brian.syspath_prepend(tmp_path)
    with pytest.raises(UserError, match=rf"not usable beside NumPy {np.__version__} .*ptp_is_gone.*numpy<2.4"):
        brian.brian2()


@pytest.mark.slow
def test_listing_memories_loads_no_brian2():
    told = "'spiking_three_factor' in registry.memories(), 'brian2' in sys.modules"
    code = f"import sys; from neuromem import registry; print({told})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
