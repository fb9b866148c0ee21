"""The state of a spiking hippocampal index: its synapses, its engrams, and what an experimenter does to them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuromem import checks, manipulate, synapses

LEARNED = ("perforant", "recurrent", "outward")
PATHS = ("dentate_path", "mossy", *LEARNED)
PARTS = ("entorhinal", "dentate", "ca3", "cortex")
ALSO = {"key": "entorhinal", "value": "cortex"}


class SpikingEngrams(NamedTuple):
    dentate_path: np.ndarray  # (d_key, n_dentate) entorhinal cortex to dentate gyrus; fixed
    mossy: np.ndarray  # (n_dentate, n_ca3) dentate gyrus to CA3; fixed
    perforant: np.ndarray  # (d_key, n_ca3) entorhinal cortex to CA3, in [0, 1]
    recurrent: np.ndarray  # (n_ca3, n_ca3) within CA3, in [0, 1]
    outward: np.ndarray  # (n_ca3, d_value) CA3 to cortex, in [0, 1]
    engram: np.ndarray  # (slot, n_ca3) 1 for cells that were tagged when the item was written
    entorhinal_gain: np.ndarray  # (d_key) of cells
    dentate_gain: np.ndarray  # (n_dentate)
    ca3_gain: np.ndarray  # (n_ca3)
    cortex_gain: np.ndarray  # (d_value)
    key_active: np.ndarray  # () active lines of each key, 0 before the first
    value_active: np.ndarray  # () active cells of each value, 0 before the first
    written: np.ndarray  # () number of items


@synapses.count.register
def _(state: SpikingEngrams) -> int:
    """Excitatory ones; basket cells inhibit besides."""
    return sum(getattr(state, path).size for path in PATHS)


@manipulate.set_unit_gain.register
def _(state: SpikingEngrams, part: str, units, gain: float) -> SpikingEngrams:
    """`part` is "entorhinal" (or "key"), "dentate", "ca3" or "cortex" (or "value")."""
    checks.choice("part", part, (*PARTS, *ALSO))
    checks.number("gain", gain, 0)
    name = f"{ALSO.get(part, part)}_gain"
    gains = getattr(state, name).copy()
    gains[checks.units(units, len(gains))] = gain
    return state._replace(**{name: gains})


@manipulate.decay.register
def _(state: SpikingEngrams, rate: float) -> SpikingEngrams:
    checks.number("rate", rate, 0, 1)
    return state._replace(**{path: (1 - rate) * getattr(state, path) for path in LEARNED})


@manipulate.lesion.register
def _(state: SpikingEngrams, fraction: float, *, rng: np.random.Generator) -> SpikingEngrams:
    checks.number("fraction", fraction, 0, 1)
    paths = {path: getattr(state, path) for path in PATHS}
    return state._replace(**{path: np.where(rng.random(w.shape) < fraction, 0, w) for path, w in paths.items()})


def engram(state: SpikingEngrams, trace: int) -> np.ndarray:
    """The cells of CA3 that were tagged when a trace was written."""
    checks.trace(trace, int(state.written))
    return np.flatnonzero(state.engram[trace])
