"""Fits of several models side by side: criteria, weights, differences within subjects, models over people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem import checks
from neuromem.errors import UserError
from neuromem.fit.bayesian_selection import select
from neuromem.fit.criteria import aicc, bic
from neuromem.fit.paired import paired
from neuromem.fit.weights import weights

if TYPE_CHECKING:
    import xarray as xr

IN_SAMPLE = ("aicc", "bic")
WORDS = {"aicc": "AICc", "bic": "BIC", "held_out": "-2 ln p held out"}


def comparison(fits: xr.Dataset, *, by: str = "aicc", seed: int = 0) -> xr.Dataset:
    """What the fits of several models say of them, the best model first.

    `fits` holds `log_likelihood` (subject, model, unit), NaN beyond a subject's units, and `n_parameters` (model), NaN
    for a model made of counts, which has neither AICc nor BIC;
    where units were held back, also `held_out` (subject, model, unit). `by` is the criterion: "aicc", "bic", or
    "held_out": -2 times the summed held-out log-likelihood, so that for all three smaller is better and 2 is a unit of
    ln p.

    Of the result, `criterion`, `weight` and `difference` (to the best model) are (subject, model); `total_difference`,
    `mean_difference`, its 95 % `interval` (bound, model) and `n_best` are over subjects; `frequency`, `exceedance` and
    `protected` (model) come from Bayesian selection with -criterion / 2 as log evidence, and are left out for one
    subject. `seed` is of the bootstrap. Raises UserError for one model, for AICc of too few units, and for AICc or
    BIC of models made of counts.
    """
    import xarray as xr

    _check(fits, by)
    unit = _unit(fits)
    n_units = fits.log_likelihood.isel(model=0).notnull().sum(unit)
    log_likelihood = fits.log_likelihood.sum(unit).transpose("subject", "model")
    told = {"log_likelihood": log_likelihood, "n_parameters": fits.n_parameters, "n_units": n_units}
    told |= _criteria(log_likelihood, fits.n_parameters, n_units)
    if "held_out" in fits:
        told["held_out"] = fits.held_out.sum(unit).transpose("subject", "model")
    criterion = -2 * told["held_out"] if by == "held_out" else told[by]
    if by == "aicc" and criterion.isnull().any():
        aicc(*xr.broadcast(log_likelihood, fits.n_parameters, n_units))  # tells how many units and parameters
    people = _over_people(criterion, seed)
    result = people.merge(xr.Dataset(told | {"criterion": criterion}))
    order = np.argsort(result.total_difference.values, kind="stable")
    return _labelled(result.isel(model=order), by).assign_attrs({**fits.attrs, **people.attrs, "by": by})


def _criteria(log_likelihood, n_parameters, n_units) -> dict[str, xr.DataArray]:
    import xarray as xr

    x, k, n = xr.broadcast(log_likelihood, n_parameters, n_units)
    enough = (n > k + 1).values
    corrected = np.full(x.shape, np.nan)
    corrected[enough] = aicc(x.values[enough], k.values[enough], n.values[enough])
    return {"aicc": x.copy(data=corrected), "bic": x.copy(data=bic(x.values, k.values, n.values))}


def _over_people(criterion: xr.DataArray, seed: int) -> xr.Dataset:
    """Weights, paired differences and, for two subjects or more, the selection of models for groups."""
    import xarray as xr

    x = criterion.transpose("subject", "model").values
    told = paired(x, rng=np.random.default_rng(seed))
    both, model = ("subject", "model"), ("model",)
    result = {
        "weight": (both, weights(x)),
        "difference": (both, told.difference),
        "total_difference": (model, told.difference.sum(0)),
        "mean_difference": (model, told.difference.mean(0)),
        "interval": (("bound", "model"), told.interval),
        "n_best": (model, told.n_best),
    }
    attrs = {}
    if len(x) > 1:
        chosen = select(-x / 2)
        result |= {name: (model, getattr(chosen, name)) for name in ("frequency", "exceedance", "protected")}
        attrs = {"omnibus_risk": chosen.omnibus_risk}
    coords = {name: criterion[name].values for name in both} | {"bound": ["low", "high"]}
    return xr.Dataset(result, coords, attrs)


LABELS = {
    "log_likelihood": ("summed ln p of the fit", "1"),
    "n_parameters": ("free parameters", "1"),
    "n_units": ("units of data", "1"),
    "aicc": ("AICc", "2 ln p"),
    "bic": ("BIC", "2 ln p"),
    "held_out": ("summed held-out ln p", "1"),
    "weight": ("weight of the model within the subject", "1"),
    "difference": ("criterion minus that of the best model", "2 ln p"),
    "total_difference": ("difference to the best model, summed over subjects", "2 ln p"),
    "mean_difference": ("difference to the best model, mean over subjects", "2 ln p"),
    "interval": ("95 % interval of the mean difference", "2 ln p"),
    "n_best": ("subjects whom the model describes best", "subject"),
    "frequency": ("expected share of people whom the model describes", "1"),
    "exceedance": ("probability that the model describes most people", "1"),
    "protected": ("protected exceedance probability", "1"),
}


def _labelled(result: xr.Dataset, by: str) -> xr.Dataset:
    labels = LABELS | {"criterion": (WORDS[by], "2 ln p")}
    for name, variable in result.data_vars.items():
        variable.attrs = dict(zip(("long_name", "units"), labels[name], strict=True))
    return result


def _unit(fits: xr.Dataset) -> str:
    (unit,) = set(fits.log_likelihood.dims) - {"subject", "model"}
    return str(unit)


def _check(fits: xr.Dataset, by: str) -> None:
    checks.choice("by", by, (*IN_SAMPLE, *(["held_out"] if "held_out" in fits else [])))
    names = fits.model.values
    if len(names) < 2:
        raise UserError(f"{', '.join(map(str, names))} alone has nothing to be compared with; name two models or more.")
    counted = [str(name) for name in names[np.isnan(fits.n_parameters.values)]]
    if counted and by in IN_SAMPLE:
        raise UserError(
            f"{', '.join(counted)} is made of counts, and {WORDS[by]} cannot judge it by what it was counted on: leave "
            "it out, or hold data back."
        )
