"""Every memory that is found, and compositions of them, small and quickly written and read: what the laws run on.

The laws stand in `test_laws_of_*.py`, each a short test whose name says what it means. A new memory gets them for
nothing. `test_laws_bite.py` shows what each would catch.
"""

import numpy as np
import pytest
from small import stream

from neuromem import manipulate, patterns, registry
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


def ruled(manipulation):
    return [name for name, m in MEMORIES.items() if manipulate.has_rule(manipulation, fresh(m))]


def over(names):
    return pytest.mark.parametrize("memory", [given(n) for n in names], ids=names)


def given(name, *arguments):
    """A memory and further arguments as one case of a law, slow where the memory is costly, as those in spikes are."""
    return pytest.param(MEMORIES[name], *arguments, marks=[pytest.mark.slow] if MEMORIES[name].costly else [])


def shapes(state):
    return [a.shape for a in leaves(state)]


def layout(state):
    return [(a.shape, a.dtype) for a in leaves(state)]


def leaves(state):
    """The arrays of a state, however nested."""
    if isinstance(state, tuple):
        return [array for part in state for array in leaves(part)]
    return [np.asarray(state)]


def nearest(value, answer):
    """The value with the greatest cosine to the answer; none if there is no such, or there are several."""
    cosine = value @ answer / (np.linalg.norm(value, axis=1) * np.linalg.norm(answer))
    best = np.flatnonzero(cosine == cosine.max())
    return best[0] if len(best) == 1 else None


SLOTTED = [name for name, m in MEMORIES.items() if shapes(fresh(m, 4)) != shapes(fresh(m, 5))]
every_memory = over(MEMORIES)
