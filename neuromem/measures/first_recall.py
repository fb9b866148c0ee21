"""The probability of first recall, and of n-th recall: where in the list recall starts and how it goes on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from neuromem import checks
from neuromem.measures.lists import Counts, by_group, checked, first_time, is_dataset, marked, ratio, studied

if TYPE_CHECKING:
    import xarray as xr


def nth_recall(recall, n_items=None, *, output: int = 0, by: str | None = "subject") -> np.ndarray | xr.DataArray:
    """How likely word i is the one recalled at `output` (from 0), given that it was not recalled before.

        PNR(i) = (lists that recall i at `output`) / (lists that get so far and have not yet recalled i)

    Only correct recalls count as outputs: intrusions and repeats are passed over. `recall` (..., list,
    output) holds study positions from 0, -2 for an intrusion, -1 for padding; `n_items` is the list length,
    or one per list. The result is (..., position), NaN where no list could; of a free-recall Dataset a
    DataArray (by, position), as in `serial_position`. Raises ValueError for recalls that are no study
    positions and for an `output` below 0.

    >>> nth_recall([[2, 0, -1], [2, 1, -1]], 3, output=1)
    array([0.5, 0.5, nan])

    Source: Hogan (1975), Memory & Cognition 3:197; the count is that of psifr's `pnr`. Known limit: the
    later the output, the fewer and the more select the lists that get so far.
    """
    checks.whole("output", output)
    count = partial(_count, output=output)
    if is_dataset(recall):
        name = f"probability of recall at output {output}"
        return by_group(recall, count, by, dim="position", long_name=name)
    return ratio(count(*checked(recall, n_items)))


def first_recall(recall, n_items=None, *, by: str | None = "subject") -> np.ndarray | xr.DataArray:
    """How likely recall starts with the word of position i: `nth_recall` at output 0.

    >>> first_recall([[2, 0, -1], [-2, 0, 1]], 3)
    array([0.5, 0. , 0.5])

    Source: Howard & Kahana (1999), JEP: Learning, Memory and Cognition 25:923. Known limit: a list without
    a correct recall does not count, so the values add up to 1 whatever the number recalled.
    """
    return nth_recall(recall, n_items, output=0, by=by)


def _count(recall: np.ndarray, n_items: np.ndarray, *, output: int) -> Counts:
    known = studied(n_items)
    new = first_time(recall)
    order = np.cumsum(new, -1) - 1
    actual = marked(recall, new & (order == output), known.shape[-1])
    gone = marked(recall, new & (order < output), known.shape[-1])
    return Counts(actual, known & ~gone & actual.any(-1, keepdims=True))
