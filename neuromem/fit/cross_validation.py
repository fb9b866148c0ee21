"""Cross-validated log-likelihood: each unit of data judged by a fit to others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from neuromem.fit.predictive import values_of
from neuromem.likelihood import LikelihoodModel, Observed

if TYPE_CHECKING:
    import xarray as xr

Fit = Callable[[Mapping[str, LikelihoodModel], Observed], "xr.Dataset"]


def held_out(
    models: Mapping[str, LikelihoodModel], observed: Observed, fold: np.ndarray, fit: Fit
) -> tuple[dict[str, np.ndarray], list[xr.Dataset]]:
    r"""ln p (unit) of each unit under each model, fitted to the same subject's units of other folds; and these fits.

    .. math:: \ln p(y_u \mid \hat\theta_{s, -f(u)})

    `fold` (unit) as `neuromem.fit.folds` makes it; `fit` gives the Dataset of a fit, with `value` (subject, model,
    parameter). A model made of counts is counted on the other folds too. Summed over units it needs no price for
    parameters: those that fit noise predict worse.

    Source: Stone (1974), J. R. Statist. Soc. B 36:111; Geisser (1975), J. Am. Statist. Assoc. 70:320.
    Known limit: folds share most of their fits, so that their sums are no independent samples.
    """
    log_p, of_fold = {name: np.empty(len(observed)) for name in models}, []
    for k in range(fold.max() + 1):
        train, test = observed.take(fold != k), observed.take(fold == k)
        of_fold.append(fitted(models, train, fit))
        for name, values in judged(models, of_fold[k], train, test).items():
            log_p[name][fold == k] = values
    return log_p, of_fold


def fitted(models: Mapping[str, LikelihoodModel], observed: Observed, fit: Fit) -> xr.Dataset:
    """The fits of those models that are not made of counts; without a model where all are."""
    import xarray as xr

    searched = {name: model for name, model in models.items() if not model.counted}
    return fit(searched, observed) if searched else xr.Dataset(coords={"model": np.array([], str)})


def judged(
    models: Mapping[str, LikelihoodModel], fits: xr.Dataset, train: Observed, test: Observed
) -> dict[str, np.ndarray]:
    """ln p (unit) of the units of `test` at their subjects' values, fitted or counted on `train`."""
    log_p = {name: np.empty(len(test)) for name in models}
    for subject in test.subjects():
        own = test.subject == subject
        known, asked = train.take(train.subject == subject).data, test.take(own).data
        for name, model in models.items():
            log_p[name][own] = model.counted_on(known).log_likelihood(asked, values_of(fits, name, subject))
    return log_p


def pooled(observed: Observed) -> Observed:
    """The same units as if one person had made them: one set of parameters for all."""
    return Observed(observed.data, np.zeros(len(observed), np.int64), observed.session, observed.unit)


def by_subject(log_p: Mapping[str, np.ndarray], observed: Observed) -> xr.DataArray:
    """Values (unit) of each model as (subject, model, unit), NaN beyond a subject's units."""
    import xarray as xr

    subjects = observed.subjects()
    own = [np.flatnonzero(observed.subject == s) for s in subjects]
    wide = np.full((len(subjects), len(log_p), max(map(len, own))), np.nan)
    for s, at in enumerate(own):
        wide[s, :, : len(at)] = np.stack([values[at] for values in log_p.values()])
    dims = ("subject", "model", observed.unit)
    return xr.DataArray(wide, {"subject": subjects, "model": list(log_p)}, dims, name="held_out")
