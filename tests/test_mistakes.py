"""Mistakes in a user's own files: one line that names the file, the line and the kind of error, and status 2."""

from pathlib import Path

import pytest

from neuromem import errors

TINY = (Path(__file__).parent / "tiny_paradigm.py").read_text()
MEMORY = """
from typing import NamedTuple

from neuromem.core import Memory, Recall


class MineState(NamedTuple):
    matrix: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Mine(Memory[MineState]):
    def init(self, capacity, d_key, d_value, *, rng):
        return MineState(np.zeros((d_key, d_value)))

    def write(self, state, key, value, *, rng):
        return MineState(state.matrix + key.T @ value)

    def read(self, state, query, *, rng):
        value = query @ state.matrix
        return Recall(value, np.linalg.norm(value, axis=-1), {})


MEMORIES = {"mine": Mine(), """
OWN = TINY.replace("MEMORIES = {", MEMORY)
HINT = "(NEUROMEM_TRACEBACK=1 shows the traceback)"


@pytest.fixture
def neuromem(neuromem):
    """Calls the command in an empty folder: (exit status, standard error)."""

    def call(*words):
        status, _, told = neuromem(*words)
        return status, told

    return call


def broken(name, old, new, text=OWN):
    """Writes the paradigm with one mistake in it; returns the number of the line where it is."""
    assert text.count(old) == 1
    Path(name).write_text(text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


def test_the_file_without_a_mistake_runs(neuromem):
    Path("right.py").write_text(OWN)
    assert neuromem("run", "right.py", "--subjects", 2) == (0, "")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("in_simulate", "    recalled = []", "    recalled = [nothing]", "NameError: name 'nothing' is not defined"),
        ("in_measure", "trials.recalled.", "trials.recaled.", "AttributeError: 'Dataset' object has no attribute"),
        ("in_dims", 'mean("item")', 'mean("itm")', "ValueError: 'itm' not found in array dimensions"),
        ("in_effect", "measured.accuracy.isel", "measured.acuracy.isel", "AttributeError: 'Dataset' object"),
        ("in_plot", "one.accuracy", "one.acuracy", "AttributeError: 'Dataset' object has no attribute"),
        ("in_memory", "query @ state", "query[:, 1:] @ state", "ValueError: matmul: Input operand 1 has a mismatch"),
    ],
)
def test_an_error_is_told_with_its_file_and_line(neuromem, name, old, new, told):
    line = broken(f"{name}.py", old, new)
    status, err = neuromem("run", f"{name}.py")
    assert status == 2
    assert err.startswith(f"neuromem: {name}.py, line {line}: {told}")
    assert err.endswith(f"{HINT}\n")
    assert err.count("\n") == 1


def test_an_error_in_another_process_is_told_alike(neuromem):
    line = broken("far.py", "    recalled = []", "    recalled = [np.zeros(2)[int(rng.integers(2, 9))]]")
    told = f"neuromem: far.py, line {line}: IndexError: index "
    assert neuromem("run", "far.py", "--workers", 2)[1].startswith(told)
    line = broken("later.py", "    recalled = []", "    recalled = [] if rng.integers(2) else [nothing]")
    status, err = neuromem("run", "later.py", "--workers", 2, "--subjects", 40)
    assert (status, "Traceback" in err) == (2, False)
    assert err.splitlines()[-1].startswith(f"neuromem: later.py, line {line}: NameError: name 'nothing' is not defined")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("no_stream", "memory, *, rng):\n    checks", "memory):\n    checks",
         "define it as simulate(design, memory, *, rng)"),
        ("no_trials", "def measure(trials)", "def measure()", "define it as measure(trials)"),
        ("no_axes", "def plot(measured, ax, data=None)", "def plot(measured)", "define it as plot(measured, ax)"),
        ("no_rng", "state, query, *, rng)", "state, query)", "define it as read(self, state, query, *, rng)"),
        ("array", 'xr.Dataset({"accuracy": accuracy})', "accuracy", "measure must return a Dataset; saw DataArray."),
        ("bare", "return Recall(value, np.linalg.norm(value, axis=-1), {})", "return value",
         "Mine.read must return a Recall(value, strength, aux); saw ndarray."),
        ("forgets", "return MineState(state.matrix + key", "MineState(state.matrix + key",
         "Mine.write must return its state, a MineState; saw NoneType."),
    ],
)  # fmt: skip
def test_what_breaks_the_contract_is_named(neuromem, name, old, new, told):
    broken(f"{name}.py", old, new)
    status, err = neuromem("run", f"{name}.py")
    assert (status, err.count("\n")) == (2, 1)
    assert told in err


def test_a_check_of_ours_stays_one_plain_line_with_the_line_that_called_it(neuromem):
    line = broken("narrow.py", "key + sd", "key[:, 1:] + sd * 0 + sd", TINY.replace("key.shape)", "key[:, 1:].shape)"))
    status, err = neuromem("run", "narrow.py")
    assert (status, err) == (
        2,
        f"neuromem: query must have 16 features, as given to init; saw 15. (narrow.py, line {line})\n",
    )


def test_a_value_that_a_design_refuses_names_no_line(neuromem):
    Path("tiny.py").write_text(TINY)
    _, err = neuromem("run", "tiny.py", "--set", "n_items=0")
    assert err == "neuromem: n_items must be a whole number of at least 1; saw 0.\n"


def test_the_traceback_is_shown_where_it_is_asked_for(neuromem, monkeypatch):
    broken("traced.py", "    recalled = []", "    recalled = [nothing]")
    monkeypatch.setenv(errors.TRACEBACK, "1")
    _, err = neuromem("run", "traced.py")
    assert err.startswith("Traceback (most recent call last):")
    assert "recalled = [nothing]" in err


def test_trials_that_do_not_fit_together_are_refused(neuromem):
    broken("ragged.py", '"recalled": np.stack(recalled, -1)', '"recalled": np.zeros((6, rng.integers(1, 99)))')
    assert "'recalled' must have the same shape for each subject; saw (6, " in neuromem("run", "ragged.py")[1]
    broken("other.py", '"recalled": np.stack(recalled, -1)', '"recalled": np.zeros((6, 7))')
    assert "DIMS and what simulate returns do not agree: conflicting sizes" in neuromem("run", "other.py")[1]
