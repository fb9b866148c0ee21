"""Variants of list recall: a plain program beside, cases by hand, limits in which they are one another, simulation."""

import itertools
import math
import re
import warnings

import numpy as np
import pytest
import variants_reference as plain
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy.special import ndtr

from neuromem.likelihood import ImpossibleEvent
from neuromem.recall.choice import Power
from neuromem.recall.cmr import cmr
from neuromem.recall.context_search import ContextSearch
from neuromem.recall.grid_phase import GridPhase, PositionCode
from neuromem.recall.largest import MaxWithNoise
from neuromem.recall.lists import recall_lists, to_simulate
from neuromem.recall.rehearsal import WithRehearsal, rehearsals
from neuromem.recall.scaffolds import ItemDriven
from neuromem.recall.search_model import SearchModel
from neuromem.recall.slots import Slots
from neuromem.recall.stopping import AfterFailures, ByOutput, BySupport
from neuromem.recall.storage import Delta, Hebbian
from neuromem.recall.walk import largest


def changed(*, choice=None, **parts):
    """CMR with one part changed."""
    return SearchModel(search=ContextSearch(**parts), **({} if choice is None else {"choice": choice}))


def bumped(units):
    return lambda n, v: plain.bumps(n, v, units(n))


MODELS = {
    "grid_phase": (changed(scaffold=GridPhase()), bumped(lambda n: plain.grid((3, 4, 5))), False, plain.matrix),
    "position": (changed(scaffold=PositionCode()), bumped(plain.line), False, plain.matrix),
    "slots": (changed(storage=Slots()), plain.item_driven, True, plain.slots),
    "rehearsal": (changed(storage=WithRehearsal()), plain.item_driven, True, plain.rehearsed),
    "max_with_noise": (changed(choice=MaxWithNoise()), plain.item_driven, True, plain.matrix),
}


@pytest.fixture(autouse=True)
def events_of_no_probability_are_told_elsewhere():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImpossibleEvent)
        yield


every_variant = pytest.mark.parametrize("name", MODELS)
MILD = {"temperature": 1.0, "noise": 0.3, "x1": 0.1, "x2": 0.3, "b_enc": 0.6}


def some_values(model, rng):
    """Values within the bounds, but for those at which choice is as good as certain."""
    low = {"temperature": 0.05, "noise": 0.05, "width": 0.3}
    return {p.name: rng.uniform(max(p.low, low.get(p.name, p.low)), min(p.high, 4.0)) for p in model.parameters}


def mild(model):
    return {p.name: MILD.get(p.name, p.default) for p in model.parameters}


# The likelihood


@every_variant
@given(n_items=st.integers(1, 6), seed=st.integers(0, 2**32))
@hypothesis_settings(max_examples=8)
def test_likelihoods_are_those_of_a_plain_program(name, n_items, seed):
    model, studied, own, support = MODELS[name]
    rng = np.random.default_rng(seed)
    values, recalled = some_values(model, rng), rng.permutation(n_items)[: rng.integers(0, n_items + 1)].tolist()
    choice = plain.largest if name == "max_with_noise" else plain.softmax
    wanted = plain.log_likelihood(recalled, n_items, values, studied(n_items, values), own, support, choice)
    found = model.log_likelihood(recall_lists([[*recalled, -1]], n_items), values)[0]
    # An error of 1e-8 in a chance of 1e-5, the least that counts, is one of 1e-3 in its logarithm.
    assert found == pytest.approx(wanted, abs=1e-9 if name != "max_with_noise" else 1e-3)


@every_variant
def test_many_vectors_at_once_are_as_one_by_one(name):
    model, rng = MODELS[name][0], np.random.default_rng(1)
    lists = recall_lists([[3, 2, 0, -1], [1, -1, -1, -1], [5, 4, 0, 2]], np.array([4, 4, 6]))
    vectors = [some_values(model, rng) for _ in range(4)]
    together = model.log_likelihood(lists, {key: np.array([v[key] for v in vectors]) for key in vectors[0]})
    np.testing.assert_allclose(together, [model.log_likelihood(lists, v) for v in vectors], rtol=1e-12)


