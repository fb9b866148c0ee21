"""Grid modules in spikes: weights, decoding, drift, path integration, several modules, and the scaffold over them."""

from dataclasses import replace

import numpy as np
import pytest
from small import stream

from neuromem.core import cell_rng
from neuromem.scaffolds.grid import BASIS
from neuromem.spiking import target
from neuromem.spiking.experiment import Experiment, Window
from neuromem.spiking.grid import GridModules, calibrated, travelled, velocity_gain
from neuromem.spiking.grid_circuit import DIRECTIONS, TAU_M, phases, weights
from neuromem.spiking.grid_scaffold import SpikingGrid, spiking_grid
from neuromem.spiking.simulation import simulate
from neuromem.spiking.tables import tables

LATTICE = BASIS["hexagonal"]


# weights


def test_inhibition_is_absent_at_the_shifted_phase_and_greatest_half_way_round():
    n = 10
    w = weights(n, 0.015, 1.0, 0.0)[: n * n, : n * n]
    assert (w <= 0).all()
    assert np.array_equal(np.flatnonzero(w[0] > -1e-12), [0])
    at = phases(n)
    assert w[0].min() == pytest.approx(0.015 * 100 / n**2 * np.expm1(1.5 * (-1 / 2 - 1)), rel=0.02)
    moved = np.flatnonzero(np.isclose((at - at[37]) % 1, at[5]).all(1))
    assert w[37, moved] == pytest.approx(w[0, 5])  # the same for every cell


def test_weights_have_six_directions():
    n, turn = 12, np.array([[0, 1], [-1, 1]])  # 60 degrees, along the axes of the lattice
    w = weights(n, 0.015, 1.0, 0.0)[0, : n * n].reshape(n, n)
    to = phases(n) @ turn * n
    assert np.allclose(w.ravel(), w[tuple(np.rint(to).astype(int).T % n)])
    plane = np.array([1, 2]) @ LATTICE
    turned = np.array([1, 2]) @ turn @ LATTICE
    assert plane @ turned / (plane @ plane) == pytest.approx(0.5)


def test_each_layer_spares_what_lies_in_its_direction():
    n, offset = 20, 0.1
    w = weights(n, 0.015, 1.0, offset)[:, : n * n]
    spared = phases(n)[w[:: n * n].argmax(-1)]
    assert ((spared + 0.5) % 1 - 0.5) @ LATTICE == pytest.approx(offset * DIRECTIONS, abs=0.03)


def test_the_weights_of_more_cells_are_smaller_in_proportion():
    few, many = weights(6, 0.015, 1.0, 0.1), weights(12, 0.015, 1.0, 0.1)
    assert few.sum() * 4 == pytest.approx(many.sum(), rel=0.02)


# drive


def test_velocity_drives_each_layer_along_its_direction_by_the_gain_of_its_module():
    modules, gains, velocity = GridModules(n_side=4, noise=0.0), (1.0, 0.5), np.array([0.6, -0.4])
    trial = modules.trial(velocity[None], 0.1, gains, np.zeros((2, 2)), 0)
    second = trial.experiment.dt / trial.experiment.step
    step = Window("walk", modules.step * second, {"velocity": velocity})
    once = Experiment(dt=trial.experiment.dt, windows=(step,), signals=trial.experiment.signals)
    circuit = modules.circuit(2)._replace(record=("cells.v",))
    told = simulate(circuit, trial._replace(experiment=once, start={**trial.start, "cells.v": 0.2}), target="numpy")
    along = np.repeat(np.outer(gains, DIRECTIONS @ velocity), 16)
    drive = modules.background * (1 + modules.push * along)
    assert told.values["cells.v"] == pytest.approx(0.2 + modules.step / TAU_M * (drive - 0.2), abs=1e-12)


def test_noise_that_is_heard_adds_in_variance_to_that_of_the_cells():
    scaffold = SpikingGrid(periods=(2, 3), modules=GridModules(noise=0.03, background=2.0))
    assert scaffold.in_noise(0.0) == scaffold
    heard = scaffold.in_noise(0.6).modules.noise ** 2 - 0.03**2
    assert heard == pytest.approx((0.6 * 2.0) ** 2 * TAU_M / 2)  # of a membrane that white noise drives


# decoding


