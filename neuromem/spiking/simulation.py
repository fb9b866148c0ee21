"""Trials of a circuit on a target: one build for all of them, each with its own windows, start and seed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np

from neuromem import checks
from neuromem.spiking import build as builds
from neuromem.spiking import circuit as circuits
from neuromem.spiking.brian import brian2, quiet
from neuromem.spiking.circuit import Circuit, Recorded, Trial
from neuromem.spiking.target import Target, choose


def simulate(circuit: Circuit, trial: Trial, *, target: Target = "auto") -> Recorded:
    """One trial; see `sweep`."""
    return sweep(circuit, [trial], target=target)[0]


def sweep(circuit: Circuit, trials: Sequence[Trial], *, target: Target = "auto", workers: int = 1) -> list[Recorded]:
    """Trials of one circuit, in order; those with experiments of the same sizes share one build.

    `target` as `target.choose` takes it; `workers` compiled trials run at a time. A trial is its experiment, its start
    and its seed alone, whatever ran before it. Targets may draw different noise from the same seed.

    Raises ValueError for a start that the network does not have or of another size, and as `choose` does.
    """
    checks.whole("workers", workers, 1)
    if not trials:
        raise ValueError("a sweep must have at least one trial; saw none.")
    for trial in trials:
        checks.whole("seed", trial.seed, 0, (1 << 31) - 1)
        for name, value in trial.start.items():
            _plain_numbers(name, value)
    longest = max(trial.experiment.duration for trial in trials)
    chosen = choose(target, biological=longest, trials=len(trials))
    if chosen != "cpp_standalone":
        return [_here(circuit, trial, chosen) for trial in trials]
    found = [builds.built(circuit, trial.experiment) for trial in trials]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(_compiled, found, trials))


def _plain_numbers(name: str, value: Any) -> None:
    """Refuse a start that has a unit or is no number."""
    array = np.asarray(value)
    if not getattr(value, "is_dimensionless", True):
        raise ValueError(f"{name} must start from plain numbers in SI units; saw {value!r}: divide it by its unit.")
    if array.dtype.kind not in "biuf" or np.isnan(array).any():
        raise ValueError(f"{name} must start from real numbers, none of them NaN; saw {value!r}.")


def _compiled(build: builds.Build, trial: Trial) -> Recorded:
    begun = time.perf_counter()
    signals = {f"{name}.values": course.values for name, course in trial.experiment.courses.items()}
    values, units = builds.run(build, {**trial.start, **signals}, trial.seed)
    return _recorded(values, units, "cpp_standalone", build.seconds, begun)


def _here(circuit: Circuit, trial: Trial, target: str) -> Recorded:
    """A trial in this process."""
    begun, b = time.perf_counter(), brian2()
    with _settings(target, trial.experiment.step, trial.seed):
        network = circuits.made(circuit, trial.experiment.courses)
        for name, value in trial.start.items():
            _set(circuits.variable(network, name), name, value)
        network.run(trial.experiment.duration * b.second, namespace={})
        variables = {name: circuits.variable(network, name) for name in circuit.record}
        values = {n: np.array(v.get_value()[0] if v.scalar else v.get_value()) for n, v in variables.items()}
    units = {name: circuits.unit(one) for name, one in variables.items()}
    return _recorded(values, units, target, 0.0, begun)


def _set(one: Any, name: str, value: Any) -> None:
    array, size = np.asarray(value), len(one.get_value())
    if array.size not in (1, size):
        raise ValueError(f"{name} must have {size} entries, or one for all; saw {array.size}.")
    one.set_value(np.broadcast_to(array.reshape(-1), size).astype(one.dtype))


def _recorded(values: Any, units: Any, target: str, build_seconds: float, begun: float) -> Recorded:
    seconds = time.perf_counter() - begun
    return Recorded(values, units, {"target": target, "build_seconds": build_seconds, "run_seconds": seconds})


@contextmanager
def _settings(target: str, step: float, seed: int) -> Iterator[None]:
    """Brian2's target, time step and seed for one run; NumPy's global stream is left as it was found."""
    b = brian2()
    before, stream = b.prefs.codegen.target, np.random.get_state()  # noqa: NPY002
    try:
        b.prefs.codegen.target = target
        b.defaultclock.dt = step * b.second
        b.seed(seed)
        with quiet():
            yield
    finally:
        b.prefs.codegen.target = before
        np.random.set_state(stream)  # noqa: NPY002
