"""The search for a maximum of the likelihood: several global searches, each polished, and how far they agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neuromem import checks
from neuromem.fit.optimisers import OPTIMISERS, Function, Near

STEP = 1e-5  # of the unit cube, at most, for differences
MOST_ROUNDS = 6
ENOUGH = 1e-4  # ln p: a round of polishing that gains less is the last


@dataclass(frozen=True)
class Effort:
    """How long a search lasts: independent `starts`, each with `population` points for every free parameter, until
    their values differ by less than `tolerance` (relative); then each is polished."""

    starts: int = 3
    population: int = 7
    tolerance: float = 1e-4
    optimiser: str = "scipy"

    def __post_init__(self):
        checks.whole("starts", self.starts, 1)
        checks.whole("population", self.population, 1)
        checks.number("tolerance", self.tolerance, 0.0, 1.0, open_low=True)
        checks.choice("optimiser", self.optimiser, tuple(OPTIMISERS))


EFFORTS = {
    "quick": Effort(starts=2, population=5, tolerance=1e-2),  # a first look, about a fifth of the default's time
    "default": Effort(),
    "careful": Effort(starts=6, population=15, tolerance=1e-5),  # some ten times the default's time
}


class Found(NamedTuple):
    point: np.ndarray  # (parameter) in the unit cube
    reached: np.ndarray  # (start) the minimum that each start reached
    evaluations: int


def search(function: Function, n: int, effort: Effort, rng: np.random.Generator) -> Found:
    """The minimum over the unit cube of a function of points (vector, parameter).

    >>> found = search(lambda x: ((x - 0.3) ** 2).sum(-1), 2, EFFORTS["quick"], np.random.default_rng(0))
    >>> found.point.round(6), found.reached.round(6)
    (array([0.3, 0.3]), array([0., 0.]))
    """
    counted = _Counted(function)
    if n == 0:
        return Found(np.zeros(0), np.full(effort.starts, function(np.zeros((1, 0)))[0]), 1)
    found = [_from_one_start(counted, n, effort, stream) for stream in rng.spawn(effort.starts)]
    best = min(found, key=lambda one: one[1])
    return Found(best[0], np.array([value for _, value in found]), counted.n)


def _from_one_start(function: Function, n: int, effort: Effort, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    optimise = OPTIMISERS[effort.optimiser]
    return polished(function, optimise(function, n, population=effort.population, tolerance=effort.tolerance, rng=rng))


def polished(function: Function, near: Near) -> tuple[np.ndarray, float]:
    """The minimum next to a point within bounds, and its value, by L-BFGS-B with central differences.

    Each gradient is one call of the function. Steps are measured in the spread of the global search's last points,
    along which the function changes about equally; rounds start afresh until one gains nothing.
    Source: Byrd, Lu, Nocedal & Zhu (1995), SIAM J. Sci. Comput. 16:1190.
    """
    scale = np.clip(near.spread / max(near.spread.max(), 1e-12), 1e-2, 1.0)
    point, value = np.clip(near.point, 0.0, 1.0), np.inf
    for _ in range(MOST_ROUNDS):
        before = value
        point, value = _descended(function, point, scale)
        if before - value < ENOUGH:
            break
    return point, value


def _descended(function: Function, start: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, float]:
    from scipy import optimize

    def at(z: np.ndarray) -> np.ndarray:
        return np.clip(start + scale * z, 0.0, 1.0)

    def with_gradient(z: np.ndarray) -> tuple[float, np.ndarray]:
        x, n, step = at(z), len(z), np.diag(STEP * scale)
        up, down = np.minimum(x + step, 1.0), np.maximum(x - step, 0.0)
        y = function(np.concatenate([x[None], up, down]))
        return y[0], (y[1 : n + 1] - y[n + 1 :]) / (up - down).diagonal() * scale

    bounds = list(zip(-start / scale, (1 - start) / scale, strict=True))
    options = {"maxiter": 200, "ftol": 1e-10, "gtol": 1e-6, "maxcor": 20}
    found = optimize.minimize(with_gradient, 0 * start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return at(found.x), float(found.fun)


class _Counted:
    """A function that counts how many points it has been asked for."""

    def __init__(self, function: Function):
        self.function, self.n = function, 0

    def __call__(self, points: np.ndarray) -> np.ndarray:
        self.n += len(points)
        return self.function(points)
