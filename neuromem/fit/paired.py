"""Models compared within subjects: differences to the best, with intervals over subjects."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuromem import checks
from neuromem.measures.bootstrap import interval


class Paired(NamedTuple):
    best: int  # the model of the smallest sum over subjects
    difference: np.ndarray  # (subject, model) to that model; above 0: worse
    interval: np.ndarray  # (bound, model) 95 % of the mean difference over subjects
    n_best: np.ndarray  # (model) subjects whom it describes best; equals share


def paired(criterion, *, rng: np.random.Generator) -> Paired:
    """Each model's criterion (subject, model), smaller being better, beside that of the best model.

    Intervals are of the mean over subjects, by the bootstrap of `neuromem.measures.bootstrap`: subjects are drawn, so
    that what differs between subjects but not between models does not widen them. With one subject they are NaN.
    Raises ValueError for what is not finite.

    >>> told = paired([[10.0, 14.0], [20.0, 21.0], [30.0, 28.0]], rng=np.random.default_rng(0))
    >>> told.difference[:, 1], told.n_best
    (array([ 4.,  1., -2.]), array([2., 1.]))

    Known limit: the best model is chosen on the same subjects, so that it looks better by a little than it is.
    """
    criterion = checks.numbers("criterion", criterion).astype(float)
    if criterion.ndim != 2 or not np.isfinite(criterion).all():
        raise ValueError(f"criterion must be finite, (subject, model); saw shape {criterion.shape}.")
    best = int(criterion.sum(0).argmin())
    difference = criterion - criterion[:, [best]]
    least = criterion == criterion.min(1, keepdims=True)
    return Paired(best, difference, interval(difference.T, rng=rng), (least / least.sum(1, keepdims=True)).sum(0))
