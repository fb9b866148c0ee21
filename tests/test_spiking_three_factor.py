"""Three-factor learning in spikes: closed forms at one synapse, the race, the rate model's slots, what is recalled."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from small import stream

from neuromem import manipulate
from neuromem.core import cell_rng
from neuromem.errors import UserError
from neuromem.measures.identification import identified
from neuromem.models.three_factor import ThreeFactor
from neuromem.spiking import brian, target
from neuromem.spiking.simulation import simulate
from neuromem.spiking.three_factor import SpikingThreeFactor
from neuromem.spiking.three_factor_circuit import CONSTANTS, CUE_RATE, LEARNING_STEP
from neuromem.spiking.three_factor_runs import Step, recipe, session

RATE, STEP = 0.12, 0.0005
MEMORY = SpikingThreeFactor(target="numpy")


def k_hot(n, d, k, rng):
    return (rng.random((n, d)).argsort(-1).argsort(-1) < k).astype(float)


def written(memory, key, value, capacity=3):
    return memory.write(memory.init(capacity, key.shape[1], value.shape[1], rng=stream()), key, value, rng=stream(1))


def one_window(memory, n_slots=2, **start):
    """The circuit and trial of one pair of a single line and output, with what to start from."""
    state = memory.init(n_slots, 1, 1, rng=stream())
    circuit, trial = recipe(memory, state, [Step("write", np.ones(1), np.ones(1))], seeds=[0])
    return circuit, trial._replace(start={**trial.start, **start})


# closed forms


EXACT = np.exp(-STEP / CONSTANTS["tau_x"])  # what is left of a trace of lines and outputs after a step
EULER = 1 - STEP / CONSTANTS["tau_x"]  # of slots
OUTPUT = np.exp(-STEP / CONSTANTS["tau_m"])  # of the potential of an output


def trace(spikes, jump, at, kept):
    """A trace just before time `at`: each spike adds a jump at the end of its step; `kept` is left each step."""
    steps = np.rint((at - spikes[spikes < at - STEP / 2]) / STEP) - 1
    return jump * (kept**steps).sum()


def updates(last):
    """The times of the learning steps that fall into the modulator's window and the plateau's hold."""
    times = np.arange(0, 0.15 - 1e-9, LEARNING_STEP)
    return times[times - last < CONSTANTS["hold"]]


def prescribed(trial, **steps):
    """The trial with one spike of the line ("cue") or of the output ("value") at each of these steps."""
    windows, size = trial.experiment.windows, {"cue": 1.0, "value": 1.05 / CONSTANTS["teach"] / (1 - OUTPUT)}
    given = {name: np.zeros((300, 1)) for name in steps}
    for name, at in steps.items():
        given[name][at] = size[name]
    first = windows[0]._replace(signals={**windows[0].signals, **given})
    return trial._replace(experiment=replace(trial.experiment, windows=(first, *windows[1:])))


def test_eq_12_at_one_synapse_with_prescribed_spikes():
    last = -0.0125
    circuit, trial = one_window(MEMORY, **{"slots.last": [last, -0.5], "keys.w": [0.25, 0.5]})
    steps = np.array([3, 10, 11, 47, 60, 61, 62, 63, 150, 190])
    circuit = circuit._replace(parameters=circuit.parameters | {"window": 10.0})  # so that no race is won meanwhile
    got = simulate(circuit, prescribed(trial, cue=steps), target="numpy").values
    jump, weight = 1 / (CUE_RATE * CONSTANTS["tau_x"]), 0.25
    for at in updates(last):
        weight += RATE * (min(trace(steps * STEP, jump, at, EXACT), CONSTANTS["most"]) - weight)
    assert got["keys.w"] == pytest.approx([weight, 0.5], abs=1e-6)
    assert abs(weight - 0.25) > 0.1


def test_eq_13_at_one_synapse_from_the_spikes_on_both_sides():
    last = -0.0125
    circuit, trial = one_window(MEMORY, **{"slots.last": [last, -0.5], "values.w": [0.3, 0.4]})
    circuit = circuit._replace(parameters=circuit.parameters | {"window": 10.0})
    steps = np.array([4, 20, 38, 39, 61, 80, 101, 120, 140, 141, 142, 180, 220])
    got = simulate(circuit, prescribed(trial, value=steps), target="numpy").values
    jump = 1 / (CONSTANTS["typical_rate"] * CONSTANTS["tau_x"])
    slot, output, weight = got["slot_spikes.t"][got["slot_spikes.i"] == 0], got["output_spikes.t"], 0.3
    np.testing.assert_allclose(output, steps * STEP, atol=1e-9)
    for at in updates(last):
        a, y = min(trace(slot, jump, at, EULER), 1), min(trace(output, jump, at, EXACT), CONSTANTS["most"])
        weight += RATE * a * (y - weight)
    assert got["values.w"] == pytest.approx([weight, 0.4], abs=1e-6)
    assert len(slot) > 3
    assert abs(weight - 0.3) > 0.1


@pytest.mark.slow
def test_stdp_at_one_synapse_from_the_spikes_on_both_sides():
    last = -0.0125
    memory = SpikingThreeFactor(target="numpy", value_rule="stdp")
    circuit, trial = one_window(memory, **{"slots.last": [last, -0.5], "values.w": [0.3, 0.4]})
    circuit = circuit._replace(parameters=circuit.parameters | {"window": 10.0})
    got = simulate(circuit, trial, target="numpy").values
    jump = 1 / (CONSTANTS["typical_rate"] * CONSTANTS["tau_x"])
    slot, output, weight = got["slot_spikes.t"][got["slot_spikes.i"] == 0], got["output_spikes.t"], 0.3
    events = sorted([(t, 0) for t in slot] + [(t, 1) for t in output])
    for at, side in events:  # at the same step a spike of the slot comes first
        if at < 0.15 and at - last < CONSTANTS["hold"]:
            a = min(EULER * trace(slot, jump, at, EULER), 1)
            weight += (
                CONSTANTS["strengthen"] * RATE * a * (1 - weight) if side else -CONSTANTS["weaken"] * RATE * weight
            )
    assert got["values.w"] == pytest.approx([weight, 0.4], abs=1e-6)
    assert weight > 0.7


# the race


def race(age, of_all):
    """When a slot of this age is first at u = 1, at full modulation: its drive grows as the slot ages."""
    return (age**5 + 5 * of_all**4 * CONSTANTS["tau_u"]) ** 0.2 - age


def test_order_of_events_one_plateau_a_write_and_slots_in_turn():
    rng = stream()
    key, value = k_hot(5, 12, 2, rng), k_hot(5, 8, 2, rng)
    steps = [Step("write", *pair) for pair in zip(key, value, strict=True)]
    ran = session(MEMORY, MEMORY.init(3, 12, 8, rng=rng), steps, seeds=range(5), target="numpy")
    got = ran.recorded.values
    assert got["plateaus.i"].tolist() == [0, 1, 2, 0, 1]
    times = got["plateaus.t"] - [span.start for span in ran.spans]
    won = [0.6, 0.6, 0.6, 0.6 - times[0], 0.6 - times[1]]  # ages of the winners as the races begin
    np.testing.assert_allclose(times, [race(age, 0.6) for age in won], atol=3 * STEP)
    assert int(ran.state.written) == 5
    np.testing.assert_allclose(np.sort(ran.state.age), 0.2 - times[[4, 3, 2]] + 0.2 * np.arange(3), atol=1e-9)
    at = got["slot_spikes.t"][got["slot_spikes.i"] == 0]
    assert at.min() > got["plateaus.t"][0]  # a slot is silent until its plateau


@pytest.mark.slow
@pytest.mark.parametrize(("modulator", "plateaus"), [(0.0, 0), (0.82, 0), (0.86, 1), (1.0, 1)])
def test_the_race_is_won_where_the_modulator_is_above_five_sixths(modulator, plateaus):
    memory = SpikingThreeFactor(target="numpy", modulator=modulator)
    state = written(memory, np.ones((1, 2)), np.ones((1, 2)), capacity=100)
    assert int(state.written) == plateaus
    assert state.key.any() == bool(plateaus)


@pytest.mark.slow
def test_the_spiking_and_the_rate_model_choose_the_same_slots():
    rng = stream(3)
    key, value = k_hot(6, 20, 4, rng), k_hot(6, 20, 4, rng)
    rate = ThreeFactor()
    spiking, states = MEMORY, [MEMORY.init(3, 20, 20, rng=rng), rate.init(3, 20, 20, rng=rng)]
    chosen = []
    for n in range(6):
        before = states[0].age, states[1].clock
        states[0] = spiking.write(states[0], key[n, None], value[n, None], rng=rng)
        signed = 2 * key[n, None] - 1, 2 * value[n, None] - 1
        states[1] = rate.write(states[1], *signed, rng=rng)
        chosen.append((int(states[0].age.argmin()), int(np.flatnonzero(states[1].used == before[1])[0])))
        if n == 3:  # the first and oldest that is left is retrieved, and so spared
            recall = spiking.read(states[0], key[1, None], rng=rng)
            states[0] = spiking.after(states[0], key[1, None], recall, rng=rng)
            states[1] = rate.after(states[1], 2 * key[1, None] - 1, None, rng=rng)
    assert [one for one, _ in chosen] == [other for _, other in chosen]
    assert [one for one, _ in chosen] == [0, 1, 2, 0, 2, 0]
    kept = [1, 4, 5]
    asked = replace(rate, keep_weights=True).read(states[1], 2 * key[kept] - 1, rng=rng).aux["weights"].argmax(-1)
    assert spiking.read(states[0], key[kept], rng=rng).aux["slot_spikes"].argmax(-1).tolist() == asked.tolist()


# runs


@pytest.mark.slow
def test_windows_fused_into_one_run_equal_the_separate_calls():
    rng = stream(4)
    key, value = k_hot(2, 20, 4, rng), k_hot(2, 10, 2, rng)
    start = MEMORY.init(3, 20, 10, rng=rng)
    steps = [*(Step("write", *pair) for pair in zip(key, value, strict=True)), Step("read", key[0])]
    fused = session(MEMORY, start, steps, seeds=[1, 2, 3], target="numpy")
    apart, spikes = start, []
    for n, one in enumerate(steps):
        ran = session(MEMORY, apart, [one], seeds=[n + 1], target="numpy")
        apart, spikes = ran.state, ran.recorded.values["output_spikes.i"]
    np.testing.assert_allclose(fused.state.key, apart.key, atol=0.01)
    np.testing.assert_allclose(fused.state.value, apart.value, atol=0.01)
    np.testing.assert_allclose(fused.state.age, apart.age, atol=2 * STEP)
    of_read = fused.recorded.values["output_spikes.t"] >= fused.spans[2].start
    shares = [np.bincount(i, minlength=10) for i in (fused.recorded.values["output_spikes.i"][of_read], spikes)]
    np.testing.assert_allclose(shares[0] / shares[0].max(), shares[1] / shares[1].max(), atol=0.15)


@pytest.mark.slow
def test_half_the_step_gives_the_same_weights():
    coarse, fine = (SpikingThreeFactor(target="numpy", step=step) for step in (0.0005, 0.00025))
    counts = np.random.default_rng(0).poisson(CUE_RATE * 0.0005, (300, 1)).astype(float)
    got = []
    for memory, cue in ((coarse, counts), (fine, np.kron(counts, [[1.0], [0.0]]))):
        circuit, trial = one_window(memory)
        windows = trial.experiment.windows
        first = windows[0]._replace(signals={**windows[0].signals, "cue": cue})
        trial = trial._replace(experiment=replace(trial.experiment, windows=(first, *windows[1:])))
        got.append(simulate(circuit, trial, target="numpy").values)
    assert got[0]["plateaus.i"].tolist() == got[1]["plateaus.i"].tolist() == [0]
    assert got[0]["plateaus.t"] == pytest.approx(got[1]["plateaus.t"], abs=0.001)
    np.testing.assert_allclose(got[0]["keys.w"], got[1]["keys.w"], atol=0.03)
    np.testing.assert_allclose(got[0]["values.w"], got[1]["values.w"], atol=0.03)


@pytest.mark.slow
def test_half_the_step_recalls_the_same_values_from_the_same_slots():
    rng = stream(7)
    key, value = k_hot(4, 30, 6, rng), k_hot(4, 30, 6, rng)
    coarse, fine = (SpikingThreeFactor(target="numpy", step=step) for step in (0.0005, 0.00025))
    told = [one.read(written(one, key, value), key, rng=stream(2)) for one in (coarse, fine)]
    np.testing.assert_array_equal(*(recall.aux["slot_spikes"].argmax(-1) for recall in told))
    np.testing.assert_allclose(told[0].value[1:], told[1].value[1:], atol=0.2)


@pytest.mark.parametrize("rule", ["hebbian", pytest.param("stdp", marks=pytest.mark.slow)])
def test_both_rules_recall_values_and_forget_what_is_overwritten(rule):
    memory, rng = SpikingThreeFactor(target="numpy", value_rule=rule), stream(5)
    key, value = k_hot(4, 30, 6, rng), k_hot(4, 30, 6, rng)
    recall = memory.read(written(memory, key, value), key, rng=rng)
    assert identified(recall.value, value).tolist() == [False, True, True, True]
    assert recall.aux["slot_spikes"].argmax(-1)[1:].tolist() == [1, 2, 0]
    np.testing.assert_allclose(recall.value[1:], value[1:], atol=0.2)


@pytest.mark.slow
def test_a_silenced_slot_does_not_answer_and_a_lesion_of_all_leaves_nothing():
    rng = stream(6)
    key, value = k_hot(2, 20, 4, rng), k_hot(2, 20, 4, rng)
    state = written(MEMORY, key, value)
    recall = MEMORY.read(manipulate.set_gain(state, 0, 0.0), key, rng=rng)
    assert identified(recall.value, value).tolist() == [False, True]
    assert not MEMORY.read(manipulate.lesion(state, 1.0, rng=rng), key, rng=rng).value.any()


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("n_slots", 0),
        ("modulator", 1.1),
        ("rate", -0.1),
        ("value_rule", "oja"),
        ("step", 0.0),
        ("step", 0.01),
        ("target", "cuda"),
    ],
)
def test_parameters_out_of_range_are_refused(field, bad):
    with pytest.raises(ValueError, match=field):
        SpikingThreeFactor(**{field: bad})


def test_slots_that_the_race_cannot_tell_apart_are_refused():
    with pytest.raises(ValueError, match="n_slots must be at most 200 .*saw 201: take fewer, or a shorter step"):
        MEMORY.init(201, 10, 10, rng=stream())


NOT_K_HOT = {
    "other numbers of ones": (np.array([[1, 0, 0], [1, 1, 0]]), "must have the same number of ones"),
    "no ones": (np.zeros((2, 3)), "must have the same number of ones"),
    "other entries": (2 * np.eye(2, 3), r"must be 0 or 1 \(k-hot\); saw 2"),
    "another width": (np.eye(2), "must have 3 features"),
}


@pytest.mark.parametrize(("bad", "told"), NOT_K_HOT.values(), ids=NOT_K_HOT)
@pytest.mark.parametrize("which", ["key", "value"])
def test_pairs_that_are_not_k_hot_are_refused(bad, told, which):
    pair, fresh = {"key": np.eye(2, 3), "value": np.eye(2, 3), which: bad}, MEMORY.init(2, 3, 3, rng=stream())
    with pytest.raises(ValueError, match=f"{which} {told}"):
        MEMORY.write(fresh, **pair, rng=stream())


@pytest.mark.parametrize(("bad", "told"), NOT_K_HOT.values(), ids=NOT_K_HOT)
def test_cues_that_are_not_k_hot_are_refused(bad, told):
    with pytest.raises(ValueError, match=f"query {told}"):
        MEMORY.read(MEMORY.init(2, 3, 3, rng=stream()), bad, rng=stream())


@pytest.mark.parametrize("step", [0.0007, 0.05 / 51])  # the second divides all windows, not the times of learning
def test_steps_that_do_not_divide_what_must_come_out_even_are_refused(step):
    with pytest.raises(ValueError, match=r"step must divide the 5 ms .*saw 0.\d+ ms: take another step"):
        SpikingThreeFactor(step=step)


def test_a_quantity_for_seconds_is_refused():
    with pytest.raises(ValueError, match="step must be a number"):
        SpikingThreeFactor(step=0.5 * brian.brian2().ms)


def test_without_brian2_a_write_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "brian2", None)
    brian.brian2.cache_clear()
    state = MEMORY.init(2, 2, 2, rng=stream())
    with pytest.raises(UserError, match=r"neuromem\[spiking\]"):
        MEMORY.write(state, np.eye(2), np.eye(2), rng=stream())
    monkeypatch.undo()
    brian.brian2.cache_clear()


def test_without_a_compiler_a_compiled_target_is_refused_and_auto_says_what_it_does(monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: None)
    compiled = SpikingThreeFactor(target="cpp_standalone")
    with pytest.raises(UserError, match="target cpp_standalone needs a C\\+\\+ compiler"):
        compiled.read(compiled.init(2, 2, 2, rng=stream()), np.eye(2), rng=stream())
    with pytest.warns(target.NoCompiler):
        assert SpikingThreeFactor().on_target_for(60.0).target == "numpy"


# what it recalls


def relocated(x, share, rng):
    """Patterns (item, d) in which this share of the ones has moved to other places."""
    y = x.copy()
    for row in y:
        on, off = np.flatnonzero(row), np.flatnonzero(row == 0)
        n = round(share * len(on))
        row[rng.choice(on, n, replace=False)] = 0
        row[rng.choice(off, n, replace=False)] = 1
    return y


@pytest.mark.slow
@pytest.mark.skipif(target.compiler() is None, reason="needs a C++ compiler")
def test_values_are_identified_with_relocated_cues_and_overwritten_items_are_not():
    """50 slots, 64 writes, 10 seeds, fixed beforehand."""
    memory, right, lost = SpikingThreeFactor(target="cpp_standalone"), {}, []
    for seed in range(10):
        rng = cell_rng(seed, "spiking three-factor")
        key, value = k_hot(64, 100, 20, rng), k_hot(64, 100, 20, rng)
        state = memory.write(memory.init(50, 100, 100, rng=rng), key, value, rng=rng)
        assert int(state.written) == 64  # exactly one plateau a write
        for share in (0.0, 0.3, 0.4):
            found = identified(memory.read(state, relocated(key, share, rng), rng=rng).value, value)
            right.setdefault(share, []).append(found[14:].mean())
            lost.append(found[:14].mean())
    means = {share: float(np.mean(each)) for share, each in right.items()}
    assert means[0.0] >= 0.99
    assert means[0.3] >= 0.95
    assert means[0.4] >= 0.80
    assert np.mean(lost) <= 0.05
