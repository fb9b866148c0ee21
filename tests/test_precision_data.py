"""The data sets of continuous report and of pitch, against what is published of them, and the traps in their files."""

import numpy as np
import pytest

from neuromem import data
from neuromem.data.ltm_precision_orbit import by_subject
from neuromem.forced_choice import family as forced_choice
from neuromem.measures.circular import wrapped
from neuromem.measures.error_mixture import error_mixtures
from neuromem.precision import family

working_memory = pytest.mark.needs_data("wm_continuous_report")
STUDIES = [
    ("zhang_luck_2008", 8, 4000, (1, 2, 3, 6)),
    ("bays_2009", 12, 7271, (1, 2, 4, 6)),
    ("oberauer_lin_2017", 19, 15200, tuple(range(1, 9))),
]


@working_memory
@pytest.mark.parametrize(("study", "people", "trials", "sizes"), STUDIES)
def test_working_memory_has_the_published_people_trials_and_set_sizes(study, people, trials, sizes):
    told = data.load("wm_continuous_report", study=study)
    assert told.sizes["trial"] == trials
    assert len(np.unique(told.subject)) == people
    assert tuple(np.unique(told.n_items)) == sizes
    assert (np.isfinite(told.non_target).sum("other") == told.n_items - 1).all()


@working_memory
@pytest.mark.parametrize("study", [s[0] for s in STUDIES])
def test_large_errors_lie_near_other_items_more_often_than_mirrored_ones(study):
    told = data.load("wm_continuous_report", study=study)
    large = told.isel(trial=np.flatnonzero((np.abs(told.error) > 1) & (told.n_items > 1)))
    near, mirrored = (np.abs(wrapped(sign * large.error - large.non_target)) < 0.3 for sign in (1, -1))
    assert float(near.any(-1).mean()) > 1.1 * float(mirrored.any(-1).mean())


@working_memory
def test_the_other_colours_of_zhang_and_luck_keep_their_distance_from_the_target():
    told = data.load("wm_continuous_report", study="zhang_luck_2008")
    assert np.rad2deg(np.nanmin(np.abs(told.non_target))) == pytest.approx(24, abs=0.01)


@working_memory
def test_zhang_and_luck_find_what_they_published():
    fitted = error_mixtures(data.load("wm_continuous_report", study="zhang_luck_2008")).mean("subject")
    np.testing.assert_allclose(fitted.p_memory, [0.99, 0.95, 0.83, 0.38], atol=0.015)  # figure 2 of the paper


@working_memory
def test_the_first_trials_are_those_of_the_files():
    bays = data.load("wm_continuous_report", study="bays_2009").isel(trial=2)
    assert float(bays.error) == pytest.approx(-2.953 - 3.141 + 2 * np.pi, abs=1e-9)
    assert int(bays.duration) == 500
    oberauer = data.load("wm_continuous_report", study="oberauer_lin_2017").isel(trial=1)
    assert float(oberauer.error) == pytest.approx(-0.453786, abs=1e-6)
    np.testing.assert_allclose(oberauer.distance[:2], np.array([4, 5]) * 2 * np.pi / 13)


@pytest.mark.needs_data("ltm_precision_orbit")
@pytest.mark.parametrize(("study", "people", "objects", "late"), [("eeg", 23, 3288, 630), ("binding", 27, 3792, 829)])
def test_long_term_memory_has_the_published_people_and_objects(study, people, objects, late):
    told = data.load("ltm_precision_orbit", study=study)
    assert (told.sizes["trial"], len(np.unique(told.subject))) == (objects, people)
    assert int((~told.confirmed).sum()) == late
    assert float(np.abs(told.error.where(told.confirmed)).mean()) < float(
        np.abs(told.error.where(~told.confirmed)).mean()
    )


@pytest.mark.needs_data("ltm_precision_orbit")
def test_what_the_authors_fitted_is_there_for_28_people():
    told = by_subject()
    assert told.sizes == {"subject": 28, "feature": 2}
    assert float(told.kappa.sel(feature="place")[0]) == pytest.approx(10.08267291)


@pytest.mark.needs_data("source_location_popov2021")
def test_source_memory_has_24_people_and_four_other_words_far_from_the_target():
    told = data.load("source_location_popov2021")
    assert (told.sizes["trial"], told.sizes["other"], len(np.unique(told.subject))) == (7196, 4, 24)
    assert np.rad2deg(np.abs(told.non_target)).min() >= 61 - 1e-9
    assert dict(zip(*np.unique(told.frequency, return_counts=True), strict=True)) == {"HF": 3597, "LF": 3599}


@pytest.mark.needs_data("pitch_forgetting_mathias2021")
def test_pitch_has_the_published_listeners_and_trials():
    told = data.load("pitch_forgetting_mathias2021")
    first, second = (told.isel(trial=told.experiment.values == f"exp{i}") for i in (1, 2))
    assert (first.sizes["trial"], second.sizes["trial"]) == (16773, 14755)
    assert (len(np.unique(first.subject)), len(np.unique(second.subject))) == (8, 7)
    assert np.unique(told.interval).tolist() == [0.5, 2.0, 5.0, 10.0]


@working_memory
def test_a_study_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="study must be one of zhang_luck_2008"):
        data.load("wm_continuous_report", study="luck_1997")


EVERY = [(f, name) for f in (family, forced_choice) for name in f.DATA]


@pytest.mark.needs_data(
    "wm_continuous_report", "ltm_precision_orbit", "source_location_popov2021", "pitch_forgetting_mathias2021"
)
@pytest.mark.parametrize(("of", "name"), EVERY, ids=[name for _, name in EVERY])
def test_the_curves_of_people_have_units_and_a_value_for_each_subject(of, name):
    observed = of.DATA[name]()
    curves = of.curves(observed)
    assert curves.sizes["subject"] == len(observed.subjects())
    assert all({"units", "long_name"} <= variable.attrs.keys() for variable in curves.data_vars.values())
    assert all(variable.dims[0] == "subject" for variable in curves.data_vars.values())
    assert float(next(iter(curves.data_vars.values())).min()) >= 0
