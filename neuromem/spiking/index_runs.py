"""Runs of the circuit of a hippocampal index: pairs, cues and light, each in a window, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from neuromem.core import Memory
from neuromem.spiking.blocks import BLOCK, check_steps, cue_spikes
from neuromem.spiking.brian import brian2
from neuromem.spiking.circuit import Circuit, Recorded, Trial
from neuromem.spiking.experiment import Experiment, Signal, Window
from neuromem.spiking.index_circuit import CA3_ACTIVITY, CONSTANTS, CUE_RATE, DENTATE_ACTIVITY, ON, WINDOW, make
from neuromem.spiking.index_state import LEARNED, SpikingEngrams
from neuromem.spiking.simulation import simulate

NEEDS = {"write": ("key", "value"), "read": ("key",), "stimulate": ("light",), "rest": ()}  # of each step
REGIONS = ("dentate", "ca3", "cortex")
RECORD = (*(f"{path}.w" for path in LEARNED), "tags.t", "tags.i")
RECORD += tuple(f"{region}_spikes.{what}" for region in REGIONS for what in "ti")


class Step(NamedTuple):
    """What happens in a window: "write" a pair, "read" a cue, "stimulate" cells of CA3 by light, or "rest".

    A lesion of one window is `silenced`: cells of CA3 that hear nothing in it.
    """

    name: str
    key: np.ndarray | None = None  # (d_key)
    value: np.ndarray | None = None  # (d_value)
    light: np.ndarray | None = None  # (n_ca3) in thresholds
    silenced: np.ndarray | None = None  # (n_ca3) 1 of cells that hear nothing


class Session(NamedTuple):
    """What a run of several steps left behind, with the spikes (step, cell) of each window."""

    state: SpikingEngrams
    entorhinal: np.ndarray
    dentate: np.ndarray
    ca3: np.ndarray
    cortex: np.ndarray
    recorded: Recorded
    cues: np.ndarray  # (step, sample, d_key) spikes that were given

    def rate(self) -> np.ndarray:
        """The rates (step, cell) of cortex while signals were given, over the typical rate."""
        times, cells = (self.recorded.values[f"cortex_spikes.{what}"] for what in "ti")
        given = (times + 1e-6) % WINDOW < ON
        return counted(times[given], cells[given], *self.cortex.shape) / (ON * CONSTANTS["typical_rate"])


def session(
    memory: Memory, state: SpikingEngrams, steps: Sequence[Step], *, seeds: Sequence[int], target: str
) -> Session:
    """Steps one after the other in one run; `memory` is a `SpikingIndex`, `seeds` (step) are those of the cues' spikes.

    A run of several steps is the same as a run of each alone, but for rounding: all activity starts anew with each.
    Compiled, the run is padded with rest to a whole number of blocks.
    """
    circuit, trial, cues = recipe(memory, state, steps, seeds=seeds, target=target)
    recorded = simulate(circuit, trial, target=target)
    got, n = recorded.values, len(steps)
    widths = dict(zip(REGIONS, (state.mossy.shape[0], *state.outward.shape), strict=True))
    spikes = {r: counted(got[f"{r}_spikes.t"], got[f"{r}_spikes.i"], n, width) for r, width in widths.items()}
    tagged = counted(got["tags.t"], got["tags.i"], n, widths["ca3"]) > 0
    return Session(_after(state, steps, got, tagged), entorhinal=cues.sum(1), **spikes, recorded=recorded, cues=cues)


def recipe(
    memory: Memory, state: SpikingEngrams, steps: Sequence[Step], *, seeds: Sequence[int], target: str = "numpy"
) -> tuple[Circuit, Trial, np.ndarray]:
    """The circuit and the trial of a session, and the spikes of its cues."""
    check_steps(steps, seeds, NEEDS, ("write",), key=len(state.perforant), value=state.outward.shape[1])
    pairs = [step for step in steps if step.name == "write"]
    key_active = float(state.key_active or (pairs[0].key.sum() if pairs else _whole(steps)))
    value_active = float(state.value_active or (pairs[0].value.sum() if pairs else 1))
    cues = np.stack([_cue(memory, state, s.key, seed, key_active) for s, seed in zip(steps, seeds, strict=True)])
    windows = [window for step, cue in zip(steps, cues, strict=True) for window in _windows(step, cue)]
    windows += (-len(steps) % BLOCK if target == "cpp_standalone" else 0) * _windows(Step("rest"))
    (d_key, n_dentate), (n_ca3, d_value) = state.dentate_path.shape, state.outward.shape
    widths = {"cue": d_key, "value": d_value, "light": n_ca3, "silenced": n_ca3, "modulator": None}
    signals = {name: Signal(width=width) for name, width in widths.items()}
    experiment = Experiment(dt=memory.step * brian2().second, windows=tuple(windows), signals=signals)
    sizes = {"n_lines": d_key, "n_dentate": n_dentate, "n_ca3": n_ca3, "n_cortex": d_value}
    return Circuit(make, sizes, RECORD), Trial(experiment, _start(memory, state, key_active, value_active)), cues


def counted(times: np.ndarray, cells: np.ndarray, n: int, width: int) -> np.ndarray:
    """Events (window, cell) of the first `n` windows."""
    window = np.floor(times / WINDOW + 1e-6).astype(int)
    seen = window < n
    return np.bincount(window[seen] * width + cells[seen], minlength=n * width).reshape(n, width)


def _whole(steps: Sequence[Step]) -> float:
    """How many lines are active in a cue before anything is written."""
    return next((step.key.sum() for step in steps if step.key is not None), 1.0)


def _cue(memory: Memory, state: SpikingEngrams, key: np.ndarray | None, seed: int, n_active: float) -> np.ndarray:
    """Poisson counts (sample, d_key) of the lines of a key; none where there is no key."""
    key = np.zeros(len(state.perforant)) if key is None else key
    rate, rng = CUE_RATE * key / n_active, np.random.default_rng(seed)
    return cue_spikes(rate, step=memory.step, duration=ON, rng=rng)


def _windows(step: Step, cue: np.ndarray | None = None) -> list[Window]:
    """The window of a step, and the silence after it."""
    second = brian2().second
    given = {"cue": cue, "value": step.value, "light": step.light, "modulator": 1.0 if step.name == "write" else None}
    whole, part = ({n: s for n, s in one.items() if s is not None} for one in ({"silenced": step.silenced}, given))
    return [Window(step.name, ON * second, whole | part), Window("silence", (WINDOW - ON) * second, whole)]


def _start(memory: Memory, state: SpikingEngrams, key_active: float, value_active: float) -> dict[str, Any]:
    """What a run starts from: weights and gains of the state, and the numbers of the memory."""
    strengths = {
        "dentate_path": memory.dentate,
        "mossy": memory.mossy,
        "perforant": memory.perforant,
        "recurrent": memory.recurrent,
        "outward": memory.outward,
    }
    start = {f"{path}.w": getattr(state, path).ravel() for path in strengths}
    start |= {f"{path}.strength": strength for path, strength in strengths.items()}
    start |= {f"{path}.rate": memory.rate for path in LEARNED}
    start |= {"lines.gain": state.entorhinal_gain, "lines.n_active": key_active}
    start |= {f"{region}.gain": getattr(state, f"{region}_gain") for region in REGIONS}
    start |= {f"{region}.inhibition": getattr(memory, f"{region}_inhibition") for region in REGIONS}
    n_dentate, n_ca3 = state.mossy.shape
    units = DENTATE_ACTIVITY * n_dentate, CA3_ACTIVITY * n_ca3, value_active
    return start | {f"{region}_basket.unit": unit for region, unit in zip(REGIONS, units, strict=True)}


def _after(state: SpikingEngrams, steps: Sequence[Step], got: dict[str, np.ndarray], tagged: np.ndarray):
    """The state once a run has left its weights and tags; a run that writes nothing leaves all as it was."""
    writes = [n for n, step in enumerate(steps) if step.name == "write"]
    if not writes:
        return state
    first, last = int(state.written), int(state.written) + len(writes)
    engram = state.engram.copy()
    engram[first:last] = tagged[writes]
    learned = {path: got[f"{path}.w"].reshape(getattr(state, path).shape).copy() for path in LEARNED}
    pair = steps[writes[0]]
    active = {"key_active": np.array(pair.key.sum()), "value_active": np.array(pair.value.sum())}
    return state._replace(engram=engram, written=np.array(last), **learned, **active)
