"""Tosses of coins whose models are fitted in closed form: what contests are tried on."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from neuromem.likelihood import LikelihoodModel, Observed, probability


class Coin:
    """Tosses, 0 or 1."""

    def __init__(self, toss):
        self.toss = np.asarray(toss)

    def __len__(self):
        return len(self.toss)

    def take(self, chosen):
        return Coin(self.toss[chosen])


@dataclass(frozen=True)
class Biased(LikelihoodModel):
    """Heads with probability p."""

    @property
    def parameters(self):
        return (probability("p", 0.5, "p(head)"),)

    def log_likelihood(self, data, values=None):
        p = self.complete(values)["p"]
        return np.where(data.toss == 1, np.log(p), np.log1p(-p))

    def simulate(self, data, values=None, *, rng):
        return Coin(rng.random(len(data)) < self.complete(values)["p"])


@dataclass(frozen=True)
class Counted(LikelihoodModel):
    """Heads by their share, with one imagined toss of each kind."""

    share: float = 0.5

    @property
    def parameters(self):
        return ()

    counted = True

    def counted_on(self, data):
        return Counted((data.toss.sum() + 1) / (len(data) + 2))

    def log_likelihood(self, data, values=None):
        return np.where(data.toss == 1, np.log(self.share), np.log1p(-self.share))

    def simulate(self, data, values=None, *, rng):
        return Coin(rng.random(len(data)) < self.share)


def tosses():
    """Two subjects of four and six tosses, in two sessions each."""
    subject = np.repeat([7, 9], [4, 6])
    return Observed(Coin([1, 1, 0, 1, 0, 0, 1, 0, 0, 0]), subject, np.array([1, 1, 2, 2, 1, 1, 1, 2, 2, 2]), "trial")


def by_share(models, observed):
    """The fit of `Biased` in closed form: the share of heads of each subject."""
    share = [observed.data.toss[observed.subject == s].mean() for s in observed.subjects()]
    value = [[[s if name == "biased" else np.nan] for name in models] for s in share]
    coords = {"subject": observed.subjects(), "model": list(models), "parameter": ["p"]}
    n_parameters = [len(model.parameters) for model in models.values()]
    return xr.Dataset(
        {"value": (("subject", "model", "parameter"), value), "n_parameters": ("model", n_parameters)}, coords
    )
