"""Runs of the Vector-HaSH circuit: items along a path and cues one after the other in one run, or cues side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from neuromem.core import Memory
from neuromem.spiking.blocks import BLOCK, check_steps, cue_spikes
from neuromem.spiking.brian import brian2
from neuromem.spiking.circuit import Circuit, Recorded, Trial
from neuromem.spiking.experiment import Experiment, Signal, Window
from neuromem.spiking.simulation import simulate
from neuromem.spiking.vector_hash_circuit import CONSTANTS, CUE_RATE, make

MOVE, SETTLE, WRITE, CUE, RECALL = 0.005, 0.075, 0.1, 0.1, 0.1  # seconds
NEEDS = {"write": ("key", "value"), "read": ("key",), "recall": ()}  # of each step
RECORD = ("keys.w", "values.w", "grid.z", "hippocampus.evidence", "grid_spikes.t", "grid_spikes.i")
RECORD += ("hippocampus_spikes.t", "hippocampus_spikes.i", "output_spikes.t", "output_spikes.i")


class SpikingVectorHashState(NamedTuple):
    outward: np.ndarray  # (cell, hidden) random and fixed
    back: np.ndarray  # (hidden, cell) Hebbian over all addresses, before any item
    key: np.ndarray  # (d_key, hidden) learned
    value: np.ndarray  # (hidden, d_value) learned
    code: np.ndarray  # (cell) 1 where the grid is, 0 elsewhere
    k_value: np.ndarray  # () active outputs of a value, 1 before the first
    written: np.ndarray  # () items so far


class Step(NamedTuple):
    """What happens next: a move of the grid by one phase, or none, and then a write, a read of a cue, or a recall.

    A recall has no cue: what is bound to the place where the grid is.
    """

    name: str
    key: np.ndarray | None = None
    value: np.ndarray | None = None
    move: int | None = None  # direction, of `vector_hash_circuit.MOVES`


class Answer(NamedTuple):
    """What was recalled in each of some steps."""

    value: np.ndarray  # (step, d_value) spikes of the outputs, 1 at their usual rate
    code: np.ndarray  # (step, cell) spikes of the grid cells
    hidden: np.ndarray  # (step, hidden) spikes of the hippocampal cells


class Session(NamedTuple):
    """What a run of several steps left behind."""

    state: SpikingVectorHashState
    answer: Answer
    recorded: Recorded


def session(
    memory: Memory, state: SpikingVectorHashState, steps: Sequence[Step], *, seeds: Sequence[int], target: str
) -> Session:
    """Steps one after the other in one run; the grid keeps its place from one to the next.

    `memory` is a `SpikingVectorHash`; `seeds` (step) are those of the cues' spikes and of the noise. Compiled, a run
    is padded with recalls to a whole number of blocks.
    """
    circuit, trial = recipe(memory, state, steps, seeds=seeds, target=target)
    recorded = simulate(circuit, trial, target=target)
    got, ends = recorded.values, np.cumsum([_length(step) for step in steps])
    counted = [
        _counts(got, end - RECALL, end, {"grid": len(state.code), "hippocampus": memory.n_hidden, "output": d})
        for end, d in zip(ends, [state.value.shape[1]] * len(steps), strict=True)
    ]
    code, hidden, output = (np.stack(part) for part in zip(*counted, strict=True))
    after = state._replace(
        key=got["keys.w"].reshape(state.key.shape),
        value=got["values.w"].reshape(state.value.shape),
        code=memory.held(code[-1]),
        k_value=np.float64(trial.start["outputs.k_value"]),
        written=state.written + sum(step.name == "write" for step in steps),
    )
    return Session(after, Answer(output / (RECALL * CONSTANTS["typical_rate"]), code, hidden), recorded)


def recipe(
    memory: Memory, state: SpikingVectorHashState, steps: Sequence[Step], *, seeds: Sequence[int], target: str = "numpy"
) -> tuple[Circuit, Trial]:
    """The circuit and the trial of a session."""
    check_steps(steps, seeds, NEEDS, tuple(NEEDS), key=len(state.key), value=state.value.shape[1])
    padding = -len(steps) % BLOCK if target == "cpp_standalone" else 0
    padded = [*zip(steps, seeds, strict=True), *[(Step("recall"), 0)] * padding]
    windows = [window for step, seed in padded for window in _windows(memory, state, step, seed)]
    keys, values = ([p for p in part if p is not None] for part in zip(*[(s.key, s.value) for s in steps], strict=True))
    state = state._replace(k_value=_n_on(values)) if values else state
    start = _start(state, 1, _n_on(keys)) | {"grid.z": state.code}
    plastic = any(step.name == "write" for step in steps)
    return _circuit(memory, state, 1, plastic), Trial(_experiment(memory, state, windows, 1, plastic), start)


def read_copies(
    memory: Memory, state: SpikingVectorHashState, query: np.ndarray, *, seeds: np.ndarray, target: str
) -> tuple[Answer, np.ndarray]:
    """Each query (query, d_key) read by a copy of the circuit, from rest: answers, and evidence (query, hidden)."""
    n, width, n_cells = len(query), query.shape[1], len(state.code)
    copies = BLOCK if target == "cpp_standalone" else n
    cue, given = np.zeros((_samples(memory, CUE), copies, width)), np.zeros((2, _samples(memory, CUE), copies, n_cells))
    for one, (pattern, seed) in enumerate(zip(query, seeds, strict=True)):
        signals = _read(memory, state, pattern, int(seed))
        cue[:, one] = signals[0]["cue"]
        if memory.noise > 0:
            given[:, :, one] = [part["given"] for part in signals]
    windows = [
        _window("cue", CUE, {"cue": cue.reshape(len(cue), -1), "cueing": 1.0, "given": given[0].reshape(len(cue), -1)}),
        _window("recall", RECALL, {"recalling": 1.0, "given": given[1].reshape(len(cue), -1)}),
    ]
    circuit = _circuit(memory, state, copies, False)
    trial = Trial(_experiment(memory, state, windows, copies, False), _start(state, copies, _n_on(query)))
    got = simulate(circuit, trial, target=target).values
    widths = {"grid": n_cells, "hippocampus": memory.n_hidden, "output": state.value.shape[1]}
    counts = _counts(got, CUE, CUE + RECALL, {name: copies * one for name, one in widths.items()})
    code, hidden, output = (c.reshape(copies, -1)[:n] for c in counts)
    evidence = got["hippocampus.evidence"].reshape(copies, -1)[:n] / CUE
    return Answer(output / (RECALL * CONSTANTS["typical_rate"]), code, hidden), evidence


def _cue(memory: Memory, pattern: np.ndarray, duration: float, rng: np.random.Generator) -> np.ndarray:
    """Spikes (sample, d_key) of the lines of a pattern."""
    return cue_spikes(CUE_RATE * pattern / pattern.sum(), step=memory.step, duration=duration, rng=rng)


def _counts(got, start: float, end: float, widths: dict[str, int]) -> list[np.ndarray]:
    """How often each cell of these layers fired from `start` to `end`."""
    told = []
    for name, width in widths.items():
        at = got[f"{name}_spikes.t"]
        within = (at >= start - 1e-9) & (at < end - 1e-9)
        told.append(np.bincount(got[f"{name}_spikes.i"][within], minlength=width))
    return told


def _samples(memory: Memory, duration: float) -> int:
    return round(duration / memory.step)


def _length(step: Step) -> float:
    return CUE + RECALL if step.name == "read" else MOVE + SETTLE + (WRITE if step.name == "write" else RECALL)


def _windows(memory: Memory, state: SpikingVectorHashState, step: Step, seed: int) -> list[Window]:
    """The windows of a step: cue and recall, or a move of the grid and then a write or a recall."""
    if step.name == "read":
        signals = _read(memory, state, step.key, seed)
        return [_window("cue", CUE, signals[0]), _window("recall", RECALL, signals[1])]
    rng = np.random.default_rng(seed)
    move = {} if step.move is None else {"velocity": np.eye(4)[step.move]}
    what = {"recalling": 1.0}
    if step.name == "write":
        what = {"cue": _cue(memory, step.key, WRITE, rng), "value": step.value, "modulator": memory.modulator}
    parts = (("move", MOVE, move), ("settle", SETTLE, {}), (step.name, WRITE, what))
    return [_window(n, d, signals | _noise(memory, state, d, rng)) for n, d, signals in parts]


def _read(memory, state, pattern, seed: int) -> list[dict[str, Any]]:
    """The signals of the two windows of a read."""
    rng = np.random.default_rng(seed)
    cue = {"cue": _cue(memory, pattern, CUE, rng), "cueing": 1.0}
    return [cue | _noise(memory, state, CUE, rng), {"recalling": 1.0} | _noise(memory, state, RECALL, rng)]


def _noise(memory, state, duration: float, rng) -> dict[str, np.ndarray]:
    """White noise for each grid cell that makes its potential fluctuate by `memory.noise`, apart from its spikes."""
    if memory.noise == 0:
        return {}
    size = memory.noise * np.sqrt(2 * CONSTANTS["tau_m"] / memory.step)
    return {"given": size * rng.standard_normal((_samples(memory, duration), len(state.code)))}


def _window(name: str, duration: float, signals: Any) -> Window:
    return Window(name, duration * brian2().second, signals)


def _experiment(memory, state, windows: list[Window], copies: int, plastic: bool) -> Experiment:
    widths = {"cue": len(state.key), "value": state.value.shape[1], "given": len(state.code)}
    signals = {name: Signal(width=copies * width) for name, width in widths.items()}
    signals |= {"velocity": Signal(width=4), "cueing": Signal(), "recalling": Signal()}
    signals |= {"modulator": Signal()} if plastic else {}  # else nothing hears it
    return Experiment(dt=memory.step * brian2().second, windows=tuple(windows), signals=signals)


def _circuit(memory: Memory, state, copies: int, plastic: bool) -> Circuit:
    sizes = {"copies": copies, "periods": memory.periods, "n_hidden": memory.n_hidden, "n_active": memory.n_active}
    widths = {"d_key": len(state.key), "d_value": state.value.shape[1]}
    return Circuit(make, sizes | widths | {"rate": memory.rate, "plastic": plastic}, RECORD)


def _start(state: SpikingVectorHashState, copies: int, k_key: float) -> dict[str, Any]:
    """What each copy starts from, apart from the place of the grid."""
    weights = {"keys": state.key, "values": state.value, "outward": state.outward, "back": state.back}
    tiled = {f"{name}.w": np.tile(w.ravel(), copies) for name, w in weights.items()}
    return tiled | {"lines.k_key": k_key, "outputs.k_value": state.k_value}


def _n_on(patterns: Sequence[np.ndarray]) -> float:
    """How many lines of a pattern are active, all patterns alike; 1 where there is none."""
    return float(patterns[0].sum()) if len(patterns) else 1.0
