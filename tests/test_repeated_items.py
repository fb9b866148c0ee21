"""Repeated items: a word that comes again is the same item, brings back its context, and gains from both studies."""

import itertools
import re
from dataclasses import replace

import forced_recall
import numpy as np
import pytest

from neuromem import data
from neuromem.core import same
from neuromem.models.free_recall import free_recall
from neuromem.models.presentations import slots
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.recall.cmr import cmr
from neuromem.recall.lists import recall_lists, to_simulate
from neuromem.recall.scheduled_cmr import as_memory, cmr_repeats
from neuromem.recall.schedules import scheduled_dataset, scheduled_lists
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


# The likelihood of lists with a schedule


MODEL = cmr_repeats()


def some_lists(n_lists, rng):
    """Lists of up to five words, each once to three times, in any order; recalls of some of them."""
    presented = np.array([rng.permutation(np.repeat(np.arange(5), [1, 2, 3, 1, 2])) for _ in range(n_lists)])
    presented[:, 7:] = np.where(rng.random((n_lists, 1)) < 0.5, -1, presented[:, 7:])
    recall = np.full((n_lists, 5), -1)
    for row, words in zip(recall, presented, strict=True):
        said = rng.permutation(np.unique(words[words >= 0]))
        n = rng.integers(len(said) + 1)
        row[:n] = said[:n]
    return scheduled_lists(recall, presented)


def by_memory(lists, values):
    """The log-likelihood of each list by a memory whose recalls are forced."""
    memory = replace(as_memory(MODEL.complete(values)), keep_weights=True)
    pairs = zip(lists.recall, lists.presented, strict=True)
    return [log_p(memory, recall[recall >= 0], words[words >= 0]) for recall, words in pairs]


def log_p(memory, said, words):
    rng, n = np.random.default_rng(0), words.max() + 1
    state = memory.init(n, n + 1, 1, rng=rng)
    state = memory.write(state, np.eye(n + 1)[words], words[:, None] + 1.0, rng=rng)
    return forced_recall.log_p(memory, state, said, rng=rng)


VALUES = {"b_enc": 0.5, "b_start": 0.4, "b_rec": 0.8, "l_fc": 0.3, "l_cf": 0.6, "p1": 0.5, "p2": 0.4, "x1": 0.05}


@pytest.mark.parametrize("values", [{}, VALUES], ids=["default", "other"])
def test_the_likelihood_is_that_of_the_memory_with_forced_recalls(values):
    lists = some_lists(20, np.random.default_rng(0))
    np.testing.assert_allclose(MODEL.log_likelihood(lists, values), by_memory(lists, values), rtol=1e-10)


def test_lists_of_words_that_come_once_are_those_of_cmr():
    said = cmr().recalls(to_simulate(10, 30), rng=np.random.default_rng(0))
    plain, position = recall_lists(said, 10), np.broadcast_to(np.arange(10), (30, 10))
    for lists in (plain, scheduled_lists(said, position)):
        np.testing.assert_allclose(MODEL.log_likelihood(lists, VALUES), cmr().log_likelihood(plain, VALUES), rtol=1e-11)


def test_many_vectors_of_values_at_once_are_one_after_another():
    lists, rng = some_lists(12, np.random.default_rng(1)), np.random.default_rng(2)
    several = {p.name: rng.uniform(p.low, min(p.high, 1), 7) for p in MODEL.parameters if p.free and p.name != "p2"}
    together = MODEL.log_likelihood(lists, several)
    alone = [MODEL.log_likelihood(lists, {k: float(v[i]) for k, v in several.items()}) for i in range(7)]
    np.testing.assert_allclose(together, alone, rtol=1e-12)


def test_all_ways_of_recalling_a_list_have_probability_one():
    orders = [order for k in range(4) for order in itertools.permutations(range(3), k)]
    recall = [[*order, *[-1] * (3 - len(order))] for order in orders]
    lists = scheduled_lists(recall, [[0, 1, 0, 2, 1, 1]] * len(orders))
    mild = {"temperature": 1.0, "x1": 0.1}
    assert np.exp(MODEL.log_likelihood(lists, mild)).sum() == pytest.approx(1, abs=1e-12)


def test_with_the_same_streams_the_model_recalls_the_words_of_the_memory():
    lists = some_lists(15, np.random.default_rng(3))
    said = MODEL.recalls(lists, VALUES, rng=np.random.default_rng(4).spawn(15))
    memory = as_memory(MODEL.complete(VALUES))
    for row, words, rng in zip(said, lists.presented, np.random.default_rng(4).spawn(15), strict=True):
        words = words[words >= 0]
        n = words.max() + 1
        state = memory.write(memory.init(n, n + 1, 1, rng=rng), np.eye(n + 1)[words], words[:, None] + 1.0, rng=rng)
        assert row[row >= 0].tolist() == free_recall(memory, memory.begin_recall(state), rng=rng)[1].tolist()


def test_lists_keep_their_schedules():
    lists = some_lists(10, np.random.default_rng(5))
    some = lists.take(np.array([7, 2]))
    assert some.presented.tolist() == lists.presented[[7, 2]].tolist()
    np.testing.assert_array_equal(MODEL.log_likelihood(some), MODEL.log_likelihood(lists)[[7, 2]])


def test_simulated_lists_have_the_schedules_of_those_they_are_like():
    lists = some_lists(10, np.random.default_rng(5))
    drawn = MODEL.simulate(lists, rng=np.random.default_rng(0))
    assert drawn.presented is lists.presented
    assert np.isfinite(MODEL.log_likelihood(drawn)).all()


def test_a_schedule_that_recurs_is_studied_once():
    lists = scheduled_lists([[0], [1], [2]], [[0, 1, 0, 2], [1, 0, 1, 2], [0, 1, 2, 2]])
    assert lists.layouts.row.tolist() == [0, 0, 1]
    assert lists.recall.tolist() == [[0], [0], [2]]


@pytest.mark.needs_data("kahana_howard2005")
def test_people_s_lists_of_three_presentations():
    lists = scheduled_dataset(data.load("kahana_howard2005"))
    assert len(lists) == 990
    assert (lists.n_items == 30).all()
    assert (np.sort(lists.presented, 1) == np.repeat(np.arange(30), 3)).all()
    assert (lists.recall >= 0).sum() / 990 == pytest.approx(10.2, abs=0.3)
    massed = lists.layouts.row[np.all(np.diff(lists.presented, axis=1)[:, ::3] == 0, axis=1)]
    assert len(np.unique(massed)) == 1


REFUSED = {
    "a word": (lambda: scheduled_lists([[3]], [[0, 1]]), "word 3 is recalled and was not presented"),
    "rows": (lambda: scheduled_lists([[0], [1]], [[0, 1]]), "presented must be whole numbers (list, presentation), a "),
    "floats": (lambda: scheduled_lists([[0]], [[0.0, 1.0]]), "presented must be whole numbers"),
    "a layer": (
        lambda: scheduled_lists([[0]], [[0, 1]], layers={"task": [[0]]}),
        "layer task must be whole numbers (list, presentation) (1, 2); saw int64 of shape (1, 1)",
    ),
}


@pytest.mark.parametrize(("call", "said"), REFUSED.values(), ids=REFUSED)
def test_schedules_that_are_refused(call, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        call()
