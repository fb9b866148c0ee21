"""Trials on which a second stimulus was called higher or lower than a first that is remembered."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from neuromem import checks


@dataclass(frozen=True, eq=False)
class Choices:
    """What was answered on each trial; made by `choices`, which checks it."""

    delta: np.ndarray  # (trial) the second stimulus less the first, in the units of the task
    interval: np.ndarray  # (trial) s between them
    higher: np.ndarray  # (trial) whether the second was called higher

    def __len__(self) -> int:
        return len(self.delta)

    def take(self, chosen: np.ndarray) -> Choices:
        """The trials with these indices, or those marked True."""
        return Choices(self.delta[chosen], self.interval[chosen], self.higher[chosen])

    def responded(self, higher: np.ndarray) -> Choices:
        """The same trials with other responses."""
        return replace(self, higher=higher)


def choices(delta, interval, higher) -> Choices:
    """Trials of forced choice, checked.

    `delta` (trial) in the units of the task, `interval` (trial) in seconds, `higher` (trial) True or 1 where the second
    stimulus was called higher. Raises ValueError for unequal numbers of trials, numbers that are not finite, negative
    intervals and answers other than 0 and 1.

    >>> len(choices([0.1, -0.2], [2.0, 5.0], [1, 0]))
    2
    """
    held = {"delta": delta, "interval": interval, "higher": higher}
    x = {name: checks.numbers(name, value).astype(float) for name, value in held.items()}
    for name, values in x.items():
        if values.ndim != 1 or values.shape != x["delta"].shape or not len(values):
            raise ValueError(f"{name} must have one entry for each trial, at least one; saw shape {values.shape}.")
        if not np.isfinite(values).all():
            raise ValueError(f"{name} must be finite; saw {values[~np.isfinite(values)][0]}: leave such trials out.")
    if (x["interval"] < 0).any():
        raise ValueError(f"interval must be at least 0 s; saw {x['interval'].min():g}.")
    if not np.isin(x["higher"], (0, 1)).all():
        raise ValueError(f"higher must be 0 or 1; saw {x['higher'][~np.isin(x['higher'], (0, 1))][0]:g}.")
    return Choices(x["delta"], x["interval"], x["higher"] == 1)
