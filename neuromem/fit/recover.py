"""Recovery as it is asked for: of the parameters of one model, or of which of several models made the data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from neuromem.errors import UserError
from neuromem.fit import model_recovery, recovery
from neuromem.fit.cross_validation import Fit
from neuromem.fit.simulated import around_defaults, like_people
from neuromem.likelihood import LikelihoodModel, Observed

if TYPE_CHECKING:
    import xarray as xr


def recover(
    models: Mapping[str, LikelihoodModel],
    observed: Observed,
    *,
    fit: Fit,
    n_subjects: int = 20,
    like: Path | None = None,
    spread: float = 1.0,
    seed: int = 0,
) -> xr.Dataset:
    """Parameter recovery of one model (`recovery.recovery`), or recovery of several (`model_recovery.model_recovery`).

    So many people are simulated by each model, with the designs of those observed: at values of the people in a file of
    fits, or else evenly within `spread` logits of the defaults. Raises UserError where either of them does.
    """
    if len(models) > 1:
        model_recovery.check(models)
    stream = recovery.STREAM if len(models) == 1 else model_recovery.STREAM
    fits = None if like is None else fits_in(like)
    values = {}
    for name, model in models.items():
        told = {"seed": seed, "stream": (stream, name)}
        if fits is None:
            values[name] = around_defaults(model, n_subjects, spread=spread, **told)
        else:
            values[name] = like_people(model, fits, name, n_subjects, **told)
    told = {"like": str(like.name) if like else "", "spread": spread if like is None else float("nan")}
    if len(models) > 1:
        return model_recovery.model_recovery(models, values, observed, fit=fit, seed=seed).assign_attrs(told)
    ((name, model),) = models.items()
    return recovery.recovery(model, values[name], observed, fit=fit, name=name, seed=seed).assign_attrs(told)


def fits_in(path: Path) -> xr.Dataset:
    """The fits that a file holds, of 'neuromem fit' or, in their group, of 'neuromem compare'."""
    import xarray as xr

    if not path.is_file():
        raise UserError(f"there is no file {path} of fits; make one with 'neuromem fit'.")
    for group in (None, "fits"):
        try:
            fits = xr.load_dataset(path, group=group, engine="h5netcdf")
        except OSError:
            continue
        if "value" in fits and "model" in fits.dims:
            return fits
    raise UserError(f"{path} holds no fits; make them with 'neuromem fit'.")
