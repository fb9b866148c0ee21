"""Separation: how the similarities of live slots become weights, the sigma of Eqs 3-6; it pushes similar ones apart.

`weights` is a separation's definition; `fold` and `finish` give the same answer for slots that come in chunks, without
ever holding all weights. A gain scales each slot's weight after separation and before normalisation; a slot with gain 0
takes no part, whatever it holds.

Source: Millidge, Salvatori, Song, Lukasiewicz & Bogacz (2022), "Universal Hopfield networks", ICML, Table 1;
Gershman, Fiete & Irie (2025), Eqs 3-6. Softmax in chunks: Milakov & Gimelshein (2018), arXiv:1805.02867, Algorithm 3.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neuromem import checks


class Total(NamedTuple):
    """What has been gathered from the chunks so far."""

    value: np.ndarray  # (..., query, d_value), or the k best values (..., query, k, d_value)
    norm: np.ndarray  # (..., query, 1) the sum of weights, or the k best weights (..., query, k)
    level: np.ndarray  # (..., query, 1) the running maximum, or the k best similarities (..., query, k)


@dataclass(frozen=True, kw_only=True)
class Separation(abc.ABC):
    @abc.abstractmethod
    def weights(self, similarity: np.ndarray, gain: np.ndarray) -> np.ndarray:
        """(..., query, slot) similarities and (..., slot) gains to weights; may reuse the similarity's memory."""

    def start(self, shape: tuple[int, ...], d_value: int, dtype: np.dtype) -> Total:
        return Total(
            np.zeros((*shape, d_value), dtype),
            np.zeros((*shape, 1), dtype),
            np.full((*shape, 1), -np.inf, dtype),
        )

    def fold(self, total: Total, similarity: np.ndarray, gain: np.ndarray, value: np.ndarray) -> Total:
        return total._replace(value=total.value + self.weights(similarity, gain) @ value)

    def finish(self, total: Total) -> np.ndarray:
        return total.value


@dataclass(frozen=True, kw_only=True)
class Identity(Separation):
    """w = g s: linear attention, the correlation matrix"""

    def weights(self, similarity, gain):
        return _scale(similarity, gain)


@dataclass(frozen=True, kw_only=True)
class Power(Separation):
    """w = g s^n for a whole n: an odd power keeps the sign, an even one also recalls what is opposite"""

    n: int = 3

    def __post_init__(self):
        checks.whole("n", self.n, 1)

    def weights(self, similarity, gain):
        return _scale(np.power(similarity, self.n, out=similarity), gain)


@dataclass(frozen=True, kw_only=True)
class Log(Separation):
    """w = g log(1 + max(s, 0)): brings weights together rather than apart, which shows what separation is for

    Millidge et al. (2022) take log s, which has no value for s <= 0 and a negative one below 1.
    """

    def weights(self, similarity, gain):
        s = np.maximum(similarity, 0, out=similarity)
        return _scale(np.log1p(s, out=s), gain)


@dataclass(frozen=True, kw_only=True)
class RectifiedPower(Separation):
    """w = g max(s, 0)^n: dense associative memory with energy power n + 1"""

    n: float = 2.0

    def __post_init__(self):
        checks.number("n", self.n, 0, open_low=True)

    def weights(self, similarity, gain):
        s = np.maximum(similarity, 0, out=similarity)
        return _scale(np.power(s, s.dtype.type(self.n), out=s), gain)


@dataclass(frozen=True, kw_only=True)
class Threshold(Separation):
    """w = g if s >= theta, else 0: sparse distributed memory, given a similarity of hard locations"""

    theta: float = 0.0

    def __post_init__(self):
        checks.number("theta", self.theta, -np.inf)

    def weights(self, similarity, gain):
        return _scale((similarity >= self.theta).astype(similarity.dtype), gain)


