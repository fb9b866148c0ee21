"""The circuit of Vector-HaSH: grid modules, hippocampus and senses in one loop.

Times in seconds, potentials with threshold 1 and reset 0. Copies of the circuit stand side by side in one network.
"""

from __future__ import annotations

import numpy as np

from neuromem.spiking.brian import brian2

CUE_RATE = 2000.0  # spikes a second of all lines of a pattern together, however many they are
CONSTANTS = {
    "tau_m": 0.01,  # membrane
    "tau_s": 0.01,  # excitatory current
    "tau_h": 0.01,  # inhibition
    "tau_x": 0.02,  # traces x, a and y of activity
    "tau_z": 0.05,  # by which a grid cell holds on to its activity
    "tau_v": 0.002,  # shifters
    "hold": 3.0,  # of a grid cell by itself, in thresholds
    "charge": 0.3,  # share of z that a spike fills
    "rivalry": 1.5,  # of a grid cell by a spike of another of its module
    "push": 2.5,  # of a shifter by velocity and its cell
    "carry": 15.0,  # of the next phase by a spike of a shifter
    "clear": 8.0,  # of all others of the module, against
    "outward": 24.0,  # of a hippocampal cell by a spike of one grid cell of each module, all of weight 1, without cut
    "back": 12.0,  # of a grid cell by its hippocampal pattern, for one spike of each cell
    "drive": 9.0,  # of a hippocampal cell by its own key
    "inhibition": 5.5,  # of a hippocampal cell, for one spike of each cell of a pattern
    "teach": 4.0,  # of an output by its value
    "transmit": 12.0,  # of an output by its hippocampal pattern, for one spike of each cell
    "restraint": 2.0,  # of an output, for one spike of each output of a value
    "typical_rate": 100.0,  # at which the traces of cells are 1
}
SECONDS = ("tau_m", "tau_s", "tau_h", "tau_x", "tau_z", "tau_v")
LEARNING_STEP = 0.005
REFRACTORY = 0.002
MOVES = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])  # (direction, 2) phases that a shifter moves on

LINES = """
dx/dt = -x / tau_x : 1
count = cue(t, i) : 1
k_key : 1 (shared, constant)
"""
GRID = """
dv/dt = (-v + hold * z * (1 - cueing(t)) + current - inhibited + given(t, i)) / tau_m : 1 (unless refractory)
dcurrent/dt = -current / tau_s : 1
dinhibited/dt = -inhibited / tau_h : 1
dz/dt = -z / tau_z : 1
"""
SHIFTERS = """
dv/dt = (-v + push * velocity(t, i % 4) * z) / tau_v : 1 (unless refractory)
z : 1 (linked)
"""
HIPPOCAMPUS = """
dv/dt = (-v + current - inhibition * inhibited) / tau_m : 1 (unless refractory)
dcurrent/dt = -current / tau_s : 1
da/dt = -a / tau_x : 1
evidence : 1
inhibited : 1 (linked)
"""
OUTPUTS = """
dv/dt = (-v + teach * value(t, i) + current - restraint * inhibited / k_value) / tau_m : 1 (unless refractory)
dcurrent/dt = -current / tau_s : 1
k_value : 1 (shared, constant)
dy/dt = -y / tau_x : 1
inhibited : 1 (linked)
"""
POOL = "ds/dt = -s / tau_h : 1"
SENSED = "w += rate * modulator(t) * clip(x_pre, 0, 1) * clip(a_post, 0, 1) * (1 - w)"
BOUND = "w += rate * modulator(t) * clip(a_pre, 0, 1) * clip(y_post, 0, 1) * (1 - w)"


