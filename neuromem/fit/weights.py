"""How much each of several models has for it, within a subject."""

from __future__ import annotations

import numpy as np

from neuromem import checks


def weights(criterion) -> np.ndarray:
    r"""Akaike weights, or with BIC the approximate probabilities of models that were equally likely beforehand.

    .. math:: w_m = \frac{e^{-\Delta_m / 2}}{\sum_l e^{-\Delta_l / 2}}, \qquad \Delta_m = C_m - \min_l C_l

    ``C`` (..., model): AICc, BIC, or -2 times a held-out log-likelihood. Raises ValueError for what is not finite.

    >>> weights([10.0, 12.0, 20.0]).round(3)
    array([0.727, 0.268, 0.005])

    Source: Burnham & Anderson (2002), Model selection and multimodel inference, ch. 2; Wagenmakers & Farrell (2004),
    Psychon. Bull. Rev. 11:192.
    Known limit: a weight compares the models at hand; the best of poor models has a weight near one.
    """
    criterion = checks.numbers("criterion", criterion).astype(float)
    if criterion.ndim == 0 or not np.isfinite(criterion).all():
        raise ValueError(f"criterion must be finite, (..., model); saw shape {criterion.shape} with what is not.")
    support = np.exp(-(criterion - criterion.min(-1, keepdims=True)) / 2)
    return support / support.sum(-1, keepdims=True)
