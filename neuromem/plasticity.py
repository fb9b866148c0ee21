"""Learning rules as pure functions: from a gradient and what the rule remembers to a change of weights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Moments(NamedTuple):
    """What Adam remembers of the gradients so far."""

    mean: np.ndarray  # running mean of the gradient, the shape of the weights
    square: np.ndarray  # running mean of its square
    step: int  # gradients seen


def no_moments(shape: tuple[int, ...]) -> Moments:
    """What Adam remembers before the first step."""
    return Moments(np.zeros(shape), np.zeros(shape), 0)


def adam(
    gradient: np.ndarray,
    moments: Moments,
    *,
    rate: float,
    keep_mean: float = 0.9,
    keep_square: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, Moments]:
    r"""The change of the weights for one gradient: about `rate` long in each entry, whatever the gradient's size.

    .. math:: \Delta w = -\eta\,\frac{m / (1 - a^t)}{\sqrt{u / (1 - b^t)} + \epsilon}, \quad
              m \leftarrow a m + (1 - a) g, \quad u \leftarrow b u + (1 - b) g^2

    ``g`` gradient; ``eta`` rate; ``m`` mean and ``u`` square of the moments, kept with ``a`` and ``b``; ``t`` the step.

    >>> change, _ = adam(np.array([3.0, -0.2]), no_moments((2,)), rate=0.1)
    >>> change.round(6)
    array([-0.1,  0.1])

    Source: Kingma & Ba (2015), "Adam: a method for stochastic optimization", ICLR, Algorithm 1.
    """
    step = moments.step + 1
    mean = keep_mean * moments.mean + (1 - keep_mean) * gradient
    square = keep_square * moments.square + (1 - keep_square) * gradient * gradient
    spread = np.sqrt(square / (1 - keep_square**step)) + eps
    return -rate / (1 - keep_mean**step) * mean / spread, Moments(mean, square, step)
