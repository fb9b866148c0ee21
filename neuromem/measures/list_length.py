"""How recall depends on the length of lists: slopes, the last words, and the end of recall, of `by_condition`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from neuromem.measures.stopping import stopping

if TYPE_CHECKING:
    import xarray as xr

LONG = 20  # words; in shorter lists nearly all may be recalled, which hides what depends on length


def long(measured: xr.Dataset) -> list[int] | None:
    """The conditions with lists of at least `LONG` words, shortest first; None where they are of one length."""
    lengths = measured.list_length.values
    chosen = [int(i) for i in np.argsort(lengths, kind="stable") if lengths[i] >= LONG]
    return chosen if len(set(lengths[chosen])) > 1 else None


def slope(name: str) -> Callable:
    """A statistic: the change of a variable for each further word in the list, over long lists."""

    def statistic(measured):
        if (chosen := long(measured)) is None:
            return np.nan
        several = measured.isel(condition=chosen)
        length = several.list_length - several.list_length.mean()
        return (several[name] * length).sum("condition") / (length**2).sum()

    return statistic


def last(measured: xr.Dataset, condition: int, n: int) -> xr.DataArray:
    """The probability of recall of the last n words of a condition's lists."""
    length = int(measured.list_length[condition])
    return measured.recalled.isel(condition=condition, position=slice(length - n, length)).mean("position")


def end_of_longest_less_shortest(measured: xr.Dataset) -> xr.DataArray | float:
    """Probability of recall of the last eight words: longest list less the shortest of the long ones."""
    if (chosen := long(measured)) is None:
        return np.nan
    return last(measured, chosen[-1], 8) - last(measured, chosen[0], 8)


def shortest_less_longest(name: str) -> Callable:
    """A statistic: a variable of the shortest of the long lists less that of the longest."""

    def statistic(measured):
        if (chosen := long(measured)) is None:
            return np.nan
        return measured[name].isel(condition=chosen[0]) - measured[name].isel(condition=chosen[-1])

    return statistic


def pooled_stopping(recall: np.ndarray, n_items: int, first: int, last: int) -> np.ndarray:
    r"""The probability that recall ends after k words, pooled over k from `first` to `last`.

    .. math:: \frac{\sum_k lists\ with\ k\ words\ recalled}{\sum_k lists\ with\ at\ least\ k}

    `recall` (..., list, output) as in `stopping`. NaN where no list gets so far.

    >>> pooled_stopping(np.array([[0, 1, -1], [2, -1, -1]]), 3, 1, 2).round(3)
    np.float64(0.667)
    """
    hazard = stopping(recall, n_items)[..., first : last + 1]
    going = np.cumprod(np.where(np.isnan(hazard), 0, 1 - hazard), -1)
    reached = np.concatenate([np.ones_like(going[..., :1]), going[..., :-1]], -1)  # of those that got to the first
    ended = np.nansum(hazard * reached, -1)
    return np.where(np.isnan(hazard[..., 0]), np.nan, ended / reached.sum(-1))[()]
