"""Context in layers: each moves by itself, support is their sum; a layer of weight 0 might as well not be there."""

import re
from dataclasses import replace

import forced_recall
import numpy as np
import pytest

from neuromem import data, settings
from neuromem.data.morton2013 import distances
from neuromem.errors import UserError
from neuromem.models.context_layers import Layer, spans, starts
from neuromem.models.context_state import cue
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.recall.cmr import cmr
from neuromem.recall.lists import recall_lists, to_simulate
from neuromem.recall.scheduled_cmr import as_memory, cmr_source
from neuromem.recall.scheduled_search import ScheduledSearch
from neuromem.recall.schedules import scheduled_dataset, scheduled_lists
from neuromem.recall.search_model import SearchModel
from neuromem.recall.semantic_cmr import cmr_semantic, with_meaning
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


# The likelihood of lists whose words come under labels

SOURCE = cmr_source()
VALUES = {"b_enc": 0.5, "l_fc": 0.3, "l_cf": 0.6, "b_task": 0.6, "b_task_rec": 0.8, "w_task": 0.7, "b_shift": 0.4}


def some_lists(n_lists, rng, n=6):
    """Lists of n words under two tasks, and of some of their words recalled."""
    recall = np.full((n_lists, n), -1)
    for row in recall:
        k = rng.integers(n + 1)
        row[:k] = rng.permutation(n)[:k]
    position, task = np.broadcast_to(np.arange(n), (n_lists, n)), rng.integers(2, size=(n_lists, n))
    return scheduled_lists(recall, position, layers={"task": task})


def log_p(memory, said, task):
    """Of recalls that are forced; each change of task is a distraction of its own unit."""
    rng, n = np.random.default_rng(0), len(task)
    state, unit = memory.init(n, 2 * n + 4, 1, rng=rng), np.eye(2 * n + 4)
    for i in range(n):
        if i and task[i] != task[i - 1]:
            state = memory.distract(state, unit[n + i])
        state = memory.write(state, (unit[i] + unit[2 * n + 1 + task[i]])[None], [[i + 1.0]], rng=rng)
    return forced_recall.log_p(memory, state, said, rng=rng)


@pytest.mark.parametrize("values", [{}, VALUES], ids=["default", "other"])
def test_the_likelihood_is_that_of_the_memory_with_forced_recalls(values):
    lists = some_lists(15, np.random.default_rng(0))
    memory = replace(as_memory(SOURCE.complete(values), ("task",)), keep_weights=True)
    wanted = [log_p(memory, r[r >= 0], task) for r, task in zip(lists.recall, lists.label[:, 0], strict=True)]
    np.testing.assert_allclose(SOURCE.log_likelihood(lists, values), wanted, rtol=1e-10)


def test_without_weight_and_disruption_the_model_is_cmr():
    lists, nothing = some_lists(10, np.random.default_rng(1)), {"w_task": 0.0, "b_shift": 0.0}
    plain = recall_lists(lists.recall, 6)
    np.testing.assert_allclose(SOURCE.log_likelihood(lists, nothing), cmr().log_likelihood(plain), rtol=1e-11)


def test_two_layers_alike_are_one_of_the_sum_of_their_weights():
    one = some_lists(10, np.random.default_rng(2))
    two = scheduled_lists(one.recall, one.presented, layers={"a": one.label[:, 0], "b": one.label[:, 0]})
    double = SearchModel(search=ScheduledSearch(layers=("a", "b")))
    single = SearchModel(search=ScheduledSearch(layers=("task",)))
    both = {"b_a": 0.6, "b_b": 0.6, "b_a_rec": 0.3, "b_b_rec": 0.3, "w_a": 0.2, "w_b": 0.5}
    together = {"b_task": 0.6, "b_task_rec": 0.3, "w_task": 0.7}
    np.testing.assert_allclose(double.log_likelihood(two, both), single.log_likelihood(one, together), rtol=1e-11)


def test_names_of_labels_do_not_count():
    recall, position = [[2, 0]], [[0, 1, 2]]
    first, second = (scheduled_lists(recall, position, layers={"task": [labels]}) for labels in ([5, 9, 5], [1, 0, 1]))
    assert first.label.tolist() == second.label.tolist() == [[[0, 1, 0]]]


def test_after_any_history_some_event_follows():
    lists = some_lists(8, np.random.default_rng(6), n=4)
    p = SOURCE.probabilities(lists, VALUES)
    told = ~np.isnan(p).any(-1)
    np.testing.assert_allclose(p[told].sum(-1), 1, atol=1e-12)


@pytest.mark.needs_data("polyn2009")
def test_people_s_lists_with_their_tasks():
    lists = scheduled_dataset(data.load("polyn2009"), layers=("task",))
    assert len(lists) == 1262
    assert lists.labels(("task",)).shape == (1262, 1, 24)
    assert len(lists.layouts.value) == 373


@pytest.mark.needs_data("morton2013")
def test_a_semantic_cue_speaks_for_words_that_are_near():
    people = data.load("morton2013").isel(list=slice(0, 48))
    lists = with_meaning(people, *distances(), cues=("category",))
    assert lists.similarities(("meaning",)).max() == 1
    without, with_cue = (cmr_semantic().log_likelihood(lists, {"w_meaning": w}).sum() for w in (0.0, 0.2))
    assert without == pytest.approx(cmr().log_likelihood(lists).sum())
    assert with_cue > without


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (
            lambda: SOURCE.log_likelihood(to_simulate(3, 1)),
            UserError,
            "the lists have no layer 'task' of context; they",
        ),
        (lambda: ScheduledSearch(disruption=True), ValueError, "disruption needs layers"),
        (lambda: ScheduledSearch(layers="task"), ValueError, "layers must be a tuple"),
    ],
)
def test_what_layers_refuse(call, kind, said):
    with pytest.raises(kind, match=f"^{re.escape(said)}"):
        call()
