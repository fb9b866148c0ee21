"""Three-factor learning in spikes: one plateau a write, values read from relocated cues, the oldest overwritten

Top: one run of a circuit with four slots. Five pairs are written and four cues are read, in which 30 % of the active
lines have moved. Dots are spikes of slots and outputs, stars plateaus; above each cue stands the item that is told by
the spikes of the outputs within each 20 ms (the nearest value), below the item that was asked for. The first item is
overwritten by the fifth.

Bottom: 64 pairs written once into 50 slots (100 lines, 20 of them active), by the spiking memory and by the rate model
of the same rule (`ThreeFactor`, whose patterns are +-1 where the spiking ones are 1 and 0). Left: items that are
identified by how many pairs came after them, from cues of which 30 % were relocated; 50 slots hold the last 50. Right:
the surviving items by how much of the cue was relocated; of the spiking memory also the slots that answer most.
Not claimed: that the rate model is the limit of the spiking one; its softmax is sharper than these slots' inhibition.

The last two panels are built once with a C++ compiler; without one they run on NumPy for some minutes. No published
number is held against ours: Gershman, Fiete & Irie (2025) state Eqs 12 and 13 without spikes.

Gershman, Fiete & Irie (2025), Eqs 12 and 13; Tyulmankov, Fang, Vadaparty & Yang (2021), NeurIPS.
"""

from __future__ import annotations

import numpy as np

from neuromem import plot, script
from neuromem.core import cell_rng
from neuromem.measures.identification import identified, nearest
from neuromem.models.three_factor import ThreeFactor
from neuromem.spiking.blocks import seeds_of
from neuromem.spiking.target import compiler
from neuromem.spiking.three_factor import SpikingThreeFactor
from neuromem.spiking.three_factor_runs import Step, session

REFERENCE = "Gershman, Fiete & Irie (2025), Eqs 12 and 13"
PARADIGMS = ()
DATA = ()
PUBLISHED = {}
SLOTS, PAIRS, WIDTH, ACTIVE = 50, 64, 100, 20
SHARES = (0.0, 0.2, 0.3, 0.4, 0.5)
AGED = 2  # index of the share at which items are shown by age
BIN = 0.02  # seconds


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """The run of the raster, and of both memories the items identified (seed, share, item) and slots that are right."""
    n = n_subjects or 10
    told = {"raster": one_run(cell_rng(seed, "spiking_three_factor", "raster"))}
    parts = []
    for run in range(n):
        parts.append(kept_items(cell_rng(seed, "spiking_three_factor", run)))
        if progress:
            progress(run + 1, n)
    return told | {name: np.stack([part[name] for part in parts]) for name in parts[0]}


def k_hot(n, rng):
    return (rng.random((n, WIDTH)).argsort(-1).argsort(-1) < ACTIVE).astype(float)


def relocated(x, share, rng):
    """Patterns (item, d) in which this share of the active lines has moved to silent ones."""
    y = x.copy()
    for row in y:
        on, off = np.flatnonzero(row), np.flatnonzero(row == 0)
        n = round(share * len(on))
        row[rng.choice(on, n, replace=False)] = 0
        row[rng.choice(off, n, replace=False)] = 1
    return y


def one_run(rng):
    """Five writes into four slots and four reads, in one run."""
    memory, key, value = SpikingThreeFactor(target="numpy"), k_hot(5, rng), k_hot(5, rng)
    asked = (0, 1, 3, 4)
    cues = relocated(key[list(asked)], 0.3, rng)
    steps = [Step("write", *pair) for pair in zip(key, value, strict=True)] + [Step("read", cue) for cue in cues]
    ran = session(memory, memory.init(4, WIDTH, WIDTH, rng=rng), steps, seeds=seeds_of(rng, len(steps)), target="numpy")
    return {"recorded": ran.recorded.values, "spans": ran.spans, "value": value, "asked": asked}


def kept_items(rng):
    """Which items each memory identifies (share, item), and whether the right slot of the spiking one answers most."""
    key, value = k_hot(PAIRS, rng), k_hot(PAIRS, rng)
    memory = SpikingThreeFactor(target="cpp_standalone" if compiler() else "numpy")
    state = memory.write(memory.init(SLOTS, WIDTH, WIDTH, rng=rng), key, value, rng=rng)
    rate = ThreeFactor()
    signed = rate.write(rate.init(SLOTS, WIDTH, WIDTH, rng=rng), 2 * key - 1, 2 * value - 1, rng=rng)
    found = {"spikes": [], "rate": [], "slot": []}
    for share in SHARES:
        cue = relocated(key, share, rng)
        recall = memory.read(state, cue, rng=rng)
        found["spikes"].append(identified(recall.value, value))
        spikes = recall.aux["slot_spikes"]
        found["slot"].append((spikes.argmax(-1) == np.arange(PAIRS) % SLOTS) & spikes.any(-1))
        found["rate"].append(identified(rate.read(signed, 2 * cue - 1, rng=rng).value, 2 * value - 1))
    return {name: np.stack(each) for name, each in found.items()}


