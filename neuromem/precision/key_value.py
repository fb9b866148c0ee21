"""Continuous report from a key-value memory: guesses, swaps and precision follow from one gain that the items share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from neuromem.errors import UserError
from neuromem.likelihood import LikelihoodModel, Parameter
from neuromem.measures.circular import wrapped
from neuromem.precision.trials import ReportTrials

GAIN = Parameter("gain", 10.0, 0.1, 60.0, "samples", "mean number of samples of an item that is held alone")
KEY = Parameter("key_precision", 5.0, 0.01, 100.0, "1", "concentration that one sample adds to the match of keys")
VALUE = Parameter("value_precision", 3.0, 0.05, 100.0, "1", "concentration that one sample adds to the value")
LOAD = Parameter("load", 1.0, 0.0, 2.0, "1", "power of the number of items by which the gain is divided")
TAIL = 6.0  # standard deviations beyond which the number of samples is not followed


class Cell(NamedTuple):
    """Trials with one number of items in one condition, and what holds for them; leading axis: vectors."""

    at: np.ndarray  # (trial) which trials
    mean: np.ndarray  # (vector) samples of an item
    key: np.ndarray  # (vector) concentration that a sample adds to the match of keys
    value: np.ndarray  # (vector) concentration that a sample adds to the value


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
    swap is like a guess. Without `load_free` a fit leaves `load` at 1. Data with one set size cannot tell it from
    `gain`: for them it is 0, so that `gain` is that of one item among the others. With `values_by_condition` each
    condition has a value precision of its own, and the match of keys is shared: for conditions that are different
    values under one key, such as colour and place of an object.

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
    values_by_condition: bool = False
    one_size: bool = False  # the data have one set size; taken from data by `counted_on`, as are the conditions
    conditions: tuple[str, ...] = ()

    @property
    def parameters(self):
        load = LOAD._replace(default=0.0, free=False) if self.one_size else LOAD._replace(free=self.load_free)
        values = tuple(VALUE._replace(name=f"{VALUE.name}_{c}") for c in self.conditions) or (VALUE,)
        return (GAIN, KEY, *values, load)

    def counted_on(self, data):
        conditions = data.conditions() if self.values_by_condition else ()
        return replace(self, one_size=len(np.unique(data.n_items)) == 1, conditions=conditions)

    def log_likelihood(self, data, values=None):
        model = self._for(data)
        complete = model.complete(values)
        vectors = {name: np.atleast_1d(value) for name, value in complete.items()}
        p = np.empty((len(vectors["gain"]), len(data)))
        for cell in model._cells(data, vectors):
            p[:, cell.at] = _density(data.take(cell.at), cell)
        return np.log(p).reshape(*np.shape(complete["gain"]), len(data))

    def simulate(self, data, values=None, *, rng):
        model = self._for(data)
        complete = {name: np.atleast_1d(value) for name, value in model.complete(values).items()}
        mean, value = np.empty(len(data)), np.empty(len(data))
        for cell in model._cells(data, complete):
            mean[cell.at], value[cell.at] = cell.mean, cell.value
        n = rng.poisson(mean)
        weight = _weights(data, n[:, None], complete["key_precision"])
        drawn = (rng.random(len(data))[:, None] > np.cumsum(weight, -1)).sum(-1).clip(0, weight.shape[-1] - 1)
        scattered = rng.uniform(-np.pi, np.pi, data.non_target.shape)
        others = np.where(np.isfinite(data.non_target), data.non_target, scattered)
        centre = np.concatenate([np.zeros((len(data), 1)), others], -1)[np.arange(len(data)), drawn]
        return data.responded(wrapped(centre + rng.vonmises(0.0, n * value)))

    def _for(self, data: ReportTrials) -> KeyValueReport:
        """The model with the conditions of these data, where it needs them and has none yet."""
        model = self.counted_on(data) if self.values_by_condition and not self.conditions else self
        if unknown := set(np.unique(data.condition)) - set(model.conditions or np.unique(data.condition)):
            told = str(sorted(unknown)[0])
            raise UserError(f"the model has no parameters for condition {told!r}: count it on such data.")
        return model

    def _cells(self, data: ReportTrials, vectors: dict[str, np.ndarray]) -> Iterator[Cell]:
        for name in self.conditions or ("",):
            own = data.condition == name if name else np.ones(len(data), bool)
            value = vectors[f"{VALUE.name}_{name}" if name else VALUE.name]
            for n_items in np.unique(data.n_items[own]):
                mean = vectors["gain"] * float(n_items) ** -vectors["load"]
                yield Cell(np.flatnonzero(own & (data.n_items == n_items)), mean, vectors["key_precision"], value)


def _density(trials: ReportTrials, cell: Cell) -> np.ndarray:
    """p (vector, trial) of the trials of a cell."""
    from scipy.special import gammaln, i0e

    n = np.arange(int(np.ceil((cell.mean + TAIL * np.sqrt(cell.mean)).max())) + 11)
    mean, kappa = cell.mean[:, None], cell.value[:, None]
    flat = np.exp(n * np.log(mean) - mean - gammaln(n + 1)) / (2 * np.pi)  # (vector, n)
    scale = flat / i0e(n * kappa)
    known = trials.knows_values()
    n_others = int(trials.n_items[0]) - 1 if known else 0
    centre = np.concatenate([np.zeros((len(trials), 1)), trials.non_target[:, :n_others]], -1)
    step = np.exp(kappa[..., None] * (np.cos(trials.error[:, None] - centre) - 1))  # (vector, trial, item)
    match, p = np.ones_like(step), np.zeros(step.shape[:2])
    for i, weight in enumerate(_matches(trials, n, cell.key)):  # (vector, trial or 1, other)
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
