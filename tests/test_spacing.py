"""Spacing: schedules, measures by hand, people in the format of trials, what cannot show the effect."""

import numpy as np
import pytest
import xarray as xr

from neuromem import effects, paradigm, registry
from neuromem.core import cell_rng
from neuromem.models.kernel_memory import KernelMemory

MODULE = paradigm.load(registry.find("paradigms", "spacing"))


@pytest.mark.parametrize("lag", [1, 2, 5, 10])
def test_a_schedule_presents_every_word_as_often_and_so_far_apart(lag):
    words = MODULE.schedule(30, 3, lag, np.random.default_rng(0))
    assert np.bincount(words).tolist() == [3] * 30
    assert MODULE.mean_lag(words) == pytest.approx(lag, abs=1 if lag > 1 else 0)
    gaps = np.concatenate([np.diff(np.flatnonzero(words == word)) for word in range(30)])
    assert gaps.min() >= (lag + 1) // 2
    _, first = np.unique(words, return_index=True)
    assert (np.diff(first) > 0).all()


def test_words_are_numbered_by_their_first_presentation():
    assert MODULE.numbered(np.array([7, 3, 7, 9, 3])).tolist() == [0, 1, 0, 2, 1]


def test_measures_by_hand():
    presented = np.array([[[0, 0, 1, 1], [0, 0, 1, 1]], [[0, 1, 0, 1], [0, 1, 0, 1]], [[0, 1, 0, 1]] * 2])
    recall = np.array([[[1, -2, 0], [0, 0, -1]], [[1, -1, -1], [-3, -3, -3]], [[-3] * 3] * 2], np.int32)
    trials = xr.Dataset(
        {
            "presented": (("subject", "condition", "list", "presentation"), presented[None]),
            "recall": (("subject", "condition", "list", "output"), recall[None]),
        },
        coords={"condition": list(MODULE.CONDITIONS)},
    )
    one = MODULE.measure(trials).isel(subject=0)
    np.testing.assert_array_equal(one.n_recalled, [1.5, 1, np.nan])
    np.testing.assert_array_equal(one.lag, [1, 2, np.nan])


def test_conditions_share_their_chances():
    memory = MODULE.MEMORIES["stops_by_output"]
    said = MODULE.simulate(MODULE.Design.quick(), memory, rng=cell_rng(0, "x"))["recall"]
    number = (said >= 0).sum(-1)
    assert (number == number[0]).all()
    assert len(set(number[0])) > 1


PEOPLE = {"kahana_howard2005": ((66, 3), [9.52, 10.06, 10.98]), "lohnas_kahana2014": ((35, 3), None)}


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [pytest.param(name, *told, marks=pytest.mark.needs_data(name)) for name, told in PEOPLE.items()],
)
def test_people_recall_more_of_what_is_spaced(name, size, words):
    people = MODULE.measure(MODULE.data(MODULE.Design(dataset=name)))
    assert people.n_recalled.shape == size
    told = {o.name: o.holds for o in effects.evaluate(MODULE.EFFECTS, people)}
    assert told == {"spaced_more_than_massed": True, "longer_lags_more_than_shorter": words and True}
    if words:  # means over subjects, of whom some had no list of a condition
        np.testing.assert_allclose(people.n_recalled.mean("subject"), words, atol=0.15)


def test_no_people_on_request():
    assert MODULE.data(MODULE.Design(dataset="none")) is None


def test_a_memory_that_does_not_search_by_context_is_refused():
    with pytest.raises(NotImplementedError, match="spacing needs a memory that searches by context; saw KernelMemory"):
        MODULE.prepare(MODULE.Design(), KernelMemory())


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("n_words", 1, "n_words must be"),
        ("n_presentations", 1, "n_presentations must be"),
        ("n_lists", 0, "n_lists must be"),
        ("short", 1, "short must be"),
        ("long", 7, "long must divide n_words, 30; saw 7"),
    ],
)
def test_a_design_that_cannot_be_is_refused(field, value, told):
    with pytest.raises(ValueError, match=f"^{told}"):
        MODULE.Design(**{field: value})