@every_variant
def test_after_any_history_what_can_follow_is_certain_together(name):
    model, rng = MODELS[name][0], np.random.default_rng(2)
    lists = recall_lists([[2, 0, -1, -1, -1], [4, 3, 2, 1, 0], [-1, -1, -1, -1, -1]], 5)
    p = model.probabilities(lists, some_values(model, rng))
    for_each_event = p[~np.isnan(p[..., 0])]
    assert len(for_each_event) == 3 + 6 + 1
    np.testing.assert_allclose(for_each_event.sum(-1), 1, atol=1e-12)


@every_variant
@given(chosen=st.data(), n_items=st.integers(1, 12))
@hypothesis_settings(max_examples=8)
def test_at_every_corner_of_the_bounds_likelihoods_are_finite(name, chosen, n_items):
    model = MODELS[name][0]
    values = {p.name: chosen.draw(st.sampled_from([p.low, p.default, p.high])) for p in model.parameters}
    found = model.log_likelihood(recall_lists([list(range(n_items)), [*[-1] * n_items]], n_items), values)
    assert (np.isfinite(found) & (found <= 0)).all()
    assert model.recalls(to_simulate(n_items, 3), values, rng=np.random.default_rng(0)).max() < n_items


@every_variant
def test_simulated_lists_are_as_frequent_as_they_are_likely(name):
    model, n = MODELS[name][0], 30_000
    orders = [order for k in range(4) for order in itertools.permutations(range(3), k)]
    every = recall_lists([[*order, *[-1] * (3 - len(order))] for order in orders], 3)
    p = np.exp(model.log_likelihood(every, mild(model)))
    said = model.recalls(to_simulate(3, n), mild(model), rng=np.random.default_rng(0))
    found = ((said[:, None] == every.recall).all(-1)).sum(0)
    assert p.sum() == pytest.approx(1, abs=1e-6)
    likely = n * p > 5
    chi2, df = ((found - n * p)[likely] ** 2 / (n * p)[likely]).sum(), likely.sum() - 1
    assert chi2 < df + 4 * math.sqrt(2 * df)


# One word, whose support is seen in p(stop) = exp(-support): after study the context is .6 its own and .8 the start's

BY_HAND = {
    "slots": ({"storage": Slots()}, {"sharpness": 2.0}, 0.7 * 0.6**2 + 0.3 + 0.4),
    "rehearsal": ({"storage": WithRehearsal()}, {"rehearsal": 0.2}, 0.7 * 0.6 + 0.3 + 0.4 + 0.2),
    "phases of study": ({"scaffold": GridPhase()}, {"advance": 0.0}, 0.3 + 0.4),
    "phases one on": ({"scaffold": GridPhase()}, {"advance": 1.0, "width": 0.1, "b_start": 0.6}, 0.6 * (0.3 + 0.4)),
    "position one on": (
        {"scaffold": PositionCode()},
        {"advance": 1.0, "width": 0.1, "b_start": 0.6},
        0.6 * (0.3 + 0.4),
    ),
}


@pytest.mark.parametrize(("parts", "values", "support"), BY_HAND.values(), ids=BY_HAND)
def test_the_support_of_one_word_by_hand(parts, values, support):
    model = SearchModel(search=ContextSearch(**parts), stopping=BySupport())
    usual = {"b_enc": 0.6, "b_start": 0.0, "l_cf": 0.3, "p1": 0.4, "scale": 1.0}
    known = {p.name for p in model.parameters}
    p = model.probabilities(to_simulate(1, 1), {n: x for n, x in (usual | values).items() if n in known})
    assert p[0, 0].tolist() == pytest.approx([1 - math.exp(-support), math.exp(-support)])


# The largest with noise


def test_of_two_the_largest_with_noise_is_thurstones_law():
    # p = Phi((f_1 - f_2) / (sigma sqrt 2)); with rows of context that are their own, support is what is stored.
    values = {"b_enc": 1.0, "b_start": 0.0, "l_cf": 0.3, "p1": 0.4, "p2": 1.0, "noise": 0.7}
    p = changed(choice=MaxWithNoise()).probabilities(to_simulate(2, 1), values)[0, 0]
    ahead = (0.7 + 0.3 + 0.4 * math.exp(-1)) - 1e-5  # the context is the last item's alone
    assert p[1] / p[:2].sum() == pytest.approx(ndtr(ahead / (0.7 * math.sqrt(2))), abs=1e-8)


