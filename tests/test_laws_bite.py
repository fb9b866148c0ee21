"""Each fault that is put into the package is noticed by the law or test that is there to notice it."""

import importlib
import inspect
from pathlib import Path

import every_memory
import pytest
import test_kernels
import test_laws_of_manipulations
import test_laws_of_patterns
from faults import FAULTS
from faults.fault import put_in

NAMED = {
    "memory": every_memory.MEMORIES,
    "act": test_laws_of_manipulations.ACTIONS,
    "spoil": test_laws_of_patterns.BAD,
    "similarity": test_kernels.SIMILARITIES,
    "separation": test_kernels.SEPARATIONS,
}
ERRORS = (ValueError, FloatingPointError, MemoryError)
FAILS = (AssertionError, *ERRORS, pytest.fail.Exception)  # a mistyped fault is not noticed
GIVEN_BY_DATACLASSES = {
    "test_laws_of_objects.test_states_and_memories_pickle_and_print",
    "test_laws_of_objects.test_parameters_are_frozen",
    "test_laws_of_objects.test_a_misspelt_parameter_is_refused",
}


def killer(fault, **fixtures):
    """The law or test with its arguments, to be called."""
    file, name = fault.killer.split(".")
    test = getattr(importlib.import_module(file), name)
    given = {key: NAMED[key][value] if key in NAMED else value for key, value in fault.given.items()}
    given |= {key: fixtures[key] for key in fixtures.keys() & inspect.signature(test).parameters.keys()}
    return lambda: test(**given)


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.slow] * f.slow) for n, f in FAULTS.items()])
def test_a_fault_is_noticed(name, monkeypatch, tmp_path):
    check = killer(FAULTS[name], monkeypatch=monkeypatch, tmp_path=tmp_path)
    check()
    with put_in(FAULTS[name]), pytest.raises(FAILS):
        check()
    check()


def test_every_law_has_a_fault_that_it_notices():
    files = [path.stem for path in Path(__file__).parent.glob("test_laws_of_*.py")]
    laws = {f"{file}.{law}" for file in files for law in vars(importlib.import_module(file)) if law.startswith("test_")}
    assert laws - {fault.killer for fault in FAULTS.values()} == GIVEN_BY_DATACLASSES
