"""Free recall in memory, and as the long table that the field shares.

In memory: a Dataset whose `recall` (list, output) is int32: the study position recalled at each output,
from 0, with `INTRUSION` (-2) where no studied word was recalled and `PADDING` (-1) after the last recall.
Repeats stay where they were made: a measure decides what they count for. Lists are sorted by subject. On
the lists stand `subject`, `list_number` (within the subject), `list_length` and `condition`; `item` (list,
position) and `recalled_item` (list, output) are the words, "" where there is none.

As a table: one row per event, columns subject, list, trial_type (study | recall), position (from 1: study
or output position), item. A recall is of the studied item that has the same name, so a list must not hold
an item twice.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from neuromem.data.table_rules import COLUMNS, NAMELESS, obeyed

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

PADDING, INTRUSION = -1, -2


def recall_dataset(recall, *, subject, list_number, list_length, condition, attrs=None) -> xr.Dataset:
    """The Dataset of lists that are sorted by subject; every argument but `attrs` runs along the lists."""
    import xarray as xr

    note = {"long_name": "study position recalled, from 0", "intrusion": INTRUSION, "padding": PADDING}
    return xr.Dataset(
        {"recall": (("list", "output"), np.asarray(recall, np.int32), {"units": "1", **note})},
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
    same_length: bool = False,
    keep_going: bool = False,
) -> xr.Dataset:
    """The Dataset of a long table; raises ValueError, with row and rule, when the table is not one.

    `condition` names the column that becomes the condition of each list; the study events' `list_columns` are
    kept per list and their `item_columns` per (list, position). The rules are those of
    `neuromem.data.table_rules`; with `same_length` all lists of a subject must have one length. With `keep_going`
    the lists or subjects that break a rule are left out, a warning says which, and so does the attribute
    `dropped`.
    """
    _check_columns(table, [*COLUMNS, *([condition] if condition else []), *list_columns, *item_columns])
    _check_studied(table)
    of_lists = [*([condition] if condition else []), *list_columns]
    table, dropped = obeyed(_numbered(table), of_lists=of_lists, same_length=same_length, keep_going=keep_going)
    if dropped:
        warnings.warn(". ".join(dropped), stacklevel=2)
        attrs = {**(attrs or {}), "dropped": ". ".join(dropped)}
    _check_studied(table)
    table = _numbered(table).assign(position=table["position"].astype(float).astype(int))
    study, recalled = _events(table, "study"), _events(table, "recall")
    lists = study.index.unique()
    row, recalled_row = lists.get_indexer(study.index), lists.get_indexer(recalled.index)
    position, output = _count_within(row), _count_within(recalled_row)

    recall = np.full((len(lists), output.max(initial=-1) + 1), PADDING, np.int32)
    recall[recalled_row, output] = _positions(study, recalled, position)
    starts = position == 0
    dataset = recall_dataset(
        recall,
        subject=lists.get_level_values("subject").to_numpy(),
        list_number=lists.get_level_values("list").to_numpy(),
        list_length=np.bincount(row),
        condition=_array(study[condition])[starts] if condition else np.full(len(lists), "", object),
        attrs=attrs,
    )
    for name in list_columns:
        dataset[name] = "list", _array(study[name])[starts]
    shape = len(lists), dataset.sizes["position"]
    for name in ("item", *item_columns):
        dataset[name] = ("list", "position"), _spread(study[name], row, position, shape)
    words = _spread(recalled["item"], recalled_row, output, recall.shape)
    dataset["recalled_item"] = ("list", "output"), words
    return dataset


def to_table(dataset: xr.Dataset) -> pd.DataFrame:
    """The long table of a Dataset. Without words, the items are called after their position, from 1."""
    import pandas as pd

    recall = dataset["recall"].to_numpy()
    numbers = np.broadcast_to(dataset["position"].to_numpy() + 1, (len(recall), dataset.sizes["position"]))
    item = dataset["item"].to_numpy() if "item" in dataset else numbers.astype(str).astype(object)
    words = dataset["recalled_item"].to_numpy() if "recalled_item" in dataset else NAMELESS
    said = np.where(recall >= 0, np.take_along_axis(item, np.maximum(recall, 0), 1), words)
    parts = []
    for kind, names, here in (
        ("study", item, numbers <= dataset["list_length"].to_numpy()[:, None]),
        ("recall", said, recall != PADDING),
    ):
        row, place = np.nonzero(here)
        subject, number = dataset["subject"].to_numpy()[row], dataset["list_number"].to_numpy()[row]
        columns = subject, number, kind, place + 1, names[here]
        parts.append(pd.DataFrame(dict(zip(COLUMNS, columns, strict=True))))
    return pd.concat(parts).sort_values(["subject", "list"], kind="stable", ignore_index=True)


def _events(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The events of a kind in their order, indexed by subject and list."""
    events = table[table["trial_type"] == kind].sort_values(["subject", "list", "position"], kind="stable")
    return events.set_index(["subject", "list"])


def _count_within(row: np.ndarray) -> np.ndarray:
    """0, 1, 2, ... within each run of equal numbers."""
    starts = np.flatnonzero(np.diff(row, prepend=-2))
    return np.arange(len(row)) - np.repeat(starts, np.diff(starts, append=len(row)))


def _positions(study: pd.DataFrame, recalled: pd.DataFrame, position: np.ndarray) -> np.ndarray:
    """The study position of each recalled word, `INTRUSION` where its list does not have it."""
    studied, said = (events.set_index("item", append=True).index for events in (study, recalled))
    event = studied.get_indexer(said)
    return np.where(event < 0, INTRUSION, position[event])


def _array(column: pd.Series) -> np.ndarray:
    """The values of a column; words as objects, since a NumPy string takes the room of the longest one."""
    return column.to_numpy() if column.dtype.kind in "iufb" else column.fillna("").to_numpy(object)


def _spread(column: pd.Series, row: np.ndarray, place: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    values = _array(column)
    wide = np.full(shape, "", object) if values.dtype == object else np.full(shape, np.nan)
    wide[row, place] = values
    return wide


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """The table with lists that are numbered in text, which would sort 10 before 2, numbered by numbers."""
    import pandas as pd

    if table["list"].dtype.kind in "iu":
        return table
    number = pd.to_numeric(table["list"].astype(object), errors="coerce")
    return table if (number.isna() | (number % 1 != 0)).any() else table.assign(list=number.astype(int))


def _check_columns(table: pd.DataFrame, wanted: list[str]) -> None:
    if not hasattr(table, "columns"):
        raise ValueError(f"the table must be a pandas DataFrame; saw {type(table).__name__}.")
    if twice := [str(name) for name in table.columns[table.columns.duplicated()]]:
        raise ValueError(f"the table has two columns {twice[0]}; rename one.")
    if missing := [name for name in wanted if name not in table]:
        raise ValueError(f"the table lacks {', '.join(missing)}; it has {', '.join(map(str, table))}.")


def _check_studied(table: pd.DataFrame) -> None:
    if not (table["trial_type"] == "study").any():
        kinds = ", ".join(map(repr, table["trial_type"].dropna().unique()[:3])) or "nothing"
        raise ValueError(f"the table has no study event (its trial_type is {kinds}); add the studied lists.")
