"""Trials on target numpy: seeds, starts, what is recorded and told, and what cues and copies share."""

import numpy as np
import pytest
from small import stream
from spiking_noise import CIRCUIT
from spiking_trials import experiment, trial

from neuromem.spiking.blocks import cue_spikes, seeds_of, side_by_side
from neuromem.spiking.brian import brian2
from neuromem.spiking.circuit import Circuit, Trial
from neuromem.spiking.simulation import simulate, sweep
from neuromem.spiking.tables import markdown, rest, tables

mV = brian2().mV


def test_each_cue_has_spikes_of_its_own_however_many_follow():
    seeds = seeds_of(stream(), 4)
    assert len(set(seeds.tolist())) == 4
    assert seeds_of(stream(), 2).tolist() == seeds[:2].tolist()


def test_spikes_of_a_cue_are_poisson():
    counts = cue_spikes(np.array([100.0, 0.0, 25.0]), step=0.001, duration=20.0, rng=stream())
    assert counts.shape == (20_000, 3)
    np.testing.assert_allclose(counts.mean(0), [0.1, 0.0, 0.025], atol=0.01)
    np.testing.assert_allclose(counts.var(0), counts.mean(0), atol=0.01)


@pytest.mark.parametrize(("n_synapses", "copies"), [(1, 64), (1_000_000, 4), (10_000_000, 1)])
def test_copies_of_a_circuit_stand_side_by_side_as_long_as_they_fit(n_synapses, copies):
    assert side_by_side(n_synapses) == copies


def test_a_trial_is_its_experiment_start_and_seed_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, other, again = (simulate(CIRCUIT, trial(seed), target="numpy").values["cells.v"] for seed in (1, 2, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_without_noise_the_membrane_follows_its_closed_form():
    told = simulate(CIRCUIT, trial(sigma=0.0, **{"cells.v": [0.0, 0.1, 0.2, 0.3]}), target="numpy")
    v, decay = told.values["watch.v"][1], (1 - 0.05) ** 10  # Euler steps of 0.5 ms at 10 ms; sampled after 5 ms
    np.testing.assert_allclose(v, 2 + (np.array([0.0, 0.1, 0.2, 0.3]) - 2) * decay, rtol=1e-12)
    assert told.values["watch.v"].shape == (12, 4)


def test_what_is_recorded_has_units_and_dimensions():
    told = simulate(CIRCUIT, trial(), target="numpy").dataset()
    assert told.spikes_t.attrs["units"] == "s"
    assert told.cells_v.attrs["units"] == "1"
    assert (told.cells_v.dims, told.watch_v.dims, told.cells_sigma.dims) == (("cells",), ("watch_sample", "watch"), ())
    assert float(told.cells_sigma) == 0.3
    assert told.attrs["target"] == "numpy"


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ({"cells.w": 1.0}, "no variable 'cells.w'; its objects are cells"),
        ({"cells.v": np.ones(3)}, "cells.v must have 4 entries, or one for all; saw 3"),
    ],
)
def test_a_start_that_the_network_does_not_have_is_refused(start, told):
    with pytest.raises(ValueError, match=told):
        simulate(CIRCUIT, trial(**start), target="numpy")


def test_a_seed_is_a_whole_number():
    with pytest.raises(ValueError, match="seed must be a whole number"):
        simulate(CIRCUIT, trial(seed=-1), target="numpy")


def test_tables_tell_what_would_run():
    told = tables(CIRCUIT, trial())
    titles = [table.title for table in told]
    assert titles == ["Populations", "Cells", "Input", "Measurements", "Parameters"]
    assert ("cells", "4") in told[0].rows
    assert ("cells", "spike when v > 1") in told[1].rows
    assert ("tau", "10. ms") in told[-1].rows
    assert "| `cells` | `4` |" in markdown(told)
    assert ".. list-table:: Parameters" in rest(told)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (np.nan, "must start from real numbers, none of them NaN"),
        ("on", "must start from real numbers"),
        (-1 * mV, "cells.v must start from plain numbers in SI units; saw -1"),
    ],
    ids=str,
)
def test_a_start_is_plain_numbers(value, told):
    with pytest.raises(ValueError, match=told):
        simulate(CIRCUIT, trial(**{"cells.v": value}), target="numpy")


def no_network(signals):
    return None


def test_a_circuit_makes_a_network_and_a_sweep_has_trials():
    with pytest.raises(ValueError, match="make must return a brian2.Network; saw None"):
        simulate(Circuit(no_network, {}, ()), Trial(experiment()), target="numpy")
    with pytest.raises(ValueError, match="at least one trial"):
        sweep(CIRCUIT, [])
