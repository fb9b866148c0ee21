"""Models of list recall: known likelihoods, a plain program beside, probabilities, simulation, memories, refusals."""

import itertools
import math
import re
import warnings

import numpy as np
import pytest
import recall_reference
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from neuromem import data
from neuromem.data import morton2013
from neuromem.errors import UserError
from neuromem.likelihood import Parameter, distinct
from neuromem.models.delta_rule import DeltaRule
from neuromem.models.immediate_recall import immediate_recall
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.models.stopping import FailureStop, SupportStop
from neuromem.recall import null
from neuromem.recall.choice import Exponential, Linear, Power
from neuromem.recall.cmr import as_memory, cmr
from neuromem.recall.context_search import ContextSearch
from neuromem.recall.lists import RecallLists, from_dataset, of_words, recall_lists, share, to_simulate
from neuromem.recall.scaffolds import ItemDriven, RandomDrift
from neuromem.recall.search_model import ImpossibleEvent, SearchModel
from neuromem.recall.stopping import AfterFailures, ByOutput, BySupport, Counted, counted
from neuromem.recall.storage import Delta, Hebbian
from neuromem.recall.walk import exponential, logarithm

# The parameters at which the likelihood of Morton2013 is known; they describe nobody.
P0 = {"temperature": 0.1, "l_fc": 0.15, "l_cf": 0.15, "p1": 0.2, "p2": 2.0}
P0 |= {"b_enc": 0.7, "b_start": 0.3, "b_rec": 0.9, "x1": 0.001, "x2": 0.25}

MODELS = {
    f"{type(choice).__name__}-{type(stopping).__name__}-{len(cues)}": SearchModel(
        choice=choice, stopping=stopping, cues=cues
    )
    for choice, (stopping, cues) in zip(
        [Exponential(), Power(), Linear(), Exponential(), Power(), Exponential()],
        [
            (ByOutput(), ()),
            (ByOutput(), ("kind",)),
            (BySupport(), ("kind", "sound")),
            (AfterFailures(k_max=4), ()),
            (AfterFailures(k_max=1), ("sound",)),
            (BySupport(), ()),
        ],
        strict=True,
    )
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def some_lists(n_lists, n_items, rng):
    """Recalls of any number of items in any order, with words of two kinds and three sounds."""
    recall = np.stack([rng.permutation(n_items) for _ in range(n_lists)])
    recall[np.arange(n_items) >= rng.integers(0, n_items + 1, n_lists)[:, None]] = -1
    labels = {"kind": rng.integers(0, 2, (n_lists, n_items)), "sound": rng.integers(0, 3, (n_lists, n_items))}
    return recall_lists(recall, n_items, similarity={name: share(label) for name, label in labels.items()})


def some_values(model, rng):
    """Values within the bounds, but for temperatures at which choice is as good as certain."""
    low = {"temperature": 0.05, "power": 0.0}
    return {p.name: rng.uniform(max(p.low, low.get(p.name, p.low)), min(p.high, 5.0)) for p in model.parameters}


def of_reference(model, lists, values, i, function):
    n = int(lists.n_items[i])
    said = [int(item) for item in lists.recall[i] if item >= 0]
    cues = [(name, lists.similarities((name,))[i, 0]) for name in model.cues]
    return function(said, n, values, cues=cues, k_max=getattr(model.stopping, "k_max", None))


@pytest.fixture(autouse=True)
def impossible_events_are_told_where_they_are_the_subject():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImpossibleEvent)
        yield


# Likelihood


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


# Scaffolds and storage


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


# Laws of every composition

COMPOSITIONS = {
    "-".join(type(part).__name__ for part in parts): SearchModel(
        search=ContextSearch(scaffold=parts[0], storage=parts[1]), choice=parts[2], stopping=parts[3]
    )
    for parts in itertools.product(
        [ItemDriven(), RandomDrift()],
        [Hebbian(), Delta()],
        [Exponential(), Power(), Linear()],
        [ByOutput(), BySupport(), AfterFailures(), Counted((0.1, 0.3))],
    )
}
every_composition = pytest.mark.parametrize("model", COMPOSITIONS.values(), ids=COMPOSITIONS)


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


# Simulation


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


# Null models


def test_uniform_choice_in_closed_form():
    lists = recall_lists([[0, 1, -1], [4, 2, 3], [1, -1, -1]], 5)
    ends = [0 + math.log(2 / 3) + math.log(1 / 2), math.log(2 / 3) + math.log(1 / 2), math.log(1 / 3)]
    choices = [-math.log(5 * 4), -math.log(5 * 4 * 3), -math.log(5)]
    assert null.uniform_choice(lists).log_likelihood(lists).tolist() == pytest.approx(np.add(ends, choices).tolist())


