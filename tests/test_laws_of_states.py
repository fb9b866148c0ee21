"""Laws of states: shapes that never change, and nothing that is changed but what is returned."""

import copy

import numpy as np
from every_memory import draw, every_memory, fresh, layout, read, shapes, written
from small import stream

from neuromem.core import same


@every_memory
def test_shapes_of_the_state_never_change(memory):
    before = fresh(memory)
    after = written(memory, *draw(memory, 3), before)
    assert layout(after) == layout(before)


@every_memory
def test_read_changes_nothing(memory):
    key, value = draw(memory, 3)
    state, query = written(memory, key, value), key.copy()
    before = copy.deepcopy(state)
    read(memory, state, query)
    assert same(state, before)
    assert np.array_equal(query, key)


@every_memory
def test_write_changes_neither_its_state_nor_its_pairs(memory):
    key, value = draw(memory, 3)
    state, pair = written(memory, key[:1], value[:1]), (key[1:].copy(), value[1:].copy())
    before = copy.deepcopy(state)
    written(memory, *pair, state)
    assert same(state, before)
    assert same(pair, (key[1:], value[1:]))


@every_memory
def test_a_state_does_not_follow_the_arrays_it_was_given(memory):
    key, value = (part.copy() for part in draw(memory, 3))
    state = memory.write(fresh(memory), key, value, rng=stream(2))
    before = copy.deepcopy(state)
    key[:], value[:] = 0, 0
    assert same(state, before)


@every_memory
def test_after_changes_neither_its_state_nor_its_shapes(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    before = copy.deepcopy(state)
    after = memory.after(state, key, read(memory, state, key), rng=stream(4))
    assert same(state, before)
    assert shapes(after) == shapes(before)
