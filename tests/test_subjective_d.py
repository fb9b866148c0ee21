"""Confidence and correctness: subjective d' and gamma by hand, by theory, by pairs, and of people's judgments."""

import itertools

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import norm

from neuromem import data
from neuromem.data import confidence_db_memory, fok_jol
from neuromem.measures.gamma import gamma
from neuromem.measures.roc import area
from neuromem.measures.subjective_d import subjective_d
from neuromem.measures.zroc import zroc

counts = hnp.arrays(int, (2, 3, 4), elements=st.integers(0, 6))


def test_subjective_d_by_hand():
    # 4 right answers, 3 of them sure; 2 wrong ones, none sure: rates 3.5 / 5 and 0.5 / 3
    assert subjective_d([1, 3], [2, 0]) == pytest.approx(norm.ppf(0.7) - norm.ppf(1 / 6))


def test_subjective_d_nears_that_of_theory():
    cuts = np.array([-np.inf, -0.5, 0.4, 1.2, np.inf])
    right, wrong = (np.round(1e7 * np.diff(norm(mean).cdf(cuts))) for mean in (1.1, 0))
    assert subjective_d(right, wrong) == pytest.approx([1.1] * 3, abs=1e-3)
    assert zroc(right, wrong).d_a == pytest.approx(1.1, abs=1e-3)


@given(counts)
def test_exchanged_answers_turn_the_sign(count):
    right, wrong = count
    np.testing.assert_allclose(subjective_d(right, wrong), -subjective_d(wrong, right))
    np.testing.assert_allclose(gamma(right, wrong), -gamma(wrong, right))


@given(counts)
def test_gamma_counts_pairs(count):
    for right, wrong in zip(*count, strict=True):
        a, b = (np.repeat(np.arange(4), x) for x in (right, wrong))
        signs = [np.sign(x - y) for x, y in itertools.product(a, b) if x != y]
        assert gamma(right, wrong) == pytest.approx(np.mean(signs) if signs else np.nan, nan_ok=True)


def test_without_ties_gamma_is_the_area():
    right, wrong = [0, 3, 0, 2], [4, 0, 1, 0]
    assert gamma(right, wrong) == pytest.approx(2 * area(right, wrong) - 1)


def test_who_makes_no_mistake_has_neither():
    assert np.isnan(subjective_d([1, 3], [0, 0])).all()
    assert np.isnan(gamma([1, 3], [0, 0]))
    assert np.isnan(gamma([3, 0], [2, 0]))  # ties only


def test_the_face():
    right, wrong = (xr.DataArray(x, dims=("subject", "rating")) for x in ([[1, 2, 3]] * 2, [[3, 2, 1]] * 2))
    assert subjective_d(right, wrong).dims == ("subject", "criterion")
    assert gamma(right, wrong).dims == ("subject",)
    assert gamma(right, wrong).attrs["long_name"]
    assert float(gamma(right, wrong)[0]) == gamma([1, 2, 3], [3, 2, 1])


@pytest.mark.parametrize("measure", [subjective_d, gamma])
@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [([1, 2], [1, 2, 3], "same two or more"), ([1, -1], [1, 1], "at least 0"), (["a", "b"], [1, 1], "real numbers")],
)
def test_what_is_no_table_of_ratings_is_refused(measure, right, wrong, told):
    with pytest.raises(ValueError, match=told):
        measure(right, wrong)


@pytest.mark.needs_data("fok_jol")
@pytest.mark.parametrize(
    ("study", "people", "items"),
    [("study1", 28, 25), ("study2_exp1", 28, 24), ("study2_exp2", 34, 24), ("study2_exp3", 25, 24)],
)
def test_judgments_have_the_published_numbers(study, people, items):
    judged = data.load("fok_jol", study=study)
    assert dict(judged.sizes) == {"subject": people, "condition": 2, "item": items}
    assert judged.judgment.min() >= 0
    assert 50 < judged.judgment.max() <= 100
    counted = fok_jol.by_judgment(judged)
    assert (counted.recalled + counted.forgotten).sum("rating").values.tolist() == [[items] * 2] * people
    assert (counted.recalled.sum("rating") == judged.recalled.sum("item")).all()


