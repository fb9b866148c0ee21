"""A hierarchical fit as a table, and what it predicts in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.fit.posterior_predictive import SAMPLE, covered

if TYPE_CHECKING:
    import xarray as xr

COLUMNS = (
    "parameter",
    "typical value",
    "95 % interval",
    "spread (logits)",
    "95 % interval",
    "R-hat",
    "effective draws",
)


def rows(group: xr.Dataset) -> list[tuple[str, ...]]:
    """A row for each parameter: the group's typical value and spread, and the worst diagnostics of it in anybody."""
    told = []
    for name in group.parameter.values:
        one = group.sel(parameter=name)
        cells = [cell for part in ("typical", "group_sd") for cell in _median(one[part])]
        worst = max(float(one[f"{part}_r_hat"].max()) for part in ("value", "group_mean", "group_sd"))
        least = min(float(one[f"{part}_ess"].min()) for part in ("value", "group_mean", "group_sd"))
        told.append((str(name), *cells, f"{worst:.3f}", f"{least:.0f}"))
    return told


def _median(drawn: xr.DataArray) -> tuple[str, str]:
    low, middle, high = np.quantile(drawn.values, [0.025, 0.5, 0.975])
    return f"{middle:.3g}", f"{low:.3g} to {high:.3g}"


def predictions(predicted: xr.Dataset, people: xr.Dataset) -> str:
    """For each curve, in how many of its places the mean of people lies where the posterior predicts it."""
    inside, n = covered(predicted, people), int(np.prod([predicted.sizes[dim] for dim in SAMPLE]))
    told = [f"{name} {int(one.sum())} of {int(one.notnull().sum())}" for name, one in inside.data_vars.items()]
    return f"Means of people within the central 95 % of {n} simulated groups, place by place: {', '.join(told)}."
