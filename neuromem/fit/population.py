r"""A group of people: where their parameters lie on a scale without bounds, and draws of its mean and spread.

.. math:: z = \ln \frac{\theta - low}{high - \theta}, \qquad z_{sp} \sim N(\mu_p, \sigma_p^2), \qquad
          \mu_p \sim N(0, 3^2), \qquad \sigma_p \sim \text{half-}t_4(1)

``theta_sp`` parameter p of subject s within its bounds, ``mu_p`` and ``sigma_p`` (logits) the group's mean and spread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neuromem import checks
from neuromem.likelihood import Parameter


class Group(NamedTuple):
    """Mean and spread of each parameter over people, in logits."""

    mean: np.ndarray  # (..., parameter)
    sd: np.ndarray  # (..., parameter)


@dataclass(frozen=True)
class Prior:
    r"""What is held of a group before its data: wide normal means, half-t spreads, both in logits.

    `mean_sd` = 3: the typical person lies with probability .95 between .3 % and 99.7 % of the way from one bound to the
    other. Narrower would be a claim: bounds are often far wider than people (p1 of CMR may be 10, and is .3).
    `spread` = 1 with `df` = 4 degrees of freedom: people mostly differ by a few logits, and tails that are heavy let
    data say otherwise. A half-t is flat at 0, and so neither forces people apart nor holds them together; an inverse
    gamma does the one or the other where there are ten subjects (Gelman 2006).

    Source: Gelman (2006), Bayesian Anal. 1:515; draws of half-t spreads by Huang & Wand (2013), Bayesian Anal. 8:439.
    Known limit: parameters are independent in the group (those of one person need not be, given the data).
    """

    mean_sd: float = 3.0
    spread: float = 1.0
    df: float = 4.0

    def __post_init__(self):
        for name in ("mean_sd", "spread", "df"):
            checks.number(name, getattr(self, name), 0, open_low=True)

    def draw_group(self, z: np.ndarray, group: Group, *, rng: np.random.Generator) -> Group:
        r"""The group given its members' z (..., subject, parameter): mean given spread, then spread given mean.

        Both conditionals are conjugate. The half-t is a mixture of inverse gammas, whose weight is drawn in between:

        .. math:: a \mid \sigma \sim IG\left(\tfrac{\nu + 1}{2}, \tfrac{\nu}{\sigma^2} + \tfrac{1}{A^2}\right), \qquad
                  \sigma^2 \mid a, z \sim IG\left(\tfrac{n + \nu}{2}, \tfrac{\nu}{a} + \tfrac12 \sum (z - \mu)^2\right)
        """
        n = z.shape[-2]
        precision = n / group.sd**2 + 1 / self.mean_sd**2
        mean = z.sum(-2) / group.sd**2 / precision + rng.standard_normal(group.sd.shape) / np.sqrt(precision)
        weight = inverse_gamma((self.df + 1) / 2, self.df / group.sd**2 + 1 / self.spread**2, rng)
        squares = ((z - mean[..., None, :]) ** 2).sum(-2)
        return Group(mean, np.sqrt(inverse_gamma((n + self.df) / 2, self.df / weight + squares / 2, rng)))

    def log_density(self, group: Group) -> np.ndarray:
        """ln p (..., parameter) of mean and spread, up to a constant."""
        tail = np.log1p((group.sd / self.spread) ** 2 / self.df)
        return -0.5 * (group.mean / self.mean_sd) ** 2 - (self.df + 1) / 2 * tail

    def draw(self, n_parameters: int, *, rng: np.random.Generator) -> Group:
        """A group of which nothing is known."""
        sd = self.spread * np.abs(rng.standard_t(self.df, n_parameters))
        return Group(self.mean_sd * rng.standard_normal(n_parameters), sd)


def inverse_gamma(shape: float, scale: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return scale / rng.gamma(shape, size=np.shape(scale))


def bounded(z: np.ndarray, parameters: Sequence[Parameter]) -> np.ndarray:
    """Values (..., parameter) within bounds, of z in logits.

    >>> from neuromem.likelihood import probability
    >>> bounded(np.array([0.0]), [probability("rate", 0.2, "")])
    array([0.5])
    """
    from scipy.special import expit

    low, high = _bounds(parameters)
    return np.clip(low + (high - low) * expit(z), low, high)


def unbounded(values: np.ndarray, parameters: Sequence[Parameter]) -> np.ndarray:
    """z in logits (..., parameter) of values within bounds; on a bound infinite."""
    from scipy.special import logit

    low, high = _bounds(parameters)
    return logit((values - low) / (high - low))


def _bounds(parameters: Sequence[Parameter]) -> np.ndarray:
    return np.array([[p.low for p in parameters], [p.high for p in parameters]])
