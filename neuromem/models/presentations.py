"""Which slot each presentation of a pair belongs to: a pair that was stored before has one, a new one gets the next."""

from __future__ import annotations

import numpy as np

SAME = 1e-9  # of the cosine of two keys, from 1


def slots(known: tuple[np.ndarray, np.ndarray], written: np.ndarray, key: np.ndarray, value: np.ndarray):
    """The slot (..., item) of each pair, and whether it is new there (..., item).

    `known` are the keys (..., slot, d_key) and values (..., slot, d_value) stored so far, the first `written` (...) of
    them; pairs are the same whose keys have the cosine 1 and whose values are equal. Keys are of length 1.

    >>> key, nothing = np.eye(2)[[0, 1, 0]], (np.zeros((2, 2)), np.zeros((2, 1)))
    >>> slots(nothing, np.array(0), key, np.array([[5.0], [6.0], [5.0]]))
    (array([0, 1, 0]), array([ True,  True, False]))
    """
    n, capacity = key.shape[-2], known[0].shape[-2]
    every = np.concatenate([known[0], key], -2)
    same = key @ every.mT > 1 - SAME
    there = np.arange(capacity) < written[..., None, None]
    same &= np.concatenate([np.broadcast_to(there, (*there.shape[:-2], n, capacity)), _up_to(n, there)], -1)
    same[..., capacity:] |= np.eye(n, dtype=bool)  # each is itself, whatever its key
    if (same.sum(-1) > 1).any():
        values = np.concatenate([known[1], value], -2)
        same &= (value[..., :, None, :] == values[..., None, :, :]).all(-1)
    first = same.argmax(-1)
    new = first == capacity + np.arange(n)
    own = written[..., None] + new.cumsum(-1) - 1
    earlier = np.take_along_axis(own, np.maximum(first - capacity, 0), -1)
    return np.where(first < capacity, first, earlier), new


def _up_to(n: int, like: np.ndarray) -> np.ndarray:
    return np.broadcast_to(np.tri(n, dtype=bool), (*like.shape[:-2], n, n))