def test_position_frequency_by_hand():
    # Position 1 was recalled at 2 of 2 outputs where it was left, position 0 at 1 of 3: weights 2.5/3 and 1.5/4.
    lists = recall_lists([[1, 0], [1, -1]], 2)
    first = (2.5 / 3) / (2.5 / 3 + 1.5 / 4)
    p = null.position_frequency(lists).probabilities(lists)
    assert p[0, 0].tolist() == pytest.approx([1 - first, first, 0])
    assert p[1, 1, [0, 2]].tolist() == pytest.approx([0.5, 0.5])


def test_last_transition_by_hand():
    # After position 0 came 1 at one of two transitions and 2 at the other; recall always began with 0.
    lists = recall_lists([[0, 1, -1], [0, 2, 1]], 3)
    p = null.last_transition(lists).probabilities(lists)
    start = np.array([2.5, 0.5, 0.5]) / 3
    assert p[0, 0].tolist() == pytest.approx([*start / start.sum(), 0])
    assert p[0, 1, 1:].tolist() == pytest.approx([0.5, 0.5, 0])


def test_what_a_null_model_knows_raises_the_likelihood_of_lists_that_have_it():
    said = cmr().recalls(to_simulate(10, 400), rng=np.random.default_rng(0))
    lists = recall_lists(said, 10)
    models = (null.uniform_choice(lists), null.position_frequency(lists), null.last_transition(lists), cmr())
    total = [model.log_likelihood(lists).sum() for model in models]
    assert total[0] < total[1] < total[2] < total[3]


def test_the_end_after_the_last_word_of_all_is_no_decision():
    # At output 2 the list of two words is complete; of those of three, one ended and one went on.
    lists = recall_lists([[0, 1, -1], [0, 1, -1], [2, 1, 0]], np.array([2, 3, 3]))
    assert counted(lists).hazard == (0.0, 0.0, 0.5)


def test_counted_ends_are_the_likeliest_by_output():
    lists = recall_lists(cmr().recalls(to_simulate(10, 400), rng=np.random.default_rng(0)), 10)
    best = SearchModel(stopping=counted(lists)).log_likelihood(lists).sum()
    for x1, x2 in [(0.0065, 0.3), (0.01, 0.25), (0.005, 0.35)]:
        assert cmr().log_likelihood(lists, {"x1": x1, "x2": x2}).sum() < best


# Many vectors of parameters at once


@every_model
@given(n_vectors=st.integers(1, 40), seed=st.integers(0, 2**32))
@hypothesis_settings(max_examples=10)
def test_vectors_at_once_are_as_likely_as_one_after_another(model, n_vectors, seed):
    rng = np.random.default_rng(seed)
    lists = some_lists(3, int(rng.integers(1, 30)), rng)
    each = [some_values(model, rng) for _ in range(n_vectors)]
    found = model.log_likelihood(lists, {name: np.array([v[name] for v in each]) for name in each[0]})
    assert found.shape == (n_vectors, 3)
    np.testing.assert_allclose(found, [model.log_likelihood(lists, values) for values in each], rtol=1e-12)


@every_composition
def test_lists_of_several_lengths_and_values_of_which_some_are_shared(model):
    rng = np.random.default_rng(1)
    lengths = np.array([3, 9, 5, 9])
    recall = np.stack([np.pad(rng.permutation(n)[:4], (0, max(4 - n, 0)), constant_values=-1) for n in lengths])
    lists = recall_lists(recall, lengths)
    values = some_values(model, rng)
    moved = next(iter(values), None)
    several = np.linspace(0.2, 0.9, 5)
    found = model.log_likelihood(lists, values | ({moved: several} if moved else {}))
    one_by_one = [model.log_likelihood(lists, values | {moved: x}) for x in several] if moved else found
    np.testing.assert_allclose(found, one_by_one, rtol=1e-12)


@given(x=st.floats(-800, 800))
def test_exponentials_without_a_call_are_right(x):
    wanted = math.exp(x) if -708 < x < 709 else 0.0 if x < 0 else math.inf
    assert exponential(x) == pytest.approx(wanted, rel=5e-16)


@given(x=st.floats(1e-5, 1e5))
def test_logarithms_without_a_call_are_right(x):
    assert logarithm(x) == pytest.approx(math.log(x), rel=5e-16, abs=5e-16)


@pytest.mark.parametrize("call", ["probabilities", "recalls"])
def test_what_takes_one_vector_says_so(call):
    more = {"rng": np.random.default_rng(0)} if call == "recalls" else {}
    with pytest.raises(ValueError, match="values must be numbers here, one vector"):
        getattr(cmr(), call)(to_simulate(3, 2), {"b_enc": np.array([0.1, 0.2])}, **more)


