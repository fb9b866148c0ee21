"""Replay in the hippocampal index, and what it teaches the cortex."""

import numpy as np
import pytest
from small import stream
from stored_index import MEMORY, N_ITEMS, D, like, quality, stored

from neuromem import manipulate
from neuromem.models.hippocampal_replay import reactivations, replay
from neuromem.models.hippocampal_state import silence


def test_reactivations_from_random_cells_reach_every_engram():
    state, _, _ = stored()
    seen = reactivations(MEMORY, state, 300, rng=stream())
    overlap = seen.ca3 @ state.ca3.T / 15
    assert seen.converged.all()
    assert (overlap.max(1) == 1).mean() > 0.8
    assert np.bincount(overlap.argmax(1), minlength=N_ITEMS).min() > 5


def test_replay_teaches_the_cortex_what_the_hippocampus_can_then_be_without():
    state, key, value = stored()
    taught = replay(MEMORY, state, 600, rng=stream())
    assert quality(silence(state, "ca1"), key, value) == pytest.approx(0, abs=1e-12)
    assert quality(silence(taught, "ca1"), key, value) > 0.8
    assert quality(taught, key, value) == pytest.approx(quality(state, key, value), abs=0.1)


def test_the_cortex_learns_slowly_and_its_answers_grade_where_the_index_steps():
    state, key, value = stored()
    learned = [quality(silence(replay(MEMORY, state, n, rng=stream()), "ca1"), key, value) for n in (10, 50, 600)]
    assert learned == sorted(learned)
    assert learned[0] < 0.3
    taught = silence(replay(MEMORY, state, 600, rng=stream()), "ca1")
    full = quality(taught, key, value)
    assert quality(taught, like(key, 0.5), value) == pytest.approx(0.5 * full, abs=0.12)


def test_replay_of_an_empty_or_silent_hippocampus_teaches_nothing():
    empty = MEMORY.init(3, D, 4, rng=stream())
    assert not replay(MEMORY, empty, 20, rng=stream()).semantic.weight.any()
    assert not replay(MEMORY, silence(stored()[0], "ca3"), 20, rng=stream()).semantic.weight.any()


def test_one_item_is_taught_though_half_of_the_starts_miss_it():
    state, key, value = stored(1)
    reached = reactivations(MEMORY, state, 200, rng=stream()).ca3 @ state.ca3[0] == 15
    assert 0.2 < reached.mean() < 0.8
    assert quality(silence(replay(MEMORY, state, 200, rng=stream()), "ca1"), key, value) > 0.95


def test_a_silent_cortex_learns_nothing():
    taught = replay(MEMORY, silence(stored()[0], "cortex"), 50, rng=stream())
    assert not taught.semantic.weight.any()


def test_replay_starts_among_cells_that_can_fire():
    state, _, _ = stored()
    others = np.flatnonzero(state.ca3[4] == 0)
    seen = reactivations(MEMORY, manipulate.set_unit_gain(state, "ca3", others, 0.0), 3, rng=stream())
    assert np.array_equal(seen.ca3, np.tile(state.ca3[4], (3, 1)))
    assert not seen.steps.any()


def test_what_the_cortex_has_learned_decays():
    state, key, value = stored()
    taught = silence(replay(MEMORY, state, 300, rng=stream()), "ca1")
    assert quality(manipulate.decay(taught, 0.5), key, value) == pytest.approx(quality(taught, key, value) / 2)
