"""Category clustering: neighbours of one category in recall, beyond what chance would give (LBC and ARC)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from neuromem.compiled import Compiled
from neuromem.measures.category_crp import coded
from neuromem.measures.lists import Counts, checked, groups_of, is_dataset, label, ratio, sums
from neuromem.measures.transitions import complete, of_items

if TYPE_CHECKING:
    import xarray as xr


def category_clustering(
    recall, n_items=None, *, category="category", by: str | None = "subject"
) -> np.ndarray | xr.DataArray:
    """Two scores of how often neighbours in recall are of one category (`n_same`), beyond chance.

        LBC = n_same - (r - 1)(m - 1) / (n - 1)
        ARC = (n_same - E) / (r - c - E),   E = sum over categories of r_i (r_i - 1) / r

    of r words recalled from a list of n, m of each category; r_i of category i, c categories recalled. List-based
    clustering counts the neighbours beyond those of a list recalled in random order; the adjusted ratio of clustering
    goes from chance (0) to perfect clustering (1) of what was recalled. Both are averaged over the lists in which they
    are defined: LBC with at least one word recalled, ARC not where only one category is recalled, or one word of each.
    Intrusions and repeats are dropped first. `recall` (..., list, output) holds study positions from 0, -2 for an
    intrusion, -1 for padding; `n_items` is the list length, or one per list; `category` is as in `category_crp`. The
    result is (..., score), LBC then ARC; of a free-recall Dataset a DataArray (by, score), as in `serial_position`.
    Raises ValueError for recalls that are no study positions and for categories that are absent or missing.

    >>> category_clustering([[0, 2, 1]], 4, category=[["a", "b", "a", "b"]]).round(3)
    array([0.333, 1.   ])

    Source: Stricker, Brown, Wixted, Baldo & Delis (2002), Journal of the International Neuropsychological Society
    8:425, and Roenker, Thompson & Brown (1971), Psychological Bulletin 76:45; the counts are those of psifr's
    `category_clustering`. Known limit: with categories of unequal size m is their mean, and what LBC expects is too
    low; ARC knows only what was recalled, and not the list.
    """
    count = partial(_count, kind=coded(of_items(recall, "category", category)))
    if is_dataset(recall):
        held = checked(recall["recall"].to_numpy(), recall["list_length"].to_numpy())
        groups, row = groups_of(recall, by)
        return label(sums(count(*held), row), by, groups, {"score": ["lbc", "arc"]}, "clustering")
    return ratio(count(*checked(recall, n_items)))


def _count(recall: np.ndarray, n_items: np.ndarray, *, kind: np.ndarray) -> Counts:
    flat, lengths = recall.reshape(-1, recall.shape[-1]), n_items.ravel()
    complete("category", kind, lengths)
    scores = np.empty((len(flat), 2))
    score(flat, lengths, kind, kind.max() + 1, scores)
    defined = ~np.isnan(scores)
    counts = np.where(defined, scores, 0), defined.astype(np.int64)
    return Counts(*(part.reshape(*n_items.shape, 2) for part in counts))


@Compiled
def score(recall, n_items, kind, n_kinds, scores):
    left, of_kind, studied = np.empty(n_items.max(), np.bool_), np.empty(n_kinds), np.empty(n_kinds)
    for i in range(recall.shape[0]):
        left[:], of_kind[:], studied[:] = True, 0.0, 0.0
        same, total, last = 0, 0, -1
        for k in range(recall.shape[1]):
            word = recall[i, k]
            if word >= 0 and left[word]:
                left[word] = False
                total += 1
                same += kind[i, word] == last
                last = kind[i, word]
                of_kind[last] += 1
        for j in range(n_items[i]):
            studied[kind[i, j]] = 1
        scores[i] = np.nan
        if total > 0:
            m = n_items[i] / studied.sum()
            chance = (total - 1) * (m - 1) / (n_items[i] - 1) if n_items[i] > 1 else 0.0
            scores[i, 0] = same - chance
            pairs, n_recalled = 0.0, 0
            for n in of_kind:
                pairs += n * (n - 1)
                n_recalled += n > 0
            expected, most = pairs / total, total - n_recalled
            if most != expected:
                scores[i, 1] = (same - expected) / (most - expected)
