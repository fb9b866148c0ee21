"""What fitted models predict: the curves of people who are simulated with the parameters of those who were fitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from neuromem.core import Rng, cell_rng
from neuromem.fit.job import cell
from neuromem.likelihood import LikelihoodModel, Observed

if TYPE_CHECKING:
    import xarray as xr


def predicted(
    models: Mapping[str, LikelihoodModel],
    fits: xr.Dataset,
    observed: Observed,
    curves: Callable[[Observed], xr.Dataset],
    *,
    seed: int = 0,
    repeats: int = 1,
) -> xr.Dataset:
    """The curves (model, subject, ...) of data simulated at each subject's fitted values, by the design of their own.

    `fits` holds `value` (subject, model, parameter), NaN where a model has none; `curves` measures a family's data, by
    subject, and is the same function that measures people. Each subject's design is simulated `repeats` times, on a
    stream of its own: `cell_rng(seed, model, subject)`. A model made of counts is counted on that subject.
    """
    import xarray as xr

    made = []
    for name, model in models.items():
        parts = []
        for subject in observed.subjects():
            one = observed.take(observed.subject == subject)
            again = one.take(np.tile(np.arange(len(one)), repeats))
            rng = cell_rng(seed, name, cell(subject))
            parts.append(curves(responded(model.counted_on(one.data), again, values_of(fits, name, subject), rng=rng)))
        made.append(xr.concat(parts, "subject", join="outer"))
    return xr.concat(made, along("model", list(models)), join="outer")


def along(dim: str, values) -> xr.Variable:
    """A new dimension of curves, with what is told of every coordinate."""
    import xarray as xr

    return xr.Variable(dim, values, {"units": "1", "long_name": dim})


def responded(model: LikelihoodModel, observed: Observed, values: Mapping[str, float], *, rng: Rng) -> Observed:
    """The same design with responses that the model makes with these values."""
    return replace(observed, data=model.simulate(observed.data, values, rng=rng))


def values_of(fits: xr.Dataset, model: str, subject) -> dict[str, float]:
    """A subject's fitted values of the parameters that the model has; none for a model that was not fitted."""
    if model not in fits.model.values:
        return {}
    value = fits.value.sel(model=model, subject=subject)
    return {str(p): float(v) for p, v in zip(value.parameter.values, value.values, strict=True) if not np.isnan(v)}
