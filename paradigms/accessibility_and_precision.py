"""Accessibility and precision: over days fewer memories are found, and those that are found are as precise as before

Items are stored as pairs of a key and an angle (such as a colour or a place), each angle with the noise of encoding.
Over the days either the stored keys drift away from the cues, or the stored values drift. Each cue is then asked for
its angle, and the errors are taken apart by the mixture of guesses and von Mises: the probability that the angle is
remembered (accessibility) and, of what is remembered, one over the standard deviation (precision). People lose
accessibility and not precision, and so do memories that select what matches best when keys drift: the wrong value comes
back, or the right one as it was stored. When values drift they lose precision alone, so that of the two it is keys that
people lose.
A memory that adds up all values by their match (`correlation_matrix`) gives a blend as the match fades, and loses
precision by the drift of keys too: for it the second effect must fail.

An angle is written on units with evenly spread preferred angles, (1 + cos) / 2, turned into the memory's own kind of
pattern; the answer's angle is that of the sum of the units' directions. Drift exchanges a share of a key's entries, 1 -
exp(-rate x days), and adds normal noise of variance rate x days to an angle. Not claimed: how fast anything is
forgotten, nor that mixtures measure the two apart where errors are no mixture. The people shown reproduced colours and
places of objects (`ltm_precision_orbit`): there are no delays in those data, and they stand beside the models, where
nothing has drifted, as a reference for size only.

Berens, Richards & Horner (2020), "Dissociating memory accessibility and precision in forgetting", Nature Human
Behaviour 4:866.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from neuromem import checks, patterns, script
from neuromem import data as data_sets
from neuromem import plot as draw
from neuromem.effects import Effect
from neuromem.measures.circular import wrapped
from neuromem.measures.error_mixture import error_mixture
from neuromem.models.correlation_matrix import CorrelationMatrix
from neuromem.models.kernel_aliases import key_value_network, modern_hopfield, nearest_neighbour
from neuromem.settings import setting

REFERENCE = "Berens, Richards & Horner (2020), Nature Human Behaviour 4:866"
DIMS = {"drift": ("drift",), "day": ("day",), "error": ("drift", "day", "item")}
LABELS = {
    "drift": ("what has drifted", "1"),
    "day": ("days since study", "days"),
    "error": ("reported angle less studied angle", "rad"),
}
DRIFTS = ("keys", "values")
COMPARED = True


@dataclass(frozen=True, kw_only=True)
class Design:
    days: tuple[float, ...] = setting((0.0, 1.0, 2.0, 4.0), unit="days", about="delays, each of items of its own")
    n_items: int = setting(60, unit="items", about="in a list")
    n_lists: int = setting(2, unit="lists", about="for each delay, each in a memory of its own")
    n_cue: int = setting(192, unit="features", about="of each cue")
    n_units: int = setting(36, unit="features", about="that carry an angle")
    key_rate: float = setting(0.4, unit="1 / day", about="how fast keys drift")
    value_rate: float = setting(0.1, unit="rad^2 / day", about="variance that a day adds to a stored angle")
    encoding_sd: float = setting(0.3, unit="rad", about="noise with which angles are stored")
    dataset: Literal["ltm_precision_orbit", "none"] = setting("ltm_precision_orbit", about="the people in the picture")

    def __post_init__(self):
        checks.rising("days", self.days)
        checks.number("days", self.days[0], 0)
        checks.whole("n_items", self.n_items, 20)
        checks.whole("n_lists", self.n_lists, 1)
        checks.whole("n_cue", self.n_cue, 8)
        checks.whole("n_units", self.n_units, 4)
        for name in ("key_rate", "value_rate", "encoding_sd"):
            checks.number(name, getattr(self, name), 0)

    @classmethod
    def quick(cls):
        return cls(days=(0.0, 4.0))


MEMORIES = {
    "modern_hopfield": modern_hopfield(),
    "nearest_neighbour": nearest_neighbour(),
    "key_value_network": key_value_network(),
    "correlation_matrix": CorrelationMatrix(),
}
N_SUBJECTS = 20


def simulate(design, memory, *, rng):
    """Every delay, with either drift: the error of each item's angle when its cue is asked, list after list."""
    checks.heteroassociative(memory)

    def errors(drift, day):
        return np.concatenate([errors_after(design, memory, drift, day, rng=rng) for _ in range(design.n_lists)])

    error = np.array([[errors(drift, day) for day in design.days] for drift in DRIFTS])
    return {"drift": np.array(DRIFTS), "day": np.array(design.days, float), "error": error}


def errors_after(design, memory, drift, day, *, rng):
    """The errors (item) of a list that has drifted for so many days."""
    n = design.n_items
    angle = rng.uniform(-np.pi, np.pi, n)
    kept = angle + design.encoding_sd * rng.standard_normal(n)
    cue = patterns.draw_part(memory.domain.key, n, design.n_cue, rng=rng)
    moved = 1 - np.exp(-design.key_rate * day) if drift == "keys" else 0.0
    spread = np.sqrt(design.value_rate * day) if drift == "values" else 0.0
    key = patterns.scrambled(cue, moved, rng=rng)
    value = on_units(memory.domain.value, kept + spread * rng.standard_normal(n), design.n_units)
    state = memory.init(n, design.n_cue, design.n_units, rng=rng)
    state = memory.write(state, key, value, rng=rng)
    return wrapped(of_units(memory.read(state, cue, rng=rng).value) - angle)


