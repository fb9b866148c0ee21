"""When recall ends: by output position, by the support of what is left, or after failures to find anything new.

The same rules as `neuromem.models.stopping`, with likelihoods: the probability of the end, given what was observed.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from neuromem import checks
from neuromem.likelihood import Parameter, probability
from neuromem.recall.lists import RecallLists
from neuromem.recall.vectors import along
from neuromem.recall.walk import BY_FAILURES, BY_OUTPUT, BY_SUPPORT, StopRule

FLOOR = 1e-6  # of p(stop) by output position
NO_TABLE = np.zeros(1)


class Stopping(abc.ABC):
    """A rule for the end of recall, certain once every item is recalled. Values: see `neuromem.recall.vectors`."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return ()

    @abc.abstractmethod
    def rule(self, values: Mapping[str, float | np.ndarray], n_items: int) -> StopRule:
        """The rule for each vector of values, for lists of up to `n_items` words."""


@dataclass(frozen=True)
class ByOutput(Stopping):
    r"""By output position k from 0: :math:`p(stop) = x_1 e^{x_2 k}`, within [1e-6, 1 - 1e-6].

    Defaults: means over the 40 subjects of Morton et al. (2013) as fitted.
    Source: Morton & Polyn (2016), J. Mem. Lang. 86:119.
    Known limit: it sees neither the length of the list nor what is left, and so has no list-length effect.
    """

    @property
    def parameters(self):
        x2 = Parameter("x2", 0.30, 0.0, 5.0, "1 / output", "how fast recall becomes likely to end")
        return probability("x1", 0.0065, "p(stop) before the first recall"), x2

    def rule(self, values, n_items):
        exponent = np.minimum(along(values["x2"], 1) * np.arange(n_items + 1), 700.0)
        return StopRule(BY_OUTPUT, np.clip(along(values["x1"], 1) * np.exp(exponent), FLOOR, 1 - FLOOR), 0.0, 1)


@dataclass(frozen=True)
class BySupport(Stopping):
    r"""By what is left: :math:`p(stop) = e^{-scale \sum_j f_j}` over the items j not yet recalled, f_j their support.

    A form of our own: the simplest in which the end is certain where nothing is supported, and less likely the more is.
    Known limit: `scale` has no published value, and trades off with the strength of storage.
    """

    @property
    def parameters(self):
        return (Parameter("scale", 2.0, 0.0, 20.0, "1 / support", "how much support keeps recall going"),)

    def rule(self, values, n_items):
        return StopRule(BY_SUPPORT, NO_TABLE, values["scale"], 1)


@dataclass(frozen=True)
class AfterFailures(Stopping):
    r"""Once `k_max` samplings have failed, each of which came upon an item recalled before.

    Items are sampled in proportion to their support, recalled ones too; with m the share of these, h failures come
    before the next success with probability :math:`(1 - m) m^h`. They are not observed: the likelihood sums over how
    many there were so far, exactly. `k_max` is a whole number and no parameter of a search: compare models.
    Source: Raaijmakers & Shiffrin (1981), Psychol. Rev. 88:93 (there an item may also fail to be recovered).
    Known limit: recall cannot end before its first item, so that a list without recalls has probability 0.
    """

    k_max: int = 10

    def __post_init__(self):
        checks.whole("k_max", self.k_max, 1)

    def rule(self, values, n_items):
        return StopRule(BY_FAILURES, NO_TABLE, 0.0, self.k_max)


@dataclass(frozen=True)
class Counted(Stopping):
    """By output position, as counted: the share of lists that ended at each output, of those that came so far.

    What any rule by output position can reach at best; `hazard` (output) is that share, the last one holding for all
    later outputs. Made by `counted`.
    """

    hazard: tuple[float, ...]

    def __post_init__(self):
        if not self.hazard:
            raise ValueError("hazard is empty; pass p(stop) of at least one output.")
        for one in self.hazard:
            checks.number("hazard", one, 0, 1)

    def rule(self, values, n_items):
        at = np.minimum(np.arange(n_items + 1), len(self.hazard) - 1)
        return StopRule(BY_OUTPUT, np.array(self.hazard)[at], 0.0, 1)


def counted(lists: RecallLists, *, imagined: float = 0.0) -> Counted:
    """The rule counted on these lists; with it, these lists are as likely as any rule by output makes them.

    To predict other lists, `imagined` decisions at each output, half of them ends, keep any p(stop) from being 0 or 1.

    >>> from neuromem.recall.lists import recall_lists
    >>> counted(recall_lists([[0, -1], [2, 1], [1, -1], [-1, -1]], 3)).hazard
    (0.25, 0.6666666666666666, 1.0)
    """
    n_recalled = (lists.recall >= 0).sum(-1)
    could_end = n_recalled < lists.n_items  # the end after the last item of all is no decision
    outputs = np.arange(n_recalled.max() + 1)
    ended = ((n_recalled == outputs[:, None]) & could_end).sum(-1)
    reached = ((n_recalled >= outputs[:, None]) & (lists.n_items > outputs[:, None])).sum(-1)
    seen = reached > 0
    return Counted(tuple(((ended[seen] + imagined / 2) / (reached[seen] + imagined)).tolist()))
