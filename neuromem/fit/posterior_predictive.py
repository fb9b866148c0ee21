"""What a hierarchical fit predicts: curves of people simulated with draws of its posterior, beside those observed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from neuromem import checks
from neuromem.core import cell_rng
from neuromem.fit.diagnostics import arviz
from neuromem.fit.predictive import along, responded
from neuromem.likelihood import LikelihoodModel, Observed

if TYPE_CHECKING:
    import xarray as xr

STREAM = "posterior_predictive"
SAMPLE = ("chain", "draw")


def posterior_predictive(
    model: LikelihoodModel,
    fit: xr.Dataset,
    observed: Observed,
    curves: Callable[[Observed], xr.Dataset],
    *,
    n_draws: int = 5,
    seed: int = 0,
) -> xr.Dataset:
    """Curves (chain, draw, subject, ...) of the observed design, simulated at some draws of the posterior.

    These are `n_draws` of each chain, evenly spaced. `curves` measures a family's data by subject, as it measures
    people.
    """
    import xarray as xr

    checks.whole("n_draws", n_draws, 1, fit.sizes["draw"])
    fixed = json.loads(fit.attrs["fixed"])
    chosen = fit.value.isel(draw=np.linspace(0, fit.sizes["draw"] - 1, n_draws).round().astype(int))
    by_chain = []
    for chain, of_chain in enumerate(chosen.transpose(*SAMPLE, "subject", "parameter")):
        drawn = [
            _curves(model, one, fixed, observed, curves, cell_rng(seed, STREAM, chain, draw))
            for draw, one in enumerate(of_chain)
        ]
        by_chain.append(xr.concat(drawn, along("draw", chosen.draw.values)))
    return xr.concat(by_chain, along("chain", chosen.chain.values))


def _curves(model, values: xr.DataArray, fixed, observed: Observed, curves, rng: np.random.Generator) -> xr.Dataset:
    import xarray as xr

    made = []
    for subject in values.subject.values:
        one, own = observed.take(observed.subject == subject), values.sel(subject=subject)
        at = fixed | dict(zip(own.parameter.values.tolist(), own.values.tolist(), strict=True))
        made.append(curves(responded(model, one, at, rng=rng)))
    return xr.concat(made, "subject")


def covered(predicted: xr.Dataset, people: xr.Dataset) -> xr.Dataset:
    """Whether the mean of people (subject, ...) lies within the central 95 % of the means predicted; 1, 0 or NaN."""
    import xarray as xr

    inside = {}
    for name in people.data_vars:
        mean, means = people[name].mean("subject"), predicted[name].mean("subject")
        known = means.notnull().any(SAMPLE)
        low, high = (means.where(known, 0.0).quantile(q, SAMPLE) for q in (0.025, 0.975))
        within = ((mean >= low) & (mean <= high)).astype(float)
        inside[name] = within.where(mean.notnull() & known).drop_vars("quantile", errors="ignore")
    return xr.Dataset(inside)


def inference_data(fit: xr.Dataset, predicted: xr.Dataset, people: xr.Dataset) -> Any:
    """All of it as arviz takes it, for its checks and plots: posterior, posterior predictive and observed curves."""
    posterior = fit[["value", "typical", "group_mean", "group_sd"]]
    return arviz().InferenceData(posterior=posterior, posterior_predictive=predicted, observed_data=people)
