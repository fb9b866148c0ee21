"""What recall is a search through: the support of each item as recall begins, and after any item."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from neuromem.likelihood import Parameter
from neuromem.recall.walk import Geometry


class Sight(NamedTuple):
    """What recall sees of a studied list of n items; see `neuromem.recall.walk`."""

    support: np.ndarray  # (item)
    match: np.ndarray  # (item)
    support_after: np.ndarray  # (item, item)
    match_after: np.ndarray  # (item, item)
    b: float


class Search(abc.ABC):
    """What makes one item come to mind rather than another."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return ()

    @abc.abstractmethod
    def sight(self, n_items: int, values: Mapping[str, float]) -> Sight:
        """What recall sees of a list of so many items."""

    def geometry(self, lengths: np.ndarray, values: Mapping[str, float]) -> Geometry:
        """The sights of several list lengths, padded to the longest, as compiled code takes them."""
        sights, longest = [self.sight(int(n), values) for n in lengths], int(lengths.max())
        return Geometry(
            *(_padded(arrays, longest) for arrays in zip(*(s[:-1] for s in sights), strict=True)), sights[0].b
        )


def _padded(arrays: tuple[np.ndarray, ...], longest: int) -> np.ndarray:
    if len(arrays) == 1:
        return arrays[0][None]
    wide = np.zeros((len(arrays), *[longest] * arrays[0].ndim))
    for into, array in zip(wide, arrays, strict=True):
        into[tuple(slice(n) for n in array.shape)] = array
    return wide
