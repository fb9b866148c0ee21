"""Global optimisers behind one interface: from nothing to a point near the minimum, and how far the last ones spread.

Each is given a function of points (vector, parameter) in the unit cube, evaluated many at once where the optimiser can;
what it finds is polished afterwards by `neuromem.fit.search`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from neuromem.errors import UserError

Function = Callable[[np.ndarray], np.ndarray]  # (vector, parameter) -> (vector)
MOST_GENERATIONS = 2000
LEAST_POPULATION = 24


class Near(NamedTuple):
    """Where a global search ended."""

    point: np.ndarray  # (parameter)
    spread: np.ndarray  # (parameter) of its last points: how flat the function is along each


def differential_evolution(
    function: Function, n: int, *, population: int, tolerance: float, rng: np.random.Generator
) -> Near:
    """SciPy's, a generation in one call: mutants of the best (best/1/bin), `population` points for each parameter.

    It stops once the values of a generation differ by less than `tolerance` times their mean.
    Source: Storn & Price (1997), J. Global Optim. 11:341.
    """
    from scipy import optimize

    try:
        found = optimize.differential_evolution(
            lambda points: function(points.T),
            [(0.0, 1.0)] * n,
            popsize=max(population, -(-LEAST_POPULATION // n)),
            tol=tolerance,
            maxiter=MOST_GENERATIONS,
            recombination=0.9,
            seed=rng,
            vectorized=True,
            updating="deferred",
            polish=False,
        )
    except RuntimeError as error:  # in which SciPy wraps what the function raises
        raise error.__cause__ or error from None
    return Near(found.x, found.population.std(0))


def cma_es(function: Function, n: int, *, population: int, tolerance: float, rng: np.random.Generator) -> Near:
    """CMA-ES of the package `cma`: a normal distribution that learns the shape of the function.

    Source: Hansen & Ostermeier (2001), Evol. Comput. 9:159.
    """
    cma = _imported("cma")
    if n < 2:
        raise UserError("cma needs two free parameters or more; use another optimiser.")
    options = {"bounds": [0, 1], "popsize": max(4 + int(3 * np.log(n)), population), "verbose": -9}
    options |= {"seed": int(rng.integers(1, 1 << 31)), "tolfunrel": tolerance, "maxiter": MOST_GENERATIONS}
    search = cma.CMAEvolutionStrategy(rng.random(n), 0.3, options)
    while not search.stop():
        points = np.array(search.ask())
        search.tell(points, function(points).tolist())
    return Near(np.array(search.result.xbest), np.array(search.result.stds))


def bayesian_direct(function: Function, n: int, *, population: int, tolerance: float, rng: np.random.Generator) -> Near:
    """BADS of the package `pybads`: for likelihoods that take a second, since it thinks long between few evaluations.

    Source: Acerbi & Ma (2017), Advances in Neural Information Processing Systems 30.
    """
    pybads = _imported("pybads")
    seed, most = int(rng.integers(1, 1 << 31)), 100 * population * n
    search = pybads.BADS(
        lambda point: float(function(np.asarray(point, float).reshape(1, -1))[0]),
        rng.uniform(0.1, 0.9, n),
        np.zeros(n),
        np.ones(n),
        np.full(n, 0.05),
        np.full(n, 0.95),
        options={"display": "off", "random_seed": seed, "max_fun_evals": most, "tol_fun": tolerance},
    )
    found = search.optimize()
    return Near(np.asarray(found["x"], float).ravel(), np.full(n, 0.1))


OPTIMISERS = {"scipy": differential_evolution, "cma": cma_es, "pybads": bayesian_direct}


def _imported(name: str):
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UserError(f'the optimiser {name} is not installed: pip install "neuromem[fit]".') from error
