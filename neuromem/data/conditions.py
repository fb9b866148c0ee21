"""Lists of several conditions side by side, as paradigms give and measure them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr


def in_conditions(people: xr.Dataset, label: np.ndarray) -> xr.Dataset:
    """Free recall as (subject, condition, list, output), of lists whose condition has this label (list).

    All conditions must have as many subjects and lists; where they had different people, these stand beside one another
    as if they were one.
    """
    import xarray as xr

    chosen = {name: people.isel(list=label == name) for name in dict.fromkeys(label.tolist())}
    lists = [one.recall.values.reshape(len(np.unique(one.subject)), -1, one.sizes["output"]) for one in chosen.values()]
    lengths = [int(one.list_length[0]) for one in chosen.values()]
    return xr.Dataset(
        {"recall": (("subject", "condition", "list", "output"), np.stack(lists, 1))},
        coords={"condition": list(chosen), "list_length": ("condition", lengths)},
    )


def by_subject(
    lists: np.ndarray, subject: np.ndarray, label: np.ndarray, conditions: Sequence[str], *, missing: int
) -> np.ndarray:
    """What is told of lists (list, ...) as (subject, condition, list, ...), `missing` where a subject had fewer.

    >>> lists, subject = np.array([[4], [5], [6]]), np.array([1, 1, 2])
    >>> by_subject(lists, subject, np.array(["a", "a", "b"]), ("a", "b"), missing=-3)[..., 0].tolist()
    [[[4, 5], [-3, -3]], [[-3, -3], [6, -3]]]
    """
    cells = [[lists[(subject == s) & (label == c)] for c in conditions] for s in np.unique(subject)]
    most = max(len(cell) for row in cells for cell in row)
    filled = np.full((len(cells), len(conditions), most, *lists.shape[1:]), missing, lists.dtype)
    for row, of_subject in zip(filled, cells, strict=True):
        for place, cell in zip(row, of_subject, strict=True):
            place[: len(cell)] = cell
    return filled
