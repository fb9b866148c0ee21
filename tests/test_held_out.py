"""What is held back and predicted, by hand; models that are counted on the rest."""

from dataclasses import replace

import numpy as np
import pytest
from coin_models import Biased, Coin, Counted, by_share, tosses

from neuromem.fit.cross_validation import by_subject, held_out, pooled
from neuromem.fit.folds import folds
from neuromem.likelihood import Observed
from neuromem.recall import null, stopping
from neuromem.recall.counted_model import CountedModel
from neuromem.recall.lists import recall_lists


def test_held_out_likelihood_by_hand():
    """Subject 7, sessions 1 1 | 0 1: heads 2 of 2, then 1 of 2; subject 9, 0 0 1 | 0 0 0: heads 1 of 3, then none."""
    observed = tosses()
    log_p, _ = held_out({"counted": Counted()}, observed, folds(observed, by="session"), by_share)
    heads = np.array([2 / 4, 2 / 4, 1 / 4, 3 / 4, 4 / 5, 4 / 5, 1 / 5, 3 / 5, 3 / 5, 3 / 5])
    np.testing.assert_allclose(log_p["counted"], np.log(heads))


def test_a_fit_is_judged_by_what_it_has_not_seen():
    observed = Observed(Coin([1, 1, 0, 0]), np.ones(4, int), np.zeros(4), "trial")
    log_p, _ = held_out({"biased": Biased()}, observed, np.array([0, 1, 0, 1]), by_share)
    np.testing.assert_allclose(log_p["biased"], np.log(0.5))


def test_pooled_people_have_one_fit_of_all_others():
    observed = tosses()
    log_p, _ = held_out({"biased": Biased()}, pooled(observed), folds(pooled(observed), by="session"), by_share)
    np.testing.assert_allclose(np.exp(log_p["biased"]), [1 / 5, 1 / 5, 2 / 5, 3 / 5, 4 / 5, 4 / 5, 1 / 5, *[2 / 5] * 3])
    sums = by_subject(log_p, observed).sum("trial").sel(model="biased")
    assert sums.subject.values.tolist() == [7, 9]
    np.testing.assert_allclose(np.exp(sums), [2 * 3 / 5**4, 4 * 4 * 2**3 / 5**6])


def test_subjects_of_fewer_units_are_padded():
    wide = by_subject({"a": np.arange(10.0)}, tosses())
    np.testing.assert_array_equal(wide.sel(subject=7, model="a"), [0, 1, 2, 3, np.nan, np.nan])


@pytest.mark.parametrize("count", [null.uniform_choice, null.position_frequency, null.last_transition])
def test_null_models_are_counted_on_the_other_lists(count):
    lists = recall_lists([[2, 1], [2, 0], [1, 2], [0, -1]], 3)
    observed = Observed(lists, np.ones(4, int), np.zeros(4), "list")
    log_p = held_out({"null": CountedModel(count)}, observed, np.array([0, 1, 1, 0]), by_share)[0]["null"]
    first, second = lists.take([0, 3]), lists.take([1, 2])
    for known, judged, at in ((second, first, [0, 3]), (first, second, [1, 2])):
        model = replace(count(known), stopping=stopping.counted(known, imagined=1))
        np.testing.assert_array_equal(log_p[at], model.log_likelihood(judged))


def test_what_was_never_seen_to_end_may_yet():
    """Of two lists none ended before the first recall, one after it, and the other after the second."""
    rule = stopping.counted(recall_lists([[2, -1], [0, 1]], 3), imagined=1)
    np.testing.assert_allclose(rule.hazard, [0.5 / 3, 1.5 / 3, 1.5 / 2])


def test_a_null_model_judges_nothing_before_it_is_counted():
    with pytest.raises(ValueError, match="uniform_choice has not been counted; call counted_on"):
        CountedModel(null.uniform_choice).log_likelihood(recall_lists([[0]], 3))
