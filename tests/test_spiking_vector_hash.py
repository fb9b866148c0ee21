"""Vector-HaSH in spikes: the path, a phase for each pulse, rules at one synapse, addresses corrected, recall."""

from dataclasses import replace

import numpy as np
import pytest
from small import stream

from neuromem.core import cell_rng
from neuromem.measures.identification import identified
from neuromem.patterns import scrambled
from neuromem.spiking import target
from neuromem.spiking.simulation import simulate
from neuromem.spiking.vector_hash import SpikingVectorHash
from neuromem.spiking.vector_hash_circuit import CONSTANTS, CUE_RATE, LEARNING_STEP, MOVES, next_cells
from neuromem.spiking.vector_hash_runs import MOVE, SETTLE, WRITE, Step, read_copies, recipe, session

STEP = 0.001
SMALL = SpikingVectorHash(periods=(2, 3), n_hidden=100, n_active=10, target="numpy", step=STEP)
MEMORY = SpikingVectorHash(target="numpy", step=STEP)


def k_hot(n, d, k, rng):
    return (rng.random((n, d)).argsort(-1).argsort(-1) < k).astype(float)


# places and connections, without a run


@pytest.mark.parametrize("periods", [(2,), (2, 3), (3, 4), (3, 4, 5)])
def test_the_path_visits_each_place_once_by_moves_of_one_phase(periods):
    memory = SpikingVectorHash(periods=periods)
    n = np.arange(memory.n_states)
    code = memory.place(n)
    np.testing.assert_array_equal(memory.address(code), n)
    moves = np.array([memory.way(one) for one in n[1:]])
    np.testing.assert_array_equal(memory.scaffold.shift(code[:-1], MOVES[moves]), code[1:])


def test_shifters_lead_to_the_cell_that_a_shift_of_the_ideal_grid_makes_active():
    grid = MEMORY.scaffold
    to = next_cells(MEMORY.periods)
    for direction, move in enumerate(MOVES):
        moved = grid.codes() @ np.eye(grid.n_cells)[to[:, direction]]
        np.testing.assert_array_equal(moved, grid.shift(grid.codes(), move))


def test_a_place_has_about_as_many_hippocampal_cells_as_asked_and_they_lead_back_to_it():
    state = MEMORY.init(1, 10, 10, rng=stream())
    code = MEMORY.scaffold.codes()
    pattern = MEMORY.pattern(state.outward, code)
    assert pattern.sum(-1).mean() == pytest.approx(20, abs=2)
    assert (MEMORY.scaffold.clean(pattern @ state.back) == code).all(-1).mean() > 0.99


def test_silence_of_a_module_has_no_address_and_is_no_place():
    code = MEMORY.place(7)
    code[:9] = 0
    assert MEMORY.address(code) == -1
    np.testing.assert_array_equal(MEMORY.held(3 * code), code)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"periods": (3, 5)}, "even"),
        ({"periods": (2, 4)}, "common factor"),
        ({"n_active": 400}, "n_active"),
        ({"noise": -1.0}, "noise"),
        ({"step": 0.002}, "step"),
        ({"target": "gpu"}, "target"),
        ({"modulator": 2.0}, "modulator"),
    ],
)
def test_parameters_out_of_range_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        SpikingVectorHash(**change)


def test_more_items_than_places_and_moves_that_are_none_are_refused():
    state, rng = SMALL.init(1, 8, 8, rng=stream()), stream()
    x = k_hot(37, 8, 2, rng)
    with pytest.raises(ValueError, match="37 items do not fit on 36 places"):
        SMALL.write(state, x, x, rng=rng)
    with pytest.raises(ValueError, match="each of moves"):
        SMALL.relive(state, [4], rng=rng)
    with pytest.raises(ValueError, match="nothing to recall"):
        SMALL.relive(state, [], rng=rng)


# in spikes


