"""An experiment: a design of windows, such as write, read, lesion and stimulate, that becomes one run of a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from math import gcd
from typing import Any, NamedTuple

import numpy as np

from neuromem import checks
from neuromem.spiking.brian import brian2, plain

NEAR = 1e-6  # of a step


class Signal(NamedTuple):
    """What is given to a network over time: its unit, by Brian2's name or "1", and how many numbers at a time."""

    unit: str = "1"
    width: int | None = None  # None: one number


class Window(NamedTuple):
    """A stretch of the experiment: its name, its duration in a unit of time, and the signals that are not 0 in it.

    A signal is constant (its own shape), or has one more axis in front, of samples that share the window equally.
    """

    name: str
    duration: Any
    signals: Mapping[str, Any] = {}


class Course(NamedTuple):
    """A signal over the whole experiment in plain numbers: what becomes a TimedArray."""

    values: np.ndarray  # (sample,) or (sample, width)
    step: float  # seconds from sample to sample
    unit: str


class Span(NamedTuple):
    """Where a window lies in the run, in seconds."""

    name: str
    start: float
    end: float


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """Windows one after the other, at the time step `dt` of the simulation; signals are 0 where a window has none.

    Raises ValueError for a quantity with another unit or none, for a `dt` that does not divide a window (or its
    samples), for a signal that is not declared and for one of another shape.

    >>> from neuromem.spiking.brian import brian2
    >>> ms = brian2().ms
    >>> windows = Window("write", 150 * ms, {"modulator": 1.0}), Window("rest", 50 * ms)
    >>> one = Experiment(dt=0.5 * ms, windows=windows, signals={"modulator": Signal()})
    >>> one.courses["modulator"].values, one.n_steps
    (array([1., 1., 1., 0.]), 400)
    """

    dt: Any
    windows: tuple[Window, ...]
    signals: Mapping[str, Signal] = field(default_factory=dict)

    def __post_init__(self):
        if not isinstance(self.windows, tuple) or not all(isinstance(one, Window) for one in self.windows):
            raise ValueError(f"windows must be a tuple of Window; saw {self.windows!r}.")
        if not self.windows:
            raise ValueError("an experiment must have at least one window; saw none.")
        for name, signal in self.signals.items():
            _check_signal(name, signal)
        if not self.step > 0:
            raise ValueError(f"dt must be above 0; saw {self.dt!r}.")
        for window in self.windows:
            self._steps(window)
            for name in window.signals.keys() - self.signals.keys():
                raise ValueError(f"signal {name!r} of window {window.name!r} is not declared: add it to signals.")
        _ = self.courses

    @cached_property
    def step(self) -> float:
        """The time step in seconds."""
        return _time("dt", self.dt)

    @property
    def n_steps(self) -> int:
        """How many time steps the whole takes."""
        return sum(map(self._steps, self.windows))

    @property
    def duration(self) -> float:
        """How long the whole takes, in seconds."""
        return self.n_steps * self.step

    def spans(self) -> list[Span]:
        """Where each window lies."""
        edges = accumulate(map(self._steps, self.windows), initial=0)
        return [
            Span(window.name, start * self.step, end * self.step)
            for window, (start, end) in zip(self.windows, pairwise(edges), strict=True)
        ]

    @cached_property
    def courses(self) -> dict[str, Course]:
        """Every signal over the whole experiment, at the coarsest step that all windows are multiples of."""
        return {name: self._course(name, signal) for name, signal in self.signals.items()}

    def _course(self, name: str, signal: Signal) -> Course:
        parts = [self._samples(name, signal, window) for window in self.windows]
        steps = [self._steps(window) // len(part) for window, part in zip(self.windows, parts, strict=True)]
        common = gcd(*steps)
        values = [np.repeat(part, n // common, axis=0) for part, n in zip(parts, steps, strict=True)]
        return Course(np.concatenate(values), common * self.step, signal.unit)

    def _samples(self, name: str, signal: Signal, window: Window) -> np.ndarray:
        """A signal in one window (sample, ...), at least one sample."""
        shape = () if signal.width is None else (signal.width,)
        if name not in window.signals:
            return np.zeros((1, *shape))
        what = f"signal {name!r} of window {window.name!r}"
        values = plain(what, window.signals[name], signal.unit)
        values = values[None] if values.shape == shape else values
        if values.shape[1:] != shape or values.ndim != len(shape) + 1:
            raise ValueError(f"{what} must have shape {shape} or {('samples', *shape)}; saw {values.shape}.")
        if len(values) == 0 or self._steps(window) % len(values):
            raise ValueError(f"{what} must have samples that divide {self._steps(window)} steps; saw {len(values)}.")
        return values

    def _steps(self, window: Window) -> int:
        duration = _time(f"the duration of window {window.name!r}", window.duration)
        n = round(duration / self.step)
        if n < 1 or abs(n * self.step - duration) > NEAR * self.step:
            raise ValueError(
                f"dt must divide every window; saw dt = {1e3 * self.step:g} ms and window {window.name!r} of "
                f"{1e3 * duration:g} ms: take another dt."
            )
        return n


def _time(name: str, value: Any) -> float:
    """One duration in seconds."""
    seconds = plain(name, value, "second")
    if seconds.ndim:
        raise ValueError(f"{name} must be one time; saw {value!r}.")
    return float(seconds)


def _check_signal(name: str, signal: Signal) -> None:
    if signal.width is not None:
        checks.whole(f"the width of signal {name!r}", signal.width, 1)
    if signal.unit != "1" and not isinstance(getattr(brian2(), signal.unit, None), brian2().Unit):
        raise ValueError(f"the unit of signal {name!r} must be '1' or Brian2's name of one; saw {signal.unit!r}.")
