"""Fits as one Dataset: subject x model x parameter, with the log-likelihood of each unit of data; and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neuromem.fit.pieces import Piece
from neuromem.likelihood import LikelihoodModel, Observed
from neuromem.results import moved_into_place

if TYPE_CHECKING:
    import xarray as xr

AGREES = 0.1  # ln p: starts that come so near to the best agree with it
AT_BOUND = 1e-4  # of the way from bound to bound: what is nearer to one lies on it
LABELS = {
    "value": ("value", "see parameter_unit"),
    "at_bound": ("whether the value lies on a bound of its search", "1"),
    "free": ("whether the parameter was fitted", "1"),
    "low": ("lower bound of the search", "see parameter_unit"),
    "high": ("upper bound of the search", "see parameter_unit"),
    "log_likelihood": ("ln p of each unit", "1"),
    "n_parameters": ("free parameters", "1"),
    "reached": ("summed ln p that each start reached", "1"),
    "agreement": (f"starts within {AGREES:g} of the best", "1"),
    "spread": ("best start less worst", "1"),
    "evaluations": ("evaluations of the likelihood of all units", "1"),
}


def dataset(
    models: Sequence[LikelihoodModel], labels: Sequence[str], observed: Observed, grid: Sequence[Sequence[Piece]]
) -> xr.Dataset:
    """The pieces `grid` [subject][model] with names: `models` as each subject was fitted, `labels` (model)."""
    import xarray as xr

    units = {one.name: one.unit for model in models for one in model.parameters}
    names, people = list(units), observed.subjects()
    each, of_model = ("subject", "model", "parameter"), ("model", "parameter")
    value, low, high = (_by_name(grid, part, names) for part in ("values", "low", "high"))
    edge = AT_BOUND * (high - low)
    free = np.isfinite(low)
    reached = np.array([[piece.reached for piece in row] for row in grid])
    counted = [model.counted for model in models[: len(labels)]]
    n_free = free.sum(-1).max(0).astype(float)
    told = {
        "value": (each, value),
        "at_bound": (each, free & ((value <= low + edge) | (value >= high - edge))),
        "free": (of_model, free.any(0)),
        "low": (of_model, _any(low)),
        "high": (of_model, _any(high)),
        "log_likelihood": (("subject", "model", observed.unit), _padded(grid)),
        "n_parameters": ("model", np.where(counted, np.nan, n_free)),
        "reached": (("subject", "model", "start"), reached),
        "agreement": (("subject", "model"), (reached >= reached.max(-1, keepdims=True) - AGREES).sum(-1)),
        "spread": (("subject", "model"), np.ptp(reached, -1)),
        "evaluations": (("subject", "model"), np.array([[piece.evaluations for piece in row] for row in grid])),
    }
    coords = {"subject": people, "model": list(labels), "parameter": names}
    result = xr.Dataset(told, coords | {"parameter_unit": ("parameter", list(units.values()))})
    for name, (long_name, unit) in LABELS.items():
        result[name].attrs = {"long_name": long_name, "units": unit}
    return result


def _by_name(grid, part: str, names: list[str]) -> np.ndarray:
    """(subject, model, parameter), NaN where a piece has no such name."""
    rows = [[[getattr(piece, part).get(name, np.nan) for name in names] for piece in row] for row in grid]
    return np.array(rows, float).reshape(len(grid), len(grid[0]), len(names))


def _any(array: np.ndarray) -> np.ndarray:
    """Of (subject, ...), what the first subject has who has any."""
    first = np.isfinite(array).argmax(0)
    return np.take_along_axis(array, first[None], 0)[0]


def _padded(grid) -> np.ndarray:
    longest = max(len(piece.log_likelihood) for row in grid for piece in row)
    wide = np.full((len(grid), len(grid[0]), longest), np.nan)
    for s, row in enumerate(grid):
        for m, piece in enumerate(row):
            wide[s, m, : len(piece.log_likelihood)] = piece.log_likelihood
    return wide


def save(fits: xr.Dataset, path: str | Path) -> Path:
    """Write the fits, in one step."""
    packed = {name: {"zlib": True, "complevel": 1} for name, one in fits.data_vars.items() if one.dtype.kind in "if"}
    with moved_into_place(path) as beside:
        fits.to_netcdf(beside, engine="h5netcdf", encoding=packed)
    return Path(path)


def load(path: str | Path) -> xr.Dataset:
    """Fits as they were saved."""
    import xarray as xr

    return xr.load_dataset(path, engine="h5netcdf")
