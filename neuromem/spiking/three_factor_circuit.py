"""The circuit of three-factor learning: lines of a key, slots that compete, outputs of a value; Eqs 12 and 13.

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
    "tau_u": 0.025,  # race
    "hold": 0.11,  # for which a plateau opens its slot
    "drive": 2.2,  # of a slot by its own key, in thresholds
    "plateau_drive": 1.6,
    "inhibition": 2.0,
    "teach": 1.6,  # of an output by its value, in thresholds
    "transmit": 1.6,  # of an output by a spike of its slot
    "typical_rate": 100.0,  # at which the traces of slots and outputs are 1
    "most": 1.5,  # of a trace, for learning
    "thrown": -30.0,
    "strengthen": 5.0,  # by STDP, times the learning rate
    "weaken": 5 / 3,
}
SECONDS = ("tau_m", "tau_s", "tau_h", "tau_x", "tau_u", "hold")
LEARNING_STEP = 0.005

LINES = """
dx/dt = -x / tau_x : 1
count = cue(t, i) : 1
n_active : 1 (shared, constant)
"""
SLOTS = """
dv/dt = (-v + gain * current - inhibited + plateau_drive * gate * modulator(t)) / tau_m : 1 (unless refractory)
dcurrent/dt = -current / tau_s : 1
dinhibited/dt = -inhibited / tau_h : 1
da/dt = -a / tau_x : 1
devidence/dt = gain * current / second : 1
du/dt = (modulator(t) * ((t - last) / age_of_all) ** 4 - 5 * u * (1 - modulator(t))) / tau_u : 1
gate = int(t - last < hold) : 1
last : second
gain : 1
"""
OUTPUTS = """
dv/dt = (-v + teach * value(t, i)) / tau_m : 1
dy/dt = -y / tau_x : 1
"""
TRANSMIT = "v_post += transmit * w * (1 - modulator(t))"
HEBBIAN = "w += rate * modulator(t) * gate_pre * clip(a_pre, 0, 1) * (clip(y_post, 0, most) - w)"

STDP = {
    "on_pre": {"transmit": TRANSMIT, "weaken": "w -= clip(weaken * rate, 0, 1) * modulator(t) * gate_pre * w"},
    "on_post": "w += clip(strengthen * rate * clip(a_pre, 0, 1), 0, 1) * modulator(t) * gate_pre * (1 - w)",
}


def make(signals, *, copies, n_slots, d_key, d_value, rate, value_rule, window):
    """The network, with `copies` of the circuit."""
    b = brian2()
    names = {n: v * b.second if n in SECONDS else v for n, v in CONSTANTS.items()}
    names |= {"typical_rate": CONSTANTS["typical_rate"] * b.Hz, "cue_rate": CUE_RATE * b.Hz}
    names |= {"rate": rate, "age_of_all": n_slots * window * b.second} | dict(signals)
    every, given = LEARNING_STEP * b.second, {"namespace": names, "method": "exponential_euler"}
    lines = b.NeuronGroup(
        copies * d_key,
        LINES,
        threshold="count > 0",
        reset="x += count * n_active / (cue_rate * tau_x)",
        name="lines",
        **given,
    )
    slots = b.NeuronGroup(
        copies * n_slots,
        SLOTS,
        threshold="v > 1",
        reset="v = 0; a += 1 / (typical_rate * tau_x)",
        refractory=0.002 * b.second,
        events={"plateau": "u > 1"},
        name="slots",
        namespace=names,
        method="euler",
    )
    slots.run_on_event("plateau", "last = t; u = thrown")
    outputs = b.NeuronGroup(
        copies * d_value,
        OUTPUTS,
        threshold="v > 1",
        reset="v = 0; y += 1 / (typical_rate * tau_x)",
        name="outputs",
        **given,
    )
    keys = b.Synapses(
        lines,
        slots,
        "w : 1",
        on_pre="current_post += drive * w * count_pre * (1 - modulator(t)) / (cue_rate * tau_s)",
        name="keys",
        namespace=names,
    )
    keys.connect(**_all_within(copies, d_key, n_slots))
    keys.run_regularly("w += rate * modulator(t) * gate_post * (clip(x_pre, 0, most) - w)", dt=every, name="learn_keys")
    by_spikes = STDP if value_rule == "stdp" else {"on_pre": {"transmit": TRANSMIT}}
    values = b.Synapses(slots, outputs, "w : 1", name="values", namespace=names, **by_spikes)
    values.connect(**_all_within(copies, n_slots, d_value))
    if value_rule == "hebbian":
        values.run_regularly(HEBBIAN, dt=every, name="learn_values")
    rivals = b.Synapses(
        slots,
        slots,
        on_pre={"inhibit": "inhibited_post += inhibition * int(i != j)", "throw": "u_post = thrown"},
        on_event={"inhibit": "spike", "throw": "plateau"},
        name="rivals",
        namespace=names,
    )
    rivals.connect(**_all_within(copies, n_slots, n_slots))
    monitors = (
        b.SpikeMonitor(slots, name="slot_spikes"),
        b.SpikeMonitor(outputs, name="output_spikes"),
        b.EventMonitor(slots, "plateau", name="plateaus"),
    )
    return b.Network(lines, slots, outputs, keys, values, rivals, *monitors)


def _all_within(copies: int, n_from: int, n_to: int) -> dict[str, np.ndarray]:
    """Each cell of one group to each of another within a copy, ordered by (copy, from, to)."""
    copy, i, j = np.indices((copies, n_from, n_to)).reshape(3, -1)
    return {"i": copy * n_from + i, "j": copy * n_to + j}