def rows(results):
    return {}


def draw(results):
    import matplotlib.pyplot as plt

    fig = plt.figure(figsize=(9.0, 7.4), layout="constrained")
    axes = fig.subplot_mosaic([["raster", "raster"], ["age", "cue"]], height_ratios=[1.3, 1])
    raster(axes["raster"], **results["raster"])
    by_age(axes["age"], results)
    by_cue(axes["cue"], results)
    return fig


def raster(ax, recorded, spans, value, asked):
    outputs, slots = (recorded[f"{name}_spikes.t"] for name in ("output", "slot"))
    ax.plot(outputs, recorded["output_spikes.i"], "|", ms=2, color="0.45", label="outputs")
    ax.plot(slots, 108 + 7 * recorded["slot_spikes.i"], "|", ms=6, color=plot.COLORS[0], label="slots")
    ax.plot(recorded["plateaus.t"], 108 + 7 * recorded["plateaus.i"], "*", ms=8, color=plot.COLORS[1], label="plateaus")
    for n, span in enumerate(spans):
        reading = span.name == "read"
        ax.axvspan(span.start, span.end, color="0.9" if reading else "#FFF3D6", lw=0, zorder=0)
        item = asked[n - len(spans)] if reading else n
        ax.text((span.start + span.end) / 2, -13, f"{span.name} {item + 1}", ha="center", fontsize=8)
        if reading:
            told(ax, span, outputs, recorded["output_spikes.i"], value)
    ax.set(
        title="Five pairs, four slots, four cues", xlabel="time (s)", ylim=(-18, 152), xlim=(0, spans[-1].end + 0.05)
    )
    ax.set_yticks([0, 50, 100, 108, 115, 122, 129], ["0", "50", "output 100", "slot 1", "2", "3", "4"], fontsize=7)
    ax.set_ylabel("cell")
    ax.legend(fontsize=7, loc="upper left", ncols=3)


def told(ax, span, times, cells, value):
    """The item that the outputs' spikes of each bin tell."""
    for start in np.arange(span.start, span.end - BIN / 2, BIN):
        counts = np.bincount(cells[(times >= start) & (times < start + BIN)], minlength=WIDTH)
        item = nearest(counts[None], value)[0]
        ax.text(start + BIN / 2, 137, "-" if item < 0 else str(item + 1), ha="center", fontsize=6)


def by_age(ax, results):
    later = np.arange(PAIRS)[::-1]
    for i, name in enumerate(("spikes", "rate")):
        plot.line(ax, later, results[name][:, AGED].astype(float), label=name, color=plot.COLORS[i], style="-:"[i])
    ax.axvline(SLOTS - 0.5, color="0.6", lw=0.8, zorder=0, label=f"{SLOTS} slots")
    title = f"Cues with {SHARES[AGED]:.0%} relocated"
    ax.set(title=title, xlabel="pairs written since", ylabel="identified (fraction)", ylim=(-0.03, 1.03))
    ax.legend(fontsize=7, loc="lower left")


def by_cue(ax, results):
    kept = slice(PAIRS - SLOTS, None)
    shown = (("spikes", "value, spikes", "-", 0), ("rate", "value, rate", ":", 1), ("slot", "slot, spikes", "--", 2))
    for name, label, style, color in shown:
        y = results[name][:, :, kept].mean(-1)
        plot.line(ax, SHARES, y, label=label, style=style, color=plot.COLORS[color])
    lost = results["spikes"][:, :, : PAIRS - SLOTS].mean(-1)
    plot.line(ax, SHARES, lost, label="overwritten, spikes", style="-.", color=plot.COLORS[3])
    ax.axhline(1 / PAIRS, color="0.6", lw=0.8, zorder=0, label="chance")
    ax.set(
        title="The last 50 items", xlabel="share of the cue relocated", ylabel="right (fraction)", ylim=(-0.03, 1.03)
    )
    ax.legend(fontsize=7, loc="center left")


if __name__ == "__main__":
    script.figure(__file__)
