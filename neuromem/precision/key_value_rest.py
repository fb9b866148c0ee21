"""Continuous report from a key-value memory whose gain is fixed: what matches no key well enough is a guess."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from neuromem.likelihood import LikelihoodModel, Parameter
from neuromem.measures.circular import log_von_mises, wrapped
from neuromem.precision.trials import ReportTrials

GAIN = Parameter("gain", 9.0, 0.1, 60.0, "1", "inverse temperature of the match where one item is held")
REST = Parameter("rest", 2.0, -10.0, 30.0, "1", "support of no pair, in the units of gain times similarity")
TUNING = Parameter("key_tuning", 5.0, 0.0, 200.0, "1", "how fast the similarity of keys falls with their distance")
PRECISION = Parameter("value_precision", 16.0, 0.1, 200.0, "1", "concentration of the value of an item held alone")
LOAD = Parameter("load", 1.0, 0.0, 2.0, "1", "power of the number of items by which the gain is divided", free=False)


@dataclass(frozen=True, kw_only=True)
class KeyValueRest(LikelihoodModel):
    r"""A query retrieves a pair, or none, by softmax over the keys and a rest; the gain is shared and does not vary.

    .. math:: w_i \propto e^{\beta_N s_i}, \qquad w_{rest} \propto e^{c}, \qquad s_i = e^{\lambda (\cos d_i - 1)}

    .. math:: p(x) = \sum_i w_i f_{\kappa_N}(x - x_i) + \frac{w_{rest}}{2 \pi}, \qquad
              \beta_N = \beta N^{-\alpha}, \qquad \kappa_N = \kappa N^{-\alpha}

    ``s_i`` similarity of a key at distance ``d_i`` (rad) to the query, 1 for the target; ``beta`` = `gain`, ``c`` =
    `rest`, ``lambda`` = `key_tuning`, ``kappa`` = `value_precision`, ``alpha`` = `load`, which a fit leaves at 1: the
    total is conserved. Four free parameters, none for one set size. Swaps rise with N, for the target's support falls
    towards that of the others, of which there are more, and the precision falls as 1 / N. Guesses rise only until the
    others outweigh the rest.

    Where the places of keys are not recorded, the similarity of two keys is its mean over the circle. Values of others
    that are not recorded are taken as uniform. Data with one set size leave `load` at 0. It differs from
    `neuromem.precision.key_value` in the gain, which there varies from trial to trial and makes guesses by itself.

    >>> from neuromem.precision.trials import report_trials
    >>> KeyValueRest().log_likelihood(report_trials([0.0, 0.0, 0.0], [1, 3, 6])).round(2)
    array([ 0.46, -0.45, -1.31])

    Source: the shared, normalised gain: Bays (2014), Journal of Neuroscience 34:3632; softmax over keys: Ramsauer et
    al. (2021), ICLR. The rest is the choice of no item in Luce (1959), Individual Choice Behavior, Wiley.
    Known limit: the precision is that of one von Mises for each set size, without the long tails that people show.
    """

    one_size: bool = False  # the data have one set size: `load` is 0, for they cannot tell it from `gain`

    @property
    def parameters(self):
        return (GAIN, REST, TUNING, PRECISION, LOAD._replace(default=0.0) if self.one_size else LOAD)

    def counted_on(self, data):
        return replace(self, one_size=len(np.unique(data.n_items)) == 1)

    def log_likelihood(self, data, values=None):
        weight, kappa = self._parts(data, values)
        there = np.isfinite(data.non_target)
        target = np.exp(log_von_mises(data.error, kappa[..., 0]))
        from_others = log_von_mises(data.error[:, None] - np.where(there, data.non_target, 0.0), kappa)
        others = np.where(there, np.exp(from_others), 1 / (2 * np.pi))
        reported = weight[..., 1] * target + (weight[..., 2:] * others).sum(-1)
        return np.log(weight[..., 0] / (2 * np.pi) + reported)

    def simulate(self, data, values=None, *, rng):
        weight, kappa = self._parts(data, values)
        drawn = (rng.random(len(data))[:, None] > np.cumsum(weight, -1)).sum(-1).clip(0, weight.shape[-1] - 1)
        scattered = rng.uniform(-np.pi, np.pi, (len(data), weight.shape[-1]))
        known = np.concatenate([np.full((len(data), 1), np.nan), np.zeros((len(data), 1)), data.non_target], -1)
        centre = np.where(np.isfinite(known), known, scattered)[np.arange(len(data)), drawn]
        return data.responded(wrapped(centre + rng.vonmises(0.0, kappa[:, 0])))

    def _parts(self, data: ReportTrials, values) -> tuple[np.ndarray, np.ndarray]:
        """Weights (..., trial, component) of the rest, the target and each other item; precision (..., trial, 1)."""
        from scipy.special import i0e

        complete = {name: np.asarray(value)[..., None, None] for name, value in self.complete(values).items()}
        share = data.n_items[:, None] ** -complete["load"]
        gain, tuning = complete["gain"] * share, complete["key_tuning"]
        alike = np.exp(tuning * (np.cos(data.distance) - 1)) if data.knows_keys() else i0e(tuning)
        there = np.arange(data.non_target.shape[1]) < data.n_items[:, None] - 1
        others = np.where(there, gain * alike, -np.inf)
        support = np.concatenate([complete["rest"] + np.zeros_like(gain), gain, others], -1)
        weight = np.exp(support - support.max(-1, keepdims=True))
        return weight / weight.sum(-1, keepdims=True), complete["value_precision"] * share
