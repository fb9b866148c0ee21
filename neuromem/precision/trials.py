"""Trials of continuous report: the error, how many items were held, where the others lay, which condition it was."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from neuromem.errors import UserError
from neuromem.measures.circular import angles


@dataclass(frozen=True, eq=False)
class ReportTrials:
    """What was reported on each trial; made by `report_trials`, which checks it."""

    error: np.ndarray  # (trial) response less target, rad
    n_items: np.ndarray  # (trial) items held, the target among them
    non_target: np.ndarray  # (trial, other) their values less the target's, rad; NaN beyond the trial's own others
    distance: np.ndarray  # (trial, other) of their keys from the target's key, rad; NaN where it is not known
    condition: np.ndarray  # (trial) its name

    def __len__(self) -> int:
        return len(self.error)

    def take(self, chosen: np.ndarray) -> ReportTrials:
        """The trials with these indices, or those marked True."""
        held = (self.error, self.n_items, self.non_target, self.distance, self.condition)
        return ReportTrials(*(array[chosen] for array in held))

    def responded(self, error: np.ndarray) -> ReportTrials:
        """The same trials with other responses."""
        return replace(self, error=error)

    def conditions(self) -> tuple[str, ...]:
        """The names of the conditions, numbers in their order and words in that of the alphabet."""
        names = np.unique(self.condition).tolist()
        return tuple(sorted(names, key=lambda name: (float(name) if name.isdigit() else 0.0, name)))

    def knows_values(self) -> bool:
        """Whether the values of the other items were recorded."""
        return bool(np.isfinite(self.non_target).sum() == (self.n_items - 1).sum())

    def knows_keys(self) -> bool:
        """Whether the places of the other items' keys were recorded."""
        return bool(np.isfinite(self.distance).sum() == (self.n_items - 1).sum())


def report_trials(error, n_items, *, non_target=None, distance=None, condition=None) -> ReportTrials:
    """Trials of continuous report, checked.

    `error` (trial) and `non_target` (trial, other) in radians, relative to the target; `n_items` (trial), or one number
    for all; `distance` (trial, other) of the other items' keys, in radians; `condition` (trial) a name for each,
    without which it is the number of items. A row of others holds NaN beyond the trial's own; None: not recorded.

    Raises UserError or ValueError for angles off the circle, NaN among the errors, fewer items than one, and trials
    with some of their others but not all.

    >>> trials = report_trials([0.1, -0.2], [1, 2], non_target=[[np.nan], [2.0]])
    >>> trials.conditions(), trials.knows_values(), trials.knows_keys()
    (('1', '2'), True, False)
    """
    error = angles("error", error)
    if error.ndim != 1 or not len(error):
        raise ValueError(f"error must hold one angle for each trial, at least one; saw shape {error.shape}.")
    items = np.broadcast_to(np.asarray(n_items), error.shape)
    if items.dtype.kind not in "iu" or (items < 1).any():
        raise ValueError(f"n_items must be whole numbers of at least 1; saw {np.asarray(items).min()!s}.")
    others = _others("non_target", non_target, items)
    keys = _others("distance", distance, items)
    names = items.astype(str) if condition is None else np.asarray(condition, str)
    if names.shape != error.shape:
        raise ValueError(f"condition must name one for each of {len(error)} trials; saw shape {names.shape}.")
    return ReportTrials(error, items.astype(np.int64), others, keys, names)


def _others(name: str, given, n_items: np.ndarray) -> np.ndarray:
    """Angles (trial, other), with as many for each trial as it has other items, or none at all."""
    width = int(n_items.max()) - 1
    if given is None:
        return np.full((len(n_items), width), np.nan)
    x = angles(name, given, missing=True)
    if x.ndim != 2 or len(x) != len(n_items):
        raise ValueError(f"{name} must be (trial, other) for {len(n_items)} trials; saw shape {x.shape}.")
    seen = np.isfinite(x).sum(-1)
    if seen.any() and (seen != n_items - 1).any():
        at = int(np.flatnonzero(seen != n_items - 1)[0])
        raise UserError(
            f"trial {at} has {n_items[at]} items and {seen[at]} of {n_items[at] - 1} entries in {name}: give one for "
            "each other item, or none on any trial."
        )
    return np.take_along_axis(x, np.argsort(np.isnan(x), -1, kind="stable"), -1)[:, :width]