# What is refused, and what is warned of


@pytest.mark.parametrize(
    ("model", "recall", "told"),
    [
        (SearchModel(stopping=AfterFailures()), [[0, -1], [-1, -1]], "the end of recall at output 0 of list 1 has "),
        (SearchModel(stopping=Counted((1.0,))), [[1, -1], [0, -1]], "recall of position 1 at output 0 of list 0 has "),
    ],
)
def test_an_event_that_a_model_cannot_produce_is_named_and_counts_as_unlikely(model, recall, told):
    with pytest.warns(ImpossibleEvent, match=told):
        found = model.log_likelihood(recall_lists(recall, 2))
    assert np.isfinite(found).all()
    assert found.min() <= math.log(1e-5)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"b_end": 0.5}, "there is no parameter 'b_end'; did you mean b_enc"),
        ({"b_enc": 1.1}, "b_enc must be a number in [0, 1]; saw 1.1."),
        ({"p1": math.nan}, "p1 must be a number in [0, 10]; saw nan."),
        ({"x2": "fast"}, "x2 must be a number in [0, 5]; saw 'fast'."),
    ],
)
def test_parameters_that_are_refused(values, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        cmr().log_likelihood(to_simulate(3, 1), values)


REFUSED = {
    "a study position beyond the list": (lambda: recall_lists([[3]], 3), "below the list length 3; saw 3"),
    "no list": (lambda: recall_lists(np.zeros((0, 2), int), 3), "recall holds no list"),
    "not whole": (lambda: recall_lists([[1.5]], 3), "recall must be whole numbers"),
    "subjects": (lambda: recall_lists([[[0]]], 3), "recall must be (list, output); saw shape (1, 1, 1)"),
    "alike": (lambda: recall_lists([[0]], 2, similarity={"a": np.zeros((1, 2))}), "similarity a must have shape"),
    "nan": (lambda: recall_lists([[0]], 1, similarity={"a": np.full((1, 1, 1), np.nan)}), "similarity a must be fin"),
    "a word": (lambda: of_words([["cat", "ox"]], ["cat"], np.eye(1)), "the pool lacks 1 of the studied words, such as"),
    "a pool": (lambda: of_words([["cat"]], ["cat"], np.eye(2)), "of the pool must have shape (word, word) (1, 1)"),
    "a cue that lists lack": (lambda: cmr(cues=("a",)).log_likelihood(to_simulate(2, 1)), "no similarity 'a'"),
    "no item": (lambda: to_simulate(0, 1), "n_items must be a whole number of at least 1; saw 0"),
    "streams": (
        lambda: cmr().recalls(to_simulate(2, 3), rng=np.random.default_rng(0).spawn(2)),
        "rng must be one Generator or one for each of 3 lists; saw 2",
    ),
    "lengths": (lambda: null.last_transition(recall_lists([[0], [0]], np.array([2, 3]))), "lists must be of one len"),
    "another length": (
        lambda: null.position_frequency(to_simulate(2, 1)).log_likelihood(to_simulate(3, 1)),
        "the weights are of lists of 2 words; saw one of 3",
    ),
    "a part": (
        lambda: SearchModel(stopping=SupportStop()),
        "stopping must be a Stopping, such as those in neuromem.re",
    ),
    "a scaffold": (lambda: ContextSearch(scaffold=BySupport()), "scaffold must be a Scaffold"),
    "k_max": (lambda: AfterFailures(k_max=0), "k_max must be a whole number of at least 1"),
    "hazard": (lambda: Counted((0.5, 1.5)), "hazard must be a number in [0, 1]; saw 1.5"),
    "twice": (lambda: distinct(ItemDriven().parameters * 2), "two parts of the model have a parameter b_enc"),
    "crossed": (lambda: distinct((Parameter("a", 0.0, 1.0, -1.0, "1", ""),)), "parameter a must have finite bounds"),
}


@pytest.mark.parametrize(("call", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(call, said):
    with pytest.raises(ValueError, match=rf"^[^\n]*{re.escape(said)}[^\n]*\Z"):
        call()


@pytest.mark.needs_data("morton2013")
def test_a_cue_that_the_data_lack_is_refused():
    with pytest.raises(UserError, match=r"no labels 'categry' of studied words; did you mean category\?"):
        from_dataset(data.load("morton2013"), cues=("categry",))


def test_intrusions_and_repeats_are_no_events():
    raw, clean = recall_lists([[-2, 1, 1, -2, 0, 1]], 3), recall_lists([[1, 0]], 3)
    assert isinstance(raw, RecallLists)
    assert cmr().log_likelihood(raw).tolist() == cmr().log_likelihood(clean).tolist()
