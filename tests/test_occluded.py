"""Partial cues: what is hidden in patterns of each kind, memories that take blanks, and the accuracy by units."""

import numpy as np
import pytest
from small import stream

from neuromem import patterns
from neuromem.core import Domain
from neuromem.measures.units_right import units_right
from neuromem.models.dense_network import DenseNetwork
from neuromem.models.hopfield import Hopfield
from neuromem.models.kernel_memory import KernelMemory
from neuromem.models.three_factor import ThreeFactor
from neuromem.models.willshaw import Willshaw


def cue(memory, x, fraction=0.6):
    return patterns.occluded(memory, x, fraction, rng=stream(1))


@pytest.mark.parametrize("memory", [Hopfield(), ThreeFactor(), KernelMemory()], ids=["hopfield", "slots", "kernel"])
@pytest.mark.parametrize(("fraction", "n_hidden"), [(0.0, 0), (0.6, 24), (1.0, 40)])
def test_so_many_units_are_hidden_and_the_others_kept(memory, fraction, n_hidden):
    x = patterns.draw_part("bipolar", 7, 40, rng=stream())
    query = cue(memory, x, fraction)
    assert ((query == 0).sum(-1) == n_hidden).all()
    assert (query == x)[query != 0].all()


def test_other_units_are_hidden_in_each_cue():
    assert len(np.unique(cue(Hopfield(), np.ones((20, 40))), axis=0)) == 20


def test_a_memory_that_takes_no_blanks_gets_coins():
    x = patterns.draw_part("bipolar", 200, 40, rng=stream())
    query = cue(DenseNetwork(), x)
    assert set(query.flat) == {-1, 1}
    assert (query == x).mean() == pytest.approx(0.4 + 0.6 / 2, abs=5 * 0.5 / np.sqrt(200 * 24))


@pytest.mark.parametrize(("fraction", "left"), [(0.0, 5), (0.4, 3), (0.6, 2), (1.0, 1)])
def test_sparse_cues_have_fewer_ones_as_many_in_each(fraction, left):
    x = patterns.draw_part("k-hot", 50, 50, rng=stream())
    query = cue(Willshaw(), x, fraction)
    assert (query.sum(-1) == left).all()
    assert (query <= x).all()


def test_other_ones_are_hidden_in_each_sparse_cue():
    query = cue(Willshaw(), np.repeat(np.eye(1, 40) + np.eye(1, 40, 7), 200, axis=0), 0.5)
    assert query[:, 0].mean() == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(200))


@pytest.mark.parametrize("dynamics", ["asynchronous", "synchronous"])
def test_a_hopfield_network_fills_in_what_the_cue_leaves_out(dynamics):
    memory, x = Hopfield(dynamics=dynamics), patterns.draw_part("bipolar", 3, 200, rng=stream())
    state = memory.write(memory.init(3, 200, 200, rng=stream()), x, x, rng=stream())
    assert np.array_equal(memory.read(state, cue(memory, x), rng=stream()).value, x)


def test_a_unit_that_hears_nothing_stays_blank():
    state = Hopfield().init(1, 4, 4, rng=stream())
    assert Hopfield().read(state, [[1, 0, 0, -1]], rng=stream()).value.tolist() == [[1, 0, 0, -1]]


@pytest.mark.parametrize(
    ("domain", "kind"),
    [(Domain(), "bipolar"), (Domain("unit", "real"), "binary"), (Domain("binary", "k-hot"), "k-hot")],
)
def test_patterns_of_two_states_fit_key_and_value(domain, kind):
    assert patterns.of_two_states(domain) == kind


@pytest.mark.parametrize(
    ("kind", "pattern", "answer", "right"),
    [
        ("bipolar", [1, 1, -1, -1], [0.1, -0.1, -9, 0], 0.5),
        ("binary", [1, 1, 0, 0], [0.6, 0.4, 0.4, 0.4], 0.75),
        ("k-hot", [1, 0, 0, 0], [0, 0, 0, 0], 0.5),
        ("k-hot", [1, 0, 0, 0], [1, 1, 0, 0], (1 + 2 / 3) / 2),
    ],
)
def test_units_right_by_hand(kind, pattern, answer, right):
    given = np.array([answer], float), np.array([pattern], float)
    assert units_right(*given, kind) == pytest.approx([right])
