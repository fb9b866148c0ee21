"""Repeated items: a word that comes again is the same item, brings back its context, and gains from both studies."""

from dataclasses import replace

import numpy as np
import pytest

from neuromem.core import same
from neuromem.models.presentations import slots
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.scaffolds.drift import RandomDrift, integrate

MEMORY = RetrievedContext(keep_weights=True)
SCHEDULE = (0, 1, 0, 2, 1, 1)


def by_hand(schedule, memory):
    """CMR with repeats as written: context vectors, one presentation at a time."""
    n = max(schedule) + 1
    fc, cf, c = (1 - memory.l_fc) * np.eye(n, n + 1), (1 - memory.l_cf) * np.eye(n, n + 1), np.eye(n + 1)[n]
    for p, word in enumerate(schedule):
        c = integrate(c, fc[word], memory.drift.b_enc)
        fc[word] += memory.l_fc * c
        cf[word] += (memory.l_cf + memory.p1 * np.exp(-memory.p2 * p)) * c
    return c, fc, cf


def studied(schedule, *, at_once=True, memory=MEMORY, streams=None):
    rng = streams or np.random.default_rng(0)
    n, word = max(schedule) + 1, np.array(schedule)
    key, value = np.eye(n + 1)[word], word[:, None] + 1.0
    if streams:
        key, value = (np.broadcast_to(x, (len(streams), *x.shape)) for x in (key, value))
    state = memory.init(n, n + 1, 1, rng=rng)
    step = len(schedule) if at_once else 1
    for i in range(0, len(schedule), step):
        state = memory.write(state, key[..., i : i + step, :], value[..., i : i + step, :], rng=rng)
    return state


def test_study_with_repetitions_is_that_of_an_independent_program():
    state, (c, fc, cf) = studied(SCHEDULE), by_hand(SCHEDULE, MEMORY)
    np.testing.assert_allclose(state.context, c, atol=1e-14)
    np.testing.assert_allclose(state.m_fc, fc, atol=1e-14)
    np.testing.assert_allclose(state.m_cf, cf, atol=1e-14)
    assert int(state.written) == 3
    assert int(state.presented) == 6


def test_words_may_come_one_at_a_time_and_in_several_streams():
    whole = studied(SCHEDULE)
    assert same(studied(SCHEDULE, at_once=False), whole)
    three = studied(SCHEDULE, streams=np.random.default_rng(0).spawn(3))
    for ours, alone in zip(three, whole, strict=True):
        np.testing.assert_allclose(ours, np.broadcast_to(alone, (3, *alone.shape)), atol=1e-15)


def test_each_stream_may_have_its_own_schedule():
    rng, schedules = np.random.default_rng(0).spawn(2), np.array([[0, 0, 1], [0, 1, 2]])
    state = MEMORY.init(3, 4, 1, rng=rng)
    state = MEMORY.write(state, np.eye(4)[schedules], schedules[..., None] + 1.0, rng=rng)
    assert state.written.tolist() == [2, 3]
    assert not state.m_cf[0, 2].any()
    np.testing.assert_allclose(state.m_cf[1], studied((0, 1, 2)).m_cf, atol=1e-15)


def test_repeated_at_once_a_word_is_bound_to_itself_and_later_to_others():
    alike = replace(MEMORY, p1=0.0)
    massed, spaced = (studied(order, memory=alike) for order in ((0, 1, 2, 2, 3, 4), (0, 1, 2, 3, 1, 4)))
    assert massed.m_cf[2, 2] > spaced.m_cf[1, 1]
    assert np.delete(massed.m_cf[2], 2).sum() < np.delete(spaced.m_cf[1], 1).sum()


def test_with_random_drift_only_the_slot_is_shared():
    memory = replace(MEMORY, drift=RandomDrift())
    state = studied((0, 1, 0), memory=memory)
    assert int(state.written) == 2
    assert int(state.presented) == 3


def test_the_same_key_with_another_value_is_another_item():
    slot, new = slots(
        (np.zeros((3, 2)), np.zeros((3, 1))), np.array(0), np.eye(2)[[0, 0, 0]], np.array([[1.0], [2], [1]])
    )
    assert slot.tolist() == [0, 1, 0]
    assert new.tolist() == [True, True, False]


def test_there_is_room_for_repetitions_where_there_is_none_for_new_items():
    rng, state = np.random.default_rng(0), studied((0, 1))
    again = MEMORY.write(state, np.eye(3)[:1], [[1.0]], rng=rng)
    assert int(again.written) == 2
    with pytest.raises(ValueError, match="3 items do not fit in 2 free slots"):
        MEMORY.write(state, np.eye(3)[:1], [[5.0]], rng=rng)
