"""Hippocampal index in spikes: closed forms at one synapse, gates, silence and light, recall and completion."""

from dataclasses import replace

import numpy as np
import pytest
from small import stream

from neuromem import manipulate
from neuromem.core import cell_rng, same
from neuromem.measures.identification import identified
from neuromem.models.reactivation import reactivate, set_input_gain
from neuromem.spiking import target
from neuromem.spiking.circuit import Recorded
from neuromem.spiking.index import LIGHT, SpikingIndex, light, stimulate
from neuromem.spiking.index_circuit import CONSTANTS, CUE_RATE, ON, WINDOW
from neuromem.spiking.index_completion import completion, overlap
from neuromem.spiking.index_runs import BLOCK, Session, Step, counted, recipe, session
from neuromem.spiking.index_state import engram
from neuromem.spiking.simulation import simulate

STEP = 0.0005
SMALL = SpikingIndex.example()


def k_hot(n, d, k, rng):
    return (rng.random((n, d)).argsort(-1).argsort(-1) < k).astype(float)


def without(x, share, rng):
    """Patterns (item, d) of which this share of the active lines is silent."""
    y = x.copy()
    for row in y:
        on = np.flatnonzero(row)
        row[rng.choice(on, round(share * len(on)), replace=False)] = 0
    return y


def one_of_each(memory, **changed):
    """A state with one line, one cell of the dentate gyrus, two of CA3 and one of cortex."""
    state = memory.init(1, 1, 1, rng=stream())
    cut = {name: getattr(state, name)[:, :1] for name in ("dentate_path",)}
    cut |= {"mossy": np.zeros((1, 2)), "perforant": np.zeros((1, 2)), "recurrent": np.zeros((2, 2))}
    cut |= {"outward": np.zeros((2, 1)), "engram": np.zeros((1, 2)), "dentate_gain": np.ones(1), "ca3_gain": np.ones(2)}
    return state._replace(**cut | changed)


def run(memory, state, *steps):
    return session(memory, state, steps, seeds=range(len(steps)), target="numpy")


# closed forms


def trace(spikes, sizes, tau, at, kept):
    """A trace at a time step, from jumps of these sizes at the ends of earlier steps; `kept` is left each step."""
    before = spikes < at
    return (sizes[before] * kept ** (at - spikes[before])).sum() / tau


def test_one_shot_rule_at_one_synapse_from_the_spikes_on_both_sides():
    memory = SpikingIndex(target="numpy", mossy=0.0, ca3_inhibition=0.0, rate=0.3)
    start = one_of_each(memory, perforant=np.array([[0.1, 0.2]]))
    write = Step("write", np.ones(1), np.ones(1), light=np.array([2.5, 0.0]))
    circuit, trial, _ = recipe(memory, start, [write], seeds=[0])
    given, counts = np.array([100, 108, 112, 170, 180, 185]), np.array([20.0, 25, 40, 30, 30, 30])
    cue = np.zeros((round(ON / STEP), 1))
    cue[given, 0] = counts
    windows = trial.experiment.windows
    first = windows[0]._replace(signals={**windows[0].signals, "cue": cue})
    trial = trial._replace(experiment=replace(trial.experiment, windows=(first, *windows[1:])))
    got = simulate(circuit, trial, target="numpy").values
    fired = np.rint(got["ca3_spikes.t"] / STEP)
    assert set(got["ca3_spikes.i"]) == {0}
    decay_x, decay_a = np.exp(-STEP / CONSTANTS["tau_x"]), 1 - STEP / CONSTANTS["tau_a"]
    ones, weight, learned = np.full(len(fired), 1 / CONSTANTS["typical_rate"]), 0.1, []
    for at in fired[fired < len(cue)]:
        x = trace(given, counts / CUE_RATE, CONSTANTS["tau_x"], at, decay_x)
        a = trace(fired, ones, CONSTANTS["tau_a"], at, decay_a)
        learned.append(x > CONSTANTS["enough"] and a > CONSTANTS["enough"])
        weight = min(weight + 0.3 * learned[-1], 1)
    assert got["perforant.w"] == pytest.approx([weight, 0.2], abs=1e-6)
    assert 0 < sum(learned) < len(learned)


@pytest.mark.slow
def test_cells_fire_at_the_rate_of_their_closed_form():
    memory = SpikingIndex(target="numpy", ca3_inhibition=0.0)
    ran = run(memory, one_of_each(memory), Step("stimulate", light=np.array([2.5, 0.9])))
    steps = np.log(1 - 1 / 2.5) / np.log(1 - STEP / CONSTANTS["tau_m"])  # of Euler, from 0 to the threshold of 1
    between = np.diff(ran.recorded.values["ca3_spikes.t"])
    np.testing.assert_allclose(between, np.ceil(steps) * STEP + 1e-3 * CONSTANTS["silent"], atol=1.01 * STEP)
    assert (ran.ca3[0, 0] > 10, ran.ca3[0, 1]) == (True, 0)


