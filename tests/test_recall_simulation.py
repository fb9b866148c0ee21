"""Simulated lists: as likely as the model says, as a memory recalls them, from streams of their own."""

import itertools
import math

import numpy as np
import pytest
from recall_models import MODELS, every_model, some_lists

from neuromem.models.immediate_recall import immediate_recall
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.models.stopping import FailureStop, SupportStop
from neuromem.recall.cmr import as_memory, cmr
from neuromem.recall.lists import recall_lists, to_simulate
from neuromem.recall.search_model import SearchModel
from neuromem.recall.stopping import AfterFailures, ByOutput, BySupport

pytestmark = pytest.mark.filterwarnings("ignore::neuromem.likelihood.ImpossibleEvent")


def sequences(n_items):
    """Every way in which a list can be recalled."""
    orders = [order for k in range(n_items + 1) for order in itertools.permutations(range(n_items), k)]
    return recall_lists([[*order, *[-1] * (n_items - len(order))] for order in orders], n_items)


MILD = {"b_enc": 0.6, "temperature": 1.0, "x1": 0.1, "x2": 0.3, "power": 1.5, "scale": 0.8}
UNCUED = {name: model for name, model in MODELS.items() if not model.cues}


@pytest.mark.parametrize("model", UNCUED.values(), ids=UNCUED)
def test_simulated_lists_are_as_likely_as_their_entropy_says(model):
    known = {p.name for p in model.parameters}
    values = {name: value for name, value in MILD.items() if name in known}
    every = sequences(3)
    log_p = model.log_likelihood(every, values)
    possible = np.isfinite(log_p) & (log_p > math.log(1e-5) / 2)
    p = np.exp(log_p[possible])
    assert p.sum() == pytest.approx(1, abs=1e-12)
    expected, sd = (p * log_p[possible]).sum(), math.sqrt((p * log_p[possible] ** 2).sum() - (p @ log_p[possible]) ** 2)
    said = model.recalls(to_simulate(3, 20_000), values, rng=np.random.default_rng(0))
    found = model.log_likelihood(recall_lists(said, 3), values).mean()
    assert abs(found - expected) < 4 * sd / math.sqrt(20_000)


SAME_RULE = {"ByOutput": (ByOutput(), None), "BySupport": (BySupport(), SupportStop(scale=2.0))}


@pytest.mark.parametrize("rule", SAME_RULE)
def test_with_the_same_streams_a_memory_recalls_the_same_words(rule):
    stopping, of_memory = SAME_RULE[rule]
    model = SearchModel(stopping=stopping)
    memory = as_memory(cmr().complete())
    memory = memory if of_memory is None else RetrievedContext(stopping=of_memory)
    said = immediate_recall(memory, 12, np.random.default_rng(5).spawn(40))
    simulated = model.recalls(to_simulate(12, 40), rng=np.random.default_rng(5).spawn(40))
    assert simulated[:, : said.shape[1]].tolist() == said.tolist()
    assert (simulated[:, said.shape[1] :] == -1).all()


def test_failures_that_are_summed_over_are_those_that_a_memory_counts():
    memory = RetrievedContext(stopping=FailureStop(k_max=5))
    by_memory = (immediate_recall(memory, 10, np.random.default_rng(1).spawn(1500)) >= 0).sum(-1)
    model = SearchModel(stopping=AfterFailures(k_max=5))
    simulated = (model.recalls(to_simulate(10, 1500), rng=np.random.default_rng(2)) >= 0).sum(-1)
    error = math.sqrt((by_memory.var() + simulated.var()) / 1500)
    assert abs(by_memory.mean() - simulated.mean()) < 4 * error
    assert by_memory.std() == pytest.approx(simulated.std(), rel=0.1)


@every_model
def test_the_same_seed_gives_the_same_lists_and_none_holds_a_word_twice(model):
    like = some_lists(30, 8, np.random.default_rng(0))
    first, second = (model.recalls(like, rng=np.random.default_rng(3)) for _ in range(2))
    assert first.tolist() == second.tolist()
    assert recall_lists(first, 8).recall.tolist() == first.tolist()
    assert like.recall.tolist() == some_lists(30, 8, np.random.default_rng(0)).recall.tolist()


def test_simulated_data_are_lists_of_the_same_words():
    lists = some_lists(6, 5, np.random.default_rng(1))
    model = MODELS["Linear-BySupport-2"]
    simulated = model.simulate(lists, rng=np.random.default_rng(0))
    assert simulated.recall.tolist() == model.recalls(lists, rng=np.random.default_rng(0)).tolist()
    assert np.isfinite(model.log_likelihood(simulated.take(np.array([3, 1])))).all()


def test_with_a_stream_each_a_list_does_not_depend_on_how_many_there_are():
    many, few = (cmr().recalls(to_simulate(9, n), rng=np.random.default_rng(0).spawn(n)) for n in (20, 5))
    assert many[:5].tolist() == few.tolist()