@dataclass(frozen=True, kw_only=True)
class Softmax(Separation):
    """w = g exp(beta s) / sum g exp(beta s), Eq 6: beta is the inverse temperature"""

    beta: float = 1.0

    def __post_init__(self):
        checks.number("beta", self.beta, 0)

    def weights(self, similarity, gain):
        total = self.start(similarity.shape[:-1], 1, similarity.dtype)
        w, _, norm = self._relative(total, similarity, gain)
        return np.divide(w, norm, out=w, where=norm > 0)

    def fold(self, total, similarity, gain, value):
        w, level, norm = self._relative(total, similarity, gain)
        shrink = np.exp(total.level - _finite(level))
        return Total(total.value * shrink + w @ value, total.norm * shrink + norm, level)

    def finish(self, total):
        return np.divide(total.value, total.norm, out=total.value, where=total.norm > 0)

    def _relative(self, total, similarity, gain):
        """The chunk's weights relative to the largest logit so far, that logit, and the weights' sum."""
        s = similarity
        if self.beta != 1:
            s *= s.dtype.type(self.beta)
        if not np.all(gain == 1):
            with np.errstate(divide="ignore"):
                s += np.log(gain)[..., None, :]
        level = np.maximum(total.level, s.max(-1, keepdims=True))
        s -= _finite(level)
        w = np.exp(s, out=s)
        return w, level, w.sum(-1, keepdims=True)


@dataclass(frozen=True, kw_only=True)
class Selection(Separation):
    """The k most similar live slots; ties are broken towards the earlier slot for k = 1 and arbitrarily beyond."""

    @property
    @abc.abstractmethod
    def best(self) -> int:
        """How many slots take part."""

    @abc.abstractmethod
    def weigh(self, similarity: np.ndarray) -> np.ndarray:
        """The weights of the slots that take part, before their gain."""

    def weights(self, similarity, gain):
        at, weight, _ = self._select(similarity, gain)
        w = np.zeros_like(similarity)
        np.put_along_axis(w, at, weight, -1)
        return w

    def start(self, shape, d_value, dtype):
        width = (*shape, 0)
        return Total(np.zeros((*width, d_value), dtype), np.zeros(width, dtype), np.zeros(width, dtype))

    def fold(self, total, similarity, gain, value):
        at, weight, level = self._select(similarity, gain)
        rows = np.take_along_axis(value[..., None, :, :], at[..., None], -2)
        value, weight, level = (
            np.concatenate(pair, axis)
            for pair, axis in (
                ((total.value, rows), -2),
                ((total.norm, weight), -1),
                ((total.level, level), -1),
            )
        )
        keep = _largest(level, self.best)
        return Total(np.take_along_axis(value, keep[..., None], -2), _take(weight, keep), _take(level, keep))

    def finish(self, total):
        return (total.norm[..., None, :] @ total.value)[..., 0, :]

    def _select(self, similarity, gain):
        """Of a chunk's best slots the index, the weight and the similarity (silent ones: weight 0, -inf)."""
        gain = np.broadcast_to(gain[..., None, :], similarity.shape)
        level = np.where(gain > 0, similarity, -np.inf)
        at = _largest(level, self.best)
        live = _take(gain, at) > 0
        weight = np.where(live, self.weigh(_take(similarity, at)) * _take(gain, at), 0)
        return at, weight, _take(level, at)


@dataclass(frozen=True, kw_only=True)
class TopK(Selection):
    """w = g s for the k most similar slots, else 0"""

    k: int = 1

    def __post_init__(self):
        checks.whole("k", self.k, 1)

    @property
    def best(self):
        return self.k

    def weigh(self, similarity):
        return similarity


@dataclass(frozen=True, kw_only=True)
class Max(Selection):
    """w = g for the most similar slot, else 0: the ideal separation where there is no noise"""

    @property
    def best(self):
        return 1

    def weigh(self, similarity):
        return np.ones_like(similarity)


def _largest(x: np.ndarray, k: int) -> np.ndarray:
    if k == 1:
        return x.argmax(-1)[..., None]
    if k >= x.shape[-1]:
        return np.broadcast_to(np.arange(x.shape[-1]), x.shape)
    return np.argpartition(x, -k, axis=-1)[..., -k:]


def _take(x: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.take_along_axis(x, at, -1)


def _scale(weights: np.ndarray, gain: np.ndarray) -> np.ndarray:
    if not np.all(gain == 1):
        weights *= gain[..., None, :]
    return weights


def _finite(level: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(level), level, 0).astype(level.dtype, copy=False)
