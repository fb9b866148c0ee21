"""MINERVA 2 as a model of ratings: the distribution of echo intensity, derived from how much of an item is encoded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuromem import checks
from neuromem.likelihood import Parameter
from neuromem.recognition.rating_model import RatingModel

N_TERMS = 48  # of the Fourier series; more change no probability by 1e-6
REACH = 9.0  # standard deviations on either side of what the series covers


@dataclass(frozen=True, kw_only=True)
class MinervaIntensity(RatingModel):
    r"""Strength is the intensity of the echo: the sum over all traces of the cube of their similarity to the probe.

    .. math:: I = \sum_{i=1}^{n} S_i^3, \qquad S_{own} = \frac{K}{N}, \quad K \sim B(N, L), \qquad
              S_{other} = \frac{1}{N} \sum_{j=1}^{N} e_j s_j

    ``N`` (`n_features`) features of -1 and 1, each encoded with the probability ``L`` (`encoding`), the only parameter
    beside the criteria; ``n`` (`n_items`) traces. Of another item's trace each encoded feature (``e`` = 1) agrees or
    not by chance (``s`` = -1 or 1). A new item meets n traces of others, an old one its own and n - 1 of others.
    Strength is in standard deviations of new items.

    The distributions are those of sums of independent cubes, from their characteristic functions by a Fourier
    series, exact to 1e-6. Raises ValueError for fewer than two traces or one feature.

    >>> line = MinervaIntensity().line({"encoding": 0.5})
    >>> f"{line.d_a:.2f} {line.slope:.2f}"
    '1.08 0.83'

    Source: Hintzman (1984), Behav. Res. Methods 16:96; Hintzman (1988), Psychological Review 95:528. The memory itself
    is `neuromem.models.minerva.Minerva`, whose strength this is the distribution of.
    Known limit: `n_items` and `n_features` are fixed; with one list length they trade off with L. Intensities lie on a
    lattice so fine that they are treated as continuous, which L of at least .1 allows.
    """

    n_items: int = 64
    n_features: int = 20

    def __post_init__(self):
        super().__post_init__()
        checks.whole("n_items", self.n_items, 2)
        checks.whole("n_features", self.n_features, 1)

    @property
    def of_strength(self):
        return (Parameter("encoding", 0.5, 0.1, 1.0, "1", "probability that a feature is encoded, L"),)

    def below(self, at, values):
        rate = values["encoding"]
        n, sd = self.n_features, np.sqrt(self.n_items * self.cubed_variance(rate))
        matches = np.arange(n + 1)
        own, other = binomial(matches, n, rate), chance_similarity(n, rate)
        most = np.minimum(n * rate + 6 * np.sqrt(n * rate * (1 - rate)), n) ** 3
        period = 2 * REACH + most / sd
        frequency = 2 * np.pi * np.arange(1, N_TERMS + 1) / period
        cubes = np.arange(-n, n + 1.0) ** 3
        noise = (other[..., None, :] * np.cos(frequency[..., None] * cubes / sd[..., None])).sum(-1)
        signal = (own[..., None, :] * np.exp(1j * frequency[..., None] * matches**3 / sd[..., None])).sum(-1)
        seen = np.stack([noise**self.n_items, noise ** (self.n_items - 1) * signal], -2)
        return series(np.clip(at, -REACH, period - REACH), frequency, seen, period)

    def cubed_variance(self, rate):
        """The variance of N cubed times the cube of the similarity of another item's trace."""
        n = self.n_features
        return n * rate + 15 * n * (n - 1) * rate**2 + 15 * n * (n - 1) * (n - 2) * rate**3


def binomial(k: np.ndarray, n: int, p: np.ndarray) -> np.ndarray:
    """The probabilities of k successes of n."""
    from scipy.special import xlog1py, xlogy

    return np.exp(log_choose(n, k) + xlogy(k, p) + xlog1py(n - k, -p))


def chance_similarity(n: int, rate: np.ndarray) -> np.ndarray:
    """Of encoded features that agree less those that do not, the probabilities (..., 2 n + 1) of -n to n.

    Each of n features adds 1, -1 or 0: as two fair coins would, one of them for whether it is encoded.
    """
    encoded = binomial(np.arange(n + 1), n, rate)
    agree = np.zeros((n + 1, 2 * n + 1))
    for k in range(n + 1):
        agree[k, n - k : n + k + 1 : 2] = np.exp(log_choose(k, np.arange(k + 1)) - k * np.log(2))
    return encoded @ agree


def log_choose(n: int, k: np.ndarray) -> np.ndarray:
    """The logarithm of n choose k."""
    from scipy.special import gammaln

    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def series(at: np.ndarray, frequency: np.ndarray, characteristic: np.ndarray, period: np.ndarray) -> np.ndarray:
    r"""The distribution function (..., kind, criterion) whose mass lies from -REACH to `period` - REACH.

    .. math:: F(c) = \frac{c + A}{T} + \frac{2}{T} \mathrm{Re} \sum_k
              \phi_k \frac{e^{-i \omega_k c} - e^{i \omega_k A}}{-i \omega_k}
    """
    waves = np.exp(-1j * frequency[..., None, :] * at[..., None]) - np.exp(1j * frequency * REACH)[..., None, :]
    terms = (characteristic / (-1j * frequency[..., None, :])) @ np.swapaxes(waves, -1, -2)
    return np.clip(((at + REACH) / period)[..., None, :] + 2 / period[..., None] * terms.real, 0, 1)
