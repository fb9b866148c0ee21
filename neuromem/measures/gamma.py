"""Gamma: how often the surer of two answers is the right one, where the two differ."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuromem.measures.roc import checked


def gamma(right, wrong) -> Any:
    r"""The Goodman-Kruskal correlation of confidence and correctness.

    .. math:: \gamma = \frac{C - D}{C + D}

    over all pairs of a right and a wrong answer: ``C`` those in which the right one was rated surer, ``D`` those in
    which the wrong one was. Pairs with equal ratings are left out. ``right`` and ``wrong`` (..., rating) are counts as
    in `subjective_d`; the result is (...), 0 by chance, 1 where every right answer is surer; DataArrays with the
    dimension `rating` give DataArrays. NaN where there is no such pair. Raises ValueError for what `roc` refuses.

    >>> gamma([0, 1, 3], [2, 2, 0])
    np.float64(1.0)

    Source: Nelson (1984), Psychological Bulletin 95:109; Goodman & Kruskal (1954), J. Am. Stat. Assoc. 49:732.
    Known limit: it depends on criteria and on the number of ratings, because ties are left out; Masson & Rotello
    (2009), JEP: Learning, Memory and Cognition 35:509.
    """
    if hasattr(right, "dims"):
        import xarray as xr

        told = {"units": "1", "long_name": "gamma"}
        return xr.apply_ufunc(gamma, right, wrong, input_core_dims=[["rating"]] * 2).assign_attrs(told)
    right, wrong = checked(right, wrong)
    below = np.cumsum(wrong, -1) - wrong
    concordant = (right * below).sum(-1)
    discordant = (right * (wrong.sum(-1, keepdims=True) - below - wrong)).sum(-1)
    pairs = concordant + discordant
    return np.divide(concordant - discordant, pairs, out=np.full(np.shape(pairs), np.nan), where=pairs > 0)[()]
