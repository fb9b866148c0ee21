"""Many vectors of parameters at once: the rule that every part of a recall model follows.

A part is given the values of its parameters as numbers, or as arrays of one shape (vector). What it makes of them has
their axis in front, as (vector, item, unit), or none where values make no difference. So parts are written once, with
`along` where a value meets an array of items, and without a loop over vectors. `for_each` then gives every vector its
own, as the compiled walk takes them.
"""

from __future__ import annotations

import numpy as np


def along(value: float | np.ndarray, n_axes: int) -> np.ndarray:
    """Values (...) with so many axes of length 1 behind, to meet arrays of items.

    >>> along(np.array([1.0, 2.0]), 1) * np.arange(3)
    array([[0., 1., 2.],
           [0., 2., 4.]])
    """
    return np.asarray(value)[(..., *[None] * n_axes)]


def for_each(array: np.ndarray | float, n_vectors: int, n_axes: int) -> np.ndarray:
    """An array of `n_axes` axes with or without vectors in front, as a new one with (vector, ...).

    New, since what can be written and what cannot are two types to compiled code, which would be compiled for each.

    >>> for_each(np.arange(3.0), 2, 1)
    array([[0., 1., 2.],
           [0., 1., 2.]])
    """
    array = np.asarray(array, np.float64)
    return np.array(np.broadcast_to(array, (n_vectors, *array.shape[array.ndim - n_axes :])), order="C")
