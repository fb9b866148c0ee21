"""Contests of models, in sample and by what was held back, and the curves that they predict."""

from dataclasses import dataclass

import numpy as np
import pytest
import xarray as xr
from coin_models import Biased, Counted, by_share, tosses

from neuromem import comparison_page
from neuromem.errors import UserError
from neuromem.fit.contest import able, contest, prediction
from neuromem.fit.predictive import predicted
from neuromem.likelihood import Observed
from neuromem.recall.cmr import cmr
from neuromem.recall.lists import recall_lists


def heads(observed):
    """The share of heads of each subject, as a family's curves are given."""
    share = [observed.data.toss[observed.subject == s].mean() for s in observed.subjects()]
    return xr.Dataset({"heads": (("subject", "side"), np.transpose([share]))}, {"subject": observed.subjects()})


def test_predicted_curves_are_those_of_the_fitted_values():
    models = {"biased": Biased(), "counted": Counted()}
    made = predicted(models, by_share(models, tosses()), tosses(), heads, repeats=2000)
    assert made.heads.dims == ("model", "subject", "side")
    np.testing.assert_allclose(made.heads.sel(side=0), [[3 / 4, 1 / 6], [4 / 6, 2 / 8]], atol=0.03)


def test_a_subject_is_predicted_alike_whoever_else_took_part():
    models = {"biased": Biased()}
    both = predicted(models, by_share(models, tosses()), tosses(), heads)
    alone = tosses().take(tosses().subject == 9)
    assert predicted(models, by_share(models, alone), alone, heads).identical(both.sel(subject=[9]))


@dataclass(frozen=True)
class Fair(Biased):
    """Heads with probability 1/2, its parameter left as it is."""

    def log_likelihood(self, data, values=None):
        return np.full(len(data), np.log(0.5))


COINS = {"biased": Biased(), "fair": Fair()}


def test_a_contest_in_sample_is_of_the_fits():
    told, made, *_ = contest(COINS, tosses(), fit=by_share, by="bic")
    heads = 3 * np.log(3 / 4) + np.log(1 / 4), np.log(1 / 6) + 5 * np.log(5 / 6)
    np.testing.assert_allclose(told.log_likelihood.sel(model="biased"), heads)
    np.testing.assert_allclose(told.bic.sel(model="fair"), np.log([4, 6]) + np.array([8, 12]) * np.log(2))
    assert made.value.sel(model="biased", subject=7).item() == 0.75


def test_a_contest_by_what_was_held_back_also_judges_models_of_counts():
    told, *_ = contest({"fair": Fair(), "counted": Counted()}, tosses(), fit=by_share, by="trial", n_folds=2)
    np.testing.assert_allclose(told.held_out.sel(model="fair"), np.log(0.5) * np.array([4, 6]))
    # subject 7 deals 1 0 | 1 1: judged by the counts (2 + 1) / (2 + 2) and by (1 + 1) / (2 + 2)
    assert told.held_out.sel(model="counted", subject=7) == pytest.approx(np.log([3 / 4, 1 / 4, 1 / 2, 1 / 2]).sum())
    assert "| counted | counted |" in comparison_page.markdown(told)
    assert (told.held_back, told.n_folds, told.together) == ("trial", 2, 0)


def test_those_fitted_together_are_compared_one_by_one():
    told, made, *_ = contest(COINS, tosses(), fit=by_share, by="session", together=True)
    np.testing.assert_allclose(made.value.sel(model="biased", parameter="p"), [4 / 10, 4 / 10])
    np.testing.assert_allclose(np.exp(told.held_out.sel(model="biased")), [2 * 3 / 5**4, 4 * 4 * 2**3 / 5**6])


def test_those_held_back_as_a_whole_are_predicted_from_the_others():
    """Each subject in a session of its own: one fit to the other, with heads in 3 of 4 or in 1 of 6."""
    often = tosses().take(np.repeat(np.arange(10), 1000))
    apart = Observed(often.data, often.subject, often.subject, "trial")
    held = contest(COINS, apart, fit=by_share, by="session", together=True)
    made = prediction(COINS, held, apart, heads)
    np.testing.assert_allclose(made.heads.sel(model="biased", side=0), [1 / 6, 3 / 4], atol=0.03)


def test_models_that_need_what_the_data_lack_are_told_apart():
    observed = Observed(recall_lists([[0], [1]], 3), np.ones(2, int), np.zeros(2), "list")
    fit, unfit = able({"plain": cmr(), "by_category": cmr(cues=("category",))}, observed)
    assert list(fit) == ["plain"]
    assert "no similarity 'category'" in unfit["by_category"]


@pytest.mark.parametrize(
    ("models", "asked", "told"),
    [
        ({"fair": Fair()}, {}, "fair alone has nothing to be compared with"),
        (
            COINS | {"counted": Counted()},
            {"by": "bic"},
            "counted cannot be compared by bic: made of counts, which only data held back can judge",
        ),
        (COINS, {"n_folds": 3}, "by aicc nothing is held back, so that folds say nothing"),
        (COINS, {"together": True}, "fitted together are compared by what was held back"),
        (COINS, {"by": "length"}, "by must be one of aicc, bic, trial, session; saw 'length'"),
    ],
)
def test_contests_that_cannot_be_are_refused(models, asked, told):
    with pytest.raises((UserError, ValueError), match=told):
        contest(models, tosses(), fit=by_share, **asked)
