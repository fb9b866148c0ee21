"""REM as a model of ratings: the distribution of the odds that an item is old, without simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neuromem import checks
from neuromem.likelihood import Parameter, probability
from neuromem.recognition.odds_grid import Odds, distribution, grid, mean_of_two, summed
from neuromem.recognition.rating_model import RatingModel

N_VALUES = 40  # of a feature that are told apart
CHUNK = 256  # vectors of parameters at a time


@dataclass(frozen=True, kw_only=True)
class Rem(RatingModel):
    r"""Strength is the logarithm of the odds that an item is old, given how it matches every stored image.

    .. math:: \Phi = \frac{1}{n} \sum_{j=1}^{n} \lambda_j, \qquad
              \lambda_j = (1 - c)^{m_j} \prod_{v} \left(\frac{c + (1 - c) g_v}{g_v}\right)^{h_{jv}}, \qquad
              g_v = g (1 - g)^{v - 1}

    Items have w (`n_features`) features with geometric values, of base rate ``g``. Each feature of a studied item is
    stored with the probability ``u`` (`stored`), as it is with the probability ``c`` (`copied`), else as a value drawn
    anew. Image j has m mismatches and h matches of value v. There are n = 2^k (`doublings` = k) images; of an old item
    one is its own. Free are ``u`` and ``c``, beside the criteria, in natural logarithms of odds.

    Odds are a likelihood ratio, so that only the distribution of new items has to be found:

    .. math:: dF_{old}(x) = e^x\, dF_{new}(x)

    That of one image is a convolution over features on a grid of log odds, and the mean over images is found by k
    doublings: the mean of two independent halves. Mass between two points of the grid is divided among them so that the
    mean of the odds is kept. The distribution is continuous in the parameters.

    Raises ValueError for fewer than one feature or doubling.

    >>> line = Rem().line()
    >>> f"{line.d_a:.1f} {line.slope:.1f}"
    '1.1 0.8'

    Source: Shiffrin & Steyvers (1997), Psychonomic Bulletin & Review 4:145.
    Known limit: two approximations. The grid of 256 points moves the ROC by at most about .004, and images are taken
    as independent, although all are compared with one probe, whose rare features make all matches better: together
    F differs from simulation by less than .03, and the hit rate at a given false alarm rate by less than .02. The
    numbers of images and features and the base rate are fixed; with one list length they trade off with u and c, and
    400 responses hardly tell u from c: what is stored seldom and copied well is much like the reverse.
    """

    doublings: int = 6
    n_features: int = 20
    lowest: ClassVar[float] = -1.0
    unit: ClassVar[str] = "log odds"

    def __post_init__(self):
        super().__post_init__()
        checks.whole("doublings", self.doublings, 1, 20)
        checks.whole("n_features", self.n_features, 1)

    @property
    def of_strength(self):
        return (
            Parameter("stored", 0.25, 0.01, 0.95, "1", "probability that a feature is stored, u"),
            Parameter("copied", 0.7, 0.05, 0.95, "1", "probability that a stored feature is a true copy, c"),
            probability("base_rate", 0.4, "of the most frequent value of a feature, g")._replace(
                low=0.1, high=0.9, free=False
            ),
        )

    def below(self, at, values):
        given = np.stack(
            [np.broadcast_to(values[name], at.shape)[..., 0] for name in ("stored", "copied", "base_rate")]
        )
        different, which = np.unique(given.reshape(3, -1), axis=1, return_inverse=True)
        flat, which = at.reshape(-1, at.shape[-1]), which.ravel()
        cut = np.empty((len(flat), 2, at.shape[-1]))
        for start in range(0, different.shape[1], CHUNK):
            chosen = (which >= start) & (which < start + CHUNK)
            new = self.odds(*different[:, start : start + CHUNK])
            cut[chosen] = distribution(new, which[chosen] - start, flat[chosen])
        return cut.reshape(*at.shape[:-1], 2, at.shape[-1])

    def odds(self, stored, copied, base_rate) -> Odds:
        """The distribution of the log odds of a new item, for each vector of parameters (vector)."""
        ratio, p = features(stored, copied, base_rate)
        low, step = grid(ratio, p, self.n_features)
        one = summed(np.log(ratio), p, low, step, self.n_features)
        mean = np.empty_like(one)
        for _ in range(self.doublings):
            mean_of_two(one, low, step, mean)
            one, mean = mean, one
        return Odds(low, step, one)


def features(stored, copied, base_rate) -> tuple[np.ndarray, np.ndarray]:
    """What one feature of another item's image does: odds (vector, case) and probability.

    It is not stored, does not match, or matches with the value 1, 2, ....
    """
    u, c, g = (x[:, None] for x in (stored, copied, base_rate))
    rate = g * (1 - g) ** np.arange(N_VALUES)
    same = rate**2
    ratio = np.concatenate([np.ones_like(c), 1 - c, (c + (1 - c) * rate) / rate], 1)
    return ratio, np.concatenate([1 - u, u * (1 - same.sum(1, keepdims=True)), u * same], 1)
