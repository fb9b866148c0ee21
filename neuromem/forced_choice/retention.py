"""Retention over seconds: a trace that is lost at once, one whose noise grows, both, or neither."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuromem.likelihood import LikelihoodModel, Parameter

SD = Parameter("sd", 0.3, 0.01, 5.0, "units of the task", "noise of the comparison right after the first stimulus")
BIAS = Parameter("bias", 0.0, -2.0, 2.0, "units of the task", "change at which both answers are as likely")
LAPSE = Parameter("lapse", 0.02, 0.0, 0.5, "1", "trials that are guessed whatever the interval")
GROWTH = Parameter("growth", 0.02, 0.0, 5.0, "units^2 / s", "variance that a second adds to what is remembered")
LOSS = Parameter("loss", 0.02, 0.0, 2.0, "1 / s", "rate at which traces are lost")
SMALLEST = 1e-12  # probability of an answer, so that its logarithm is finite


@dataclass(frozen=True, kw_only=True)
class Retention(LikelihoodModel):
    r"""The remembered stimulus is compared with noise that grows over the interval, unless its trace has been lost.

    .. math:: P(higher) = a_t\, \Phi\left(\frac{\delta - b}{\sigma_t}\right) + \frac{1 - a_t}{2}, \qquad
              \sigma_t^2 = \sigma^2 + D t, \qquad a_t = (1 - \epsilon) e^{-\lambda t}

    ``delta`` change and ``b`` = `bias`, ``sigma`` = `sd` (units of the task), ``t`` interval (s), ``D`` = `growth`
    (units^2 / s) if the noise `grows`, ``lambda`` = `loss` (1 / s) if traces `end`, ``epsilon`` = `lapse`. In the
    terms of a key-value memory, a lost trace is a key that is no longer found, and growing noise a value that drifts:
    with the one the psychometric function keeps its slope and loses its ends, with the other it flattens and reaches 0
    and 1 for changes that are large enough.

    >>> from neuromem.forced_choice.choices import choices
    >>> Retention(ends=True).log_likelihood(choices([9.0], [10.0], [1]), {"lapse": 0.0, "loss": 0.1}).round(3)
    array([-0.38])

    Source: gradual decay against sudden death for pitch: Mathias, Varghese, Micheyl & Shinn-Cunningham (2021), J.
    Acoust. Soc. Am. 149:259; of visual memory: Zhang & Luck (2009), Psychological Science 20:423. The exponential loss
    and the linear growth of variance are the simplest of each kind.
    Known limit: who guesses answers "higher" half of the time; the lapse also takes up what a loss within the shortest
    interval would make.
    """

    grows: bool = False
    ends: bool = False

    @property
    def parameters(self):
        return (SD, BIAS, LAPSE, *([GROWTH] if self.grows else []), *([LOSS] if self.ends else []))

    def log_likelihood(self, data, values=None):
        higher = self._higher(data, values)
        return np.log(np.where(data.higher, higher, 1 - higher))

    def simulate(self, data, values=None, *, rng):
        return data.responded(rng.random(len(data)) < self._higher(data, values))

    def _higher(self, data, values) -> np.ndarray:
        """P (..., trial) of the answer "higher", worked out once for each pair of change and interval."""
        from scipy.special import ndtr

        cell, which = np.unique(np.stack([data.delta, data.interval]), axis=1, return_inverse=True)
        x = {name: np.asarray(value)[..., None] for name, value in self.complete(values).items()}
        sd = np.sqrt(x["sd"] ** 2 + x.get("growth", 0.0) * cell[1])
        kept = (1 - x["lapse"]) * np.exp(-x.get("loss", 0.0) * cell[1])
        p = kept * ndtr((cell[0] - x["bias"]) / sd) + (1 - kept) / 2
        return np.clip(p, SMALLEST, 1 - SMALLEST)[..., np.ravel(which)]
