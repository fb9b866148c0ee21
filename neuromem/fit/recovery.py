"""Parameter recovery: whether a fit finds the values with which data were simulated."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from neuromem.fit.cross_validation import Fit
from neuromem.fit.simulated import simulated
from neuromem.likelihood import LikelihoodModel, Observed

if TYPE_CHECKING:
    import xarray as xr

STREAM = "recovery"
TOLERANCE = 1e-6  # by which rounding alone may leave a fit below the truth
LABELS = {
    "true": ("value with which data were simulated", "see parameter_unit"),
    "fitted": ("value that the fit found", "see parameter_unit"),
    "correlation": ("correlation of true and fitted values", "1"),
    "interval": ("95 % interval of the correlation", "1"),
    "rank_correlation": ("rank correlation of true and fitted values", "1"),
    "bias": ("mean of fitted less true", "see parameter_unit"),
    "error": ("root mean square of fitted less true", "see parameter_unit"),
    "gain": ("summed ln p of the fit less that of the true values", "1"),
    "at_bound": ("whether the fitted value lies on its bound", "1"),
}


class SearchFellShort(UserWarning):
    """A fit that is less likely than the values with which its data were simulated."""


def recovery(
    model: LikelihoodModel, values: xr.DataArray, observed: Observed, *, fit: Fit, name: str = "model", seed: int = 0
) -> xr.Dataset:
    r"""Simulates people with these `values` (subject, parameter), fits them, and compares.

    Each simulated person has the design of one of those observed, in turn. In the Dataset `true`, `fitted` and
    `at_bound` are (subject, parameter); `correlation` (Pearson), its 95 % `interval` (bound, parameter; by Fisher's
    transform), `rank_correlation` (Spearman), `bias` and `error` (parameter); and `gain` (subject), the log-likelihood
    of the fit less that of the true values, which no search that found the maximum leaves below 0.

    A correlation depends on how far the true values lie apart: where people hardly differ, nothing can be recovered.
    Warns (`SearchFellShort`) of subjects whose gain is below 0.

    Source: Wilson & Collins (2019), eLife 8:e49547 (what to simulate, and what to look at).
    """
    people = simulated(model, values, observed, seed=seed, stream=(STREAM, name))
    fits = fit({name: model}, people).sel(model=name)
    fitted = fits.value.sel(subject=values.subject, parameter=values.parameter).transpose(*values.dims).values
    at_bound = fits.at_bound.sel(subject=values.subject, parameter=values.parameter).transpose(*values.dims).values
    gain = gains(model, values, fits, people)
    result = _compared(values, fitted).assign(at_bound=(values.dims, at_bound == 1), gain=("subject", gain))
    short = np.flatnonzero(gain < -TOLERANCE)
    if len(short):
        worst = short[gain[short].argmin()]
        warnings.warn(
            f"{len(short)} of {len(gain)} fits of {name} are less likely than the true values, that of subject {worst} "
            f"by {-gain[worst]:.3g}: search longer, with more restarts.",
            SearchFellShort,
            stacklevel=2,
        )
    return _labelled(result, model).assign_attrs({**fits.attrs, "model": name, "seed": seed})


def gains(model: LikelihoodModel, values: xr.DataArray, fits: xr.Dataset, people: Observed) -> np.ndarray:
    """The summed log-likelihood (subject) of each fit less that of the true values."""
    gain = np.empty(values.sizes["subject"])
    for number, subject in enumerate(values.subject.values):
        data = people.take(people.subject == subject).data
        both = [
            dict(zip(values.parameter.values.tolist(), row.tolist(), strict=True))
            for row in (fits.value.sel(subject=subject, parameter=values.parameter).values, values.values[number])
        ]
        found, true = (model.log_likelihood(data, one).sum() for one in both)
        gain[number] = found - true
    return gain


def _compared(values: xr.DataArray, fitted: np.ndarray) -> xr.Dataset:
    import xarray as xr
    from scipy.stats import rankdata

    true, off, columns = values.values, fitted - values.values, range(values.shape[1])
    r = np.array([correlation(true[:, p], fitted[:, p]) for p in columns])
    rank = [correlation(rankdata(true[:, p]), rankdata(fitted[:, p])) for p in columns]
    return xr.Dataset(
        {
            "true": (values.dims, true),
            "fitted": (values.dims, fitted),
            "correlation": ("parameter", r),
            "interval": (("bound", "parameter"), interval(r, len(true))),
            "rank_correlation": ("parameter", rank),
            "bias": ("parameter", off.mean(0)),
            "error": ("parameter", np.sqrt((off**2).mean(0))),
        },
        {**{dim: values[dim].values for dim in values.dims}, "bound": ["low", "high"]},
    )


def correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Pearson's; NaN where one of both does not vary."""
    return float(np.corrcoef(x, y)[0, 1]) if np.ptp(x) > 0 and np.ptp(y) > 0 else np.nan


def interval(r: np.ndarray, n: int) -> np.ndarray:
    """The 95 % interval (bound, ...) of correlations of n pairs, by Fisher's transform; NaN for fewer than four.

    >>> interval(np.array(0.5), 28).round(3)
    array([0.156, 0.736])
    """
    if n < 4:
        return np.full((2, *np.shape(r)), np.nan)
    with np.errstate(divide="ignore"):
        z = np.arctanh(np.clip(r, -1, 1))
    half = 1.959964 / np.sqrt(n - 3)
    return np.tanh(np.stack([z - half, z + half]))


def _labelled(result: xr.Dataset, model: LikelihoodModel) -> xr.Dataset:
    units = {p.name: p.unit for p in model.parameters}
    for name, told in LABELS.items():
        result[name].attrs = dict(zip(("long_name", "units"), told, strict=True))
    return result.assign_coords(parameter_unit=("parameter", [units[str(p)] for p in result.parameter.values]))
