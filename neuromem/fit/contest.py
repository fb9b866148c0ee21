"""Models fitted to the same data and compared: by what their fits are worth, or by what they predict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neuromem import checks
from neuromem.errors import UserError
from neuromem.fit.comparison import IN_SAMPLE, comparison
from neuromem.fit.cross_validation import Fit, by_subject, fitted, held_out, judged, pooled
from neuromem.fit.folds import folds, ways
from neuromem.fit.predictive import predicted
from neuromem.likelihood import LikelihoodModel, Observed
from neuromem.results import moved_into_place

if TYPE_CHECKING:
    import xarray as xr


class Contest(NamedTuple):
    """Models compared, the best first, with what they were compared by."""

    comparison: xr.Dataset
    fits: xr.Dataset  # to all of the data; where subjects were fitted together, the same for each
    fold: np.ndarray | None  # (unit) None where nothing was held back
    of_fold: list[xr.Dataset]  # the fits to what is not in each fold


def contest(
    models: Mapping[str, LikelihoodModel],
    observed: Observed,
    *,
    fit: Fit,
    by: str = "aicc",
    n_folds: int | None = None,
    together: bool = False,
    seed: int = 0,
) -> Contest:
    """The comparison of `models` on `observed`.

    `by`: "aicc" or "bic" of each subject's fit to all units; or what is held back together and predicted from the
    rest: the name of the unit ("list", "trial"), "session", or "length" of lists. `n_folds` as in
    `neuromem.fit.folds`. `together` fits one set of parameters to all subjects, who are then compared by how well it
    predicts each: for data in which other people are in what is held back. `fit` makes the Dataset of fits; models made
    of counts are counted on what the others are fitted to.

    Raises UserError for one model, for models of counts or subjects fitted together where nothing is held back, for
    a model that needs what the data lack, and for too few units (see `folds` and `aicc`).
    """
    if len(models) < 2:
        raise UserError(f"{', '.join(models)} alone has nothing to be compared with; name two models or more.")
    if together and by in IN_SAMPLE:
        raise UserError(
            "subjects who are fitted together are compared by what was held back: by list, session or length."
        )
    if by in IN_SAMPLE and n_folds is not None:
        raise UserError(f"by {by} nothing is held back, so that folds say nothing; compare by {observed.unit}, or so.")
    _check(models, observed, by)
    people = pooled(observed) if together else observed
    fold = None if by in IN_SAMPLE else folds(people, by=by, n_folds=n_folds)
    fits = fitted(models, people, fit)
    told = _told(models, fits, people, observed)
    if fold is None:
        return Contest(comparison(told, by=by, seed=seed), fits, None, [])
    log_p, of_fold = held_out(models, people, fold, fit)
    told["held_out"] = by_subject(log_p, observed)
    told.attrs |= {"held_back": by, "n_folds": int(fold.max()) + 1, "together": int(together)}
    if together:
        fits, of_fold = _for_each(fits, observed), [_for_each(one, observed) for one in of_fold]
    return Contest(comparison(told, by="held_out", seed=seed), fits, fold, of_fold)


def able(
    models: Mapping[str, LikelihoodModel], observed: Observed, *, by: str = "aicc"
) -> tuple[dict[str, LikelihoodModel], dict[str, str]]:
    """The models that can be compared on these data, and of the others why not, by name.

    A model that needs what the data lack, such as the categories of words, says so when it is asked for one unit.
    """
    fit, unfit = {}, {}
    first = observed.data.take(np.arange(1))
    for name, model in models.items():
        if model.counted and by in IN_SAMPLE:
            unfit[name] = "made of counts, which only data held back can judge"
            continue
        try:
            model.counted_on(first).log_likelihood(first)
            fit[name] = model
        except UserError as error:
            unfit[name] = str(error)
    return fit, unfit


def prediction(
    models: Mapping[str, LikelihoodModel],
    held: Contest,
    observed: Observed,
    curves: Callable[[Observed], xr.Dataset],
    *,
    seed: int = 0,
) -> xr.Dataset:
    """The curves (model, subject, ...) that fitted models predict: of subjects who were held back as a whole, from the
    fit to the others; of all others, from the fit to all of their data. Models made of counts are left out."""
    import xarray as xr

    searched = {name: model for name, model in models.items() if not model.counted}
    if not _whole(held.fold, observed):
        return predicted(searched, held.fits, observed, curves, seed=seed)
    parts = [
        predicted(searched, fits, observed.take(held.fold == k), curves, seed=seed)
        for k, fits in enumerate(held.of_fold)
    ]
    return xr.concat(parts, "subject", join="outer").sel(subject=observed.subjects())


def save(parts: Mapping[str, xr.Dataset], path: str | Path) -> Path:
    """Write Datasets into one file: the first at its root, each other in a group of its name."""
    with moved_into_place(path) as beside:
        for number, (name, one) in enumerate(parts.items()):
            group, mode = ("/", "w") if number == 0 else (name, "a")
            one.to_netcdf(beside, mode=mode, group=group, engine="h5netcdf")
    return Path(path)


def _check(models: Mapping[str, LikelihoodModel], observed: Observed, by: str) -> None:
    """Refuse before anything is fitted what could not be compared in the end."""
    checks.choice("by", by, (*IN_SAMPLE, *ways(observed)))
    for name, why in able(models, observed, by=by)[1].items():
        raise UserError(f"{name} cannot be compared by {by}: {why.removesuffix('.')}.")


def _told(models, fits: xr.Dataset, people: Observed, observed: Observed) -> xr.Dataset:
    """What `comparison` takes: ln p (subject, model, unit) at the fitted values, and how many were fitted."""
    log_p = by_subject(judged(models, fits, people, people), observed)
    n = [np.nan if model.counted else float(fits.n_parameters.sel(model=name)) for name, model in models.items()]
    return log_p.to_dataset(name="log_likelihood").assign(n_parameters=("model", n)).assign_attrs(fits.attrs)


def _for_each(fits: xr.Dataset, observed: Observed) -> xr.Dataset:
    """The one fit of all subjects as the fit of each."""
    subjects = observed.subjects()
    return fits.isel(subject=np.zeros(len(subjects), int)).assign_coords(subject=subjects)


def _whole(fold: np.ndarray | None, observed: Observed) -> bool:
    """Whether each subject's data were held back all at once."""
    return fold is not None and all(len(np.unique(fold[observed.subject == s])) == 1 for s in observed.subjects())
