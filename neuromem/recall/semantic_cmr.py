"""CMR in which a recalled word also speaks for words of like meaning, by a matrix of distances of the pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.recall.cmr import cmr
from neuromem.recall.lists import RecallLists, from_dataset, of_words
from neuromem.recall.search_model import SearchModel

if TYPE_CHECKING:
    import xarray as xr


def cmr_semantic(*, cues: tuple[str, ...] = ("meaning",)) -> SearchModel:
    r"""CMR with a semantic cue: the last recalled word adds :math:`w_{meaning} (1 - d_{last, j})` to the support of j.

    ``d`` (word, word) is the distance in meaning, of which :math:`1 - d` is the cosine (or correlation) of two words'
    vectors; it stands for what words meant before the list, and no study changes it. The lists are those of
    `with_meaning`. ``cues=("meaning", "category")`` has both cues.

    >>> cmr_semantic().parameters[-1].name
    'w_meaning'

    Source: Polyn, Norman & Kahana (2009), Psychol. Rev. 116:129 (semantic associations of items); as a cue by the last
    recalled word Morton & Polyn (2016), J. Mem. Lang. 86:119. Known limit: only the last word cues.
    """
    return cmr(cues=cues)


def with_meaning(
    dataset: xr.Dataset, pool: np.ndarray, distance: np.ndarray, *, cues: tuple[str, ...] = ()
) -> RecallLists:
    """The lists of a free-recall Dataset with the similarity `meaning`, 1 less the distance (word, word) of a pool.

    `neuromem.data.morton2013.distances()` has the pool and distances of Morton et al. (2013). Raises ValueError for a
    studied word that the pool lacks.
    """
    meaning = of_words(dataset["item"].to_numpy(), pool, 1 - np.asarray(distance))
    return from_dataset(dataset, cues=cues, similarity={"meaning": meaning})
