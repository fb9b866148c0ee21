"""Scaffolds of bumps of activity: phases of grid modules, or a position on a line, that step with each item."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from neuromem import checks
from neuromem.likelihood import Parameter, probability
from neuromem.recall.scaffolds import B_START, Scaffold, Studied
from neuromem.recall.vectors import along
from neuromem.scaffolds.drift import integrate

ADVANCE = Parameter("advance", 0.5, 0.0, 1.0, "items", "how far recall steps on from what an item brings back")
B_REC = probability("b_rec", 0.756, "how far a recalled item moves the context")


@dataclass(frozen=True)
class GridPhase(Scaffold):
    r"""Modules of grid cells whose phases step by one with each item, whatever it is: a scaffold as a code of time.

    .. math:: c_{iu} \propto e^{-d_m(i, u)^2 / 2 w^2}, \qquad u = 0 \dots \lambda_m - 1

    ``c_i`` (unit) the bumps of all modules m in a row, of length 1; ``d_m`` the distance around a circle of
    :math:`\lambda_m` units (`periods`); ``w`` (units) = `width`. No two items of a list of up to the product of coprime
    periods have the same phases. Recall begins at the end of the list, the first phases coming back by `b_start`; a
    recalled item brings back the phases of its study, stepped on by `advance`: :math:`u_r = c(r + advance)`.

    >>> studied = GridPhase((3, 4)).study(12, {"width": 0.5, "b_start": 0.5, "b_rec": 0.5, "advance": 0.0})
    >>> (studied.context @ studied.context[0]).round(2)[[0, 1, 3, 4, 11]]  # 3 and 4 on, one module is back
    array([1.  , 0.27, 0.63, 0.64, 0.27])

    Source: Chandra, Sharma, Chaudhuri & Fiete (2025), Nature 638:739 (a scaffold of grid phases, there with one active
    unit in each module, for sequences); here as the context of `ItemDriven`, with a `width`. The defaults are ours.
    Known limit: items that lie a period apart are neighbours in a module, and recall must jump between them. People's
    does not: of the three periods, the longer, the better the fit to Morton et al. (2013).
    """

    periods: tuple[int, ...] = (3, 4, 5)

    def __post_init__(self):
        for period in self.periods:
            checks.whole("periods", period, 2)
        if not self.periods or math.lcm(*self.periods) != math.prod(self.periods):
            raise ValueError(f"periods must be coprime, so that phases tell items apart; saw {self.periods}.")

    @property
    def parameters(self):
        width = Parameter("width", 0.7, 0.1, 5.0, "units", "of the bump of activity in a module")
        return width, ADVANCE, B_START, B_REC

    def study(self, n_items, values):
        if n_items > math.prod(self.periods):
            raise ValueError(
                f"periods {self.periods} tell {math.prod(self.periods)} items apart; saw a list of {n_items}: "
                "add a module."
            )
        modules = [np.stack([np.arange(period), np.full(period, period)]) for period in self.periods]
        return _bumps(n_items, values, *np.concatenate(modules, -1))


@dataclass(frozen=True)
class PositionCode(Scaffold):
    r"""Units tuned to the position in the list: `GridPhase` with one module that never comes round.

    .. math:: c_{iu} \propto e^{-(i - u)^2 / 2 w^2}, \qquad c_i \cdot c_j = e^{-(i - j)^2 / 4 w^2}

    ``w`` (positions) = `width`. The second equation holds for bumps wide enough for units at whole positions. A
    recalled item brings back its position, stepped on by `advance`: at 1 the cue is that of the next one, as in recall
    in order.
    Source: position codes of serial recall, such as Burgess & Hitch (1999), Psychol. Rev. 106:551, and Henson (1998),
    Cognit. Psychol. 36:73 (there with gradients from both ends); the Gaussian form and the defaults are ours.
    Known limit: all positions are coded as sharply, so that only `b_start` and storage favour the first.
    """

    @property
    def parameters(self):
        width = Parameter("width", 1.0, 0.1, 10.0, "positions", "of a unit's tuning to position")
        return width, ADVANCE, B_START, B_REC

    def study(self, n_items, values):
        margin = 20  # so that bumps up to 4 units wide are whole at the ends of the list too
        unit = np.arange(-margin, n_items + margin)
        return _bumps(n_items, values, unit, np.full(len(unit), math.inf))


def _bumps(n_items: int, values: Mapping[str, float | np.ndarray], unit: np.ndarray, period: np.ndarray) -> Studied:
    """A list whose items are bumps at 0, 1, ... over units at these places, each on a circle of its period."""

    def at(place: np.ndarray) -> np.ndarray:
        apart = np.abs(along(place, 1) - unit)
        finite = np.where(np.isfinite(period), period, 1.0)
        apart = np.where(np.isfinite(period), np.minimum(apart % finite, finite - apart % finite), apart)
        bump = np.exp(-0.5 * (apart / along(values["width"], 2)) ** 2)
        return bump / np.sqrt(np.vecdot(bump, bump))[..., None]

    position = np.arange(n_items)
    context, brought = at(position), at(position + along(values["advance"], 1))
    cue = integrate(brought[..., -1, :], context[..., 0, :], along(values["b_start"], 1))
    return Studied(np.zeros((n_items, len(unit))), context, cue, brought, values["b_rec"])
