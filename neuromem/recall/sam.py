"""SAM, the search of associative memory (Raaijmakers & Shiffrin): list recall without a context that drifts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuromem import checks
from neuromem.core import Rng, each
from neuromem.data.free_recall import PADDING
from neuromem.likelihood import LikelihoodModel, Parameter, probability
from neuromem.recall import rehearsal_buffer
from neuromem.recall.lists import RecallLists
from neuromem.recall.sam_walk import Limits, Scales, Strengths, likelihoods, simulations


@dataclass(frozen=True, kw_only=True)
class SAM(LikelihoodModel):
    r"""Words are rehearsed in a buffer; recall empties it, then samples long-term memory by context and the last word.

    .. math:: S_{Ci} = a\, t_i, \qquad S_{ij} = b\, t_{ij}\ \text{or}\ d, \qquad S_{ii} = c\, t_i

    are the strengths that study leaves: ``t_i`` the time (presentations) for which word i was rehearsed in a buffer of
    `size` words, ``t_ij`` that of two words together, ``d`` for two that never were (`rehearsal_buffer`). One sampling
    by context C and the last word w finds and recovers word i with probability

    .. math:: \frac{S_{Ci} S_{wi}}{\sum_k S_{Ck} S_{wk}} \left(1 - e^{-S_{Ci} - S_{wi}}\right)

    or, by C alone, without the factors and terms of w. What is recovered and new is recalled, and gains `gain` in
    strength to the context, to itself and (both ways) to the word that was its cue; then it is the cue. After
    `l_max` failures in a row the word is dropped and the context alone is the cue; recall ends after `k_max`
    failures in all. Before this search each word that is in the buffer at the end is reported with probability `kept`,
    in any order, and gains nothing.

    The likelihood is exact over all that is hidden in recall: how many recalls came from the buffer, how many samplings
    failed, and by which cues each word came. It is exact for study as well where the oldest word is ``displaced``.
    Where ``any`` is, it is that of a model in which strengths are their expectations over all histories of the buffer,
    whichever words are in it at the end; `recalls` does the same. `recalls_drawn` draws the buffer of each list,
    which recalls less, for recovery is concave in strength: 6.9 of 12 words and not 7.9, at the defaults.

    >>> from neuromem.recall.lists import recall_lists
    >>> SAM().log_likelihood(recall_lists([[2, 1, -1], [0, -1, -1]], 3)).round(3)
    array([-8.961, -4.953])

    Source: Raaijmakers & Shiffrin (1980), Psychology of Learning and Motivation 14:207; (1981), Psychol. Rev. 88:93.
    There e, f and g are the gains of the three kinds of strength (here one) and `kept` is 1. All defaults are ours,
    those of the parameters of the size of fits to three subjects of Morton et al. (2013).
    Known limit: a word that was sampled in vain can be recovered by the same cues later, which in the source it cannot;
    no intrusions, no time; a likelihood below 1e-5 for each event counts as that.
    """

    size: int = 4
    displaced: str = "any"
    k_max: int = 30
    l_max: int = 3

    def __post_init__(self):
        checks.whole("size", self.size, 1)
        checks.choice("displaced", self.displaced, ("any", "oldest"))
        checks.whole("k_max", self.k_max, 1)
        checks.whole("l_max", self.l_max, 0)

    @property
    def parameters(self):
        return (
            Parameter("a", 0.2, 1e-3, 5.0, "1 / presentation", "strength to the context, for the time of rehearsal"),
            Parameter("b", 5.0, 0.0, 20.0, "1 / presentation", "strength between words, for the time together"),
            Parameter("c", 0.2, 0.0, 5.0, "1 / presentation", "strength of a word to itself, for that time"),
            Parameter("d", 1.0, 1e-4, 20.0, "1", "strength between words that were never rehearsed together"),
            Parameter("gain", 0.3, 0.0, 5.0, "1", "what each strength gains by a recall"),
            probability("kept", 0.8, "that a word in the buffer at the end is reported from there"),
        )

    def log_likelihood(self, lists, values=None):
        scales, several = self._scales(values)
        log_p = np.empty((len(scales.a), len(lists)))
        strengths = _stacked([self._expected(int(n)) for n in lists.lengths.value], int(lists.n_items.max()))
        likelihoods(lists.n_items, lists.lengths.row, strengths, scales, self._limits, lists.recall, log_p)
        return log_p if several else log_p[0]

    def simulate(self, lists, values=None, *, rng):
        """The lists with recalls as `recalls` draws them."""
        return lists.with_recalls(self.recalls(lists, values, rng=rng))

    def recalls(self, lists, values=None, *, rng):
        """Recalls (list, output) by expected strengths; with a stream for each list, it depends on no other."""
        held, uniform = self._draw(lists, rng)
        strengths = _stacked([self._expected(int(n)) for n in lists.lengths.value], int(lists.n_items.max()))
        return self._simulate(lists, lists.lengths.row, held, strengths, values, uniform)

    def recalls_drawn(self, lists, values=None, *, rng):
        """Recalls (list, output) by the strengths that each list's own buffer left."""
        longest = int(lists.n_items.max())
        uniform = self._uniform(lists, longest, rng)
        rows, held = [], np.zeros((len(lists), longest), bool)
        for i, n in enumerate(lists.n_items):
            one, held[i : i + 1, :n] = self._rehearse(int(n), uniform[i : i + 1])
            rows.append(rehearsal_buffer.Rehearsed(*(array[0] for array in one)))
        return self._simulate(lists, np.arange(len(lists)), held, _stacked(rows, longest), values, uniform[:, longest:])

    @property
    def _limits(self) -> Limits:
        return Limits(self.size, self.displaced == "oldest", self.k_max, self.l_max)

    def _expected(self, n_items: int) -> rehearsal_buffer.Rehearsed:
        return rehearsal_buffer.expected(n_items, self.size, self.displaced == "oldest")

    def _rehearse(self, n_items: int, uniform: np.ndarray):
        return rehearsal_buffer.drawn(n_items, self.size, self.displaced == "oldest", uniform)

    def _scales(self, values) -> tuple[Scales, bool]:
        """The parameters, each (vector), and whether several vectors were given."""
        complete = self.complete(values)
        return Scales(*(np.atleast_1d(complete[p.name]) for p in self.parameters)), np.ndim(complete["a"]) == 1

    def _uniform(self, lists: RecallLists, longest: int, rng: Rng) -> np.ndarray:
        """The chances (list, draw) of study, of the buffer and of every sampling that there can be."""
        width = longest + 2 * self.size + 2 * (longest + self.k_max)
        if isinstance(rng, np.random.Generator):
            return rng.random((len(lists), width))
        checks.streams(rng, batches=True)
        if len(rng) != len(lists):
            raise ValueError(f"rng must be one Generator or one for each of {len(lists)} lists; saw {len(rng)}.")
        return each(rng, lambda r: r.random(width))

    def _draw(self, lists: RecallLists, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
        """Which words (list, item) are in the buffer at the end, and the chances of recall."""
        longest = int(lists.n_items.max())
        uniform, held = self._uniform(lists, longest, rng), np.zeros((len(lists), longest), bool)
        for row, n in enumerate(lists.lengths.value):
            of_it = lists.lengths.row == row
            held[of_it, :n] = self._rehearse(int(n), uniform[of_it])[1]
        return held, uniform[:, longest:]

    def _simulate(self, lists, row, held, strengths, values, uniform) -> np.ndarray:
        recall = np.full((len(lists), int(lists.n_items.max())), PADDING, np.int32)
        scales, several = self._scales(values)
        if several:
            raise ValueError("values must be numbers to simulate; saw arrays: simulate one vector at a time.")
        simulations(lists.n_items, row, held, strengths, scales, self._limits, uniform, recall)
        return recall


def _stacked(rows, longest: int) -> Strengths:
    """What study left of several lists, padded to the longest."""
    wide = Strengths(*(np.zeros((len(rows), *[longest] * array.ndim)) for array in rows[0]))
    for i, one in enumerate(rows):
        for into, array in zip(wide, one, strict=True):
            into[(i, *(slice(n) for n in array.shape))] = array
    return wide
