"""Grid modules in spiking neurons: a bump of activity on a twisted torus keeps its place, or is moved by velocity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from neuromem import checks
from neuromem.scaffolds.grid import BASIS
from neuromem.spiking.brian import brian2
from neuromem.spiking.circuit import Circuit, Trial
from neuromem.spiking.experiment import Experiment, Signal, Window
from neuromem.spiking.grid_circuit import DIRECTIONS, make, phases, weights
from neuromem.spiking.simulation import sweep
from neuromem.spiking.target import TARGETS, Target

KICK, REST, SEEN = 0.2, 0.3, 0.05  # seconds: to seed the bump, to settle, and of spikes that tell a phase
AXES = np.linalg.inv(BASIS["hexagonal"])  # a displacement in the plane @ AXES: along the axes of the lattice


class Walked(NamedTuple):
    """Where the bump of each module was at each sample of a walk, and the spikes."""

    phase: np.ndarray  # (module, sample, 2) periods along the axes, unwrapped; NaN once a module is silent
    times: np.ndarray  # (spike) seconds since the start of the walk
    cells: np.ndarray  # (spike) over (module, layer, first axis, second axis)
    attrs: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class GridModules:
    r"""Continuous attractors of spiking cells, four layers of n x n for each module, inhibitory alone.

    .. math:: \tau_m \dot v_i = -v_i + I_0 (1 + \alpha\, g\, \mathbf v \cdot \mathbf e_i) + s_i + \sigma \sqrt{2
              \tau_m}\, \xi_i, \qquad \tau_s \dot s_i = -s_i + \tau_s \sum_j w_{ji} \sum_k \delta(t - t_j^k)

    ``v`` potentials with threshold 1 and reset 0; ``e`` the direction that a layer prefers; ``w`` of
    `grid_circuit.weights`, from ``strength``, ``sharpness`` and ``offset`` (periods); ``I_0`` = ``background``;
    ``alpha`` = ``push``; ``sigma`` = ``noise``, in thresholds; ``g`` the gain of a module, in periods per unit of
    displacement. ``n_side`` = n; ``step`` in seconds; ``target`` as in `neuromem.spiking.target`.

    Raises ValueError for parameters outside their ranges.

    >>> GridModules(n_side=8).n_cells
    256

    Source: Burak & Fiete (2009), PLoS Comput. Biol. 5:e1000291; Guanella, Kiper & Verschure (2007), Int. J. Neural
    Syst. 17:231, for the twisted torus.
    Known limit: parameters are set for n of 12, where the bump is as fast as asked within a tenth between .25 and 1
    period a second; it sticks to the cells a little, and at .1 it makes about nine tenths of the way.
    The gain holds with this ``noise``: without any, half of the way is made at .1 and 1.14 times the way at .5.
    """

    n_side: int = 12
    strength: float = 0.015
    sharpness: float = 1.0
    offset: float = 0.1
    background: float = 1.8
    push: float = 0.143
    noise: float = 0.05
    step: float = 0.0005
    target: Target = "auto"

    def __post_init__(self):
        checks.whole("n_side", self.n_side, 4)
        for name in ("strength", "sharpness", "offset", "background"):
            checks.number(name, getattr(self, name), 0, open_low=True)
        checks.number("push", self.push, 0)
        checks.number("noise", self.noise, 0)
        checks.number("step", self.step, 0, 0.001, open_low=True)
        checks.choice("target", self.target, TARGETS)

    @property
    def n_cells(self) -> int:
        """How many cells a module has."""
        return len(DIRECTIONS) * self.n_side**2

    def walk(
        self,
        velocity: np.ndarray,
        *,
        interval: float,
        gains: Sequence[float] = (1.0,),
        start: np.ndarray | None = None,
        seeds: Sequence[int] = (0,),
        workers: int = 1,
    ) -> list[Walked]:
        """Walks with these velocities (walk, sample, 2) in the plane, constant for `interval` seconds each.

        `gains` (module) in periods per unit of displacement; `start` (walk, module, 2) phases, 0 where None; `seeds`
        (walk) of noise and initial potentials; `workers` compiled walks at a time.

        Raises ValueError for arrays of other shapes, for what is not finite, for seeds that are not whole numbers and
        for an `interval` that `step` does not divide.
        """
        velocity, gains = _finite("velocity", velocity), _finite("gains", gains)
        if velocity.ndim != 3 or velocity.shape[-1] != 2 or len(seeds) != len(velocity) or len(velocity) == 0:
            raise ValueError(
                f"velocity must be (walk, sample, 2), a seed each; saw {velocity.shape}, {len(seeds)} seeds."
            )
        if gains.ndim != 1 or len(gains) == 0:
            raise ValueError(f"gains must be (module), one at least; saw {gains.shape}.")
        start = np.zeros((len(velocity), len(gains), 2)) if start is None else _finite("start", start)
        for seed in seeds:
            checks.whole("each of seeds", seed, 0)
        if start.shape != (len(velocity), len(gains), 2):
            raise ValueError(f"start must be (walk, module, 2) = {(len(velocity), len(gains), 2)}; saw {start.shape}.")
        trials = [self.trial(v, interval, gains, p, int(s)) for v, p, s in zip(velocity, start, seeds, strict=True)]
        told = sweep(self.circuit(len(gains)), trials, target=self.target, workers=workers)
        return [
            self._walked(one, interval * np.arange(len(v) + 1), p)
            for one, v, p in zip(told, velocity, start, strict=True)
        ]

    def circuit(self, n_modules: int) -> Circuit:
        """The recipe of the network."""
        return Circuit(make, {"n_modules": n_modules, "n_side": self.n_side}, ("spikes.t", "spikes.i"))

    def bump(self, phase: np.ndarray) -> np.ndarray:
        """What a module's cells (cell) are given to seed a bump at a phase (2)."""
        away = 2 * np.pi * (phases(self.n_side) - phase)
        alike = (np.cos(away[:, 0]) + np.cos(away[:, 1]) + np.cos(away.sum(-1))) / 3
        return np.tile(np.exp(1.5 * (alike - 1)) - 0.5, len(DIRECTIONS))

    def trial(
        self, velocity: np.ndarray, interval: float, gains: Sequence[float], start: np.ndarray, seed: int
    ) -> Trial:
        """One walk: a kick that seeds the bumps, rest, the walk, and rest in which its last phase is told."""
        second, n = brian2().second, len(gains) * self.n_cells
        windows = (
            Window("kick", KICK * second, {"kick": np.concatenate([self.bump(p) for p in start])}),
            Window("rest", REST * second),
            Window("walk", len(velocity) * interval * second, {"velocity": velocity}),
            Window("rest", SEEN * second),
        )
        signals = {"kick": Signal(width=n), "velocity": Signal(width=2)}
        scalars = {"background": self.background, "push": self.push, "sigma": self.noise}
        begin = {f"cells.{name}": value for name, value in scalars.items()}
        inhibition = weights(self.n_side, self.strength, self.sharpness, self.offset)
        begin["inhibition.w"] = np.tile(inhibition.ravel(), len(gains))
        begin |= {"cells.gain": np.repeat(gains, self.n_cells), "cells.v": np.random.default_rng(seed).random(n)}
        return Trial(Experiment(dt=self.step * second, windows=windows, signals=signals), begin, seed)

    def _walked(self, recorded, times, start) -> Walked:
        at, cells = recorded.values["spikes.t"] - KICK - REST, recorded.values["spikes.i"]
        turned = [np.unwrap(self.phase(at, cells, times, module), period=1.0, axis=0) for module in range(len(start))]
        phase = np.stack([one + np.rint(p - one[0]) for one, p in zip(turned, start, strict=True)])
        return Walked(phase, at, cells, recorded.attrs)

    def phase(self, at: np.ndarray, cells: np.ndarray, times: np.ndarray, module: int = 0) -> np.ndarray:
        """The phases (time, 2) in [-0.5, 0.5] that spikes within 25 ms of each time tell: their circular mean.

        NaN where there are none.
        """
        mine = cells // self.n_cells == module
        on = np.exp(2j * np.pi * phases(self.n_side))[cells[mine] % self.n_side**2]
        order = np.argsort(at[mine], kind="stable")
        total = np.concatenate([np.zeros((1, 2)), np.cumsum(on[order], axis=0)])
        first, last = (np.searchsorted(at[mine][order], times + side * SEEN / 2) for side in (-1, 1))
        told = np.angle(total[last] - total[first]) / (2 * np.pi)
        return np.where((first < last)[:, None], told, np.nan)


