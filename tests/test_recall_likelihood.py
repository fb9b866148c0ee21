"""Likelihoods of list recall: known values, a plain program beside, cases by hand, cues."""

import math

import numpy as np
import pytest
import recall_reference
from hypothesis import given
from hypothesis import strategies as st
from recall_models import MODELS, every_model, some_lists, some_values

from neuromem import data
from neuromem.data import morton2013
from neuromem.recall.choice import Linear
from neuromem.recall.cmr import cmr
from neuromem.recall.lists import from_dataset, of_words, recall_lists, share
from neuromem.recall.search_model import SearchModel

pytestmark = pytest.mark.filterwarnings("ignore::neuromem.likelihood.ImpossibleEvent")

# The parameters at which the likelihood of Morton2013 is known; they describe nobody.
P0 = {"temperature": 0.1, "l_fc": 0.15, "l_cf": 0.15, "p1": 0.2, "p2": 2.0}
P0 |= {"b_enc": 0.7, "b_start": 0.3, "b_rec": 0.9, "x1": 0.001, "x2": 0.25}


def of_reference(model, lists, values, i, function):
    n = int(lists.n_items[i])
    said = [int(item) for item in lists.recall[i] if item >= 0]
    cues = [(name, lists.similarities((name,))[i, 0]) for name in model.cues]
    return function(said, n, values, cues=cues, k_max=getattr(model.stopping, "k_max", None))


@pytest.mark.needs_data("morton2013")
def test_the_likelihood_of_morton2013_is_that_of_cymr():
    people = data.load("morton2013")
    found = cmr().log_likelihood(from_dataset(people), P0)
    assert found.shape == (1920,)
    assert found.sum() == pytest.approx(-68589.91429301426, abs=1e-6)
    assert found[people.subject.values == 1].sum() == pytest.approx(-1646.1871575945456, abs=1e-6)


@every_model
@given(n_items=st.integers(1, 7), seed=st.integers(0, 2**32))
def test_likelihoods_are_those_of_a_plain_program(model, n_items, seed):
    rng = np.random.default_rng(seed)
    lists, values = some_lists(4, n_items, rng), some_values(model, rng)
    plain = [of_reference(model, lists, values, i, recall_reference.log_likelihood) for i in range(4)]
    np.testing.assert_allclose(model.log_likelihood(lists, values), plain, rtol=0, atol=1e-10)


@every_model
@given(n_items=st.integers(1, 7), seed=st.integers(0, 2**32))
def test_probabilities_are_those_of_a_plain_program_and_sum_to_one(model, n_items, seed):
    rng = np.random.default_rng(seed)
    lists, values = some_lists(3, n_items, rng), some_values(model, rng)
    p = model.probabilities(lists, values)
    for i in range(3):
        plain = of_reference(model, lists, values, i, recall_reference.events)
        np.testing.assert_allclose(p[i, : len(plain)], plain, rtol=0, atol=1e-10)
        np.testing.assert_allclose(p[i, : len(plain)].sum(-1), 1, atol=1e-12)
        assert np.isnan(p[i, len(plain) :]).all()


def test_support_below_its_floor_by_hand():
    # b_enc = 1 leaves no start in the context and nothing of the first item; b_start = 0 leaves it so. With l_cf = 0
    # and p1 = 0 the first of two items has support 0, which counts as 1e-5; the second has 1.
    values = P0 | {"b_enc": 1.0, "b_start": 0.0, "l_cf": 0.0, "p1": 0.0, "x1": 0.0}
    p = SearchModel(choice=Linear()).probabilities(recall_lists([[-1]], 2), without(values, "temperature"))
    assert p[0, 0].tolist() == pytest.approx([(1 - 1e-6) * 1e-5 / (1 + 1e-5), (1 - 1e-6) / (1 + 1e-5), 1e-6])


@pytest.mark.parametrize(("x1", "p_stop"), [(0.0, 1e-6), (1.0, 1 - 1e-6)])
def test_ends_at_the_limits_by_hand(x1, p_stop):
    values = P0 | {"x1": x1, "x2": 5.0}
    p = cmr().probabilities(recall_lists([[-1]], 1), values)
    assert p[0, 0].tolist() == [1 - p_stop, p_stop]
    found = cmr().log_likelihood(recall_lists([[0], [-1]], 1), values)
    assert found.tolist() == pytest.approx([math.log(max(1 - p_stop, 1e-5)), math.log(max(p_stop, 1e-5))])


def without(values, name):
    return {n: v for n, v in values.items() if n != name}


def test_lists_of_several_lengths_are_each_as_if_alone():
    rng = np.random.default_rng(0)
    several = [some_lists(3, n, rng) for n in (5, 9, 2)]
    recall = np.full((9, 9), -1)
    for i, one in enumerate(several):
        recall[3 * i : 3 * i + 3, : one.recall.shape[1]] = one.recall
    together = cmr().log_likelihood(recall_lists(recall, np.repeat([5, 9, 2], 3)))
    assert together.tolist() == np.concatenate([cmr().log_likelihood(one) for one in several]).tolist()


def test_a_list_does_not_depend_on_the_others():
    model = MODELS["Linear-BySupport-2"]
    lists = some_lists(6, 5, np.random.default_rng(1))
    found = model.log_likelihood(lists)
    chosen = np.array([4, 0, 3])
    assert model.log_likelihood(lists.take(chosen)).tolist() == found[chosen].tolist()


def test_a_cue_without_weight_is_no_cue():
    lists = some_lists(8, 6, np.random.default_rng(2))
    assert cmr(cues=("kind",)).log_likelihood(lists, {"w_kind": 0}).tolist() == cmr().log_likelihood(lists).tolist()


def test_a_shared_category_by_hand():
    # Without a context that moves at recall, the support of two words changes by their category alone: e^(2 w / T).
    lists = recall_lists([[0, 1], [0, 2]], 3, similarity={"kind": share(np.array([["a", "b", "a"]] * 2))})
    values = {"b_rec": 0.0, "w_kind": 0.03}
    found = cmr(cues=("kind",)).log_likelihood(lists, values)
    without_cue = cmr().log_likelihood(lists, {"b_rec": 0.0})
    assert np.diff(found - without_cue)[0] == pytest.approx(2 * 0.03 / 0.1)


@pytest.fixture(scope="module")
def worded():
    """Lists of ten people with both cues."""
    people = data.load("morton2013").isel(list=slice(480))
    pool, distances = morton2013.distances()
    return from_dataset(
        people, cues=("category",), similarity={"meaning": of_words(people.item.values, pool, 1 - distances)}
    )


@pytest.mark.needs_data("morton2013")
@pytest.mark.parametrize("cue", ["category", "meaning"])
def test_people_go_on_to_words_of_the_same_category_and_of_like_meaning(cue, worded):
    gain = cmr(cues=(cue,)).log_likelihood(worded, {f"w_{cue}": 0.05}).sum() - cmr().log_likelihood(worded).sum()
    assert gain > 100


@pytest.mark.needs_data("morton2013")
def test_of_two_cues_one_without_weight_leaves_the_other(worded):
    both, one = cmr(cues=("meaning", "category")), cmr(cues=("category",))
    found = both.log_likelihood(worded, {"w_category": 0.05, "w_meaning": 0.0})
    assert found.tolist() == one.log_likelihood(worded, {"w_category": 0.05}).tolist()