# gates


def test_nothing_is_learned_where_the_modulator_is_off():
    memory = replace(SMALL, ca3_inhibition=0.0)
    fresh, light = memory.init(1, 10, 4, rng=stream()), np.full(80, LIGHT)
    state = fresh._replace(outward=np.full((80, 4), 0.5), value_active=np.array(2.0))
    ran = run(memory, state, Step("read", np.ones(10), light=light))
    assert ran.ca3.min() > 5
    assert ran.cortex.min() > 3
    got = ran.recorded.values
    assert (got["perforant.w"] == 0).all()
    assert (got["recurrent.w"] == 0).all()
    assert (got["outward.w"] == 0.5).all()
    assert len(got["tags.t"]) == 0
    wrote = run(memory, state, Step("write", np.ones(10), np.ones(4), light=light)).recorded.values
    assert (wrote["perforant.w"] == 1).all()
    np.testing.assert_array_equal(wrote["recurrent.w"].reshape(80, 80), 1 - np.eye(80))


@pytest.mark.slow
def test_mossy_fibres_transmit_while_encoding_alone_and_what_learns_while_recalling_alone():
    state, key = SMALL.init(1, 10, 4, rng=stream()), np.repeat([1.0, 0.0], 5)
    ran = run(SMALL, state, Step("read", key), Step("write", key, np.eye(4)[0]))
    assert (ran.dentate.sum(-1) > 10).all()
    assert (ran.ca3[0].sum(), ran.ca3[1].sum() > 10) == (0, True)
    assert (ran.cortex[1] > 0).tolist() == [True, False, False, False]
    bound = state._replace(perforant=np.ones((10, 80)), mossy=np.zeros_like(state.mossy))
    ran = run(SMALL, bound, Step("read", key), Step("write", key, np.eye(4)[0]))
    assert (ran.ca3[0].sum() > 10, ran.ca3[1].sum()) == (True, 0)


@pytest.fixture(scope="module")
def stored():
    rng = stream(2)
    key, value = k_hot(3, 40, 8, rng), k_hot(3, 20, 4, rng)
    return SMALL.write(SMALL.init(3, 40, 20, rng=rng), key, value, rng=rng), key, value


@pytest.mark.slow
def test_silenced_cells_do_not_spike_but_in_light(stored):
    state, key, value = stored
    silent, cells = set_input_gain(state, SMALL, 1, 0.0), engram(state, 1)
    recall = SMALL.read(silent, key[1:2], rng=stream(3))
    assert len(cells) > 2
    assert recall.aux["ca3"][0, cells].sum() == 0
    lit = stimulate(SMALL, silent, [cells], rng=stream(3))
    assert lit.aux["ca3"][0, cells].min() > 0
    assert identified(lit.value, value, np.array([1])).all()
    assert lit.strength.tolist() == [0]
    assert same(set_input_gain(silent, SMALL, 1, 1.0), state)


@pytest.mark.slow
def test_light_on_a_whole_engram_recalls_whether_it_is_silenced_and_on_a_part_less_of_the_silenced(stored):
    state, _, value = stored
    silent, cells = set_input_gain(state, SMALL, 1, 0.0), engram(state, 1)
    intact, deaf = (reactivate(one, SMALL, 1, rng=stream(3)) for one in (state, silent))
    for one in (intact, deaf):
        assert identified(one.value, value, np.array([1])).all()
    assert 0 < deaf.aux["ca3"][0, cells].min() <= deaf.aux["ca3"][0, cells].max() < intact.aux["ca3"][0, cells].min()
    intact, deaf = (reactivate(one, SMALL, 1, share=0.5, rng=stream(3)).aux["ca3"][0, cells] for one in (state, silent))
    assert (deaf > 0).sum() == round(len(cells) / 2) <= (intact > 0).sum()


def test_cells_differ_in_the_light_that_they_get_by_up_to_a_quarter():
    got = light(np.arange(5, 1005), 1010, rng=stream())
    assert not got[:5].any()
    assert not got[1005:].any()
    assert got[5:1005].min() == pytest.approx(0.75 * LIGHT, rel=0.01)
    assert got[5:1005].max() == pytest.approx(1.25 * LIGHT, rel=0.01)


