"""The lag-CRP: having recalled one word, how likely is the one studied so many positions later or earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.measures.lists import Counts, by_group, checked, first_time, is_dataset, ratio, studied

if TYPE_CHECKING:
    import xarray as xr


def lag_crp(recall, n_items=None, *, by: str | None = "subject") -> np.ndarray | xr.DataArray:
    """The conditional response probability of a transition by its lag.

        CRP(l) = (transitions of lag l made) / (transitions of lag l possible),   l = study position to - from

    A lag is possible where a word of this lag has not been recalled yet. A transition counts only between
    two neighbouring correct recalls: an intrusion or a repeat breaks it, on both of its sides. (To drop
    these events before counting, with `lists.correct_only`, is another measure: it differs by up to .17.)
    `recall` (..., list, output) holds study positions from 0, -2 for an intrusion, -1 for padding;
    `n_items` is the list length, or one per list. The result is (..., lag) for the lags 1 - n to n - 1, n
    the longest list length, NaN where a lag was never possible, as lag 0 always; of a free-recall Dataset
    it is a DataArray (by, lag), as in `serial_position`. Actual and possible transitions are summed over
    lists before they are divided. Raises ValueError for recalls that are no study positions.

    >>> lag_crp([[1, 2, 0]], 3)
    array([ 1.,  0., nan,  1., nan])

    Source: Kahana (1996), Memory & Cognition 24:103. Known limit: where words have categories, clustering
    by category hides the asymmetry; recency at the start of recall shapes it too, since early outputs count
    as all.
    """
    if is_dataset(recall):
        name = "conditional response probability"
        return by_group(recall, _count, by, dim="lag", first=lambda width: -(width // 2), long_name=name)
    return ratio(_count(*checked(recall, n_items)))


def _count(recall: np.ndarray, n_items: np.ndarray) -> Counts:
    known = studied(n_items)
    n = known.shape[-1]
    lags = np.arange(2 * n - 1)
    # Not yet recalled, with n - 1 closed places on either side: 2 n - 1 places around a word are its lags.
    open_ = np.pad(known, [(0, 0)] * (known.ndim - 1) + [(n - 1, n - 1)])
    new = first_time(recall)
    actual = np.zeros((*recall.shape[:-1], lags.size), np.int64)
    possible = np.zeros_like(actual)
    for k in range(recall.shape[-1] - 1):
        here, there = (np.maximum(recall[..., j, None], 0) for j in (k, k + 1))
        word = np.take_along_axis(open_, here + n - 1, -1)
        np.put_along_axis(open_, here + n - 1, word & ~new[..., k, None], -1)
        transition = (new[..., k] & new[..., k + 1])[..., None]
        actual += transition & (lags == there - here + n - 1)
        possible += transition & np.take_along_axis(open_, here + lags, -1)
    return Counts(actual, possible)
