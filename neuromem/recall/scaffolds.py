"""Where the addresses of a list come from, and what recalled items bring back of them."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from neuromem.likelihood import Parameter, probability
from neuromem.recall.vectors import along
from neuromem.scaffolds.drift import integrate


class Studied(NamedTuple):
    """A studied list as its scaffold addresses it; each with the axis (vector) in front, or none (see `vectors`)."""

    own: np.ndarray  # (item, unit) the code that each item has always had
    context: np.ndarray  # (item, unit) of its study
    cue: np.ndarray  # (unit) as recall begins
    brought: np.ndarray  # (item, unit) what an item brings back, of length 1
    b: float | np.ndarray  # () how far towards that a recall moves the context


class Scaffold(abc.ABC):
    """A rule that addresses the items of a list; values are as `neuromem.recall.vectors` says."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return ()

    @abc.abstractmethod
    def study(self, n_items: int, values: Mapping[str, float | np.ndarray]) -> Studied:
        """The addresses of a list of so many items, for each vector of values."""


B_START = probability("b_start", 0.550, "how far the start of the list comes back as recall begins")


@dataclass(frozen=True)
class ItemDriven(Scaffold):
    r"""Items move the context: at study towards their own codes, at recall towards what they were studied in.

    .. math:: c_i = \rho\, c_{i-1} + B_{enc}\, e_i, \qquad \rho = \sqrt{1 - B_{enc}^2}, \qquad
              u_i \propto (1 - \gamma_{fc})\, e_i + \gamma_{fc}\, c_i

    Localist: each item has a context unit of its own, and the last unit is the start of the list, whose context comes
    back by `b_start` as recall begins. Defaults: means over the 40 subjects of Morton et al. (2013) as fitted.
    Source: Howard & Kahana (2002), J. Math. Psychol. 46:269; Polyn, Norman & Kahana (2009), Psychol. Rev. 116:129.
    """

    @property
    def parameters(self):
        return (
            probability("b_enc", 0.643, "how far an item moves the context at study"),
            B_START,
            probability("b_rec", 0.756, "how far a recalled item moves the context"),
            probability("l_fc", 0.117, "learning: how much of its study context an item brings back"),
        )

    def study(self, n_items, values):
        context, unit = drifted(n_items, values["b_enc"]), _units(n_items + 1)
        own, start, l_fc = unit[:-1], unit[-1], along(values["l_fc"], 2)
        brought = (1 - l_fc) * own + l_fc * context
        brought /= np.sqrt(np.vecdot(brought, brought))[..., None]
        cue = integrate(context[..., -1, :], start, along(values["b_start"], 1))
        return Studied(own, context, cue, brought, values["b_rec"])


@dataclass(frozen=True)
class RandomDrift(Scaffold):
    r"""The context moves by itself, whatever is studied or recalled, and recalled items bring nothing back.

    .. math:: c_i = \rho\, c_{i-1} + B\, z_i, \qquad \rho = \sqrt{1 - B^2}, \qquad B = \text{rate}

    Each ``z_i`` is a new direction, at right angles to all others, as random ones are in many units; recall goes on
    drifting in the same way. Items' own codes are no part of the context. Contexts of study are as alike as those of
    `ItemDriven` at the same rate: what differs is what items bring along.
    Source: Estes (1955), Psychol. Rev. 62:145 (stimulus fluctuation). The default of `rate` is ours.
    Known limit: it explains recency, and cannot explain why one recalled item leads to its neighbours.
    """

    @property
    def parameters(self):
        return probability("rate", 0.3, "how far the context moves by itself with each item"), B_START

    def study(self, n_items, values):
        n, unit = n_items, _units(3 * n_items + 1)
        context = np.zeros((*np.shape(values["rate"]), n, 3 * n + 1))
        context[..., n : 2 * n + 1] = drifted(n, values["rate"])
        cue = integrate(context[..., -1, :], unit[2 * n], along(values["b_start"], 1))
        return Studied(unit[:n], context, cue, unit[2 * n + 1 :], values["rate"])


def drifted(n_items: int, b: float | np.ndarray) -> np.ndarray:
    """The contexts (..., item, unit) of a list that move by `b` towards a new unit with each item, the start's last.

    >>> drifted(2, 0.6).round(2)
    array([[0.6 , 0.  , 0.8 ],
           [0.48, 0.6 , 0.64]])
    """
    b = np.asarray(b)
    kept = along(np.sqrt(1 - b**2), 1) ** np.arange(n_items + 1)
    passed, studied = _passed(n_items)
    context = np.empty((*b.shape, n_items, n_items + 1))
    context[..., :-1] = along(b, 2) * kept[..., passed] * studied
    context[..., -1] = kept[..., 1:]
    return context


@lru_cache(maxsize=64)
def _units(n: int) -> np.ndarray:
    return _fixed(np.eye(n))


@lru_cache(maxsize=64)
def _passed(n_items: int) -> tuple[np.ndarray, np.ndarray]:
    """(item, item): how many items after the second the first was studied, 0 if before; and whether it was after."""
    after = np.subtract.outer(np.arange(n_items), np.arange(n_items))
    return _fixed(np.maximum(after, 0)), _fixed((after >= 0).astype(float))


def _fixed(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array