@pytest.mark.parametrize("phase", [(0.0, 0.0), (0.25, -0.4), (-0.45, 0.1)])
def test_a_phase_is_told_by_spikes_around_it(phase):
    modules, rng = GridModules(n_side=12), stream()
    chance = modules.bump(np.array(phase)).clip(0)
    cells = rng.choice(len(chance), 4000, p=chance / chance.sum()) + modules.n_cells  # of the second module
    times = rng.uniform(0.9, 1.1, len(cells))
    told = modules.phase(times, cells, np.array([1.0]), module=1)
    assert (told - phase + 0.5) % 1 - 0.5 == pytest.approx(np.zeros((1, 2)), abs=0.02)
    assert np.isnan(modules.phase(times, cells, np.array([1.0]), module=0)).all()  # of which no cell fires


def test_where_an_ideal_module_is_after_a_walk():
    velocity = np.array([[2.0, 0.0], [1.0, np.sqrt(3)]])
    told = travelled(velocity, interval=0.5, gain=0.5, start=np.array([0.1, 0.2]))
    assert told == pytest.approx(np.array([[0.1, 0.2], [0.6, 0.2], [0.6, 0.7]]))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"velocity": np.zeros((3, 2))}, "velocity must be"),
        ({"velocity": np.zeros((2, 3, 2))}, "a seed each"),
        ({"velocity": np.zeros((0, 3, 2)), "seeds": ()}, "velocity must be"),
        ({"velocity": np.full((1, 3, 2), np.nan)}, "velocity must be finite; saw nan"),
        ({"velocity": np.zeros((1, 3, 2)), "gains": ()}, "gains must be"),
        ({"velocity": np.zeros((1, 3, 2)), "gains": (1.0, np.inf)}, "gains must be finite; saw inf"),
        ({"velocity": np.zeros((1, 3, 2)), "start": np.full((1, 1, 2), np.nan)}, "start must be finite"),
        ({"velocity": np.zeros((1, 3, 2)), "seeds": (0.5,)}, "each of seeds must be a whole number"),
        ({"velocity": np.zeros((1, 3, 2)), "start": np.zeros((1, 2, 2))}, "start must be"),
        ({"velocity": np.zeros((1, 3, 2)), "interval": 0.00015}, "dt must divide every window"),
    ],
)
def test_walks_of_another_shape_are_refused(arguments, told):
    with pytest.raises(ValueError, match=told):
        GridModules(n_side=4, target="numpy").walk(**{"interval": 0.1, **arguments})


@pytest.mark.parametrize(
    ("field", "bad"), [("n_side", 3), ("strength", 0.0), ("noise", -0.1), ("step", 0.01), ("target", "gpu")]
)
def test_parameters_out_of_range_are_refused(field, bad):
    with pytest.raises(ValueError, match=field):
        GridModules(**{field: bad})


# the scaffold


def test_addresses_of_the_scaffold_are_those_of_the_discrete_grid():
    scaffold = SpikingGrid(periods=(2, 3))
    assert np.array_equal(scaffold.codes(), scaffold.ideal.codes())
    assert np.array_equal(scaffold.index(scaffold.codes()), np.arange(36))
    assert np.array_equal(scaffold.at_position(np.array([1.4, 0.1])), scaffold.ideal.at_position(np.array([1.0, 0.0])))
    with pytest.raises(ValueError, match="displacement must be a whole number of steps"):
        scaffold.shift(scaffold.codes(1), np.array([0.5, 0.0]))
    assert spiking_grid().costly


def test_a_module_that_holds_no_bump_is_at_no_place():
    silent = SpikingGrid(periods=(2, 3), modules=GridModules(n_side=4, background=0.5, target="numpy"))
    (walked,) = silent.modules.walk(np.zeros((1, 1, 2)), interval=0.1)
    assert np.isnan(walked.phase).all()
    with pytest.raises(ValueError, match="a module fell silent"):
        silent.shift(silent.codes(1), np.array([1.0, 0.0]))


# in spikes


@pytest.mark.slow
def test_a_bump_on_target_numpy_is_moved_and_tables_tell_the_network():
    modules = GridModules(n_side=8, target="numpy")
    (one,) = modules.walk(np.tile([0.5, 0.0], (1, 10, 1)), interval=0.1)
    assert (one.phase[0, -1] - one.phase[0, 0]) @ LATTICE == pytest.approx([0.5, 0.0], abs=0.15)
    trial = modules.trial(np.zeros((1, 2)), 0.1, [1.0], np.zeros((1, 2)), 0)
    told = {table.title: table.rows for table in tables(modules.circuit(1), trial)}
    assert ("cells", "256") in told["Populations"]
    assert ("inhibition", "cells", "cells", "65536") in told["Connectivity"]


