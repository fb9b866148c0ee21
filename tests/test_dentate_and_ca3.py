"""The dentate gyrus separates as theory says, and CA3 settles in its attractors."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm
from small import stream
from stored_index import MEMORY, D, stored

from neuromem.models.ca3_attractor import settle
from neuromem.models.dentate_gyrus import shared, winners
from neuromem.models.hippocampal_paths import weights


def test_silent_cells_do_not_win_and_of_equals_the_first_do():
    drive = np.array([[3.0, 1, 2, 1], [0, -1, 0, 5], [-1, -2, -3, -4]])
    assert winners(drive, 3).tolist() == [[1, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


@pytest.mark.parametrize("similarity", [0.0, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("activity", [0.02, 0.1])
def test_overlap_is_the_tail_of_two_normals(similarity, activity):
    at = norm.ppf(activity)
    joint = multivariate_normal([0, 0], [[1, similarity], [similarity, 1]]).cdf([at, at])
    assert shared(similarity, activity) == pytest.approx(joint / activity, abs=1e-3)


@pytest.mark.parametrize("similarity", [0.3, 0.6, 0.9])
def test_the_dentate_gyrus_separates_as_theory_says(similarity):
    memory = replace(MEMORY, n_dentate=3000)
    state = memory.init(1, D, 1, rng=stream())
    e = stream(1).standard_normal((60, D))
    e /= np.linalg.norm(e, axis=1, keepdims=True)
    noise = stream(2).standard_normal(e.shape)
    noise -= (noise * e).sum(1, keepdims=True) * e
    lure = similarity * e + np.sqrt(1 - similarity**2) * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    a, b = (memory.read(state, x, rng=stream()).aux["dentate"] for x in (e, lure))
    assert ((a * b).sum(1) / a.sum(1)).mean() == pytest.approx(shared(similarity, 0.02), abs=0.03)
    assert shared(similarity, 0.02) < similarity


def test_two_cells_excite_each_other_by_hand():
    # cell 0 wins at first, with 2 of 3; it excites cell 1, which is then ahead of cell 2
    weight = np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 0]])
    settled = settle(np.array([[0.9, 0.1, 0.5], [0.0, 0.0, 0.4]]), weight, 2)
    assert settled.active.tolist() == [[1, 1, 0], [0, 0, 1]]
    assert settled.steps.tolist() == [1, 0]
    assert settled.converged.all()


def test_a_cycle_does_not_converge():
    # two cells that excite each other, one of which may fire: not positive semidefinite, and the start swaps for ever
    settled = settle(np.zeros((1, 2)), np.array([[0.0, 1], [1, 0]]), 1, start=np.array([[1.0, 0]]), max_steps=7)
    assert settled.steps.tolist() == [7]
    assert not settled.converged.any()


@given(st.integers(0, 10**6), st.integers(1, 8), st.integers(1, 6))
def test_positive_semidefinite_weights_come_to_rest_uphill(seed, k, rank):
    rng = stream(seed)
    half, drive = rng.standard_normal((rank, 12)), rng.standard_normal((1, 12))
    weight = half.T @ half
    height = [
        (x @ weight @ x / 2 + drive[0] @ x)
        for x in (settle(drive, weight, k, max_steps=n).active[0] for n in range(1, 9))
    ]
    assert (np.diff(height) >= -1e-9).all()
    assert settle(drive, weight, k, max_steps=300).converged.all()


def test_stored_engrams_are_attractors_and_their_parts_are_completed():
    state, _, _ = stored()
    recurrent = weights(state, ca3_activity=0.05, ca1_activity=0.05).recurrent
    assert np.linalg.eigvalsh(recurrent).min() > -1e-9
    half = state.ca3 * (state.ca3.cumsum(1) <= 8)
    settled = settle(np.zeros_like(half), recurrent, 15, start=half)
    assert np.array_equal(settled.active, state.ca3)
    assert settled.steps.min() >= 1
    assert settled.converged.all()
