"""Path integration: walks and their scale, errors on both scaffolds, theory by hand, the rat's track, bad input."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from small import stream

from neuromem import data, effects, paradigm, registry, run
from neuromem.data.linear_track import by_bins, linear, speed
from neuromem.data.walks import strolls
from neuromem.measures.place_error import place_error
from neuromem.models.kernel_memory import KernelMemory
from neuromem.models.mesh import mesh
from neuromem.models.vector_hash import vector_hash
from neuromem.scaffolds.continuous_grid import ContinuousGrid
from neuromem.scaffolds.grid import BASIS, Grid
from neuromem.scaffolds.hidden import RectifiedUnits, SignUnits
from neuromem.scaffolds.path_integration import codes_anywhere, error_growth, integration_errors, wrapped
from neuromem.spiking import target
from neuromem.spiking.grid import GridModules
from neuromem.spiking.grid_scaffold import SpikingGrid, spiking_grid

PATH = paradigm.load(registry.find("paradigms", "path_integration"))
SCAFFOLDS = {name: memory.scaffold for name, memory in PATH.MEMORIES.items()}


def integrated(scaffold, place, noise=0.0, step=10.0):
    """Errors (module, sample, walk, 2) in steps along a path (sample, walk, 2) in cm."""
    start = stream(1).random((len(scaffold.periods), place.shape[1], 2))
    walk = (place - place[0]) / step
    return integration_errors(scaffold, walk, start, interval=0.1, noise=noise, rng=stream(2))


def strolled(n_samples, n_walks):
    return strolls(n_samples, n_walks, side=100.0, interval=0.1, rng=stream())


# the path


def test_a_stroll_stays_in_the_box_and_keeps_its_speed():
    place = strolled(400, 5)
    assert 0 <= place.min() < 10
    assert 90 < place.max() <= 100
    pace = np.linalg.norm(np.diff(place, axis=0), axis=-1)
    assert pace.max() <= 2 + 1e-9
    assert np.median(pace) == pytest.approx(2)


@pytest.mark.needs_data("trajectory_sargolini2006")
def test_the_rats_path_is_walked_in_centimetres():
    design = PATH.Design(path="trajectory_sargolini2006", duration=10.0, n_walks=2)
    place, known = PATH.walked(design, stream()), data.load("trajectory_sargolini2006")
    assert place.shape == (101, 2, 2)
    assert np.array_equal(place[:, 0], place[:, 1])
    np.testing.assert_allclose(place[50, 0], 100 * known.position.sel(time=5.1, method="nearest"), atol=1e-6)


@pytest.mark.needs_data("trajectory_sargolini2006")
def test_a_walk_longer_than_the_rats_is_refused():
    with pytest.raises(ValueError, match="duration must be at most"):
        PATH.walked(PATH.Design(path="trajectory_sargolini2006", duration=700.0), stream())


# the modules


def test_the_lattice_is_exact_over_any_distance_and_in_noise():
    place = strolled(300, 3)
    assert not integrated(SCAFFOLDS["vector_hash"], place, noise=0.6).any()


def test_a_lattice_in_noise_of_the_size_of_its_cells_is_lost():
    place = strolled(20, 3)
    assert integrated(SCAFFOLDS["vector_hash"], place, noise=15.0).any()


def test_bumps_follow_in_silence_and_diffuse_in_noise():
    scaffold, place = ContinuousGrid(periods=(3,), lattice="hexagonal"), strolled(21, 30)
    assert np.abs(integrated(scaffold, place)).max() < 0.05
    away = integrated(scaffold, place, noise=0.6)
    error = place_error(away, basis=BASIS["hexagonal"], step=10.0).squared
    assert error[-1] == pytest.approx(error_growth(scaffold, step=10.0) * 0.6**2 * 2.0, rel=0.5)
    assert np.isnan(error_growth(scaffold.ideal, step=10.0))


@pytest.mark.parametrize(("steps", "short"), [(2.0, -1.0), (-2.0, 1.0), (3.0, 0.0), (7.4, 1.4)])
def test_the_way_round_a_torus_is_the_shortest(steps, short):
    assert wrapped(steps, 3) == pytest.approx(short)


@pytest.mark.slow
@pytest.mark.skipif(target.compiler() is None, reason="needs a C++ compiler")
def test_bumps_of_spikes_keep_their_place_for_two_seconds_and_noise_adds_to_their_errors():
    scaffold = SpikingGrid(modules=GridModules(target="cpp_standalone"))
    result = run.run(PATH, replace(spiking_grid(), scaffold=scaffold), design=PATH.Design.quick(), n_subjects=2)
    outcomes = {one.name: one for one in effects.evaluate(PATH.EFFECTS, result.measured)}
    assert outcomes["silence_leaves_the_place"].holds
    assert outcomes["noise_diffuses_as_theory_says"].holds is None
    assert outcomes["few_cells_are_active"].holds
    error = result.measured.squared_error.mean("subject").isel(time=-1)
    assert float(error.sel(condition="noise")) > float(error.sel(condition="silence")) > 0


# the hippocampus


def test_codes_of_lattice_and_attractors_are_of_one_place():
    here = np.array([[4.2, 6.9]]) @ BASIS["hexagonal"]
    wanted = Grid(lattice="hexagonal").index_of(np.array([[4, 7]]) @ BASIS["hexagonal"])
    assert [scaffold.index(codes_anywhere(scaffold, here)) for scaffold in SCAFFOLDS.values()] == [wanted, wanted]


def test_the_share_of_active_cells_is_that_of_drives_above_the_threshold():
    drive = np.sqrt(3 * 0.67) * stream().standard_normal(200_000)
    assert RectifiedUnits(threshold=2.0).expected_active(3) == pytest.approx((drive > 2).mean(), abs=0.003)


def test_cells_without_rates_are_refused():
    with pytest.raises(NotImplementedError, match="SignUnits have no rates"):
        PATH.simulate(PATH.Design(), replace(vector_hash(), hidden=SignUnits()), rng=stream())


def test_cells_with_few_spikes_are_not_measured():
    spikes = np.zeros((1, 2, 40))
    spikes[0, :, 3] = 29, 30
    nothing = np.full((1, 2, 1), np.nan)
    trials = xr.Dataset(
        dict.fromkeys(("squared_error", "kept"), (("subject", "condition", "time"), nothing))
        | {"theory": (("subject", "time"), [[np.nan]]), "active": 0.1, "active_theory": 0.1}
        | {"spikes": (("subject", "cell", "bin"), spikes), "occupancy": (("subject", "bin"), np.ones((1, 40)))}
    )
    measured = PATH.measure(trials)
    assert np.isnan(measured.information.values).tolist() == [[True, False]]
    assert np.isnan(measured.field_length.values).tolist() == [[True, False]]
    assert measured.sparsity.values[0, 1] < 0.15


# the rat


def laps(n=4, seconds=10.0, rate=60):
    """A diode that runs to and fro along a slanted track of 100 pixels, then rests."""
    time = np.arange(0, n * seconds, 1 / rate)
    along = 1 - np.abs(time / seconds % 2 - 1)
    rest = np.full(rate * 20, along[-1])
    along, time = np.concatenate([along, rest]), np.arange(len(time) + len(rest)) / rate
    return time, 100 * along[:, None] * [0.6, 0.8] + 20


def test_laps_are_straightened_to_places_from_end_to_end():
    time, along = linear(*laps())
    assert time[-1] == pytest.approx(40, abs=0.1)  # the rest after the runs is no part
    assert along.min() == pytest.approx(0, abs=0.02)
    assert along.max() == pytest.approx(1, abs=0.02)
    middle = (along > 0.2) & (along < 0.8)
    assert np.median(speed(time, along)[middle]) == pytest.approx(0.1, abs=0.005)


def test_spikes_are_counted_where_the_animal_runs():
    time, position = laps()
    cells = xr.Dataset(
        {"position": (("time", "axis"), position), "spike_time": ("spike", [5.0, 15.0, 50.0, 2.5])},
        {"time": time, "unit": ("spike", [1, 1, 1, 2])},
    )
    spikes, occupancy = by_bins(cells, n_bins=4)
    assert spikes.sum(1).tolist() == [2, 1]  # the one at 50 s is in the rest
    assert spikes[0, 1:3].sum() == 2
    assert occupancy.sum() == pytest.approx(40, rel=0.05)


@pytest.mark.needs_data("place_cells_nelpy")
def test_the_rats_cells_are_measured_as_the_models_are():
    people = paradigm.human(PATH, PATH.Design(dataset="place_cells_nelpy"))
    assert people.sizes["cell"] == 31
    enough = np.isfinite(people.information.values)
    assert 15 <= enough.sum() <= 25
    assert 0.5 < float(people.information.median("cell")[0]) < 2
    assert 0.1 < float(people.field_length.median("cell")[0]) < 0.5
    assert PATH.data(PATH.Design()) is None


def test_field_sizes_grow_with_the_scale():
    designs = [PATH.Design(duration=0.3, n_cells=60, step=step) for step in (10.0, 20.0)]
    small, large = (run.run(PATH, design=one, n_subjects=1).measured.field_area.median() for one in designs)
    assert float(large) == pytest.approx(4 * float(small), rel=0.5)


@pytest.mark.parametrize("memory", [KernelMemory(), mesh()])
def test_memories_without_grid_modules_are_refused(memory):
    with pytest.raises(NotImplementedError, match="no grid modules"):
        PATH.simulate(PATH.Design(), memory, rng=stream())


@pytest.mark.parametrize(
    ("setting", "message"),
    [({"path": "maze"}, "path"), ({"dataset": "x"}, "dataset"), ({"duration": 0.1}, "duration"),
     ({"n_walks": 0}, "n_walks"), ({"step": 0.0}, "step"), ({"noise": -1.0}, "noise"), ({"n_cells": 0}, "n_cells")],
)  # fmt: skip
def test_what_a_design_refuses(setting, message):
    with pytest.raises(ValueError, match=message):
        PATH.Design(**setting)