def _finite(name: str, array) -> np.ndarray:
    x = checks.numbers(name, array)
    if not np.isfinite(x).all():
        raise ValueError(f"{name} must be finite; saw {x[~np.isfinite(x)].flat[0]}.")
    return x


def travelled(velocity: np.ndarray, *, interval: float, gain: float, start: np.ndarray) -> np.ndarray:
    """The true phases (sample, 2) of a walk with these velocities (sample, 2): where an ideal module would be.

    >>> travelled(np.array([[1.0, 0.0]]), interval=0.5, gain=1.0, start=np.zeros(2))
    array([[0. , 0. ],
           [0.5, 0. ]])
    """
    moved = np.concatenate([np.zeros((1, 2)), np.cumsum(velocity, axis=0)])
    return start + gain * interval * moved @ AXES


def velocity_gain(modules: GridModules, *, speed: float = 0.5, seconds: float = 4.0, seeds: Sequence[int] = (0,)):
    """The speed of the bump over that asked for (direction), in six directions, at `speed` periods a second.

    Raises ValueError for numbers that are not above 0.
    """
    checks.number("speed", speed, 0, open_low=True)
    checks.number("seconds", seconds, 0.1, open_low=True)
    interval, angle = 0.1, np.arange(6) * np.pi / 3 + np.pi / 12  # off the axes of the layers
    along = np.stack([np.cos(angle), np.sin(angle)], -1)
    velocity = np.repeat(np.tile(speed * along[:, None], (len(seeds), 1, 1)), round(seconds / interval), axis=1)
    told = modules.walk(velocity, interval=interval, seeds=np.repeat(seeds, len(along)))
    ends = np.array([(one.phase[0, -1] - one.phase[0, 0]) @ BASIS["hexagonal"] for one in told])
    reached = (ends.reshape(len(seeds), len(along), 2) * along).sum(-1) / (speed * velocity.shape[1] * interval)
    return reached.mean(0)


def calibrated(modules: GridModules, *, speed: float = 0.5, seconds: float = 4.0, rounds: int = 2) -> GridModules:
    """The same modules with the `push` at which the bump is as fast as it is asked to be, at `speed` periods a second.

    Each of `rounds` divides the push by the gain that it gives; no build is made anew.
    """
    checks.whole("rounds", rounds, 1)
    for one in range(rounds):
        gain = velocity_gain(modules, speed=speed, seconds=seconds, seeds=(one,)).mean()
        modules = replace(modules, push=modules.push / float(gain))
    return modules
