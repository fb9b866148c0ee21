"""Choice of what has the most support once noise is added to each item's: how it is computed, and the rule."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from neuromem.likelihood import Parameter
from neuromem.recall.choice import Choice
from neuromem.recall.walk import FINE, LOWEST, STEP, WIDEST, ChoiceRule

HIGHEST = 22 / 3  # noise of the one that is chosen, in its standard deviations, from LOWEST in steps of STEP


@dataclass(frozen=True)
class MaxWithNoise(Choice):
    r"""What has the most support once Gaussian noise is added to each item's own.

    .. math:: p(j) = \int \varphi(x) \prod_{k \ne j} \Phi\!\left(x + \frac{f_j - f_k}{\sigma}\right) dx

    over the items left; ``f`` support, :math:`\sigma` its noise (`noise`). With noise of Gumbel's distribution instead
    of Gauss's it would be the exponential rule, :math:`p(j) \propto e^{f_j / s}`: the two differ in how fast the chance
    of what is little supported falls. Integrated by the trapezoidal rule at 40 places a third apart: for up to 40 items
    p is right to 1e-7.

    Source: Thurstone (1927), Psychol. Rev. 34:273 (case V, for two); Yellott (1977), J. Math. Psychol. 15:109 (Gumbel
    noise gives Luce's rule). The default of `noise` is the standard deviation of the Gumbel noise that `Exponential`
    stands for at its default; it trades off with the scale of support as the temperature does, and fits leave it.
    """

    @property
    def parameters(self):
        about = "standard deviation of the noise of each item"
        return (Parameter("noise", 0.05 * math.pi / math.sqrt(6), 0.005, 10.0, "support", about, False),)

    def rule(self, values):
        return ChoiceRule(1 / values["noise"], False, *tables())


@cache
def tables() -> tuple[np.ndarray, np.ndarray]:
    """The weights (node) of the integral, and the table (kind, phase, node) of the normal distribution.

    Entry (0, phase, node) is Phi and (1, phase, node) its slope from one phase to the next, at LOWEST - WIDEST +
    (node + phase / FINE) STEP: there are FINE phases between two nodes. An item that is ahead or behind by more than
    WIDEST counts as if it were by this.
    """
    node = np.arange(LOWEST, HIGHEST + STEP / 2, STEP)
    n_nodes = round((HIGHEST - LOWEST + 2 * WIDEST) / STEP) + 2
    place = LOWEST - WIDEST + STEP * (np.arange(n_nodes) + np.arange(FINE)[:, None] / FINE)
    normal = np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in place.flat]).reshape(place.shape)
    return STEP * _density(node), np.stack([normal, STEP / FINE * _density(place)])


def _density(x: np.ndarray) -> np.ndarray:
    return np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