def preferred(n_units):
    return np.arange(n_units) * 2 * np.pi / n_units


def on_units(kind, angle, n_units):
    """Angles (item) as patterns (item, unit) of a kind."""
    return patterns.convert(kind, (1 + np.cos(angle[:, None] - preferred(n_units))) / 2)


def of_units(value):
    """The angle (item) of the sum of the units' directions; 0 for an answer of nothing."""
    return np.angle(value @ np.exp(1j * preferred(value.shape[-1])))


def measure(trials):
    """Accessibility, and precision of what is accessible, by the mixture of each subject at each delay."""
    error = trials.error.transpose(..., "item")
    found = error_mixture(error.to_numpy())
    told = {
        "accessibility": (found.p_memory, "1", "probability of memory"),
        "precision": (1 / found.sd, "1 / rad", "one over the circular standard deviation of what is remembered"),
    }
    return xr.Dataset(
        {name: (error.dims[:-1], x, {"units": units, "long_name": long}) for name, (x, units, long) in told.items()},
        coords={name: held for name, held in error.coords.items() if "item" not in held.dims},
    )


def data(design):
    """People who reproduced colours and places of objects, in the format of `simulate`; they have one delay."""
    if design.dataset == "none":
        return None
    told = data_sets.load(design.dataset)
    people = [told.error.isel(trial=told.subject.values == s).values for s in np.unique(told.subject)]
    error = np.full((len(people), 2, 1, max(map(len, people))), np.nan)
    for row, one in zip(error, people, strict=True):
        row[:, 0, : len(one)] = one.T
    return xr.Dataset(
        {"error": (("subject", "drift", "day", "item"), error)}, coords={"drift": told.feature.values, "day": [0.0]}
    )


def change(name, drift, *, relative=False, where_known=True):
    """The last delay less the first, or their ratio; `where_known`: NaN for subjects who know next to nothing then."""

    def statistic(measured):
        if drift not in measured.drift.values:  # people, of whom there is one delay
            return np.full(measured.sizes["subject"], np.nan)
        one = measured.sel(drift=drift)
        known = (one.accessibility >= FEWEST) | (not where_known)
        first, last = one[name].where(known.isel(day=0)).isel(day=0), one[name].isel(day=-1)
        return last.where(known.isel(day=-1)) / first if relative else last - first

    return statistic


FEWEST = 0.1  # share of remembered angles, of which a precision can be measured
FOUR_FIFTHS = 0.8
SIGN = "sign only; Berens et al. (2020): accessibility falls over days"
STAYS = "Berens et al. (2020): precision does not fall; here: the ratio of last to first is between 4/5 and 5/4"
THEORY = "theory: noise of the values takes precision, at least a fifth of it"
EFFECTS = {
    "drift_of_keys_lowers_accessibility": Effect(change("accessibility", "keys", where_known=False), -1.0, -0.05, SIGN),
    "drift_of_keys_spares_precision": Effect(
        change("precision", "keys", relative=True),
        FOUR_FIFTHS,
        1 / FOUR_FIFTHS,
        STAYS,
        fails_for=("correlation_matrix",),
    ),
    "drift_of_values_lowers_precision": Effect(change("precision", "values", relative=True), 0.0, FOUR_FIFTHS, THEORY),
    "drift_of_values_spares_accessibility": Effect(
        change("accessibility", "values"), -0.15, 0.15, "theory: the right value is found, whatever has become of it"
    ),
}
PANELS = (2, 2)
AXES = {
    "accessibility": ("probability of memory", (0, 1.05)),
    "precision": ("precision of what is remembered (1 / rad)", (0, None)),
}


def plot(measured, ax, data=None):
    """Above accessibility, below precision; left drift of keys, right of values; people where nothing has drifted."""
    for row, (name, (label, limits)) in zip(ax, AXES.items(), strict=True):
        for panel, drift in zip(row, DRIFTS, strict=True):
            for i, (memory, one) in enumerate(draw.each_memory(measured)):
                y = one[name].sel(drift=drift).transpose("subject", "day")
                told = {"color": draw.COLORS[i % len(draw.COLORS)], "style": draw.STYLES[i % len(draw.STYLES)]}
                draw.line(panel, one.day, y, label=memory.replace("_", " "), **told)
            for feature, marker in zip([] if data is None else data.drift.values, "os", strict=False):
                y = data[name].sel(drift=feature).transpose("subject", "day")
                draw.points(panel, data.day, y, label=f"people, {feature} (no delays)", marker=marker)
            panel.set(title=f"{drift} drift", xlabel="days since study", ylabel=label, ylim=limits)
    ax[0, 0].legend(loc="lower left", fontsize=6)


if __name__ == "__main__":
    script.paradigm(__file__)
