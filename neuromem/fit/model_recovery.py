"""Model recovery: how often the model that made the data is the one that describes them best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from neuromem.errors import UserError
from neuromem.fit.criteria import aicc, bic
from neuromem.fit.cross_validation import Fit
from neuromem.fit.simulated import simulated, together
from neuromem.likelihood import LikelihoodModel, Observed

if TYPE_CHECKING:
    import xarray as xr

STREAM = "model_recovery"
CRITERIA = {"aicc": aicc, "bic": bic}
TAKEN_FOR = 0.2  # share of a model's data from which on another model counts as one that it is taken for


def model_recovery(
    models: Mapping[str, LikelihoodModel],
    values: Mapping[str, xr.DataArray],
    observed: Observed,
    *,
    fit: Fit,
    seed: int = 0,
) -> xr.Dataset:
    """Simulates people by each model, with its `values` (subject, parameter), fits all models, and counts winners.

    In the Dataset, `score` (criterion, simulated, subject, model) holds AICc and BIC of each fit, `winner` (criterion,
    simulated, subject) the number of the model with the smallest, `confusion` (criterion, simulated, model) the share
    of each simulating model's people that each model wins, and `inversion` (same) the probability that data won by a
    model were made by each, were all models as likely beforehand. People are as many for each model.

    Raises UserError for fewer than two models, for unequal numbers of people, and for models made of counts, which
    neither criterion can judge.

    Source: Wagenmakers, Ratcliff, Gomez & Iverson (2004), J. Math. Psychol. 48:28; Wilson & Collins (2019), eLife
    8:e49547 (confusion and inversion).
    Known limit: holds for these values and this many data; with others, models may be told apart that here are not.
    """
    check(models)
    if len(n := {values[name].sizes["subject"] for name in models}) > 1:
        raise UserError(f"each model must simulate as many people as the others; saw {sorted(n)}.")
    groups = [simulated(m, values[n], observed, seed=seed, stream=(STREAM, n)) for n, m in models.items()]
    fits = fit(models, together(groups))
    return counted(fits.sel(model=list(models)), n_units(groups)).assign_attrs({**fits.attrs, "seed": seed})


def n_units(groups: list[Observed]) -> np.ndarray:
    """How many units of data each person has (simulated, subject)."""
    return np.array([[len(part) for part in group.data.parts] for group in groups])


def counted(fits: xr.Dataset, n: np.ndarray) -> xr.Dataset:
    """The confusion of fits of all models to people of each in turn, who have `n` (simulated, subject) units."""
    import xarray as xr

    (unit,) = set(fits.log_likelihood.dims) - {"subject", "model"}
    names = fits.model.values
    log_l = fits.log_likelihood.sum(unit).transpose("subject", "model").values.reshape(len(n), -1, len(names))
    score = np.stack([f(log_l, fits.n_parameters.values, n[..., None]) for f in CRITERIA.values()])
    winner = score.argmin(-1)
    confusion = (winner[..., None] == np.arange(len(names))).mean(-2)
    every = confusion.sum(-2, keepdims=True)
    inversion = np.divide(confusion, every, out=np.full(confusion.shape, np.nan), where=every > 0)
    both, people = ("criterion", "simulated", "model"), ("criterion", "simulated", "subject")
    return xr.Dataset(
        {
            "score": ((*people, "model"), score, {"long_name": "criterion of the fit", "units": "2 ln p"}),
            "winner": (people, winner, {"long_name": "number of the model that wins", "units": "1"}),
            "confusion": (both, confusion, {"long_name": "share of people whom the model wins", "units": "1"}),
            "inversion": (both, inversion, {"long_name": "probability that this model made the data", "units": "1"}),
        },
        {"criterion": list(CRITERIA), "simulated": names, "model": names},
    )


def taken_for(found: xr.Dataset, criterion: str) -> dict[str, list[str]]:
    """For each model, the others that win a fifth or more of the people whom it simulated, the most frequent first."""
    confusion = found.confusion.sel(criterion=criterion)
    others = {}
    for name in map(str, found.model.values):
        share = confusion.sel(simulated=name).drop_sel(model=name)
        ranked = share.isel(model=np.argsort(-share.values, kind="stable"))
        others[name] = [str(m) for m in ranked.model.values[ranked.values >= TAKEN_FOR]]
    return others


def check(models: Mapping[str, LikelihoodModel]) -> None:
    """Refuse models that cannot be mistaken for each other."""
    if len(models) < 2:
        raise UserError(f"{', '.join(models)} alone cannot be mistaken for another; name two models or more.")
    if of_counts := [name for name, model in models.items() if model.counted]:
        raise UserError(f"{of_counts[0]} is made of counts, and neither AICc nor BIC can judge it: leave it out.")
