"""Fig 2 of Gershman, Fiete & Irie (2025): keys are optimised to be told apart, values to hold what is stored

A: two classes, 200 items, 5,000 steps. B: three classes, 300 items, 10,000 steps. Keys above, values below; from left
to right the random start, the trajectories with their end points in grey, and the end, all of one run. The paper gives
no numbers beside the settings. Two of its statements are read as shares of items and held against single runs: two
classes take opposite quadrants, and the values come to represent the class features. The 1 beside them in the ledger is
our reading of these sentences, all items, and not a printed number. The values do not arrive: at
this rate 5,000 steps of Adam move a raw value by about 2, and 10,000 by about 4, so that where the feature is 1 | 0
they end at .84 | .16 (2 classes) and .96 | .13 (3 classes; means of 20 seeds).

The authors' program is followed where it departs from the text; gershman2025_fig2_variants compares the two.

Gershman, Fiete & Irie (2025), "Key-value memory in the brain", Neuron, section 5.1.
"""

from __future__ import annotations

from neuromem import paradigm, plot, registry, run, script
from neuromem.ledger import Published, Row

REFERENCE = "Gershman, Fiete & Irie (2025), Fig 2"
PARADIGMS = ("key_value_optimization",)
DATA = ()
SOURCE = "our reading as a share, no printed number: Gershman, Fiete & Irie 2025, section 5.1: "
REPRESENT = SOURCE + "values 'are optimized to represent' the class features"
PUBLISHED = {
    "opposite_quadrants": Published(
        1.0,
        SOURCE + "'the two classes take two opposite quadrants'",
        about="2 classes: keys opposite to the other class",
    ),
    "values_2": Published(1.0, REPRESENT, about="2 classes: values nearest to their own class feature"),
    "values_3": Published(1.0, REPRESENT, about="3 classes: values nearest to their own class feature"),
}
CLASSES = {"A": 2, "B": 3}


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    design = paradigm.load(registry.find("paradigms", "key_value_optimization")).Design
    return {
        panel: run.run(
            "key_value_optimization",
            design=design(n_classes=n_classes),
            n_subjects=n_subjects,
            seed=seed,
            workers=workers,
            progress=progress,
        ).measured
        for panel, n_classes in CLASSES.items()
    }


def rows(results):
    two, three = (results[panel].isel(step=-1) for panel in CLASSES)
    return {
        "opposite_quadrants": Row(two.opposite.values),
        "values_2": Row(two.value_correct.values),
        "values_3": Row(three.value_correct.values),
    }


def draw(results):
    figure, ax = plot.figure(4, 3, (9, 10.5))
    module = paradigm.load(registry.find("paradigms", "key_value_optimization"))
    for (panel, n_classes), at in zip(CLASSES.items(), (slice(0, 2), slice(2, 4)), strict=True):
        module.plot(results[panel], ax[at])
        ax[at][0, 0].set_title(f"{panel}: {n_classes} classes, random start")
    return figure


if __name__ == "__main__":
    script.figure(__file__)
