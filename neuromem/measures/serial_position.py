"""The serial position curve: how likely a word is recalled, by where in the list it was studied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.measures.lists import Counts, by_group, checked, is_dataset, marked, ratio, studied

if TYPE_CHECKING:
    import xarray as xr


def serial_position(recall, n_items=None, *, by: str | None = "subject") -> np.ndarray | xr.DataArray:
    """The proportion of lists in which the word studied at position i is recalled, anywhere in the output.

        SPC(i) = (lists that recall i) / (lists longer than i)

    `recall` (..., list, output) holds study positions from 0, -2 for an intrusion, -1 for padding;
    `n_items` is the list length, or one per list. The result is (..., position), averaged over the list
    axis. Of a free-recall Dataset in place of both it is a DataArray (by, position): one curve for each
    value of `by`, a variable along the lists, or `list`, or None for all lists together. A word recalled
    twice counts once, an intrusion never. Raises ValueError for recalls that are no study positions.

    >>> serial_position([[2, 0, -1], [2, -2, -1]], 3)
    array([0.5, 0. , 1. ])

    Source: Murdock (1962), Journal of Experimental Psychology 64:482. Known limit: the curve does not tell
    how a word was reached; a recency effect may come from where recall starts (`first_recall`) or how it
    goes on.
    """
    if is_dataset(recall):
        return by_group(recall, _count, by, dim="position", long_name="probability of recall")
    return ratio(_count(*checked(recall, n_items)))


def _count(recall: np.ndarray, n_items: np.ndarray) -> Counts:
    possible = studied(n_items)
    return Counts(marked(recall, recall >= 0, possible.shape[-1]), possible)