def trace(spikes, jump, at, tau):
    """A trace just before time `at`: each spike adds a jump at the end of its step; Euler's share is left each step."""
    steps = np.rint((at - spikes[spikes < at - STEP / 2]) / STEP) - 1
    return jump * ((1 - STEP / tau) ** steps).sum()


def test_both_rules_at_one_synapse_follow_from_the_spikes():
    rng = stream()
    x, y = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    state = SMALL.init(1, 2, 2, rng=rng)
    state = state._replace(key=state.key + 0.25, value=state.value + 0.5)
    circuit, trial = recipe(SMALL, state, [Step("write", x, y)], seeds=[0])
    got = simulate(circuit, trial, target="numpy").values
    cell = got["hippocampus_spikes.i"][-1]
    a = got["hippocampus_spikes.t"][got["hippocampus_spikes.i"] == cell]
    out = got["output_spikes.t"][got["output_spikes.i"] == 1]
    cue = trial.experiment.courses["cue"]
    count = cue.values[:, 0]
    line = np.repeat(np.arange(len(count)) * cue.step, count.astype(int))
    tau, key, value = CONSTANTS["tau_x"], 0.25, 0.5
    jumps = 1 / (CUE_RATE * tau), 1 / (CONSTANTS["typical_rate"] * tau)
    for at in np.arange(round((MOVE + SETTLE) / LEARNING_STEP), round((MOVE + SETTLE + WRITE) / LEARNING_STEP)):
        pre, post, taught = (
            min(trace(spikes, jump, at * LEARNING_STEP, tau), 1)
            for spikes, jump in ((line, jumps[0]), (a, jumps[1]), (out, jumps[1]))
        )
        key += SMALL.rate * pre * post * (1 - key)
        value += SMALL.rate * post * taught * (1 - value)
    assert got["keys.w"].reshape(2, -1)[:, cell] == pytest.approx([key, 0.25], abs=1e-6)
    assert got["values.w"].reshape(-1, 2)[cell] == pytest.approx([0.5, value], abs=1e-6)
    assert min(key, value) > 0.7


def test_one_pulse_moves_each_module_by_one_phase_in_every_direction():
    state = SMALL.init(1, 4, 4, rng=stream())
    moves = [0, 1, 1, None, 2, 3]
    answer = SMALL.relive(state, moves, rng=stream())
    place = np.cumsum([MOVES[m] if m is not None else [0, 0] for m in moves], axis=0)
    np.testing.assert_array_equal(SMALL.scaffold.clean(answer.code), SMALL.scaffold.at_position(place))
    np.testing.assert_array_equal(answer.code > 0, SMALL.scaffold.at_position(place) > 0)  # one cell of each module
    np.testing.assert_array_equal(answer.value, 0)


@pytest.mark.slow
def test_half_the_step_leads_to_the_same_places():
    state, moves = SMALL.init(1, 4, 4, rng=stream(3)), [0, 1, None, 3]
    coarse, fine = (replace(SMALL, step=step).relive(state, moves, rng=stream()) for step in (STEP / 2, STEP / 4))
    np.testing.assert_array_equal(coarse.code > 0, fine.code > 0)
    np.testing.assert_array_equal(coarse.hidden > 0, fine.hidden > 0)
    np.testing.assert_allclose(coarse.hidden.sum(-1), fine.hidden.sum(-1), rtol=0.15)


def test_the_hippocampal_cells_that_fire_are_those_that_hear_every_module():
    state = SMALL.init(1, 4, 4, rng=stream(3))
    answer = SMALL.relive(state, [None, 0, 1], rng=stream())
    np.testing.assert_array_equal(answer.hidden > 0, SMALL.pattern(state.outward, SMALL.place([0, 1, 2])) > 0)


@pytest.mark.slow
def test_without_the_neuromodulator_nothing_is_learned():
    memory = SpikingVectorHash(periods=(2, 3), n_hidden=100, n_active=10, target="numpy", step=STEP, modulator=0.0)
    x, rng = k_hot(2, 20, 2, stream()), stream()
    state = memory.write(memory.init(2, 20, 20, rng=rng), x, x, rng=rng)
    assert not state.key.any()
    assert not state.value.any()
    assert memory.read(state, x, rng=rng).aux["address"].tolist() == [-1, -1]


