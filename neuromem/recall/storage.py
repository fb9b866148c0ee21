r"""How items are bound to the contexts of their study: the rows ``M_i`` (unit) of what each item answers to.

Before study, item i answers to its own code by :math:`1 - \gamma_{cf}`. Of every storage the learning rate is
:math:`\eta_i = \gamma_{cf} + p_1 e^{-p_2 i}`, ``i`` from 0, larger for the first items (primacy).
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from neuromem.likelihood import Parameter, probability
from neuromem.recall.scaffolds import Studied

L_CF = probability("l_cf", 0.115, "learning: how much an item answers to its study context")
P2 = Parameter("p2", 1.23, 0.1, 5.0, "1 / item", "how fast the advantage of the first items is lost")


class Storage(abc.ABC):
    """A rule that binds items to contexts."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return L_CF, Parameter("p1", 0.339, 0.0, 10.0, "1", "how much more the first item is learned"), P2

    @abc.abstractmethod
    def bind(self, studied: Studied, values: Mapping[str, float]) -> np.ndarray:
        """What context each item answers to (item, unit)."""


@dataclass(frozen=True)
class Hebbian(Storage):
    r"""Each item is added to the context of its study: :math:`M_i \leftarrow M_i + \eta_i c_i`.

    Defaults: means over the 40 subjects of Morton et al. (2013) as fitted.
    Source: Polyn, Norman & Kahana (2009), Psychol. Rev. 116:129.
    Known limit: what is stored first still answers in full to all later contexts that are like its own.
    """

    def bind(self, studied, values):
        return (1 - values["l_cf"]) * studied.own + rates(len(studied.own), values)[:, None] * studied.context


@dataclass(frozen=True)
class Delta(Storage):
    r"""Each item is stored by correcting what its context already calls up of all items.

    .. math:: M \leftarrow M + \eta_i\, (1_i - M c_i)\, c_i^\top

    Here a context takes away from items that it calls up by mistake. A rate above 2 would diverge: `p1` is at most 1.
    Source: Widrow & Hoff (1960), IRE WESCON Convention Record 4:96. The defaults are those of `Hebbian`, not fitted.
    """

    @property
    def parameters(self):
        return L_CF, probability("p1", 0.339, "how much more the first item is learned"), P2

    def bind(self, studied, values):
        m = (1 - values["l_cf"]) * studied.own
        for i, rate in enumerate(rates(len(m), values)):
            wrong = -(m @ studied.context[i])
            wrong[i] += 1
            m += rate * wrong[:, None] * studied.context[i]
        return m


def rates(n_items: int, values: Mapping[str, float]) -> np.ndarray:
    """The learning rate (item) of each item."""
    return values["l_cf"] + values["p1"] * np.exp(-values["p2"] * np.arange(n_items))
