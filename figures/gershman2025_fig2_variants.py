"""Fig 2 of Gershman, Fiete & Irie (2025) under four readings of its method: which of its messages survive in each

The paper's text describes gradient descent on the loss. The program behind the figure lets the gradient flow through
the queries only, not through the keys that they are compared to, and never clears it, so that each step follows the sum
of all gradients so far. Columns: the program ("published"), one departure undone at a time, and the text. Above, where
keys and values end in one run. Below, over runs: each run a dot, their mean with its 95 % interval. The ledger holds
two of the figure's statements against the runs of the other three: classes in opposite quadrants, and each value
nearest to the features of its own class.

Over 20 runs the first survives everywhere: of the keys, 95 % or more are opposite to the other class. The second needs
the gradient through the queries only (93 % or more of the values); with the text's, 91 % of the values are nearest to
their own class with two classes and 79 % with three. Summing gradients matters less: without it fewer runs go astray.

Gershman, Fiete & Irie (2025), "Key-value memory in the brain", Neuron, section 5.1.
"""

from __future__ import annotations

import numpy as np

from neuromem import effects, paradigm, plot, registry, run, script
from neuromem.ledger import Published, Row

REFERENCE = "Gershman, Fiete & Irie (2025), Fig 2, and the settings in its program and text"
PARADIGMS = ("key_value_optimization",)
DATA = ()
SOURCE = "Gershman, Fiete & Irie 2025, section 5.1: "
VARIANTS = {  # memories of the paradigm
    "published": "program: query\ngradient, summed",
    "full_gradient": "full gradient,\nsummed",
    "fresh_gradient": "query gradient,\nof each step",
    "plain": "text: full gradient,\nof each step",
}
MESSAGES = {
    "opposite_2": (SOURCE + "'the two classes take two opposite quadrants'", "keys in opposite quadrants, 2 classes"),
    "own_2": (SOURCE + "values represent the class features", "values nearest to their class, 2 classes"),
    "own_3": (SOURCE + "'the trend is similar' with three classes", "values nearest to their class, 3 classes"),
}
PUBLISHED = {
    f"{variant}_{message}": Published(1.0, source, about=f"{variant.replace('_', ' ')}: {about}")
    for variant in list(VARIANTS)[1:]
    for message, (source, about) in MESSAGES.items()
}
MEASURES = {
    "key_cosine": "cosine of class mean keys",
    "own_attention": "attention to own class\n(0: chance)",
    "value_correct": "share of values nearest\nto own class features",
    "value_distance": "distance of values\nfrom class features",
}


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    design = paradigm.load(registry.find("paradigms", "key_value_optimization")).Design
    return {
        f"{variant}_{n_classes}": run.run(
            "key_value_optimization",
            memory=variant,
            design=design(n_classes=n_classes),
            n_subjects=n_subjects,
            seed=seed,
            workers=workers,
            progress=progress,
        ).measured
        for n_classes in (2, 3)
        for variant in VARIANTS
    }


def rows(results):
    told = {"opposite_2": "opposite", "own_2": "value_correct", "own_3": "value_correct"}
    return {
        f"{variant}_{message}": Row(results[f"{variant}_{message[-1]}"][told[message]].isel(step=-1).values)
        for variant in list(VARIANTS)[1:]
        for message in MESSAGES
    }


def draw(results):
    figure, ax = plot.figure(5, 4, (10.5, 12))
    classes = paradigm.load(registry.find("paradigms", "key_value_optimization")).draw_classes
    for column, (variant, title) in enumerate(VARIANTS.items()):
        ax[0, column].set_title(title)
        for row, (n_classes, name) in enumerate([(2, "key"), (2, "value"), (3, "key"), (3, "value")]):
            end = results[f"{variant}_{n_classes}"].isel(subject=0, step=-1)
            classes(ax[row, column], end[name].values, end.label.values, name)
            ax[row, column].set_xlabel(f"{name}, feature 1")
            ax[row, 0].set_ylabel(f"{n_classes} classes\n{name}, feature 2")
    for row in (1, 3):
        ax[row, 0].legend(loc="center", title="class", fontsize=7)
    for panel, (name, title) in zip(ax[4], MEASURES.items(), strict=True):
        draw_runs(panel, {n: [results[f"{v}_{n}"][name].isel(step=-1) for v in VARIANTS] for n in (2, 3)})
        panel.set_ylabel(title)
    ax[4, 0].set_ylim(-1.05, 0.3)
    ax[4, 0].axhline(0, color="0.8", linewidth=0.6)
    ax[4, 0].legend(loc="upper right", ncols=2, columnspacing=1)
    return figure


def draw_runs(ax, by_classes):
    """Each run as a dot and their mean with its 95 % interval, variant by variant, for each number of classes."""
    for shift, (n_classes, samples), color in zip((-0.15, 0.15), by_classes.items(), plot.COLORS[3:], strict=False):
        y = np.stack(samples, -1)  # (run, variant)
        at = np.arange(y.shape[-1]) + shift
        mean, low, high = effects.mean_interval(y)
        plot.scatter(ax, np.broadcast_to(at, y.shape), y, color=color, size=5)
        ax.errorbar(at, mean, [mean - low, high - mean], fmt="_", ms=9, color=color, label=f"{n_classes} classes")
        ax.set_xticks(np.arange(y.shape[-1]), [v.replace("_", "\n") for v in VARIANTS], fontsize=7)


if __name__ == "__main__":
    script.figure(__file__)
