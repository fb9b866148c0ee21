"""The laws of every memory: each a short test, run on the example of every memory and wrapper that is found.

A new memory gets them for nothing. What a law means is its name; `tests/test_laws_bite.py` shows what each would catch.
"""

import copy
import pickle
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from small import stream

from neuromem import checks, manipulate, patterns, registry
from neuromem.core import same
from neuromem.feature_maps import PositiveRandom, RandomFourier
from neuromem.models.correlation_matrix import CorrelationMatrix
from neuromem.models.delta_rule import DeltaRule
from neuromem.models.dense_network import DenseNetwork
from neuromem.models.diluted_hopfield import DilutedHopfield
from neuromem.models.faiss_index import HNSW, IVF
from neuromem.models.fast_weights import FastWeights
from neuromem.models.hopfield import Hopfield
from neuromem.models.kernel_memory import KernelMemory
from neuromem.models.random_features import RandomFeatures
from neuromem.models.sparse_hopfield import SparseHopfield
from neuromem.models.vector_index import VectorIndex
from neuromem.separation import Max, Power, Softmax, Threshold, TopK
from neuromem.similarity import (
    Cosine,
    InverseEuclidean,
    NegativeHamming,
    NegativeKullbackLeibler,
    NegativeManhattan,
    NegativeSquaredEuclidean,
)
from neuromem.wrappers import Iterated, Limited, Noisy, Projected

D = 32
SEEDS = range(20)


def example(maker):
    return maker.example() if isinstance(maker, type) else maker()


FOUND = registry.memories() | registry.wrappers()
COMPOSED = {
    "kernel_memory, weights kept": KernelMemory(keep_weights=True),
    "kernel_memory, cosine, best two": KernelMemory(similarity=Cosine(), separation=TopK(k=2)),
    "kernel_memory, Manhattan, threshold": KernelMemory(
        similarity=NegativeManhattan(), separation=Threshold(theta=-20)
    ),
    "correlation_matrix, decaying": CorrelationMatrix(decay=0.1),
    "kernel_memory, Kullback-Leibler": KernelMemory(similarity=NegativeKullbackLeibler(), separation=Softmax(beta=9)),
    "kernel_memory, Hamming of 0/1, best": KernelMemory(similarity=NegativeHamming(kind="binary"), separation=Max()),
    "kernel_memory, inverse Euclidean, cubed": KernelMemory(similarity=InverseEuclidean(), separation=Power(n=3)),
    "hopfield, synchronous": Hopfield(dynamics="synchronous"),
    "hopfield, patterns kept": Hopfield(keep_patterns=True),
    "sparse_hopfield, patterns kept": SparseHopfield(keep_patterns=True),
    "diluted_hopfield, patterns kept": DilutedHopfield(connectivity=0.5, keep_patterns=True),
    "sparse_hopfield, synchronous": SparseHopfield(dynamics="synchronous"),
    "diluted_hopfield, synchronous": DilutedHopfield(connectivity=0.3, dynamics="synchronous"),
    "dense_network, exponential": DenseNetwork(interaction="exponential"),
    "random_features, Fourier": RandomFeatures(kind="fourier", n_features=2048, beta=0.04),
    "fast_weights, positive random features": FastWeights(feature_map=PositiveRandom(n_features=1024, beta=0.04)),
    "delta_rule, random Fourier features": DeltaRule(feature_map=RandomFourier(beta=0.04)),
    "vector_index, HNSW, recall reported": VectorIndex(index=HNSW(), report_recall=True),
    "vector_index, IVF, Euclidean": VectorIndex(index=IVF(), similarity=NegativeSquaredEuclidean()),
    "noisy hopfield": Noisy(Hopfield(), sd=0.3),
    "iterated hopfield": Iterated(Hopfield(max_sweeps=1), steps=3),
    "projected on principal axes": Projected(KernelMemory(), kind="pca"),
    "limited, noisy, orthogonally projected": Limited(Noisy(Projected(KernelMemory(), kind="orthogonal")), capacity=5),
}
MEMORIES = {name: example(entry.source) for name, entry in FOUND.items()} | COMPOSED


def d_value(memory):
    """Another width than that of the keys, where the memory allows it."""
    return D if memory.domain.autoassociative or isinstance(memory, Iterated) else D - 8


def fresh(memory, capacity=4, rng=None):
    return memory.init(capacity, D, d_value(memory), rng=rng or stream())