@pytest.mark.parametrize("n_items", [1, 2, 9, 40, 100])
def test_among_equals_all_are_as_likely(n_items):
    model = changed(choice=MaxWithNoise())
    p = model.probabilities(to_simulate(n_items, 1), {"l_cf": 0.0, "p1": 0.0, "b_enc": 0.0, "x1": 0.0})[0, 0]
    np.testing.assert_allclose(p[:n_items], 1 / n_items, rtol=1e-5)


@pytest.mark.parametrize("spread", [0.1, 1.0, 5.0])
def test_the_chance_is_right_to_a_ten_millionth_whatever_the_others_support(spread):
    # Against the same integral in steps of a fiftieth over a wider range, for an item at any distance from 39 others.
    rng, x = np.random.default_rng(0), np.arange(-12, 14, 0.02)
    rule = MaxWithNoise().rule({"noise": 1.0})
    support = rng.normal(0, spread, 40)
    share = np.empty(40)
    largest(support, np.ones(40), 1.0, -1, rule.node, rule.normal, np.empty(len(rule.node)), share)
    chance = ndtr(x[:, None, None] + support[:, None] - support)
    chance[:, np.arange(40), np.arange(40)] = 1
    wanted = 0.02 / math.sqrt(2 * math.pi) * (np.exp(-(x**2) / 2) @ chance.prod(-1))
    np.testing.assert_allclose(share, wanted, atol=1e-7)


def test_gaussian_and_gumbel_noise_differ_in_what_is_little_supported():
    # Matched where an item is as good as the rest, the chance of a weak one falls faster by Gaussian noise.
    values = {"b_enc": 1.0, "b_start": 0.0, "l_cf": 1.0, "p1": 0.0, "x1": 0.0}
    gauss = changed(choice=MaxWithNoise()).probabilities(to_simulate(2, 1), values | {"noise": 0.2})[0, 0, 0]
    gumbel_sd = 0.2 * math.sqrt(6) / math.pi  # scale of Gumbel noise with the same standard deviation
    gumbel = cmr().probabilities(to_simulate(2, 1), values | {"temperature": 2 * gumbel_sd})[0, 0, 0]
    assert gauss < gumbel / 5


# Grid phases and positions


def test_a_grid_returns_to_its_phases_and_a_line_does_not():
    values = {"width": 0.5, "advance": 0.0, "b_start": 0.3, "b_rec": 0.5}
    periodic = GridPhase((3, 4)).study(12, values).context
    alike = periodic @ periodic[0]
    assert alike[3] > alike[2] + 0.3  # one of two modules is back
    assert alike[4] > alike[5] + 0.3
    straight = PositionCode().study(12, values).context
    assert (np.diff(straight @ straight[0])[:8] < 0).all()


def test_wide_bumps_are_as_alike_as_their_equation_says():
    context = PositionCode().study(10, {"width": 1.5, "advance": 0.0, "b_start": 0.3, "b_rec": 0.5}).context
    apart = np.subtract.outer(np.arange(10), np.arange(10))
    np.testing.assert_allclose(context @ context.T, np.exp(-(apart**2) / (4 * 1.5**2)), atol=1e-6)


def test_one_module_that_does_not_come_round_within_the_list_is_a_position_code():
    values = {"width": 0.8, "advance": 0.4, "b_start": 0.3, "b_rec": 0.6, "temperature": 0.5}
    lists = recall_lists([[5, 0, 3, 1], [2, 3, 4, -1]], 6)
    found = [changed(scaffold=s).log_likelihood(lists, values) for s in (GridPhase((61,)), PositionCode())]
    np.testing.assert_allclose(found[0], found[1], atol=1e-9)


@pytest.mark.parametrize("scaffold", [GridPhase(), PositionCode()])
@pytest.mark.parametrize(("advance", "sign"), [(0.0, 0), (0.5, 1), (1.0, 1)])
def test_recall_goes_forwards_by_as_much_as_what_is_brought_back_is_ahead(scaffold, advance, sign):
    values = {"advance": advance, "b_start": 0.0, "b_rec": 1.0, "l_cf": 0.5, "p1": 0.0}
    p = changed(scaffold=scaffold).probabilities(recall_lists([[4, -1, -1]], 9), values)[0, 1]
    assert np.sign(np.log(p[5] / p[3]).round(9)) == sign


