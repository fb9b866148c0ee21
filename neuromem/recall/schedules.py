"""Lists in which words come more than once, or under different tasks: what is presented when, and under what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neuromem import checks
from neuromem.errors import UserError, nearest
from neuromem.recall.lists import RecallLists, recall_lists

if TYPE_CHECKING:
    import xarray as xr


class Layouts(NamedTuple):
    """The schedules that there are; lists of one schedule are studied alike."""

    value: np.ndarray  # (layout) number of words
    row: np.ndarray  # (list) which layout each list has
    first: np.ndarray  # (layout) the first list that has it


@dataclass(frozen=True, eq=False)
class ScheduledLists(RecallLists):
    """Recalls of words that are numbered by their first presentation, and the schedule of each list.

    `presented` (list, presentation) says which word comes when, -1 after the last; `label` (list, layer, presentation)
    what it comes under in each of `layers`, such as its task, -1 where there is nothing. Made by `scheduled_lists` and
    `scheduled_dataset`, which check what they are given. A model that knows no schedules takes each word as studied
    once, in the order of first presentations.
    """

    presented: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    layers: tuple[str, ...] = ()
    label: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0), np.int64))

    @cached_property
    def layouts(self) -> Layouts:
        table = np.concatenate([self.presented, self.label.reshape(len(self), -1)], 1)
        _, first, row = np.unique(table, axis=0, return_index=True, return_inverse=True)
        return Layouts(self.n_items[first], row.reshape(-1), first)

    def labels(self, names: Sequence[str]) -> np.ndarray:
        """(list, layer, presentation) of these layers; UserError for one that the lists lack."""
        if missing := [name for name in names if name not in self.layers]:
            known = f"; they have {', '.join(self.layers)}." if self.layers else "; they have none."
            raise UserError(f"the lists have no layer {missing[0]!r} of context{known}")
        return self.label[:, [self.layers.index(name) for name in names]]

    def with_recalls(self, recall: np.ndarray) -> ScheduledLists:
        return replace(self, recall=recall)

    def take(self, chosen) -> ScheduledLists:
        plain = super().take(chosen)
        schedule = self.presented[chosen], self.layers, self.label[chosen]
        return ScheduledLists(plain.recall, plain.n_items, plain.cues, plain.similarity, *schedule)


def scheduled_lists(
    recall,
    presented,
    *,
    layers: Mapping[str, np.ndarray] | None = None,
    similarity: Mapping[str, np.ndarray] | None = None,
) -> ScheduledLists:
    """The lists without intrusions and repeated recalls; words are renumbered by their first presentation.

    `recall` (list, output) holds words by the numbers that `presented` (list, presentation) has, -2 for an intrusion,
    -1 for padding; -1 ends a schedule, too. Each of `layers` (list, presentation) has whole numbers, -1 for nothing;
    only what is alike in a list counts, not which number it has. A similarity is (list, word, word), in the order of
    first presentations.
    Raises ValueError for anything else, and for a word that is recalled and was not presented.

    >>> lists = scheduled_lists([[7, 4]], [[4, 7, 4, 9]])
    >>> lists.recall, lists.presented
    (array([[1, 0]], dtype=int32), array([[0, 1, 0, 2]]))
    """
    recall, presented = np.asarray(recall), np.asarray(presented)
    if presented.ndim != 2 or presented.dtype.kind not in "iu" or len(presented) != len(recall) or not presented.size:
        seen = f"{presented.dtype} of shape {presented.shape}"
        raise ValueError(f"presented must be whole numbers (list, presentation), a row for each list; saw {seen}.")
    known = recall[..., None] == presented[:, None, :]
    if unknown := recall[(recall >= 0) & ~known.any(-1)].tolist():
        raise ValueError(f"word {unknown[0]} is recalled and was not presented: code an intrusion as -2.")
    word = renumbered(presented)
    said = np.where(recall >= 0, np.take_along_axis(word, known.argmax(-1), 1), recall)
    plain = recall_lists(said, word.max(1) + 1, similarity=similarity)
    named = {name: _label(name, one, presented.shape) for name, one in (layers or {}).items()}
    label = np.stack([*named.values()], 1) if named else np.zeros((len(word), 0, word.shape[1]), np.int64)
    return ScheduledLists(plain.recall, plain.n_items, plain.cues, plain.similarity, word, tuple(named), label)


def _label(name: str, array, shape: tuple[int, ...]) -> np.ndarray:
    x = checks.numbers(f"layer {name}", array)
    if x.shape != shape or x.dtype.kind not in "iu":
        seen = f"{x.dtype} of shape {x.shape}"
        raise ValueError(f"layer {name} must be whole numbers (list, presentation) {shape}; saw {seen}.")
    return renumbered(x)


def renumbered(rows: np.ndarray) -> np.ndarray:
    """What is in each row, numbered from 0 in the order in which it comes first; below 0 stays -1.

    >>> renumbered(np.array([[7, 3, 7, -1]]))
    array([[ 0,  1,  0, -1]])
    """
    first = (rows[:, :, None] == rows[:, None, :]).argmax(-1)
    new = (first == np.arange(rows.shape[1])) & (rows >= 0)
    number = np.take_along_axis(new.cumsum(1) - 1, first, 1)
    return np.where(rows >= 0, number, -1)


def scheduled_dataset(dataset: xr.Dataset, *, layers: Sequence[str] = ()) -> ScheduledLists:
    """The lists of a free-recall Dataset; its `first_presentation`, if it has one, tells which words come again.

    Each of `layers` names labels (list, position), such as the task of each word. Raises UserError for a layer that
    the Dataset lacks.
    """
    known = [str(name) for name, held in dataset.variables.items() if held.dims == ("list", "position")]
    if missing := [name for name in layers if name not in known]:
        raise UserError(f"the data have no labels {missing[0]!r} of studied words{nearest(missing[0], known)}")
    position, n = dataset["position"].to_numpy(), dataset["list_length"].to_numpy()[:, None]
    first = dataset["first_presentation"].to_numpy() if "first_presentation" in dataset else position
    presented = np.where(position < n, np.broadcast_to(first, (len(n), len(position))), -1)
    labels = {name: np.where(position < n, _coded(dataset[name].to_numpy()), -1) for name in layers}
    return scheduled_lists(dataset["recall"].to_numpy(), presented, layers=labels)


def _coded(names: np.ndarray) -> np.ndarray:
    return np.unique(names.astype(str), return_inverse=True)[1].reshape(names.shape)
