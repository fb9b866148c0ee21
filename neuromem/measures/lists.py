"""What the measures of free recall share: checking the lists, first recalls of a word, averaging over lists.

A measure counts, for each list, how often something happened and how often it could have (`Counts`). It is
the ratio of the two sums over the lists of a group, NaN where nothing could have happened. The array face
takes `recall` (..., list, output) and sums over the list axis; the xarray face takes a free-recall Dataset
and sums over the lists that share a value of `by`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuromem.compiled import Compiled
from neuromem.data.free_recall import INTRUSION, PADDING

if TYPE_CHECKING:
    import xarray as xr

ALONG = {"position": "study position, from 0", "lag": "lag, in study positions", "list_lag": "lists back"}


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
    flat = _rows(recall)
    new = np.zeros(flat.shape, bool)
    mark_first(flat, np.zeros(recall.max(initial=-1) + 1, np.bool_), new)
    return new.reshape(recall.shape)


def _rows(outputs: np.ndarray) -> np.ndarray:
    """(list, output) of (..., list, output), also where nothing was recalled and there is no output."""
    return outputs.reshape(math.prod(outputs.shape[:-1]), outputs.shape[-1])


@Compiled
def mark_first(recall, said, new):
    for i in range(recall.shape[0]):
        for k in range(recall.shape[1]):
            if recall[i, k] >= 0:
                new[i, k] = not said[recall[i, k]]
                said[recall[i, k]] = True
        for k in range(recall.shape[1]):
            if recall[i, k] >= 0:
                said[recall[i, k]] = False


def correct_only(recall: np.ndarray) -> np.ndarray:
    """`recall` without intrusions and repeats, what follows moved up, as recall models take it."""
    keep = first_time(recall)
    order = np.argsort(~keep, axis=-1, kind="stable")
    return np.where(np.take_along_axis(keep, order, -1), np.take_along_axis(recall, order, -1), PADDING)


def marked(recall: np.ndarray, where: np.ndarray, width: int) -> np.ndarray:
    """(..., list, position): whether the study position is recalled at one of the outputs `where`."""
    marks = np.zeros((*recall.shape[:-1], width), bool)
    mark(_rows(recall), _rows(where), marks.reshape(-1, width))
    return marks


@Compiled
def mark(recall, where, marks):
    for i in range(recall.shape[0]):
        for k in range(recall.shape[1]):
            if where[i, k]:
                marks[i, recall[i, k]] = True


def ratio(counts: Counts) -> np.ndarray:
    """The measure (..., k) over the list axis."""
    return divide(counts.actual.sum(-2), counts.possible.sum(-2))


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
    long_name: str,
) -> xr.DataArray:
    """The measure (by, dim) of a free-recall Dataset; where `by` is None, (dim) of all lists together.

    `first` gives the first value of the dim's coordinate from the number of values.
    """
    recall, n_items = checked(dataset["recall"].to_numpy(), dataset["list_length"].to_numpy())
    groups, row = groups_of(dataset, by)
    value = sums(count(recall, n_items), row)
    return label(value, by, groups, {dim: np.arange(value.shape[-1]) + first(value.shape[-1])}, long_name)


def label(value: np.ndarray, by: str | None, groups: np.ndarray, dims: Mapping[str, Any], long_name: str):
    """The measure (group, ...) as a DataArray (by, *dims), without its first dimension where `by` is None."""
    import xarray as xr

    about = {"units": "1", "long_name": long_name}
    result = xr.DataArray(value, {by or "all": groups, **dims}, (by or "all", *dims), attrs=about)
    for name, along in result.coords.items():
        along.attrs = {"units": "1", "long_name": ALONG.get(name, name.replace("_", " "))}
    return result if by else result.isel(all=0, drop=True)


def groups_of(dataset: xr.Dataset, by: str | None) -> tuple[np.ndarray, np.ndarray]:
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


def sums(counts: Counts, row: np.ndarray) -> np.ndarray:
    """The measure (group, k) of counts (list, k), each list in the group `row`."""
    return divide(*(_sum_rows(part, row) for part in counts))


def _sum_rows(counts: np.ndarray, row: np.ndarray) -> np.ndarray:
    """The sums over the lists of each group, none of which is empty."""
    if (np.diff(row) < 0).any():
        order = np.argsort(row, kind="stable")
        counts, row = counts[order], row[order]
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    return np.add.reduceat(counts, starts, axis=0, dtype=None if counts.dtype.kind == "f" else np.int64)


def divide(actual: np.ndarray, possible: np.ndarray) -> np.ndarray:
    """The ratio, NaN where nothing was possible."""
    return np.divide(actual, possible, out=np.full(possible.shape, np.nan), where=possible > 0)
