"""Free recall in several conditions with lists of unequal length: every curve on one set of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.measures.first_recall import first_recall
from neuromem.measures.lag_crp import lag_crp
from neuromem.measures.lists import ALONG
from neuromem.measures.n_recalled import n_recalled
from neuromem.measures.serial_position import serial_position

if TYPE_CHECKING:
    import xarray as xr


def by_condition(recall: np.ndarray, list_length: np.ndarray) -> xr.Dataset:
    """Serial position curve, first recalls, lag-CRP and words recalled, by subject and condition.

    `recall` (subject, condition, list, output) holds study positions from 0, -2 for an intrusion, -1 for padding;
    `list_length` (condition). The curves are NaN beyond a condition's own list length. Raises ValueError for recalls
    that are no study positions.

    >>> measured = by_condition(np.array([[[[1, 0]], [[2, -1]]]]), np.array([2, 3]))
    >>> measured.n_recalled.values, measured.recalled.values[0]
    (array([[2., 1.]]), array([[ 1.,  1., nan],
           [ 0.,  0.,  1.]]))

    Source: that of each measure. Known limit: a subject must have the same number of lists in each condition.
    """
    import xarray as xr

    longest = int(list_length.max())

    def curves(function, dim: str, places: np.ndarray, name: str) -> xr.DataArray:
        wide = np.full((*recall.shape[:2], len(places)), np.nan)
        for i, n in enumerate(list_length):
            values = function(recall[:, i], int(n))
            start = 0 if dim == "position" else longest - n
            wide[:, i, start : start + values.shape[-1]] = values
        at = (dim, places, {"units": "1", "long_name": ALONG[dim]})
        return xr.DataArray(wide, {dim: at}, ("subject", "condition", dim), attrs={"units": "1", "long_name": name})

    position, lag = np.arange(longest), np.arange(1 - longest, longest)
    number = np.stack([n_recalled(recall[:, i], int(n)).mean(-1) for i, n in enumerate(list_length)], -1)
    told = {"units": "words", "long_name": "words recalled a list"}
    share = {"units": "1", "long_name": "proportion recalled"}
    return xr.Dataset(
        {
            "recalled": curves(serial_position, "position", position, "probability of recall"),
            "first": curves(first_recall, "position", position, "probability of first recall"),
            "lag_crp": curves(lag_crp, "lag", lag, "conditional response probability"),
            "n_recalled": (("subject", "condition"), number, told),
            "proportion": (("subject", "condition"), number / list_length, share),
        }
    )


def of_trials(trials: xr.Dataset) -> xr.Dataset:
    """The same of a paradigm's trials: `recall`, and `list_length`, which is one for all subjects."""
    lengths = trials.list_length.values.reshape(-1, trials.sizes["condition"])[0]
    recall = trials.recall.transpose("subject", "condition", "list", "output").values
    coords = {"condition": trials.condition.values, "list_length": ("condition", lengths)}
    return by_condition(recall, lengths).assign_coords(coords)
