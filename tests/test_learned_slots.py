"""Learned slots: gradients by finite differences, an independent plain implementation, Adam by hand, bad input."""

from dataclasses import replace

import numpy as np
import pytest

from neuromem import manipulate
from neuromem.core import same
from neuromem.models.learned_slots import LearnedSlots
from neuromem.models.slot_descent import Task, gradient, workspace
from neuromem.plasticity import adam, no_moments

VARIANTS = [(True, True), (True, False), (False, True), (False, False)]


def pairs(n, d_key, d_value, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((n, d_key)), rng.random((n, d_value))


def written(memory, key, value, *, capacity=None, seed=1):
    rng = np.random.default_rng(seed)
    state = memory.init(capacity or len(key), key.shape[1], value.shape[1], rng=rng)
    return memory.write(state, key, value, rng=rng)


def loss_of(query_key, key, raw, task):
    """The mean squared error, one item, slot and feature at a time."""
    first, total = len(key) - len(task.target), 0.0
    for j, target in enumerate(task.target):
        query = query_key[first + j] * task.key_gain
        weight = [g * np.exp(k @ query / np.sqrt(len(query))) for g, k in zip(task.gain, key, strict=True)]
        for c in range(len(target)):
            values = [1 / (1 + np.exp(-r[c])) for r in raw]
            out = sum(w * v for w, v in zip(weight, values, strict=True)) / sum(weight) * task.value_gain[c]
            total += (out - target[c]) ** 2
    return total / task.target.size


def slope_of(loss, x, step=1e-5):
    """Central differences."""
    slope = np.zeros_like(x)
    for at in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[at] += step
        down[at] -= step
        slope[at] = (loss(up) - loss(down)) / (2 * step)
    return slope


@pytest.fixture
def task():
    rng = np.random.default_rng(3)
    return Task(rng.random((4, 3)), rng.uniform(0.5, 2, 6), rng.uniform(0.5, 2, 2), rng.uniform(0.5, 2, 3))


@pytest.fixture
def slots():
    rng = np.random.default_rng(4)
    return rng.standard_normal((6, 2)), rng.standard_normal((6, 3))


def test_loss_is_that_of_the_definition(task, slots):
    key, raw = slots
    assert gradient(task, key, raw, workspace(task), query_only=False).loss == pytest.approx(
        loss_of(key, key, raw, task), rel=1e-12
    )


def test_full_gradient_is_the_slope_of_the_loss(task, slots):
    key, raw = slots
    g = gradient(task, key, raw, workspace(task), query_only=False)
    np.testing.assert_allclose(g.key, slope_of(lambda k: loss_of(k, k, raw, task), key), atol=1e-9)
    np.testing.assert_allclose(g.raw, slope_of(lambda r: loss_of(key, key, r, task), raw), atol=1e-9)


def test_query_gradient_holds_the_stored_keys_constant(task, slots):
    key, raw = slots
    g = gradient(task, key, raw, workspace(task), query_only=True)
    np.testing.assert_allclose(g.key, slope_of(lambda q: loss_of(q, key, raw, task), key), atol=1e-9)


def test_adam_by_hand():
    change, moments = adam(np.array([2.0]), no_moments((1,)), rate=0.1)
    assert change[0] == pytest.approx(-0.1 * 2 / (2 + 1e-8), rel=1e-12)
    change, moments = adam(np.array([-1.0]), moments, rate=0.1)
    mean, square = 0.9 * 0.2 - 0.1, 0.999 * 0.004 + 0.001  # the first step left 0.1 * 2 and 0.001 * 4
    by_hand = -0.1 * (mean / (1 - 0.9**2)) / (np.sqrt(square / (1 - 0.999**2)) + 1e-8)
    assert change[0] == pytest.approx(by_hand, rel=1e-12)
    assert moments.step == 2


def plainly_learned(key, target, raw, *, steps, rate, query_only, accumulate):
    """The published program again: loops over items, the softmax Jacobian written out, textbook Adam."""
    key, raw = key.copy(), raw.copy()
    n, d = key.shape
    x = {"key": key, "raw": raw}
    m, u, total = ({name: np.zeros_like(a) for name, a in x.items()} for _ in range(3))
    for t in range(1, steps + 1):
        value = 1 / (1 + np.exp(-raw))
        slope = {"key": np.zeros_like(key), "raw": np.zeros_like(raw)}
        for j in range(n):
            p = np.exp(key @ key[j] / np.sqrt(d))
            p /= p.sum()
            by_out = 2 * (p @ value - target[j]) / target.size
            by_logit = (np.diag(p) - np.outer(p, p)) @ value @ by_out
            slope["raw"] += np.outer(p, by_out) * value * (1 - value)
            slope["key"][j] += by_logit @ key / np.sqrt(d)
            slope["key"] += (not query_only) * np.outer(by_logit, key[j]) / np.sqrt(d)
        for name, a in x.items():
            total[name] = accumulate * total[name] + slope[name]
            m[name] = 0.9 * m[name] + 0.1 * total[name]
            u[name] = 0.999 * u[name] + 0.001 * total[name] ** 2
            a -= rate * (m[name] / (1 - 0.9**t)) / (np.sqrt(u[name] / (1 - 0.999**t)) + 1e-8)
    return key, raw


@pytest.mark.parametrize(("query_only", "accumulate"), VARIANTS)
def test_equals_a_plain_implementation(query_only, accumulate):
    key, value = pairs(7, 3, 2)
    memory = LearnedSlots(
        steps=5, rate=0.01, query_gradient_only=query_only, accumulate_gradient=accumulate, snapshots=2
    )
    state = written(memory, key, value)
    rng = np.random.default_rng(1)  # the same stream again: the raw values are its first draw
    expected = plainly_learned(
        key, value, rng.random((7, 2)), steps=5, rate=0.01, query_only=query_only, accumulate=accumulate
    )
    np.testing.assert_allclose(state.inner.key, expected[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(state.inner.value, expected[1], rtol=0, atol=1e-12)


def test_path_runs_from_start_to_end_and_its_loss_is_that_of_reading():
    key, value = pairs(6, 2, 2)
    memory = LearnedSlots(steps=40, rate=0.05, snapshots=5)
    state = written(memory, key, value)
    assert state.path.step.tolist() == [0, 10, 20, 30, 40]
    np.testing.assert_array_equal(state.path.key[0], key)
    np.testing.assert_array_equal(state.path.key[-1], state.inner.key)
    answer = memory.read(state, state.inner.key, rng=np.random.default_rng(0)).value
    assert state.path.loss[-1] == pytest.approx(((answer - value) ** 2).mean(), rel=1e-12)
    assert state.path.loss[-1] < 0.5 * state.path.loss[0]


def test_more_snapshots_than_steps_repeat_steps():
    state = written(LearnedSlots(steps=1, snapshots=5), *pairs(3, 2, 2))
    assert state.path.step.tolist() == [0, 0, 0, 1, 1]
    np.testing.assert_array_equal(state.path.key[3], state.path.key[4])


def second_write(memory, *, gain=1.0):
    key, value = pairs(6, 2, 2)
    first = written(memory, key[:3], value[:3], capacity=6)
    first = manipulate.set_gain(first, 0, gain)
    return first, memory.write(first, key[3:], value[3:], rng=np.random.default_rng(5))


def test_a_second_task_moves_values_of_the_first_but_not_their_keys_when_only_queries_learn():
    first, second = second_write(LearnedSlots(steps=20, rate=0.05))
    np.testing.assert_array_equal(second.inner.key[:3], first.inner.key[:3])
    assert (second.inner.value[:3] != first.inner.value[:3]).all()


def test_a_second_task_moves_all_live_slots_with_the_full_gradient():
    first, second = second_write(LearnedSlots(steps=20, rate=0.05, query_gradient_only=False))
    assert (second.inner.key[:3] != first.inner.key[:3]).all()


def test_a_second_task_leaves_silent_slots_alone():
    first, second = second_write(LearnedSlots(steps=20, rate=0.05, query_gradient_only=False), gain=0.0)
    np.testing.assert_array_equal(second.inner.key[0], first.inner.key[0])
    np.testing.assert_array_equal(second.inner.value[0], first.inner.value[0])
    assert (second.inner.value[1:3] != first.inner.value[1:3]).all()


def test_learning_sees_gains_as_the_read_does():
    key, value = pairs(4, 2, 2)
    memory, rng = LearnedSlots(steps=3, snapshots=2), np.random.default_rng(0)
    state = manipulate.set_unit_gain(memory.init(4, 2, 2, rng=rng), "value", 1, 0.5)
    state = memory.write(state, key, value, rng=rng)
    answer = memory.read(state, state.inner.key, rng=rng).value
    assert state.path.loss[-1] == pytest.approx(((answer - value) ** 2).mean(), rel=1e-12)


def test_one_slot_keeps_its_key_since_softmax_over_one_slot_is_constant():
    key, value = pairs(1, 2, 2)
    state = written(LearnedSlots(steps=50, rate=0.05), key, value)
    np.testing.assert_allclose(state.inner.key, key, atol=1e-7)


MANIPULATIONS = {
    "set_gain": lambda s: manipulate.set_gain(s, 1, 0.0),
    "set_unit_gain": lambda s: manipulate.set_unit_gain(s, "key", 0, 0.0),
    "lesion": lambda s: manipulate.lesion(s, 0.5, rng=np.random.default_rng(0)),
    "decay": lambda s: manipulate.decay(s, 0.5),
    "add_noise": lambda s: manipulate.add_noise(s, 0.5, rng=np.random.default_rng(0)),
}


@pytest.mark.parametrize("name", MANIPULATIONS)
def test_manipulations_change_the_slots_and_nothing_else(name):
    state = written(LearnedSlots(steps=2), *pairs(3, 2, 2))
    changed = MANIPULATIONS[name](state)
    assert not same(changed.inner, state.inner)
    assert same(changed.path, state.path)


@pytest.mark.parametrize(
    ("field", "value"),
    [("steps", 0), ("steps", 2.5), ("rate", 0.0), ("rate", -1.0), ("snapshots", 1), ("snapshots", True)],
)
def test_parameters_are_checked(field, value):
    with pytest.raises(ValueError, match=field):
        LearnedSlots(**{field: value})


def test_values_outside_the_unit_interval_are_refused():
    with pytest.raises(ValueError, match=r"value must lie in \[0, 1\]; saw 1.5"):
        written(LearnedSlots(steps=1), np.zeros((1, 2)), np.array([[1.5, 0.0]]))


def test_keep_weights_shows_the_attention():
    memory = LearnedSlots(steps=2, keep_weights=True)
    state = written(memory, *pairs(3, 2, 2), capacity=5)
    kept = memory.read(state, np.ones((1, 2)), rng=np.random.default_rng(0))
    np.testing.assert_allclose(kept.aux["weights"].sum(-1), 1)
    assert (kept.aux["weights"][:, 3:] == 0).all()
    plain = replace(memory, keep_weights=False).read(state, np.ones((1, 2)), rng=np.random.default_rng(0))
    np.testing.assert_array_equal(kept.value, plain.value)
