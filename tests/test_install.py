"""What is installed: a wheel that carries paradigms and figures, and versions that work together."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_carries_what_it_needs_and_no_data(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for kind in ("paradigms", "figures"):
        wanted = {f"neuromem/_{kind}/{p.name}" for p in (ROOT / kind).glob("*.py")}
        assert wanted
        assert wanted <= set(names)
    assert "neuromem/py.typed" in names
    assert not [n for n in names if n.endswith((".csv", ".gz", ".mat", ".nc", ".png")) or n.startswith("tests")]


@pytest.mark.slow
def test_the_wheel_lists_everything_from_an_empty_folder(wheel, tmp_path):
    installed, empty = tmp_path / "site", tmp_path / "an empty folder"
    empty.mkdir()
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", installed, wheel]
    subprocess.run(install, check=True, capture_output=True)
    code = f"import sys; sys.path.insert(0, {str(installed)!r}); import neuromem; print(neuromem.__file__); "
    code += "sys.argv = ['neuromem', 'list']; from neuromem.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=empty, check=True, capture_output=True, text=True)
    assert done.stdout.startswith(str(installed))
    paths = [p for kind in ("paradigms", "figures") for p in (ROOT / kind).glob("*.py")]
    assert all(word in done.stdout for word in ["kernel_memory", *(p.stem for p in paths)])
    assert list(empty.iterdir()) == []


@pytest.mark.slow
def test_brian2_runs_beside_the_pinned_numpy():
    code = (
        "import brian2 as b; b.prefs.codegen.target = 'numpy'; "
        "g = b.NeuronGroup(1, 'dv/dt = (2 - v) / (10*ms) : 1', threshold='v > 1', reset='v = 0', method='euler'); "
        "m = b.SpikeMonitor(g); b.run(50*b.ms); print(m.num_spikes)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert int(done.stdout) > 3
