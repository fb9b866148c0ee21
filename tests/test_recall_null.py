"""Null models of list recall, and ends of recall as counted."""

import math

import numpy as np
import pytest

from neuromem.recall import null
from neuromem.recall.cmr import cmr
from neuromem.recall.lists import recall_lists, to_simulate
from neuromem.recall.search_model import SearchModel
from neuromem.recall.stopping import counted


def test_uniform_choice_in_closed_form():
    lists = recall_lists([[0, 1, -1], [4, 2, 3], [1, -1, -1]], 5)
    ends = [0 + math.log(2 / 3) + math.log(1 / 2), math.log(2 / 3) + math.log(1 / 2), math.log(1 / 3)]
    choices = [-math.log(5 * 4), -math.log(5 * 4 * 3), -math.log(5)]
    assert null.uniform_choice(lists).log_likelihood(lists).tolist() == pytest.approx(np.add(ends, choices).tolist())


def test_position_frequency_by_hand():
    # Position 1 was recalled at 2 of 2 outputs where it was left, position 0 at 1 of 3: weights 2.5/3 and 1.5/4.
    lists = recall_lists([[1, 0], [1, -1]], 2)
    first = (2.5 / 3) / (2.5 / 3 + 1.5 / 4)
    p = null.position_frequency(lists).probabilities(lists)
    assert p[0, 0].tolist() == pytest.approx([1 - first, first, 0])
    assert p[1, 1, [0, 2]].tolist() == pytest.approx([0.5, 0.5])


def test_last_transition_by_hand():
    # After position 0 came 1 at one of two transitions and 2 at the other; recall always began with 0.
    lists = recall_lists([[0, 1, -1], [0, 2, 1]], 3)
    p = null.last_transition(lists).probabilities(lists)
    start = np.array([2.5, 0.5, 0.5]) / 3
    assert p[0, 0].tolist() == pytest.approx([*start / start.sum(), 0])
    assert p[0, 1, 1:].tolist() == pytest.approx([0.5, 0.5, 0])


def test_what_a_null_model_knows_raises_the_likelihood_of_lists_that_have_it():
    said = cmr().recalls(to_simulate(10, 400), rng=np.random.default_rng(0))
    lists = recall_lists(said, 10)
    models = (null.uniform_choice(lists), null.position_frequency(lists), null.last_transition(lists), cmr())
    total = [model.log_likelihood(lists).sum() for model in models]
    assert total[0] < total[1] < total[2] < total[3]


def test_the_end_after_the_last_word_of_all_is_no_decision():
    # At output 2 the list of two words is complete; of those of three, one ended and one went on.
    lists = recall_lists([[0, 1, -1], [0, 1, -1], [2, 1, 0]], np.array([2, 3, 3]))
    assert counted(lists).hazard == (0.0, 0.0, 0.5)


def test_counted_ends_are_the_likeliest_by_output():
    lists = recall_lists(cmr().recalls(to_simulate(10, 400), rng=np.random.default_rng(0)), 10)
    best = SearchModel(stopping=counted(lists)).log_likelihood(lists).sum()
    for x1, x2 in [(0.0065, 0.3), (0.01, 0.25), (0.005, 0.35)]:
        assert cmr().log_likelihood(lists, {"x1": x1, "x2": x2}).sum() < best
