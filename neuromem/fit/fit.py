"""Fits of models to people, one by one: the likeliest values of the free parameters of each model for each person."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuromem import provenance
from neuromem.errors import UserError, nearest
from neuromem.fit.identity import described, digest
from neuromem.fit.job import Job, fit_one
from neuromem.fit.objective import Choices, check
from neuromem.fit.pieces import Piece, Pieces
from neuromem.fit.results import dataset
from neuromem.fit.search import EFFORTS, Effort
from neuromem.fit.workers import run_all
from neuromem.likelihood import ImpossibleEvent, LikelihoodModel, Observed
from neuromem.run import check_count, check_seed

if TYPE_CHECKING:
    import xarray as xr


def fit(
    models: Mapping[str, LikelihoodModel],
    observed: Observed,
    *,
    fixed: Mapping[str, float] | None = None,
    free: Collection[str] = (),
    bounds: Mapping[str, tuple[float, float]] | None = None,
    effort: str | Effort = "default",
    seed: int = 0,
    workers: int = 1,
    scheduler: str | None = None,
    folder: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    r"""Fits each of the `models` to each subject by maximum likelihood.

    .. math:: \hat\theta_s = \arg\max_\theta \sum_{u \in s} \ln p(y_u \mid \theta)

    over the free parameters within their bounds; `fixed` holds some at a value, `free` frees some that a fit leaves
    alone unless told otherwise, `bounds` narrows those of some: each for those models that have a parameter of that
    name. `effort` is "quick", "default" or "careful", or an `Effort`; `workers` a number of processes, `scheduler` the
    address of a dask scheduler instead. With a `folder`, each finished part is kept in it, and a fit that was stopped
    goes on. Each search's stream is `cell_rng(seed, model, subject)`: the result depends on nothing else.

    In the Dataset, `value` and `at_bound` are (subject, model, parameter), NaN and False where a model has no such
    parameter; `free`, `low` and `high` (model, parameter); `log_likelihood` (subject, model, unit), NaN beyond a
    subject's units; `n_parameters` (model), NaN for a model made of counts; `reached` (subject, model, start), the sum
    that each start reached; `agreement` (subject, model), how many starts came within 0.1 of the best; `spread`
    (subject, model), by how much the worst missed it; `evaluations` (subject, model).

    Warns (`ImpossibleEvent`) once for each model that cannot produce what was observed, at the values found. Raises
    UserError for a parameter that no model has or that is both fixed and free, and for bounds that cross; ValueError
    for bounds and values beyond those of the model. An interrupt keeps what the folder holds.

    Known limit: a maximum, without an interval: `neuromem.fit.hierarchical` tells how certain values are.
    """
    choices = Choices(dict(fixed or {}), tuple(free), dict(bounds or {}))
    effort = chosen_effort(effort)
    check_seed(seed)
    check_count("workers", workers)
    _check_fitted(models, observed)
    jobs = _jobs(models, observed, choices, effort, seed)
    check(((job.name, job.model) for job in jobs), choices)
    hashes = [digest(job) for job in jobs]
    pieces = _pieces(jobs, hashes, Pieces(folder), workers, scheduler, progress or (lambda done, total: None))
    _tell_impossible(jobs, pieces)
    grid = [pieces[i : i + len(models)] for i in range(0, len(pieces), len(models))]
    told = dataset([job.model for job in jobs], list(models), observed, grid)
    return told.assign_attrs(_attributes(models, choices, effort, seed, hashes))


def _check_fitted(models, observed) -> None:
    named = isinstance(models, Mapping) and all(hasattr(model, "log_likelihood") for model in models.values())
    if not named:
        raise UserError(f"models must be a dict of names and models, {{'cmr': cmr()}}; saw {models!r:.60}.")
    if not models:
        raise UserError("there is no model to fit; name one or more.")
    if not isinstance(observed, Observed):
        raise UserError(
            f"observed must be an Observed; saw {type(observed).__name__}: take one of a family's DATA, "
            "neuromem.recall.family.DATA['morton2013'](), or make one."
        )


def chosen_effort(effort: str | Effort) -> Effort:
    """An effort by its name; UserError for another."""
    if isinstance(effort, Effort):
        return effort
    if effort not in EFFORTS:
        raise UserError(f"there is no effort {effort!r}{nearest(str(effort), EFFORTS)}")
    return EFFORTS[effort]


def _jobs(models, observed: Observed, choices: Choices, effort: Effort, seed: int) -> list[Job]:
    """A job for each subject and model, in that order; models made of counts are counted on the subject."""
    data = {subject: observed.take(observed.subject == subject).data for subject in observed.subjects().tolist()}
    return [
        Job(name, model.counted_on(one), subject, one, choices, effort, seed)
        for subject, one in data.items()
        for name, model in models.items()
    ]


def _pieces(jobs, hashes, kept: Pieces, workers: int, scheduler: str | None, progress) -> list[Piece]:
    """The pieces of all jobs: those that the folder holds, and the others as they are finished."""
    pieces = [kept.find(one) for one in hashes]
    todo = [i for i, piece in enumerate(pieces) if piece is None]
    progress(len(jobs) - len(todo), len(jobs))
    try:
        for number, piece in run_all(fit_one, [jobs[i] for i in todo], workers=workers, scheduler=scheduler):
            pieces[todo[number]] = piece
            kept.keep(hashes[todo[number]], piece)
            progress(sum(one is not None for one in pieces), len(jobs))
    except KeyboardInterrupt as stopped:
        done = sum(one is not None for one in pieces)
        where = (
            f" kept in {kept.folder}; the same command goes on" if kept.folder else " lost, for no folder keeps them"
        )
        raise KeyboardInterrupt(f"{done} of {len(jobs)} fits are{where}.") from stopped
    return pieces


def _tell_impossible(jobs: list[Job], pieces: list[Piece]) -> None:
    found: dict[str, list[tuple[Job, Piece]]] = {}
    for job, piece in zip(jobs, pieces, strict=True):
        if piece.impossible:
            found.setdefault(job.name, []).append((job, piece))
    for name, cases in found.items():
        (job, piece), n = cases[0], len({one.subject for one in jobs})
        told = f"{name} cannot produce what {len(cases)} of {n} subjects did; subject {job.subject}: {piece.impossible}"
        warnings.warn(told, ImpossibleEvent, stacklevel=3)


def _attributes(models, choices: Choices, effort: Effort, seed: int, hashes: list[str]) -> dict[str, Any]:
    """Where the fits come from, as netCDF can hold it."""
    return {
        "models": json.dumps({name: described(model) for name, model in models.items()}),
        "choices": json.dumps(described(choices._asdict())),
        "effort": json.dumps(described(effort)),
        "seed": int(seed),
        "neuromem_version": provenance.__version__,
        "git_commit": provenance.git_commit(),
        "library_versions": json.dumps(provenance.library_versions()),
        "hash": hashlib.sha256("".join(hashes).encode()).hexdigest(),
    }
