"""Separation and completion: is a cue like a stored item made more like it, or less, and in which region

Random patterns are stored under themselves. A lure is a stored pattern of which some entries have changed places, so
that its correlation with it falls from 1 to 0. For each region of a memory, the similarity of its activity on the lure
and on the stored pattern, by correlation over units, is held against the similarity of the two inputs. On the diagonal
a region passes on what it is given, below it separates, above it completes. Of every memory, also one without regions,
the answer is measured likewise, as the share of the stored pattern's answer that there is in the lure's (the slope over
units), since an answer has a size.

Claims, of regions: the dentate gyrus lies below the diagonal, its code being sparse, by as much as the tails of two
normal drives that exceed the same threshold share (`dentate_gyrus.shared`); CA3 lies above it for similar inputs and
below it for unlike ones, a step steeper than the diagonal, for an attractor completes what is near and keeps the
address that the dentate gyrus gives to what is far; association cortex lies on it. Of answers:

- An attractor, or a rule that takes the nearest item, completes what is near. A matrix that sums outer products is
  linear: the share in its answer is the share in the cue, on the diagonal (`correlation_matrix`).
- An address of its own keeps a far lure apart. A memory that moves every cue to the stored item most like it completes
  what is far too, with few items stored: a lure of correlation s has a projection of s on its own item and of about
  1 / sqrt(d) on the others (`hopfield`, `modern_hopfield`, `nearest_neighbour`); the linear matrix stays on the
  diagonal.

Not claimed: that only a separate address keeps answers apart. Memories with a threshold (`sparse_hopfield`,
`hamming_ball`) do not answer a far lure at all, which counts as a share of 0; activity by region tells silence from an
address. Nor where the step is. It depends on the strength of the perforant path and the recurrent synapses of CA3 as
against the mossy fibres.

The index in spikes (`spiking_index`) has no step. Its CA3 hears at recall the path that learned alone, and completes
far lures too: at 10 subjects CA3 lies .36 [.33, .38] above the diagonal for unlike inputs and .20 [.19, .22] for
similar ones, and rises .74 [.69, .78] times as steeply as they do. That mossy fibres transmit at recall as well, as in
the rate model, was tried, and is not enough (.32, .19 and .77): cells compete through one pool of inhibition, in which
both drives mix in proportion. A step (1.17 [1.11, 1.23]) came only with recurrent currents that count from a threshold
on besides, at strengths at which half a cue identifies .78 [.74, .82] of 40 items instead of .99; it is not built in.

Yassa & Stark (2011), "Pattern separation in the hippocampus", Trends Neurosci. 34:515; Rolls (2013), "The mechanisms
for pattern completion and pattern separation in the hippocampus", Front. Syst. Neurosci. 7:74.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from neuromem import checks, patterns, script
from neuromem import plot as draw
from neuromem.effects import Effect
from neuromem.measures.representational_similarity import correlation, share
from neuromem.models.correlation_matrix import CorrelationMatrix
from neuromem.models.dentate_gyrus import shared
from neuromem.models.hippocampal_index import REGIONS, HippocampalIndex
from neuromem.models.hopfield import Hopfield
from neuromem.models.kernel_aliases import modern_hopfield, nearest_neighbour
from neuromem.settings import setting
from neuromem.spiking.index import SpikingIndex

REFERENCE = "Yassa & Stark (2011), Trends Neurosci. 34:515; Rolls (2013), Front. Syst. Neurosci. 7:74"
DIMS = {
    "similarity": ("similarity",),
    "region": ("region",),
    "input": ("similarity", "lure"),
    "activity": ("region", "similarity", "lure"),
    "answer": ("similarity", "lure"),
    "theory": ("similarity",),
}
LABELS = {
    "similarity": ("fraction of the entries of a lure that have stayed", "1"),
    "region": ("region", "1"),
    "input": ("correlation of the lure with the stored pattern", "1"),
    "activity": ("correlation of a region's activity on the lure with that on the stored pattern", "1"),
    "answer": ("share of the answer to the stored pattern in the answer to the lure", "1"),
    "theory": ("correlation of the dentate gyrus's activity, by theory", "1"),
}
LOW, HIGH = 0.3, 0.7  # lures up to the one are unlike, from the other on similar


@dataclass(frozen=True, kw_only=True)
class Design:
    similarities: tuple[float, ...] = setting(
        (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
        about="of the lures, rising; some above 0 up to 0.3, some from 0.7 to below 1",
    )
    n_items: int = setting(8, unit="items", about="stored patterns")
    n_lures: int = setting(3, unit="lures", about="of each stored pattern at each similarity")
    n_units: int = setting(100, unit="units", about="of each pattern")

    def __post_init__(self):
        checks.whole("n_items", self.n_items, 1)
        checks.whole("n_lures", self.n_lures, 1)
        checks.whole("n_units", self.n_units, 10)
        if not isinstance(self.similarities, tuple) or list(self.similarities) != sorted(set(self.similarities)):
            raise ValueError(f"similarities must be a tuple of rising numbers; saw {self.similarities!r}.")
        for s in self.similarities:
            checks.number("similarities", s, 0, 1)
        if not any(0 < s <= LOW for s in self.similarities) or not any(HIGH <= s < 1 for s in self.similarities):
            raise ValueError(f"similarities must hold some in (0, 0.3] and in [0.7, 1); saw {self.similarities}.")

    @classmethod
    def quick(cls):
        return cls(similarities=(0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0))


MEMORIES = {
    "hippocampal_index": HippocampalIndex(),
    "hopfield": Hopfield(),
    "modern_hopfield": modern_hopfield(),
    "nearest_neighbour": nearest_neighbour(),
    "correlation_matrix": CorrelationMatrix(),
}
COMPARED = True
N_SUBJECTS = 10


def prepare(design, memory):
    """The memory, which shows its regions if it has any; spikes run on the target that all subjects are worth."""
    patterns.shared_kind(memory.domain)
    if isinstance(memory, SpikingIndex):
        of_item = 1 + design.n_lures * (1 + len(design.similarities))
        return memory.on_target_for(N_SUBJECTS * design.n_items * of_item)
    return replace(memory, keep_regions=True) if isinstance(memory, HippocampalIndex) else memory


def simulate(design, memory, *, rng):
    """One memory: similarity of input, of each region's activity and of the answer, for each lure."""
    item = patterns.draw_part(patterns.shared_kind(memory.domain), design.n_items, design.n_units, rng=rng)
    state = memory.init(design.n_items, design.n_units, design.n_units, rng=rng)
    state = memory.write(state, item, item, rng=rng)
    stored = np.tile(item, (design.n_lures, 1))
    lure = np.stack([patterns.scrambled(stored, 1 - s, rng=rng) for s in design.similarities])
    recall = memory.read(state, np.concatenate([stored[None], lure]).reshape(-1, design.n_units), rng=rng)
    seen = {name: by_lure(recall.aux[name], len(stored)) for name in REGIONS if name in recall.aux}
    answer, none = by_lure(recall.value, len(stored)), np.full(lure.shape[:2], np.nan)
    return {
        "similarity": np.array(design.similarities),
        "region": np.array(REGIONS),
        "input": correlation(lure, stored),
        "activity": np.stack([correlation(seen[n][1:], seen[n][:1]) if n in seen else none for n in REGIONS]),
        "answer": share(answer[1:], answer[:1]),
        "theory": expected(design, memory),
    }


