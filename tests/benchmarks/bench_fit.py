"""Fits of CMR to Morton et al. (2013), nine free parameters, in processor time; and how likely the optimum is.

Beside it stands SciPy's differential evolution at its own settings with a tolerance of 1e-5 and its own polishing, on
three subjects: what a careful modeller would run.
"""

import time
import warnings

import numpy as np

from neuromem.fit.fit import fit
from neuromem.fit.objective import Choices, objective
from neuromem.likelihood import ImpossibleEvent
from neuromem.recall import family
from neuromem.recall.cmr import cmr

from .timing import Line, best, cpu_seconds

SAMPLE = [1, 7, 22]
N_VECTORS = 128


def bench():
    observed = family.DATA["morton2013"]()
    yield evaluation(observed.take(observed.subject == 1).data)
    sample = observed.take(np.isin(observed.subject, SAMPLE))
    seconds = [cpu_seconds(lambda s=s: fitted(sample.take(sample.subject == s))) for s in SAMPLE]
    yield Line("CMR fitted to one subject (48 lists)", float(np.mean(seconds)), "s", target=3)
    start = time.process_time()
    careful = np.array([differential_evolution(sample.take(sample.subject == s).data) for s in SAMPLE])
    theirs = (time.process_time() - start) / len(SAMPLE)
    yield Line("the same", float(np.mean(seconds)), "s", "SciPy alone, tolerance 1e-5", theirs, 2)
    ours = fitted(sample).log_likelihood.sum("list").values[:, 0]
    yield Line("ln p short of that search, worst of three", float((careful - ours).max()), "", target=0.01)
    yield Line("CMR fitted to all 40 subjects", cpu_seconds(lambda: fitted(observed)), "s", target=150)


def fitted(observed):
    return fit({"cmr": cmr()}, observed)


def evaluation(lists):
    """A likelihood at many vectors of values in one call, and in a call for each."""
    wanted = objective(cmr(), lists, Choices())
    points = np.random.default_rng(0).random((N_VECTORS, len(wanted.free)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImpossibleEvent)
        together, alone = best(
            lambda: wanted(points), lambda: [wanted(one[None]) for one in points], repeats=5, clock=time.process_time
        )
    scale = 1e6 / N_VECTORS
    return Line("a likelihood of 48 lists, 128 at once", together * scale, "us", "one by one", alone * scale, 0.5)


def differential_evolution(lists):
    from scipy import optimize

    wanted = objective(cmr(), lists, Choices())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImpossibleEvent)
        found = optimize.differential_evolution(
            lambda points: wanted(points.T),
            [(0, 1)] * len(wanted.free),
            tol=1e-5,
            vectorized=True,
            updating="deferred",
            polish=False,
            seed=0,
        )
        polished = optimize.minimize(
            lambda point: wanted(point[None])[0], found.x, method="L-BFGS-B", bounds=[(0, 1)] * len(wanted.free)
        )
    return -min(found.fun, polished.fun)
