"""People with normal scores around the logits of their parameters: behaviour whose posterior is known."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.special import logit

from neuromem.likelihood import LikelihoodModel, Observed, probability


@dataclass(frozen=True, eq=False)
class Scores:
    """score (unit, parameter)."""

    score: np.ndarray

    def __len__(self):
        return len(self.score)

    def take(self, chosen):
        return Scores(self.score[chosen])


@dataclass(frozen=True)
class NormalScores(LikelihoodModel):
    """score_p ~ N(logit of parameter p, sd^2)."""

    names: tuple[str, ...] = ("a", "b")
    sd: float = 1.0

    @property
    def parameters(self):
        return tuple(probability(name, 0.5, "logistic of the mean score") for name in self.names)

    def centre(self, values):
        complete = self.complete(values)
        p = np.stack([complete[name] for name in self.names], -1)
        return logit(np.clip(p, 1e-15, 1 - 1e-15))

    def log_likelihood(self, data, values=None):
        away = (data.score - self.centre(values)[..., None, :]) / self.sd
        return (-0.5 * away**2 - np.log(self.sd * np.sqrt(2 * np.pi))).sum(-1)

    def simulate(self, data, values=None, *, rng):
        return Scores(self.centre(values) + self.sd * rng.standard_normal(data.score.shape))


def people(z, n_units, *, rng, sd=1.0):
    """Scores of people whose parameters are z (subject, parameter), in logits."""
    score = z[:, None] + sd * rng.standard_normal((len(z), n_units, z.shape[1]))
    subject = np.repeat(np.arange(len(z)), n_units)
    return Observed(Scores(score.reshape(-1, z.shape[1])), subject, np.zeros(len(subject), int), "unit")


def means(observed):
    """The family's curves: the mean score of each parameter by subject."""
    subjects = observed.subjects()
    mean = [observed.data.score[observed.subject == s].mean(0) for s in subjects]
    return xr.Dataset({"mean_score": (("subject", "score"), np.array(mean))}, {"subject": subjects})