def test_lists_of_people_have_fewer_words_than_a_grid_has_phases():
    with pytest.raises(ValueError, match=r"periods \(2, 3\) tell 6 items apart; saw a list of 7: add a module"):
        changed(scaffold=GridPhase((2, 3))).log_likelihood(to_simulate(7, 1))


# Slots


def test_slots_of_power_one_are_the_rows_of_a_matrix():
    model, rng = changed(storage=Slots()), np.random.default_rng(3)
    lists = recall_lists([[3, 4, 0, 1], [5, 2, -1, -1]], 6)
    values = some_values(cmr(), rng)
    np.testing.assert_allclose(
        model.log_likelihood(lists, values | {"sharpness": 1.0}), cmr().log_likelihood(lists, values), rtol=1e-12
    )


def test_no_choice_by_powers_makes_up_for_slots():
    # One key each and no own codes: f = eta m^s. A power rule sees eta^q m^(sq): with s another, eta counts otherwise.
    values = {"l_cf": 0.5, "p1": 0.5, "p2": 0.5, "width": 1.0, "b_start": 0.3, "x1": 0.0}
    search = ContextSearch(scaffold=PositionCode(), storage=Slots())
    first = SearchModel(search=search, choice=Power()).probabilities(to_simulate(4, 1), values | {"sharpness": 3.0})
    second = changed(scaffold=PositionCode(), choice=Power()).probabilities(to_simulate(4, 1), values | {"power": 12.0})
    assert abs(np.log(first[0, 0, :4] / second[0, 0, :4])).max() > 0.1


@pytest.mark.parametrize("stopping", [ByOutput(), BySupport(), AfterFailures(k_max=3)])
def test_slots_search_with_every_rule_of_stopping(stopping):
    model = SearchModel(search=ContextSearch(storage=Slots()), stopping=stopping)
    said = model.recalls(to_simulate(8, 200), {"temperature": 1.0}, rng=np.random.default_rng(0))
    assert 0 < (said >= 0).sum(-1).mean() <= 8


# Rehearsal


def test_what_is_rehearsed_by_hand():
    assert rehearsals(3, 1.0).tolist() == [[1, 0, 0], [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]]
    assert rehearsals(3, 0.0).tolist() == np.eye(3).tolist()


def test_first_words_are_rehearsed_most():
    total = rehearsals(10, 0.7).sum(0)
    assert (np.diff(total[:3]) < 0).all()
    assert total.sum() == pytest.approx(10)  # one for each presentation


@pytest.mark.parametrize("storage", [Hebbian(), Delta()])
def test_without_rehearsal_there_is_the_storage_alone(storage):
    lists = recall_lists([[3, 4, 0, 1], [5, 2, -1, -1]], 6)
    without = changed(storage=WithRehearsal(storage)).log_likelihood(lists, {"rehearsal": 0.0})
    np.testing.assert_allclose(without, changed(storage=storage).log_likelihood(lists), rtol=1e-12)


def test_words_that_stay_in_mind_make_primacy_that_there_is_not_without():
    model, values = changed(storage=WithRehearsal()), {"p1": 0.0, "held": 1.0}
    without, with_ = (
        model.recalls(to_simulate(16, 2000), values | {"rehearsal": r}, rng=np.random.default_rng(0))
        for r in (0.0, 0.2)
    )
    without, with_ = ((said[:, :, None] == np.arange(16)).any(1).mean(0) for said in (without, with_))
    assert without[0] < without[5:10].min()
    assert with_[0] > with_[5:10].max() + 0.1


# What is refused


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: GridPhase((4, 6)), "periods must be coprime, so that phases tell items apart; saw (4, 6)"),
        (lambda: GridPhase(()), "periods must be coprime"),
        (lambda: GridPhase((1, 3)), "periods must be a whole number of at least 2; saw 1"),
        (lambda: WithRehearsal(Slots()), "storage must be a matrix"),
        (lambda: WithRehearsal(ItemDriven()), "storage must be a Storage"),
    ],
)
def test_what_is_refused(call, said):
    with pytest.raises(ValueError, match=rf"^[^\n]*{re.escape(said)}[^\n]*\Z"):
        call()