def draw(memory, n, seed=1):
    return patterns.draw(memory.domain, n, D, d_value(memory), rng=stream(seed))


def written(memory, key, value, state=None):
    """One pair a call, so that each is a trace."""
    state, rng = fresh(memory, max(4, len(key))) if state is None else state, stream(2)
    for n in range(len(key)):
        state = memory.write(state, key[n : n + 1], value[n : n + 1], rng=rng)
    return state


def read(memory, state, query):
    return memory.read(state, query, rng=stream(3))


def close(a, b):
    """Recalls that agree to rounding."""
    assert a.aux.keys() == b.aux.keys()
    np.testing.assert_allclose(a.value, b.value, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(a.strength, b.strength, rtol=1e-10, atol=1e-12)
    for name, array in a.aux.items():
        np.testing.assert_allclose(array, b.aux[name], rtol=1e-10, atol=1e-12, err_msg=name)


def rows(recall, which):
    """The answers to some of the queries; `aux` is left out, for its query axis is the memory's own affair."""
    return recall._replace(value=recall.value[..., which, :], strength=recall.strength[..., which], aux={})


def ruled(manipulation):
    return [name for name, m in MEMORIES.items() if manipulate.has_rule(manipulation, fresh(m))]


def over(names):
    return pytest.mark.parametrize("memory", [given(n) for n in names], ids=names)


def given(name, *arguments):
    """A memory and further arguments as one case of a law, slow where the memory is costly, as those in spikes are."""
    return pytest.param(MEMORIES[name], *arguments, marks=[pytest.mark.slow] if MEMORIES[name].costly else [])


def shapes(state):
    return [a.shape for a in leaves(state)]


def leaves(state):
    """The arrays of a state, however nested."""
    if isinstance(state, tuple):
        return [array for part in state for array in leaves(part)]
    return [np.asarray(state)]


BATCHING = [name for name, memory in MEMORIES.items() if memory.batches]
SLOTTED = [name for name, m in MEMORIES.items() if shapes(fresh(m, 4)) != shapes(fresh(m, 5))]
OVERWRITING = {"three_factor", "spiking_three_factor"}  # a full memory takes the slot that was used longest ago
SILENCEABLE = ruled(manipulate.set_gain)
every_memory = over(MEMORIES)

# what comes out


@every_memory
@pytest.mark.parametrize("n_queries", [1, 3])
def test_shapes_follow_the_query(memory, n_queries):
    state = written(memory, *draw(memory, 3))
    recall = read(memory, state, draw(memory, n_queries)[0])
    assert recall.value.shape == (n_queries, d_value(memory))
    assert recall.strength.shape == (n_queries,)
    assert np.isfinite(recall.value).all()
    assert recall.aux.keys() <= memory.aux_dims.keys()
    for name, array in recall.aux.items():
        sizes = dict(zip(memory.aux_dims[name], array.shape, strict=True))
        assert sizes.get("query", n_queries) == n_queries


@every_memory
def test_a_fresh_memory_answers(memory):
    recall = read(memory, fresh(memory), draw(memory, 2)[0])
    assert np.isfinite(recall.value).all()
    assert not np.isnan(recall.strength).any()


@every_memory
def test_shapes_of_the_state_never_change(memory):
    before = fresh(memory)
    after = written(memory, *draw(memory, 3), before)
    assert [(a.shape, a.dtype) for a in leaves(after)] == [(a.shape, a.dtype) for a in leaves(before)]


@every_memory
def test_one_pair_is_recalled_rather_than_nine_foils(memory):
    assert {recalled(memory, seed) for seed in SEEDS} == {0}


@every_memory
def test_a_pair_that_is_written_twice_is_recalled_as_well(memory):
    assert {recalled(memory, seed, times=2) for seed in SEEDS[:5]} == {0}


def recalled(memory, seed, times=1):
    """The nearest of ten values, the first of which is stored, to the answer to its key."""
    key, value = draw(memory, 10, seed)
    once = written(memory, np.repeat(key[:1], times, axis=0), np.repeat(value[:1], times, axis=0))
    answer = read(memory, once, key[:1]).value[0]
    foils = value[(value != value[0]).any(axis=1)]  # sparse patterns are few enough to be drawn twice
    return nearest(np.concatenate([value[:1], foils]), answer)


def nearest(value, answer):
    """The value with the greatest cosine to the answer; none if there is no such, or there are several."""
    cosine = value @ answer / (np.linalg.norm(value, axis=1) * np.linalg.norm(answer))
    best = np.flatnonzero(cosine == cosine.max())
    return best[0] if len(best) == 1 else None


@every_memory
def test_a_stored_cue_is_stronger_than_an_unrelated_one(memory):
    assert min(familiarity(memory, seed) for seed in SEEDS) > 0


def familiarity(memory, seed):
    key, value = draw(memory, 2, seed)
    strength = read(memory, written(memory, key[:1], value[:1]), key).strength
    return strength[0] - strength[1]


# streams and subjects


@every_memory
def test_the_same_stream_gives_the_same_result(memory):
    key, value = draw(memory, 3)
    cue = np.concatenate([key, draw(memory, 20, 9)[0]])
    np.random.seed(0)  # noqa: NPY002
    first = read(memory, written(memory, key, value), cue)
    np.random.seed(1)  # noqa: NPY002
    assert same(read(memory, written(memory, key, value), cue), first)


def whole_run(memory, subjects):
    """State and recall of subjects with their own pairs, written two and one at a time."""
    rng = [stream(100 + s) for s in subjects]
    key, value = (np.stack(part) for part in zip(*(draw(memory, 3, 200 + s) for s in subjects), strict=True))
    state = fresh(memory, rng=rng)
    state = memory.write(state, key[:, :2], value[:, :2], rng=rng)
    state = memory.write(state, key[:, 2:], value[:, 2:], rng=rng)
    return memory.read(state, key, rng=rng)


@over(BATCHING)
def test_a_batch_is_a_loop(memory):
    batch = whole_run(memory, range(3))
    for s in range(3):
        rng = stream(100 + s)
        key, value = draw(memory, 3, 200 + s)
        state = memory.write(fresh(memory, rng=rng), key[:2], value[:2], rng=rng)
        state = memory.write(state, key[2:], value[2:], rng=rng)
        alone = memory.read(state, key, rng=rng)
        close(type(batch)(batch.value[s], batch.strength[s], {n: a[s] for n, a in batch.aux.items()}), alone)


@over(BATCHING)
def test_a_subject_does_not_depend_on_how_many_there_are(memory):
    few, many = whole_run(memory, range(2)), whole_run(memory, range(5))
    np.testing.assert_allclose(many.value[:2], few.value, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(many.strength[:2], few.strength, rtol=1e-10, atol=1e-12)


@every_memory
def test_a_query_does_not_depend_on_how_many_there_are(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    close(rows(read(memory, state, key), [0]), rows(read(memory, state, key[:1]), [0]))


@every_memory
def test_one_loud_query_does_not_change_the_others(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    other = 1e3 * key[:1] if memory.domain.key == "real" else draw(memory, 1, 9)[0]
    calm, loud = read(memory, state, key), read(memory, state, np.concatenate([other, key[1:]]))
    close(rows(loud, [1, 2]), rows(calm, [1, 2]))


# what must not change


@every_memory
def test_read_changes_nothing(memory):
    key, value = draw(memory, 3)
    state, query = written(memory, key, value), key.copy()
    before = copy.deepcopy(state)
    read(memory, state, query)
    assert same(state, before)
    assert np.array_equal(query, key)


@every_memory
def test_write_changes_neither_its_state_nor_its_pairs(memory):
    key, value = draw(memory, 3)
    state, pair = written(memory, key[:1], value[:1]), (key[1:].copy(), value[1:].copy())
    before = copy.deepcopy(state)
    written(memory, *pair, state)
    assert same(state, before)
    assert same(pair, (key[1:], value[1:]))


@every_memory
def test_a_state_does_not_follow_the_arrays_it_was_given(memory):
    key, value = (part.copy() for part in draw(memory, 3))
    state = memory.write(fresh(memory), key, value, rng=stream(2))
    before = copy.deepcopy(state)
    key[:], value[:] = 0, 0
    assert same(state, before)


@every_memory
def test_after_changes_neither_its_state_nor_its_shapes(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    before = copy.deepcopy(state)
    after = memory.after(state, key, read(memory, state, key), rng=stream(4))
    assert same(state, before)
    assert shapes(after) == shapes(before)


ACTIONS = {
    "set_gain": lambda state: manipulate.set_gain(state, 0, 0.5),
    "set_unit_gain": lambda state: manipulate.set_unit_gain(state, "key", [0, 1], 0.0),
    "lesion": lambda state: manipulate.lesion(state, 0.5, rng=stream(5)),
    "decay": lambda state: manipulate.decay(state, 0.5),
    "add_noise": lambda state: manipulate.add_noise(state, 0.5, rng=stream(5)),
}
RULED = [(name, action) for action in ACTIONS for name in ruled(getattr(manipulate, action))]


@pytest.mark.parametrize(
    ("memory", "act"), [given(m, ACTIONS[a]) for m, a in RULED], ids=[f"{a}-{m}" for m, a in RULED]
)
def test_a_manipulation_acts_on_a_copy(memory, act):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    before = copy.deepcopy(state)
    after = act(state)
    assert same(state, before)
    assert not same(after, before)
    assert [(a.shape, a.dtype) for a in leaves(after)] == [(a.shape, a.dtype) for a in leaves(before)]
    assert np.isfinite(read(memory, after, key).value).all()


OUT_OF_RANGE = {
    "set_unit_gain": ("gain", lambda state, bad: manipulate.set_unit_gain(state, "key", [0], bad)),
    "lesion": ("fraction", lambda state, bad: manipulate.lesion(state, bad, rng=stream())),
    "decay": ("rate", lambda state, bad: manipulate.decay(state, bad)),
    "add_noise": ("sd", lambda state, bad: manipulate.add_noise(state, bad, rng=stream())),
}
RANGED = [(m, a) for m, a in RULED if a in OUT_OF_RANGE]


@pytest.mark.parametrize(
    ("memory", "argument", "change"),
    [given(m, *OUT_OF_RANGE[a]) for m, a in RANGED],
    ids=[f"{a}-{m}" for m, a in RANGED],
)
@pytest.mark.parametrize("bad", [-0.5, np.nan])
def test_a_manipulation_refuses_amounts_out_of_range(memory, argument, change, bad):
    with pytest.raises(ValueError, match=f"{argument} must be a number in"):
        change(fresh(memory), bad)


# gains


@over(SILENCEABLE)
def test_gain_one_changes_nothing(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    assert same(read(memory, manipulate.set_gain(state, 1, 1.0), key), read(memory, state, key))


def differing_in_the_last_trace(memory, loudness):
    """Two states, the last of three traces silent: alike but for the pair that was written last."""
    key, value = draw(memory, 4)
    louder = [loudness if kind == "real" else 1.0 for kind in (memory.domain.key, memory.domain.value)]
    kept = written(memory, key[:2], value[:2])
    one = written(memory, key[2:3], value[2:3], kept)
    other = written(memory, louder[0] * key[3:], louder[1] * value[3:], kept)
    return key, manipulate.set_gain(one, 2, 0.0), manipulate.set_gain(other, 2, 0.0)


TRAINED_TOGETHER = {"learned_slots", "learned_keys"}  # a pair moves, by design, what earlier ones have stored


@over([name for name in SILENCEABLE if name not in TRAINED_TOGETHER])
@pytest.mark.parametrize("loudness", [1.0, 1e3])
def test_at_gain_zero_a_trace_is_not_seen(memory, loudness):
    key, one, other = differing_in_the_last_trace(memory, loudness)
    close(read(memory, one, key), read(memory, other, key))


@over([name for name in SILENCEABLE if name in SLOTTED])
@pytest.mark.parametrize("loudness", [1.0, 1e3])
def test_at_gain_zero_what_a_slot_holds_is_not_seen(memory, loudness):
    key, one, other = differing_in_the_last_trace(memory, loudness)
    exchanged = with_slot(memory, one, other, 2)
    assert not same(exchanged, one)
    close(read(memory, exchanged, key), read(memory, one, key))


def with_slot(memory, state, other, slot):
    """`state` with what `other` holds in one slot."""
    return _with_slot(state, other, slot, fresh(memory, 4), fresh(memory, 5))


def _with_slot(state, other, slot, small, large):
    if isinstance(state, tuple):
        parts = [_with_slot(*part) for part in zip(state, other, [slot] * len(state), small, large, strict=True)]
        return type(state)._make(parts) if hasattr(state, "_make") else tuple(parts)
    mixed = np.array(state)
    for axis in np.flatnonzero(np.not_equal(np.shape(small), np.shape(large))):
        np.moveaxis(mixed, axis, 0)[slot] = np.moveaxis(other, axis, 0)[slot]
    return mixed


@over(SILENCEABLE)
def test_with_all_traces_silent_a_memory_is_as_fresh(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    for trace in range(3):
        state = manipulate.set_gain(state, trace, 0.0)
    close(read(memory, state, key), read(memory, fresh(memory), key))


@over(SILENCEABLE)
def test_silencing_a_trace_leaves_the_others(memory):
    key, value = draw(memory, 10)
    state = manipulate.set_gain(written(memory, key[:2], value[:2]), 0, 0.0)
    assert nearest(value, read(memory, state, key[1:2]).value[0]) == 1


@over(SILENCEABLE)
def test_a_trace_restored_is_as_it_was(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    restored = manipulate.set_gain(manipulate.set_gain(state, 1, 0.0), 1, 1.0)
    assert same(read(memory, restored, key), read(memory, state, key))


@over(SILENCEABLE)
def test_a_trace_that_was_not_written_has_no_gain(memory):
    state = written(memory, *draw(memory, 1))
    with pytest.raises(ValueError, match="trace"):
        manipulate.set_gain(state, 1, 0.0)
    with pytest.raises(ValueError, match="gain"):
        manipulate.set_gain(state, 0, -1.0)


# what is refused


def with_entry(entry):
    def spoil(x):
        spoiled = x.astype(float)
        spoiled[-1, -1] = entry
        return spoiled

    return spoil


BAD = {
    "not a number": with_entry(np.nan),
    "infinite": with_entry(np.inf),
    "empty": lambda x: x[:0],
    "of rank one": lambda x: x[0],
    "of rank three": lambda x: x[None],
    "too wide": lambda x: np.concatenate([x, x[:, :1]], axis=1),
    "too narrow": lambda x: x[:, 1:],
    "of objects": lambda x: x.astype(object),
    "complex": lambda x: x.astype(complex),
    "text": lambda x: x.astype(str),
    "ragged": lambda x: [list(x[0]), list(x[1, 1:])],
}


@every_memory
@pytest.mark.parametrize("argument", ["key", "value", "query"])
@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
def test_bad_input_is_refused_by_name(memory, argument, spoil):
    key, value = draw(memory, 2)
    given = {"key": key, "value": value, "query": key}
    given[argument] = spoil(given[argument])
    with pytest.raises(ValueError, match=rf"^{argument} .+; saw|^{argument} is empty"):
        use(memory, given, argument)


def use(memory, given, argument):
    state = fresh(memory)
    if argument == "query":
        return memory.read(state, given["query"], rng=stream())
    return memory.write(state, given["key"], given["value"], rng=stream())


OUTSIDE = [
    (name, argument, getattr(memory.domain, argument.replace("query", "key")))
    for name, memory in MEMORIES.items()
    for argument in ("key", "value", "query")
]
OUTSIDE = [(name, argument) for name, argument, kind in OUTSIDE if kind != "real"]


@pytest.mark.parametrize(
    ("memory", "argument"), [given(n, a) for n, a in OUTSIDE], ids=[f"{a}-{n}" for n, a in OUTSIDE]
)
def test_patterns_outside_the_domain_are_refused_with_a_hint(memory, argument):
    key, value = draw(memory, 2)
    given = {"key": key, "value": value, "query": key}
    given[argument] = with_entry(1.5)(given[argument])
    with pytest.raises(ValueError, match=rf"^{argument} .*saw 1.5.*(convert|scale)"):
        use(memory, given, argument)


AUTOASSOCIATIVE = [name for name, memory in MEMORIES.items() if memory.domain.autoassociative]


@over(AUTOASSOCIATIVE)
def test_an_autoassociative_memory_refuses_values_that_are_not_the_keys(memory):
    (key, _), (value, _) = draw(memory, 2), draw(memory, 2, 9)
    with pytest.raises(ValueError, match="value must equal key"):
        memory.write(fresh(memory), key, value, rng=stream())


@every_memory
def test_keys_and_values_come_in_pairs(memory):
    key, value = draw(memory, 3)
    with pytest.raises(ValueError, match="key"):
        memory.write(fresh(memory), key, value[:2], rng=stream())


@over([name for name in SLOTTED if name not in OVERWRITING])
def test_more_items_than_capacity_are_refused(memory):
    key, value = draw(memory, 4)
    state = memory.write(fresh(memory, 3), key[:3], value[:3], rng=stream())
    with pytest.raises(ValueError, match="capacity"):
        memory.write(state, key[3:], value[3:], rng=stream())
    with pytest.raises(ValueError, match="capacity"):
        memory.write(fresh(memory, 3), key, value, rng=stream())


@every_memory
def test_a_state_that_would_not_fit_is_refused_with_its_size(memory):
    with pytest.raises(ValueError, match=r"need.* [\d,.]+ GiB"):
        memory.init(10**9, 10**9, 10**9, rng=stream())


@over(SLOTTED)
def test_more_slots_than_would_fit_are_refused_with_their_size(memory):
    with pytest.raises(ValueError, match=r"need.* [\d,.]+ GiB"):
        fresh(memory, 10**13)


SQUARES = {  # of items alone or of features alone
    "dnc_memory": (10**7, D, D),
    "diluted_hopfield": (4, 10**7, 10**7),
    "hopfield": (4, 10**7, 10**7),
    "retrieved_context": (10**7, 10**7, D),
}


@pytest.mark.parametrize("name", SQUARES)
def test_a_square_that_would_not_fit_is_refused_with_its_size(name):
    with pytest.raises(ValueError, match=r"this memory, with the copy .* would need [\d,.]+ GiB, and this machine has"):
        MEMORIES[name].init(*SQUARES[name], rng=stream())


COMPARING = ["continuous_hopfield", "dense_network", "dnc_memory", "dual_sparse_distributed_memory", "gradient_slots"]
COMPARING += [name for name in COMPOSED if name.endswith("kept")] + ["minerva", "turing_memory"]
AT_ONCE = r"to compare 3 patterns with \d+ slots at once would need .* GiB.*: read or write fewer at a time"


@over(COMPARING)
def test_queries_that_cannot_be_compared_with_all_slots_at_once_are_refused(memory, monkeypatch):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    with monkeypatch.context() as small:
        small.setattr(checks, "machine_bytes", lambda: 8.0)
        with pytest.raises(ValueError, match=AT_ONCE):
            read(memory, state, key)


@over(["gradient_slots", "learned_slots"])
def test_pairs_that_cannot_be_compared_with_all_slots_at_once_are_refused(memory, monkeypatch):
    key, value = draw(memory, 3)
    state = fresh(memory)
    with monkeypatch.context() as small:
        small.setattr(checks, "machine_bytes", lambda: 8.0)
        with pytest.raises(ValueError, match=AT_ONCE):
            memory.write(state, key, value, rng=stream())


@every_memory
@pytest.mark.parametrize("size", ["capacity", "d_key", "d_value"])
@pytest.mark.parametrize("bad", [0, -1, 2.5])
def test_sizes_are_positive_whole_numbers(memory, size, bad):
    sizes = {"capacity": 4, "d_key": D, "d_value": d_value(memory)} | {size: bad}
    with pytest.raises(ValueError, match=size):
        memory.init(**sizes, rng=stream())


# objects


@every_memory
def test_states_and_memories_pickle_and_print(memory):
    state = written(memory, *draw(memory, 3))
    assert same(pickle.loads(pickle.dumps(state)), state)
    assert same(pickle.loads(pickle.dumps(memory)), memory)
    assert repr(memory).startswith(type(memory).__name__ + "(")
    assert repr(state).startswith(type(state).__name__ + "(")


@every_memory
def test_parameters_are_frozen(memory):
    for name in [f.name for f in fields(memory)] or ["beta"]:
        with pytest.raises(FrozenInstanceError):
            setattr(memory, name, 1)


@pytest.mark.parametrize("name", FOUND)
def test_a_misspelt_parameter_is_refused(name):
    with pytest.raises(TypeError, match="no_such_parameter"):
        FOUND[name].source(no_such_parameter=1)


@pytest.mark.parametrize(
    "rng", [None, 0, "a", [], [1, 2], np.random.RandomState(0)], ids=lambda rng: repr(rng).split(" ")[0]
)
@every_memory
def test_what_is_no_stream_is_refused(memory, rng):
    state, (key, value) = fresh(memory), draw(memory, 1)
    calls = (
        lambda: memory.init(4, D, d_value(memory), rng=rng),
        lambda: memory.write(state, key, value, rng=rng),
        lambda: memory.read(state, key, rng=rng),
    )
    for call in calls:
        with pytest.raises(ValueError, match="rng must be a Generator"):
            call()


@over([name for name in MEMORIES if name not in BATCHING])
def test_several_streams_are_refused_where_one_is_taken(memory):
    with pytest.raises(ValueError, match="rng must be one Generator"):
        memory.init(4, D, d_value(memory), rng=[stream(), stream()])
