"""Kernel memories: against independent implementations, gains and slots, special cases, a million patterns."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.special
import test_laws_of_gains as gains
from every_memory import close
from sklearn.neighbors import KNeighborsClassifier
from small import sample, stream
from test_kernels import SEPARATIONS, SIMILARITIES

from neuromem import checks, manipulate, patterns
from neuromem.models import kernel_aliases as alias
from neuromem.models.kernel_memory import KernelMemory
from neuromem.separation import Identity, Max, RectifiedPower, Softmax, Threshold, TopK
from neuromem.similarity import Cosine, Dot, NegativeEuclidean, NegativeManhattan

COMPOSITIONS = {
    f"{s}, {w}": KernelMemory(similarity=similarity, separation=separation)
    for s, similarity in SIMILARITIES.items()
    for w, separation in SEPARATIONS.items()
}
every_composition = pytest.mark.parametrize("memory", COMPOSITIONS.values(), ids=COMPOSITIONS)


def stored(memory, key, value, capacity=None):
    key, value = np.asarray(key, float), np.asarray(value, float)
    state = memory.init(capacity or len(key), key.shape[1], value.shape[1], rng=stream())
    return memory.write(state, key, value, rng=stream())


def answer(memory, key, value, query):
    return memory.read(stored(memory, key, value), query, rng=stream())


# against independent implementations


def test_attention_equals_its_formula():
    key, value, query = sample(9, 16), sample(9, 4, seed=1), sample(5, 16, seed=2)
    expected = scipy.special.softmax(query @ key.T / 4, axis=-1) @ value
    recall = answer(alias.scaled_dot_product_attention(), key, value, query)
    np.testing.assert_allclose(recall.value, expected, rtol=1e-12)
    np.testing.assert_allclose(recall.strength, (query @ key.T / 4).max(-1), rtol=1e-12)


@pytest.mark.parametrize(
    ("similarity", "metric"),
    [(NegativeEuclidean(), "euclidean"), (NegativeManhattan(), "manhattan"), (Cosine(), "cosine")],
    ids=["euclidean", "manhattan", "cosine"],
)
def test_max_is_the_nearest_neighbour_of_scikit_learn(similarity, metric):
    key, query, label = sample(300, 6), sample(200, 6, seed=1), stream(2).integers(0, 5, 300)
    oracle = KNeighborsClassifier(1, metric=metric).fit(key, label).predict(query)
    recall = answer(KernelMemory(similarity=similarity, separation=Max()), key, np.eye(5)[label], query)
    assert np.array_equal(recall.value.argmax(-1), oracle)


def test_radial_basis_is_the_estimate_of_nadaraya_and_watson():
    key, value, query = sample(20, 3), sample(20, 2, seed=1), sample(4, 3, seed=2)
    kernel = np.exp(-((query[:, None] - key) ** 2).sum(-1) / (2 * 0.7**2))
    expected = kernel @ value / kernel.sum(-1, keepdims=True)
    np.testing.assert_allclose(answer(alias.radial_basis(width=0.7), key, value, query).value, expected, rtol=1e-10)


@pytest.mark.parametrize("power", [2.0, 3.0, 4.0])
def test_dense_associative_memory_weighs_by_the_slope_of_its_energy(power):
    key, value, query = sample(20, 8), sample(20, 2, seed=1), sample(4, 8, seed=2)

    def energy(overlap):
        return np.maximum(overlap, 0) ** power

    slope = (energy(query @ key.T + 1e-6) - energy(query @ key.T - 1e-6)) / 2e-6
    recall = answer(alias.dense_associative_memory(energy_power=power), key, value, query)
    np.testing.assert_allclose(power * recall.value, slope @ value, rtol=1e-6, atol=1e-6)


# special cases


@pytest.mark.parametrize(
    ("general", "special"),
    [
        (alias.modern_hopfield(beta=1e6), KernelMemory(similarity=Dot(), separation=Max())),
        (alias.radial_basis(width=1e-3), alias.nearest_neighbour()),
        (KernelMemory(similarity=Dot(), separation=TopK(k=12)), alias.linear_attention()),
        (alias.key_value_network(beta=3.0), alias.modern_hopfield(beta=3.0)),
        (
            KernelMemory(similarity=Cosine(), separation=TopK(k=1)),
            KernelMemory(similarity=Cosine(), separation=Max()),
        ),
    ],
    ids=["sharp softmax is max", "narrow basis is nearest", "all of top k is linear", "one formula", "top one is max"],
)
def test_famous_memories_are_limits_of_one_another(general, special):
    key, value, query = sample(12, 8), sample(12, 3, seed=1), sample(5, 8, seed=2)
    a, b = (answer(memory, key, value, query).value for memory in (general, special))
    direction = [x / np.linalg.norm(x, axis=-1, keepdims=True) for x in (a, b)]
    np.testing.assert_allclose(*direction, atol=1e-9)


def test_dense_associative_memory_of_power_two_is_linear_where_overlaps_are_positive():
    key, value, query = np.abs(sample(12, 8)), sample(12, 3, seed=1), np.abs(sample(5, 8, seed=2))
    dense, linear = alias.dense_associative_memory(energy_power=2.0), alias.linear_attention()
    np.testing.assert_allclose(
        answer(dense, key, value, query).value, answer(linear, key, value, query).value, rtol=1e-12
    )


def test_threshold_on_overlaps_of_bipolar_keys_counts_those_within_a_radius():
    bits, word, query = (2.0 * stream(s).integers(0, 2, (n, 21)) - 1 for s, n in ((0, 200), (1, 200), (2, 5)))
    near = (bits[None] != query[:, None]).sum(-1) <= 8  # overlap 21 - 2 * 8
    sparse = KernelMemory(similarity=Dot(), separation=Threshold(theta=21 - 2 * 8))
    np.testing.assert_allclose(answer(sparse, bits, word, query).value, near.astype(float) @ word)


# gains


@every_composition
def test_gain_laws_hold_for_every_composition(memory):
    gains.test_gain_one_changes_nothing(memory)
    gains.test_at_gain_zero_a_trace_is_not_seen(memory, 1e3)
    gains.test_with_all_traces_silent_a_memory_is_as_fresh(memory)


@every_composition
def test_a_silent_trace_is_as_if_never_written(memory):
    key, value = patterns.draw(memory.domain, 6, 999, 3, rng=stream(1))  # so wide that no two keys tie
    state = manipulate.set_gain(stored(memory, key, value), 2, 0.0)
    others = np.delete(np.arange(6), 2)
    without = stored(memory, key[others], value[others])
    close(memory.read(state, key, rng=stream()), memory.read(without, key, rng=stream()))


@pytest.mark.parametrize("separation", [Identity(), RectifiedPower(n=3), Threshold(), Softmax(beta=2)], ids=repr)
def test_gain_two_is_a_trace_stored_twice(separation):
    memory, key, value = KernelMemory(similarity=Dot(), separation=separation), sample(5, 8), sample(5, 3, seed=1)
    doubled = manipulate.set_gain(stored(memory, key, value), 4, 2.0)
    twice = stored(memory, key[[0, 1, 2, 3, 4, 4]], value[[0, 1, 2, 3, 4, 4]])
    query = sample(4, 8, seed=2)
    np.testing.assert_allclose(
        memory.read(doubled, query, rng=stream()).value, memory.read(twice, query, rng=stream()).value, rtol=1e-10
    )


# slots


def test_pairs_go_into_slots_in_order():
    memory = KernelMemory()
    state = memory.write(stored(memory, [[1, 2]], [[3]], capacity=4), [[4, 5], [6, 7]], [[8], [9]], rng=stream())
    assert state.key.tolist() == [[1, 2], [4, 5], [6, 7], [0, 0]]
    assert state.value.tolist() == [[3], [8], [9], [0]]
    assert state.written == 3


def test_a_full_memory_says_how_many_slots_are_free():
    state = stored(KernelMemory(), sample(2, 4), sample(2, 1), capacity=6)
    with pytest.raises(ValueError, match=r"6 items do not fit in 4 free slots; pass init\(capacity=...\) a larger"):
        KernelMemory().write(state, sample(6, 4), sample(6, 1), rng=stream())


def test_slots_not_yet_written_are_not_looked_at():
    memory, key, value = KernelMemory(similarity=NegativeEuclidean()), sample(3, 4), sample(3, 2)
    roomy, tight = stored(memory, key, value, capacity=50), stored(memory, key, value)
    close(memory.read(roomy, key, rng=stream()), memory.read(tight, key, rng=stream()))


def test_one_state_can_be_read_in_two_ways():
    key, value = 2 * sample(3, 16), sample(3, 2)
    state = stored(KernelMemory(), key, value)
    sharp = KernelMemory(separation=Softmax(beta=100)).read(state, key, rng=stream())
    np.testing.assert_allclose(sharp.value, value, atol=1e-6)


def test_kept_weights_are_those_of_the_answer():
    memory, key, value = KernelMemory(keep_weights=True), sample(3, 4), sample(3, 2)
    state = stored(memory, key, value, capacity=5)
    recall = memory.read(state, key, rng=stream())
    weights = recall.aux["weights"]
    assert weights.shape == (3, 5)
    assert not weights[:, 3:].any()
    np.testing.assert_allclose(weights.sum(-1), 1)
    np.testing.assert_allclose(weights @ state.value, recall.value, rtol=1e-12)


def test_single_precision_is_kept_and_near_double():
    key, value = sample(50, 16), sample(50, 4, seed=1)
    single, double = (answer(KernelMemory(dtype=d), key, value, key).value for d in ("float32", "float64"))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, double, atol=1e-5)


def test_silenced_units_of_the_cue_carry_nothing():
    memory, key, value = KernelMemory(), sample(4, 6), sample(4, 3, seed=1)
    state = manipulate.set_unit_gain(stored(memory, key, value), "key", [0, 2], 0.0)
    query = sample(2, 6, seed=2)
    query_without = query * [0, 1, 0, 1, 1, 1]
    expected = answer(memory, key, value, query_without).value
    np.testing.assert_allclose(memory.read(state, query, rng=stream()).value, expected, rtol=1e-12)


def test_driven_units_of_the_answer_are_scaled():
    memory, key, value = KernelMemory(), sample(4, 6), sample(4, 3, seed=1)
    state = manipulate.set_unit_gain(stored(memory, key, value), "value", 1, 3.0)
    plain = answer(memory, key, value, key).value
    np.testing.assert_allclose(memory.read(state, key, rng=stream()).value, plain * [1, 3, 1], rtol=1e-12)


def test_decay_lowers_the_gain_of_what_is_stored_and_not_of_what_comes():
    memory = KernelMemory(similarity=Dot(), separation=Identity())
    state = manipulate.decay(stored(memory, np.eye(2)[:1], [[1.0]], capacity=2), 0.75)
    state = memory.write(state, np.eye(2)[1:], [[1.0]], rng=stream())
    assert memory.read(state, np.eye(2), rng=stream()).value.tolist() == [[0.25], [1.0]]


def test_a_lesion_cuts_a_fraction_of_the_weights_and_noise_has_its_spread():
    state = stored(KernelMemory(), np.ones((40, 50)), np.ones((40, 50)))
    cut = manipulate.lesion(state, 0.3, rng=stream())
    assert (np.stack([cut.key, cut.value]) == 0).mean() == pytest.approx(0.3, abs=0.03)
    noisy = manipulate.add_noise(state, 0.2, rng=stream())
    assert np.stack([noisy.key, noisy.value]).std() == pytest.approx(0.2, rel=0.05)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda s: manipulate.set_gain(s, 3, 1.0), "trace must be a whole number from 0 to 2; saw 3"),
        (lambda s: manipulate.set_gain(s, 0, -1), "gain must be a number in"),
        (lambda s: manipulate.set_unit_gain(s, "axon", 0, 1.0), "part must be one of key, value; saw 'axon'"),
        (lambda s: manipulate.set_unit_gain(s, "key", 4, 1.0), "units must be whole numbers from 0 to 3; saw 4"),
        (lambda s: manipulate.lesion(s, 1.5, rng=stream()), "fraction must be a number in"),
        (lambda s: manipulate.decay(s, -0.1), "rate must be a number in"),
        (lambda s: manipulate.add_noise(s, -1, rng=stream()), "sd must be a number in"),
    ],
)
def test_bad_manipulations_are_refused(act, message):
    with pytest.raises(ValueError, match=message):
        act(stored(KernelMemory(), sample(3, 4), sample(3, 1)))


def test_a_dtype_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="dtype must be one of float32, float64; saw 'float16'"):
        KernelMemory(dtype="float16")


# size


@pytest.mark.parametrize(("dtype", "gib"), [("float64", "32.0"), ("float32", "16.0")])
def test_the_memory_that_slots_need_is_that_of_their_numbers_twice(dtype, gib, monkeypatch):
    monkeypatch.setattr(checks, "machine_bytes", lambda: 2.0**33)
    with pytest.raises(ValueError, match=rf"would need {gib} GiB, and this machine has 8.0 GiB: take fewer items"):
        KernelMemory(dtype=dtype).init(2**24, 64, 64, rng=stream())


MILLION = """
import tracemalloc
import numpy as np
from neuromem.models.kernel_memory import KernelMemory
rng = np.random.default_rng(0)
memory = KernelMemory(dtype="float32")
key = rng.standard_normal((1_000_000, 64), np.float32)
key *= 8 / np.linalg.norm(key, axis=1, keepdims=True)
state = memory.init(1, 64, 64, rng=rng)
state = state._replace(key=key, value=key, gain=np.ones(len(key), np.float32), written=np.int64(len(key)))
query = 4 * key[:1000]
tracemalloc.start()
recall = memory.read(state, query, rng=rng)
print(tracemalloc.get_traced_memory()[1], np.abs(recall.value - key[:1000]).max())
"""


@pytest.mark.slow
def test_a_million_patterns_against_a_thousand_queries_need_less_than_one_gib_more():
    done = subprocess.run([sys.executable, "-c", MILLION], capture_output=True, text=True, check=True)
    peak, error = map(float, done.stdout.split())
    assert peak < 2**30
    assert error < 0.1
