"""Similarities, separations and their sum in chunks, against independent implementations and by hand."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from neuromem import kernels, patterns, settings
from neuromem.separation import Identity, Max, RectifiedPower, Separation, Softmax, Threshold, TopK
from neuromem.similarity import (
    Cosine,
    Dot,
    NegativeEuclidean,
    NegativeManhattan,
    NegativeSquaredEuclidean,
    ScaledDot,
    Similarity,
)

SIMILARITIES = {name: make() for name, make in settings.parts(Similarity).items()}
SEPARATIONS = {name: make() for name, make in settings.parts(Separation).items()} | {
    "softmax, beta 0": Softmax(beta=0),
    "softmax, beta 30": Softmax(beta=30),
    "rectified cube": RectifiedPower(n=3),
    "best three": TopK(k=3),
    "best hundred": TopK(k=100),
    "threshold -1": Threshold(theta=-1),
}
every_separation = pytest.mark.parametrize("separation", SEPARATIONS.values(), ids=SEPARATIONS)
every_similarity = pytest.mark.parametrize("similarity", SIMILARITIES.values(), ids=SIMILARITIES)


def sample(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def pairs(similarity, *shapes):
    """Queries and keys of the kind that a similarity compares."""
    return [
        patterns.draw_part(
            similarity.domain, int(np.prod(shape[:-1])), shape[-1], rng=np.random.default_rng(seed)
        ).reshape(shape)
        for seed, shape in enumerate(shapes)
    ]


# similarities


@pytest.mark.parametrize(
    ("similarity", "oracle"),
    [
        (Dot(), lambda q, k: np.einsum("qd,kd->qk", q, k)),
        (ScaledDot(), lambda q, k: np.einsum("qd,kd->qk", q, k) / 3),
        (Cosine(), lambda q, k: 1 - cdist(q, k, "cosine")),
        (NegativeSquaredEuclidean(), lambda q, k: -cdist(q, k, "sqeuclidean")),
        (NegativeEuclidean(), lambda q, k: -cdist(q, k)),
        (NegativeManhattan(), lambda q, k: -cdist(q, k, "cityblock")),
    ],
    ids=lambda part: type(part).__name__,
)
def test_similarities_equal_those_of_scipy(similarity, oracle):
    query, key = sample(5, 9), sample(7, 9, seed=1)
    np.testing.assert_allclose(similarity(query, key), oracle(query, key), rtol=1e-10, atol=1e-12)


def test_similarities_by_hand():
    query, key = np.array([[3.0, 4.0]]), np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]])
    assert Dot()(query, key).tolist() == [[0, 9, 25]]
    assert Cosine()(query, key) == pytest.approx(np.array([[0, 0.6, 1]]))
    assert NegativeEuclidean()(query, key).tolist() == [[-5, -4, 0]]
    assert NegativeManhattan()(query, key).tolist() == [[-7, -4, 0]]


@every_similarity
def test_similarities_take_leading_axes(similarity):
    query, key = pairs(similarity, (2, 3, 4, 9), (2, 3, 6, 9))
    batch = similarity(query, key)
    assert batch.shape == (2, 3, 4, 6)
    np.testing.assert_allclose(batch[1, 2], similarity(query[1, 2], key[1, 2]), rtol=1e-12)


@every_similarity
def test_similarities_keep_single_precision_and_return_a_fresh_array(similarity):
    query, key = (part.astype(np.float32) for part in pairs(similarity, (4, 9), (6, 9)))
    s = similarity(query, key)
    assert s.dtype == np.float32
    assert not np.shares_memory(s, query)
    assert not np.shares_memory(s, key)


@every_similarity
def test_no_key_is_more_alike_than_the_key_itself(similarity):
    (key,) = pairs(similarity, (8, 20))
    key = key / np.linalg.norm(key, axis=1, keepdims=True) if similarity.domain == "real" else key
    assert np.array_equal(similarity(key, key).argmax(-1), np.arange(8))


# separations


@budget(max_examples=200)
@given(
    name=st.sampled_from(sorted(SEPARATIONS)),
    n_slots=st.integers(1, 60),
    n_queries=st.integers(1, 4),
    cuts=st.lists(st.integers(0, 60), max_size=4),
    duplicates=st.booleans(),
    silent=st.sampled_from([0.0, 0.5, 1.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_folding_chunks_equals_weights_times_values(name, n_slots, n_queries, cuts, duplicates, silent, seed):
    separation, rng = SEPARATIONS[name], np.random.default_rng(seed)
    similarity = 3 * rng.standard_normal((n_queries, n_slots))
    value = rng.standard_normal((n_slots, 3))
    if duplicates:  # ties are broken arbitrarily beyond k = 1, so that tied slots hold one value
        similarity, value = np.repeat(similarity, 2, axis=1), np.repeat(value, 2, axis=0)
    gain = rng.uniform(0.2, 2, similarity.shape[-1]) * (rng.random(similarity.shape[-1]) >= silent)
    if duplicates:
        gain[1::2] = gain[::2]
    weights = separation.weights(similarity.copy(), gain)
    assert not weights[:, gain == 0].any()
    np.testing.assert_allclose(folded(separation, similarity, gain, value, cuts), weights @ value, atol=1e-11)


def folded(separation, similarity, gain, value, cuts):
    total = separation.start(similarity.shape[:-1], value.shape[-1], value.dtype)
    edges = sorted({0, len(value), *(cut for cut in cuts if cut < len(value))})
    for start, stop in pairwise(edges):
        part = slice(start, stop)
        total = separation.fold(total, similarity[:, part].copy(), gain[part], value[part])
    return separation.finish(total)


@every_separation
def test_separations_take_leading_axes(separation):
    similarity, gain, value = sample(2, 3, 5), np.abs(sample(2, 5)), sample(2, 5, 4)
    total = separation.start((2, 3), 4, np.dtype(float))
    batch = separation.finish(separation.fold(total, similarity.copy(), gain, value))
    alone = separation.weights(similarity[1].copy(), gain[1]) @ value[1]
    np.testing.assert_allclose(batch[1], alone, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("size", [1.0, 1e3, 1e6])
def test_softmax_equals_that_of_scipy_however_large_the_logits(size):
    similarity = size * sample(4, 50)
    weights = Softmax(beta=2).weights(similarity.copy(), np.ones(50))
    np.testing.assert_allclose(weights, scipy.special.softmax(2 * similarity, axis=-1), rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("size", [1.0, 1e3, 1e6])
def test_softmax_is_exact_across_chunks(size):
    similarity, value = size * sample(4, 50), sample(50, 3)
    whole = scipy.special.softmax(similarity, axis=-1) @ value
    np.testing.assert_allclose(folded(Softmax(), similarity, np.ones(50), value, range(50)), whole, atol=1e-13)


def test_a_softmax_weight_is_proportional_to_its_gain():
    weights = Softmax().weights(np.array([[0.0, 0.0, np.log(2)]]), np.array([1.0, 3.0, 2.0]))
    assert weights == pytest.approx(np.array([[1, 3, 4]]) / 8)


def test_a_loud_silent_trace_drowns_nothing():
    weights = Softmax().weights(np.array([[-1e4, -1e4, 1e4]]), np.array([1.0, 1.0, 0.0]))
    assert weights.tolist() == [[0.5, 0.5, 0.0]]


@pytest.mark.parametrize(
    ("separation", "weights"),
    [
        (Identity(), [-2, 1, 6, 0]),
        (RectifiedPower(n=2), [0, 1, 18, 0]),
        (Threshold(theta=1), [0, 1, 2, 0]),
        (Max(), [0, 0, 2, 0]),
        (TopK(k=2), [0, 1, 6, 0]),
        (TopK(k=9), [-2, 1, 6, 0]),
        (Softmax(beta=0), [0.25, 0.25, 0.5, 0]),
    ],
    ids=repr,
)
def test_weights_by_hand(separation, weights):
    similarity, gain = np.array([[-2.0, 1, 3, 9]]), np.array([1.0, 1, 2, 0])
    assert separation.weights(similarity, gain)[0] == pytest.approx(weights)


def test_max_breaks_ties_towards_the_earlier_slot_across_chunks():
    similarity, value = np.array([[1.0, 5, 5, 5]]), np.arange(4.0)[:, None]
    assert folded(Max(), similarity, np.ones(4), value, [2]) == [[1.0]]


def test_softmax_tends_to_max():
    similarity = sample(6, 30)
    sharp = Softmax(beta=1e6).weights(similarity.copy(), np.ones(30))
    np.testing.assert_allclose(sharp, Max().weights(similarity, np.ones(30)), atol=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Softmax(beta=-1), "beta must be a number in .0, inf."),
        (lambda: Softmax(beta=np.nan), "beta"),
        (lambda: RectifiedPower(n=0), "n must be a number in"),
        (lambda: Threshold(theta="high"), "theta must be a number"),
        (lambda: TopK(k=0), "k must be a whole number of at least 1; saw 0"),
        (lambda: TopK(k=1.5), "k must be a whole number"),
    ],
)
def test_bad_parameters_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# the sum in chunks


@every_separation
@every_similarity
def test_attending_in_chunks_equals_attention_times_values(similarity, separation, monkeypatch):
    monkeypatch.setattr(kernels, "CHUNK", 1)  # 256 slots at a time
    (query, key), value = pairs(similarity, (3, 8), (1000, 8)), sample(1000, 4, seed=2)
    if similarity.domain == "bipolar":  # no ties, which are broken arbitrarily beyond k = 1
        key = np.where(np.arange(1000) < np.arange(1000)[:, None], -1.0, 1.0)
        query = key[[0, 999, 0]]
    gain = np.random.default_rng(3).integers(0, 3, 1000).astype(float)
    answer, nearest = kernels.attend(similarity, separation, query, key, value, gain)
    weights = kernels.attention(similarity, separation, query, key, gain)
    np.testing.assert_allclose(answer, weights @ value, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(nearest, similarity(query, key[gain > 0]).max(-1), rtol=1e-12)


@every_separation
def test_what_silent_slots_hold_is_never_seen(separation):
    query, key, value = sample(3, 8), sample(20, 8, seed=1), sample(20, 4, seed=2)
    gain = np.ones(20)
    gain[5:] = 0
    loud = [np.concatenate([part[:5], 1e200 * part[5:]]) for part in (key, np.sign(value))]
    answer, nearest = kernels.attend(Cosine(), separation, query, loud[0] * 1e-100, loud[1], gain)
    few, nearest_few = kernels.attend(Cosine(), separation, query, key[:5] * 1e-100, np.sign(value[:5]), gain[:5])
    np.testing.assert_allclose(answer, few, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(nearest, nearest_few, rtol=1e-12)


@every_separation
def test_nothing_live_gives_zero(separation):
    answer, nearest = kernels.attend(Dot(), separation, sample(3, 8), sample(5, 8), sample(5, 4), np.zeros(5))
    assert not answer.any()
    assert np.isneginf(nearest).all()
