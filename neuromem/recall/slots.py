"""Separate slots: each event keeps its own key, and its match counts by itself before anything is added."""

from __future__ import annotations

from dataclasses import dataclass

from neuromem.likelihood import Parameter
from neuromem.recall.storage import Storage, rates
from neuromem.recall.vectors import along


@dataclass(frozen=True)
class Slots(Storage):
    r"""An item has a slot of what it always meant and one of its study; each answers by a power of its match.

    .. math:: f_i = (1 - \gamma_{cf}) \left[e_i \cdot c\right]_+^{s} + \eta_i \left[c_i \cdot c\right]_+^{s}

    ``e_i`` the item's own code, ``c_i`` the context of its study, ``s`` = `sharpness`. A matrix adds keys up, and what
    it has added it cannot take apart: :math:`f_i = ((1 - \gamma_{cf}) e_i + \eta_i c_i) \cdot c`, which is the same as
    slots of s = 1 where no match is negative. So with one unit for each item the rows of a matrix *are* slots, and all
    that tells them apart is what happens to a match before the sum: with s above 1 weak matches count for less, so that
    neither many of them nor a context between two events call up what none of them would alone; with s below 1 they
    count for more. Told apart in principle: at s = 1 it is `Hebbian`; at others no choice rule makes up for it, for
    strength multiplies after the power.

    Source: Hintzman (1984), Behav. Res. Methods Instrum. Comput. 16:96 (traces that answer by the cube of their match);
    learning rates as in `Hebbian`. The default of `sharpness` is Hintzman's, the others those of `Hebbian`, not fitted.
    """

    @property
    def parameters(self):
        return *super().parameters, Parameter("sharpness", 3.0, 0.2, 10.0, "1", "the power of a slot's match")

    def bind(self, studied, values):
        rate = rates(studied.own.shape[-2], values)
        return (rate ** along(1 / values["sharpness"], 1))[..., None] * studied.context

    def own_slots(self, studied, values):
        strength = (1 - values["l_cf"]) ** (1 / values["sharpness"])
        return along(strength, 2) * studied.own, values["sharpness"]
