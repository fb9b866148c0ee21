"""What the measures of free recall share: checking the lists, first recalls of a word, averaging over lists.

A measure counts, for each list, how often something happened and how often it could have (`Counts`). It is
the ratio of the two sums over the lists of a group, NaN where nothing could have happened. The array face
takes `recall` (..., list, output) and sums over the list axis; the xarray face takes a free-recall Dataset
and sums over the lists that share a value of `by`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuromem.data.free_recall import INTRUSION, PADDING

if TYPE_CHECKING:
    import xarray as xr


class Counts(NamedTuple):
    """Of each list; the ratio of the sums is the measure."""

    actual: np.ndarray  # (..., list, k)
    possible: np.ndarray  # (..., list, k)


def checked(recall, n_items) -> tuple[np.ndarray, np.ndarray]:
    """`recall` (..., list, output) and the list lengths (..., list), or a ValueError of one line."""
    recall, n_items = np.asarray(recall), np.asarray(n_items)
    if recall.ndim < 2 or recall.dtype.kind not in "iu":
        raise ValueError(
            f"recall must be whole numbers (..., list, output); saw {recall.dtype} of shape {recall.shape}: "
            f"one list is recall[None], padding is {PADDING}."
        )
    if 0 in recall.shape[:-1]:
        raise ValueError(f"recall holds no list, shape {recall.shape}; pass at least one.")
    if n_items.dtype.kind not in "iu" or (n_items < 1).any():
        raise ValueError(f"n_items must be whole numbers of at least 1; saw {n_items.tolist()!r:.40}.")
    if n_items.shape not in ((), recall.shape[:-1]):
        wanted = recall.shape[:-1]
        raise ValueError(f"n_items must be one number or one per list {wanted}; saw shape {n_items.shape}.")
    outside = (recall < INTRUSION) | (recall >= n_items[..., None])
    if outside.any():
        raise ValueError(
            f"recall must hold study positions from 0 below the list length {n_items.max()}; saw "
            f"{recall[outside][0]}: code an intrusion as {INTRUSION}, padding as {PADDING}."
        )
    if ((recall[..., :-1] == PADDING) & (recall[..., 1:] != PADDING)).any():
        raise ValueError(f"recall goes on after padding ({PADDING}); code an intrusion as {INTRUSION}.")
    return recall.astype(np.intp), np.broadcast_to(n_items, recall.shape[:-1])


def studied(n_items: np.ndarray) -> np.ndarray:
    """(..., list, position): whether the list is that long."""
    return np.arange(n_items.max()) < n_items[..., None]


def first_time(recall: np.ndarray) -> np.ndarray:
    """(..., list, output): whether a studied word is recalled there, and for the first time."""
    said_before = np.tril(recall[..., :, None] == recall[..., None, :], -1).any(-1)
    return (recall >= 0) & ~said_before


def correct_only(recall: np.ndarray) -> np.ndarray:
    """`recall` without intrusions and repeats, what follows moved up, as recall models take it."""
    keep = first_time(recall)
    order = np.argsort(~keep, axis=-1, kind="stable")
    return np.where(np.take_along_axis(keep, order, -1), np.take_along_axis(recall, order, -1), PADDING)


def marked(recall: np.ndarray, where: np.ndarray, width: int) -> np.ndarray:
    """(..., list, position): whether the study position is recalled at one of the outputs `where`."""
    marks = np.zeros((*recall.shape[:-1], width + 1), bool)
    np.put_along_axis(marks, np.where(where, recall, width), True, -1)
    return marks[..., :width]


def ratio(counts: Counts) -> np.ndarray:
    """The measure (..., k) over the list axis."""
    return _divide(counts.actual.sum(-2), counts.possible.sum(-2))


def is_dataset(recall: Any) -> bool:
    """Whether it is a Dataset, found out without importing xarray."""
    return hasattr(recall, "data_vars")


def by_group(
    dataset: xr.Dataset,
    count: Callable[[np.ndarray, np.ndarray], Counts],
    by: str | None,
    *,
    dim: str,
    first: Callable[[int], int] = lambda width: 0,
    **attrs: str,
) -> xr.DataArray:
    """The measure (by, dim) of a free-recall Dataset; where `by` is None, (dim) of all lists together.

    `first` gives the first value of the dim's coordinate from the number of values.
    """
    import xarray as xr

    recall, n_items = checked(dataset["recall"].to_numpy(), dataset["list_length"].to_numpy())
    groups, row = _groups(dataset, by)
    actual, possible = (_sum_rows(part, row, len(groups)) for part in count(recall, n_items))
    width = actual.shape[-1]
    result = xr.DataArray(
        _divide(actual, possible),
        dims=(by or "all", dim),
        coords={by or "all": groups, dim: np.arange(width) + first(width)},
        attrs={"units": "1", **attrs},
    )
    return result if by else result.isel(all=0, drop=True)


def _groups(dataset: xr.Dataset, by: str | None) -> tuple[np.ndarray, np.ndarray]:
    """The values of `by` in rising order, and for each list the number of its value."""
    n_lists = dataset.sizes["list"]
    if by is None:
        return np.zeros(1), np.zeros(n_lists, np.intp)
    if by == "list":
        return np.arange(n_lists), np.arange(n_lists)
    choices = [str(name) for name, held in dataset.variables.items() if held.dims == ("list",)]
    if by not in choices:
        raise ValueError(f"by must be None, list or one of {', '.join(choices)}; saw {by!r}.")
    return np.unique(dataset[by].to_numpy(), return_inverse=True)


def _sum_rows(counts: np.ndarray, row: np.ndarray, n_groups: int) -> np.ndarray:
    total = np.zeros((n_groups, counts.shape[-1]), np.int64)
    np.add.at(total, row, counts)
    return total


def _divide(actual: np.ndarray, possible: np.ndarray) -> np.ndarray:
    return np.divide(actual, possible, out=np.full(possible.shape, np.nan), where=possible > 0)
