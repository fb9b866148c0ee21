"""The rules of a long table of free recall: each breach is named with its row, and can be dropped instead.

The order of the rows carries no meaning, a list may have no recall, and a recalled word that its list does not have is
an intrusion. What breaks a rule is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("subject", "list", "trial_type", "position", "item")
NAMELESS = "intrusion"  # the item of a recalled word that was not recorded
LIST = ["subject", "list"]


class Rule(NamedTuple):
    breach: str  # what is wrong and what to do, after "row 7: subject 1, list 2 "
    rows: Callable[[pd.DataFrame], np.ndarray]  # which rows break it
    drops: list[str]  # what goes with such a row where going on is wanted: all rows that share these columns


def obeyed(
    table: pd.DataFrame, *, of_lists: Sequence[str] = (), same_length: bool = False, keep_going: bool = False
) -> tuple[pd.DataFrame, list[str]]:
    """The table, and what was dropped to make it obey the rules, in a line for each rule that was broken.

    Without `keep_going` the first breach raises ValueError with its row. The columns `of_lists` must have one value
    for each list; `same_length` adds the rule that the lists of a subject have one length. Rules are applied in order,
    each to what the earlier ones have left.
    """
    dropped = []
    for rule in (*RULES, *map(_constant, of_lists), *([SAME_LENGTH] if same_length else [])):
        bad = np.asarray(rule.rows(table), bool)
        if not bad.any():
            continue
        first = table[bad].iloc[0]
        told = f"row {table.index[bad][0]}: subject {first['subject']}, list {first['list']} {rule.breach}"
        if not keep_going:
            raise ValueError(f"{told} ({bad.sum()} such rows).")
        gone = _shares(table, bad, rule.drops)
        dropped.append(f"{told}; dropped {gone.sum()} rows, every {' and '.join(rule.drops) or 'row'} like this")
        table = table[~gone]
    return table, dropped


def _shares(table: pd.DataFrame, bad: np.ndarray, columns: list[str]) -> np.ndarray:
    """The rows that agree in these columns with a bad one; the bad ones themselves where there are no columns."""
    if not columns:
        return bad
    keys = table.groupby(columns, dropna=False, sort=False).ngroup()
    return keys.isin(keys[bad]).to_numpy()


def _missing(columns: list[str]) -> Callable[[pd.DataFrame], np.ndarray]:
    return lambda t: np.logical_or.reduce([_blank(t[column]) for column in columns])


def _blank(column: pd.Series) -> np.ndarray:
    """Whether nothing stands there, or blanks only."""
    missing = column.isna().to_numpy(bool)
    if column.dtype.kind in "biuf":
        return missing
    return missing | column.map(lambda x: isinstance(x, str) and not x.strip()).to_numpy(bool)


def _fraction(column: str) -> Callable[[pd.DataFrame], np.ndarray]:
    import pandas as pd

    def rows(table: pd.DataFrame) -> np.ndarray:
        number = pd.to_numeric(table[column].astype(object), errors="coerce")
        return number.isna() | (number % 1 != 0)

    return rows


def _no_name(table: pd.DataFrame) -> np.ndarray:
    if table["item"].dtype.kind in "biuf":
        return np.zeros(len(table), bool)
    name = table["item"].map(lambda x: x is None or isinstance(x, str | int | float | np.generic))
    return ~name.to_numpy(bool)


def _mixed(table: pd.DataFrame) -> np.ndarray:
    """Rows of subjects that are text where most are numbers, or numbers where most are text."""
    text = table["subject"].map(lambda x: isinstance(x, str)).to_numpy(bool)
    return text if text.mean() <= 0.5 else ~text


def _constant(column: str) -> Rule:
    def rows(table: pd.DataFrame) -> np.ndarray:
        value = table[column].astype(object).where(table[column].notna(), "")
        first = value.where(_studied(table)).groupby([table["subject"], table["list"]]).transform("first")
        return _studied(table) & (value != first)

    return Rule(f"has more than one {column}: give all study events of a list the same", rows, LIST)


def _studied(table: pd.DataFrame) -> pd.Series:
    return table["trial_type"] == "study"


def _gap(table: pd.DataFrame) -> np.ndarray:
    number = _studied(table).groupby([table["subject"], table["list"]]).transform("sum")
    return _studied(table) & (table["position"].astype(float) > number)


def _without_study(table: pd.DataFrame) -> np.ndarray:
    return ~_studied(table).groupby([table["subject"], table["list"]]).transform("any")


def _silent(table: pd.DataFrame) -> np.ndarray:
    """Rows of subjects who recall nothing, where others do."""
    recalls = ~_studied(table)
    return ~recalls.groupby(table["subject"]).transform("any") & recalls.any()


def _other_length(table: pd.DataFrame) -> np.ndarray:
    """Rows of lists whose length is not the subject's most frequent one, the greatest of several."""
    length = _studied(table).groupby([table["subject"], table["list"]]).sum()
    usual = length.groupby("subject").agg(lambda n: n.mode().max())
    own = length[length.to_numpy() != usual.reindex(length.index.get_level_values("subject")).to_numpy()]
    return table.set_index(LIST).index.isin(own.index)


RULES = (
    Rule("has an item that is neither a word nor a number: write it as one", _no_name, LIST),
    Rule("has no subject or list: fill it in", _missing(LIST), []),
    Rule("names the subject by text, others by numbers, or the reverse: write all alike", _mixed, ["subject"]),
    Rule("has a list number that is no whole number: number the lists 1, 2, 3, ...", _fraction("list"), LIST),
    Rule("has no trial_type, position or item: fill it in", _missing(["trial_type", "position", "item"]), LIST),
    Rule(
        "has a trial_type that is neither study nor recall: name it so",
        lambda t: ~t["trial_type"].isin(["study", "recall"]),
        LIST,
    ),
    Rule("has a position that is no whole number: count from 1", _fraction("position"), LIST),
    Rule("has a position below 1: count from 1", lambda t: t["position"].astype(float) < 1, LIST),
    Rule(
        "has a position twice: number the events of each kind 1, 2, 3, ...",
        lambda t: t.duplicated([*LIST, "trial_type", "position"]),
        LIST,
    ),
    Rule("has study positions other than 1, 2, 3, ...: number them so", _gap, LIST),
    Rule(
        "studies a word twice: give the copies names of their own",
        lambda t: _studied(t) & t.duplicated([*LIST, "trial_type", "item"]),
        LIST,
    ),
    Rule(
        f"studies a word named {NAMELESS!r}, which stands for intrusions that were not recorded: rename it",
        lambda t: _studied(t) & (t["item"] == NAMELESS),
        LIST,
    ),
    Rule("recalls a list without study events: add them", _without_study, LIST),
    Rule("is of a subject without any recall: leave the subject out", _silent, ["subject"]),
)
SAME_LENGTH = Rule("has another length than the subject's other lists: add the missing rows", _other_length, LIST)
