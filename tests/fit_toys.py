"""Models whose best fit is known in closed form and some that misbehave, importable by worker processes; some data."""

import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from neuromem.fit.search import EFFORTS
from neuromem.likelihood import ImpossibleEvent, LikelihoodModel, Observed, Parameter, probability


@dataclass(frozen=True, eq=False)
class Numbers:
    x: np.ndarray

    def __len__(self):
        return len(self.x)

    def take(self, chosen):
        return Numbers(self.x[chosen])


@dataclass(frozen=True)
class Normal(LikelihoodModel):
    """x ~ N(mean, sd^2), `shift` added to the mean."""

    @property
    def parameters(self):
        shift = Parameter("shift", 0.0, -5.0, 5.0, "1", "added to the mean", free=False)
        return Parameter("mean", 0.0, -10.0, 10.0, "1", ""), Parameter("sd", 1.0, 0.01, 10.0, "1", ""), shift

    def log_likelihood(self, data, values=None):
        mean, sd, shift = (np.asarray(self.complete(values)[p.name])[..., None] for p in self.parameters)
        return -0.5 * ((data.x - mean - shift) / sd) ** 2 - np.log(sd * np.sqrt(2 * np.pi))

    def simulate(self, data, values=None, *, rng):
        v = self.complete(values)
        return Numbers(v["mean"] + v["shift"] + v["sd"] * rng.standard_normal(len(data)))


@dataclass(frozen=True)
class Coin(LikelihoodModel):
    """x is 1 with probability `heads`; each probability at least 1e-5."""

    @property
    def parameters(self):
        return (probability("heads", 0.5, "p(1)"),)

    def log_likelihood(self, data, values=None):
        heads = np.asarray(self.complete(values)["heads"])[..., None]
        p = np.where(data.x == 1, heads, 1 - heads)
        if (p <= 0).any():
            warnings.warn("a toss that the coin cannot show", ImpossibleEvent, stacklevel=2)
        return np.log(np.maximum(p, 1e-5))

    def simulate(self, data, values=None, *, rng):
        return Numbers((rng.random(len(data)) < self.complete(values)["heads"]).astype(float))


@dataclass(frozen=True)
class Share(LikelihoodModel):
    """Tosses as counted: no parameters."""

    made: float | None = None
    counted = True

    @property
    def parameters(self):
        return ()

    def counted_on(self, data):
        return Share(float(data.x.mean()))

    def log_likelihood(self, data, values=None):
        return Coin().log_likelihood(data, {"heads": self.made})

    def simulate(self, data, values=None, *, rng):
        return Coin().simulate(data, {"heads": self.made}, rng=rng)


@dataclass(frozen=True)
class Mortal(Normal):
    """Its process ends, so often as the file `lives` has characters."""

    lives: str = ""

    def log_likelihood(self, data, values=None):
        left = Path(self.lives).read_text()
        if left:
            Path(self.lives).write_text(left[1:])
            os._exit(1)
        return super().log_likelihood(data, values)


@dataclass(frozen=True)
class Undefined(Normal):
    """Not a number for half of the means."""

    def log_likelihood(self, data, values=None):
        mean = np.asarray(self.complete(values)["mean"])[..., None]
        return np.where(mean > 0, np.nan, super().log_likelihood(data, values))


def people(*samples):
    """One subject for each sample, from 1 on."""
    subject = np.repeat(np.arange(1, len(samples) + 1), [len(x) for x in samples])
    x = np.concatenate([np.asarray(sample, float) for sample in samples])
    return Observed(Numbers(x), subject, np.zeros(len(x), int), "trial")


QUICK = EFFORTS["quick"]
A, B = (1.0, 2.0, 4.0, 5.0), (0.5, -1.5, 0.0)
NORMALS = people(A, B)
TABLE = "subject,list,trial_type,position,item\n" + "".join(
    f"{subject},{number},{kind},{position},{item}\n"
    for subject in (1, 2)
    for number in range(1, 7)
    for kind, items in (("study", "abcde"), ("recall", "edab"[: 1 + (number + subject) % 4]))
    for position, item in enumerate(items, 1)
)
