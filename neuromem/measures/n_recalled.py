"""The number of words recalled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.measures.lists import Counts, by_group, checked, first_time, is_dataset

if TYPE_CHECKING:
    import xarray as xr


def n_recalled(recall, n_items=None, *, by: str | None = "subject") -> np.ndarray | xr.DataArray:
    """The number of studied words that are recalled, each counted once, intrusions not at all.

    `recall` (..., list, output) holds study positions from 0, -2 for an intrusion, -1 for padding;
    `n_items` is the list length, or one per list. The result is (..., list), whole numbers; of a
    free-recall Dataset it is a DataArray (by): the mean over the lists of each value of `by`, as in
    `serial_position`. Raises ValueError for recalls that are no study positions.

    >>> n_recalled([[2, 0, 2], [2, -2, -1]], 3)
    array([2, 1])

    Source: Murdock (1962), Journal of Experimental Psychology 64:482. Known limit: blind to intrusions,
    which a cautious person holds back.
    """
    if is_dataset(recall):
        mean = by_group(recall, _count, by, dim="words", long_name="words recalled a list")
        return mean.isel(words=0, drop=True).assign_attrs(units="word")
    return first_time(checked(recall, n_items)[0]).sum(-1)


def _count(recall: np.ndarray, n_items: np.ndarray) -> Counts:
    recalled = first_time(recall).sum(-1, keepdims=True)
    return Counts(recalled, np.ones_like(recalled))
