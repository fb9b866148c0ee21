"""What all tests share: data that may be absent, hypothesis without clock or chance, strict NumPy, no display."""

import sys
from functools import cache

import hypothesis
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from neuromem import cli, data
from neuromem.data import store

hypothesis.settings.register_profile("tests", deadline=None, derandomize=True, max_examples=25)


def pytest_configure():
    hypothesis.settings.load_profile("tests")
    mpl.use("Agg")


def pytest_terminal_summary(terminalreporter):
    absent = [name for name in data.names() if data_state(name).status != "present"]
    terminalreporter.write_line(f"data sets absent, whose tests were skipped: {', '.join(absent) or 'none'}")


def pytest_runtest_setup(item):
    for marker in item.iter_markers("needs_data"):
        for name in marker.args:
            state = data_state(name)
            if state.status != "present":
                pytest.skip(f"needs data set {name}, {state}")


@pytest.fixture(autouse=True)
def strict_numpy():
    with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
        yield


@pytest.fixture
def neuromem(monkeypatch, capsys, tmp_path):
    """Calls the command in an empty folder: (exit status, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["neuromem", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            sys.exit(cli.main())
        plt.close("all")
        printed = capsys.readouterr()
        return stop.value.code or 0, printed.out, printed.err

    return call


@cache
def data_state(name):
    return store.state(data.module(name).SOURCE)
