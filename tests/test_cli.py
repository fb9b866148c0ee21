"""The command line: its help, and that a mistake ends in one line and exit status 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from neuromem import __version__
from neuromem.fit import results as fits

TINY = str(Path(__file__).parent / "tiny_paradigm.py")


@pytest.mark.slow
@pytest.mark.needs_data("wm_continuous_report")
@pytest.mark.filterwarnings("ignore::neuromem.fit.diagnostics.NotConverged")
def test_a_group_of_fewer_than_ten_is_taken_whole(neuromem, tmp_path):
    status, *_ = neuromem("hierarchical", "mixture", "zhang_luck_2008", "--draws", 10, "--thin", 1)
    assert status == 0
    assert fits.load(tmp_path / "results" / "hierarchical_mixture.nc").sizes["subject"] == 8


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
