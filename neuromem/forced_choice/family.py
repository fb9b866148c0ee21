"""The family of forced choice after a delay: its models, its data, and the curves by which they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from neuromem import data
from neuromem.forced_choice.choices import choices
from neuromem.forced_choice.retention import Retention
from neuromem.likelihood import LikelihoodModel, Observed

if TYPE_CHECKING:
    import xarray as xr

SUMMARY = "forced choice after a delay: traces that are lost at once against noise that grows"
MODELS: dict[str, LikelihoodModel] = {
    "no_forgetting": Retention(),
    "noise_grows": Retention(grows=True),
    "traces_end": Retention(ends=True),
    "both": Retention(grows=True, ends=True),
}
ABOUT = {
    "no_forgetting": "Comparison with noise and lapses that do not depend on the interval.",
    "noise_grows": "Comparison with noise whose variance grows with the interval.",
    "traces_end": "Comparison with noise, unless the trace has been lost, at a constant rate.",
    "both": "Noise that grows, and traces that are lost.",
}


def pitch(experiment: str) -> Observed:
    """The trials of one experiment of `pitch_forgetting_mathias2021`."""
    told = data.load("pitch_forgetting_mathias2021")
    told = told.isel(trial=told.experiment.values == experiment)
    trials = choices(told.delta.to_numpy(), told.interval.to_numpy(), told.higher.to_numpy())
    return Observed(trials, told.subject.to_numpy().astype(str), told.session.to_numpy(), "trial")


DATA: dict[str, Callable[[], Observed]] = {
    "pitch_forgetting_mathias2021": partial(pitch, "exp1"),
    "pitch_forgetting_mathias2021_exp2": partial(pitch, "exp2"),
}


def curves(observed: Observed) -> xr.Dataset:
    """By subject: the share of right answers at each interval, of large changes and of all, and of "higher" answers."""
    import xarray as xr

    trials, subjects = observed.data, observed.subjects()
    intervals, deltas = np.unique(trials.interval), np.unique(trials.delta)
    right = np.where(trials.delta == 0, np.nan, trials.higher == (trials.delta > 0))
    largest = np.abs(trials.delta) >= np.abs(deltas).max()

    def share(what, group, levels, among=True):
        cells = [[what[(observed.subject == s) & (group == level) & among] for level in levels] for s in subjects]
        return np.array([[np.nanmean(c) if np.isfinite(c).any() else np.nan for c in row] for row in cells])

    told, seconds = {"units": "1"}, {"long_name": "interval", "units": "s"}
    by_interval = ("subject", "interval")
    largest_right = share(right, trials.interval, intervals, largest)
    return xr.Dataset(
        {
            "correct": (by_interval, share(right, trials.interval, intervals), told | {"long_name": "right answers"}),
            "largest": (by_interval, largest_right, told | {"long_name": "right answers, largest change"}),
            "higher": (
                ("subject", "delta"),
                share(trials.higher.astype(float), trials.delta, deltas),
                told | {"long_name": 'answers "higher"'},
            ),
        },
        coords={
            "subject": ("subject", subjects, {"long_name": "subject", "units": "1"}),
            "interval": ("interval", intervals, seconds),
            "delta": ("delta", deltas, {"long_name": "change", "units": "units of the task"}),
        },
    )
