"""The circuit of a hippocampal index: entorhinal lines, dentate gyrus, CA3 and cortex, with one-shot plasticity.

Times in seconds, potentials with threshold 1 and reset 0. All activity starts anew with each window, as if a strong
inhibition had ended the last: windows feel one another through weights alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuromem.spiking.brian import brian2

CUE_RATE = 4000.0  # spikes a second of all lines of a whole key together, however many they are
ON, WINDOW = 0.15, 0.2  # seconds: in which signals are given, and with the silence after it
CONSTANTS = {
    "tau_m": 0.01,  # membrane
    "tau_s": 0.005,  # excitatory current
    "tau_r": 0.05,  # recurrent current
    "tau_i": 0.01,  # inhibition
    "tau_x": 0.02,  # trace x of lines
    "tau_a": 0.04,  # trace a of CA3 and cortex
    "silent": 4.0,  # ms after a spike
    "typical_rate": 100.0,  # at which traces are 1
    "enough": 0.45,  # of the traces on both sides, for a synapse to learn
    "teach": 2.0,  # of a cortical cell by its value, in thresholds
}
SECONDS = ("tau_m", "tau_s", "tau_r", "tau_i", "tau_x", "tau_a")
DENTATE_ACTIVITY, CA3_ACTIVITY = 0.03, 0.04  # fractions of cells that, at the typical rate, inhibit by 1

LINES = """
dx/dt = -x / tau_x : 1
count = cue(t, i) : 1
gain : 1
n_active : 1 (shared, constant)
"""
CELLS = """
dv/dt = ({drive} - v - inhibition * inhibited) / tau_m * int(quiet < 0.25) : 1
dcurrent/dt = -current / tau_s : 1
dquiet/dt = -int(quiet >= 0.25) / ms : 1
gain : 1
inhibited : 1 (linked)
inhibition : 1 (shared, constant)
"""
DRIVES = {
    "dentate": "gain * current",
    "ca3": "gain * (1 - silenced(t, i)) * (current + fed_back) + light(t, i)",
    "cortex": "gain * (current + teach * value(t, i))",
}
TRACE = "da/dt = -a / tau_a : 1\n"
MORE = {"dentate": "", "ca3": f"{TRACE}dfed_back/dt = -fed_back / tau_r : 1\n", "cortex": TRACE}
ANEW = {"dentate": "", "ca3": "; a = 0; fed_back = 0", "cortex": "; a = 0"}
LEARN = "w = clip(w + rate * modulator(t) * int({trace} > enough) * int(a_post > enough){others}, 0, 1)"
FROM_LINES = "current_post += strength * w * count_pre * gain_pre{gate} / (cue_rate * tau_s)"


def make(signals, *, n_lines, n_dentate, n_ca3, n_cortex):
    """The network. How strong pathways and inhibition are, and how fast synapses learn, a trial sets."""
    b = brian2()
    names = {n: v * b.second if n in SECONDS else v for n, v in CONSTANTS.items()}
    names |= {"typical_rate": CONSTANTS["typical_rate"] * b.Hz, "cue_rate": CUE_RATE * b.Hz, "ms": b.ms, **signals}
    names |= {"dentate_unit": DENTATE_ACTIVITY * n_dentate, "ca3_unit": CA3_ACTIVITY * n_ca3}
    lines = b.NeuronGroup(
        n_lines,
        LINES,
        threshold="count > 0",
        reset="x += count * n_active / (cue_rate * tau_x)",
        method="exponential_euler",
        name="lines",
        namespace=names,
    )
    lines.run_regularly("x = 0", dt=WINDOW * b.second, name="lines_anew")
    dentate, ca3, cortex = (
        _cells(name, n, names) for name, n in (("dentate", n_dentate), ("ca3", n_ca3), ("cortex", n_cortex))
    )
    inhibition = [part for cells in (dentate, ca3, cortex) for part in _inhibition(cells, names)]
    open_, from_lines = " * (1 - modulator(t))", {"gate": " * (1 - modulator(t))"}
    sent = "_post += strength * w{} / ({} * typical_rate * {})"
    paths = (
        _path(lines, dentate, "dentate_path", FROM_LINES.format(gate=""), names),
        _path(dentate, ca3, "mossy", "current" + sent.format(" * modulator(t)", "dentate_unit", "tau_s"), names),
        _path(lines, ca3, "perforant", FROM_LINES.format(**from_lines), names, "x_pre"),
        _path(ca3, ca3, "recurrent", "fed_back" + sent.format(open_, "ca3_unit", "tau_r"), names, "a_pre"),
        _path(ca3, cortex, "outward", "current" + sent.format(open_, "ca3_unit", "tau_s"), names, "a_pre"),
    )
    monitors = [b.SpikeMonitor(cells, name=f"{cells.name}_spikes") for cells in (dentate, ca3, cortex)]
    tags = b.EventMonitor(ca3, "tag", name="tags")
    return b.Network(lines, dentate, ca3, cortex, *inhibition, *paths, *monitors, tags)


def _cells(name: str, n: int, names: dict[str, Any]) -> Any:
    """The cells of a region; one of CA3 is tagged when it fires often enough for its synapses to learn."""
    b = brian2()
    cells = b.NeuronGroup(
        n,
        CELLS.format(drive=DRIVES[name]) + MORE[name],
        threshold="v > 1",
        reset="v = 0; quiet = silent" + ("; a += 1 / (typical_rate * tau_a)" if MORE[name] else ""),
        events={"tag": "v > 1 and a > enough and modulator(t) > 0"} if name == "ca3" else {},
        method="euler",
        name=name,
        namespace=names,
    )
    cells.run_regularly("v = 0; current = 0; quiet = 0" + ANEW[name], dt=WINDOW * b.second, name=f"{name}_anew")
    return cells


def _inhibition(cells: Any, names: dict[str, Any]) -> tuple[Any, Any]:
    """The basket cells of a region as one pool, whose level follows the spikes of all cells and inhibits them all."""
    b = brian2()
    pool = b.NeuronGroup(
        1,
        "dlevel/dt = -level / tau_i : 1\nunit : 1",
        method="exponential_euler",
        name=f"{cells.name}_basket",
        namespace=names,
    )
    pool.run_regularly("level = 0", dt=WINDOW * b.second, name=f"{cells.name}_basket_anew")
    cells.inhibited = b.linked_var(pool, "level", index=np.zeros(cells.N, int))
    on_pre = "level_post += 1 / (unit_post * typical_rate * tau_i)"
    onto = b.Synapses(cells, pool, on_pre=on_pre, name=f"onto_{cells.name}_basket", namespace=names)
    onto.connect(i=np.arange(cells.N), j=0)
    return pool, onto


def _path(source: Any, target: Any, name: str, on_pre: str, names: dict[str, Any], trace: str = "") -> Any:
    """All-to-all synapses, ordered by (from, to), which with a trace learn at each spike of the target."""
    b = brian2()
    others = " * int(i != j)" if source is target else ""
    path = b.Synapses(
        source,
        target,
        "w : 1\nstrength : 1 (shared, constant)" + ("\nrate : 1 (shared, constant)" if trace else ""),
        on_pre=on_pre,
        on_post=LEARN.format(trace=trace, others=others) if trace else None,
        name=name,
        namespace=names,
    )
    i, j = np.indices((source.N, target.N)).reshape(2, -1)
    path.connect(i=i, j=j)
    return path
