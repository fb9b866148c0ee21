"""Whether draws suffice: R-hat and effective sample size, by arviz, and a warning that names what does not."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import TYPE_CHECKING

from neuromem.errors import UserError

if TYPE_CHECKING:
    import xarray as xr

MOST_R_HAT = 1.01
FEWEST_DRAWS = 400
MOST_NAMED = 6


class NotConverged(UserWarning):
    """Chains that differ too much, or too few effective draws."""


def judged(fit: xr.Dataset) -> xr.Dataset:
    """The fit with rank-normalised split R-hat and bulk effective sample size of all that was drawn.

    Warns (`NotConverged`) with the names of what has an R-hat above 1.01 or fewer than 400 effective draws.
    Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), Bayesian Anal. 16:667, both limits too.
    """
    az, drawn = arviz(), fit[["value", "group_mean", "group_sd"]]
    judgements = {"r_hat": ("R-hat", az.rhat(drawn)), "ess": ("effective draws", az.ess(drawn, method="bulk"))}
    for suffix, (about, found) in judgements.items():
        for name, one in found.data_vars.items():
            told = {"long_name": f"{about}, {fit[name].long_name}", "units": "1"}
            fit[f"{name}_{suffix}"] = one.variable.copy()
            fit[f"{name}_{suffix}"].attrs = told
    bad = unsettled(fit)
    if bad:
        more = f" and {len(bad) - MOST_NAMED} more" if len(bad) > MOST_NAMED else ""
        what = f"R-hat above {MOST_R_HAT} or fewer than {FEWEST_DRAWS} effective draws"
        warnings.warn(f"{what}: {', '.join(bad[:MOST_NAMED])}{more}; take more draws.", NotConverged, stacklevel=3)
    return fit


def unsettled(fit: xr.Dataset) -> list[str]:
    """Names of what has too large an R-hat or too few effective draws, the worst first."""
    found = []
    for name in ("value", "group_mean", "group_sd"):
        r_hat, ess = fit[f"{name}_r_hat"], fit[f"{name}_ess"]
        bad = ~((r_hat <= MOST_R_HAT) & (ess >= FEWEST_DRAWS))
        for at in zip(*bad.values.nonzero(), strict=True):
            place = dict(zip(bad.dims, at, strict=True))
            subject = f" of subject {fit.subject.values[place.pop('subject')]}" if "subject" in place else ""
            group = "" if subject else f"{name.replace('_', ' ')} of "
            of = f"{group}{fit.parameter.values[place['parameter']]}{subject}"
            x, n = float(r_hat.values[at]), float(ess.values[at])
            found.append((-x, f"{of} ({x:.3f}, {n:.0f})"))
    return [words for _, words in sorted(found)]


def arviz() -> ModuleType:
    """The library, or a UserError that names the extra."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # 0.23 announces 1.0 on import
        try:
            import arviz
        except ImportError as error:
            raise UserError('this needs arviz: pip install "neuromem[bayes]".') from error
    return arviz
