"""Fig 3 of Gershman, Fiete & Irie (2025): a task is forgotten, and comes back when its traces are amplified

A: accuracy on both tasks by epoch. B: accuracy by beta, the gain of Task 1's traces; the paper shows Task 1, and the
cost to Task 2 is added here. C: the same under the paper's text where it departs from the authors' program: classes 0
and 1 of Fashion-MNIST (T-shirt, trouser) for 2 and 3 (pullover, dress), and initial weights that are not amplified.
Bands hold the central 95 % of single runs, against which the published run is held; C shows means.

Over 20 runs Task 1 falls to 10 % (0 to 33 %) with classes 2 and 3 but to 37 % (4 to 66 %) with classes 0 and 1. With
beta 1.9 it is back at 98 %, and Task 2 goes from 93 to 78 %; to 85 % where the initial weights are left as they were.

Needs MNIST and Fashion-MNIST. Gershman, Fiete & Irie (2025), section 5.2.
"""

from __future__ import annotations

import numpy as np

from neuromem import paradigm, plot, registry, run, script
from neuromem.ledger import Published, Row

REFERENCE = "Gershman, Fiete & Irie (2025), Fig 3"
PARADIGMS = ("silent_engram",)
DATA = ("mnist", "fashion_mnist")
SOURCE = "Gershman, Fiete & Irie 2025, section 5.2 / Fig 3A"
PUBLISHED = {
    "task_1_after_task_1": Published(0.99, SOURCE, about="accuracy on MNIST 0/1 after its 5 epochs"),
    "task_1_after_task_2": Published(0.09, SOURCE, about="accuracy on MNIST 0/1 after 5 epochs of Fashion-MNIST"),
    "task_2_after_task_2": Published(0.95, SOURCE, about="accuracy on Fashion-MNIST after its 5 epochs"),
}
VARIANTS = {
    "as published": {},
    "classes 0, 1": {"second_task_labels": (0, 1)},
    "without initial weights": {"scale_initial_weights": False},
}
N_RUNS = 20


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    design = paradigm.load(registry.find("paradigms", "silent_engram")).Design
    return {
        name: run.run(
            "silent_engram",
            design=design(dataset="mnist", **options),
            n_subjects=n_subjects or N_RUNS,
            seed=seed,
            workers=workers,
            progress=progress,
        ).measured
        for name, options in VARIANTS.items()
    }


def rows(results):
    measured = results["as published"]
    return {
        "task_1_after_task_1": Row(measured.task_1_by_epoch.sel(epoch=5).values),
        "task_1_after_task_2": Row(measured.task_1_by_epoch.sel(epoch=10).values),
        "task_2_after_task_2": Row(measured.task_2_by_epoch.sel(epoch=10).values),
    }


def draw(results):
    figure, (a, b, c) = plot.figure(1, 3, (10.5, 3.4))
    published = results["as published"]
    for task, style in ((1, "-"), (2, "--")):
        color, label = plot.COLORS[task - 1], f"Task {task}, {('MNIST', 'Fashion-MNIST')[task - 1]}"
        for ax, axis in ((a, "epoch"), (b, "beta")):
            runs(ax, published[f"task_{task}_by_{axis}"], axis, label=label, color=color, style=style)
    values = [PUBLISHED[name].value for name in PUBLISHED]
    a.plot((5, 10, 10), values, "o", mfc="white", color="black", ms=5, label="published run", linestyle="")
    a.axvline(5, color="0.6", linewidth=0.8, zorder=0)
    for (name, measured), color in zip(results.items(), (plot.COLORS[0], *plot.COLORS[2:4]), strict=True):
        c.plot(measured.beta, measured.task_1_by_beta.mean("subject"), "-", color=color, label=f"Task 1, {name}")
        c.plot(measured.beta, measured.task_2_by_beta.mean("subject"), "--", color=color, linewidth=1)
    c.plot([], [], "--", color="0.4", linewidth=1, label="Task 2 likewise")
    a.set(xlabel="epoch", ylabel="accuracy on test images", title="A  Learning both tasks in turn")
    b.set(xlabel="gain of Task 1's traces, beta", title="B  Amplifying Task 1")
    c.set(xlabel="gain of Task 1's traces, beta", title="C  Program and text (means)")
    for ax in (a, b, c):
        ax.set_ylim(-0.03, 1.03)
    figure.legend(*a.get_legend_handles_labels(), loc="outside lower left", ncols=3)
    c.legend(loc="lower right", fontsize=7)
    return figure


def runs(ax, accuracy, axis, *, label, color, style):
    """The mean over runs, and the central 95 % of single runs."""
    y = accuracy.transpose("subject", axis)
    low, high = np.quantile(y, [0.025, 0.975], axis=0)
    ax.plot(y[axis], y.mean("subject"), style, color=color, label=label)
    ax.fill_between(y[axis], low, high, color=color, alpha=0.2, linewidth=0)


if __name__ == "__main__":
    script.figure(__file__)
