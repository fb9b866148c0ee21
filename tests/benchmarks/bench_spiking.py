"""Spiking memories: what a build costs, how fast networks run, and nengo's associative memory beside ours.

Speeds are CPU seconds for each second of biological time, of a binary that is there ("warm"), files read and written
included: means over ten seeds with their 95 % intervals. A build ("cold") is made in a new folder. Where there is no
C++ compiler, or nengo cannot be installed into an environment of its own, a line says so.

The task that both do: 50 pairs of patterns of 100 units, 20 of them active; then each pair is asked for by its key, 30
% of whose entries have changed places, and the answer is identified if no other value is nearer. Ours learns each pair
in one window of 200 ms, and has 150 ms for a cue. Nengo's is wired with the pairs, 50 cells for each, learns nothing,
and has 150 ms for a cue, of which the last 50 are its answer. Each of ten sets of pairs is a network of its own.
"""

import json
import os
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from neuromem import paradigm, registry
from neuromem.measures.identification import identified
from neuromem.patterns import scrambled
from neuromem.plot import mean_interval
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

from . import nengo_pairs
from .timing import Line, cpu_seconds, python

N_PAIRS, N_UNITS, N_ACTIVE, RELOCATED = 50, 100, 20, 0.3
SEEDS = 10
NOTHING = float("nan")


def bench():
    yield from interpreted()
    if compiler() is None:
        yield Line("compiled networks: no C++ compiler here", NOTHING, "s")
    else:
        yield from compiled()
        yield from piece_by_piece()
    yield from nengo()


def interpreted():
    for name, (circuit, trial) in networks("numpy", 0.5, 4, 0).items():
        spent = cpu_seconds(lambda c=circuit, t=trial: simulate(c, t, target="numpy"))
        yield Line(f"{name}: {trial.experiment.duration:.2g} s interpreted by NumPy", spent, "CPU s", target=12)


def compiled():
    limits = {"grid": 1 / 15, "three-factor": 1 / 30, "index": 1 / 8}
    before = os.environ.get(build.FOLDER)
    with tempfile.TemporaryDirectory() as folder:
        os.environ[build.FOLDER] = folder
        try:
            seeds = [networks("cpp_standalone", 4.0, 16, seed) for seed in range(SEEDS)]
            for name in seeds[0]:
                yield from speeds(name, [made[name] for made in seeds], limits.get(name, float("inf")))
            yield from ours_on_the_task()
            yield from kept_and_overwritten()
            yield from bumps()
            yield from places()
        finally:
            os.environ.pop(build.FOLDER)
            os.environ |= {} if before is None else {build.FOLDER: before}


def speeds(name, trials, limit):
    """Cold, warm, and a point of a sweep; circuit and trial of each seed."""
    biological = trials[0][1].experiment.duration
    cold, _ = children(lambda: simulate(*trials[0], target="cpp_standalone"))
    yield Line(f"{name}: build and first run", cold, "CPU s")
    times = np.array([children(lambda one=one: simulate(*one, target="cpp_standalone")) for one in trials])
    yield over_seeds(f"{name}: a second, warm, of {biological:.2g}", times[:, 0] / biological, "CPU s", limit)
    yield over_seeds(f"{name}: a point of a sweep, {biological:.2g} s, no new build", times[:, 1], "s", 2)


def over_seeds(what, values, unit, target=float("inf")):
    """A line of the mean, with its interval."""
    mean, low, high = (float(one) for one in mean_interval(np.asarray(values)))
    return Line(f"{what} [{low:.3g}, {high:.3g}]", mean, unit, target=target)


PIECES = """
import json, time
from neuromem.spiking.brian import brian2
from neuromem.spiking.simulation import simulate
from tests.benchmarks.bench_spiking import children, networks
brian2().prefs["codegen.runtime.cython.cache_dir"] = {folder!r}
circuit, trial = networks("numpy", 4.0, 16, 0)["grid"]
print(json.dumps([children(lambda: simulate(circuit, trial, target="cython"))[0] for _ in range(2)]))
print(trial.experiment.duration)
"""


def piece_by_piece():
    """Cython, of which each code object is compiled alone."""
    with tempfile.TemporaryDirectory() as folder:
        times, biological = python(PIECES.format(folder=folder)).splitlines()[-2:]
    (cold, warm), biological = json.loads(times), float(biological)
    yield Line(f"grid: first run of {biological:.2g} s on cython", cold, "CPU s")
    yield Line(f"grid: a second of {biological:.2g} on cython, warm", warm / biological, "CPU s")


def children(call):
    """CPU seconds of this process and those that it starts, and wall seconds."""
    spent, begun = cpu(), time.perf_counter()
    call()
    return cpu() - spent, time.perf_counter() - begun


def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def networks(target, seconds, n, seed):
    """Circuit and trial of a module that walks along a straight line, and of `n` pairs written by each memory."""
    modules, rng = GridModules(), np.random.default_rng(seed)
    walk = np.full((round(seconds / 0.1), 2), 0.3)
    told = {"grid": (modules.circuit(1), modules.trial(walk, 0.1, (1.0,), np.zeros((1, 2)), seed))}
    x, y = (k_hot(n, N_UNITS, N_ACTIVE, rng) for _ in range(2))
    made = {
        "three-factor": (SpikingThreeFactor(n_slots=50), Step, three_factor_recipe),
        "index": (SpikingIndex(), IndexStep, index_recipe),
        "Vector-HaSH": (SpikingVectorHash(), PlaceStep, vector_hash_recipe),
    }
    for name, (memory, step, recipe) in made.items():
        state = memory.init(n, N_UNITS, N_UNITS, rng=rng)
        steps = [step("write", *pair) for pair in zip(x, y, strict=True)]
        told[name] = recipe(memory, state, steps, seeds=rng.integers(1 << 63, size=n), target=target)[:2]
    return told


