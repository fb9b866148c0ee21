"""The command line: what it prints and writes, and that a mistake ends in one line and exit status 2."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from neuromem import __version__, registry, report, results
from neuromem.fit import results as fits

TINY = str(Path(__file__).parent / "tiny_paradigm.py")


def test_run_writes_the_dataset_and_the_picture_and_prints_the_effects(neuromem, tmp_path):
    status, out, _ = neuromem("run", TINY, "--subjects", 3)
    assert status == 0
    kept = results.load(tmp_path / "results" / "tiny_paradigm.nc")
    assert kept.measured.sizes["subject"] == kept.trials.sizes["subject"] == 3
    assert (tmp_path / "results" / "tiny_paradigm.png").read_bytes().startswith(b"\x89PNG")
    assert "tiny_paradigm.nc" in out
    assert "recalls" in out
    assert "not applicable" in out


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_run_writes_where_it_is_told(neuromem, tmp_path, suffix):
    words = ("--out", tmp_path / "a.nc", "--figure", tmp_path / f"b.{suffix}", "--set", "n_items=4", "--seed", 2)
    assert neuromem("run", TINY, *words)[0] == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.nc", f"b.{suffix}"]
    assert results.load(tmp_path / "a.nc").trials.sizes["item"] == 4


def test_memory_and_its_fields_are_chosen(neuromem, tmp_path):
    assert neuromem("run", TINY, "--memory", "modern_hopfield", "--memory-set", "separation=softmax(beta=2)")[0] == 0
    memory = json.loads(results.load(tmp_path / "results" / "tiny_paradigm.nc").measured.memory)
    assert memory["separation"] == {"class": "Softmax", "beta": 2}


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


@pytest.mark.slow
@pytest.mark.needs_data("wm_continuous_report")
@pytest.mark.filterwarnings("ignore::neuromem.fit.diagnostics.NotConverged")
def test_a_group_of_fewer_than_ten_is_taken_whole(neuromem, tmp_path):
    status, *_ = neuromem("hierarchical", "mixture", "zhang_luck_2008", "--draws", 10, "--thin", 1)
    assert status == 0
    assert fits.load(tmp_path / "results" / "hierarchical_mixture.nc").sizes["subject"] == 8


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


def test_a_memory_of_ones_own_is_named_by_its_file(neuromem, tmp_path):
    howto = Path(report.__file__).parents[1] / "docs" / "howto" / "my_memory.py"
    (tmp_path / "mine.py").write_text(howto.read_text().partition("# Try it")[0])
    words = ("--memory", "mine.py:DeltaRule", "--memory-set", "rate = 0.5", "--subjects", 3, "--workers", 2)
    assert neuromem("run", TINY, *words)[0] == 0
    memory = json.loads(results.load(tmp_path / "results" / "tiny_paradigm.nc").measured.memory)
    assert memory == {"class": "DeltaRule", "rate": 0.5}
    assert neuromem("run", TINY, "--memory", "mine.py,kernel", "--subjects", 2)[0] == 0
    both = results.load(tmp_path / "results" / "tiny_paradigm.nc").measured
    assert both.memory.values.tolist() == ["delta_rule", "kernel"]


@pytest.mark.parametrize("given", ["kernel,", " kernel ", ",kernel"])
def test_an_empty_name_among_memories_is_none(neuromem, tmp_path, given):
    assert neuromem("run", TINY, "--memory", given, "--subjects", 2, "--set", "n_items = 3")[0] == 0
    kept = results.load(tmp_path / "results" / "tiny_paradigm.nc")
    assert json.loads(kept.measured.memory)["class"] == "KernelMemory"
    assert kept.trials.sizes["item"] == 3


def test_help_says_which_memory_is_taken_where_none_is_named(neuromem):
    out = " ".join(neuromem("run", "--help")[1].split())
    assert "One of the paradigm's memories (default: the first" in out
    assert "As above" not in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["figure", "murdock1962", "--out", "a/b/c"], "the folder a/b does not exist; make it first."),
        (["figure", "murdock1962", "--out", "taken"], "taken is a file; name a folder."),
        (["score", "--out", "a/b"], "the folder a does not exist; make it first."),
        (["score", "--out", "taken"], "taken is a file; name a folder."),
        (["run", TINY], "results is a file; name a folder."),
        (["ledger", "--out", "nowhere"], "nowhere is no folder; name the one that 'neuromem figure' wrote to."),
        (["ledger"], "results is no folder; name the one that 'neuromem figure' wrote to."),
    ],
    ids=" ".join,
)
def test_a_folder_that_cannot_be_is_told_in_the_same_words(neuromem, tmp_path, words, told):
    (tmp_path / "taken").touch()
    (tmp_path / "results").touch()
    assert neuromem(*words) == (2, "", f"neuromem: {told}\n")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["results", "taken"]


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


def test_the_command_alone_shows_what_it_can_do(neuromem):
    status, out, err = neuromem()
    assert (status, err) == (0, "")
    assert "Usage" in out
    assert "ledger" in out


def test_version(neuromem):
    assert neuromem("--version")[:2] == (0, f"{__version__}\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "list_recal"], "there is no paradigm 'list_recal'; did you mean list_recall"),
        (["run", "nowhere.py"], "there is no file"),
        (
            ["run", TINY, "--memory", "modern_hopfeld"],
            "there is no memory 'modern_hopfeld'; did you mean modern_hopfield",
        ),
        (["run", TINY, "--set", "n_item=3"], "no field 'n_item'; did you mean n_items?"),
        (["run", TINY, "--set", "n_items=three"], "n_items must be a whole number; saw 'three'"),
        (["run", TINY, "--set", "n_items=0"], "n_items must be a whole number of at least 1; saw 0"),
        (["run", TINY, "--memory-set", "bet=3"], "KernelMemory has no field 'bet'"),
        (["run", TINY, "--subjects", "0"], "subjects must be a whole number of at least 1; saw 0"),
        (["run", TINY, "--subjects", "-4"], "subjects must be a whole number of at least 1; saw -4"),
        (["run", TINY, "--subjects", "1000000000000"], "GiB for their trials"),
        (["run", TINY, "--subjects", "many"], "Invalid value for '--subjects'"),
        (["run", TINY, "--seed", "-1"], "seed must be a whole number of at least 0 and below 2^63; saw -1"),
        (["run", TINY, "--seed", str(1 << 63)], "below 2^63; saw 9223372036854775808"),
        (["run", TINY, "--set", "n_items=3", "--set", "n_items=4"], "n_items is set twice"),
        (["run", TINY, "--set", f"n_items={10**12}"], "GiB, and this machine has"),
        (
            ["run", "list_recall", "--set", f"n_lists={10**12}"],
            "n_lists must be a whole number from 1 to 1000000; saw 1000000000000",
        ),
        (["run", "silent_engram", "--memory-set", "rate=0.5"], "sets the memory's rate by its design"),
        (["run", TINY, "--workers", "0"], "workers must be a whole number of at least 1; saw 0"),
        (["run", TINY, "--out", "no/such/folder.nc"], "the folder no/such does not exist"),
        (["run", TINY, "--out", "x.txt"], "x.txt must end in .nc; saw '.txt'"),
        (["run", TINY, "--figure", "x.gif"], "x.gif must end in .svg or .png or .pdf; saw '.gif'"),
        (["run", TINY, "--memory", "matrix", "--set", "silence=true"], "CorrelationState has no rule for set_gain"),
        (
            ["run", TINY, "--memory", "matrix", "--set", "silence=true", "--workers", "2"],
            "tiny_paradigm does not run on matrix: CorrelationState has no rule for set_gain: register one with "
            "neuromem.manipulate.set_gain.register. It is made for kernel.",
        ),
        (["run", TINY, "--memory", "all", "--set", "silence=true"], "tiny_paradigm does not run on matrix: "),
        (
            ["sweep", TINY, "n_items=2,3", "--memory", "willshaw", "--set", "silence=true", "--out", "s.zarr"],
            "tiny_paradigm does not run on willshaw: ",
        ),
        (
            ["run", "list_recall", "--memory", "all"],
            "run these one by one: retrieved_context, support_stop, one_second, two_seconds.",
        ),
        (["run", TINY, "--memory", ""], "--memory names none; name one of kernel, matrix, or leave it out."),
        (["run", TINY, "--memory", "kernel, kernel"], "--memory names one twice"),
        (["run", TINY, "--memory-set", "separation=Softmax"], "saw 'Softmax'; did you mean softmax?"),
        (["run", TINY, "--colour", "red"], "No such option: --colour"),
        (["list", "memorys"], "there is nothing called 'memorys'; did you mean memories"),
        (["list", "silent_itm"], "there is nothing called 'silent_itm'; did you mean silent_item"),
        (["list", "zzzzz"], "'zzzzz'; there are: behaviour, data, figures, memories, paradigms."),
        (["sweep", TINY, "n_itms=2,3", "--out", "s.zarr"], "no field 'n_itms'; did you mean n_items"),
        (["sweep", TINY, "n_items=", "--out", "s.zarr"], "n_items has no values to sweep"),
        (["sweep", TINY, "n_items=2,3", "n_items=4", "--out", "s.zarr"], "n_items is swept twice"),
        (["sweep", TINY, "n_items=2,2", "--out", "s.zarr"], "n_items has the same value twice"),
        (["sweep", TINY, "n_items=2,3", "--set", "n_items=4", "--out", "s.zarr"], "n_items is both set and swept"),
        (["sweep", "silent_engram", "memory.rate=0.1,0.2", "--out", "s.zarr"], "sets the memory's rate by its design"),
        (["figure", "murdock1926"], "there is no figure 'murdock1926'; did you mean murdock1962?"),
        (["ledger", "murdock1926"], "there is no figure 'murdock1926'"),
        (["rn"], "No such command 'rn'"),
    ],
    ids=lambda value: " ".join(value).replace(TINY, "tiny") if isinstance(value, list) else "",
)
def test_a_mistake_is_one_line_and_status_2(neuromem, words, told):
    status, out, err = neuromem(*words)
    assert status == 2
    assert told in err
    assert err.count("\n") == 1
    assert "Traceback" not in out + err


def test_a_path_that_cannot_be_written_is_refused_before_the_work(neuromem, tmp_path):
    (tmp_path / "taken.nc").mkdir()
    status, _, err = neuromem("run", TINY, "--set", "pause=60", "--out", "taken.nc")
    assert (status, "is a folder" in err) == (2, True)


def test_nothing_is_left_when_a_run_fails(neuromem, tmp_path):
    neuromem("run", TINY, "--memory", "matrix", "--set", "silence=true", "--out", "a.nc", "--figure", "a.png")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_leaves_the_old_result(tmp_path):
    kept = tmp_path / "a.nc"
    words = ["run", TINY, "--out", "a.nc", "--figure", "a.png"]
    command = [sys.executable, "-m", "neuromem", *words]
    subprocess.run(command, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    before = kept.read_bytes()
    heed = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from neuromem.cli import main; main()"
    )
    slow = subprocess.Popen(
        [sys.executable, "-c", heed, *words, "--set", "pause=0.2", "--subjects", "500"],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(3)
    slow.send_signal(signal.SIGINT)
    _, err = slow.communicate(timeout=30)
    assert slow.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert kept.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.nc", "a.png"]


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.1])
def test_a_run_killed_while_it_writes_leaves_the_old_file_or_the_new(tmp_path, delay):
    script = (
        "import sys, neuromem.run, neuromem.results\n"
        "made = [neuromem.run.run(sys.argv[1], seed=s) for s in (0, 1)]\n"
        "neuromem.results.save(made[0], 'a.nc')\n"
        "print('saved', flush=True)\n"
        "while True:\n    for result in made:\n        neuromem.results.save(result, 'a.nc')\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", script, TINY], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert writer.stdout.readline() == "saved\n"
    time.sleep(delay)
    writer.kill()
    writer.communicate()
    assert results.load(tmp_path / "a.nc").measured.seed in (0, 1)


def test_the_command_works_from_any_folder(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "neuromem", "list", "paradigms"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "list_recall" in done.stdout
    assert os.listdir(tmp_path) == []
