"""What the archived free-recall sets share: MATLAB structures, and study positions from the numbers of the words."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from neuromem.data.free_recall import INTRUSION, PADDING, recall_dataset

if TYPE_CHECKING:
    import xarray as xr


def matlab(path: Path) -> SimpleNamespace:
    """The fields of the structure `data` of a MATLAB file."""
    from scipy.io import loadmat

    return SimpleNamespace(**vars(loadmat(path, squeeze_me=True, struct_as_record=False)["data"]))


def lists_of(held: SimpleNamespace, condition: np.ndarray, attrs: dict[str, str]) -> xr.Dataset:
    """The lists of such a structure, with `session` (list), each in its condition (list)."""
    subject = held.subject.astype(np.int64)
    dataset = recall_dataset(
        positions(held.pres_itemnos, held.rec_itemnos, held.recalls != 0),
        subject=subject,
        list_number=numbered(subject),
        list_length=np.full(len(subject), held.pres_itemnos.shape[1]),
        condition=condition,
        attrs=attrs,
    )
    dataset["session"] = "list", held.session.astype(np.int64)
    return dataset


def lists_back(held: SimpleNamespace, recall: np.ndarray) -> np.ndarray:
    """How many lists before an intrusion (list, output) its word was studied, 0: not before, -1: no intrusion."""
    return np.where(recall == INTRUSION, np.maximum(held.intrusions, 0), -1).astype(np.int32)


def positions(studied: np.ndarray, recalled: np.ndarray, made: np.ndarray) -> np.ndarray:
    """The study position (list, output), from 0, of each recall that was made, by the numbers of words.

    `studied` (list, position) and `recalled` (list, output) are numbers of words. A word that was presented more than
    once stands for its first presentation; one that was not studied is `INTRUSION`; what was not `made` is `PADDING`.

    >>> positions(np.array([[7, 4, 7]]), np.array([[4, 7, 9, 0]]), np.array([[True, True, True, False]])).tolist()
    [[1, 0, -2, -1]]
    """
    match = recalled[:, :, None] == studied[:, None, :]
    place = np.where(match.any(-1), match.argmax(-1), INTRUSION)
    return np.where(made, place, PADDING).astype(np.int32)


def first_presentation(studied: np.ndarray) -> np.ndarray:
    """The position (list, position) at which the word at each position was first presented."""
    return (studied[:, :, None] == studied[:, None, :]).argmax(-1)


def seconds(milliseconds: np.ndarray, made: np.ndarray) -> np.ndarray:
    """Times of recalls in seconds, NaN where there is none."""
    return np.where(made, milliseconds / 1000, np.nan)


def names(numbers: np.ndarray) -> np.ndarray:
    """Numbers of words as names."""
    return numbers.astype(str).astype(object)


def numbered(subject: np.ndarray) -> np.ndarray:
    """1, 2, 3, ... within each run of one subject."""
    starts = np.flatnonzero(np.diff(subject, prepend=-1))
    return np.arange(len(subject)) - np.repeat(starts, np.diff(starts, append=len(subject))) + 1
