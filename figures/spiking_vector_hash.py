"""Vector-HaSH in spikes: moments bound to places along a path, found again from noisy cues, and relived in order

Top: one run. Six moments (100 lines, 10 active) have been written, each at the next place of a path; then the first is
cued by its pattern, 20 % of whose active lines have moved, and the grid is led along the path by pulses of velocity.
Rows are spikes: cells of three grid modules (9, 16 and 25 phases), of the hippocampus, and outputs. Above each window
stands the moment whose place the grid is in, and the one that the outputs tell (the nearest value).

Bottom left: 40 items, by how much of the cue was relocated: the place that is found, the value that is told, and the
value by `vector_hash`, the rate model of the same scaffold, whose patterns are +-1 where the spiking ones are 1 and 0
and whose weights are those of the pseudo-inverse; bands are 95 % intervals of the mean over seeds. Bottom right: runs
in which the grid is where it should be at each step of a path, by the noise of its cells, in thresholds.

Not claimed: that the rate model is the limit of the spiking one. No published number is held against ours. All is built
once with a C++ compiler, which takes some minutes; without one it runs on NumPy.

Chandra, Sharma, Chaudhuri & Fiete (2025), "Episodic and associative memory from spatial scaffolds", Nature.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from neuromem import plot, script
from neuromem.core import cell_rng
from neuromem.measures.identification import identified, nearest
from neuromem.models.vector_hash import vector_hash
from neuromem.patterns import scrambled
from neuromem.spiking.blocks import seeds_of
from neuromem.spiking.target import compiler
from neuromem.spiking.vector_hash import SpikingVectorHash
from neuromem.spiking.vector_hash_runs import CUE, MOVE, RECALL, SETTLE, Step, session

REFERENCE = "Chandra, Sharma, Chaudhuri & Fiete (2025), Nature"
PARADIGMS = ()
DATA = ()
PUBLISHED = {}
ITEMS, WIDTH, ACTIVE = 40, 100, 10
SHARES = (0.0, 0.15, 0.3, 0.45)
MOMENTS, MOVED = 6, 0.2
NOISES = (0.2, 0.3, 0.4)  # of grid cells, in thresholds
STEPS = 48  # of the path


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """The run of the raster; of each seed places and values found (share, item), and steps in place (noise, step)."""
    n = n_subjects or 10
    memory = SpikingVectorHash(target="cpp_standalone" if compiler() else "numpy")
    told, parts = {"raster": one_run(cell_rng(seed, "spiking_vector_hash", "raster"))}, []
    for run in range(n):
        rng = cell_rng(seed, "spiking_vector_hash", run)
        parts.append(found(memory, rng) | {"kept": np.stack([kept(memory, noise, rng) for noise in NOISES])})
        if progress:
            progress(run + 1, n)
    return told | {name: np.stack([part[name] for part in parts]) for name in parts[0]}


def k_hot(n, rng):
    return (rng.random((n, WIDTH)).argsort(-1).argsort(-1) < ACTIVE).astype(float)


def found(memory, rng):
    """Which places and values are found, by spikes, and which values by the rate model, each (share, item)."""
    key, value = k_hot(ITEMS, rng), k_hot(ITEMS, rng)
    state = memory.write(memory.init(ITEMS, WIDTH, WIDTH, rng=rng), key, value, rng=rng)
    rate = vector_hash()
    signed = rate.write(rate.init(ITEMS, WIDTH, WIDTH, rng=rng), 2 * key - 1, 2 * value - 1, rng=rng)
    told = {"place": [], "value": [], "rate": []}
    for share in SHARES:
        cue = scrambled(key, share, rng=rng)
        recall = memory.read(state, cue, rng=rng)
        told["place"].append(recall.aux["address"] == np.arange(ITEMS))
        told["value"].append(identified(recall.value, value))
        told["rate"].append(identified(rate.read(signed, 2 * cue - 1, rng=rng).value, 2 * value - 1))
    return {name: np.stack(one) for name, one in told.items()}


def kept(memory, noise, rng):
    """At which steps of a path (step) the grid is where it should be, in noise."""
    noisy = replace(memory, noise=noise)
    state = noisy.init(1, WIDTH, WIDTH, rng=rng)
    answer = noisy.relive(state, [noisy.way(n) for n in range(1, STEPS + 1)], rng=rng)
    return noisy.address(answer.code) == np.arange(1, STEPS + 1)


def one_run(rng):
    """Spikes of a cue and of the moments that follow it, and what they tell."""
    memory, x = SpikingVectorHash(target="numpy"), k_hot(MOMENTS, rng)
    state = memory.write(memory.init(MOMENTS, WIDTH, WIDTH, rng=rng), x, x, rng=rng)
    steps = [Step("read", scrambled(x[:1], MOVED, rng=rng)[0])]
    steps += [Step("recall", move=memory.way(n)) for n in range(1, MOMENTS)]
    ran = session(memory, state, steps, seeds=seeds_of(rng, MOMENTS), target="numpy")
    names = {name: f"{name}_spikes" for name in ("grid", "hippocampus", "output")}
    got = ran.recorded.values
    return {
        "spikes": {name: (got[f"{what}.t"], got[f"{what}.i"]) for name, what in names.items()},
        "places": memory.address(ran.answer.code),
        "values": nearest(ran.answer.value, x),
        "modules": np.cumsum(np.square(memory.periods)),
    }


def rows(results):
    return {}


def draw(results):
    import matplotlib.pyplot as plt

    fig = plt.figure(figsize=(9.0, 7.6), layout="constrained")
    axes = fig.subplot_mosaic([["raster", "raster"], ["cue", "path"]], height_ratios=[1.5, 1])
    raster(axes["raster"], **results["raster"])
    by_cue(axes["cue"], results)
    along(axes["path"], results)
    return fig


def raster(ax, spikes, places, values, modules):
    base, ticks, step = 0.0, [], MOVE + SETTLE + RECALL
    for name, height in (("output", 100), ("hippocampus", 400), ("grid", modules[-1])):
        times, cells = spikes[name]
        color = np.array(plot.COLORS)[np.searchsorted(modules, cells, side="right")] if name == "grid" else "0.35"
        ax.scatter(times, base + cells / height, s=3, marker="|", c=color, lw=0.6)
        ticks.append((base + 0.5, {"grid": "grid,\n3 modules", "output": "outputs"}.get(name, name)))
        base += 1.12
    ends = CUE + RECALL + step * np.arange(MOMENTS)
    names = np.array([*map(str, range(1, MOMENTS + 1)), "-"])  # "-" where the number is -1
    for n, end in enumerate(ends):
        ax.axvspan(end - RECALL, end, color="0.92", lw=0, zorder=0)
        told = f"place {names[places[n]]}\ntells {names[values[n]]}"
        ax.text(end - RECALL / 2, base + 0.08, told, ha="center", fontsize=7)
        if n:
            ax.axvline(end - step, color=plot.COLORS[1], lw=0.8, ls=":")
    ax.text(CUE / 2, base + 0.08, "cue of 1", ha="center", fontsize=7)
    ax.set_yticks(*zip(*ticks, strict=True))
    ax.set(
        xlabel="time (s)", xlim=(0, ends[-1]), ylim=(-0.05, base + 0.4), title="A cue, and pulses of velocity (dotted)"
    )


def by_cue(ax, results):
    shown = (("place", "place, spikes", "--", 2), ("value", "value, spikes", "-", 0), ("rate", "value, rate", ":", 1))
    for name, label, style, color in shown:
        plot.line(ax, SHARES, results[name].mean(-1), label=label, style=style, color=plot.COLORS[color])
    ax.axhline(1 / ITEMS, color="0.6", lw=0.8, zorder=0, label="chance, of values")
    ax.set(title=f"{ITEMS} items", xlabel="share of the cue relocated", ylabel="right (fraction)", ylim=(-0.03, 1.03))
    ax.legend(fontsize=7, loc="center left")


def along(ax, results):
    for i, (noise, style) in enumerate(zip(NOISES, ("-", "--", ":"), strict=True)):
        y = results["kept"][:, i].mean(0)
        ax.plot(np.arange(1, STEPS + 1), y, style, color=plot.COLORS[i], label=f"noise {noise:g}")
    title = f"A path, {len(results['kept'])} runs"
    ax.set(title=title, xlabel="steps", ylabel="in place (fraction of runs)", ylim=(-0.03, 1.03))
    ax.legend(fontsize=7, loc="lower left")


if __name__ == "__main__":
    script.figure(__file__)
