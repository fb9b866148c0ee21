r"""A rehearsal buffer: who is held in it, with whom and for how long, as words come in one by one.

The buffer holds up to r words. A word that comes in when it is full displaces one of them: any, each as likely, or the
one held longest. While a word is presented, the time of its presentation (1) is shared among all that are held:

.. math:: t_i = \sum_{t \ge i} \frac{[i\ held\ at\ t]}{n_t}, \qquad
          t_{ij} = \sum_{t \ge i, j} \frac{[i\ and\ j\ held\ at\ t]}{n_t}, \qquad n_t = \min(r, t + 1)

Source: Atkinson & Shiffrin (1968), Psychology of Learning and Motivation 2:89; Raaijmakers & Shiffrin (1981), Psychol.
Rev. 88:93.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np


class Rehearsed(NamedTuple):
    """What came of a list in the buffer, or of each of several; expectations where it is chance who is displaced."""

    time: np.ndarray  # (..., item) t_i
    together: np.ndarray  # (..., item, item) t_ij, 0 on the diagonal
    apart: np.ndarray  # (..., item, item) the probability that two were never held together, 0 on the diagonal


@lru_cache(maxsize=64)
def expected(n_items: int, size: int, oldest: bool) -> Rehearsed:
    """The expectation over who is displaced; where that is the oldest word, no chance is left.

    >>> expected(3, 2, oldest=False).time.round(3)
    array([1.75, 0.75, 0.5 ])
    """
    item = np.arange(n_items)
    held = _held(1, item[:, None], item, size, oldest)  # (item, time)
    since = np.maximum.outer(item, item)
    met = held[np.minimum.outer(item, item), since]  # the first is still held as the second comes in
    both = met[..., None] * _held(2, since[..., None], item, size, oldest)
    if oldest:
        both = np.minimum(held[:, None], held)
    share, different = 1 / np.minimum(size, item + 1), 1 - np.eye(n_items)
    return Rehearsed(held @ share, different * (both @ share), different * (1 - met))


def _held(n: int, since: np.ndarray, time: np.ndarray, size: int, oldest: bool) -> np.ndarray:
    """The probability that n words, all held at `since`, are held at `time`; 0 before."""
    if oldest:
        return ((time >= since) & (time < since + size)).astype(float)
    displaced = np.maximum(time - np.maximum(since, size - 1), 0)
    return np.where(time >= since, np.maximum(1 - n / size, 0.0) ** displaced, 0.0)


def drawn(n_items: int, size: int, oldest: bool, uniform: np.ndarray) -> tuple[Rehearsed, np.ndarray]:
    """What came of each of several lists, and whether each word (list, item) is held at the end.

    `uniform` (list, item) decides who is displaced as each word comes in.
    """
    item, n_lists = np.arange(n_items), len(uniform)
    held = np.zeros((n_lists, n_items, n_items))  # (list, item, time)
    slot = np.broadcast_to(item % size, (n_lists, n_items)) if oldest else _slots(size, uniform[:, :n_items])
    holder = np.full((n_lists, min(size, n_items)), -1)
    for t in range(n_items):
        holder[np.arange(n_lists), slot[:, t]] = t
        held[:, :, t] = (holder[:, :, None] == item).any(1)
    together = (held / np.minimum(size, item + 1)) @ held.mT
    different = 1 - np.eye(n_items)
    time = np.diagonal(together, axis1=1, axis2=2).copy()
    return Rehearsed(time, different * together, different * (together == 0)), held[:, :, -1] > 0


def _slots(size: int, uniform: np.ndarray) -> np.ndarray:
    """The place (list, item) in the buffer that each word takes: a free one while there are, then any."""
    item = np.arange(uniform.shape[-1])
    return np.where(item < size, item, (uniform * size).astype(np.int64))