def by_lure(activity, n_lures):
    """Activity (query, unit) as (similarity, lure, unit), the stored patterns first."""
    return activity.reshape(-1, n_lures, activity.shape[-1])


def expected(design, memory):
    """Correlation (similarity) of the activity of a dentate gyrus with so few winners, where there is one."""
    if not isinstance(memory, HippocampalIndex):
        return np.full(len(design.similarities), np.nan)
    f = memory.dentate_activity
    return (shared(np.array(design.similarities), f) - f) / (1 - f)


def measure(trials):
    """Means over lures of what goes in and what comes out, by region and of the answer."""
    told = {
        "input": "similarity of the input",
        "activity": "similarity of a region's activity",
        "answer": "share of the stored answer",
    }
    means = {name: trials[name].mean("lure").assign_attrs(long_name=about, units="1") for name, about in told.items()}
    return xr.Dataset(means | {"theory": trials.theory})


def over(measured, curve, low, high):
    """Mean of a curve over lures of a similarity above 0 and below 1, from `low` to `high`."""
    s = measured.similarity
    return curve.where((s > 0) & (s < 1) & (s >= low) & (s <= high)).mean("similarity")


def region(name):
    """The curve of a region."""
    return lambda measured: measured.activity.sel(region=name)


def answer(measured):
    """The curve of the answer."""
    return measured.answer


