"""Laws of memories and states as objects: frozen, pickled, printed, strict about names."""

import pickle
from dataclasses import FrozenInstanceError, fields

import pytest
from every_memory import FOUND, draw, every_memory, written

from neuromem.core import same


@every_memory
def test_states_and_memories_pickle_and_print(memory):
    state = written(memory, *draw(memory, 3))
    assert same(pickle.loads(pickle.dumps(state)), state)
    assert same(pickle.loads(pickle.dumps(memory)), memory)
    assert repr(memory).startswith(type(memory).__name__ + "(")
    assert repr(state).startswith(type(state).__name__ + "(")


@every_memory
def test_parameters_are_frozen(memory):
    for name in [f.name for f in fields(memory)] or ["beta"]:
        with pytest.raises(FrozenInstanceError):
            setattr(memory, name, 1)


@pytest.mark.parametrize("name", FOUND)
def test_a_misspelt_parameter_is_refused(name):
    with pytest.raises(TypeError, match="no_such_parameter"):
        FOUND[name].source(no_such_parameter=1)