# the task


def k_hot(n, d, k, rng):
    return (rng.random((n, d)).argsort(-1).argsort(-1) < k).astype(float)


def pairs(seed):
    rng = np.random.default_rng(seed)
    key, value = (k_hot(N_PAIRS, N_UNITS, N_ACTIVE, rng) for _ in range(2))
    return key, value, scrambled(key, RELOCATED, rng=rng)


def task(circuit, trial, value):
    """CPU seconds for each of biological time, and the share of values identified."""
    begun, biological = cpu(), trial.experiment.duration
    got, spans = simulate(circuit, trial, target="cpp_standalone").values, trial.experiment.spans()
    spent = (cpu() - begun) / biological
    answer = np.stack([spikes(got, one.start, one.end + 0.05) for one in spans if one.name == "read"])
    return spent, identified(answer, value).mean()


def ours_on_the_task():
    warm, wrong = [], []
    for seed in range(SEEDS):
        key, value, cue = pairs(seed)
        memory, rng = SpikingThreeFactor(n_slots=N_PAIRS), np.random.default_rng(seed)
        steps = [Step("write", *pair) for pair in zip(key, value, strict=True)] + [Step("read", one) for one in cue]
        state, seeds = memory.init(N_PAIRS, N_UNITS, N_UNITS, rng=rng), rng.integers(1 << 63, size=len(steps))
        told = three_factor_recipe(memory, state, steps, seeds=seeds, target="cpp_standalone")
        if seed == 0:
            cold, _ = children(lambda t=told: simulate(*t, target="cpp_standalone"))
            yield Line(f"three-factor, {N_PAIRS} pairs learned in one shot: build and first run", cold, "CPU s")
        spent, right = task(*told, value)
        warm.append(spent)
        wrong.append(1 - right)
    yield over_seeds(f"three-factor, {N_PAIRS} pairs: a second, warm", warm, "CPU s", 1 / 30)
    yield over_seeds(f"three-factor, {N_PAIRS} pairs: values not identified", wrong, "of all", 0.05)


def kept_and_overwritten():
    """What the figure shows: 64 pairs written into 50 slots, by how much of the cue has moved."""
    told = paradigm.load_figure(registry.find("figures", "spiking_three_factor"))
    results, lost = told.compute(n_subjects=SEEDS), told.PAIRS - told.SLOTS
    name = f"three-factor, {told.PAIRS} pairs, {told.SLOTS} slots"
    for share, allowed in ((0.0, 0.05), (0.3, 0.05), (0.4, 0.2)):
        found = results["spikes"][:, told.SHARES.index(share)]
        wrong, still = 1 - found[:, lost:].mean(-1), found[:, :lost].mean(-1)
        cues = f"{share:.0%} of cues relocated"
        yield over_seeds(f"{name}, {cues}: kept values not identified", wrong, "of all", allowed)
        yield over_seeds(f"{name}, {cues}: overwritten ones identified", still, "of all", 0.05)


def bumps():
    """What the figure shows of grid modules: how far a bump drifts, and how well it follows a path."""
    told = paradigm.load_figure(registry.find("figures", "spiking_grid"))
    results = told.compute(n_subjects=SEEDS)
    drift = told.spiking_errors(results["rest"], np.zeros_like(results["true"]))[:, -1] ** 2
    yield over_seeds("grid: squared drift at rest in 10 s; .08 squared is .0064", drift, "periods^2", 0.0064)
    lost = 1 - told.explained(results["walks"], results["true"])
    yield over_seeds("grid: 1 - R^2 of paths of 10 s, up to 1 period/s", lost, "of all", 0.02)
    for speed, gain in zip(told.SPEEDS, results["gain"], strict=True):
        yield over_seeds(f"grid: gain at {speed:g} period/s, over six directions", gain, "of 1")


def places():
    """What the figure shows of Vector-HaSH: places found and values told, by how much of the cue has moved."""
    told = paradigm.load_figure(registry.find("figures", "spiking_vector_hash"))
    results, name = told.compute(n_subjects=SEEDS), f"Vector-HaSH, {told.ITEMS} pairs"
    for n, share in enumerate(told.SHARES):
        for what, missed in (("place", "places not found"), ("value", "values not identified")):
            wrong = 1 - results[what][:, n].mean(-1)
            yield over_seeds(f"{name}: {missed}, {share:.0%} of the cue relocated", wrong, "of all")
    for n, noise in enumerate(told.NOISES):
        left = 1.0 - results["kept"][:, n, -1]
        yield over_seeds(f"Vector-HaSH, noise {noise:g}: out of place after {told.STEPS} steps", left, "of runs")


def spikes(got, start, end):
    at = got["output_spikes.t"]
    return np.bincount(got["output_spikes.i"][(at >= start) & (at < end)], minlength=N_UNITS).astype(float)


def nengo():
    sets = [pairs(seed) for seed in range(SEEDS)]
    with tempfile.TemporaryDirectory() as folder:
        try:
            answer, told = nengo_pairs.answers(Path(folder), *(np.stack(part) for part in zip(*sets, strict=True)))
        except (OSError, subprocess.SubprocessError) as error:
            yield Line(f"nengo: could not be installed and run ({type(error).__name__})", NOTHING, "s")
            return
    name = f"nengo {told['version']}, AssociativeMemory, {N_PAIRS} pairs wired"
    wrong = [1 - identified(one, value).mean() for one, (_, value, _) in zip(answer, sets, strict=True)]
    yield over_seeds(f"{name}: import and construction", told["cold"], "CPU s")
    yield over_seeds(f"{name}: a second", told["warm"], "CPU s")
    yield over_seeds(f"{name}: values not identified", wrong, "of all")
