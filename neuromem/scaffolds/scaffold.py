"""What a scaffold is: a fixed set of addresses that can be listed, moved along and cleaned up.

A scaffold is there before anything is stored. A memory that binds each item to an address of its own stores no item
on another; a noisy address falls back to a valid one, whatever was stored.
"""

from __future__ import annotations

import abc
from typing import ClassVar

import numpy as np

from neuromem import checks


class Scaffold(abc.ABC):
    """The common face: `codes`, `shift`, `clean`, and the way back from a code to its number, `index`."""

    n_axes: ClassVar[int]  # of a displacement
    costly: ClassVar[bool] = False  # to move along; see `Memory.costly`

    @property
    @abc.abstractmethod
    def n_cells(self) -> int:
        """The width of a code."""

    @property
    @abc.abstractmethod
    def n_states(self) -> int:
        """How many addresses there are: the capacity."""

    @abc.abstractmethod
    def at(self, index: np.ndarray) -> np.ndarray:
        """The codes (..., n_cells) of the addresses with these numbers, counted on from 0 after the last."""

    @abc.abstractmethod
    def index(self, code: np.ndarray) -> np.ndarray:
        """The numbers (...) of valid codes (..., n_cells)."""

    @abc.abstractmethod
    def shift(self, code: np.ndarray, displacement: np.ndarray) -> np.ndarray:
        """The codes (..., n_cells) that lie displacement (..., n_axes) away, by path integration."""

    @abc.abstractmethod
    def clean(self, noisy: np.ndarray) -> np.ndarray:
        """The valid codes (..., n_cells) that noisy input (..., n_cells) to the cells brings about."""

    def codes(self, n: int | None = None, *, start: int = 0) -> np.ndarray:
        """The codes (n, n_cells) of the first `n` addresses, or of all, counted from `start`."""
        n = self.n_states if n is None else n
        checks.whole("n", n, 1)
        checks.whole("start", start, 0)
        return self.at(np.arange(start, start + n))


def moves(displacement: np.ndarray, n_axes: int, name: str = "displacement") -> np.ndarray:
    """The displacement (..., n_axes) as an array, or a ValueError that names it."""
    steps = checks.numbers(name, displacement)
    if steps.ndim == 0 or steps.shape[-1] != n_axes or not np.isfinite(steps).all():
        raise ValueError(f"{name} must hold {n_axes} finite numbers on its last axis; saw shape {steps.shape}.")
    return steps


def whole(displacement: np.ndarray, name: str = "displacement") -> np.ndarray:
    """The displacement as whole numbers of steps, or a ValueError that names it."""
    steps = np.rint(displacement)
    off = np.abs(displacement - steps) > 1e-6
    if off.any():
        seen = displacement[off].flat[0]
        raise ValueError(f"{name} must be a whole number of steps; saw {seen:g}: this scaffold is discrete.")
    return steps.astype(np.int64)


def numbered(name: str, n_states: int, *, most: int) -> None:
    """Refuse more addresses than whole numbers of 64 bits can tell apart."""
    if n_states > most:
        raise ValueError(f"{name} give {n_states:,} addresses, of which {most:,} can be numbered; take fewer cells.")


def one_hot(at: np.ndarray, n: int) -> np.ndarray:
    """1 at the place `at` (...) of n cells, 0 elsewhere (..., n)."""
    return (np.asarray(at)[..., None] == np.arange(n)).astype(float)
