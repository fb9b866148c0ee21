"""Similarity: how much a query resembles each stored key, the S of Eqs 3-5; higher is more alike.

A similarity maps queries (..., query, d_key) and keys (..., slot, d_key) to a fresh array (..., query, slot).

Source: Millidge, Salvatori, Song, Lukasiewicz & Bogacz (2022), "Universal Hopfield networks", ICML, Table 1;
Gershman, Fiete & Irie (2025), Eqs 3-5.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Similarity(abc.ABC):
    @abc.abstractmethod
    def __call__(self, query: np.ndarray, key: np.ndarray) -> np.ndarray:
        """(..., query, d) and (..., slot, d) to a fresh array (..., query, slot)."""


@dataclass(frozen=True, kw_only=True)
class Dot(Similarity):
    """S = q . k"""

    def __call__(self, query, key):
        return query @ key.mT


@dataclass(frozen=True, kw_only=True)
class ScaledDot(Similarity):
    """S = q . k / sqrt(d_key), Eq 5"""

    def __call__(self, query, key):
        return (query / query.dtype.type(np.sqrt(query.shape[-1]))) @ key.mT


@dataclass(frozen=True, kw_only=True)
class Cosine(Similarity):
    """S = q . k / (|q| |k|); a pattern of norm zero resembles nothing: its similarity is 0"""

    def __call__(self, query, key):
        return _unit(query) @ _unit(key).mT


@dataclass(frozen=True, kw_only=True)
class NegativeSquaredEuclidean(Similarity):
    """S = -|q - k|^2, from |q|^2 + |k|^2 - 2 q . k: near S = 0 the error is that of the squared norms' last digit"""

    def __call__(self, query, key):
        s = 2 * (query @ key.mT)
        s -= _square(query)[..., :, None]
        s -= _square(key)[..., None, :]
        return np.minimum(s, 0, out=s)


@dataclass(frozen=True, kw_only=True)
class NegativeEuclidean(Similarity):
    """S = -|q - k|"""

    def __call__(self, query, key):
        s = NegativeSquaredEuclidean()(query, key)
        np.sqrt(np.negative(s, out=s), out=s)
        return np.negative(s, out=s)


@dataclass(frozen=True, kw_only=True)
class NegativeManhattan(Similarity):
    """S = -sum_i |q_i - k_i|"""

    def __call__(self, query, key):
        from scipy.spatial.distance import cdist

        lead = query.shape[:-2]
        s = np.empty((*lead, query.shape[-2], key.shape[-2]), query.dtype)
        for at in np.ndindex(lead):
            s[at] = cdist(query[at], key[at], "cityblock")
        return np.negative(s, out=s)


def _square(x: np.ndarray) -> np.ndarray:
    return np.einsum("...i,...i->...", x, x)


def _unit(x: np.ndarray) -> np.ndarray:
    norm = np.sqrt(_square(x))[..., None]
    return np.divide(x, norm, out=np.zeros_like(x), where=norm > 0)
