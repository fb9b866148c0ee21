"""Settling: how a recurrent network of two-valued units comes to rest, the dynamics that Hopfield networks share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

AUX_DIMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"energy": ("query", "step"), "converged": ("query",), "cycle": ("query",), "sweeps": ("query",)}
)
DYNAMICS = ("asynchronous", "synchronous")


class Settled(NamedTuple):
    """Where queries came to rest, and how."""

    x: np.ndarray  # (unit, query)
    energy: np.ndarray  # (query, step) of the cue and after each sweep, the last repeated once the query stops
    converged: np.ndarray  # (query) a sweep changed nothing
    cycle: np.ndarray  # (query) two states follow each other
    sweeps: np.ndarray  # (query) until the stop

    def aux(self) -> dict[str, np.ndarray]:
        return {"energy": self.energy, "converged": self.converged, "cycle": self.cycle, "sweeps": self.sweeps}


def settle(
    x: np.ndarray,
    *,
    sweep: Callable[[np.ndarray, np.ndarray], np.ndarray],
    energy: Callable[[np.ndarray], np.ndarray],
    max_sweeps: int,
    rng: np.random.Generator,
) -> Settled:
    """Sweeps over the states x (unit, query) until each query rests or cycles, at most `max_sweeps`.

    `sweep(x, order)` visits all units once, in an order drawn anew for each sweep and shared by all queries.
    """
    orders = rng.permuted(np.tile(np.arange(len(x)), (max_sweeps, 1)), axis=1)
    energies = np.tile(energy(x)[:, None], max_sweeps + 1)
    converged, cycle = np.zeros((2, x.shape[1]), bool)
    sweeps = np.zeros(x.shape[1], np.int64)
    x, before = x.copy(), x.copy()
    for n, order in enumerate(orders, 1):
        at = np.flatnonzero(~(converged | cycle))
        if at.size == 0:
            break
        now = x[:, at]
        after = sweep(now, order)
        energies[at, n:] = energy(after)[:, None]
        converged[at] = (after == now).all(0)
        cycle[at] = (after == before[:, at]).all(0) & ~converged[at] & (n > 1)
        sweeps[at] = n
        before[:, at], x[:, at] = now, after
    return Settled(x, energies, converged, cycle, sweeps)


def one_by_one(
    weight: np.ndarray, x: np.ndarray, order: np.ndarray, target: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> np.ndarray:
    """Each unit in turn takes `target(field, state)`, and the fields of all others (weight symmetric) follow."""
    field, x = weight @ x, x.copy()
    for unit in order:
        change = target(field[unit], x[unit]) - x[unit]
        turned = np.flatnonzero(change)
        if turned.size:
            x[unit, turned] += change[turned]
            field[:, turned] += weight[:, unit, None] * change[turned]
    return x


def without_diagonal(weight: np.ndarray) -> np.ndarray:
    """The weights among units, none of which drives itself."""
    return weight if not weight.diagonal().any() else weight - np.diag(weight.diagonal())


def quadratic_energy(weight: np.ndarray, x: np.ndarray) -> np.ndarray:
    """-x W x / 2 (query) of the states x (unit, query), for `weight` N times W."""
    return -0.5 * np.einsum("iq,iq->q", x, weight @ x) / len(x)
