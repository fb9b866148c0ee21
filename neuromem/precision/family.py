"""The family of continuous report: its models, its data, and the curves by which they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from neuromem import data
from neuromem.likelihood import LikelihoodModel, Observed
from neuromem.precision.key_value import KeyValueReport
from neuromem.precision.key_value_rest import KeyValueRest
from neuromem.precision.mixture import ReportMixture
from neuromem.precision.trials import report_trials

if TYPE_CHECKING:
    import xarray as xr

SUMMARY = "continuous report: how often the item is retrieved, another one instead, or none, and how precisely"
MODELS: dict[str, LikelihoodModel] = {
    "mixture": ReportMixture(),
    "mixture_by_condition": ReportMixture(by_condition=("guess", "precision")),
    "accessibility_by_condition": ReportMixture(by_condition=("guess",)),
    "precision_by_condition": ReportMixture(by_condition=("precision",)),
    "swap": ReportMixture(swaps=True),
    "swap_by_condition": ReportMixture(swaps=True, by_condition=("guess", "swap", "precision")),
    "key_value": KeyValueReport(),
    "key_value_strict": KeyValueReport(load_free=False),
    "key_value_values_by_condition": KeyValueReport(values_by_condition=True),
    "key_value_rest": KeyValueRest(),
}
ABOUT = {
    "mixture": "Guesses and a von Mises around the target, alike in all conditions.",
    "mixture_by_condition": "Guesses and a von Mises, with a share and a precision for each condition.",
    "accessibility_by_condition": "Guesses and a von Mises, with a share for each condition and one precision.",
    "precision_by_condition": "Guesses and a von Mises, with one share and a precision for each condition.",
    "swap": "Guesses, a von Mises, and reports of other items, alike in all conditions.",
    "swap_by_condition": "Guesses, a von Mises, and reports of other items, with all three for each condition.",
    "key_value": "Softmax over keys and noise of values from one gain that items share: four numbers in all.",
    "key_value_strict": "key_value with a gain whose total is conserved: three numbers for all set sizes.",
    "key_value_values_by_condition": "key_value with one match of keys for values that differ in precision.",
    "key_value_rest": "Softmax over keys and a rest that is no item, with a gain that does not vary by trial.",
}
FAR, NEAR = np.pi / 4, 0.3  # rad: an error that is no noise of the value; a report of another item's value
ERRORS = (np.arange(18) + 0.5) * np.pi / 18


def colours(study: str) -> Observed:
    """The trials of one study of `wm_continuous_report`; a condition is a number of items."""
    told = data.load("wm_continuous_report", study=study)
    distance = told.distance.to_numpy() if "distance" in told else None
    trials = report_trials(
        told.error.to_numpy(), told.n_items.to_numpy(), non_target=told.non_target.to_numpy(), distance=distance
    )
    return Observed(trials, told.subject.to_numpy(), told.session.to_numpy(), "trial")


def objects(study: str) -> Observed:
    """Colours and places of objects, `ltm_precision_orbit`: two trials for each object, whose conditions they are."""
    told = data.load("ltm_precision_orbit", study=study)
    n = told.sizes["feature"]
    error, condition = told.error.to_numpy().ravel(), np.tile(told.feature.to_numpy(), told.sizes["trial"])
    trials = report_trials(error, np.repeat(told.n_items.to_numpy(), n), condition=condition)
    return Observed(trials, np.repeat(told.subject.to_numpy(), n), np.repeat(told.session.to_numpy(), n), "trial")


def words() -> Observed:
    """Places of words, `source_location_popov2021`; a condition is the frequency of the cued word."""
    told = data.load("source_location_popov2021")
    trials = report_trials(
        told.error.to_numpy(),
        told.n_items.to_numpy(),
        non_target=told.non_target.to_numpy(),
        condition=told.frequency.to_numpy(),
    )
    return Observed(trials, told.subject.to_numpy(), told.session.to_numpy(), "trial")


DATA: dict[str, Callable[[], Observed]] = {
    "zhang_luck_2008": partial(colours, "zhang_luck_2008"),
    "bays_2009": partial(colours, "bays_2009"),
    "oberauer_lin_2017": partial(colours, "oberauer_lin_2017"),
    "ltm_precision_orbit_eeg": partial(objects, "eeg"),
    "ltm_precision_orbit_binding": partial(objects, "binding"),
    "source_location_popov2021": words,
}


def curves(observed: Observed) -> xr.Dataset:
    """Errors by subject: their distribution, and by condition their mean, how many are far off, and near another item.

    `near_other` is the share of reports within .3 rad of another item's value less that of reports mirrored at the
    target, which is what chance makes of it; it is left out where others are not recorded.
    """
    import xarray as xr

    subjects, names = observed.subjects(), observed.data.conditions()
    every = [observed.take(observed.subject == s).data for s in subjects]
    by_condition = [[one.take(one.condition == c) for c in names] for one in every]
    wide = ("subject", "condition")

    def table(measure):
        return np.array([[measure(trials) if len(trials) else np.nan for trials in row] for row in by_condition])

    at = np.array([float(n) for n in names]) if all(n.isdigit() for n in names) else np.array(names)
    what = "items" if at.dtype.kind == "f" else "condition"
    near = {"near_other": (wide, table(_near_other), {"units": "1", "long_name": "near another item, above chance"})}
    return xr.Dataset(
        {
            "mean_error": (wide, table(_mean_error), {"units": "rad", "long_name": "mean absolute error"}),
            "far": (wide, table(_far), {"units": "1", "long_name": "errors beyond pi/4"}),
            **(near if np.isfinite(observed.data.non_target).any() else {}),
            "density": (
                ("subject", "error"),
                np.array([_density(trials) for trials in every]),
                {"units": "1/rad", "long_name": "density of absolute errors"},
            ),
        },
        coords={
            "subject": ("subject", subjects, {"long_name": "subject", "units": "1"}),
            "condition": ("condition", at, {"long_name": what, "units": "1"}),
            "error": ("error", ERRORS, {"long_name": "absolute error", "units": "rad"}),
        },
    )


def _mean_error(trials) -> float:
    return float(np.abs(trials.error).mean())


def _far(trials) -> float:
    return float((np.abs(trials.error) > FAR).mean())


def _near_other(trials) -> float:
    if not np.isfinite(trials.non_target).any():
        return np.nan
    there = np.isfinite(trials.non_target)
    away = [np.cos(sign * trials.error[:, None] - trials.non_target) > np.cos(NEAR) for sign in (1, -1)]
    return float(((away[0] & there).any(-1).astype(float) - (away[1] & there).any(-1)).mean())


def _density(trials) -> np.ndarray:
    edges = np.linspace(0, np.pi + 1e-9, len(ERRORS) + 1)
    return np.histogram(np.abs(trials.error), edges, density=True)[0]
