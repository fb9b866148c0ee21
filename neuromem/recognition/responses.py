"""Responses to old and new items, one by one, each a rating of how sure the person is that the item is old."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuromem import checks
from neuromem.likelihood import Observed


@dataclass(frozen=True, eq=False)
class Responses:
    """Whether each item was `old` (response), and its `rating` (response), 1 for sure that it is new to `n_ratings`."""

    old: np.ndarray
    rating: np.ndarray
    n_ratings: int

    def __post_init__(self):
        checks.whole("n_ratings", self.n_ratings, 2)
        old, rating = np.asarray(self.old), np.asarray(self.rating)
        if old.dtype != bool or old.ndim != 1 or rating.shape != old.shape or rating.dtype.kind not in "iu":
            seen = f"{old.dtype} {old.shape} and {rating.dtype} {rating.shape}"
            raise ValueError(f"old must be bool and rating whole numbers, both (response); saw {seen}.")
        outside = (rating < 1) | (rating > self.n_ratings)
        if outside.any():
            raise ValueError(f"rating must lie from 1 to {self.n_ratings}; saw {rating[outside][0]}.")

    def __len__(self) -> int:
        return len(self.old)

    def take(self, chosen) -> Responses:
        """The responses with these indices, or those marked True."""
        return Responses(self.old[chosen], self.rating[chosen], self.n_ratings)

    def counts(self) -> np.ndarray:
        """How often each rating was given to new items and to old ones, (kind, rating)."""
        cell = self.old * self.n_ratings + self.rating - 1
        return np.bincount(cell, minlength=2 * self.n_ratings).reshape(2, self.n_ratings)


def from_counts(old, new) -> Observed:
    """The responses of several people, from counts `old` and `new` (subject, rating); subjects are numbered from 0.

    Single responses of a person are exchangeable: counts do not tell their order. They are laid out by kind and
    rating, so that folds to which they are dealt in turn (`neuromem.fit.folds`) hold equal shares of each. Raises
    ValueError for counts that are negative or no whole numbers.

    >>> from_counts([[0, 2]], [[1, 1]]).data.counts()
    array([[1, 1],
           [0, 2]])
    """
    old, new = np.asarray(old), np.asarray(new)
    if old.ndim != 2 or old.shape != new.shape or old.dtype.kind not in "iu" or new.dtype.kind not in "iu":
        seen = f"{old.dtype} {old.shape} and {new.dtype} {new.shape}"
        raise ValueError(f"old and new must be whole numbers (subject, rating); saw {seen}.")
    if min(old.min(initial=0), new.min(initial=0)) < 0:
        raise ValueError(f"counts must be at least 0; saw {min(old.min(), new.min())}.")
    n_ratings = old.shape[1]
    count = np.concatenate([new, old], axis=1)
    cell = np.repeat(np.tile(np.arange(2 * n_ratings), len(count)), count.ravel())
    subject = np.repeat(np.arange(len(count)), count.sum(1))
    data = Responses(cell >= n_ratings, cell % n_ratings + 1, n_ratings)
    return Observed(data, subject, np.zeros(len(subject), int), "response")
