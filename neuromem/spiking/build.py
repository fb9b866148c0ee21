"""Compiled networks, kept: one build for each model code, sizes and versions, in the user's cache folder.

A build is made in a folder beside its place and moved there when it is whole, under a lock that dies with its process:
a build that was killed is made again by the next, and of two processes that want the same one waits for the other.
What is kept is the binary, its static arrays and a table of what can be set and read, so that a run needs no Brian2.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from neuromem.errors import UserError
from neuromem.spiking import circuit as circuits
from neuromem.spiking.brian import brian2, quiet
from neuromem.spiking.circuit import Circuit
from neuromem.spiking.experiment import Course, Experiment
from neuromem.spiking.source import source_of
from neuromem.spiking.target import compiler

FOLDER = "NEUROMEM_BUILDS"  # set in the environment: builds are kept there
SEED = "NEUROMEM_SEED"
RESEED = f'if (std::getenv("{SEED}")) for (auto& one : brian::_random_generators) one.seed(atol(getenv("{SEED}")));'


class Build(NamedTuple):
    """A compiled network; nothing but a place, so that any process can run it."""

    place: Path
    seconds: float  # that this call spent on building; 0 where the build was there


def folder() -> Path:
    """Where builds are kept."""
    import pooch

    return Path(os.environ.get(FOLDER) or Path(pooch.os_cache("neuromem")) / "spiking")


def built(circuit: Circuit, experiment: Experiment) -> Build:
    """The build of a circuit for all experiments of these sizes: found, or made now."""
    key, begun = fingerprint(circuit, experiment), time.perf_counter()
    place = folder() / key
    if not place.exists():
        _make_folder()
        with _alone(folder() / f"{key}.lock"):
            if not place.exists():
                _make(circuit, experiment, place)
                return Build(place, time.perf_counter() - begun)
    return Build(place, 0.0)


def _make_folder() -> None:
    try:
        folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"builds cannot be kept in {folder()} ({error.strerror}): name another folder in {FOLDER}."
        ) from error


def fingerprint(circuit: Circuit, experiment: Experiment) -> str:
    """A hash of the model's code and sizes, of what is recorded, of versions and of the machine."""
    sizes = {name: (c.values.shape, c.step, c.unit) for name, c in experiment.courses.items()}
    told = (
        source_of(circuit.make),
        [Path(path).read_text(encoding="utf-8") for path in (__file__, circuits.__file__)],
        circuit.make.__qualname__,
        {name: np.asarray(value).tolist() for name, value in circuit.parameters.items()},
        circuit.record,
        sizes,
        (experiment.step, experiment.n_steps),
        [version("brian2"), np.__version__, platform.python_version(), platform.node(), platform.machine()],
    )
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]


