"""Bad tables of free recall: every breach is named with its row, or dropped and reported."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuromem import data
from neuromem.data.free_recall import from_table, to_table
from neuromem.data.table_rules import COLUMNS
from neuromem.measures.lists import checked

NAN = np.nan
GOOD = pd.DataFrame(
    [
        (subject, number, kind, place, word)
        for subject in (1, 2)
        for number in (1, 2)
        for kind, place, word in (
            ("study", 1, "ant"),
            ("study", 2, "bee"),
            ("study", 3, "cat"),
            ("recall", 1, "cat"),
            ("recall", 2, "owl"),
        )
    ],
    columns=COLUMNS,
).set_index(pd.Index(range(100, 120), name="line"))


def having(row, column, value):
    """The table with one cell changed."""
    table = GOOD.astype(object)
    table.loc[row, column] = value
    return table


BAD = {  # the table, what is told of it, and the lists that are left, as (subject, list)
    "no subject": (having(100, "subject", NAN), "row 100: subject nan, list 1 has no subject", [12, 21, 22]),
    "no item": (
        having(103, "item", NAN),
        "row 103: subject 1, list 1 has no trial_type, position or item",
        [12, 21, 22],
    ),
    "no position": (having(101, "position", NAN), "row 101: subject 1, list 1 has no trial_type", [12, 21, 22]),
    "kind": (having(108, "trial_type", "test"), "row 108: subject 1, list 2 has a trial_type that", [11, 21, 22]),
    "fraction": (having(108, "position", 1.5), "row 108: subject 1, list 2 has a position that is no", [11, 21, 22]),
    "text": (having(108, "position", "first"), "row 108: subject 1, list 2 has a position that is no", [11, 21, 22]),
    "zero": (having(110, "position", 0), "row 110: subject 2, list 1 has a position below 1", [11, 12, 22]),
    "twice": (having(111, "position", 1), "row 111: subject 2, list 1 has a position twice", [11, 12, 22]),
    "output twice": (having(114, "position", 1), "row 114: subject 2, list 1 has a position twice", [11, 12, 22]),
    "gap": (having(117, "position", 7), "row 117: subject 2, list 2 has study positions other than", [11, 12, 21]),
    "word twice": (having(117, "item", "ant"), "row 117: subject 2, list 2 studies a word twice", [11, 12, 21]),
    "code": (having(117, "item", "intrusion"), "row 117: subject 2, list 2 studies a word named 'intr", [11, 12, 21]),
    "no study": (GOOD.drop([100, 101, 102]), "row 103: subject 1, list 1 recalls a list without", [12, 21, 22]),
    "blank item": (having(104, "item", " "), "row 104: subject 1, list 1 has no trial_type, pos", [12, 21, 22]),
    "thing": (having(104, "item", ["ant"]), "row 104: subject 1, list 1 has an item that is neither", [12, 21, 22]),
    "list fraction": (
        GOOD.replace({"list": {2: 2.5}}),
        "row 105: subject 1, list 2.5 has a list number that",
        [11, 21],
    ),
    "list text": (GOOD.replace({"list": {2: "b"}}), "row 105: subject 1, list b has a list number that", [11, 21]),
    "infinite": (having(108, "position", np.inf), "row 108: subject 1, list 2 has a position that is no", [11, 21, 22]),
    "mixed subjects": (
        pd.concat([GOOD, GOOD[:5].assign(subject="x")]).reset_index(drop=True),
        "row 20: subject x, list 1 names the subject by text",
        [11, 12, 21, 22],
    ),
    "silent": (GOOD.drop([103, 104, 108, 109]), "row 100: subject 1, list 1 is of a subject without any", [21, 22]),
}
each_bad = pytest.mark.parametrize(("table", "told", "left"), BAD.values(), ids=BAD.keys())


@each_bad
def test_a_breach_is_named_with_its_row(table, told, left):
    with pytest.raises(ValueError, match=rf"{told}.* \(\d+ such rows\)\.$") as error:
        from_table(table)
    assert "\n" not in str(error.value)


@each_bad
def test_going_on_reports_what_was_dropped_and_keeps_the_rest(table, told, left):
    with pytest.warns(UserWarning, match=rf"{told}.*; dropped \d+ rows"):
        lists = from_table(table, keep_going=True)
    kept = 10 * lists["subject"].astype(int) + lists["list_number"].astype(int)
    assert kept.to_numpy().tolist() == left
    assert told in lists.attrs["dropped"]
    assert "\n" not in lists.attrs["dropped"]


def test_a_condition_that_varies_within_a_list_is_named():
    table = GOOD.assign(task="size")
    table.loc[111, "task"] = "animacy"
    with pytest.raises(ValueError, match="row 111: subject 2, list 1 has more than one task"):
        from_table(table, condition="task")
    with pytest.warns(UserWarning, match="more than one task"):
        assert from_table(table, condition="task", keep_going=True).sizes["list"] == 3
    recalls = GOOD["trial_type"] == "recall"  # a condition may be told of study events only
    assert from_table(GOOD.assign(task=np.where(recalls, None, "size")), condition="task").sizes["list"] == 4


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (GOOD.drop(columns=["item", "list"]), "the table lacks list, item; it has subject, trial_type, position"),
        (pd.concat([GOOD, GOOD["item"]], axis=1), "two columns item"),
        (GOOD.assign(trial_type="STUDY"), "no study event .its trial_type is 'STUDY'"),
        (GOOD[:0], "no study event"),
        ([1, 2], "must be a pandas DataFrame; saw list"),
    ],
)
@pytest.mark.parametrize("keep_going", [False, True])
def test_what_is_no_table_is_refused_whatever_is_left_out(table, told, keep_going):
    with pytest.raises(ValueError, match=told):
        from_table(table, keep_going=keep_going)


def test_lists_numbered_in_text_are_in_the_order_of_their_numbers():
    ten = GOOD[:5].assign(list="10")
    lists = from_table(pd.concat([GOOD.astype({"list": str}), ten]))
    assert lists["list_number"].to_numpy().tolist() == [1, 2, 10, 1, 2]


ODD = st.sampled_from([NAN, None, "", "x", 0, 1, 1.0, 1.5, -1, 3, "2", np.inf, True, "study", "recall", "ant"])


@given(st.lists(st.tuples(st.integers(100, 119), st.sampled_from(COLUMNS), ODD), max_size=5), st.booleans())
def test_whatever_stands_in_the_cells_it_is_refused_in_one_line_or_read(changes, keep_going):
    table = GOOD.astype(object)
    for row, column, value in changes:
        table.loc[row, column] = value
    assert "\n" not in refusal(table, keep_going)


def refusal(table, keep_going):
    """Why the table is refused; nothing where it is read, which makes lists that are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            kept = from_table(table, keep_going=keep_going)
        except ValueError as error:
            return str(error)
    checked(kept["recall"].to_numpy(), kept["list_length"].to_numpy())
    return ""


