"""Dual process: some old items are recollected, and the others judged by how familiar they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuromem.likelihood import probability
from neuromem.recognition.rating_model import RatingModel
from neuromem.recognition.signal_detection import D


@dataclass(frozen=True, kw_only=True)
class DualProcess(RatingModel):
    r"""Recollection is all or none and gives the highest rating; familiarity is signal detection of equal variance.

    .. math:: F_{new}(c) = \Phi(c), \qquad F_{old}(c) = (1 - R)\, \Phi(c - d)

    ``R`` probability that an old item is recollected; ``d`` distance of familiarity in standard deviations. The zROC is
    curved where R > 0.

    >>> DualProcess(n_ratings=2).probabilities({"d": 0.0, "recollection": 0.5, "criterion_1": 0.0})
    array([[0.5 , 0.5 ],
           [0.25, 0.75]])

    Source: Yonelinas (1994), Journal of Experimental Psychology: Learning, Memory and Cognition 20:1341.
    Known limit: a recollected item gets no rating but the highest; new items are never recollected to be new.
    """

    @property
    def of_strength(self):
        return (probability("recollection", 0.2, "probability that an old item is recollected"), D)

    def below(self, at, values):
        from scipy.special import ndtr

        forgotten = np.stack([np.ones_like(at), 1 - values["recollection"] + np.zeros_like(at)], -2)
        return forgotten * ndtr(np.stack([at, at - values["d"]], -2))
