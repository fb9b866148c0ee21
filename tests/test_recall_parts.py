"""Scaffolds and storage of list recall, and the laws of every composition of parts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from recall_models import every_composition, some_lists, some_values

from neuromem.likelihood import distinct
from neuromem.models.delta_rule import DeltaRule
from neuromem.recall.cmr import cmr
from neuromem.recall.context_search import ContextSearch
from neuromem.recall.lists import recall_lists, to_simulate
from neuromem.recall.scaffolds import ItemDriven, RandomDrift
from neuromem.recall.search_model import SearchModel
from neuromem.recall.storage import Delta, Hebbian

pytestmark = pytest.mark.filterwarnings("ignore::neuromem.likelihood.ImpossibleEvent")


def test_a_context_that_drifts_by_itself_only_fades_at_recall():
    # With each recall all supports shrink by sqrt(1 - rate^2), whichever item it was: log odds shrink as much.
    model = SearchModel(search=ContextSearch(scaffold=RandomDrift()))
    p = model.probabilities(recall_lists([[0, 1, 2], [2, 1, 0]], 6), {"rate": 0.6})
    odds = np.log(p[:, :4, 5] / p[:, :4, 4])
    assert odds.tolist() == [pytest.approx([odds[0, 0] * 0.8**k for k in range(4)])] * 2
    assert odds[0, 0] > 0


def test_with_items_that_move_the_context_as_far_the_first_recall_is_the_same_without_own_codes():
    # Until something is recalled, the scaffolds differ by the own codes alone, which l_cf = 1 takes away.
    values = {"l_cf": 1.0, "p1": 0.5, "temperature": 1.0}
    moved = cmr().probabilities(to_simulate(5, 1), values | {"b_enc": 0.4})
    by_itself = SearchModel(search=ContextSearch(scaffold=RandomDrift())).probabilities(
        to_simulate(5, 1), values | {"rate": 0.4}
    )
    np.testing.assert_allclose(by_itself[0, 0], moved[0, 0], rtol=1e-12)


def test_storage_by_correction_is_the_delta_rule():
    values = cmr().complete({"l_cf": 1.0, "p1": 0.0})
    studied = ItemDriven().study(6, values)
    memory, rng = DeltaRule(), np.random.default_rng(0)
    state = memory.write(memory.init(6, 7, 6, rng=rng), studied.context, np.eye(6), rng=rng)
    answers = memory.read(state, np.eye(7), rng=rng).value
    np.testing.assert_allclose(Delta().bind(studied, values).T, answers, atol=1e-12)


def test_correction_changes_nothing_where_contexts_share_nothing():
    # b_enc = 1: each context is its own item's code, so that item i ends with 1 - l + rate (1 - (1 - l)).
    values = cmr().complete({"b_enc": 1.0, "l_cf": 0.2, "p1": 0.0})
    studied = ItemDriven().study(3, values)
    own = np.eye(3, 4)
    np.testing.assert_allclose(Delta().bind(studied, values), (0.8 + 0.2 * 0.2) * own, atol=1e-15)
    np.testing.assert_allclose(Hebbian().bind(studied, values), (0.8 + 0.2) * own, atol=1e-15)


@every_composition
def test_after_any_history_some_event_follows_and_what_is_left_is_all_that_can(model):
    rng = np.random.default_rng(0)
    lists, values = some_lists(5, 6, rng), some_values(model, rng)
    p = model.probabilities(lists, values)
    event = np.pad(np.where(lists.recall < 0, 6, lists.recall), [(0, 0), (0, 1)], constant_values=6)
    observed = np.take_along_axis(p, event[..., None], -1)[..., 0]  # NaN after the end
    happened = ~np.isnan(observed)
    assert happened.sum(-1).tolist() == ((lists.recall >= 0).sum(-1) + 1).tolist()
    np.testing.assert_allclose(p[happened].sum(-1), 1, atol=1e-12)
    recalled_before = (event[:, None, :, None] == np.arange(6)) & np.tri(7, k=-1, dtype=bool)[:, :, None]
    assert (p[..., :6][happened] == 0)[recalled_before.any(2)[happened]].all()
    wanted = np.log(np.maximum(observed, 1e-5), where=happened, out=np.zeros(happened.shape)).sum(-1)
    np.testing.assert_allclose(model.log_likelihood(lists, values), wanted, rtol=1e-12)


@every_composition
@given(chosen=st.data(), n_items=st.integers(1, 12))
@hypothesis_settings(max_examples=8)
def test_at_every_corner_of_the_bounds_likelihoods_are_finite(model, chosen, n_items):
    values = {p.name: chosen.draw(st.sampled_from([p.low, p.default, p.high])) for p in model.parameters}
    lists = some_lists(4, n_items, np.random.default_rng(n_items))
    found = model.log_likelihood(lists, values)
    assert (np.isfinite(found) & (found <= 0)).all()
    assert found.min() >= (n_items + 1) * math.log(1e-5)
    assert model.recalls(lists, values, rng=np.random.default_rng(0)).max() < n_items


@every_composition
def test_parameters_are_named_once_with_bounds_around_their_defaults(model):
    assert distinct(model.parameters) == model.parameters
    assert model.complete() == {p.name: p.default for p in model.parameters}
    assert all(p.unit and p.about for p in model.parameters)
