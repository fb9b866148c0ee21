"""Two models of normal scores, and designs and fits for them that are known: what recovery is tried on."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import xarray as xr
from normal_people import NormalScores, Scores, people

from neuromem.fit.fit import fit
from neuromem.likelihood import LikelihoodModel, Parameter

STREAM = ("a", "stream")


@dataclass(frozen=True)
class Spread(LikelihoodModel):
    """score ~ N(0, spread^2)."""

    @property
    def parameters(self):
        return (Parameter("spread", 1.0, 0.1, 10.0, "score", "how far scores lie apart"),)

    def log_likelihood(self, data, values=None):
        spread = np.asarray(self.complete(values)["spread"])[..., None]
        return -0.5 * (data.score[:, 0] / spread) ** 2 - np.log(spread * np.sqrt(2 * np.pi))

    def simulate(self, data, values=None, *, rng):
        return Scores(self.complete(values)["spread"] * rng.standard_normal(data.score.shape))


CENTRE = NormalScores(names=("a",))
QUICK = partial(fit, effort="quick")


def design(n_subjects=2, n_units=30, n_scores=1):
    return people(np.zeros((n_subjects, n_scores)), n_units, rng=np.random.default_rng(0))


def values_of(model, table):
    names = [p.name for p in model.parameters if p.free]
    return xr.DataArray(table, {"subject": np.arange(len(table)), "parameter": names}, ("subject", "parameter"))


def told_fits(models, observed, *, value, at_bound=False):
    """A fit that finds what it is told: value (subject) of the one parameter."""
    (name, model), subjects = *models.items(), observed.subjects()
    parameter = [p.name for p in model.parameters]
    shape = len(subjects), 1, len(parameter)
    dims = ("subject", "model", "parameter")
    told = {"value": (dims, np.reshape(value, shape)), "at_bound": (dims, np.full(shape, at_bound))}
    return xr.Dataset(told, {"subject": subjects, "model": [name], "parameter": parameter})


def confused(table):
    share = np.array([table, table], float)
    coords = {"criterion": ["aicc", "bic"], "simulated": ["x", "y", "z"], "model": ["x", "y", "z"]}
    dims = ("criterion", "simulated", "model")
    return xr.Dataset({"confusion": (dims, share), "winner": (("subject",), np.zeros(10))}, coords)
