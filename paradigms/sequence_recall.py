"""Sequence recall: how long an episode can be relived from its first moment, by chains of patterns or by a path

An episode of random patterns is learned, and its first moment is given. Of a chain each pattern is stored as the value
of the one before; what is recalled is cut to a pattern of two states and is the next cue. A Vector-HaSH with a grid
stores no pattern on the next: the moments lie along a path through its scaffold, with steps of any length, and each
hippocampal state recalls the displacement to the next (`SequenceMemory`); its first moment is given as a place, and
what is recalled there is the content. A moment of a path is relived if it is at its place, one of a chain if the
pattern is more like that of the moment than like that of any other of the episode; a chain is followed to its first
error, and what would come after counts as lost. One memory lives through an episode that grows.

Claims, from Chandra et al. (2025): a path of displacements, two numbers a step, is recalled to its end however wide the
patterns are, as long as there are relay cells for it. One matrix between patterns of N units breaks: by Hebb's rule
near a quarter of N steps, with bounded synapses earlier, for they keep only the newest steps and the episode is relived
from its oldest, and by the projection rule at N steps at the latest, since no matrix holds more independent pairs.
Chains through slots hold what they have slots for, here as many as steps; what they cost grows with the episode.

In spikes (`--memory spiking_vector_hash`) a path has steps of one phase, and its velocity is given at recall: no
network recalls it. No theory of the contents is drawn for it.

The contents recalled along the path do fade, smoothly, once there are more moments than hippocampal cells; the overlap
is that of item memory (`mesh.expected_overlap`). No error in them touches the path.

Not claimed: equal numbers of synapses. The figure `chandra2025_sequence` compares networks of about the same size.

Chandra, Sharma, Chaudhuri & Fiete (2025), "Episodic and associative memory from spatial scaffolds in the hippocampus",
Nature, Fig 5.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from neuromem import checks, patterns, script
from neuromem.effects import Effect
from neuromem.measures.identification import identified
from neuromem.measures.representational_similarity import correlation
from neuromem.models.bounded_matrix import BoundedMatrix
from neuromem.models.correlation_matrix import CorrelationMatrix
from neuromem.models.feature_rules import IllConditioned
from neuromem.models.kernel_aliases import modern_hopfield
from neuromem.models.mesh import expected_overlap
from neuromem.models.projection_matrix import ProjectionMatrix
from neuromem.models.scaffold_memory import ScaffoldMemory
from neuromem.models.sequence_memory import SequenceMemory
from neuromem.models.vector_hash import vector_hash
from neuromem.plot import COLORS, each_memory, line
from neuromem.scaffolds.grid import Grid
from neuromem.settings import setting
from neuromem.spiking.vector_hash import SpikingVectorHash

REFERENCE = "Chandra, Sharma, Chaudhuri & Fiete (2025), Nature"
COMPARED = True
DIMS = {"length": ("length",), "n_recalled": ("length",), "overlap": ("length",), "theory": ("length",)}
LABELS = {
    "length": ("steps of the episode", "steps"),
    "n_recalled": ("moments relived; of a chain, before its first error", "steps"),
    "recalled": ("share of the episode relived", "1"),
    "overlap": ("correlation of what is recalled with the patterns of the episode; of a chain, up to its error", "1"),
    "theory": ("overlap of the contents along a path, by theory", "1"),
}
TWO_STATES = {"real": "bipolar", "unit": "binary"}  # the patterns that a memory of numbers is given


@dataclass(frozen=True, kw_only=True)
class Design:
    lengths: tuple[int, ...] = setting((10, 20, 40, 80, 160, 320), unit="steps", about="of the episode as it grows")
    n_units: int = setting(200, unit="units", about="of each pattern; fewer than the longest episode has steps")
    n_relay: int = setting(500, unit="cells", about="of a path's network from hippocampus to displacement")

    def __post_init__(self):
        checks.whole("n_units", self.n_units, 10)
        checks.whole("n_relay", self.n_relay, 1)
        for length in self.lengths:
            checks.whole("lengths", length, 2)
        if not isinstance(self.lengths, tuple) or not self.lengths or list(self.lengths) != sorted(set(self.lengths)):
            raise ValueError(f"lengths must be a tuple of rising numbers; saw {self.lengths!r}.")

    @classmethod
    def quick(cls):
        return cls(lengths=(10, 60, 250), n_units=100, n_relay=350)


MEMORIES = {
    "vector_hash": vector_hash(threshold=2.0, n_hidden=200),
    "modern_hopfield": modern_hopfield(),
    "correlation_matrix": CorrelationMatrix(),
    "bounded_matrix": BoundedMatrix(),
    "projection_matrix": ProjectionMatrix(),
}
N_SUBJECTS = 3


def simulate(design, memory, *, rng):
    """One episode: at each length, how many moments are relived, and how well."""
    checks.heteroassociative(memory)
    on_path = isinstance(memory, ScaffoldMemory) and isinstance(memory.scaffold, Grid)
    in_spikes = isinstance(memory, SpikingVectorHash)
    if (in_spikes or isinstance(memory, ScaffoldMemory)) and memory.scaffold.n_states < design.lengths[-1]:
        raise NotImplementedError(f"{design.lengths[-1]} steps need as many addresses; saw {memory.scaffold.n_states}.")
    kind = patterns.shared_kind(memory.domain)
    kind = TWO_STATES.get(kind, kind)
    moment = patterns.draw_part(kind, design.lengths[-1], design.n_units, rng=rng)
    if in_spikes:
        told = spiking_paths(design, memory, moment, rng)
    else:
        told = paths(design, memory, moment, rng) if on_path else chains(design, memory, moment, kind, rng)
    n_recalled, overlap = np.transpose(list(told))
    theory = [expected_overlap(n, memory.n_hidden) if on_path else np.nan for n in design.lengths]
    return {"length": np.array(design.lengths), "n_recalled": n_recalled, "overlap": overlap, "theory": theory}


def paths(design, memory, moment, rng):
    """At each length, how many moments (step, unit) are at their place on a path, and how like their contents are."""
    sequence, grid = SequenceMemory(memory=memory, n_relay=design.n_relay), memory.scaffold
    place = grid.position(grid.at(rng.permutation(grid.n_states)[: len(moment)]))
    state, before = sequence.init(design.n_units, rng=rng), 0
    for n in design.lengths:
        leg = slice(max(before - 1, 0), n)  # from the last moment that is known
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IllConditioned)  # no cue is given: the walk begins at its place
            state, before = sequence.learn(state, place[leg], moment[leg], rng=rng), n
        walk = sequence.walk(state, grid.at_position(place[0]), n_steps=n)
        yield np.isclose(walk.position, place[:n]).all(-1).sum(), likeness(walk.value, moment[:n])


def spiking_paths(design, memory, moment, rng):
    """As `paths`, of spiking grid cells that are moved along by velocity, which is given."""
    state, before = memory.init(len(moment), design.n_units, design.n_units, rng=rng), 0
    for n in design.lengths:
        state, before = memory.write(state, moment[before:n], moment[before:n], rng=rng), n
        first = state._replace(code=memory.place(0))
        answer = memory.relive(first, [memory.way(step) for step in range(n)], rng=rng)
        yield (memory.address(answer.code) == np.arange(n)).sum(), likeness(answer.value, moment[:n])


def chains(design, memory, moment, kind, rng):
    """At each length, how many moments (step, unit) a chain relives, and how like they are."""
    state, before = memory.init(len(moment) - 1, design.n_units, design.n_units, rng=rng), 1
    for n in design.lengths:
        state, before = memory.write(state, moment[before - 1 : n - 1], moment[before:n], rng=rng), n
        relived = chained(memory, state, moment[:n], kind, rng)
        yield len(relived), likeness(relived, moment[: len(relived)])


def chained(memory, state, episode, kind, rng):
    """The patterns (step, unit) that follow from the first, as long as they are right."""
    relived = [episode[0]]
    for step in range(1, len(episode)):
        following = as_pattern(memory.read(state, relived[-1][None], rng=rng).value, kind)
        if not identified(following, episode, np.array([step]))[0]:
            break
        relived.append(following[0])
    return np.stack(relived)


def as_pattern(answer, kind):
    """The answers (query, unit) cut to patterns of two states."""
    if kind == "k-hot":
        return patterns.convert(kind, answer)
    on = answer > (0 if kind == "bipolar" else 0.5)
    return on.astype(float) if kind == "binary" else 2.0 * on - 1


def likeness(relived, episode):
    """Mean correlation over moments (step, unit)."""
    return correlation(relived, episode).mean()


def measure(trials):
    """The share of the episode that is relived."""
    return trials.assign(recalled=trials.n_recalled / trials["length"])


EFFECTS = {
    "short_episodes_are_relived": Effect(
        lambda measured: measured.recalled.isel(length=0),
        0.9,
        1.0,
        "order only: far below its limit every chain holds, Amari (1972)",
    ),
    "long_episodes_are_relived_without_error": Effect(
        lambda measured: measured.recalled.isel(length=-1),
        0.999,
        1.0,
        "Chandra et al. (2025), Fig 5: a path to its end; a matrix of N units holds at most N steps, here fewer",
        fails_for=("correlation_matrix", "bounded_matrix", "projection_matrix"),
    ),
    "contents_along_a_path_fade_as_items_do": Effect(
        lambda measured: (measured.overlap - measured.theory).isel(length=-1),
        -0.08,
        0.08,
        "Sharma, Chandra & Fiete (2022): erf sqrt(f / (2 (1 - f))), f hidden cells for each item; finite patterns",
    ),
}


def plot(measured, ax, data=None):
    styles = ("-", "--", "-.", ":")
    for i, (name, one) in enumerate(each_memory(measured)):
        share = one.recalled.transpose("subject", "length")
        looks = {"color": COLORS[i % len(COLORS)], "style": styles[i % len(styles)]}
        line(ax, one["length"], share, label=name.replace("_", " "), **looks)
    at = measured["length"].values
    ax.set(xscale="log", ylim=(-0.03, 1.05), xlabel="steps of the episode")
    ax.set(ylabel="share of moments relived", title="Episodes from their first moment")
    ax.set_xticks(at, [str(n) for n in at])
    ax.minorticks_off()
    ax.legend(fontsize=7)


if __name__ == "__main__":
    script.paradigm(__file__)
