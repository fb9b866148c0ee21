"""Which units of data are held back together: by unit (list, trial), by session, by list length."""

from __future__ import annotations

import numpy as np

from neuromem import checks
from neuromem.errors import UserError
from neuromem.likelihood import Observed

N_FOLDS = 5


def folds(observed: Observed, *, by: str, n_folds: int | None = None) -> np.ndarray:
    """The fold (unit), from 0, in which each unit is held back; every subject has units in every fold.

    `by` the unit's own name ("list", "trial") deals each subject's units out in turn, the first to fold 0, so that
    every fold spans the experiment (`n_folds` None: 5). "session" deals sessions, and "length" list lengths, shortest
    first (None: as many folds as the subject with fewest of them has). Raises UserError where a subject has too few,
    ValueError for another `by`.

    >>> from neuromem.recall.lists import to_simulate
    >>> observed = Observed(to_simulate(4, 6), np.array([1, 1, 1, 2, 2, 2]), np.array([1, 1, 2, 1, 2, 2]), "list")
    >>> folds(observed, by="list", n_folds=3), folds(observed, by="session")
    (array([0, 1, 2, 0, 1, 2]), array([0, 0, 1, 0, 1, 1]))
    """
    label = labels(observed, by)
    if n_folds is not None:
        checks.whole("n_folds", n_folds, 2)
    place = np.empty(len(observed), np.int64)  # (unit) of its label among those of the subject
    for subject in observed.subjects():
        own = observed.subject == subject
        place[own] = np.unique(label[own], return_inverse=True)[1]
    most = np.array([place[observed.subject == s].max() + 1 for s in observed.subjects()])
    n_folds = n_folds or (N_FOLDS if by == observed.unit else max(2, most.min()))
    if most.min() < n_folds:
        fewest, n = observed.subjects()[most.argmin()], most.min()
        raise UserError(
            f"subject {fewest} has {n} {by}{'s' if n > 1 else ''}, too few for {n_folds} folds: one would hold no "
            f"{observed.unit} of theirs; {_instead(observed, by, most)}."
        )
    return place % n_folds


def ways(observed: Observed) -> tuple[str, ...]:
    """By what these data can be held back."""
    return (observed.unit, "session", *(["length"] if np.ndim(getattr(observed.data, "n_items", 0)) else []))


def labels(observed: Observed, by: str) -> np.ndarray:
    """What is dealt to folds (unit): the unit's number, its session, or its list length."""
    checks.choice("by", by, ways(observed))
    if by == "length":
        return observed.data.n_items
    return observed.session if by == "session" else np.arange(len(observed))


def _instead(observed: Observed, by: str, most: np.ndarray) -> str:
    """What to do about too few."""
    if most.min() > 1:
        return "ask for fewer folds"
    pool = len(np.unique(labels(observed, by))) > 1
    return f"hold back by {observed.unit}" + (", or fit all subjects together (pooled)" if pool else "")
