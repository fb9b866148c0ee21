"""Murdock (1962): serial position curves of six lists, 10 to 40 words long

Immediate free recall at one or two seconds a word. Points are the archived data, 15 people in each condition,
whose means are not quite those of the published table; lines are a retrieved-context memory whose search ends
after ten failed samplings. The memory has no time, so that the three conditions of each rate have one set of
parameters: it says how the curve depends on list length, and nothing about why two seconds are better than one.

Simulated subjects are alike, so that the interval of the model's mean holds the noise of the simulation and none of
the differences between people. "differs" in the ledger therefore means more than simulation noise; with more simulated
subjects the interval gets narrower and more rows differ.

Murdock (1962), "The serial position effect of free recall", Journal of Experimental Psychology 64:482.
"""

from __future__ import annotations

import numpy as np

from neuromem import paradigm, plot, registry, run, script
from neuromem.ledger import Published, Row

REFERENCE = "Murdock (1962), Journal of Experimental Psychology 64:482"
PARADIGMS = ("list_recall",)
DATA = ("murdock1962",)
TABLE = {"10-2": 6.39, "20-1": 6.87, "15-2": 8.25, "30-1": 8.82, "20-2": 8.53, "40-1": 8.24}
PUBLISHED = {
    name: Published(words, "Murdock (1962), Table 1", "mean", unit="words", about=f"words recalled, {name}")
    for name, words in TABLE.items()
}
MEMORIES = {"1": "one_second", "2": "two_seconds"}  # of the paradigm, by seconds a word
LENGTHS = {"1": (20, 30, 40), "2": (10, 15, 20)}  # by seconds a word


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """The model's lists for each number of seconds a word, and people's."""
    module = paradigm.load(registry.find("paradigms", "list_recall"))
    results = {}
    for seconds, memory in MEMORIES.items():
        design = module.Design(list_lengths=LENGTHS[seconds], n_lists=80, dataset="murdock1962")
        results[seconds] = run.run(
            module,
            memory=memory,
            design=design,
            n_subjects=n_subjects or 15,
            seed=seed,
            workers=workers,
            progress=progress,
        ).measured
    return results | {"people": paradigm.human(module, design)}


def rows(results):
    people = results["people"].n_recalled.mean("subject")
    return {name: Row(model_of(results, name).n_recalled, float(people.sel(condition=name))) for name in PUBLISHED}


def model_of(results, name):
    """The model's lists of the condition `name`."""
    length, _, seconds = name.partition("-")
    return results[seconds].sel(condition=length)


def draw(results):
    fig, axes = plot.figure(2, 4, size=(12.0, 5.6))
    people = results["people"]
    for i, (name, ax) in enumerate(zip(people.condition.values, axes[:, :3].flat, strict=True)):
        serial_position(ax, people.sel(condition=name), model_of(results, str(name)))
        length, _, seconds = str(name).partition("-")
        ax.set(title=f"{length} words, {seconds} s each", ylim=(0, 1), xticks=np.arange(0, int(length) + 1, 5))
        if i >= 3:
            ax.set_xlabel("serial position")
        if i % 3 == 0:
            ax.set_ylabel("probability of recall")
    axes[0, 0].legend(loc="lower left")
    lag_crp(axes[0, 3], people.sel(condition="20-1"), model_of(results, "20-1"))
    words(axes[1, 3], results)
    return fig


def serial_position(ax, people, model):
    n = int(people.list_length)
    plot.line(ax, np.arange(1, n + 1), model.recalled.values[:, :n], label="model", color=plot.COLORS[0])
    plot.points(ax, np.arange(1, n + 1), people.recalled.values[:, :n], label="people (archive)")


def lag_crp(ax, people, model):
    lags = np.arange(-5, 6)
    plot.line(ax, lags, model.lag_crp.sel(lag=lags).values, label="model", color=plot.COLORS[0])
    plot.points(ax, lags, people.lag_crp.sel(lag=lags).values, label="people (archive)")
    ax.set(
        title="20 words, 1 s each", xlabel="lag (study positions)", ylabel="cond. response probability", ylim=(0, None)
    )


def words(ax, results):
    people = results["people"]
    for (seconds, lengths), color, style in zip(LENGTHS.items(), plot.COLORS[:2], ("-", "--"), strict=True):
        names = [f"{n}-{seconds}" for n in lengths]
        plot.line(ax, lengths, results[seconds].n_recalled, label=f"model, {seconds} s", color=color, style=style)
        at = people.n_recalled.sel(condition=names)
        plot.points(ax, lengths, at, label=f"archive, {seconds} s", color=color)
        table = [TABLE[name] for name in names]
        plot.scatter(ax, np.add(lengths, 0.9), table, label=f"Table 1, {seconds} s", color=color, marker="D", size=18)
    ax.set(title="Words recalled", xlabel="words in the list", ylabel="words recalled", ylim=(0, 10.5), xlim=(5, 45))
    ax.legend(loc="lower right", fontsize=7, ncols=2)


if __name__ == "__main__":
    script.figure(__file__)