@pytest.mark.slow
def test_a_smoke_run_needs_no_compiler(monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: None)
    (one,) = GridModules().walk(np.tile([0.5, 0.0], (1, 5, 1)), interval=0.1)
    assert (one.phase[0, -1] - one.phase[0, 0]) @ LATTICE == pytest.approx([0.25, 0.0], abs=0.1)


def paths(n, top=1.0, samples=100):
    """Velocities (walk, sample, 2) of 10 s with speeds up to `top` periods a second and a heading that diffuses."""
    walks = []
    for seed in range(n):
        rng = cell_rng(seed, "grid path")
        heading, speed = np.cumsum(rng.normal(0, 0.5, samples)), top * rng.beta(2, 2, samples)
        walks.append(speed[:, None] * np.stack([np.cos(heading), np.sin(heading)], -1))
    return np.stack(walks)


@pytest.fixture(scope="module")
def modules():
    """Modules whose network is compiled: those of one module and 10 s, and of two and 2.7 s, are built once each."""
    if target.compiler() is None:
        pytest.skip("needs a C++ compiler")
    one = GridModules(target="cpp_standalone")
    one.walk(np.zeros((1, 100, 2)), interval=0.1)
    return one


@pytest.mark.slow
def test_at_rest_a_bump_drifts_little(modules):
    """10 seeds, fixed beforehand: below .08 period in 10 s, root mean square."""
    walks = modules.walk(np.zeros((10, 100, 2)), interval=0.1, seeds=range(10))
    drift = np.array([(one.phase[0, -1] - one.phase[0, 0]) @ LATTICE for one in walks])
    assert np.sqrt((drift**2).sum(-1).mean()) < 0.08


@pytest.mark.slow
def test_paths_are_followed_up_to_a_period_a_second(modules):
    velocity = paths(10)
    told = []
    for one, v in zip(modules.walk(velocity, interval=0.1, seeds=range(10)), velocity, strict=True):
        true = travelled(v, interval=0.1, gain=1.0, start=np.zeros(2))
        told.append(1 - ((one.phase[0] - true) ** 2).sum() / ((true - true.mean(0)) ** 2).sum())
    assert np.mean(told) > 0.98


@pytest.mark.slow
def test_modules_of_other_gains_move_in_proportion(modules):
    velocity = np.tile([0.8, 0.3], (1, 27, 1))
    gains = (1.0, 0.6)
    (one,) = modules.walk(velocity, interval=0.1, gains=gains, start=np.array([[[0.2, 0.7], [0.5, 0.0]]]))
    moved = (one.phase[:, -1] - one.phase[:, 0]) @ LATTICE
    assert moved == pytest.approx(np.outer(gains, 2.7 * velocity[0, 0]), abs=0.2)
    assert one.phase[:, 0] == pytest.approx(np.array([[0.2, 0.7], [0.5, 0.0]]), abs=0.05)


@pytest.mark.slow
def test_half_the_step_moves_bumps_as_far(modules):
    velocity = np.tile([0.8, 0.3], (1, 27, 1))
    coarse, fine = (
        replace(modules, step=step).walk(velocity, interval=0.1, gains=(1.0, 0.6))[0].phase
        for step in (modules.step, modules.step / 2)
    )
    assert fine[:, -1] - fine[:, 0] == pytest.approx(coarse[:, -1] - coarse[:, 0], abs=0.1)


@pytest.mark.slow
def test_calibration_finds_the_push_again(modules):
    found = calibrated(replace(modules, push=0.1), seconds=10.0)
    assert found.push == pytest.approx(modules.push, rel=0.1)
    assert velocity_gain(found, seconds=10.0, seeds=(7,)).mean() == pytest.approx(1.0, abs=0.05)
    assert replace(found, push=modules.push) == modules


@pytest.mark.slow
def test_the_scaffold_is_moved_by_spikes_as_the_discrete_grid_is(modules):
    scaffold = SpikingGrid(periods=(2, 3), modules=modules)
    codes, steps = scaffold.codes(4), np.array([2, 1]) @ LATTICE
    assert np.array_equal(scaffold.shift(codes, steps), scaffold.ideal.shift(codes, steps))