def test_several_breaches_are_all_reported():
    table = having(101, "position", 0)
    table.loc[117, "item"] = "ant"
    with pytest.warns(UserWarning, match="row 101: .*row 117: "):
        lists = from_table(table, keep_going=True)
    assert lists.sizes["list"] == 2


@pytest.mark.parametrize("keep_going", [False, True])
def test_a_good_table_loses_nothing(keep_going):
    lists = from_table(GOOD, keep_going=keep_going)
    assert lists.sizes["list"] == 4
    assert "dropped" not in lists.attrs


def test_lists_of_other_lengths_are_refused_on_request_only():
    assert from_table(of_three_lists())["list_length"].to_numpy().tolist() == [2, 3, 3]
    with pytest.raises(ValueError, match="row 100: subject 1, list 1 has another length"):
        from_table(of_three_lists(), same_length=True)


def of_three_lists():
    """Subject 1 has lists of 2, 3 and 3 words."""
    more = GOOD[GOOD["subject"] == 1].assign(list=lambda t: t["list"] + 2)
    return pd.concat([GOOD.drop([102])[lambda t: (t["subject"] == 1) & (t["list"] == 1)], more])


def test_going_on_keeps_the_most_frequent_length():
    with pytest.warns(UserWarning, match="another length"):
        lists = from_table(of_three_lists(), same_length=True, keep_going=True)
    assert lists["list_number"].to_numpy().tolist() == [3, 4]


def test_a_table_of_which_nothing_is_left_is_refused():
    with pytest.raises(ValueError, match="no study event"), pytest.warns(UserWarning, match="dropped"):
        from_table(GOOD.assign(position=0), keep_going=True)


def test_positions_as_text_are_numbers():
    twelve = [(1, 1, "study", str(i), f"w{i}") for i in range(1, 13)] + [(1, 1, "recall", "1", "w10")]
    assert from_table(pd.DataFrame(twelve, columns=COLUMNS))["recall"].to_numpy().tolist() == [[9]]


def test_without_words_an_intrusion_stays_one_through_the_table():
    lists = from_table(GOOD).drop_vars(["item", "recalled_item"])
    again = from_table(to_table(lists))
    assert np.array_equal(again["recall"], lists["recall"])


@pytest.mark.needs_data("morton2013")
def test_a_real_table_obeys_every_rule():
    lists = from_table(to_table(data.load("morton2013")), same_length=True)
    assert lists.sizes["list"] == 1920
