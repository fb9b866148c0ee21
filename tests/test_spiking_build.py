"""Compiled networks: what a binary is given, builds that are found again, and accidents that they survive."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from spiking_noise import CIRCUIT
from spiking_trials import experiment, trial

from neuromem.errors import UserError
from neuromem.spiking import build, target
from neuromem.spiking.simulation import simulate, sweep


def test_a_folder_of_builds_that_cannot_be_made_is_told(monkeypatch, tmp_path):
    (tmp_path / "taken").touch()
    monkeypatch.setenv(build.FOLDER, str(tmp_path / "taken"))
    with pytest.raises(UserError, match="builds cannot be kept in .*taken .* another folder in NEUROMEM_BUILDS"):
        build.built(CIRCUIT, experiment())


BINARY = """#!/bin/sh
printf %s "$NEUROMEM_SEED" > "$2seed"
for given in "$@"; do case $given in cells.v=*) cp "${given#*=}" "$2v";; esac; done
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_a_binary_is_given_its_values_and_its_seed(tmp_path):
    (tmp_path / "main").write_text(BINARY)
    (tmp_path / "main").chmod(0o755)
    recorded = {
        "v": {"file": "v", "kind": "<f8", "scalar": False, "width": 2},
        "seed": {"file": "seed", "kind": "S2", "scalar": True, "width": None},
    }
    table = {"settable": {"cells.v": ["<f8", 4]}, "recorded": recorded, "units": {"v": "1", "seed": "1"}}
    table["unused"] = ["light.values"]
    (tmp_path / "table.json").write_text(json.dumps(table))
    told, _ = build.run(build.Build(tmp_path, 0.0), {"cells.v": [1, 2, 3, 4], "light.values": [1]}, 37)
    assert told["seed"] == b"37"
    assert told["v"].tolist() == [[1, 2], [3, 4]]


compiled = pytest.mark.skipif(target.compiler() is None, reason="needs a C++ compiler")


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """A folder of builds for all tests that compile, and the build of the circuit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(build.FOLDER, str(tmp_path_factory.mktemp("builds")))
        yield build.built(CIRCUIT, experiment())


@compiled
@pytest.mark.slow
def test_a_build_is_found_again_and_repeats_a_seed(builds):
    first, other, again, quiet = sweep(CIRCUIT, [trial(1), trial(2), trial(1), trial(1, 0.0)], target="cpp_standalone")
    assert np.array_equal(first.values["cells.v"], again.values["cells.v"])
    assert not np.array_equal(first.values["cells.v"], other.values["cells.v"])
    assert not np.array_equal(first.values["cells.v"], quiet.values["cells.v"])
    assert {one.attrs["build_seconds"] for one in (first, other, again, quiet)} == {0.0}
    assert [one.parent for one in build.folder().glob("*/main")] == [builds.place]
    assert build.fingerprint(CIRCUIT, experiment()) == builds.place.name


@compiled
@pytest.mark.slow
@pytest.mark.parametrize("other", ["cython", "cpp_standalone"])
def test_targets_agree_where_there_is_no_noise(builds, other):
    here, there = (simulate(CIRCUIT, trial(sigma=0.0), target=one) for one in ("numpy", other))
    assert there.attrs["target"] == other
    assert here.units == there.units
    assert here.values.keys() == there.values.keys()
    for name, array in here.values.items():
        np.testing.assert_allclose(there.values[name], array, rtol=1e-9, atol=1e-12, err_msg=name)


@compiled
@pytest.mark.slow
def test_a_compiler_that_fails_is_told_in_one_line_and_nothing_is_left(monkeypatch, tmp_path):
    monkeypatch.setenv("CXX", "false")
    monkeypatch.setenv(build.FOLDER, str(tmp_path))
    with pytest.raises(UserError, match="the network was not compiled by .*false, which failed or was stopped") as told:
        simulate(CIRCUIT, trial(), target="cpp_standalone")
    assert "\n" not in str(told.value)
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


@compiled
@pytest.mark.slow
def test_a_binary_refuses_a_start_that_it_does_not_have(builds):
    with pytest.raises(ValueError, match="no variable 'cells.w' that can be set"):
        simulate(CIRCUIT, trial(**{"cells.w": 1.0}), target="cpp_standalone")
    with pytest.raises(ValueError, match="cells.v must have 4 entries"):
        simulate(CIRCUIT, trial(**{"cells.v": np.ones(3)}), target="cpp_standalone")


BUILD = """
from spiking_noise import CIRCUIT
from spiking_trials import experiment
from neuromem.spiking import build
print(build.built(CIRCUIT, experiment()).seconds > 0.5)
"""


def building(folder):
    environment = os.environ | {
        build.FOLDER: str(folder),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
    }
    return subprocess.Popen([sys.executable, "-c", BUILD], env=environment, stdout=subprocess.PIPE, text=True)


@compiled
@pytest.mark.slow
def test_a_killed_build_is_made_again_by_whichever_of_two_comes_first(tmp_path):
    killed = building(tmp_path)
    while not list(tmp_path.glob("*.making*")):
        assert killed.poll() is None
        time.sleep(0.05)
    killed.kill()
    killed.communicate()
    assert not list(tmp_path.glob("*/table.json"))
    both = [building(tmp_path) for _ in range(2)]
    told = [one.communicate(timeout=240)[0].strip() for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert "True" in told
    assert len(list(tmp_path.glob("*/main"))) == 1
    assert not list(tmp_path.glob("*.making*"))
