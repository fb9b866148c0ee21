"""Spiking beside rate: four paradigms, each on a memory in spikes and on the rate model of the same mechanism

Every panel is a paradigm of its own, run with one design and the same seeds on both memories. Dashed: the rate model.

Silent engrams: recall of an item by its scrambled cue, by the same cue once its engram cells hear nothing, and by light
on these cells without any cue (`spiking_index`, `hippocampal_index`). Separation and completion: similarity of CA3's
activity on a lure and on the stored pattern, by that of the inputs; above the diagonal CA3 completes, below it
separates (the same two). In spikes it completes whatever it is given, for reasons that the paradigm tells. One-shot
capacity: pairs, each seen once, go to the slot that was used longest ago; beyond as many as there are slots the oldest
are overwritten (`spiking_three_factor`, `three_factor`). Path integration: how far the place of grid modules is off
after a walk in noise (`spiking_grid`, and the rate model's bump, `continuous_vector_hash`).

Not claimed: that one is the limit of the other. Patterns are those of each memory's own domain. No published number is
held against ours. Circuits are compiled once with a C++ compiler, which takes two minutes, as do four subjects; without
one they run on NumPy for an hour.

Ryan, Roy, Pignatelli, Arons & Tonegawa (2015), Science 348:1007; Yassa & Stark (2011), Trends Neurosci. 34:515;
Tyulmankov, Fang, Vadaparty & Yang (2021), NeurIPS; Burak & Fiete (2009), PLoS Comput. Biol. 5:e1000291.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from neuromem import compare, paradigm, plot, registry, script

REFERENCE = "Ryan et al. (2015), Science 348:1007; Burak & Fiete (2009), PLoS Comput. Biol. 5:e1000291"
DATA = ()
PUBLISHED = {}
STUDIES = {  # paradigm: its memories, spikes first, and its design
    "silent_engram": (("spiking_index", "hippocampal_index"), {"n_items": 3, "gains": (0.0, 1.0), "lit": (0.25, 1.0)}),
    "separation_and_completion": (
        ("spiking_index", "hippocampal_index"),
        {"similarities": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0), "n_items": 4, "n_lures": 1},
    ),
    "one_shot_capacity": (
        ("spiking_three_factor", "three_factor"),
        {"n_units": 100, "loads": (0.05, 0.5, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)},
    ),
    "path_integration": (("spiking_grid", "continuous_vector_hash"), {"n_walks": 4, "n_cells": 20}),
}
PARADIGMS = tuple(STUDIES)
N_SUBJECTS = 10


@cache
def loaded(name):
    return paradigm.load(registry.find("paradigms", name))


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """The measures of each paradigm, with a dimension `memory`."""
    results = {}
    for done, (name, (memories, design)) in enumerate(STUDIES.items(), 1):
        design, n = loaded(name).Design(**design), n_subjects or N_SUBJECTS
        results[name] = compare.compare(
            loaded(name), memories, design=design, seed=seed, n_subjects=n, workers=workers
        ).measured
        if progress:
            progress(done, len(STUDIES))
    return results


def rows(results):
    return {}


def draw(results):
    fig, axes = plot.figure(2, 2, size=(8.4, 6.6))
    panels = (silent_engram, separation_and_completion, one_shot_capacity, path_integration)
    for ax, panel in zip(axes.flat, panels, strict=True):
        for i, (name, one) in enumerate(plot.each_memory(results[panel.__name__])):
            look = {"label": name.replace("_", " "), "color": plot.COLORS[i], "style": ("-", "--")[i]}
            panel(ax, one, look)
        ax.set_title(panel.__name__.replace("_", " ").capitalize())
        ax.legend(fontsize=7)
    return fig


def silent_engram(ax, measured, look):
    conditions = {
        "natural cue": measured.recovering.sel(gain=1.0),
        "silenced,\nnatural cue": measured.recovering.sel(gain=0.0),
        "silenced,\nlight": measured.driven.sel(engram="silenced", lit=1.0),
    }
    recall = np.stack([one.values for one in conditions.values()], axis=-1)
    style = look.pop("style")
    x = np.arange(len(conditions)) + (0.1 if style == "--" else -0.1)
    plot.points(ax, x, recall, marker="s" if style == "--" else "o", **look)
    ax.set_xticks(range(len(conditions)), list(conditions))
    ax.set(ylabel="recall (share of value)", ylim=(-0.15, 1.15), xlim=(-0.5, 2.5))


def separation_and_completion(ax, measured, look):
    shown = measured.activity.sel(region="ca3").transpose("subject", "similarity")
    plot.line(ax, measured.input.mean("subject"), shown, **look)
    if look["style"] == "--":
        ax.axline((0, 0), slope=1, color="black", ls=":", lw=1, label="as the input", zorder=4)
    ax.set(xlabel="similarity of lure and stored input", ylabel="similarity of CA3's activity (correlation)")
    ax.set_ylim(-0.4, 1.1)


def one_shot_capacity(ax, measured, look):
    plot.line(ax, measured["load"], measured.accuracy.transpose("subject", "load"), **look)
    ax.set(xlabel="patterns over slots", ylabel="units right (fraction)", ylim=(None, 1.02))


def path_integration(ax, measured, look):
    error = np.sqrt(measured.squared_error.sel(condition="noise").transpose("subject", "time"))
    plot.line(ax, measured.time, error, **look)
    ax.set(xlabel="time (s)", ylabel="error, root mean square (cm)", ylim=(0, None))


if __name__ == "__main__":
    script.figure(__file__)
