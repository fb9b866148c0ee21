"""One-shot capacity: how many patterns, each seen once, are recalled from part of themselves

Patterns of two states come one by one, as their own values. After each of several numbers of them all are asked for, by
cues in which 60 % of the units are hidden. Accuracy is the fraction of units that are right (chance: one half of what
is hidden, and more where an answer holds what the cue told). The capacity is the largest number of patterns at an
accuracy of at least 98 %, over the number of units N; a three-factor memory has N hidden units as well.

Claims. One or two patterns are within reach of every memory. One slot after the other holds as many patterns as there
are slots, C = 1.0 N, and then loses one for each that comes (`three_factor`, which takes the least recently used slot,
and `three_factor_sequential`). Slots drawn at random hold C = 0.16 N, because some are overwritten at once, and Hebb's
rule in a Hopfield network C = 0.14 N, because of crosstalk; both are taken as 0.1 to 0.25 N for 40 units. Slots of the
same read-out without limit hold all that is tried, twice as many as units (`kernel_memory`).

The dashed lines are N of n patterns kept, and for each other one the stored pattern most like the cue. Right: those
after which N others or more came; slots in turn have overwritten them all. Slopes over several N, by the search that
the published program makes, are in the figure `tyulmankov2021`. Not claimed: that slots are better; a hidden layer of N
units has twice as many synapses as a Hopfield network of N units. With slots drawn at random the published program
takes each of 40 with probability 4 / 40, as here.

In spikes, beside the rates, in two minutes of processor time, and one more the first time::

    neuromem run one_shot_capacity --memory three_factor,spiking_three_factor --workers 2 --set n_units=100 \\
        --set loads=0.05,0.5,0.9,0.95,1.0,1.05,1.1,1.25,1.5,2.0

What differs: patterns are k-hot, a tenth of the units on, of which a cue shows 40 %; units that are on and units that
are off count one half each, and the dashed lines are of patterns of +-1. With 40 units two of four active ones would be
shown, which one pattern in four shares with another; no reader could tell those apart, whence 100 units.

Tyulmankov, Fang, Vadaparty & Yang (2021), "Biological learning in key-value memory networks", NeurIPS, section 3.1;
Amit, Gutfreund & Sompolinsky (1987), Ann. Phys. 173:30, for 0.138 N.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from neuromem import checks, patterns, script
from neuromem import plot as draw
from neuromem.effects import Effect
from neuromem.measures.units_right import right_in_another, units_right
from neuromem.models.hopfield import Hopfield
from neuromem.models.kernel_memory import KernelMemory
from neuromem.models.three_factor import ThreeFactor
from neuromem.settings import setting
from neuromem.similarity import Dot
from neuromem.spiking.three_factor import SpikingThreeFactor
from neuromem.spiking.three_factor_runs import GAP, READ, WRITE

REFERENCE = "Tyulmankov, Fang, Vadaparty & Yang (2021), NeurIPS, section 3.1"
CRITERION = 0.98
DIMS = {"load": ("load",), "n_patterns": ("load",), "n_units": (), "hidden": (), "right": ("load",), "old": ("load",)}
LABELS = {
    "load": ("patterns over units", "1"),
    "n_patterns": ("patterns stored", "patterns"),
    "n_units": ("units of a pattern", "units"),
    "hidden": ("fraction of the units that a cue hides", "1"),
    "right": ("fraction of units that are right", "1"),
    "old": ("fraction of units that are right in patterns that as many came after as there are units", "1"),
}
COMPARED = True
FORTIETHS = (*range(1, 13), 14, 16, 20, 24, 28, 32, 36, *range(38, 45), 50, 64, 80)


@dataclass(frozen=True, kw_only=True)
class Design:
    n_units: int = setting(40, unit="units", about="N, of a pattern; a three-factor memory has as many slots")
    loads: tuple[float, ...] = setting(tuple(n / 40 for n in FORTIETHS), about="patterns over units, rising up to 2")
    hidden: float = setting(0.6, about="fraction of the units of a cue that are hidden")

    def __post_init__(self):
        checks.whole("n_units", self.n_units, 2)
        checks.number("hidden", self.hidden, 0, 1)
        if not isinstance(self.loads, tuple) or list(self.loads) != sorted(set(self.loads)):
            raise ValueError(f"loads must be a tuple of rising numbers; saw {self.loads!r}.")
        for load in self.loads:
            checks.number("loads", load, 0, 100, open_low=True)
        if not self.loads or self.loads[0] > 0.05 or self.loads[-1] < 2:
            raise ValueError(f"loads must reach from 0.05 or less to 2 or more; saw {self.loads}.")

    @classmethod
    def quick(cls):
        return cls(loads=(0.025, 0.05, *(n / 40 for n in range(3, 13)), 0.5, 0.9, 1.0, 1.025, 1.05, 1.1, 1.2, 2.0))


MEMORIES = {
    "three_factor": ThreeFactor(),
    "three_factor_sequential": ThreeFactor(slot_rule="sequential"),
    "three_factor_random": ThreeFactor(slot_rule="random"),
    "hopfield": Hopfield(),
    "kernel_memory": KernelMemory(similarity=Dot()),
}
N_SUBJECTS = 10


def prepare(design, memory):
    """The memory, with a slot for each unit if it has slots; spikes run on the target that all subjects are worth."""
    patterns.of_two_states(memory.domain)
    if isinstance(memory, SpikingThreeFactor):
        n_patterns = numbers(design)
        seconds = N_SUBJECTS * ((WRITE + GAP) * n_patterns[-1] + (READ + GAP) * n_patterns.sum())
        memory = memory.on_target_for(float(seconds))
    slotted = isinstance(memory, ThreeFactor | SpikingThreeFactor)
    return replace(memory, n_slots=design.n_units) if slotted else memory


def numbers(design):
    """How many patterns are stored at each load."""
    return np.maximum(1, np.round(np.multiply(design.loads, design.n_units))).astype(int)


def simulate(design, memory, *, rng):
    """One memory that goes on storing: the accuracy at each load."""
    kind, d = patterns.of_two_states(memory.domain), design.n_units
    n_patterns = numbers(design)
    x = patterns.draw_part(kind, int(n_patterns[-1]), d, rng=rng)
    state, before, right = memory.init(len(x), d, d, rng=rng), 0, []
    for n in n_patterns:
        if n > before:
            state, before = memory.write(state, x[before:n], x[before:n], rng=rng), n
        answer = memory.read(state, patterns.occluded(memory, x[:n], design.hidden, rng=rng), rng=rng).value
        of_each = units_right(answer, x[:n], kind)
        right.append((of_each.mean(), of_each[: n - d].mean() if n > d else np.nan))
    told = {"n_patterns": n_patterns, "n_units": d, "hidden": design.hidden}
    right, old = np.transpose(right)
    return {"load": np.array(design.loads), "right": right, "old": old} | told


def measure(trials):
    """The accuracy at each load, and the capacity over the number of units."""
    load = (trials.n_patterns / trials.n_units).where(trials.right >= CRITERION)
    told = {
        "accuracy": (trials.right, "units right"),
        "accuracy_of_old": (trials.old, "units right in patterns that as many came after as there are units"),
        "capacity": (load.max("load").fillna(0), "capacity over number of units"),
    }
    measures = {name: array.assign_attrs(long_name=about, units="1") for name, (array, about) in told.items()}
    return xr.Dataset(measures | {"n_units": trials.n_units, "hidden": trials.hidden})


def few(measured):
    return measured.accuracy.where(measured["load"] <= 0.05).mean("load")


def capacity(measured):
    return measured.capacity


PAPER = "Tyulmankov et al. (2021), section 3.1 and Fig 2: "
IN_TURN = ("three_factor", "three_factor_sequential")
EFFECTS = {
    "one_or_two_patterns_are_recalled": Effect(few, 0.95, 1.0, "order only: far below every capacity; at least 95 %"),
    "as_many_are_held_as_units": Effect(
        capacity,
        0.9,
        1.15,
        PAPER + "C = 1.0 N for slots in turn, within 15 %",
        fails_for=("three_factor_random", "hopfield", "kernel_memory"),
    ),
    "a_tenth_to_a_quarter_is_held": Effect(
        capacity,
        0.1,
        0.25,
        PAPER + "C = 0.14 N (Hopfield) and 0.16 N (slots at random), as an interval for 40 units",
        fails_for=(*IN_TURN, "kernel_memory"),
    ),
    "twice_as_many_as_units_are_held": Effect(
        capacity,
        1.9,
        np.inf,
        "theory: a slot for each pattern; a cue has 16 units to tell it from 79 others",
        fails_for=(*IN_TURN, "three_factor_random", "hopfield"),
    ),
}
STYLES = ("-", "--", "-.", ":")
PANELS = (1, 2)


def plot(measured, ax, data=None):
    for i, (name, one) in enumerate(draw.each_memory(measured)):
        told = {"color": draw.COLORS[i % 6], "style": STYLES[i % len(STYLES)]}
        label = f"{name}: {float(one.capacity.mean()):.2f} N"
        for panel, variable in zip(ax, ("accuracy", "accuracy_of_old"), strict=True):
            curve = one[variable].transpose("subject", "load").dropna("load", how="all")
            draw.line(panel, curve["load"], curve, label=label, **told)
    n_units, hidden = int(one.n_units.values.flat[0]), float(one.hidden.values.flat[0])
    load = np.linspace(float(one["load"].min()), float(one["load"].max()), 200)
    ax[0].plot(load, overwritten(load, n_units, hidden), "k--", lw=1, label="theory: slots in turn")
    ax[0].axhline(CRITERION, color="0.6", lw=0.8, zorder=0, label="criterion of the capacity")
    ax[1].axhline(right_in_another(n_units, hidden, n_units), color="k", ls="--", lw=1)
    ax[0].set(xlabel="patterns over units", ylabel="units right (fraction)", ylim=(0.45, 1.01), title="All patterns")
    ax[1].set(xlabel="patterns over units", ylim=(0.45, 1.01), title="Those that N others came after")
    ax[0].figure.legend(*ax[0].get_legend_handles_labels(), fontsize=7, loc="outside lower center", ncols=3)


def overwritten(load, n_units, hidden):
    """Expected accuracy of N slots in turn: the last N patterns are kept, and another one answers for the others."""
    kept = np.minimum(1, 1 / load)
    return kept + (1 - kept) * right_in_another(n_units, hidden, n_units)


if __name__ == "__main__":
    script.paradigm(__file__)
