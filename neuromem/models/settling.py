"""Settling: how a recurrent network of two-valued units comes to rest, the dynamics that Hopfield networks share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from neuromem import checks

ROUNDING = 1e-10  # of the largest weight: a field below it is zero
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


def sweeper(weight: np.ndarray, target: Callable, dynamics: str) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A sweep of units coupled by symmetric weights: `target(field, x, at)` is what the units `at` turn to."""

    def together(x, order):
        return target(weight @ x, x, slice(None))

    def one_by_one(x, order):
        field, x = weight @ x, x.copy()
        for unit in order:
            at = slice(unit, unit + 1)
            change = (target(field[at], x[at], at) - x[at])[0]
            turned = np.flatnonzero(change)
            if turned.size:
                x[unit, turned] += change[turned]
                field[:, turned] += weight[:, unit, None] * change[turned]
        return x

    return together if dynamics == "synchronous" else one_by_one


def without_diagonal(weight: np.ndarray) -> np.ndarray:
    """The weights among units, none of which drives itself."""
    return weight if not weight.diagonal().any() else weight - np.diag(weight.diagonal())


def quadratic_energy(weight: np.ndarray, x: np.ndarray) -> np.ndarray:
    """-x W x / 2 (query) of the states x (unit, query), for `weight` N times W."""
    return -0.5 * np.einsum("iq,iq->q", x, weight @ x) / len(x)


def symmetric(above: np.ndarray) -> np.ndarray:
    """The part above the diagonal, mirrored; the diagonal is zero."""
    upper = np.triu(above, 1)
    return upper + upper.T


def square(capacity: int, d_key: int, d_value: int, *, rng: np.random.Generator) -> None:
    """Refuse sizes that no network of patterns as their own values has."""
    checks.sizes(capacity, d_key, d_value, rng=rng)
    if d_key != d_value:
        raise ValueError(f"d_value must equal d_key, for a pattern is its own value; saw {d_key} and {d_value}.")


def own_values(key, value, n_units: int, *, kind: str, rng: np.random.Generator) -> np.ndarray:
    """The patterns (item, unit) given as both keys and values, or a ValueError."""
    x = checks.patterns("key", key, n_units, kind=kind, rng=rng)
    value = checks.patterns("value", value, n_units, kind=kind, rng=rng)
    if not np.array_equal(x, value):
        raise ValueError("value must equal key: the network is autoassociative; pass the patterns as both.")
    return x.astype(np.float64, copy=False)
