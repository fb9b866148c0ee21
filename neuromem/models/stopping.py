"""Stopping rules: how likely a search through memory ends before it finds another item.

A rule sees where the search stands (`Search`) and gives p(stop). What it does not look at it cannot explain: a rule by
output position alone recalls equally many items of a short and of a long list.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neuromem import checks

FLOOR = 1e-6  # of p(stop) by output position


class Search(NamedTuple):
    """Where a search stands before the next item is sampled."""

    support: np.ndarray  # (..., query, slot) of each item by the cue, times its gain
    left: np.ndarray  # (..., 1, slot) whether the item can still be recalled
    output: np.ndarray  # (..., 1) items recalled so far
    failed: np.ndarray  # (..., 1) samplings failed so far


@dataclass(frozen=True, kw_only=True)
class Stopping(abc.ABC):
    @abc.abstractmethod
    def p_stop(self, search: Search) -> np.ndarray:
        """The probability (..., query) that no further item is recalled."""

    def failures(self, search: Search, u: np.ndarray) -> np.ndarray:
        """Samplings (..., query) that fail before the next item is found; `u` >= p(stop) decided that one is."""
        return np.zeros(u.shape, np.int64)


@dataclass(frozen=True, kw_only=True)
class ExponentialStop(Stopping):
    """By output position k: p(stop) = x1 exp(x2 k), within [1e-6, 1 - 1e-6].

    Defaults: means over the 40 subjects of Morton et al. (2013) as fitted.
    Source: Morton & Polyn (2016), J. Mem. Lang. 86:119.
    Known limit: it knows neither the length of the list nor what is left, so the number recalled does not depend on the
    length (10.9 at the defaults for 20, 30 and 40 items alike): no list-length effect.
    """

    x1: float = 0.0065
    x2: float = 0.30

    def __post_init__(self):
        checks.number("x1", self.x1, 0, 1)
        checks.number("x2", self.x2, 0)

    def p_stop(self, search):
        position = np.broadcast_to(search.output, search.support.shape[:-1])
        return np.clip(self.x1 * np.exp(np.minimum(self.x2 * position, 700.0)), FLOOR, 1 - FLOOR)


@dataclass(frozen=True, kw_only=True)
class SupportStop(Stopping):
    """By what is left: p(stop) = exp(-scale sum_j f_j) over the items j not yet recalled, f_j their support.

    The more strongly the present context still speaks for something, the less likely recall ends. A form of
    our own, the simplest in which p(stop) is 1 where nothing is supported and falls with all that is left.
    Known limit: `scale` has no published value, and trades off with the learning rates.
    """

    scale: float = 2.0

    def __post_init__(self):
        checks.number("scale", self.scale, 0, open_low=True)

    def p_stop(self, search):
        return np.exp(-self.scale * np.where(search.left, search.support, 0).sum(-1))


@dataclass(frozen=True, kw_only=True)
class FailureStop(Stopping):
    """After k_max failed samplings: p(stop) = m^(k_max - failed), m the share of recalled items in all support.

    Sampling is from all items, in proportion to their support; to come upon one that has been recalled is a
    failure. The failures of the whole recall count, and a failure leaves the cue as it is, so that their number
    before the next success is geometric. (An item once found is chosen by the memory's own rule; sampling by
    that rule would come upon the item just recalled, whose context is reinstated, again and again.)
    Source: Raaijmakers & Shiffrin (1981), Psychol. Rev. 88:93 (SAM: recall ends after KMAX failures; there a
    sampled item may in addition fail to be recovered, which depends on its strength).
    Known limit: the search never ends by itself before something has been recalled.
    """

    k_max: int = 10

    def __post_init__(self):
        checks.whole("k_max", self.k_max, 1)

    def p_stop(self, search):
        return _miss(search) ** np.maximum(self.k_max - search.failed, 0)

    def failures(self, search, u):
        miss = np.clip(_miss(search), 1e-300, 1 - 1e-16)
        return np.minimum(np.log(np.maximum(u, 1e-300)) // np.log(miss), self.k_max).astype(np.int64)


def _miss(search: Search) -> np.ndarray:
    """The probability (..., query) that a sampled item has been recalled before; 1 where there is no item."""
    total = search.support.sum(-1)
    gone = np.where(search.left, 0, search.support).sum(-1)
    return np.divide(gone, total, out=np.ones_like(total), where=total > 0)
