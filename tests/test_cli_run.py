"""neuromem run: what it writes, with which memory, and what is left when it is stopped."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from neuromem import report, results

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
