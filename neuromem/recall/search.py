"""What recall is a search through: the support of each item as recall begins, and after any item."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from neuromem.likelihood import Parameter
from neuromem.recall.lists import RecallLists
from neuromem.recall.vectors import for_each
from neuromem.recall.walk import WIDE, Geometry


class Sight(NamedTuple):
    """What recall sees of a studied list of n items; see `neuromem.recall.walk`.

    Each with the axis (vector) of the values in front, or without where values make no difference.
    """

    support: np.ndarray  # (item)
    match: np.ndarray  # (item)
    support_after: np.ndarray  # (item, item)
    match_after: np.ndarray  # (item, item)
    b: float | np.ndarray  # ()
    own: np.ndarray | None = None  # (item) where items have slots
    own_after: np.ndarray | None = None  # (item, item)
    exponent: float | np.ndarray = 1.0  # ()


AXES = Sight(1, 1, 2, 2, 0, 1, 2, 0)


class Search(abc.ABC):
    """What makes one item come to mind rather than another; values are as `neuromem.recall.vectors` says."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return ()

    @abc.abstractmethod
    def sight(self, n_items: int, values: Mapping[str, float | np.ndarray]) -> Sight:
        """What recall sees of a list of so many items, for each vector of values."""

    def size(self, lists: RecallLists) -> int:
        """How many numbers the geometry of these lists has for each vector."""
        return 2 * int((lists.lengths.value**2).sum())

    def laid_out(self, lists: RecallLists, values: Mapping[str, float | np.ndarray], n_vectors: int):
        """Which sight each list has (list), and the sights, padded to the longest, as compiled code takes them.

        Here lists of one length are studied alike.
        """
        sights = [self.sight(int(n), values) for n in lists.lengths.value]
        n_fields = len(AXES) if sights[0].own is not None else 5
        along = [zip(one[:n_fields], AXES[:n_fields], strict=True) for one in sights]
        arrays = [[for_each(x, n_vectors, n_axes) for x, n_axes in one] for one in along]
        padded = (x[0] if x[0].ndim == 1 else _padded(x) for x in zip(*arrays, strict=True))
        return lists.lengths.row, Geometry(*padded)


def _padded(arrays: tuple[np.ndarray, ...]) -> np.ndarray:
    """Arrays (vector, item...) of several lengths as one (vector, length, item...), padded to a multiple of `WIDE`."""
    n_most = -(-max(array.shape[-1] for array in arrays) // WIDE) * WIDE
    if len(arrays) == 1 and arrays[0].shape[-1] == n_most:
        return arrays[0][:, None]
    wide = np.zeros((len(arrays[0]), len(arrays), *[n_most] * (arrays[0].ndim - 1)))
    for i, array in enumerate(arrays):
        wide[(slice(None), i, *(slice(n) for n in array.shape[1:]))] = array
    return wide
