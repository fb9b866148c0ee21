"""The distance CRP: how likely a transition is by how far apart the words are, in meaning or in anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.compiled import Compiled
from neuromem.measures.distance_rank import in_pool, square
from neuromem.measures.transitions import Transitions, complete, measured, of_items

if TYPE_CHECKING:
    import xarray as xr


def distance_crp(
    recall, n_items=None, *, distances, index, edges, by: str | None = "subject"
) -> np.ndarray | xr.DataArray:
    """The conditional response probability of a transition by the distance of its words.

        CRP(b) = (transitions with a distance in bin b made) / (transitions with a distance in bin b possible)

    Bin b is from edges[b], excluded, to edges[b + 1], included; distances beyond the edges count nowhere. `recall`
    (..., list, output) holds study positions from 0, -2 for an intrusion, -1 for padding; `n_items` is the list
    length, or one per list. `distances` and `index` are as in `distance_rank`, transitions as in `lag_crp`. The result
    is (..., bin), NaN where no such transition was possible; of a free-recall Dataset it is a DataArray (by, distance)
    at the centres of the bins. Raises ValueError for recalls that are no study positions, distances that are not
    square and finite, places outside the pool and edges that do not rise.

    >>> distances = [[0, 1, 2], [1, 0, 3], [2, 3, 0]]
    >>> distance_crp([[0, 1, 2]], 3, distances=distances, index=[[0, 1, 2]], edges=[0, 1, 2, 3])
    array([1., 0., 1.])

    Source: Howard & Kahana (2002), Journal of Memory and Language 46:85; the count is that of psifr's `distance_crp`.
    Known limit: bins of few pairs are noisy; take edges that are quantiles of the distances.
    """
    distances, edges = square(distances), np.asarray(edges, float)
    if edges.ndim != 1 or edges.size < 2 or not (np.diff(edges) > 0).all():
        raise ValueError(f"edges must be at least two numbers that rise; saw {edges.tolist()!r:.60}.")
    index = in_pool(of_items(recall, "index", index), len(distances))

    def count(found: Transitions, group: np.ndarray, n_groups: int) -> tuple[np.ndarray, np.ndarray]:
        complete("index", index, found.n_items)
        beyond = np.zeros((2, n_groups, edges.size), np.int64)
        count_beyond(found.list, found.start, found.end, found.open, group, distances, index, edges, *beyond)
        actual, possible = -np.diff(beyond)
        return actual, possible

    return measured(
        recall,
        n_items,
        by,
        count,
        dims=lambda n: {"distance": edges[:-1] + np.diff(edges) / 2},
        long_name="conditional response probability",
    )


@Compiled
def count_beyond(list_, start, end, open_, group, distances, index, edges, actual, possible):
    """How many distances, made and possible, lie beyond each edge."""
    near = np.empty(open_.shape[1])
    for t in range(start.size):
        places, made_of, left_of = index[list_[t]], actual[group[t]], possible[group[t]]
        row = distances[places[start[t]]]
        made = row[places[end[t]]]
        n = 0
        for j in range(open_.shape[1]):
            near[n] = row[places[j]]
            n += open_[t, j]
        for e in range(edges.size):
            made_of[e] += made > edges[e]
        for j in range(n):  # edges innermost, which the processor counts several at a time
            x = near[j]
            for e in range(edges.size):
                left_of[e] += x > edges[e]