def make(signals, *, copies, periods, n_hidden, n_active, d_key, d_value, rate, plastic):
    """The network, with `copies` of the circuit; its weights are 0 until a trial starts from others."""
    b = brian2()
    names = {n: v * b.second if n in SECONDS else v for n, v in CONSTANTS.items()}
    names |= {"typical_rate": CONSTANTS["typical_rate"] * b.Hz, "cue_rate": CUE_RATE * b.Hz, "rate": rate}
    names |= {"n_active": float(n_active), "n_modules": len(periods), "cut": 1 - 0.5 / len(periods)} | dict(signals)
    n_cells = sum(period**2 for period in periods)

    def cells(name, n, equations, reset, **more):
        return b.NeuronGroup(
            copies * n,
            equations,
            reset=reset,
            name=name,
            namespace=names,
            method="euler",
            **{"threshold": "v > 1", "refractory": REFRACTORY * b.second} | more,
        )

    def synapses(name, source, target, ends, on_pre, model=""):
        one = b.Synapses(source, target, model, on_pre=on_pre, name=name, namespace=names)
        one.connect(**_in_copies(copies, *ends))
        return one

    def pool(name, of, n, jump):
        """Graded inhibition for a layer, by all its spikes."""
        one = b.NeuronGroup(copies, POOL, name=name, namespace=names, method="euler")
        of.inhibited = b.linked_var(one, "s", index=np.repeat(np.arange(copies), n))
        ends = np.arange(n), np.zeros(n, int), n, 1
        return one, synapses(f"onto_{name}", of, one, ends, f"s_post += {jump}")

    lines = b.NeuronGroup(
        copies * d_key,
        LINES,
        threshold="count > 0",
        reset="x += count * k_key / (cue_rate * tau_x)",
        name="lines",
        namespace=names,
        method="euler",
    )
    grid = cells("grid", n_cells, GRID, "v = 0; z += charge * (1 - z)")
    shifters = cells("shifters", 4 * n_cells, SHIFTERS, "v = 0", refractory=0.03 * b.second)
    shifters.z = b.linked_var(grid, "z", index=np.repeat(np.arange(copies * n_cells), 4))
    hippocampus = cells("hippocampus", n_hidden, HIPPOCAMPUS, "v = 0; a += 1 / (typical_rate * tau_x)")
    outputs = cells("outputs", d_value, OUTPUTS, "v = 0; y += 1 / (typical_rate * tau_x)")
    rest = [
        *pool("interneurons", hippocampus, n_hidden, "1 / n_active"),
        *pool("output_interneurons", outputs, d_value, "1"),
        synapses("rivals", grid, grid, _rivals(periods), "inhibited_post += rivalry"),
        synapses("carried", shifters, grid, _carried(periods), "current_post += carry"),
        synapses("cleared", shifters, grid, _cleared(periods), "inhibited_post += clear"),
    ]
    keys = synapses(
        "keys",
        lines,
        hippocampus,
        _all(d_key, n_hidden),
        "current_post += drive * w * count_pre * cueing(t) / (cue_rate * tau_s)\n"
        "evidence_post += w * count_pre * cueing(t) / (cue_rate * second)",
        "w : 1",
    )
    values = synapses(
        "values",
        hippocampus,
        outputs,
        _all(n_hidden, d_value),
        "current_post += transmit * w * recalling(t) / n_active",
        "w : 1",
    )
    from_grid = "current_post += outward * (w - cut) / n_modules * (1 - cueing(t))"
    outward = synapses("outward", grid, hippocampus, _all(n_cells, n_hidden), from_grid, "w : 1")
    to_grid = "current_post += back * w * cueing(t) / n_active"
    back = synapses("back", hippocampus, grid, _all(n_hidden, n_cells), to_grid, "w : 1")
    if plastic:
        keys.run_regularly(SENSED, dt=LEARNING_STEP * b.second, name="learn_keys")
        values.run_regularly(BOUND, dt=LEARNING_STEP * b.second, name="learn_values")
    monitors = [
        b.SpikeMonitor(one, name=f"{name}_spikes")
        for name, one in (("grid", grid), ("hippocampus", hippocampus), ("output", outputs))
    ]
    return b.Network(lines, grid, shifters, hippocampus, outputs, *rest, keys, values, outward, back, *monitors)


def _in_copies(copies: int, i: np.ndarray, j: np.ndarray, n_from: int, n_to: int) -> dict[str, np.ndarray]:
    """The connections i to j of one circuit, within each copy."""
    copy = np.arange(copies)[:, None]
    return {"i": (copy * n_from + i).ravel(), "j": (copy * n_to + j).ravel()}


def _all(n_from: int, n_to: int):
    i, j = np.indices((n_from, n_to)).reshape(2, -1)
    return i, j, n_from, n_to


def _modules(periods: tuple[int, ...]) -> np.ndarray:
    """The module (cell) that a grid cell belongs to."""
    return np.repeat(np.arange(len(periods)), np.square(periods))


def _rivals(periods):
    """Each grid cell to all others of its module."""
    module = _modules(periods)
    i, j = np.nonzero((module[:, None] == module) & ~np.eye(len(module), dtype=bool))
    return i, j, len(module), len(module)


def next_cells(periods: tuple[int, ...]) -> np.ndarray:
    """The cell (cell, direction) whose phase lies one step on from that of a cell.

    >>> next_cells((2,))[0]
    array([2, 1, 2, 1])
    """
    first, found = 0, []
    for period in periods:
        phase = np.stack(np.divmod(np.arange(period**2), period), -1)
        moved = (phase[:, None] + MOVES) % period
        found.append(first + moved[..., 0] * period + moved[..., 1])
        first += period**2
    return np.concatenate(found)


def _carried(periods):
    """Each shifter (cell, direction) to the next cell."""
    to = next_cells(periods).ravel()
    return np.arange(len(to)), to, len(to), len(to) // 4


def _cleared(periods):
    """Each shifter to all cells of its module but the next."""
    module, to = _modules(periods), next_cells(periods).ravel()
    mine = np.repeat(module, 4)[:, None] == module
    mine[np.arange(len(to)), to] = False
    return *np.nonzero(mine), len(to), len(module)
