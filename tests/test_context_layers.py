"""Context in layers: each moves by itself, support is their sum; a layer of weight 0 might as well not be there."""

from dataclasses import replace

import numpy as np
import pytest

from neuromem import settings
from neuromem.models.context_layers import Layer, spans, starts
from neuromem.models.context_state import cue
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.scaffolds.drift import integrate

TASK = Layer(width=3, b_enc=0.6, b_rec=0.4, weight=0.5)
MEMORY = RetrievedContext(keep_weights=True, layers=(TASK,))
TASKS = (0, 0, 1, 0)


def studied(memory, tasks=TASKS):
    n, rng = len(tasks), np.random.default_rng(0)
    key = np.concatenate([np.eye(n, n + 1), np.eye(2, 3)[list(tasks)]], -1)
    return memory.write(memory.init(n, n + 4, 1, rng=rng), key, np.arange(n)[:, None] + 1.0, rng=rng)


def by_hand(tasks, order, memory):
    """Support before each recall in `order`, from two separate contexts."""
    n, layer = len(tasks), memory.layers[0]
    plain = replace(memory, layers=())
    c, t = np.eye(n + 1)[n], np.eye(3)[2]
    fc, cf, tfc, tcf = np.zeros((n, n + 1)), np.zeros((n, n + 1)), np.zeros((n, 3)), np.zeros((n, 3))
    for i, task in enumerate(tasks):
        own, rate = np.eye(n, n + 1)[i], plain.l_cf + plain.p1 * np.exp(-plain.p2 * i)
        c, t = integrate(c, own, plain.drift.b_enc), integrate(t, np.eye(3)[task], layer.b_enc)
        fc[i], cf[i] = (1 - plain.l_fc) * own + plain.l_fc * c, (1 - plain.l_cf) * own + rate * c
        tfc[i], tcf[i] = t, rate * t
    c = integrate(c, np.eye(n + 1)[n], plain.b_start)
    told = []
    for item in order:
        told.append(cf @ c + layer.weight * tcf @ t)
        c, t = integrate(c, fc[item], plain.drift.b_rec), integrate(t, tfc[item], layer.b_rec)
    return told


def test_support_is_that_of_an_independent_program():
    rng, order = np.random.default_rng(0), (2, 0, 3)
    state = MEMORY.begin_recall(studied(MEMORY))
    for item, wanted in zip(order, by_hand(TASKS, order, MEMORY), strict=True):
        recall = MEMORY.read(state, cue(state), rng=rng)
        np.testing.assert_allclose(recall.aux["support"][0], np.maximum(wanted, 1e-5), atol=1e-12)
        forced = recall._replace(aux=recall.aux | {"item": np.array([item])})
        state = MEMORY.after(state, cue(state), forced, rng=rng)


def test_a_layer_without_weight_changes_nothing():
    rng = np.random.default_rng(0)
    silent, alone = replace(MEMORY, layers=(replace(TASK, weight=0.0),)), replace(MEMORY, layers=())
    key = np.eye(4, 5)
    without = alone.write(alone.init(4, 5, 1, rng=rng), key, np.arange(4)[:, None] + 1.0, rng=rng)
    ours, theirs = (
        m.read(s, cue(m.begin_recall(s)), rng=np.random.default_rng(1))
        for m, s in ((silent, studied(silent)), (alone, without))
    )
    np.testing.assert_allclose(ours.aux["p_recall"], theirs.aux["p_recall"], atol=1e-14)


def test_words_of_the_task_that_is_on_are_supported_more():
    state = studied(replace(MEMORY, p1=0.0), (0, 1, 0, 1))
    t = state.context[-3:]
    assert t[1] > t[0]
    assert (state.m_cf[[1, 3], -3:] @ t > state.m_cf[[0, 2], -3:] @ t).all()


def test_each_layer_keeps_its_length():
    state = studied(MEMORY)
    for part in spans(8, MEMORY.layers):
        assert np.linalg.norm(state.context[part]) == pytest.approx(1, abs=1e-12)


def test_without_a_task_the_layer_stays_where_it_is():
    rng = np.random.default_rng(0)
    key = np.pad(np.eye(4, 5), [(0, 0), (0, 3)])
    state = MEMORY.write(MEMORY.init(4, 8, 1, rng=rng), key, np.ones((4, 1)), rng=rng)
    assert state.context[-3:].tolist() == [0, 0, 1]


def test_a_distraction_moves_the_items_context_alone_and_stores_nothing():
    state, far = studied(MEMORY), np.zeros(8)
    far[0] = 1
    after = MEMORY.distract(state, far)
    np.testing.assert_allclose(after.context[:5], integrate(state.context[:5], far[:5], MEMORY.b_distract))
    assert after.context[5:].tolist() == state.context[5:].tolist()
    assert int(after.written) == 4
    assert after.m_cf is state.m_cf


def test_layers_lie_one_behind_another():
    two = (Layer(width=3), Layer(width=2))
    assert [(s.start, s.stop) for s in spans(9, two)] == [(0, 4), (4, 7), (7, 9)]
    assert starts(9, two).tolist() == [0, 0, 0, 1, 0, 0, 1, 0, 1]


def test_a_layer_is_typed_on_the_command_line():
    memory = settings.replace(RetrievedContext(), ["layers=layer(weight=2.0)"])
    assert memory.layers == (Layer(weight=2.0),)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Layer(width=1), "width must be a whole number of at least 2"),
        (lambda: Layer(b_enc=2.0), "b_enc must be a number"),
        (lambda: Layer(b_rec=-1.0), "b_rec must be a number"),
        (lambda: Layer(weight=-1.0), "weight must be a number"),
        (lambda: RetrievedContext(layers=(3,)), "layers must be a Layer"),
        (lambda: RetrievedContext(b_distract=2.0), "b_distract must be a number"),
        (lambda: MEMORY.init(2, 3, 1, rng=np.random.default_rng(0)), "d_key must leave units for items beside 3 of ot"),
    ],
)
def test_what_is_refused(make, said):
    with pytest.raises(ValueError, match=f"^{said}"):
        make()
