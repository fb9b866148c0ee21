"""One-shot capacity: measures by hand, what slots in turn must lose, hidden units, bad input of the design."""

import numpy as np
import pytest
import xarray as xr

from neuromem import paradigm, registry, run
from neuromem.models.correlation_matrix import CorrelationMatrix
from neuromem.models.hopfield import Hopfield
from neuromem.models.three_factor import ThreeFactor
from neuromem.models.willshaw import Willshaw
from neuromem.spiking import target
from neuromem.spiking.three_factor import SpikingThreeFactor

MODULE = paradigm.load(registry.find("paradigms", "one_shot_capacity"))
Design = MODULE.Design


def measured(memory, n_subjects=5, **fields):
    return run.run(MODULE, memory=memory, design=Design(**fields), n_subjects=n_subjects).measured


def test_the_capacity_is_the_largest_number_that_reaches_the_criterion():
    trials = xr.Dataset(
        {
            "right": (("subject", "load"), [[1.0, 0.9, 0.98, 0.5], [0.5, 0.5, 0.5, 0.5]]),
            "old": (("subject", "load"), np.full((2, 4), np.nan)),
            "n_patterns": (("subject", "load"), [[2, 10, 20, 80]] * 2),
            "n_units": ("subject", [40, 40]),
            "hidden": ("subject", [0.6, 0.6]),
        },
        {"load": [0.05, 0.25, 0.5, 2.0]},
    )
    assert MODULE.measure(trials).capacity.values.tolist() == [0.5, 0]


def test_slots_in_turn_lose_what_was_overwritten_and_no_more():
    loads = (0.05, 1.0, 1.5, 2.0)
    accuracy = measured(ThreeFactor(slot_rule="sequential"), 20, loads=loads).accuracy.mean("subject").values
    np.testing.assert_allclose(accuracy, MODULE.overwritten(np.array(loads), 40, 0.6), atol=0.015)


def test_slots_in_turn_have_overwritten_the_oldest_and_slots_without_limit_none():
    loads = (0.05, 1.0, 1.5, 2.0)
    old = measured(ThreeFactor(), 20, loads=loads).accuracy_of_old.mean("subject")
    assert np.isnan(old[:2]).all()
    one_other = MODULE.right_in_another(40, 0.6, 40)  # patterns alike to the cue are mixed, which is right more often
    assert ((old[2:] > one_other) & (old[2:] < one_other + 0.04)).all()
    kept = measured(MODULE.MEMORIES["kernel_memory"], 5, loads=loads).accuracy_of_old
    assert (kept.isel(load=[2, 3]) > 0.95).all()


def test_theory_by_hand():
    # one slot, two units, one of them told: the other pattern shares the told unit with probability 1/2
    assert MODULE.overwritten(np.array([0.5, 2.0]), 1, 0.0).tolist() == [1, 0.75]


@pytest.mark.parametrize(("memory", "expected"), [(ThreeFactor(), 1.0), (Hopfield(), 1.0)], ids=["slots", "hopfield"])
def test_without_hidden_units_few_patterns_are_perfect(memory, expected):
    assert (measured(memory, hidden=0.0, loads=(0.05, 2.0)).accuracy.isel(load=0) == expected).all()


def test_with_all_units_hidden_a_half_is_right():
    accuracy = measured(ThreeFactor(), 20, hidden=1.0, loads=(0.05, 0.5, 2.0)).accuracy.isel(load=2)
    assert float(accuracy.mean()) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("memory", [Willshaw(), CorrelationMatrix()], ids=["k-hot", "real"])
def test_patterns_of_other_kinds_are_stored(memory):
    accuracy = measured(memory, 2, hidden=0.0, loads=(0.025, 2.0)).accuracy.isel(load=0)
    assert (accuracy == 1).all()


IN_SPIKES = {"n_units": 100, "loads": (0.05, 0.95, 1.0, 1.05, 2.0)}


@pytest.mark.parametrize(
    ("fields", "chosen"), [({"n_units": 2, "loads": (0.05, 2.0)}, "numpy"), ({}, "cpp_standalone")]
)
def test_spikes_run_on_the_target_that_all_subjects_are_worth(fields, chosen, monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: "g++")
    memory = MODULE.prepare(Design(**fields), SpikingThreeFactor())
    assert (memory.target, memory.n_slots) == (chosen, Design(**fields).n_units)


@pytest.mark.slow
@pytest.mark.skipif(target.compiler() is None, reason="needs a C++ compiler")
def test_slots_in_spikes_hold_as_many_as_units_and_lose_the_oldest():
    told = measured(SpikingThreeFactor(), 3, **IN_SPIKES)
    assert (told.capacity == 1).all()
    assert (told.accuracy_of_old.isel(load=-1) < 0.7).all()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"n_units": 1}, "n_units must be a whole number of at least 2; saw 1"),
        ({"hidden": 1.5}, r"hidden must be a number in \[0, 1\]; saw 1.5"),
        ({"loads": ()}, "loads must reach from 0.05 or less to 2 or more"),
        ({"loads": (0.1, 2.0)}, "loads must reach from 0.05"),
        ({"loads": (2.0, 0.05)}, "loads must be a tuple of rising numbers"),
        ({"loads": (-1.0, 2.0)}, "loads must be a number in"),
    ],
)
def test_bad_designs_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        Design(**fields)
