"""List recall as a search: parts that say what comes to mind, which of it is chosen, and when it ends."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy as np

from neuromem import checks
from neuromem.core import each
from neuromem.data.free_recall import PADDING
from neuromem.likelihood import ImpossibleEvent, LikelihoodModel, Parameter, distinct
from neuromem.recall.choice import Choice, Exponential
from neuromem.recall.context_search import ContextSearch
from neuromem.recall.lists import RecallLists
from neuromem.recall.search import Search
from neuromem.recall.stopping import ByOutput, Stopping
from neuromem.recall.vectors import for_each
from neuromem.recall.walk import P_FLOOR, StopRule, Walked, walk

NOT_DRAWN = np.zeros((0, 0, 0))
AT_ONCE = 1 << 18  # numbers of the geometry that a walk holds, so that it stays in the processor's cache


@dataclass(frozen=True, kw_only=True)
class SearchModel(LikelihoodModel):
    r"""Recalls item after item, each chosen among those left by its support, until the search stops.

    .. math:: p(j) = (1 - p_{stop})\, \frac{w(f_j)}{\sum_{k\, left} w(f_k)}, \qquad
              f_j = \max\left(f^{search}_j + \sum_x w_x S^x_{last, j},\ 10^{-5}\right)

    ``f_j`` support by the `search`; ``w`` the rule of `choice`; p(stop) by the rule of `stopping`. For each name x in
    `cues`, ``S`` is the similarity (position, position) of that name that the lists hold, such as a shared category,
    and ``w_x`` a parameter `w_` + the name: the last recalled item speaks for those that are like it.
    The log-likelihood of a list is the sum over its recalls and the end of ln p, each p at least 1e-5: after the last
    item of all the end is certain. Intrusions and repeats are no events (`neuromem.recall.lists` takes them out).

    Warns (`ImpossibleEvent`) where an observed event has probability 0, and counts it as 1e-5. Raises ValueError for
    parameters out of bounds or unknown, and for lists without a similarity that `cues` name.

    >>> from neuromem.recall.lists import recall_lists
    >>> SearchModel().log_likelihood(recall_lists([[2, 1, -1], [2, 0, 1]], 3)).round(3)
    array([-7.67 , -2.296])

    Source: Howard & Kahana (2002), J. Math. Psychol. 46:269; choice, stopping and likelihood as in Morton & Polyn
    (2016), J. Mem. Lang. 86:119.
    Known limit: one list at a time, no intrusions, no time; the floor of 1e-5 makes the least likely events a little
    too likely, so that probabilities of many such events need not sum to one (those of `probabilities` do).
    """

    search: Search = field(default_factory=ContextSearch)
    choice: Choice = field(default_factory=Exponential)
    stopping: Stopping = field(default_factory=ByOutput)
    cues: tuple[str, ...] = ()

    def __post_init__(self):
        checks.part("search", self.search, Search)
        checks.part("choice", self.choice, Choice)
        checks.part("stopping", self.stopping, Stopping)
        checks.part("cues", self.cues, tuple)
        distinct(self.parameters)

    @property
    def parameters(self):
        cues = (Parameter(f"w_{name}", 0.1, 0.0, 10.0, "support", f"cue by the same {name}") for name in self.cues)
        return (*self.search.parameters, *self.choice.parameters, *self.stopping.parameters, *cues)

    def log_likelihood(self, lists, values=None):
        complete = self.complete(values)
        several = any(np.ndim(value) for value in complete.values())
        walked = [self._walk(lists, some) for some in self._parts(lists, complete)]
        log_p, impossible = (np.concatenate([getattr(w, name) for w in walked]) for name in ("log_p", "impossible"))
        if (impossible >= 0).any():
            warnings.warn(self._impossible(lists, impossible.max(0)), ImpossibleEvent, stacklevel=2)
        return log_p if several else log_p[0]

    def _parts(self, lists: RecallLists, complete) -> list[dict[str, np.ndarray]]:
        """The vectors of values, so many at once as a walk can hold close by."""
        values = {name: np.atleast_1d(value) for name, value in complete.items()}
        n = max(map(len, values.values()), default=1)
        at_once = max(AT_ONCE // self.search.size(lists), 16)
        return [{name: x[i : i + at_once] for name, x in values.items()} for i in range(0, n, at_once)]

    def probabilities(self, lists, values=None):
        """p (list, output, event) of every possible next event given what was recalled before: items by their
        position, the end in the last place. NaN after the end, and for positions that a list does not have.
        """
        longest = int(lists.n_items.max())
        p = np.full((len(lists), longest + 1, longest + 1), np.nan)
        return self._walk(lists, self._one(values), p=p).p

    def simulate(self, lists, values=None, *, rng):
        """The lists with recalls as `recalls` draws them."""
        return lists.with_recalls(self.recalls(lists, values, rng=rng))

    def recalls(self, lists, values=None, *, rng):
        """Recalls (list, output) drawn from the model, -1 after the last.

        With a sequence of streams, one for each list, a list does not depend on which others there are.
        """
        longest = int(lists.n_items.max())
        shape = (longest + 1, 2)
        if isinstance(rng, np.random.Generator):
            uniform = rng.random((len(lists), *shape))
        else:
            checks.streams(rng, batches=True)
            uniform = each(rng, lambda r: r.random(shape))
        if len(uniform) != len(lists):
            raise ValueError(f"rng must be one Generator or one for each of {len(lists)} lists; saw {len(uniform)}.")
        recall = np.full((len(lists), longest), PADDING, np.int32)
        return self._walk(lists, self._one(values), recall=recall, uniform=uniform).recall

    def _one(self, values) -> dict[str, np.ndarray]:
        """One vector of values."""
        complete = self.complete(values)
        if any(np.ndim(value) for value in complete.values()):
            raise ValueError("values must be numbers here, one vector; call once for each.")
        return {name: np.atleast_1d(value) for name, value in complete.items()}

    def _walk(self, lists: RecallLists, values, *, recall=None, uniform=NOT_DRAWN, p=NOT_DRAWN) -> Walked:
        n, longest = max(map(len, values.values()), default=1), int(lists.n_items.max())
        choice, stop = self.choice.rule(values), self.stopping.rule(values, longest)
        weight = np.stack([values[f"w_{name}"] for name in self.cues], -1) if self.cues else np.zeros((n, 0))
        row, geometry = self.search.laid_out(lists, values, n)
        shape = n, len(lists)
        out = Walked(lists.recall if recall is None else recall, np.empty(shape), np.empty(shape, np.int64), p)
        walk(
            lists.n_items,
            row,
            geometry,
            choice._replace(sensitivity=for_each(choice.sensitivity, n, 0)),
            StopRule(stop.kind, for_each(stop.table, n, 1), for_each(stop.scale, n, 0), stop.k_max),
            lists.similarities(self.cues),
            for_each(weight, n, 1),
            uniform,
            out,
        )
        return out

    def _impossible(self, lists: RecallLists, first: np.ndarray) -> str:
        at = np.flatnonzero(first >= 0)
        row, output = at[0], first[at[0]]
        item = lists.recall[row, output] if output < lists.recall.shape[1] else PADDING
        event = "the end of recall" if item == PADDING else f"recall of position {item}"
        parts = ", ".join(type(part).__name__ for part in (self.search, self.choice, self.stopping))
        others = f" (so in {len(at)} of {len(first)} lists)" if len(at) > 1 else ""
        return (
            f"{event} at output {output} of list {row} has probability 0 under {parts}: counted as {P_FLOOR:g}{others}."
        )
