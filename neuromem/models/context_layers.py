r"""Context in layers: beside the items' own, others that move at their own pace, such as that of the task at hand.

A context (d_key) is its layers side by side, each a unit vector that moves by itself as `neuromem.scaffolds.drift`
says: the items' first, then one of `width` units for each further `Layer`. The last unit of each is its start. Keys
have the same parts: what an item is, and in each layer what was there as it was studied, zeros where there was
nothing. Support is the sum over layers.

Source: Polyn, Norman & Kahana (2009), Psychol. Rev. 116:129.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuromem import checks
from neuromem.scaffolds.drift import integrate


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer of context beside the items' own: tasks, places, voices; the words studied under one are bound to it.

    The last `width` units of the key (of several layers: those before the next) are its own, and the last of them is
    its start, so that two tasks take `width` 3. A recalled item brings back what the layer held at its study: words
    have no task before they are studied.
    Source: Polyn, Norman & Kahana (2009), Psychol. Rev. 116:129. The defaults are ours, not fitted.
    """

    width: int = 3
    b_enc: float = 0.5
    b_rec: float = 0.5
    weight: float = 1.0  # of this layer in support, that of the items' layer being 1

    def __post_init__(self):
        checks.whole("width", self.width, 2)
        checks.number("b_enc", self.b_enc, 0, 1)
        checks.number("b_rec", self.b_rec, 0, 1)
        checks.number("weight", self.weight, 0)


def spans(d_key: int, layers: Sequence[Layer]) -> list[slice]:
    """The units of each layer, the items' first; ValueError where too few are left for items.

    >>> spans(10, [Layer(width=3)])
    [slice(0, 7, None), slice(7, 10, None)]
    """
    ends = np.cumsum([d_key - sum(layer.width for layer in layers), *(layer.width for layer in layers)]).tolist()
    if ends[0] < 1:
        taken = d_key - ends[0]
        raise ValueError(
            f"d_key must leave units for items beside {taken} of other layers; saw {d_key}: make it larger."
        )
    return [slice(start, end) for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def starts(d_key: int, layers: Sequence[Layer]) -> np.ndarray:
    """The context (d_key) at the start of the list: the last unit of each layer alone."""
    context = np.zeros(d_key)
    context[[span.stop - 1 for span in spans(d_key, layers)]] = 1
    return context


def move(context: np.ndarray, c_in: np.ndarray, b: Sequence[float], where: Sequence[slice]) -> np.ndarray:
    """The context (..., d_key) once each layer has moved by its `b` towards its part of c_in (..., d_key)."""
    if len(where) == 1:
        return integrate(context, c_in, b[0])
    parts = [integrate(context[..., one], c_in[..., one], by) for one, by in zip(where, b, strict=True)]
    return np.concatenate(parts, -1)


def weights(d_key: int, layers: Sequence[Layer]) -> np.ndarray:
    """How much each unit (d_key) counts in support."""
    weight = np.ones(d_key)
    for span, layer in zip(spans(d_key, layers)[1:], layers, strict=True):
        weight[span] = layer.weight
    return weight
