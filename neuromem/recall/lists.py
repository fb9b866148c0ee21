"""Lists as recall models take them: no intrusions, no repeats, and how alike the studied words are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neuromem import checks
from neuromem.data.free_recall import PADDING
from neuromem.errors import UserError, nearest
from neuromem.measures.lists import checked, correct_only

if TYPE_CHECKING:
    import xarray as xr


class Lengths(NamedTuple):
    value: np.ndarray  # (length) the list lengths there are, shortest first
    row: np.ndarray  # (list) which of them each list has


@dataclass(frozen=True, eq=False)
class RecallLists:
    """Recalls `recall` (list, output) of lists of `n_items` (list) words: study positions from 0, -1 after the last.

    `similarity` (list, cue, position, position) says how alike the words of each list are, in a way for each name
    in `cues`. Made by `recall_lists`, `from_dataset` and `to_simulate`, which check what they are given.
    """

    recall: np.ndarray
    n_items: np.ndarray
    cues: tuple[str, ...] = ()
    similarity: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0, 0)))

    def __len__(self) -> int:
        return len(self.recall)

    @cached_property
    def lengths(self) -> Lengths:
        return Lengths(*np.unique(self.n_items, return_inverse=True))

    def similarities(self, names: Sequence[str]) -> np.ndarray:
        """(list, cue, position, position) of the cues with these names; UserError for one that the lists lack."""
        if missing := [name for name in names if name not in self.cues]:
            known = f"they have {', '.join(self.cues)}" if self.cues else "take another model, or data that have it"
            raise UserError(f"the lists have no similarity {missing[0]!r}; {known}.")
        if tuple(names) == self.cues:
            return self.similarity
        chosen = self.similarity[:, [self.cues.index(name) for name in names]]
        return np.ascontiguousarray(chosen if names else np.zeros((0, 0, 0, 0)))

    def with_recalls(self, recall: np.ndarray) -> RecallLists:
        """Lists of the same words, of which these were recalled (list, output)."""
        return RecallLists(recall, self.n_items, self.cues, self.similarity)

    def take(self, chosen) -> RecallLists:
        """The lists with these indices, or those marked True."""
        similarity = self.similarity[chosen] if self.cues else self.similarity
        return RecallLists(
            np.ascontiguousarray(self.recall[chosen]), self.n_items[chosen], self.cues, np.ascontiguousarray(similarity)
        )


def recall_lists(recall, n_items, *, similarity: Mapping[str, np.ndarray] | None = None) -> RecallLists:
    """The lists without intrusions and repeats, what follows moved up.

    `recall` (list, output) holds study positions from 0, -2 for an intrusion, -1 for padding; `n_items` is the list
    length or one per list; each similarity is (list, position, position). Raises ValueError for anything else.

    >>> recall_lists([[2, -2, 0, 2, 1]], 3).recall
    array([[ 2,  0,  1, -1, -1]], dtype=int32)
    """
    recall, n_items = checked(recall, n_items)
    if recall.ndim != 2:
        raise ValueError(f"recall must be (list, output); saw shape {recall.shape}: reshape it to one row per list.")
    shape = len(recall), int(n_items.max()), int(n_items.max())
    named = {name: _alike(name, one, shape) for name, one in (similarity or {}).items()}
    stacked = np.ascontiguousarray(np.stack([*named.values()], 1)) if named else np.zeros((0, 0, 0, 0))
    return RecallLists(correct_only(recall).astype(np.int32), n_items.astype(np.int64), tuple(named), stacked)


def _alike(name: str, array, shape: tuple[int, ...], axes: str = "(list, position, position)") -> np.ndarray:
    x = checks.numbers(f"similarity {name}", array).astype(np.float64, copy=False)
    if x.shape != shape:
        raise ValueError(f"similarity {name} must have shape {axes} {shape}; saw {x.shape}.")
    if not np.isfinite(x).all():
        raise ValueError(f"similarity {name} must be finite; saw {x[~np.isfinite(x)][0]}: fill what is not known by 0.")
    return x


def from_dataset(
    dataset: xr.Dataset, *, cues: Sequence[str] = (), similarity: Mapping[str, np.ndarray] | None = None
) -> RecallLists:
    """The lists of a free-recall Dataset; each cue names labels (list, position), and words that share one are alike.

    Further similarities (list, position, position) are passed as they are, such as those that `of_words` makes. Raises
    UserError for a cue that the Dataset lacks, ValueError for recalls that are no study positions.
    """
    known = [str(name) for name, held in dataset.variables.items() if held.dims == ("list", "position")]
    if missing := [name for name in cues if name not in known]:
        raise UserError(f"the data have no labels {missing[0]!r} of studied words{nearest(missing[0], known)}")
    every = {name: share(dataset[name].to_numpy()) for name in cues} | dict(similarity or {})
    return recall_lists(dataset["recall"].to_numpy(), dataset["list_length"].to_numpy(), similarity=every)


def to_simulate(n_items: int, n_lists: int) -> RecallLists:
    """So many lists of `n_items` words, of which nothing has been recalled."""
    checks.whole("n_items", n_items, 1)
    checks.whole("n_lists", n_lists, 1)
    return recall_lists(np.full((n_lists, 1), PADDING), n_items)


def share(label: np.ndarray) -> np.ndarray:
    """1 (list, position, position) where two words have the same of the labels (list, position), else 0.

    >>> share(np.array([["a", "b", "a"]]))[0, 0]
    array([1., 0., 1.])
    """
    return (label[:, :, None] == label[:, None, :]).astype(np.float64)


def of_words(word: np.ndarray, pool: Sequence[str], similarity: np.ndarray) -> np.ndarray:
    """The similarity (list, position, position) of the words (list, position), from that of a pool (word, word).

    Places beyond a list are "", and like nothing. Raises ValueError for a word that is not in the pool and for a
    similarity of another size.

    >>> of_words(np.array([["cat", "dog"]]), ["dog", "cat"], np.array([[1.0, 0.3], [0.4, 1.0]]))
    array([[[1. , 0.4],
            [0.3, 1. ]]])
    """
    place = {str(name): i for i, name in enumerate(pool)} | {"": len(pool)}
    if unknown := sorted({str(one) for one in np.ravel(word)} - place.keys()):
        raise ValueError(f"the pool lacks {len(unknown)} of the studied words, such as {unknown[0]!r}; add it.")
    wide = np.zeros((len(pool) + 1, len(pool) + 1))
    wide[:-1, :-1] = _alike("of the pool", similarity, (len(pool), len(pool)), "(word, word)")
    at = np.array([[place[str(one)] for one in row] for row in word])
    return wide[at[:, :, None], at[:, None, :]]
