"""Effective draws of a group for each likelihood of a subject: our sampler against the ensemble moves of emcee."""

import sys
import warnings
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parent.parent))
from normal_people import NormalScores, people

from neuromem.fit.diagnostics import NotConverged, arviz
from neuromem.fit.hierarchical import hierarchical

from .timing import Line

N_PEOPLE, N_SCORES, N_UNITS, N_DRAWS = 10, 9, 5, 250
N_WALKERS, N_STEPS = 240, 4000
STARTS = 200  # likelihoods of each subject before the first sweep


def bench():
    rng = np.random.default_rng(0)
    z = rng.normal(0, 1, N_SCORES) + 0.7 * rng.standard_normal((N_PEOPLE, N_SCORES))
    observed = people(z, N_UNITS, rng=rng)
    ours, theirs = with_sweeps(observed), with_emcee(observed.data.score.reshape(N_PEOPLE, N_UNITS, N_SCORES).mean(1))
    what = f"{N_PEOPLE} normal people, {N_SCORES} parameters: likelihoods for an effective draw"
    yield Line(what, ours, "of a subject", "emcee, differential evolution", theirs, 0.1)


def with_sweeps(observed):
    """Likelihoods of a subject for each effective draw, the median over all that is drawn."""
    names = tuple(f"p{i}" for i in range(N_SCORES))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotConverged)
        fit = hierarchical(NormalScores(names=names), observed, n_draws=N_DRAWS, thin=5)
    draws = np.concatenate([fit[f"{name}_ess"].values.ravel() for name in ("value", "group_mean", "group_sd")])
    return N_PEOPLE * (STARTS + 4 * 2 * 5 * 2 * N_DRAWS) / np.median(draws)


def with_emcee(mean):
    import emcee

    def log_p(x):
        centre, log_sd, z = x[:, :N_SCORES], x[:, N_SCORES : 2 * N_SCORES], x[:, 2 * N_SCORES :]
        z, sd = z.reshape(-1, N_PEOPLE, N_SCORES), np.exp(log_sd)
        members = (-0.5 * ((z - centre[:, None]) / sd[:, None]) ** 2 - log_sd[:, None]).sum((1, 2))
        group = (-0.5 * (centre / 3) ** 2 - 2.5 * np.log1p(sd**2 / 4) + log_sd).sum(1)
        return -0.5 * N_UNITS * ((mean - z) ** 2).sum((1, 2)) + members + group

    rng = np.random.default_rng(0)
    start = np.concatenate([mean.mean(0), np.full(N_SCORES, np.log(0.7)), mean.ravel()])
    start = start + 0.3 * rng.standard_normal((N_WALKERS, len(start)))
    moves = [(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)]
    ensemble = emcee.EnsembleSampler(N_WALKERS, start.shape[1], log_p, vectorize=True, moves=moves)
    ensemble.random_state = np.random.RandomState(0).get_state()
    ensemble.run_mcmc(start, N_STEPS)
    drawn = ensemble.get_chain(discard=N_STEPS // 2).swapaxes(0, 1)
    draws = [arviz().ess(np.ascontiguousarray(drawn[..., i])) for i in range(drawn.shape[-1])]
    return N_PEOPLE * N_WALKERS * N_STEPS / np.median(draws)