@pytest.mark.slow
def test_writes_in_one_run_are_as_separate_writes():
    rng = stream(5)
    x, y = k_hot(4, 40, 4, rng), k_hot(4, 40, 4, rng)
    fresh = SMALL.init(4, 40, 40, rng=rng)
    fused = SMALL.write(fresh, x, y, rng=stream(6))
    apart, seeds = fresh, stream(6).integers(1 << 63, size=4)
    for n in range(4):
        step = Step("write", x[n], y[n], SMALL.way(n))
        apart = session(SMALL, apart, [step], seeds=seeds[n : n + 1], target="numpy").state
    np.testing.assert_array_equal(fused.code, apart.code)
    assert int(apart.written) == int(fused.written) == 4
    assert np.abs(fused.key - apart.key).mean() < 0.01
    assert np.abs(fused.value - apart.value).mean() < 0.01
    assert np.corrcoef(fused.value.ravel(), apart.value.ravel())[0, 1] > 0.98


@pytest.mark.slow
def test_a_read_in_a_session_is_as_a_copy_from_rest():
    rng = stream(7)
    x, y = k_hot(4, 60, 6, rng), k_hot(4, 60, 6, rng)
    state = MEMORY.write(MEMORY.init(4, 60, 60, rng=rng), x, y, rng=rng)
    together = session(MEMORY, state, [Step("read", one) for one in x], seeds=range(4), target="numpy").answer
    alone, _ = read_copies(MEMORY, state, x, seeds=np.arange(4), target="numpy")
    np.testing.assert_array_equal(MEMORY.address(together.code), MEMORY.address(alone.code))
    np.testing.assert_allclose(together.value, alone.value, atol=0.4)  # four spikes


@pytest.mark.slow
def test_a_smoke_run_needs_no_compiler(monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: None)
    memory, rng = SpikingVectorHash(), stream()
    x, y = k_hot(3, 100, 10, rng), k_hot(3, 100, 10, rng)
    recall = memory.read(memory.write(memory.init(3, 100, 100, rng=rng), x, y, rng=rng), x, rng=rng)
    assert recall.aux["address"].tolist() == [0, 1, 2]
    assert identified(recall.value, y).all()


@pytest.mark.slow
def test_a_noisy_cue_finds_its_place_and_what_is_recalled_there_is_clean():
    rng = cell_rng(0, "spiking_vector_hash", "items")
    x, y = k_hot(20, 100, 10, rng), k_hot(20, 100, 10, rng)
    state = MEMORY.write(MEMORY.init(20, 100, 100, rng=rng), x, y, rng=rng)
    recall = MEMORY.read(state, scrambled(x, 0.3, rng=rng), rng=rng)
    assert (recall.aux["address"] == np.arange(20)).mean() >= 0.85
    assert identified(recall.value, y).mean() >= 0.85
    new = MEMORY.read(state, k_hot(20, 100, 10, rng), rng=rng)
    assert new.strength.mean() < recall.strength.mean() - 0.2


@pytest.mark.slow
def test_a_sequence_is_relived_in_order_from_its_noisy_first_moment():
    rng = cell_rng(0, "spiking_vector_hash", "sequence")
    x = k_hot(12, 100, 10, rng)
    state = MEMORY.write(MEMORY.init(12, 100, 100, rng=rng), x, x, rng=rng)
    moves = [MEMORY.way(n) for n in range(1, 12)]
    answer = MEMORY.relive(state, moves, cue=scrambled(x[:1], 0.2, rng=rng)[0], rng=rng)
    np.testing.assert_array_equal(MEMORY.address(answer.code), np.arange(12))
    assert identified(answer.value, x).mean() >= 0.9
