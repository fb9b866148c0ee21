r"""Context drift: a unit vector that moves, a little with each event, and so gives each moment an address of its own.

.. math:: c \leftarrow \rho\, c + B\, u, \qquad u = c^{in} / |c^{in}|, \qquad
          \rho = \sqrt{1 + B^2 (d^2 - 1)} - B d, \qquad d = c \cdot u

rho keeps the length of ``c`` (d_key) at 1; ``B`` in [0, 1] says how far it moves, ``c_in`` whereto. A drift
says what the two are at study and at recall: noise, or what the item itself brings along.

Source: Howard & Kahana (2002), J. Math. Psychol. 46:269; Polyn, Norman & Kahana (2009), Psychol. Rev. 116:129.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass

import numpy as np

from neuromem import checks
from neuromem.core import Rng, each


def integrate(context: np.ndarray, c_in: np.ndarray, b: float) -> np.ndarray:
    """The context (..., d_key) once it has moved by `b` towards c_in (..., d_key); an input of norm 0 moves nothing.

    >>> integrate(np.array([0.0, 1.0]), np.array([2.0, 0.0]), 0.6)
    array([0.6, 0.8])
    """
    norm = np.sqrt(np.vecdot(c_in, c_in))[..., None]
    b = np.where(norm > 0, b, 0.0)
    u = c_in / np.where(norm > 0, norm, 1.0)
    d = np.vecdot(context, u)[..., None]
    return (np.sqrt(np.maximum(1 + b**2 * (d**2 - 1), 0)) - b * d) * context + b * u


@dataclass(frozen=True, kw_only=True)
class Drift(abc.ABC):
    @abc.abstractmethod
    def study(self, key: np.ndarray, *, rng: Rng) -> tuple[np.ndarray, float]:
        """Whereto (..., item, d_key) and how far the context moves as items with these keys are studied."""

    @abc.abstractmethod
    def recall(self, brought: np.ndarray, *, rng: Rng) -> tuple[np.ndarray, float]:
        """Whereto (..., d_key) and how far it moves once an item is recalled that brings back `brought`."""


@dataclass(frozen=True, kw_only=True)
class ItemDriven(Drift):
    """The item moves the context: at study by what it always meant, at recall by what it was studied in.

    Defaults: means over the 40 subjects of Morton et al. (2013) as fitted.
    Source: Howard & Kahana (1999), JEP: Learning, Memory and Cognition 25:923; Howard & Kahana (2002).
    Known limit: a context without items stands still.
    """

    b_enc: float = 0.643
    b_rec: float = 0.756

    def __post_init__(self):
        checks.number("b_enc", self.b_enc, 0, 1)
        checks.number("b_rec", self.b_rec, 0, 1)

    def study(self, key, *, rng):
        return key, self.b_enc

    def recall(self, brought, *, rng):
        return brought, self.b_rec


@dataclass(frozen=True, kw_only=True)
class RandomDrift(Drift):
    """The context moves by itself, each time towards a direction drawn afresh, whatever is studied or recalled.

    Source: Estes (1955), Psychol. Rev. 62:145 (stimulus fluctuation); Landauer (1975), Cognit. Psychol. 7:495.
    Known limit: it explains recency, and cannot explain why one recalled item leads to its neighbours.
    """

    rate: float = 0.3

    def __post_init__(self):
        checks.number("rate", self.rate, 0, 1)

    def study(self, key, *, rng):
        return each(rng, lambda r: r.standard_normal(key.shape[-2:])), self.rate

    def recall(self, brought, *, rng):
        return each(rng, lambda r: r.standard_normal(brought.shape[-1])), self.rate
