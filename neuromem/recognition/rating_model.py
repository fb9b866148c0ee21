"""Models of ratings: strengths of old and new items, and the criteria that cut them."""

from __future__ import annotations

import abc
import dataclasses
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neuromem import checks
from neuromem.errors import UserError
from neuromem.likelihood import ImpossibleEvent, LikelihoodModel, Parameter, distinct
from neuromem.measures.zroc import ZRoc, zroc
from neuromem.recognition.responses import Responses

P_FLOOR = 1e-10  # of the probability of a rating
FURTHEST = 8.0  # the lowest criterion lies within so many units of the origin, and each next one within so many of it


@dataclass(frozen=True, kw_only=True)
class RatingModel(LikelihoodModel):
    r"""An item's strength is compared with n - 1 criteria, and its rating is one more than the number it reaches.

    .. math:: p(r \mid kind) = F_{kind}(c_r) - F_{kind}(c_{r-1}), \qquad c_0 = -\infty, \quad c_n = \infty, \qquad
              c_j = c_1 + \sum_{i=2}^{j} \delta_i

    ``F`` the distribution of strength, of old or of new items, which a subclass gives (`below`); ``c`` the criteria,
    as the first one (`criterion_1`) and the steps from each to the next (`step_2`, ...), at least 0, so that they
    cannot cross. A probability below 1e-10 counts as that, and warns (`ImpossibleEvent`).
    """

    n_ratings: int = 6
    lowest: ClassVar[float] = -0.5  # criterion_1 unless it is given
    unit: ClassVar[str] = "sd of new"  # of strength

    def __post_init__(self):
        checks.whole("n_ratings", self.n_ratings, 2)

    @property
    @abc.abstractmethod
    def of_strength(self) -> tuple[Parameter, ...]:
        """The parameters of the two distributions."""

    @abc.abstractmethod
    def below(self, at: np.ndarray, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """F (..., kind, criterion) at criteria `at` (..., criterion), new items first; values are (..., 1)."""

    @property
    def parameters(self):
        first = Parameter("criterion_1", self.lowest, -FURTHEST, FURTHEST, self.unit, "below it items are surely new")
        steps = (
            Parameter(f"step_{j}", 0.4, 0.0, FURTHEST, self.unit, f"from criterion {j - 1} to criterion {j}")
            for j in range(2, self.n_ratings)
        )
        return distinct((*self.of_strength, first, *steps))

    def counted_on(self, data):
        """The model with the scale of these data."""
        return dataclasses.replace(self, n_ratings=data.n_ratings)

    def probabilities(self, values=None) -> np.ndarray:
        """p (..., kind, rating) of new items and of old ones."""
        complete = {name: np.asarray(value)[..., None] for name, value in self.complete(values).items()}
        steps = [complete[f"step_{j}"] for j in range(2, self.n_ratings)]
        at = np.cumsum(np.concatenate([complete["criterion_1"], *steps], -1), -1)
        cut = np.clip(np.maximum.accumulate(self.below(at, complete), -1), 0, 1)  # rounding makes no p negative
        edges = np.zeros((*cut.shape[:-1], 1))
        return np.diff(np.concatenate([edges, cut, edges + 1], -1), axis=-1)

    def log_likelihood(self, data: Responses, values=None):
        self._check_scale(data)
        p = self.probabilities(values)[..., data.old.astype(int), data.rating - 1]
        if (p < P_FLOOR).any():
            warnings.warn(self._impossible(data, p), ImpossibleEvent, stacklevel=2)
        return np.log(np.maximum(p, P_FLOOR))

    def simulate(self, data: Responses, values=None, *, rng):
        self._check_scale(data)
        cut = np.cumsum(self.probabilities(values), -1)[data.old.astype(int), :-1]
        rating = 1 + (rng.random((len(data), 1)) >= cut).sum(-1)
        return Responses(data.old, rating, self.n_ratings)

    def line(self, values=None) -> ZRoc:
        """The zROC that the model implies at its criteria: slope, the ratio of the spreads, and d_a."""
        p = self.probabilities(values)
        return zroc(p[..., 1, :], p[..., 0, :])

    def _check_scale(self, data: Responses) -> None:
        if data.n_ratings != self.n_ratings:
            raise UserError(f"the model has {self.n_ratings} ratings and the data {data.n_ratings}: make them equal.")

    def _impossible(self, data: Responses, p: np.ndarray) -> str:
        at = np.argwhere(p < P_FLOOR)[0, -1]
        kind = "an old" if data.old[at] else "a new"
        told = f"rating {data.rating[at]} of {kind} item (response {at}) has probability 0 under {type(self).__name__}"
        return f"{told}: counted as {P_FLOOR:g}."
