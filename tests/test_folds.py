"""Folds: which units are held back together."""

import numpy as np
import pytest
from coin_models import Coin, tosses

from neuromem.errors import UserError
from neuromem.fit.cross_validation import pooled
from neuromem.fit.folds import folds
from neuromem.likelihood import Observed
from neuromem.recall.lists import recall_lists


def test_folds_by_unit_span_the_experiment():
    np.testing.assert_array_equal(folds(tosses(), by="trial", n_folds=3), [0, 1, 2, 0, 0, 1, 2, 0, 1, 2])


def test_folds_by_session_hold_whole_sessions():
    np.testing.assert_array_equal(folds(tosses(), by="session"), [0, 0, 1, 1, 0, 0, 0, 1, 1, 1])


def test_several_sessions_share_a_fold_where_fewer_are_asked_for():
    observed = Observed(Coin(np.zeros(4)), np.ones(4, int), np.array([3, 5, 8, 9]), "trial")
    np.testing.assert_array_equal(folds(observed, by="session", n_folds=2), [0, 1, 0, 1])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"by": "trial", "n_folds": 5},
            "subject 7 has 4 trials, too few for 5 folds.*ask for fewer",
        ),
        ({"by": "session", "n_folds": 3}, "subject 7 has 2 sessions, too few for 3 folds: one would hold no trial"),
        ({"by": "day"}, "by must be one of trial, session; saw 'day'"),
        ({"by": "trial", "n_folds": 1}, "n_folds must be a whole number of at least 2; saw 1"),
    ],
)
def test_folds_that_cannot_be_are_refused(asked, told):
    with pytest.raises((UserError, ValueError), match=told):
        folds(tosses(), **asked)


def test_one_session_cannot_be_held_back():
    observed = Observed(Coin(np.zeros(4)), np.ones(4, int), np.zeros(4), "trial")
    with pytest.raises(UserError, match="subject 1 has 1 session, too few for 2 folds.*hold back by trial"):
        folds(observed, by="session")


def test_lists_are_held_back_by_their_length():
    lists = recall_lists([[0]] * 4, [3, 5, 5, 3])
    observed = Observed(lists, np.ones(4, int), np.zeros(4), "list")
    np.testing.assert_array_equal(folds(observed, by="length"), [0, 1, 1, 0])


def test_subjects_of_one_length_each_are_pooled_or_refused():
    observed = Observed(recall_lists([[0]] * 4, [3, 5, 5, 3]), np.array([1, 2, 2, 3]), np.zeros(4), "list")
    with pytest.raises(UserError, match="subject 1 has 1 length, too few for 2 folds.*fit all subjects together"):
        folds(observed, by="length")
    np.testing.assert_array_equal(folds(pooled(observed), by="length"), [0, 1, 1, 0])
