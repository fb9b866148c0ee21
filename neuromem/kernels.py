"""A kernel: similarity, then separation, then the weighted sum of values, in chunks that fit the cache (Eq 3).

value(q) = sum_n w_n v_n,  w = separation(similarity(q, K), gain)

q query (..., query, d_key); K keys (..., slot, d_key); v values (..., slot, d_value); gain (..., slot).
"""

from __future__ import annotations

import numpy as np

from neuromem.separation import Separation
from neuromem.similarity import Similarity

CHUNK = 1 << 18  # similarities held at a time


def attend(
    similarity: Similarity,
    separation: Separation,
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    gain: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Retrieved values (..., query, d_value), and the largest similarity to a live slot (..., query) or -inf."""
    shape = query.shape[:-1]
    step = max(256, CHUNK // max(1, int(np.prod(shape))))
    total = separation.start(shape, value.shape[-1], query.dtype)
    nearest = np.full(shape, -np.inf, query.dtype)
    for start in range(0, key.shape[-2], step):
        part = slice(start, start + step)
        s, live = live_similarity(similarity, query, key[..., part, :], gain[..., part])
        nearest = np.maximum(nearest, s.max(-1, where=live, initial=-np.inf))
        total = separation.fold(total, s, gain[..., part], value[..., part, :])
    return separation.finish(total), nearest


def attention(
    similarity: Similarity, separation: Separation, query: np.ndarray, key: np.ndarray, gain: np.ndarray
) -> np.ndarray:
    """The weights (..., query, slot) that `attend` uses and does not keep."""
    if key.shape[-2] == 0:
        return np.zeros((*query.shape[:-1], 0), query.dtype)
    return separation.weights(live_similarity(similarity, query, key, gain)[0], gain)


def live_similarity(
    similarity: Similarity, query: np.ndarray, key: np.ndarray, gain: np.ndarray
) -> tuple[np.ndarray, np.ndarray | bool]:
    """Similarities (..., query, slot), 0 for silent slots so that what they hold is not seen; which slots are live."""
    s = similarity(query, key)
    if gain.all():
        return s, True
    live = np.broadcast_to((gain > 0)[..., None, :], s.shape)
    return np.where(live, s, s.dtype.type(0)), live
