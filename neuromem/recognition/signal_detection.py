"""Signal detection: old and new items differ in the mean of a normally distributed strength, and in its spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuromem.likelihood import Parameter
from neuromem.recognition.rating_model import RatingModel

D = Parameter("d", 1.0, -2.0, 8.0, "sd of new", "mean strength of old items, that of new ones being 0")


@dataclass(frozen=True, kw_only=True)
class EqualVariance(RatingModel):
    r"""Strength is normal, and study adds the same to every item.

    .. math:: F_{new}(c) = \Phi(c), \qquad F_{old}(c) = \Phi(c - d)

    ``d`` the distance of the means in standard deviations; the zROC is a line of slope 1.

    >>> EqualVariance(n_ratings=2).probabilities({"d": 2.0, "criterion_1": 1.0}).round(3)
    array([[0.841, 0.159],
           [0.159, 0.841]])

    Source: Green & Swets (1966), Signal detection theory and psychophysics, Wiley; Egan (1958), Recognition memory and
    the operating characteristic.
    Known limit: in people old items vary more than new ones.
    """

    @property
    def of_strength(self):
        return (D,)

    def below(self, at, values):
        from scipy.special import ndtr

        return ndtr(np.stack([at, at - values["d"]], -2))


@dataclass(frozen=True, kw_only=True)
class UnequalVariance(RatingModel):
    r"""Strength is normal, and study adds more to some items than to others.

    .. math:: F_{new}(c) = \Phi(c), \qquad F_{old}(c) = \Phi\left(\frac{c - d}{\sigma}\right)

    ``sigma`` (`sd_old`) the standard deviation of old items in those of new ones; the zROC is a line of slope
    1 / sigma.

    >>> line = UnequalVariance().line({"d": 1.0, "sd_old": 1.25})
    >>> f"{line.slope:.3f}"
    '0.800'

    Source: Green & Swets (1966); Wixted (2007), Psychological Review 114:152.
    Known limit: says that old items vary more, not why.
    """

    @property
    def of_strength(self):
        return (D, Parameter("sd_old", 1.25, 0.2, 5.0, "sd of new", "standard deviation of old items"))

    def below(self, at, values):
        from scipy.special import ndtr

        return ndtr(np.stack([at, (at - values["d"]) / values["sd_old"]], -2))