def excess(curve, low=0, high=1):
    """How far a curve lies above the diagonal."""
    return lambda measured: over(measured, curve(measured) - measured.input, low, high)


def where_recalled(statistic):
    """A statistic where the answer to the most similar lure has on average more than half of the stored answer; what
    never answers alike keeps nothing apart."""
    return lambda measured: statistic(measured).where(measured.answer.isel(similarity=-1).mean() > 0.5)


def steepness(curve):
    """The rise of a curve from unlike to similar lures over that of the input."""

    def rise(measured, values):
        return over(measured, values, HIGH, 1) - over(measured, values, 0, LOW)

    return lambda measured: rise(measured, curve(measured)) / rise(measured, measured.input)


ABOVE, BELOW = (0.02, 1.0), (-1.0, -0.02)
RULE = "order only: Rolls (2013), Yassa & Stark (2011): "
NOT_APART = ("hopfield", "modern_hopfield", "nearest_neighbour", "correlation_matrix")
EFFECTS = {
    "dentate_separates": Effect(
        excess(region("dentate")), -1.0, -0.05, RULE + "the dentate gyrus lies below the diagonal"
    ),
    "dentate_follows_theory": Effect(
        lambda m: over(m, m.activity.sel(region="dentate") - m.theory, 0, 1),
        -0.03,
        0.03,
        "O'Reilly & McClelland (1994), Hippocampus 4:661: winners of two jointly normal drives; within 0.03",
    ),
    "ca3_completes_what_is_near": Effect(
        excess(region("ca3"), HIGH, 1), *ABOVE, RULE + "CA3 lies above the diagonal for similar inputs"
    ),
    "ca3_separates_what_is_far": Effect(
        excess(region("ca3"), 0, LOW), *BELOW, RULE + "CA3 lies below the diagonal for unlike inputs"
    ),
    "ca3_is_a_step": Effect(
        steepness(region("ca3")), 1.1, np.inf, RULE + "CA3's curve is a step, steeper than the diagonal"
    ),
    "cortex_is_on_the_diagonal": Effect(
        excess(region("cortex")), -0.1, 0.1, RULE + "cortical codes overlap as their inputs do; within 0.1"
    ),
    "answer_completes_what_is_near": Effect(
        excess(answer, HIGH, 1),
        *ABOVE,
        "order only: attractors complete (Hopfield 1982); a sum of outer products is linear and cannot",
        fails_for=("correlation_matrix",),
    ),
    "answer_separates_what_is_far": Effect(
        where_recalled(excess(answer, 0, LOW)),
        *BELOW,
        "order only: Treves & Rolls (1992): a cue that is far keeps an address of its own and is not completed",
        fails_for=NOT_APART,
    ),
}
PANELS = (1, 2)
STYLES = ("-", "--", "-.", ":")


def plot(measured, ax, data=None):
    """Left: the regions of the first memory that has any; right: answers of all."""
    for i, (name, one) in enumerate(draw.each_memory(measured)):
        x = one.input.mean("subject")
        told = {"color": draw.COLORS[i % len(draw.COLORS)], "style": STYLES[i % len(STYLES)]}
        draw.line(ax[1], x, one.answer, label=name, **told)
        if not ax[0].lines and one.activity.notnull().any():
            for j, part in enumerate(one.region.values):
                told = {"color": draw.COLORS[j % len(draw.COLORS)], "style": STYLES[j % len(STYLES)]}
                draw.line(ax[0], x, one.activity.sel(region=part), label=part, **told)
        if one.theory.notnull().all() and len(ax[0].lines) == len(REGIONS):
            ax[0].plot(x, one.theory.mean("subject"), "k:", linewidth=1, label="theory, dentate", zorder=4)
    for panel, title in zip(ax, ("Activity of regions", "Answers"), strict=True):
        panel.axline((0, 0), slope=1, color="black", linestyle="--", linewidth=1, label="as the input", zorder=4)
        panel.set(xlabel="similarity of lure and stored input", title=title)
        panel.legend(fontsize=7)
    ax[0].set_ylabel("similarity of activity (correlation)")
    ax[1].set_ylabel("share of the stored answer")


if __name__ == "__main__":
    script.paradigm(__file__)
