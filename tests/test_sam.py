"""SAM: the buffer by hand, its likelihood beside a program that follows every path, simulation, refusals."""

import itertools
import math
import re

import numpy as np
import pytest
import sam_reference
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from neuromem import data
from neuromem.recall import rehearsal_buffer
from neuromem.recall.lists import from_dataset, recall_lists, to_simulate
from neuromem.recall.sam import SAM

VALUES = {"a": 0.5, "b": 0.6, "c": 0.3, "d": 0.1, "gain": 0.8, "kept": 0.6}
MODELS = {
    "usual": SAM(size=2, k_max=4, l_max=2),
    "oldest": SAM(size=2, displaced="oldest", k_max=3, l_max=1),
    "no pairs": SAM(size=1, k_max=2, l_max=5),
    "context alone": SAM(size=3, k_max=3, l_max=0),
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def sequences(n_items):
    """Every way in which a list can be recalled."""
    orders = [order for k in range(n_items + 1) for order in itertools.permutations(range(n_items), k)]
    return recall_lists([[*order, *[-1] * (n_items - len(order))] for order in orders], n_items)


def counted(recall, every):
    """How many of the recalls are each of the ways."""
    base = every.recall.shape[1] + 1
    code, known = ((r + 1) @ base ** np.arange(base - 1) for r in (recall, every.recall))
    return (code[:, None] == known).sum(0)


# The buffer


def test_the_buffer_by_hand():
    # r = 2, three words: the third displaces either, so that words 0 and 1 are there half of its time, at a half each.
    found = rehearsal_buffer.expected(3, 2, oldest=False)
    assert found.time.tolist() == [1 + 0.5 + 0.25, 0.5 + 0.25, 0.5]
    assert found.together.tolist() == [[0, 0.5, 0.25], [0.5, 0, 0.25], [0.25, 0.25, 0]]
    assert found.apart.tolist() == [[0, 0, 0.5], [0, 0, 0.5], [0.5, 0.5, 0]]


def test_with_the_oldest_displaced_every_word_but_those_at_the_ends_has_the_same():
    found = rehearsal_buffer.expected(8, 3, oldest=True)
    assert found.time.tolist() == pytest.approx([1 + 1 / 2 + 1 / 3, 1 / 2 + 2 / 3, 1, 1, 1, 1, 2 / 3, 1 / 3])
    assert found.together[3].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 0, 2 / 3, 1 / 3, 0, 0])


@pytest.mark.parametrize("oldest", [False, True])
@given(n_items=st.integers(1, 6), size=st.integers(1, 7))
def test_expectations_are_those_over_every_history(oldest, n_items, size):
    found = rehearsal_buffer.expected(n_items, size, oldest)
    context, between = sam_reference.expected(n_items, size, oldest, VALUES)
    of_pairs = VALUES["b"] * found.together + VALUES["d"] * found.apart
    np.testing.assert_allclose(VALUES["a"] * found.time, context, atol=1e-12)
    np.testing.assert_allclose(of_pairs + np.diag(VALUES["c"] * found.time), between, atol=1e-12)
    assert found.time.sum() == pytest.approx(n_items)


@pytest.mark.parametrize("oldest", [False, True])
def test_drawn_buffers_have_the_expectations(oldest):
    n, size = 7, 3
    drawn, held = rehearsal_buffer.drawn(n, size, oldest, np.random.default_rng(0).random((20_000, n)))
    for one, wanted in zip(drawn, rehearsal_buffer.expected(n, size, oldest), strict=True):
        np.testing.assert_allclose(one.mean(0), wanted, atol=0.02)
    assert (held.sum(-1) == size).all()
    assert held[:, -1].all()


# Likelihood


@every_model
@given(n_items=st.integers(1, 5), seed=st.integers(0, 2**32))
@hypothesis_settings(max_examples=25)
def test_likelihoods_are_those_of_every_path(model, n_items, seed):
    rng = np.random.default_rng(seed)
    recalled = rng.permutation(n_items)[: rng.integers(0, n_items + 1)].tolist()
    values = {name: rng.uniform(0.05, 0.95) * (1 if name == "kept" else 2) for name in VALUES}
    found = model.log_likelihood(recall_lists([[*recalled, -1]], n_items), values)[0]
    oldest = model.displaced == "oldest"
    p = sam_reference.likelihood(recalled, n_items, values, model.size, oldest, model.k_max, model.l_max)
    assert found == pytest.approx(max(math.log(p) if p > 0 else -np.inf, (len(recalled) + 1) * math.log(1e-5)))


def test_one_word_by_hand():
    # Never reported from the buffer (kept = 0), it is sampled for certain and recovered with 1 - exp(-a) each time.
    model, miss = SAM(k_max=3), math.exp(-0.5)
    found = np.exp(model.log_likelihood(sequences(1), {"a": 0.5, "kept": 0.0}))
    assert found.tolist() == pytest.approx([miss**3, 1 - miss**3])


def test_two_words_in_the_buffer_that_are_always_reported_come_in_any_order():
    found = np.exp(SAM().log_likelihood(sequences(2), {"kept": 1.0}))
    assert found.tolist() == pytest.approx([1e-5, 1e-10, 1e-10, 0.5, 0.5])


