"""Feature maps: what fast weights see of keys and queries, so that a dot product becomes another similarity.

A feature map takes patterns (..., item, d_key) to features (..., item, feature); phi(q) . phi(k) is its kernel.

Source: Katharopoulos, Vyas, Pappas & Fleuret (2020), "Transformers are RNNs", ICML; Schlag, Irie & Schmidhuber (2021),
"Linear transformers are secretly fast weight programmers", ICML, section 5.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neuromem import checks


@dataclass(frozen=True, kw_only=True)
class FeatureMap(abc.ABC):
    positive: ClassVar[bool] = True  # no feature is ever below zero, so that sums of features can normalise

    @abc.abstractmethod
    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(..., item, d_key) to a fresh array (..., item, feature)."""

    def width(self, d_key: int) -> int:
        """The number of features of a key."""
        return d_key


@dataclass(frozen=True, kw_only=True)
class Identity(FeatureMap):
    """phi(x) = x"""

    positive: ClassVar[bool] = False

    def __call__(self, x):
        return x.copy()


@dataclass(frozen=True, kw_only=True)
class EluPlusOne(FeatureMap):
    """phi(x) = x + 1 for x > 0, else exp(x)"""

    def __call__(self, x):
        return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


@dataclass(frozen=True, kw_only=True)
class DPFP(FeatureMap):
    """Deterministic parameter-free projection: r = max((x, -x), 0) times r rolled by 1 to nu; 2 nu d_key features.

    The features of different directions are orthogonal, so that more pairs fit. For d_key = 1 all are zero.
    """

    nu: int = 1

    def __post_init__(self):
        checks.whole("nu", self.nu, 1)

    def __call__(self, x):
        r = np.maximum(np.concatenate([x, -x], axis=-1), 0)
        return np.concatenate([r * np.roll(r, shift, axis=-1) for shift in range(1, self.nu + 1)], axis=-1)

    def width(self, d_key):
        return 2 * d_key * self.nu
