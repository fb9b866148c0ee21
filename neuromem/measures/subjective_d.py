"""Subjective d': how well confidence tells what one remembers from what one does not."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuromem.measures.roc import checked


def subjective_d(right, wrong) -> Any:
    r"""The distance of right and wrong answers in confidence, at each criterion between ratings, the strictest first.

    .. math:: d'_j = z(H_j) - z(F_j), \qquad H_j = \frac{\sum_{r > n - j} a_r + 1/2}{\sum_r a_r + 1}, \qquad
              F_j = \frac{\sum_{r > n - j} b_r + 1/2}{\sum_r b_r + 1}, \qquad j = 1 \dots n - 1

    ``a`` and ``b`` are ``right`` and ``wrong`` (..., rating): how often each of n ratings of confidence, or judgments
    of learning, was given to answers that were right, or words that were recalled later, and to those that were not;
    the least sure first. ``z`` is the inverse of the normal distribution. The halves keep z finite. Signal and noise
    are one's own answers, not old and new items, so that it says nothing of how much is remembered (detection of the
    second kind). Arrays give arrays (..., criterion), DataArrays with the dimension `rating` give DataArrays with
    `criterion`; NaN where no answer was right or none wrong. Raises ValueError for what `roc` refuses.

    >>> subjective_d([1, 2, 6], [6, 2, 1]).round(2)
    array([1.42, 1.42])

    Source: Kunimoto, Miller & Pashler (2001), Consciousness and Cognition 10:294, for subjective discriminability;
    Hautus (1995), Behav. Res. Methods 27:46, for the halves. For ratings on many levels Masson & Rotello (2009), JEP:
    Learning, Memory and Cognition 35:509, take d_a, which is `zroc(right, wrong).d_a`. A measure that leaves criteria
    out altogether is `neuromem.measures.gamma`.
    Known limit: d' of right and wrong answers depends on where the criterion lies, since the two are not normal with
    equal variance even where old and new items are; compare people at like accuracy and bias.
    """
    if hasattr(right, "dims"):
        import xarray as xr

        given = {"input_core_dims": [["rating"]] * 2, "output_core_dims": [["criterion"]]}
        return xr.apply_ufunc(subjective_d, right, wrong, **given).assign_attrs(units="1", long_name="subjective d'")
    from scipy.special import ndtri

    right, wrong = checked(right, wrong)
    value = ndtri(_corrected(right)) - ndtri(_corrected(wrong))
    both = (right.sum(-1, keepdims=True) > 0) & (wrong.sum(-1, keepdims=True) > 0)
    return np.where(both, value, np.nan)


def _corrected(count: np.ndarray) -> np.ndarray:
    """The rate at or above each criterion, drawn to a half by one imagined answer."""
    return (np.cumsum(count[..., :0:-1], -1) + 0.5) / (count.sum(-1, keepdims=True) + 1)
