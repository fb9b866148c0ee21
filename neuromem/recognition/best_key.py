"""Key-query familiarity: how well a query matches the best of all stored keys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuromem import checks
from neuromem.likelihood import Parameter, probability
from neuromem.recognition.rating_model import RatingModel

NOISY = 1.5  # sharpness below which a match is more like its Gumbel noise than normal
N_ROUNDS = 8  # of Newton's rule
HIGHEST = 6.0  # criterion beyond which hits are told no further
EULER = 0.5772156649015329  # mean of the standard Gumbel distribution
NODES = np.linspace(-6.5, 6.5, 105)  # standard deviations at which the normal match is weighed


@dataclass(frozen=True, kw_only=True)
class BestKey(RatingModel):
    r"""Familiarity is the match of the query to the best stored key, each match being read with Gumbel noise.

    .. math:: f = \max_i\, (q \cdot k_i + g_i / \beta) \;\sim\; \frac{1}{\beta} \ln \sum_i e^{\beta\, q \cdot k_i}
              + \frac{g}{\beta}, \qquad P(f \le c) = \prod_i \mathrm{E}\, e^{-e^{\beta (q \cdot k_i - c)}}

    ``k_i`` (item, d) stored keys, unit vectors; ``q`` (d) the query; ``g`` standard Gumbel noise; ``beta`` the
    inverse temperature. Both forms are the same: the best key is each key with the probability that softmax attention
    gives it, and familiarity is the logarithm of the sum that attention divides by. Keys of different items match by
    chance, with the standard deviation 1 / sqrt(d); an item's own key is stored with noise, its features being normal
    with the correlation rho (``fidelity``) with those of the query:

    .. math:: \sqrt d\, q \cdot k_{other} \sim N(0, 1), \qquad
              \sqrt d\, q \cdot k_{own} \sim N(\rho \sqrt d, (1 - \rho^2)^2)

    A new item meets n (`n_items`) keys of others, an old one its own and n - 1 of others; d is `n_features`. Beside
    the criteria there are two parameters: ``fidelity`` and ``sharpness``, beta / sqrt(d). The distance of old and new
    items and the ratio of their spreads follow. With great sharpness the maximum of matches is what is felt: new items
    vary little, for the largest of many matches by chance varies less than one match, and old ones more. With little
    sharpness all is noise of equal spread. Familiarity is told on the scale on which new items are standard normal, so
    that criteria say how many false alarms there are.

    With `fails` a third parameter, ``stored``, is the probability that the key of a studied item is stored at all; one
    that is not is as a new item. (Without, an old item hardly ever matches less than new ones do.)

    Raises ValueError for fewer than two keys or features.

    >>> line = BestKey().line({"fidelity": 0.4, "sharpness": 10.0})
    >>> f"{line.d_a:.2f} {line.slope:.2f}"
    '1.56 0.83'

    Source: the Gumbel form of softmax choice: Yellott (1977), J. Math. Psychol. 15:109; the variance of a correlation:
    Fisher (1915), Biometrika 10:507; attention as memory: Ramsauer et al. (2021), ICLR; items that are not encoded:
    DeCarlo (2002), Psychological Review 109:710. Familiarity as the largest of matches is an assumption of ours.
    Known limit: `n_items` and `n_features` are fixed; with one list length they trade off with the two parameters.
    400 responses tell fidelity well and sharpness hardly.
    Beyond a criterion of 6, of one false alarm in 10^9, fewer hits are not told from fewer false alarms.
    """

    n_items: int = 64
    n_features: int = 64
    fails: bool = False

    def __post_init__(self):
        super().__post_init__()
        checks.whole("n_items", self.n_items, 2)
        checks.whole("n_features", self.n_features, 2)
        checks.part("fails", self.fails, bool)

    @property
    def of_strength(self):
        always = (
            probability("fidelity", 0.5, "correlation of an item's stored key with the query"),
            Parameter("sharpness", 3.0, 0.2, 10.0, "1", "inverse temperature, in 1 / sd of matches by chance"),
        )
        stored = probability("stored", 0.8, "probability that the key of a studied item is stored")
        return (*always, stored) if self.fails else always

    def below(self, at, values):
        from scipy.special import log_ndtr, ndtr

        rho, sharpness = values["fidelity"], values["sharpness"]
        match = reaching(log_ndtr(np.minimum(at, HIGHEST)) / self.n_items, sharpness)
        other = one_match(match, np.zeros_like(rho), np.ones_like(rho), sharpness)[0]
        own = one_match(match, rho * np.sqrt(self.n_features), 1 - rho**2, sharpness)[0]
        lower = (1 - own) / (1 - other)
        if self.fails:
            lower = 1 - values["stored"] * (1 - lower)
        return np.stack([ndtr(at), ndtr(at) * lower], -2)


def one_match(at: np.ndarray, mean: np.ndarray, sd: np.ndarray, sharpness: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P (..., criterion) that a normal match with Gumbel noise lies above `at`, and its density there.

    The other arguments are (..., 1).
    """
    weight = np.exp(-(NODES**2) / 2)
    z = mean[..., None] + sd[..., None] * NODES
    hazard = np.exp(np.minimum(sharpness[..., None] * (z - at[..., None]), 700.0))
    weight /= weight.sum()
    return -np.expm1(-hazard) @ weight, sharpness * ((hazard * np.exp(-hazard)) @ weight)


def reaching(log_p: np.ndarray, sharpness: np.ndarray) -> np.ndarray:
    """The match (..., criterion) below which another key's noisy match lies with probability exp(log_p).

    By Newton's rule on ln(-ln p), which is nearly straight where p is near 1.
    """
    from scipy.special import ndtri

    zero, one = np.zeros_like(sharpness), np.ones_like(sharpness)
    spread = np.sqrt(1 + np.pi**2 / (6 * sharpness**2))
    normal = EULER / sharpness - spread * ndtri(-np.expm1(log_p))
    gumbel = sharpness / 2 - np.log(-log_p) / sharpness
    at = np.where(sharpness < NOISY, gumbel, normal)
    for _ in range(N_ROUNDS):
        above, density = one_match(at, zero, one, sharpness)
        logarithm = np.log1p(-np.clip(above, 1e-300, 1 - 1e-12))
        slope = density / ((1 - above) * logarithm)
        at = at - np.clip((np.log(-logarithm) - np.log(-log_p)) / np.minimum(slope, -1e-12), -2.0, 2.0)
    return at
