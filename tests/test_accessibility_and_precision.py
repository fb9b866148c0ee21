"""Accessibility and precision: angles on units, drift of keys and of values, and the measure on known errors."""

import numpy as np
import pytest
import xarray as xr

from neuromem import paradigm, registry, run
from neuromem.models.hopfield import Hopfield
from neuromem.models.kernel_aliases import nearest_neighbour
from tests.small import stream

MODULE = paradigm.load(registry.find("paradigms", "accessibility_and_precision"))
ANGLES = np.linspace(-3, 3, 13)


@pytest.mark.parametrize(("kind", "error"), [("real", 1e-9), ("unit", 1e-9), ("bipolar", 0.09), ("binary", 0.09),
                                             ("k-hot", 0.18)])  # fmt: skip
def test_an_angle_comes_back_from_its_pattern(kind, error):
    found = MODULE.of_units(MODULE.on_units(kind, ANGLES, 36))
    np.testing.assert_allclose(found, ANGLES, atol=error)  # to a half or a whole distance of two units


def test_an_answer_of_nothing_is_no_error_of_the_run():
    assert MODULE.of_units(np.zeros((1, 8))).tolist() == [0.0]


def still(**fields):
    return MODULE.Design(**{"days": (0.0, 3.0), "encoding_sd": 0.0, "key_rate": 0.0, "value_rate": 0.0} | fields)


def test_where_nothing_drifts_a_memory_that_selects_makes_no_error():
    error = MODULE.simulate(still(), nearest_neighbour(), rng=stream())["error"]
    np.testing.assert_allclose(error, 0, atol=1e-9)


def test_drift_of_values_adds_its_variance_and_no_wrong_item():
    trials = MODULE.simulate(still(value_rate=0.03, n_lists=10), nearest_neighbour(), rng=stream())
    values = trials["error"][list(trials["drift"]).index("values"), 1]
    assert values.std() == pytest.approx(0.3, rel=0.1)
    assert np.abs(values).max() < 1.5


def test_drift_of_keys_replaces_values_and_blurs_none():
    trials = MODULE.simulate(still(key_rate=0.6), nearest_neighbour(), rng=stream())
    keys = trials["error"][list(trials["drift"]).index("keys"), 1]
    right = np.abs(keys) < 1e-9
    assert 0.2 < right.mean() < 0.8
    assert np.abs(keys[~right]).mean() == pytest.approx(np.pi / 2, rel=0.25)  # those of other items are anywhere


def test_keys_of_nothing_in_common_leave_chance():
    trials = MODULE.simulate(still(key_rate=50.0), nearest_neighbour(), rng=stream())
    assert np.mean(np.abs(trials["error"][0, 1]) < 1e-9) < 0.1


def test_the_measure_is_the_mixture_of_each_subject_and_delay():
    rng = stream(1)
    error = rng.vonmises(0, 25, (2, 1, 2, 400))
    error[1, 0, 1, :200] = rng.uniform(-np.pi, np.pi, 200)
    trials = xr.Dataset(
        {"error": (("subject", "drift", "day", "item"), error)}, coords={"drift": ["keys"], "day": [0.0, 1.0]}
    )
    measured = MODULE.measure(trials).sel(drift="keys")
    np.testing.assert_allclose(measured.accessibility, [[1, 1], [1, 0.5]], atol=0.06)
    np.testing.assert_allclose(measured.precision, 5, rtol=0.12)  # 1 / sqrt(1 / 25)
    assert measured.precision.attrs["units"] == "1 / rad"


def test_no_effect_is_shown_where_nothing_was_accessible_to_begin_with():
    day = {"subject": [0, 1], "drift": ["keys", "values"], "day": [0.0, 1.0]}
    nothing = np.stack([np.full((2, 2), 0.02), np.full((2, 2), 0.8)])
    measured = xr.Dataset({n: (tuple(day), nothing) for n in ("accessibility", "precision")}, coords=day)
    told = np.array([effect.statistic(measured).values for effect in MODULE.EFFECTS.values()])
    np.testing.assert_array_equal(np.isnan(told[1:]), [[True, False]] * 3)
    np.testing.assert_array_equal(told[0], 0)  # nothing is lost, which does not show that it is


@pytest.mark.needs_data("ltm_precision_orbit")
def test_people_have_one_delay_and_no_effect_applies_to_them():
    people = paradigm.human(MODULE, MODULE.Design())
    assert people.sizes == {"subject": 23, "drift": 2, "day": 1}
    assert all(np.isnan(effect.statistic(people)).all() for effect in MODULE.EFFECTS.values())
    assert MODULE.data(MODULE.Design(dataset="none")) is None


def test_a_memory_without_pairs_is_refused():
    with pytest.raises(NotImplementedError, match="use a memory of pairs"):
        run.run(MODULE, Hopfield(), design=MODULE.Design.quick(), n_subjects=1)


@pytest.mark.parametrize(("field", "value", "seen"), [
    ("days", (0.0,), "days must be at least two rising numbers"),
    ("days", (-1.0, 2.0), "days must be a number in"),
    ("n_items", 5, "n_items must be a whole number of at least 20; saw 5"),
    ("n_lists", 0, "n_lists must be a whole number of at least 1; saw 0"),
    ("n_units", 3, "n_units must be a whole number of at least 4; saw 3"),
    ("key_rate", -0.1, "key_rate must be a number in"),
])  # fmt: skip
def test_bad_designs_are_refused(field, value, seen):
    with pytest.raises(ValueError, match=seen):
        MODULE.Design(**{field: value})
