"""Spiking memories: what a build costs, how fast a compiled network runs, and nengo's associative memory beside ours.

Speeds are CPU seconds for each second of biological time, of a binary that is there ("warm"), files read and written
included; a build ("cold") is made in a new folder. Where there is no C++ compiler, or nengo cannot be installed into an
environment of its own, a line says so.

The task that both do: 50 pairs of patterns of 100 units, 20 of them active; then each pair is asked for by its key, 30
% of whose entries have changed places, and the answer is identified if no other value is nearer. Ours learns each pair
in one window of 200 ms, and has 150 ms for a cue. Nengo's is wired with the pairs, 50 cells for each, learns nothing,
and has 150 ms for a cue, of which the last 50 are its answer.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from neuromem.measures.identification import identified
from neuromem.patterns import scrambled
from neuromem.spiking import build
from neuromem.spiking.grid import GridModules
from neuromem.spiking.index import SpikingIndex
from neuromem.spiking.index_runs import Step as IndexStep
from neuromem.spiking.index_runs import recipe as index_recipe
from neuromem.spiking.simulation import simulate
from neuromem.spiking.target import compiler
from neuromem.spiking.three_factor import SpikingThreeFactor
from neuromem.spiking.three_factor_runs import Step
from neuromem.spiking.three_factor_runs import recipe as three_factor_recipe
from neuromem.spiking.vector_hash import SpikingVectorHash
from neuromem.spiking.vector_hash_runs import Step as PlaceStep
from neuromem.spiking.vector_hash_runs import recipe as vector_hash_recipe

from .timing import Line, cpu_seconds

N_PAIRS, N_UNITS, N_ACTIVE, RELOCATED = 50, 100, 20, 0.3
NOTHING = float("nan")


def bench():
    yield from interpreted()
    if compiler() is None:
        yield Line("compiled networks: no C++ compiler here", NOTHING, "s")
    else:
        yield from compiled()
    yield from nengo()


def interpreted():
    for name, (circuit, trial) in {"grid": grid(0.5), **networks("numpy", 4)}.items():
        spent = cpu_seconds(lambda c=circuit, t=trial: simulate(c, t, target="numpy"))
        yield Line(f"{name}: {trial.experiment.duration:.2g} s interpreted by NumPy", spent, "CPU s", target=12)


def compiled():
    limits = {"grid": 1 / 15, "three-factor": 1 / 30, "index": 1 / 8}
    before = os.environ.get(build.FOLDER)
    with tempfile.TemporaryDirectory() as folder:
        os.environ[build.FOLDER] = folder
        try:
            for name, (circuit, trial) in {"grid": grid(4.0), **networks("cpp_standalone", 16)}.items():
                yield from speeds(name, circuit, trial, limits.get(name, float("inf")))
            yield from ours_on_the_task()
        finally:
            os.environ.pop(build.FOLDER)
            os.environ |= {} if before is None else {build.FOLDER: before}


def speeds(name, circuit, trial, limit):
    """Cold, warm, and a point of a sweep."""
    cold, _ = children(lambda: simulate(circuit, trial, target="cpp_standalone"))
    yield Line(f"{name}: build and first run", cold, "CPU s")
    warm, wall = min(children(lambda: simulate(circuit, trial, target="cpp_standalone")) for _ in range(3))
    biological = trial.experiment.duration
    yield Line(f"{name}: a second, warm, of {biological:.2g}", warm / biological, "CPU s", target=limit)
    yield Line(f"{name}: a point of a sweep, {biological:.2g} s, no new build", wall, "s", target=2)


def children(call):
    """CPU seconds of this process and those that it starts, and wall seconds."""
    spent, begun = cpu(), time.perf_counter()
    call()
    return cpu() - spent, time.perf_counter() - begun


def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def grid(seconds):
    """A module that walks along a straight line."""
    modules, n = GridModules(), round(seconds / 0.1)
    return modules.circuit(1), modules.trial(np.full((n, 2), 0.3), 0.1, (1.0,), np.zeros((1, 2)), 0)


def networks(target, n):
    """Circuit and trial of `n` pairs written by each memory of pairs."""
    rng = np.random.default_rng(0)
    x, y = (k_hot(n, N_UNITS, N_ACTIVE, rng) for _ in range(2))
    made = {
        "three-factor": (SpikingThreeFactor(n_slots=50), Step, three_factor_recipe),
        "index": (SpikingIndex(), IndexStep, index_recipe),
        "Vector-HaSH": (SpikingVectorHash(), PlaceStep, vector_hash_recipe),
    }
    told = {}
    for name, (memory, step, recipe) in made.items():
        state = memory.init(n, N_UNITS, N_UNITS, rng=rng)
        steps = [step("write", *pair) for pair in zip(x, y, strict=True)]
        told[name] = recipe(memory, state, steps, seeds=range(n), target=target)[:2]
    return told


# the task


def k_hot(n, d, k, rng):
    return (rng.random((n, d)).argsort(-1).argsort(-1) < k).astype(float)


def pairs():
    rng = np.random.default_rng(1)
    key, value = (k_hot(N_PAIRS, N_UNITS, N_ACTIVE, rng) for _ in range(2))
    return key, value, scrambled(key, RELOCATED, rng=rng)


def ours_on_the_task():
    key, value, cue = pairs()
    memory, rng = SpikingThreeFactor(n_slots=N_PAIRS), np.random.default_rng(2)
    steps = [Step("write", *pair) for pair in zip(key, value, strict=True)] + [Step("read", one) for one in cue]
    state = memory.init(N_PAIRS, N_UNITS, N_UNITS, rng=rng)
    circuit, trial = three_factor_recipe(memory, state, steps, seeds=range(len(steps)), target="cpp_standalone")
    cold, _ = children(lambda: simulate(circuit, trial, target="cpp_standalone"))
    warm, _ = children(lambda: simulate(circuit, trial, target="cpp_standalone"))
    got, spans = simulate(circuit, trial, target="cpp_standalone").values, trial.experiment.spans()
    answer = np.stack([spikes(got, one.start, one.end + 0.05) for one in spans if one.name == "read"])
    wrong = 1 - identified(answer, value).mean()
    yield Line(f"three-factor, {N_PAIRS} pairs learned in one shot: cold", cold, "CPU s")
    per_second = warm / trial.experiment.duration
    yield Line(f"three-factor, {N_PAIRS} pairs: a second, warm", per_second, "CPU s", target=1 / 30)
    yield Line(f"three-factor, {N_PAIRS} pairs: values not identified", wrong, "of all", target=0.05)


def spikes(got, start, end):
    at = got["output_spikes.t"]
    return np.bincount(got["output_spikes.i"][(at >= start) & (at < end)], minlength=N_UNITS).astype(float)


def nengo():
    key, value, cue = pairs()
    with tempfile.TemporaryDirectory() as folder:
        try:
            python = nengo_environment(Path(folder))
            np.savez(Path(folder) / "pairs.npz", key=key, value=value, cue=cue)
            done = subprocess.run(
                [python, "-c", NENGO, folder], check=True, capture_output=True, text=True, timeout=600, cwd=folder
            )
        except (OSError, subprocess.SubprocessError) as error:
            yield Line(f"nengo: could not be installed and run ({type(error).__name__})", NOTHING, "s")
            return
        told = json.loads(done.stdout.splitlines()[-1])
        wrong = 1 - identified(np.load(Path(folder) / "answer.npy"), value).mean()
    name = f"nengo {told['version']}, AssociativeMemory, {N_PAIRS} pairs wired"
    yield Line(f"{name}: import and construction", told["cold"], "CPU s")
    yield Line(f"{name}: a second", told["warm"], "CPU s")
    yield Line(f"{name}: values not identified", wrong, "of all")


def nengo_environment(folder):
    """The interpreter of a new environment with nengo; OSError or SubprocessError where it cannot be made."""
    told = {"check": True, "capture_output": True, "timeout": 300, "cwd": folder}
    subprocess.run([sys.executable, "-m", "venv", "venv"], **told)
    python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "nengo"], **told)
    return python


NENGO = """
import json, sys, time
import numpy as np
import nengo
from nengo.networks import AssociativeMemory

told = np.load(f"{sys.argv[1]}/pairs.npz")
key, value, cue = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (told["key"], told["value"], told["cue"]))
WINDOW, LAST = 0.15, 0.05
with nengo.Network(seed=0) as model:
    memory = AssociativeMemory(input_vectors=key, output_vectors=value, n_neurons=50, threshold=0.3, seed=0)
    memory.add_wta_network(1.5)
    given = nengo.Node(lambda t: cue[min(int(t / WINDOW - 1e-6), len(cue) - 1)])
    nengo.Connection(given, memory.input, synapse=None)
    probe = nengo.Probe(memory.output, synapse=0.02)
with nengo.Simulator(model, progress_bar=False) as simulator:
    cold = time.process_time()
    simulator.run(WINDOW * len(cue))
    warm = time.process_time() - cold
    got = simulator.data[probe].reshape(len(cue), -1, cue.shape[1])
np.save(f"{sys.argv[1]}/answer.npy", got[:, -round(LAST / simulator.dt):].mean(1))
print(json.dumps({"version": nengo.__version__, "cold": cold, "warm": warm / (WINDOW * len(cue))}))
"""
