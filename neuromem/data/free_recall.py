"""Free recall in memory, and as the long table that the field shares.

In memory: a Dataset whose `recall` (list, output) is int32: the study position recalled at each output, from 0,
with `INTRUSION` (-2) where no studied word was recalled and `PADDING` (-1) after the last recall. Repeats stay
where they were made: a measure decides what they count for. Lists are sorted by subject. On the lists stand
`subject`, `list_number` (within the subject), `list_length` and `condition`; `item` (list, position) and
`recalled_item` (list, output) are the words, "" where there is none.

As a table: one row per event, columns subject, list, trial_type (study | recall), position (from 1: study or output
position), item. A recall is of the studied item that has the same name, so a list must not hold an item twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

PADDING, INTRUSION = -1, -2
COLUMNS = ("subject", "list", "trial_type", "position", "item")


def recall_dataset(recall, *, subject, list_number, list_length, condition, attrs=None) -> xr.Dataset:
    """The Dataset of lists that are sorted by subject; every argument but `attrs` runs along the lists."""
    import xarray as xr

    note = {"units": "1", "long_name": "study position recalled, from 0", "intrusion": INTRUSION, "padding": PADDING}
    return xr.Dataset(
        {"recall": (("list", "output"), np.asarray(recall, np.int32), note)},
        coords={
            "position": np.arange(np.max(list_length)),
            "subject": ("list", subject),
            "list_number": ("list", list_number, {"long_name": "number of the list within its subject"}),
            "list_length": ("list", list_length, {"units": "word"}),
            "condition": ("list", condition),
        },
        attrs=attrs or {},
    )


def from_table(
    table: pd.DataFrame,
    *,
    condition: str | None = None,
    list_columns: Sequence[str] = (),
    item_columns: Sequence[str] = (),
    attrs: dict[str, str] | None = None,
) -> xr.Dataset:
    """The Dataset of a long table; raises ValueError when the table is not one.

    `condition` names the column that becomes the condition of each list; the study events' `list_columns` are kept
    per list and their `item_columns` per (list, position).
    """
    import pandas as pd

    _check_table(table, [*COLUMNS, *([condition] if condition else []), *list_columns, *item_columns])
    table = table.assign(name=pd.factorize(table["item"].fillna(""))[0]).sort_values(
        ["subject", "list", "position"], kind="stable"
    )
    study, recalled = (table[table["trial_type"] == kind] for kind in ("study", "recall"))
    lists = pd.MultiIndex.from_frame(study[["subject", "list"]]).unique()
    study_list, recalled_list = (lists.get_indexer(pd.MultiIndex.from_frame(t[["subject", "list"]])) for t in (study, recalled))
    if (recalled_list < 0).any():
        lost = recalled[recalled_list < 0].iloc[0]
        raise ValueError(f"subject {lost['subject']} recalls list {lost['list']} but has no study events of it; add them.")
    position, output = _count_within(study_list), _count_within(recalled_list)
    if not np.array_equal(position + 1, study["position"]):
        bad = study[position + 1 != study["position"]].iloc[0]
        raise ValueError(
            f"study positions must run from 1 without gaps; see subject {bad['subject']}, list {bad['list']}, position {bad['position']}."
        )

    n_names = table["name"].max() + 1
    studied = pd.Index(study_list * n_names + study["name"])
    if studied.has_duplicates:
        twice = study[studied.duplicated()].iloc[0]
        raise ValueError(f"{twice['item']!r} is studied twice in list {twice['list']} of subject {twice['subject']}; give the copies names of their own.")
    event = studied.get_indexer(recalled_list * n_names + recalled["name"])

    recall = np.full((len(lists), output.max(initial=-1) + 1), PADDING, np.int32)
    recall[recalled_list, output] = np.where(event < 0, INTRUSION, position[event])
    starts = np.flatnonzero(position == 0)
    dataset = recall_dataset(
        recall,
        subject=lists.get_level_values(0).to_numpy(),
        list_number=lists.get_level_values(1).to_numpy(),
        list_length=np.bincount(study_list),
        condition=_column(study[condition])[starts] if condition else np.full(len(lists), ""),
        attrs=attrs,
    )
    for name in list_columns:
        dataset[name] = "list", _column(study[name])[starts]
    for name in ("item", *item_columns):
        dataset[name] = ("list", "position"), _spread(_column(study[name]), study_list, position)
    dataset["recalled_item"] = ("list", "output"), _spread(_column(recalled["item"]), recalled_list, output, recall.shape)
    return dataset
