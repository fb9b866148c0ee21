"""Continuous report from a key-value memory: guesses, swaps and precision follow from one gain that the items share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from neuromem.likelihood import LikelihoodModel, Parameter
from neuromem.measures.circular import wrapped
from neuromem.precision.trials import ReportTrials

GAIN = Parameter("gain", 10.0, 0.1, 100.0, "samples", "mean number of samples of an item that is held alone")
KEY = Parameter("key_precision", 5.0, 0.01, 100.0, "1", "concentration that one sample adds to the match of keys")
VALUE = Parameter("value_precision", 3.0, 0.05, 100.0, "1", "concentration that one sample adds to the value")
LOAD = Parameter("load", 1.0, 0.0, 2.0, "1", "power of the number of items by which the gain is divided")
TAIL = 6.0  # standard deviations beyond which the number of samples is not followed


class Size(NamedTuple):
    """What the account says of the trials with one number of items; leading axis: vectors of parameters."""

    at: np.ndarray  # (trial) which trials
    mean: np.ndarray  # (vector) samples of an item
    most: int  # the largest number of samples that is followed


@dataclass(frozen=True, kw_only=True)
class KeyValueReport(LikelihoodModel):
    r"""A query retrieves one stored pair by softmax over the keys, and reads its value with noise; the gain is shared.

    N pairs of key and value are held. A pair is read in samples, as by spikes; the population that holds all pairs
    normalises its rate, so that n samples are read:

    .. math:: n \sim Poisson(\gamma N^{-\alpha})

    Each sample adds ``kappa_k`` to the inverse temperature of the match of keys, and ``kappa_v`` to the precision of
    the value. The retrieved pair is i with the probability

    .. math:: w_i(n) = \frac{e^{n \kappa_k \cos d_i}}{\sum_j e^{n \kappa_k \cos d_j}}

    with ``d_i`` the distance (rad) of its key from the query, 0 for the target, and what is reported is its value
    ``x_i`` with von Mises noise:

    .. math:: p(x) = \sum_n P(n) \sum_i w_i(n)\, f_{n \kappa_v}(x - x_i)

    ``gamma`` = `gain` (samples), ``alpha`` = `load` (1: the total is conserved), ``kappa_k`` = `key_precision`,
    ``kappa_v`` = `value_precision`: four parameters, none of them for one set size. What mixtures fit apart follows:
    with no sample nothing is known, and the report is a guess, of probability exp(-gamma / N^alpha); with few, keys are
    mistaken for each other and values are imprecise. So guesses and swaps rise with N and the precision falls. With
    large gain (gamma N^-alpha and kappa_k large) memory is perfect but for noise of the value.

    Where the places of keys are not recorded they are taken as scattered over a circle, and e^(n kappa_k (cos d - 1))
    is replaced by its mean over it. Where the values of others are not recorded they are taken as uniform, so that a
    swap is like a guess. A fit leaves `load` at 1 without `load_free`, and for data with one set size, which cannot
    tell it from `gain`.

    Raises ValueError for parameters out of bounds.

    >>> from neuromem.precision.trials import report_trials
    >>> trials = report_trials([0.0, 0.0, 0.0], [1, 3, 6])
    >>> KeyValueReport().log_likelihood(trials).round(2)
    array([ 0.76,  0.02, -0.61])

    Source: the shared, normalised gain: Bays (2014), Journal of Neuroscience 34:3632; samples whose number is Poisson:
    Schneegans, Taylor & Bays (2020), PNAS 117:20959; swaps by noisy cues: Schneegans & Bays (2017), J. Neurosci.
    37:3913; softmax over keys: Ramsauer et al. (2021), ICLR. That one number of samples serves key and value alike is
    our assumption.
    Known limit: the mean weight stands for random keys, which understates how uneven swaps are.
    """

    load_free: bool = True

    @property
    def parameters(self):
        return (GAIN, KEY, VALUE, LOAD._replace(free=self.load_free))

    def counted_on(self, data):
        return self if len(np.unique(data.n_items)) > 1 else replace(self, load_free=False)

    def log_likelihood(self, data, values=None):
        complete = self.complete(values)
        vectors = {name: np.atleast_1d(value) for name, value in complete.items()}
        p = np.empty((len(vectors["gain"]), len(data)))
        for size in _sizes(data, vectors):
            p[:, size.at] = _density(data.take(size.at), size, vectors)
        return np.log(p).reshape(*np.shape(complete["gain"]), len(data))

    def simulate(self, data, values=None, *, rng):
        complete = self.complete(values)
        mean = complete["gain"] * data.n_items ** -complete["load"]
        n = rng.poisson(mean)
        weight = _weights(data, n[:, None], complete["key_precision"])
        drawn = (rng.random(len(data))[:, None] > np.cumsum(weight, -1)).sum(-1).clip(0, weight.shape[-1] - 1)
        scattered = rng.uniform(-np.pi, np.pi, data.non_target.shape)
        values = np.where(np.isfinite(data.non_target), data.non_target, scattered)
        centre = np.concatenate([np.zeros((len(data), 1)), values], -1)[np.arange(len(data)), drawn]
        return data.responded(wrapped(centre + rng.vonmises(0.0, n * complete["value_precision"])))


def _sizes(data: ReportTrials, vectors) -> Iterator[Size]:
    for n_items in np.unique(data.n_items):
        mean = vectors["gain"] * float(n_items) ** -vectors["load"]
        most = int(np.ceil((mean + TAIL * np.sqrt(mean)).max())) + 10
        yield Size(np.flatnonzero(data.n_items == n_items), mean, most)


def _density(trials: ReportTrials, size: Size, vectors) -> np.ndarray:
    """p (vector, trial) of trials with one number of items."""
    from scipy.special import gammaln, i0e

    n = np.arange(size.most + 1)
    mean, kappa = size.mean[:, None], vectors["value_precision"][:, None]
    scale = np.exp(n * np.log(mean) - mean - gammaln(n + 1)) / (2 * np.pi * i0e(n * kappa))  # (vector, n)
    flat = np.exp(n * np.log(mean) - mean - gammaln(n + 1)) / (2 * np.pi)
    n_others = int(trials.n_items[0]) - 1
    known = trials.knows_values()
    centre = np.concatenate([np.zeros((len(trials), 1)), trials.non_target[:, : n_others if known else 0]], -1)
    step = np.exp(kappa[..., None] * (np.cos(trials.error[:, None] - centre) - 1))  # (vector, trial, item)
    match, p = np.ones_like(step), np.zeros(step.shape[:2])
    for i, weight in enumerate(_matches(trials, n, vectors["key_precision"])):  # (vector, trial or 1, other)
        total = 1 + weight.sum(-1)
        if known:
            p += scale[:, i, None] * (match[..., 0] + (weight * match[..., 1:]).sum(-1)) / total
        else:
            p += (scale[:, i, None] * match[..., 0] + flat[:, i, None] * (total - 1)) / total
        match *= step
    return p


def _matches(trials: ReportTrials, n: np.ndarray, key_precision: np.ndarray) -> Iterator[np.ndarray]:
    """The weight (vector, trial or 1, other) of each other item against the target's, for each number of samples."""
    from scipy.special import i0e

    n_others = int(trials.n_items[0]) - 1
    if trials.knows_keys():
        step = np.exp(key_precision[:, None, None] * (np.cos(trials.distance[:, :n_others]) - 1))
        weight = np.ones_like(step)
        for _ in n:
            yield weight
            weight = weight * step
    else:
        for one in n:
            yield np.broadcast_to(i0e(one * key_precision)[:, None, None], (len(key_precision), 1, n_others))


def _weights(data: ReportTrials, n: np.ndarray, key_precision: float) -> np.ndarray:
    """The probability (trial, item) that each pair is retrieved with n (trial, 1) samples, the target first."""
    from scipy.special import i0e

    there = np.arange(data.non_target.shape[1]) < data.n_items[:, None] - 1
    kappa = n * key_precision
    each = np.exp(kappa * (np.cos(data.distance) - 1)) if data.knows_keys() else i0e(kappa)
    weight = np.concatenate([np.ones((len(data), 1)), np.where(there, each, 0.0)], -1)
    return weight / weight.sum(-1, keepdims=True)
