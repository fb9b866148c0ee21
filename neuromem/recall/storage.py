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
from neuromem.recall.vectors import along

L_CF = probability("l_cf", 0.115, "learning: how much an item answers to its study context")
P2 = Parameter("p2", 1.23, 0.1, 5.0, "1 / item", "how fast the advantage of the first items is lost")


class Storage(abc.ABC):
    """A rule that binds items to contexts; values are as `neuromem.recall.vectors` says."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return L_CF, Parameter("p1", 0.339, 0.0, 10.0, "1", "how much more the first item is learned"), P2

    @abc.abstractmethod
    def bind(self, studied: Studied, values: Mapping[str, float | np.ndarray]) -> np.ndarray:
        """What context each item answers to (item, unit), for each vector of values."""

    def own_slots(self, studied: Studied, values: Mapping[str, float | np.ndarray]):
        """With slots: what each item's own slot answers to (item, unit), and the exponent of all matches."""
        return None


@dataclass(frozen=True)
class Hebbian(Storage):
    r"""Each item is added to the context of its study: :math:`M_i \leftarrow M_i + \eta_i c_i`.

    Defaults: means over the 40 subjects of Morton et al. (2013) as fitted.
    Source: Polyn, Norman & Kahana (2009), Psychol. Rev. 116:129.
    Known limit: what is stored first still answers in full to all later contexts that are like its own.
    """

    def bind(self, studied, values):
        rate = rates(studied.own.shape[-2], values)
        return along(1 - values["l_cf"], 2) * studied.own + rate[..., None] * studied.context


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
        rate = rates(studied.own.shape[-2], values)
        m = along(1 - values["l_cf"], 2) * studied.own
        for i in range(rate.shape[-1]):
            context = studied.context[..., i, None, :]
            wrong = -np.vecdot(m, context)
            wrong[..., i] += 1
            m = m + (rate[..., i, None] * wrong)[..., None] * context
        return m


def rates(n_items: int, values: Mapping[str, float | np.ndarray]) -> np.ndarray:
    """The learning rate (..., item) of each item."""
    l_cf, p1, p2 = (along(values[name], 1) for name in ("l_cf", "p1", "p2"))
    return l_cf + p1 * np.exp(-p2 * np.arange(n_items))
