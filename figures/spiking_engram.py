"""An engram in spikes: bound at once, found by half a cue, silenced, brought back by light; and completed within CA3

Top: spikes of entorhinal lines, dentate gyrus, CA3 and cortex. Three pairs are written, each in 150 ms; then comes half
of the first key, the same once its engram cells hear nothing, and light on these cells without a cue. Engram cells of
the first pair are red. Above stands the pair that the spikes of cortex tell in each 30 ms (the nearest value).

Bottom: items identified by half a cue, by half a cue once silenced, and by light without a cue, on the engram as it is
and on the silenced one, in spikes and in the rate model (`HippocampalIndex`), both with the same k-hot keys and values,
means with their 95 % intervals; and how much of an engram is active
when light drives a part of it and entorhinal cortex is silent, by overlap (cosine) with the engram. The dashed line is
the lit part alone: what lies above it recurrent synapses have added. Without them nothing is added. Completion is not
whole in spikes: cells that barely joined the engram, and learned few of its synapses, are not reached. What recurrent
synapses have begun goes on after the cue, until the window ends.

By default three seeds of 5 items, two of them asked for, on a circuit with fewer cells in the dentate gyrus and a
coarser time step, interpreted in some seconds; from ten subjects on (`--subjects 10`) 40 items, compiled once. No
published number is held against ours: the experiments below were on animals, with behaviour as the measure. Light on a
silenced engram differs: in spikes its cells stay deaf, in the rate model lit cells hear again. Deaf cells recall
without hearing one another, but not in one and the same light: they then fire at once, and cortex tells fewer items.

Ryan, Roy, Pignatelli, Arons & Tonegawa (2015), Science 348:1007; Treves & Rolls (1992), Hippocampus 2:189; Teyler &
DiScenna (1986), Behav. Neurosci. 100:147.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from neuromem import plot, script
from neuromem.core import cell_rng
from neuromem.measures.identification import identified, nearest
from neuromem.models import hippocampal_replay as rate_model
from neuromem.models.hippocampal_index import HippocampalIndex
from neuromem.models.reactivation import lit, reactivate, set_input_gain
from neuromem.spiking.blocks import seeds_of
from neuromem.spiking.index import SpikingIndex, light
from neuromem.spiking.index_circuit import ON, WINDOW
from neuromem.spiking.index_completion import completion, overlap
from neuromem.spiking.index_runs import Step, session
from neuromem.spiking.index_state import engram

REFERENCE = "Ryan, Roy, Pignatelli, Arons & Tonegawa (2015), Science 348:1007; Treves & Rolls (1992), Hippocampus 2:189"
PARADIGMS = ()
DATA = ()
PUBLISHED = {}
MANY = 10  # subjects, from which on the circuit is large
SMALL = SpikingIndex(n_dentate=400, step=0.001, target="numpy")
WIDTHS, ACTIVE = (200, 150), (30, 45)  # of keys and values
CONDITIONS = ("half a cue", "silenced,\nhalf a cue", "light", "silenced,\nlight")
SHARES = (0.25, 0.5, 0.75)
ASKED_OF_MANY, ASKED = 10, 2  # items
REGIONS = ("entorhinal", "dentate", "ca3", "cortex")
BIN = 0.03  # seconds


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """The runs of the raster; identified (seed, condition) and overlaps (seed, share) of both memories."""
    n = n_subjects or 3
    many = n >= MANY
    n_items, asked = (40, range(ASKED_OF_MANY)) if many else (5, range(ASKED))
    memory = SpikingIndex().on_target_for(n * (n_items + 9 * len(asked))) if many else SMALL
    parts = []
    for run in range(n):
        rng = cell_rng(seed, "spiking_engram", run)
        pairs = tuple(k_hot(n_items, width, k, rng) for width, k in zip(WIDTHS, ACTIVE, strict=True))
        found = {"spikes": one_memory(memory, *pairs, asked, rng), "rate": one_memory(RATE, *pairs, asked, rng)}
        parts.append({f"{name} {what}": got for name, each in found.items() for what, got in each.items()})
        if progress:
            progress(run + 1, n)
    told = {name: np.stack([part[name] for part in parts]) for name in parts[0]}
    return told | {"raster": raster_runs(cell_rng(seed, "spiking_engram", "raster")), "n_items": n_items}


RATE = HippocampalIndex(keep_regions=True)


def k_hot(n, width, k, rng):
    return (rng.random((n, width)).argsort(-1).argsort(-1) < k).astype(float)


def half(keys, rng):
    """Keys (item, d), half of the active lines of each silent."""
    cue = keys.copy()
    for row in cue:
        on = np.flatnonzero(row)
        row[rng.choice(on, len(on) // 2, replace=False)] = 0
    return cue


def one_memory(memory, key, value, asked, rng):
    """Which of the items asked for are identified in each condition, and overlaps when a part of CA3 is lit."""
    fresh = memory.init(len(key), key.shape[1], value.shape[1], rng=rng)
    state, cue = memory.write(fresh, key, value, rng=rng), half(key, rng)
    silent = [set_input_gain(state, memory, item, 0.0) for item in asked]
    answers = [
        memory.read(state, cue[asked], rng=rng).value,
        np.concatenate([memory.read(s, cue[i, None], rng=rng).value for i, s in zip(asked, silent, strict=True)]),
        np.concatenate([reactivate(state, memory, item, rng=rng).value for item in asked]),
        np.concatenate([reactivate(s, memory, i, rng=rng).value for i, s in zip(asked, silent, strict=True)]),
    ]
    told = {"identified": np.array([identified(a, value, np.array(asked)).mean() for a in answers])}
    strengths = {"completed": memory.recurrent, "control": 0.0}
    return told | {
        name: np.array([completed(replace(memory, recurrent=r), state, s, asked, rng) for s in SHARES])
        for name, r in strengths.items()
    }


def completed(memory, state, share, asked, rng):
    """Mean overlap with the engram of the cells that are active when a share of it is lit."""
    if isinstance(memory, SpikingIndex):
        return completion(memory, state, share=share, traces=asked, rng=rng).after.mean()
    cells = [rate_model.engram(state, item) for item in asked]
    active = [rate_model.stimulate(memory, state, lit(c, share, rng=rng)).aux["ca3"][0] > 0 for c in cells]
    return overlap(np.array(active), state.ca3[asked] > 0).mean()


def raster_runs(rng):
    """Spikes (times, cells) of each region over six windows, the values and the engram of the first pair."""
    key, value = (k_hot(3, width, k, rng) for width, k in zip(WIDTHS, ACTIVE, strict=True))
    fresh, cue = SMALL.init(3, *WIDTHS, rng=rng), half(key[:1], rng)[0]
    writes = [Step("write", *pair) for pair in zip(key, value, strict=True)]
    first = session(SMALL, fresh, [*writes, Step("read", cue)], seeds=seeds_of(rng, 4), target="numpy")
    cells = engram(first.state, 0)
    deaf = np.isin(np.arange(SMALL.n_ca3), cells)
    lit_up = Step("stimulate", light=light(cells, SMALL.n_ca3, rng=rng), silenced=deaf)
    steps = [Step("read", cue, silenced=deaf), lit_up]
    second = session(SMALL, first.state, steps, seeds=seeds_of(rng, 2), target="numpy")
    spikes = {region: spikes_of(region, (first, second)) for region in REGIONS}
    return {"spikes": spikes, "value": value, "engram": cells}


def spikes_of(region, runs):
    """Times and cells over runs one after the other."""
    times, cells, start = [], [], 0.0
    for one in runs:
        if region == "entorhinal":
            window, sample, cell = np.nonzero(one.cues)
            at = window * WINDOW + sample * ON / one.cues.shape[1]
        else:
            at, cell = (one.recorded.values[f"{region}_spikes.{what}"] for what in "ti")
        times.append(start + at)
        cells.append(cell)
        start += len(one.cues) * WINDOW
    return np.concatenate(times), np.concatenate(cells)


def rows(results):
    return {}


def draw(results):
    import matplotlib.pyplot as plt

    fig = plt.figure(figsize=(9.0, 7.6), layout="constrained")
    axes = fig.subplot_mosaic([["raster", "raster"], ["bars", "part"]], height_ratios=[1.6, 1])
    raster(axes["raster"], **results["raster"])
    bars(axes["bars"], results)
    part(axes["part"], results)
    return fig


TOLD = ("write 1", "write 2", "write 3", "half of cue 1", "silenced", "light on 1")


def raster(ax, spikes, value, engram):
    n_cells = {"entorhinal": WIDTHS[0], "dentate": SMALL.n_dentate, "ca3": SMALL.n_ca3, "cortex": WIDTHS[1]}
    base, ticks = 0.0, []
    for region in REGIONS[::-1]:
        times, cells = spikes[region]
        order = np.arange(n_cells[region])
        if region == "ca3":
            order = np.argsort(np.argsort(~np.isin(order, engram), kind="stable"))
        mine = np.isin(cells, engram) & (region == "ca3")
        height = base + order[cells] / n_cells[region]
        ax.plot(times[~mine], height[~mine], "|", ms=2, mew=0.5, color="0.35")
        ax.plot(times[mine], height[mine], "|", ms=4, mew=0.8, color=plot.COLORS[1])
        if region == "ca3":
            ax.text(-0.005, base, "engram of 1", ha="right", fontsize=7, color=plot.COLORS[1])
        ticks.append((base + 0.5, {"ca3": "CA3"}.get(region, region)))
        base += 1.15
    for window, name in enumerate(TOLD):
        start = window * WINDOW
        ax.axvspan(start, start + ON, color="#FFF3D6" if window < 3 else "0.92", lw=0, zorder=0)
        ax.text(start + ON / 2, base + 0.32, name, ha="center", fontsize=8)
        for at in np.arange(start, start + ON - BIN / 2, BIN):
            told(ax, at, base + 0.05, *spikes["cortex"], value)
    ax.text(-0.005, base + 0.05, "cortex tells", ha="right", fontsize=7)
    ax.set_yticks(*zip(*ticks, strict=True))
    ax.set(xlabel="time (s)", xlim=(0, len(TOLD) * WINDOW), ylim=(-0.1, base + 0.6), title="One circuit, six windows")


def told(ax, at, height, times, cells, value):
    """The item that the cortical spikes of one bin tell."""
    counts = np.bincount(cells[(times >= at) & (times < at + BIN)], minlength=value.shape[1])
    item = nearest(counts[None], value)[0]
    ax.text(at + BIN / 2, height, "-" if item < 0 else str(item + 1), ha="center", fontsize=7)


def bars(ax, results):
    for i, (name, marker) in enumerate((("spikes", "o"), ("rate", "s"))):
        x, found = np.arange(len(CONDITIONS)) + (i - 0.5) * 0.2, results[f"{name} identified"]
        plot.points(ax, x, found, label=name, color=plot.COLORS[i], marker=marker)
        if name == "spikes":
            for at, *told in zip(x, *plot.mean_interval(found), strict=True):
                text = "{:.2f} [{:.2f}, {:.2f}]".format(*told)
                ax.annotate(text, (at - 0.05, told[2]), (0, 9), textcoords="offset points", ha="center", fontsize=6)
    ax.axhline(1 / results["n_items"], color="0.6", lw=0.8, zorder=0, label="chance")
    ax.set_xticks(range(len(CONDITIONS)), CONDITIONS)
    ax.set(title=f"{results['n_items']} items", ylabel="identified (fraction)", ylim=(-0.05, 1.15), xlim=(-0.6, 3.6))
    ax.legend(fontsize=7, loc="center right")


def part(ax, results):
    shown = (("spikes", "completed", "-", 0), ("spikes", "control", ":", 3), ("rate", "completed", "-.", 1))
    labels = {"completed": "", "control": ", no recurrent synapses"}
    for name, what, style, color in shown:
        label = f"{name}{labels[what]}"
        plot.line(ax, SHARES, results[f"{name} {what}"], label=label, style=style, color=plot.COLORS[color])
    ax.plot(SHARES, np.sqrt(SHARES), "k--", lw=1, label="the lit part alone", zorder=4)
    ax.set(title="CA3, entorhinal cortex silent", xlabel="share of the engram that is lit", ylim=(0, 1.05))
    ax.set_ylabel("overlap with the engram (cosine)")
    ax.legend(fontsize=7, loc="lower right")


if __name__ == "__main__":
    script.figure(__file__)
