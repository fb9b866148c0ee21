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

The dashed line is N of n patterns kept and the others answered by the stored pattern most like the cue. Slopes over
several N, by the search that the published program makes, are in the figure `tyulmankov2021`. Not claimed: that slots
are better; a hidden layer of N units has twice as many synapses as a Hopfield network of N units. With slots drawn at
random the published program takes each of 40 with probability 4 / 40, as here.

`spiking_three_factor`, in spikes, runs here too with as many slots as units, and takes minutes. Its patterns are k-hot,
of which a cue scrambles `hidden`: at 0.6 too few of the active units are left for it, as for other memories of sparse
patterns; the figure `spiking_three_factor` shows its slots in turn with milder cues.

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

REFERENCE = "Tyulmankov, Fang, Vadaparty & Yang (2021), NeurIPS, section 3.1"
CRITERION = 0.98
DIMS = {"load": ("load",), "n_patterns": ("load",), "n_units": (), "hidden": (), "right": ("load",)}
LABELS = {
    "load": ("patterns over units", "1"),
    "n_patterns": ("patterns stored", "patterns"),
    "n_units": ("units of a pattern", "units"),
    "hidden": ("fraction of the units that a cue hides", "1"),
    "right": ("fraction of units that are right", "1"),
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
    """The memory, with as many hidden units as a pattern has units if their number is its own."""
    patterns.of_two_states(memory.domain)
    slotted = isinstance(memory, ThreeFactor | SpikingThreeFactor)
    return replace(memory, n_slots=design.n_units) if slotted else memory


def simulate(design, memory, *, rng):
    """One memory that goes on storing: the accuracy at each load."""
    kind, d = patterns.of_two_states(memory.domain), design.n_units
    n_patterns = np.maximum(1, np.round(np.multiply(design.loads, d))).astype(int)
    x = patterns.draw_part(kind, int(n_patterns[-1]), d, rng=rng)
    state, before, right = memory.init(len(x), d, d, rng=rng), 0, []
    for n in n_patterns:
        if n > before:
            state, before = memory.write(state, x[before:n], x[before:n], rng=rng), n
        answer = memory.read(state, patterns.occluded(memory, x[:n], design.hidden, rng=rng), rng=rng).value
        right.append(units_right(answer, x[:n], kind).mean())
    told = {"n_patterns": n_patterns, "n_units": d, "hidden": design.hidden}
    return {"load": np.array(design.loads), "right": np.array(right)} | told


def measure(trials):
    """The accuracy at each load, and the capacity over the number of units."""
    load = (trials.n_patterns / trials.n_units).where(trials.right >= CRITERION)
    told = {
        "accuracy": (trials.right, "units right"),
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


def plot(measured, ax, data=None):
    for i, (name, one) in enumerate(draw.each_memory(measured)):
        curve = one.accuracy.transpose("subject", "load")
        told = {"color": draw.COLORS[i % 6], "style": STYLES[i % len(STYLES)]}
        draw.line(ax, one["load"], curve, label=f"{name}: {float(one.capacity.mean()):.2f} N", **told)
    n_units, hidden = int(one.n_units.values.flat[0]), float(one.hidden.values.flat[0])
    load = np.linspace(float(one["load"].min()), float(one["load"].max()), 200)
    ax.plot(load, overwritten(load, n_units, hidden), "k--", lw=1, label="theory: slots in turn")
    ax.axhline(CRITERION, color="0.6", lw=0.8, zorder=0, label="criterion of the capacity")
    ax.set(xlabel="patterns over units", ylabel="units right (fraction)", ylim=(0.5, 1.01), title="One-shot capacity")
    ax.figure.legend(fontsize=7, loc="outside lower center", ncols=2)


def overwritten(load, n_units, hidden):
    """Expected accuracy of N slots in turn: the last N patterns are kept, and another one answers for the others."""
    kept = np.minimum(1, 1 / load)
    return kept + (1 - kept) * right_in_another(n_units, hidden, n_units)


if __name__ == "__main__":
    script.paradigm(__file__)