@pytest.mark.slow
def test_deaf_cells_fire_at_once_in_the_same_light_and_one_after_the_other_in_light_that_differs(stored):
    state = set_input_gain(stored[0], SMALL, 1, 0.0)
    cells = engram(state, 1)
    alike, unlike = LIGHT * np.isin(np.arange(80), cells), light(cells, 80, rng=stream())
    volley = []
    for given in (alike, unlike):
        got = run(SMALL, state, Step("stimulate", light=given)).recorded.values
        mine = np.isin(got["ca3_spikes.i"], cells)
        volley.append(mine.sum() / len(np.unique(np.rint(got["ca3_spikes.t"][mine] / SMALL.step))))
    assert volley[0] == len(cells)
    assert volley[1] < len(cells) / 2


def test_the_answer_is_told_by_the_spikes_while_signals_are_given():
    times = np.array([0.0, 0.149, ON, 0.199, WINDOW, WINDOW + ON, 2 * WINDOW])
    recorded = Recorded({"cortex_spikes.t": times, "cortex_spikes.i": np.array([0, 0, 0, 0, 1, 1, 1])}, {}, {})
    nothing = np.zeros((2, 1))
    one = Session(None, nothing, nothing, nothing, np.array([[4, 0], [0, 2]]), recorded, nothing)
    assert (one.rate() * ON * CONSTANTS["typical_rate"]).round(9).tolist() == [[2, 0], [0, 1]]


@pytest.mark.slow
def test_each_part_has_cells_that_can_be_silenced(stored):
    state, key, _ = stored
    for part, n, region in (("key", 40, "ca3"), ("dentate", 150, "dentate"), ("ca3", 80, "ca3"), ("value", 20, None)):
        silent = manipulate.set_unit_gain(state, part, np.arange(n), 0.0)
        recall = SMALL.read(silent, key[:1], rng=stream())
        assert not (recall.value if region is None else recall.aux[region]).any(), part


# runs


@pytest.mark.slow
def test_windows_fused_into_one_run_equal_the_separate_calls(stored):
    _, key, value = stored
    start = SMALL.init(3, 40, 20, rng=stream(4))
    steps = [*(Step("write", *pair) for pair in zip(key, value, strict=True)), Step("read", key[0])]
    fused, apart, last = run(SMALL, start, *steps), start, None
    for n, step in enumerate(steps):
        last = session(SMALL, apart, [step], seeds=[n], target="numpy")
        apart = last.state
    for name in fused.state._fields:
        np.testing.assert_allclose(getattr(fused.state, name), getattr(apart, name), atol=1e-9, err_msg=name)
    np.testing.assert_array_equal(fused.cortex[-1], last.cortex[0])
    np.testing.assert_array_equal(fused.ca3[-1], last.ca3[0])


@pytest.mark.slow
def test_cells_silenced_in_one_window_are_as_in_a_silenced_state_and_hear_again_in_the_next(stored):
    state, key, _ = stored
    off = np.isin(np.arange(80), engram(state, 1))
    ran = run(SMALL, state, Step("read", key[1]), Step("read", key[1], silenced=off), Step("read", key[1]))
    lesioned = session(SMALL, set_input_gain(state, SMALL, 1, 0.0), [Step("read", key[1])], seeds=[1], target="numpy")
    alone = session(SMALL, state, [Step("read", key[1])], seeds=[2], target="numpy")
    for region in ("dentate", "ca3", "cortex"):
        np.testing.assert_array_equal(getattr(ran, region)[1], getattr(lesioned, region)[0])
        np.testing.assert_array_equal(getattr(ran, region)[2], getattr(alone, region)[0])
    assert ran.ca3[0, off].sum() > 0 == ran.ca3[1, off].sum()
    assert same(ran.state, state)


def test_events_are_counted_in_their_windows():
    times, cells = np.array([0.0, 0.1999, WINDOW, 3 * WINDOW]), np.array([1, 1, 0, 0])
    assert counted(times, cells, 2, 3).tolist() == [[0, 2, 0], [1, 0, 0]]


@pytest.mark.slow
def test_half_the_step_gives_the_same_answers():
    rng = stream(6)
    key, value = k_hot(3, 60, 12, rng), k_hot(3, 30, 6, rng)
    found = []
    for step in (0.0005, 0.00025):
        memory = SpikingIndex(n_dentate=200, n_ca3=100, target="numpy", step=step)
        state = memory.write(memory.init(3, 60, 30, rng=stream(7)), key, value, rng=stream(8))
        recall = memory.read(state, key, rng=stream(9))
        assert identified(recall.value, value).all()
        found.append((state.engram, recall.strength))
    shared = overlap(*(e.astype(bool) for e, _ in found))
    assert shared.min() > 0.5  # the spikes of the lines are drawn anew at another step
    np.testing.assert_allclose(*(s for _, s in found), rtol=0.15)


