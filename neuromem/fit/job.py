"""One person's fit of one model: what it is made from, and how it is done, in whichever process."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from neuromem import errors
from neuromem.core import cell_rng
from neuromem.fit.objective import Choices, Objective, objective
from neuromem.fit.pieces import Piece
from neuromem.fit.search import Effort, search
from neuromem.likelihood import ImpossibleEvent, LikelihoodModel


class Job(NamedTuple):
    """Data, never closures: what a worker needs to fit one model to one person."""

    name: str
    model: LikelihoodModel
    subject: int | str
    data: Any
    choices: Choices
    effort: Effort
    seed: int


def fit_one(job: Job) -> Piece:
    """One person's fit, on one BLAS thread so that every process rounds alike."""
    try:
        with threadpool_limits(1):
            return _fitted(job)
    except Exception as error:
        errors.keep(error)
        raise


def _fitted(job: Job) -> Piece:
    wanted = objective(job.model, job.data, job.choices)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImpossibleEvent)  # of points on the way; the last one is told
        found = search(wanted, len(wanted.free), job.effort, cell_rng(job.seed, job.name, cell(job.subject)))
    values = job.model.complete(wanted.values(found.point))
    log_likelihood, impossible = _last(wanted, values)
    return Piece(
        values={name: float(value) for name, value in values.items()},
        low={one.name: one.low for one in wanted.free},
        high={one.name: one.high for one in wanted.free},
        log_likelihood=log_likelihood,
        reached=-found.reached,
        evaluations=found.evaluations,
        impossible=impossible,
    )


def _last(wanted: Objective, values: Mapping[str, float]) -> tuple[np.ndarray, str]:
    """The log-likelihood (unit) at the values found, and what was observed that is impossible with them."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ImpossibleEvent)
        log_likelihood = np.asarray(wanted.model.log_likelihood(wanted.data, values), float)
    impossible = [one for one in caught if issubclass(one.category, ImpossibleEvent)]
    for one in caught:
        if one not in impossible:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    return log_likelihood, str(impossible[0].message) if impossible else ""


def cell(subject: int | np.integer | str) -> int | str:
    """A subject as the part of the name of a stream: a number, or text."""
    return int(subject) if isinstance(subject, int | np.integer) and subject >= 0 else str(subject)