def run(build: Build, values: Mapping[str, np.ndarray], seed: int) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """One run of a build from these values, in a results folder of its own: what was recorded, and its units.

    Raises ValueError for a value that cannot be set, and UserError where the binary fails.
    """
    told = json.loads((build.place / "table.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="neuromem_") as temporary:
        results = Path(temporary)
        used = {name: value for name, value in values.items() if name not in told["unused"]}
        arguments = [_given(results, told["settable"], name, value) for name, value in used.items()]
        done = subprocess.run(
            [str(build.place / "main"), "--results_dir", f"{results}{os.sep}", *arguments],
            cwd=build.place,
            env=os.environ | {SEED: str(seed)},
            capture_output=True,
            text=True,
        )
        if done.returncode or done.stderr:
            raise UserError(f"the compiled network in {build.place} failed: {(done.stderr or done.stdout).strip()}")
        recorded = {name: _read(results, **one) for name, one in told["recorded"].items()}
    return recorded, told["units"]


def _given(results: Path, settable: Mapping[str, Any], name: str, value: Any) -> str:
    """The argument that sets a variable, its value in a file."""
    if name not in settable:
        raise ValueError(f"the network has no variable {name!r} that can be set.")
    array = np.asarray(value)
    kind, size = settable[name]
    if size is not None and array.size not in (1, size):
        raise ValueError(f"{name} must have {size} entries, or one for all; saw {array.size}.")
    if size is not None:
        array = np.broadcast_to(array.reshape(-1), size)
    path = results / f"given_{name}"
    array.astype(kind).ravel().tofile(path)
    return f"{name}={path}"


def _read(results: Path, *, file: str, kind: str, scalar: bool, width: int | None) -> np.ndarray:
    array = np.fromfile(results / file, dtype=kind)
    return array[0] if scalar else array if width is None else array.reshape(-1, width)


def _make(circuit: Circuit, experiment: Experiment, place: Path) -> None:
    """Generate and compile beside the place, and move what is needed there. The lock is held."""
    for left in place.parent.glob(f"{place.name}.making*"):  # by builds that were killed
        shutil.rmtree(left)
    beside = Path(tempfile.mkdtemp(prefix=f"{place.name}.making", dir=place.parent))
    empty = {n: Course(np.zeros_like(c.values), c.step, c.unit) for n, c in experiment.courses.items()}
    with _standalone(experiment.step) as device:
        b = brian2()
        network = circuits.made(circuit, empty)
        device.insert_code("main", RESEED)
        device.apply_run_args()
        network.run(experiment.duration * b.second, namespace={})
        _compile(device, beside)
        table = _table(device, network, circuit, empty, (beside / "objects.cpp").read_text(encoding="utf-8"))
    (beside / "table.json").write_text(json.dumps(table), encoding="utf-8")
    for name in ("code_objects", "brianlib", "results"):
        shutil.rmtree(beside / name, ignore_errors=True)
    for path in (*beside.glob("*.o"), *beside.glob("*.cpp"), *beside.glob("*.h")):
        path.unlink()
    os.replace(beside, place)


def _compile(device: Any, beside: Path) -> None:
    """Brian2 tells of a compiler that fails by the status of make alone, as it does of a build that is stopped."""
    try:
        device.build(directory=str(beside), compile=True, run=False, with_output=False)
    except RuntimeError as error:
        shutil.rmtree(beside)
        raise UserError(
            f"the network was not compiled by {compiler()}, which failed or was stopped: see that it and make work, "
            "or take target numpy."
        ) from error


def _table(device: Any, network: Any, circuit: Circuit, courses: Mapping[str, Course], written: str) -> dict[str, Any]:
    """What of a network can be set, with kind and size, and what is recorded, with the file that it is written to.

    A signal that the network does not use is not in its code, `written`.
    """
    settable, recorded, units = {}, {}, {}
    for one in network.objects:
        for name, var in getattr(one, "variables", {}).items():
            if var in device.arrays and not var.read_only and getattr(var, "ndim", 1) == 1:
                settable[f"{one.name}.{name}"] = (np.dtype(var.dtype).str, None if var.dynamic else int(var.size))
    unused = [f"{name}.values" for name in courses if f'"{name}.values"' not in written]
    for name, course in courses.items():
        settable[f"{name}.values"] = ("<f8", course.values.size)
    for name in circuit.record:
        var = circuits.variable(network, name)
        width = int(var.size[1]) if isinstance(var.size, tuple) else None
        kind, scalar = np.dtype(var.dtype).str, bool(var.scalar)
        recorded[name] = {"file": device.get_array_filename(var), "kind": kind, "scalar": scalar, "width": width}
        units[name] = circuits.unit(var)
    return {"settable": settable, "recorded": recorded, "units": units, "unused": unused}


@contextmanager
def _standalone(step: float) -> Iterator[Any]:
    """Brian2's device for standalone code, fresh, with one compiler at a time; left as it was found."""
    b = brian2()
    from brian2.devices.device import reset_device

    make = b.prefs["devices.cpp_standalone.extra_make_args_unix"]
    b.set_device("cpp_standalone", build_on_run=False)
    try:
        b.device.reinit()
        b.device.activate(build_on_run=False)
        b.prefs["devices.cpp_standalone.extra_make_args_unix"] = []
        b.defaultclock.dt = step * b.second
        with quiet():
            yield b.get_device()
    finally:
        b.prefs["devices.cpp_standalone.extra_make_args_unix"] = make
        b.device.reinit()
        reset_device()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Held by one process at a time, and free again when that process ends in whatever way."""
    brian2()
    from brian2.utils.filelock import FileLock

    with FileLock(str(path)):
        yield