@pytest.mark.parametrize(("compiler", "windows", "chosen"), [("g++", 10, "numpy"), ("g++", 1000, "cpp_standalone")])
def test_many_windows_are_worth_a_build(compiler, windows, chosen, monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: compiler)
    assert SpikingIndex().on_target_for(windows).target == chosen
    assert SpikingIndex(target="numpy").on_target_for(windows).target == "numpy"


def test_the_score_leaves_it_out_and_traces_have_no_gains_of_their_own():
    state = SMALL.init(1, 10, 10, rng=stream())
    assert SMALL.costly
    assert not manipulate.has_rule(manipulate.set_gain, state)
    with pytest.raises(NotImplementedError, match="SpikingEngrams has no rule for set_gain"):
        manipulate.set_gain(state, 0, 0.0)


# what is refused


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("n_dentate", 19),
        ("n_ca3", 2.5),
        ("mossy", -1.0),
        ("recurrent", np.nan),
        ("ca3_inhibition", -0.1),
        ("rate", 1.1),
        ("step", 0.01),
        ("target", "cuda"),
    ],
)
def test_parameters_out_of_range_are_refused(field, bad):
    with pytest.raises(ValueError, match=field):
        SpikingIndex(**{field: bad})


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        (np.ones((1, 40)), np.eye(20)[:1], "key must have 8 ones, as those written before; saw 40"),
        (k_hot(1, 40, 8, stream()), np.ones((1, 20)), "value must have 4 ones, as those written before; saw 20"),
        (np.eye(40)[:2] + np.eye(40)[:1], np.eye(20)[:2], "key must be 0 or 1"),
        (k_hot(1, 40, 8, stream()), k_hot(1, 20, 4, stream()), "1 items do not fit in 0 free slots"),
    ],
)
def test_patterns_that_do_not_fit_are_refused_in_one_line(stored, key, value, told):
    state = stored[0] if "slots" in told else stored[0]._replace(engram=np.zeros((9, 80)))
    with pytest.raises(ValueError, match=told) as caught:
        SMALL.write(state, key, value, rng=stream())
    assert "\n" not in str(caught.value)


def test_a_share_of_an_engram_is_above_zero(stored):
    with pytest.raises(ValueError, match="share must be a number in"):
        completion(SMALL, stored[0], share=0.0, rng=stream())
    with pytest.raises(ValueError, match="trace must be a whole number from 0 to 2"):
        completion(SMALL, stored[0], traces=[3], rng=stream())


# what it recalls


@pytest.mark.slow
def test_a_smoke_run_needs_no_compiler(monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: None)
    memory, rng = SpikingIndex(), stream(5)
    key, value = k_hot(3, 200, 30, rng), k_hot(3, 150, 45, rng)
    state = memory.write(memory.init(3, 200, 150, rng=rng), key, value, rng=rng)
    assert identified(memory.read(state, without(key, 0.5, rng), rng=rng).value, value).all()


@pytest.mark.slow
@pytest.mark.skipif(target.compiler() is None, reason="needs a C++ compiler")
def test_forty_memories_are_recalled_silenced_lit_and_completed():
    """10 seeds and bounds fixed beforehand; another strength takes no other build."""
    memory, told = SpikingIndex(target="cpp_standalone"), []
    for seed in range(10):
        rng = cell_rng(seed, "spiking index")
        key, value = k_hot(40, 200, 30, rng), k_hot(40, 150, 45, rng)
        state = memory.write(memory.init(40, 200, 150, rng=rng), key, value, rng=rng)
        cued = memory.read(state, without(key, 0.5, rng), rng=rng)
        lit = stimulate(memory, state, [engram(state, trace) for trace in range(40)], rng=rng)
        deaf = {trace: set_input_gain(state, memory, trace, 0.0) for trace in range(0, 40, 5)}
        silent = [memory.read(one, key[trace, None], rng=rng).value[0] for trace, one in deaf.items()]
        back = [reactivate(one, memory, trace, rng=rng).value[0] for trace, one in deaf.items()]
        some_answers = (identified(np.array(one), value, np.array(list(deaf))) for one in (silent, back))
        answers = identified(cued.value, value), identified(lit.value, value), *some_answers
        some = {"traces": range(BLOCK), "rng": rng}
        with_, none = (completion(memory, state, recurrent=r, **some) for r in (None, 0.0))
        told.append([*(a.mean() for a in answers), with_.before.mean(), with_.after.mean(), none.after.mean()])
    point = session(replace(memory, recurrent=3.0), state, [Step("read", key[0])], seeds=[0], target="cpp_standalone")
    assert point.recorded.attrs["build_seconds"] == 0
    half, driven, silenced, brought_back, before, after, control = np.mean(told, axis=0)
    assert half >= 0.95
    assert driven >= 0.95
    assert silenced <= 0.05
    assert brought_back >= 0.95
    assert after - before >= 0.1
    assert control <= before