@every_model
def test_all_ways_together_are_certain(model):
    every = sequences(4)
    assert np.exp(model.log_likelihood(every, VALUES)).sum() == pytest.approx(1, abs=1e-4)


def test_many_vectors_at_once_are_as_one_by_one():
    model, rng = SAM(size=3), np.random.default_rng(0)
    lists = recall_lists([[3, 2, 0, -1], [1, -1, -1, -1], [5, 4, 0, 2]], np.array([4, 4, 6]))
    values = {p.name: rng.uniform(p.low, min(p.high, 2), 5) for p in model.parameters}
    one_by_one = [model.log_likelihood(lists, {name: float(x[i]) for name, x in values.items()}) for i in range(5)]
    np.testing.assert_array_equal(model.log_likelihood(lists, values), one_by_one)


def test_lists_of_several_lengths_do_not_depend_on_one_another():
    both = recall_lists([[1, 0, -1], [2, -1, -1]], np.array([2, 3]))
    alone = [SAM().log_likelihood(recall_lists(r, n))[0] for r, n in (([[1, 0]], 2), ([[2, -1, -1]], 3))]
    assert SAM().log_likelihood(both, {}).tolist() == pytest.approx(alone)


# Simulation


@every_model
def test_simulated_lists_are_as_frequent_as_they_are_likely(model):
    every, n = sequences(3), 40_000
    p = np.exp(model.log_likelihood(every, VALUES))
    found = counted(model.recalls(to_simulate(3, n), VALUES, rng=np.random.default_rng(0)), every)
    likely = n * p > 5
    chi2 = ((found - n * p)[likely] ** 2 / (n * p)[likely]).sum()
    df = likely.sum() - 1
    assert chi2 < df + 4 * math.sqrt(2 * df)


def test_with_no_chance_in_the_buffer_expected_strengths_are_those_of_each_list():
    model = MODELS["oldest"]
    first, second = (
        f(to_simulate(6, 50), VALUES, rng=np.random.default_rng(1)) for f in (model.recalls, model.recalls_drawn)
    )
    assert first.tolist() == second.tolist()


def test_expected_strengths_recall_more_than_drawn_ones():
    # Recovery is concave in strength, so that the same strength for all recovers more than the same mean of several.
    model, n = SAM(), 2000
    number = [
        (f(to_simulate(12, n), rng=np.random.default_rng(seed)) >= 0).sum(-1)
        for f, seed in ((model.recalls, 0), (model.recalls_drawn, 1))
    ]
    more, error = number[0].mean() - number[1].mean(), math.sqrt((number[0].var() + number[1].var()) / n)
    assert more > 4 * error


def test_the_same_seed_gives_the_same_lists_and_none_holds_a_word_twice():
    first, second = (SAM().recalls(to_simulate(8, 30), rng=np.random.default_rng(3)) for _ in range(2))
    assert first.tolist() == second.tolist()
    assert recall_lists(first, 8).recall.tolist() == first.tolist()


def test_with_a_stream_each_a_list_does_not_depend_on_how_many_there_are():
    many, few = (SAM().recalls(to_simulate(9, n), rng=np.random.default_rng(0).spawn(n)) for n in (20, 5))
    assert many[:5].tolist() == few.tolist()


# What it shows


@pytest.mark.parametrize("displaced", ["any", "oldest"])
def test_first_and_last_words_are_recalled_best_and_longer_lists_give_more(displaced):
    model = SAM(displaced=displaced)
    said = {n: model.recalls(to_simulate(n, 3000), rng=np.random.default_rng(0)) for n in (12, 24)}
    curve = (said[24][:, :, None] == np.arange(24)).any(1).mean(0)
    assert curve[0] > curve[8:14].max() + 0.05
    assert curve[-1] > curve[8:14].max() + 0.05
    number = {n: (one >= 0).sum(-1).mean() for n, one in said.items()}
    assert number[24] > number[12] + 1
    assert number[24] / 24 < number[12] / 12 - 0.05


@pytest.mark.needs_data("morton2013")
def test_the_likelihood_of_people_is_finite_and_above_its_floor():
    lists = from_dataset(data.load("morton2013"))
    found = SAM(size=2).log_likelihood(lists)
    assert np.isfinite(found).all()
    assert (found > ((lists.recall >= 0).sum(-1) + 1) * math.log(1e-5)).all()


# What is refused


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: SAM(size=0), "size must be a whole number of at least 1; saw 0"),
        (lambda: SAM(displaced="youngest"), "displaced must be one of any, oldest; saw 'youngest'"),
        (lambda: SAM(k_max=0), "k_max must be a whole number"),
        (lambda: SAM(l_max=-1), "l_max must be a whole number"),
        (lambda: SAM().log_likelihood(to_simulate(2, 1), {"kept": 1.5}), "kept must be a number in [0, 1]; saw 1.5"),
        (
            lambda: SAM().recalls(to_simulate(2, 1), {"a": np.ones(2)}, rng=np.random.default_rng(0)),
            "values must be numbers to simulate",
        ),
        (
            lambda: SAM().recalls(to_simulate(2, 3), rng=np.random.default_rng(0).spawn(2)),
            "rng must be one Generator or one for each of 3 lists; saw 2",
        ),
    ],
)
def test_what_is_refused(call, said):
    with pytest.raises(ValueError, match=rf"^[^\n]*{re.escape(said)}[^\n]*\Z"):
        call()