@pytest.mark.needs_data("fok_jol")
@pytest.mark.parametrize("study", ["study2_exp1", "study2_exp2", "study2_exp3"])
@pytest.mark.parametrize(
    "measure", [gamma, lambda a, b: subjective_d(a, b).mean("criterion")], ids=["gamma", "subjective d'"]
)
def test_delayed_judgments_are_more_accurate(study, measure):
    counted = fok_jol.by_judgment(data.load("fok_jol", study=study))
    at_once, later = measure(counted.recalled, counted.forgotten).transpose("condition", "subject").values
    difference = (later - at_once)[np.isfinite(later - at_once)]
    assert difference.mean() > 2 * difference.std() / np.sqrt(len(difference))


@pytest.mark.parametrize(
    ("width", "recalled"), [(20, [1, 1, 0, 1, 1]), (25, [2, 0, 1, 1]), (30, [2, 0, 1, 1]), (50, [2, 2])]
)
def test_judgments_are_cut_by_hand(width, recalled):
    values, dims = np.array([[[0, 19.9, 20, 60, 100]]]), ("subject", "condition", "item")
    judged = xr.Dataset(
        {"judgment": (dims, values), "recalled": (dims, values > 19)}, coords={"subject": [1], "condition": ["x"]}
    )
    counted = fok_jol.by_judgment(judged, width=width)
    assert counted.recalled.values.tolist() == [[recalled]]
    assert counted.forgotten.values[0, 0].tolist() == [1] + [0] * (len(recalled) - 1)


SIZES = {  # people, old and new items that were answered
    "fallow_unpub_1": (143, 13728, 13728),
    "kantner_2010": (78, 5850, 5850),
    "kantner_2014_e1": (87, 8352, 8352),
    "lindsay_2014": (47, 4512, 4512),
    "sadeghi_2017_memory": (50, 5000, 5000),
    "siedlecka_2019_exp2": (55, 3248, 3245),
}


@pytest.mark.needs_data("confidence_db_memory")
@pytest.mark.parametrize(("study", "sizes"), SIZES.items())
def test_recognition_with_confidence_has_the_published_numbers(study, sizes):
    counted = data.load("confidence_db_memory", study=study)
    assert (counted.sizes["subject"], int(counted.old.sum()), int(counted.new.sum())) == sizes
    assert 0.6 < float(area(counted.old, counted.new).mean()) < 0.95


@pytest.mark.needs_data("confidence_db_memory")
@pytest.mark.parametrize("study", ["kantner_2012_e1", "fallow_unpub_3"])
def test_ratings_are_those_that_people_typed(study):
    import pandas as pd

    name = confidence_db_memory.STUDIES[study]
    table = pd.read_csv(data.store.find(confidence_db_memory.SOURCE, f"data_{name}.csv"))
    typed = table["Raw_Response" if "Raw_Response" in table else "Resp_raw"].to_numpy(int)
    counted = data.load("confidence_db_memory", study=study)
    assert (counted.old + counted.new).sum("subject").values.tolist() == np.bincount(typed, minlength=7)[1:].tolist()


@pytest.mark.needs_data("extinction_su2024")
def test_freezing_has_the_published_numbers_and_falls_in_extinction():
    freezing = data.load("extinction_su2024").freezing
    there = freezing.notnull().any("component").sum("animal").to_series().to_dict()
    assert there == {"FC1": 235, "FC2": 214, "E1": 235, "E2": 172, "E3": 172, "IPE": 42, "ER": 138, "SR": 104}
    assert int(freezing.notnull().sum()) == 14491
    tones = freezing.sel(component=[f"tone {n:02}" for n in range(1, 13)]).mean("component")
    change = tones.sel(session="E3") - tones.sel(session="E1")
    assert float(change.mean()) < -5
    assert 0 <= float(freezing.min()) <= float(freezing.max()) <= 100


def test_a_study_that_is_none_is_refused():
    with pytest.raises(ValueError, match="study must be one of"):
        data.load("fok_jol", study="study3")
    with pytest.raises(ValueError, match="study must be one of"):
        data.load("confidence_db_memory", study="hu_2017")
