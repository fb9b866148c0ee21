r"""Hierarchical fits: every subject's parameters and the group's mean and spread of each, as draws of their posterior.

What a group shares holds each member to what is plausible, so that a parameter about which a subject's data say little
is not estimated at its bound. `neuromem.fit.population` says what a group is, `neuromem.fit.sampler` how draws are
made, `neuromem.fit.diagnostics` whether they suffice.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from neuromem import checks, provenance
from neuromem.errors import UserError
from neuromem.fit import diagnostics
from neuromem.fit.chains import STARTS, Chains, Plan, sampled
from neuromem.fit.identity import described, digest
from neuromem.fit.population import Prior, bounded
from neuromem.fit.sampler import LogLikelihood
from neuromem.fit.simulated import centre, free_parameters
from neuromem.likelihood import ImpossibleEvent, LikelihoodModel, Observed, Parameter

if TYPE_CHECKING:
    import xarray as xr


def hierarchical(
    model: LikelihoodModel,
    observed: Observed,
    *,
    fixed: Mapping[str, float] | None = None,
    prior: Prior | None = None,
    n_draws: int = 1000,
    thin: int = 5,
    n_chains: int = 4,
    seed: int = 0,
    workers: int = 1,
    path: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """The posterior of a group: `n_draws` of each chain, `thin` sweeps apart, after as many of warm-up.

    Free are the model's free parameters but for those that `fixed` gives a value. In the Dataset, `value` (chain, draw,
    subject, parameter) lies within bounds, `group_mean` and `group_sd` (chain, draw, parameter) are in logits,
    `typical` (chain, draw, parameter) is the value at the group's mean, `log_likelihood` (chain, draw, subject) the
    sum over units. R-hat and effective sample size stand beside, as `value_r_hat`, `value_ess` and so on.

    With a `path`, chains are kept in that file (.npz) every few draws: a fit that was interrupted goes on, and one
    that is asked for more draws takes up those that there are. Same seed, same bits, on any number of `workers`
    (threads: compiled likelihoods run side by side).

    Warns (`diagnostics.NotConverged`) of parameters with R-hat above 1.01 or fewer than 400 effective draws. Raises
    UserError for a likelihood that is not a number and for a file of other chains, ValueError for counts, fixed values
    and fewer than two subjects.
    """
    least = {"n_draws": (n_draws, 10), "thin": (thin, 1), "n_chains": (n_chains, 2), "workers": (workers, 1)}
    for name, (count, fewest) in least.items():
        checks.whole(name, count, fewest)
    model.complete(fixed)
    free, subjects, prior = free_parameters(model, tuple(fixed or ())), observed.subjects(), prior or Prior()
    if len(subjects) < 2:
        raise ValueError(f"a group needs at least two subjects; saw {len(subjects)}.")
    parts = [observed.take(observed.subject == subject).data for subject in subjects]
    plan = Plan(centre(free), len(subjects), n_chains, thin, seed, prior, digest(model, observed, dict(fixed or {})))
    pool = ThreadPoolExecutor(workers) if workers > 1 else nullcontext(SimpleNamespace(map=map))
    with pool as threads, warnings.catch_warnings():
        warnings.simplefilter("ignore", ImpossibleEvent)  # of proposals, which are the less likely for it
        log_likelihood = of_members(model, dict(zip(subjects, parts, strict=True)), free, fixed or {}, threads.map)
        chains = sampled(log_likelihood, plan, 2 * n_draws, path=path, progress=progress or (lambda done, total: None))
    fit = dataset(Chains(*(array[STARTS + n_draws :] for array in chains)), free, subjects)
    fit.attrs = attributes(model, plan, fixed or {})
    return diagnostics.judged(fit)


def of_members(
    model: LikelihoodModel,
    data: Mapping[Any, Any],
    free: list[Parameter],
    fixed: Mapping[str, float],
    run_all: Callable[..., Iterable],
) -> LogLikelihood:
    """The log-likelihood (chain, subject) of each subject's data at z (chain, subject, parameter)."""

    def log_likelihood(z: np.ndarray) -> np.ndarray:
        values = bounded(z, free)

        def of_one(number: int) -> np.ndarray:
            subject, data_of = list(data.items())[number]
            own = {p.name: values[:, number, i].copy() for i, p in enumerate(free)}
            log_l = model.log_likelihood(data_of, {**fixed, **own}).sum(-1)
            if np.isnan(log_l).any():
                at = ", ".join(f"{name} {x[np.isnan(log_l)][0]:.3g}" for name, x in own.items())
                raise UserError(f"the log-likelihood of subject {subject} is not a number at {at}.")
            return log_l

        return np.stack(list(run_all(of_one, range(len(data)))), 1)

    return log_likelihood


def dataset(chains: Chains, free: list[Parameter], subjects: np.ndarray) -> xr.Dataset:
    """The draws with names."""
    import xarray as xr

    def told(array, dims, about, units="1"):
        return dims, np.moveaxis(array, 1, 0), {"long_name": about, "units": units}

    draws, each = ("chain", "draw"), ("chain", "draw", "parameter")
    return xr.Dataset(
        {
            "value": told(bounded(chains.z, free), (*draws, "subject", "parameter"), "value", "see parameter_unit"),
            "typical": told(bounded(chains.mean, free), each, "value at the group's mean", "see parameter_unit"),
            "group_mean": told(chains.mean, each, "mean of the group", "logit"),
            "group_sd": told(chains.sd, each, "spread of the group", "logit"),
            "log_likelihood": told(chains.log_l, (*draws, "subject"), "log-likelihood", "nat"),
        },
        {
            "chain": np.arange(chains.z.shape[1]),
            "draw": np.arange(len(chains.z)),
            "subject": subjects,
            "parameter": [p.name for p in free],
            "parameter_unit": ("parameter", [p.unit for p in free]),
        },
    )


def attributes(model: LikelihoodModel, plan: Plan, fixed: Mapping[str, float]) -> dict[str, Any]:
    """Where the draws come from."""
    return {
        "model": json.dumps(described(model)),
        "prior": json.dumps(described(plan.prior)),
        "fixed": json.dumps(dict(fixed)),
        "thin": plan.thin,
        "seed": plan.seed,
        "hash": plan.of,
        "neuromem_version": provenance.__version__,
        "git_commit": provenance.git_commit(),
        "library_versions": json.dumps(provenance.library_versions()),
    }
