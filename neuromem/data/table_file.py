"""Free recall in a file: read with its rules checked, written, and told in a few lines.

A file is a long table, one row per event (.csv, or .tsv and .txt with tabs, either may be compressed as .gz), or a
Dataset (.nc), both as in `neuromem.data.free_recall`; of further columns, `session` (of a list) and `category` (of a
studied word) are kept. Rows are named by their line in the file, the header being 1.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neuromem.data.free_recall import INTRUSION, from_table, to_table
from neuromem.data.table_rules import obeyed
from neuromem.errors import UserError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

SEPARATORS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
SUFFIXES = (".csv", ".tsv", ".nc")  # that are written
OPTIONAL = {"list_columns": ["session"], "item_columns": ["category"]}  # kept where a table has them
NOTHING = ["", "nan", "NaN", "NA", "N/A"]  # in columns of numbers; a word may be any of these but the first


def read(
    path: str | Path, *, condition: str | None = None, same_length: bool = False, keep_going: bool = False
) -> xr.Dataset:
    """The Dataset of a file; the options are those of `free_recall.from_table`, for a table only.

    What was dropped by `keep_going` stands in the attribute `dropped`, and what is allowed but may be a mistake in the
    attribute `noticed`; nothing is warned of. Raises UserError for a file that is absent or no table, ValueError with
    row and rule for a table that breaks one.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path} is no file; name a table of free recall, or a data set of 'neuromem list data'.")
    if path.suffix == ".nc":
        return _dataset(path)
    table = _table(path)
    options = {"same_length": same_length, "keep_going": keep_going}
    of_each = {name: [one for one in known if one in table] for name, known in OPTIONAL.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        dataset = from_table(table, condition=condition, **of_each, **options)
    of_lists = [*([condition] if condition else []), *of_each["list_columns"]]
    noticed = notices(obeyed(table, of_lists=of_lists, **options)[0])
    return dataset.assign_attrs({"noticed": ". ".join(noticed)} if noticed else {})


def write(dataset: xr.Dataset, path: Path) -> None:
    """The Dataset as a table or as netCDF, by the suffix of the path."""
    if path.suffix == ".nc":
        dataset.to_netcdf(path, engine="h5netcdf")
    else:
        to_table(dataset).to_csv(path, sep=SEPARATORS[path.suffix], index=False)


def told(dataset: xr.Dataset) -> list[str]:
    """What the Dataset holds, what was noticed and what was dropped, in a line each."""
    from neuromem.measures.n_recalled import n_recalled

    recall, length = dataset["recall"].to_numpy(), dataset["list_length"].to_numpy()
    made = recall >= 0
    right = n_recalled(dataset, by="list").to_numpy()
    span = f"{length.min()}" if length.min() == length.max() else f"{length.min()} to {length.max()}"
    subjects = len(np.unique(dataset["subject"]))
    lines = [
        f"{subjects} subject{'s' * (subjects > 1)}, {len(recall)} list{'s' * (len(recall) > 1)} of {span} words",
        f"{right.mean():.2f} words recalled a list, {made.sum() - right.sum():.0f} repeats, "
        f"{(recall == INTRUSION).sum()} intrusions, {(right == 0).sum()} lists without a word recalled",
    ]
    return lines + [f"{kind}: {dataset.attrs[kind]}." for kind in ("noticed", "dropped") if kind in dataset.attrs]


def notices(table: pd.DataFrame) -> list[str]:
    """What a table that obeys the rules may yet have wrong, in a line each with the first row of its kind."""
    import pandas as pd

    place = table["position"].astype(float).rename("place")
    event = place.groupby([table[name] for name in ("subject", "list", "trial_type")], sort=False)
    recalled = table["trial_type"] == "recall"
    word = pd.MultiIndex.from_frame(table[["subject", "list", "item"]])
    found = {
        "stands before a row of a lower position; rows are taken by position": place < event.cummax(),
        "leaves out an output position; recalls are taken as neighbours": recalled & (place > event.transform("size")),
        "recalls a word that its list does not have, taken as an intrusion": recalled & ~word.isin(word[~recalled]),
    }
    return [_notice(table, what, np.asarray(rows, bool)) for what, rows in found.items() if np.any(rows)]


def _notice(table: pd.DataFrame, what: str, rows: np.ndarray) -> str:
    first = table[rows].iloc[0]
    return (
        f"row {table.index[rows][0]}: subject {first['subject']}, list {first['list']} {what} ({rows.sum()} such rows)"
    )


def _dataset(path: Path) -> xr.Dataset:
    import xarray as xr

    try:
        dataset = xr.load_dataset(path, engine="h5netcdf")
    except OSError as error:
        raise UserError(f"{path} is no netCDF file: {error}.") from error
    lacking = [n for n in ("recall", "subject", "list_number", "list_length", "condition") if n not in dataset]
    if lacking:
        raise UserError(
            f"{path} holds no free recall: it lacks {', '.join(lacking)}; write it by 'neuromem data --out'."
        )
    return dataset


def _table(path: Path) -> pd.DataFrame:
    """The table as it stands, indexed by line; words stay text, whatever they look like."""
    import pandas as pd

    suffix = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    if suffix not in SEPARATORS:
        known = ", ".join((*SEPARATORS, ".nc"))
        raise UserError(f"{path} must be a table, its name ending in {known}; saw {path.suffix or 'no suffix'!r}.")
    empty = {"item": [""], "trial_type": [""]} | dict.fromkeys(("subject", "list", "position"), NOTHING)
    try:
        as_typed = {"dtype": {"item": str}, "keep_default_na": False, "na_values": empty, "skip_blank_lines": False}
        table = pd.read_csv(path, sep=SEPARATORS[suffix], **as_typed)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError, OSError) as error:
        raise UserError(f"{path} is no table: {' '.join(str(error).split())}.") from error
    if len(table.columns) == 1:
        raise UserError(
            f"{path} has one column, {table.columns[0]!r:.60}; separate columns by commas, or tabs in a .tsv."
        )
    table.index = pd.RangeIndex(2, len(table) + 2)
    return table
