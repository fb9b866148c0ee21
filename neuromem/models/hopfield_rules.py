"""Learning rules of Hopfield networks: how patterns change the weights; each is a field of `Hopfield`."""

from __future__ import annotations

import abc
from dataclasses import dataclass

import numpy as np

from neuromem import checks, plasticity


@dataclass(frozen=True, kw_only=True)
class Rule(abc.ABC):
    @abc.abstractmethod
    def __call__(self, weight: np.ndarray, x: np.ndarray) -> np.ndarray:
        """N times the weights (unit, unit), once the patterns x (item, unit) are learned in order."""


@dataclass(frozen=True, kw_only=True)
class Hebb(Rule):
    """W = sum_n x_n^T x_n / N, zero diagonal; fails at once beyond 0.138 N patterns"""

    def __call__(self, weight, x):
        return plasticity.hebb(weight, x)


@dataclass(frozen=True, kw_only=True)
class Projection(Rule):
    """W projects onto the span of the patterns: N independent ones are fixed points, basins vanish near N / 2

    W keeps its diagonal for the patterns to come; the dynamics leave it out, which widens the basins (Kanter &
    Sompolinsky 1987).
    """

    def __call__(self, weight, x):
        return plasticity.projection(weight, x)


@dataclass(frozen=True, kw_only=True)
class Storkey(Rule):
    """Hebb less what the weights already predict of either unit: local, incremental, holds more"""

    def __call__(self, weight, x):
        return plasticity.storkey(weight, x)


@dataclass(frozen=True, kw_only=True)
class Bounded(Rule):
    """Hebb, each weight clipped after each pattern: a palimpsest that forgets its oldest patterns and never fails

    ``bound`` A is in units of sqrt(N) steps of one pattern, rounded to whole steps; near 0.4 most recent patterns are
    held. Beyond about 1 the weights hardly reach it, and the network fails as with Hebb's rule.
    """

    bound: float = 0.4

    def __post_init__(self):
        checks.number("bound", self.bound, 0, open_low=True)

    def __call__(self, weight, x):
        return plasticity.bounded(weight, x, bound=max(1, round(self.bound * np.sqrt(len(weight)))))
