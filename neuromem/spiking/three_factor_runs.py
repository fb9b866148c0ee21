"""Runs of the three-factor circuit: pairs and cues one after the other in one run, or cues side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from neuromem.core import Memory
from neuromem.spiking.blocks import BLOCK, check_steps, cue_spikes
from neuromem.spiking.brian import brian2
from neuromem.spiking.circuit import Circuit, Recorded, Trial
from neuromem.spiking.experiment import Experiment, Signal, Span, Window
from neuromem.spiking.simulation import simulate
from neuromem.spiking.three_factor_circuit import CUE_RATE, make

WRITE, READ, GAP = 0.15, 0.1, 0.05  # seconds
NEEDS = {"write": ("key", "value"), "read": ("key",), "rest": ()}  # of each step
RECORD = ("keys.w", "values.w", "slots.last", "slots.evidence", "plateaus.t", "plateaus.i")
RECORD += ("slot_spikes.t", "slot_spikes.i", "output_spikes.t", "output_spikes.i")


class SpikingSlots(NamedTuple):
    key: np.ndarray  # (slot, d_key) weights of the lines onto the slots
    value: np.ndarray  # (slot, d_value) weights of the slots onto the outputs
    age: np.ndarray  # (slot) seconds since the last plateau
    gain: np.ndarray  # (slot) of the synapses onto a slot
    written: np.ndarray  # () plateaus so far


class Step(NamedTuple):
    """What happens in one window: a pair is written, a cue is read, or nothing ("rest") for the time of a write."""

    name: str
    key: np.ndarray | None = None
    value: np.ndarray | None = None


class Session(NamedTuple):
    """What a run of several steps left behind."""

    state: SpikingSlots
    recorded: Recorded
    spans: list[Span]  # of the steps, without the silence after each


def session(memory: Memory, state: SpikingSlots, steps: Sequence[Step], *, seeds: np.ndarray, target: str) -> Session:
    """Steps one after the other in one run, each followed by 50 ms of silence; activity carries over, if any is left.

    `memory` is a `SpikingThreeFactor`; `seeds` (step) are those of the cues' spikes. Compiled, the run is padded with
    rest to a whole number of blocks.
    """
    circuit, trial = recipe(memory, state, steps, seeds=seeds, target=target)
    recorded = simulate(circuit, trial, target=target)
    got, spans = recorded.values, trial.experiment.spans()[: 2 * len(steps)]
    after = state._replace(
        key=got["keys.w"].reshape(state.key.T.shape).T.copy(),
        value=got["values.w"].reshape(state.value.shape),
        age=spans[-1].end - got["slots.last"],
        written=state.written + len(got["plateaus.t"]),
    )
    return Session(after, recorded, spans[::2])


def recipe(
    memory: Memory, state: SpikingSlots, steps: Sequence[Step], *, seeds: np.ndarray, target: str = "numpy"
) -> tuple[Circuit, Trial]:
    """The circuit and the trial of a session."""
    check_steps(steps, seeds, NEEDS, tuple(NEEDS), key=state.key.shape[-1], value=state.value.shape[-1])
    padding = -len(steps) % BLOCK if target == "cpp_standalone" else 0
    windows = [w for step, seed in zip(steps, seeds, strict=True) for w in _windows(memory, step, seed)]
    experiment = _experiment(memory, state, windows + padding * _windows(memory, Step("rest"), 0))
    start = _start(state, 1, _n_active([s.key for s in steps if s.key is not None]))
    return _circuit(memory, state, 1), Trial(experiment, start)


def read_copies(
    memory: Memory, state: SpikingSlots, query: np.ndarray, *, seeds: np.ndarray, target: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each query (query, d_key) read by a copy of the circuit, from rest: value, strength and spikes of the slots."""
    n = len(query)
    copies = BLOCK if target == "cpp_standalone" else n
    spikes = np.zeros((_samples(memory, READ), copies, query.shape[-1]))
    for one, (pattern, seed) in enumerate(zip(query, seeds, strict=True)):
        spikes[:, one] = _cue(memory, pattern, READ, seed)
    windows = [_window("read", READ, {"cue": spikes.reshape(len(spikes), -1)}), _window("silence", GAP)]
    trial = Trial(_experiment(memory, state, windows, copies), _start(state, copies, _n_active(query)))
    got = simulate(_circuit(memory, state, copies), trial, target=target).values
    slots, outputs = (
        np.bincount(got[name], minlength=copies * width).reshape(copies, width)[:n]
        for name, width in (("slot_spikes.i", len(state.age)), ("output_spikes.i", state.value.shape[-1]))
    )
    strength = got["slots.evidence"].reshape(copies, -1).max(-1)[:n] / READ
    return outputs / np.maximum(slots.sum(-1, keepdims=True), 1), strength, slots


def _cue(memory: Memory, pattern: np.ndarray, duration: float, seed: int) -> np.ndarray:
    """Spikes (sample, d_key) of the lines of a pattern."""
    rate, rng = CUE_RATE * pattern / pattern.sum(), np.random.default_rng(seed)
    return cue_spikes(rate, step=memory.step, duration=duration, rng=rng)


def _samples(memory: Memory, duration: float) -> int:
    return round(duration / memory.step)


def _windows(memory: Memory, step: Step, seed: int) -> list[Window]:
    """The window of a step and the silence after it."""
    duration, signals = (READ if step.name == "read" else WRITE), {}
    if step.key is not None:
        signals["cue"] = _cue(memory, step.key, duration, seed)
    if step.value is not None:
        signals |= {"value": step.value, "modulator": memory.modulator}
    return [_window(step.name, duration, signals), _window("silence", GAP)]


def _window(name: str, duration: float, signals: Any = None) -> Window:
    return Window(name, duration * brian2().second, signals or {})


def _experiment(memory, state, windows: list[Window], copies: int = 1) -> Experiment:
    widths = {"cue": copies * state.key.shape[-1], "value": copies * state.value.shape[-1], "modulator": None}
    signals = {name: Signal(width=width) for name, width in widths.items()}
    return Experiment(dt=memory.step * brian2().second, windows=tuple(windows), signals=signals)


def _circuit(memory: Memory, state: SpikingSlots, copies: int) -> Circuit:
    n_slots, d_key = state.key.shape
    sizes = {"copies": copies, "n_slots": n_slots, "d_key": d_key, "d_value": state.value.shape[-1]}
    rule = {"rate": memory.rate, "value_rule": memory.value_rule, "window": WRITE + GAP}
    return Circuit(make, sizes | rule, RECORD)


def _start(state: SpikingSlots, copies: int, n_active: float) -> dict[str, Any]:
    """What each copy starts from; the slot used longest ago is as old as all in turn, so that races last alike."""
    age = state.age - max(0.0, state.age.max() - len(state.age) * (WRITE + GAP))
    of_slots = {"slots.last": -age, "slots.gain": state.gain, "keys.w": state.key.T.ravel()}
    tiled = {name: np.tile(array, copies) for name, array in of_slots.items()}
    return tiled | {"values.w": np.tile(state.value.ravel(), copies), "lines.n_active": n_active}


def _n_active(patterns: Sequence[np.ndarray]) -> float:
    """How many lines of a cue are active, all cues alike; 1 where there is no cue."""
    return float(patterns[0].sum()) if len(patterns) else 1.0
