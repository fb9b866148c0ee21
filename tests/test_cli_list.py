"""neuromem list, data and ledger: what they print."""

from io import StringIO

import pytest
from rich.console import Console

from neuromem import registry, report


def test_list_shows_every_kind_one_line_each(neuromem):
    status, out, _ = neuromem("list")
    assert status == 0
    assert all(word in out for word in ("MEMORIES", "PARADIGMS", "FIGURES", "DATA", "kernel_memory", "peers_notask"))
    assert "MEMORIES" not in neuromem("list", "data")[1]


@pytest.mark.parametrize("kind", ["memories", "paradigms", "figures", "data"])
def test_a_list_that_is_not_on_a_terminal_is_whole(neuromem, kind):
    out = neuromem("list", kind)[1]
    rows = [line for line in out.splitlines() if line.strip()][2:]
    found = getattr(registry, kind)()
    assert len(rows) == len(found)
    for row, entry in zip(rows, found.values(), strict=True):
        assert row.startswith(entry.name)
        assert f"{entry.summary} " in row
        assert entry.reference in row


def test_the_list_of_behaviour_names_the_data_that_each_kind_of_model_is_fitted_to(neuromem):
    _, out, _ = neuromem("list", "behaviour")
    told = out.partition("DATA THAT THEY ARE FITTED TO")[2]
    for family, module in registry.families().items():
        row = next(line for line in told.splitlines() if line.startswith(f"{family} "))
        assert ", ".join(module.DATA) in row


def test_a_list_on_a_terminal_is_folded_and_loses_nothing():
    rows = [("a", "what it is in so many words", "Someone (1999), a journal of long names 12:345")]
    narrow = Console(width=30, file=StringIO())
    narrow.print(report.listing("KIND", ("name", "what it is", "reference"), rows))
    printed = narrow.file.getvalue()
    assert max(map(len, printed.splitlines())) <= 30
    assert "…" not in printed
    assert set(" ".join(rows[0]).split()) <= set(printed.split())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (
            "list_recall",
            ["(paradigm)", "lists", "of each length, for each subject", "support_stop", "--set", "Murdock"],
        ),
        ("kernel_memory", ["(memory)", "softmax(beta=1.0)", "one of float32, float64", "--memory-set", "Millidge"]),
        ("peers_notask", ["(data set)", "Reference: "]),
        ("murdock1962", ["(figure)", "(data set)"]),
    ],
)
def test_list_of_a_name_shows_all_about_it_with_its_settings(neuromem, name, shown):
    status, out, _ = neuromem("list", name)
    assert status == 0
    assert [word for word in shown if word not in out] == []
    assert "Source:" not in out


def test_a_ledger_needs_no_folder_before_a_figure_is_made(neuromem):
    status, out, _ = neuromem("ledger", "murdock1962")
    assert (status, "not made yet" in out) == (0, True)


def test_the_ledger_of_a_figure_without_published_numbers_says_so_in_a_line(neuromem):
    said = "No published number is held against this figure.\n"
    assert neuromem("ledger", "polyn2009") == (0, said, "")


def test_data_says_where_each_set_is_or_how_to_get_it(neuromem, monkeypatch, tmp_path):
    monkeypatch.setenv("NEUROMEM_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    status, out, _ = neuromem("data")
    assert status == 0
    assert "missing" in out
    assert "present" in out
