"""Which units of data are held back together: by unit (list, trial), by session."""

from __future__ import annotations

import numpy as np

from neuromem import checks
from neuromem.errors import UserError
from neuromem.likelihood import Observed

N_FOLDS = 5


def folds(observed: Observed, *, by: str, n_folds: int | None = None) -> np.ndarray:
    """The fold (unit), from 0, in which each unit is held back; every subject has units in every fold.

    `by` the unit's own name ("list", "trial") deals each subject's units out in turn, the first to fold 0, so that
    every fold spans the experiment (`n_folds` None: 5). "session" deals sessions (None: one fold for each session of
    the subject that has fewest). Raises UserError where a subject has too few, ValueError for another `by`.

    >>> from neuromem.recall.lists import to_simulate
    >>> observed = Observed(to_simulate(4, 6), np.array([1, 1, 1, 2, 2, 2]), np.array([1, 1, 2, 1, 2, 2]), "list")
    >>> folds(observed, by="list", n_folds=3), folds(observed, by="session")
    (array([0, 1, 2, 0, 1, 2]), array([0, 0, 1, 0, 1, 1]))
    """
    checks.choice("by", by, (observed.unit, "session"))
    if n_folds is not None:
        checks.whole("n_folds", n_folds, 2)
    place = np.empty(len(observed), np.int64)  # (unit) of the unit or of its session, within the subject
    for subject in observed.subjects():
        own = observed.subject == subject
        place[own] = _session_number(observed.session[own]) if by == "session" else np.arange(own.sum())
    most = np.array([place[observed.subject == s].max() + 1 for s in observed.subjects()])
    n_folds = n_folds or (N_FOLDS if by != "session" else max(2, most.min()))
    if most.min() < n_folds:
        fewest, n = observed.subjects()[most.argmin()], most.min()
        raise UserError(
            f"subject {fewest} has {n} {by}{'s' if n > 1 else ''}, too few for {n_folds} folds: a fold would hold no "
            f"{observed.unit} of theirs; ask for fewer folds, or hold back by {other(by, observed)}."
        )
    return place % n_folds


def other(by: str, observed: Observed) -> str:
    """The other way to hold back."""
    return observed.unit if by == "session" else "session"


def _session_number(session: np.ndarray) -> np.ndarray:
    return np.unique(session, return_inverse=True)[1]
