"""Models fitted to the same data and compared: by what their fits are worth, or by what they predict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from neuromem.errors import UserError
from neuromem.fit.comparison import IN_SAMPLE, comparison
from neuromem.fit.cross_validation import Fit, by_subject, fitted, held_out, judged, pooled
from neuromem.fit.folds import folds
from neuromem.likelihood import LikelihoodModel, Observed

if TYPE_CHECKING:
    import xarray as xr


def contest(
    models: Mapping[str, LikelihoodModel],
    observed: Observed,
    *,
    fit: Fit,
    by: str = "aicc",
    n_folds: int | None = None,
    together: bool = False,
    seed: int = 0,
) -> tuple[xr.Dataset, xr.Dataset]:
    """The comparison of `models` on `observed`, the best first, and their fits to all of it.

    `by`: "aicc" or "bic" of each subject's fit to all units; or what is held back together and predicted from the
    rest: the name of the unit ("list", "trial"), "session", or "length" of lists. `n_folds` as in
    `neuromem.fit.folds`. `together` fits one set of parameters to all subjects, who are then compared by how well it
    predicts each: for data in which other people are in what is held back. `fit` makes the Dataset of fits; models made
    of counts are counted on what the others are fitted to.

    Raises UserError for one model, for models of counts or subjects fitted together where nothing is held back, and
    for too few units (see `folds` and `aicc`).
    """
    if len(models) < 2:
        raise UserError(f"{', '.join(models)} alone has nothing to be compared with; name two models or more.")
    if together and by in IN_SAMPLE:
        raise UserError(
            "subjects who are fitted together are compared by what was held back: by list, session or length."
        )
    people = pooled(observed) if together else observed
    fold = None if by in IN_SAMPLE else folds(people, by=by, n_folds=n_folds)
    fits = fitted(models, people, fit)
    told = _told(models, fits, people, observed)
    if fold is None:
        return comparison(told, by=by, seed=seed), fits
    log_p = held_out(models, people, fold, fit)
    told["held_out"] = by_subject(log_p, observed)
    told.attrs |= {"held_back": by, "n_folds": int(fold.max()) + 1, "together": int(together)}
    return comparison(told, by="held_out", seed=seed), fits


def _told(models, fits: xr.Dataset, people: Observed, observed: Observed) -> xr.Dataset:
    """What `comparison` takes: ln p (subject, model, unit) at the fitted values, and how many were fitted."""
    log_p = by_subject(judged(models, fits, people, people), observed)
    n = [np.nan if model.counted else float(fits.n_parameters.sel(model=name)) for name, model in models.items()]
    return log_p.to_dataset(name="log_likelihood").assign(n_parameters=("model", n)).assign_attrs(fits.attrs)
