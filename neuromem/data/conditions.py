"""Lists of several conditions side by side, as paradigms give and measure them."""

from __future__ import annotations

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
