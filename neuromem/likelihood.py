"""Models of behaviour that can be fitted: a table of parameters, a likelihood for each unit of data, simulated data."""

from __future__ import annotations

import abc
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neuromem import checks
from neuromem.core import Rng
from neuromem.errors import UserError, nearest


class Parameter(NamedTuple):
    """What can be fitted: a name, a default, the bounds of a search (the bounds themselves allowed), unit, meaning."""

    name: str
    default: float
    low: float
    high: float
    unit: str
    about: str
    free: bool = True  # whether a fit moves it unless told otherwise


class ImpossibleEvent(UserWarning):
    """An observed event has probability 0 under the model."""


class LikelihoodModel(abc.ABC):
    """What every model that is fitted to behaviour has; values of parameters are passed, the model itself holds none.

    Data have a length, the number of their units (lists, trials), and `take(indices)`. The values of parameters are
    numbers, or arrays of one shape (vector): that many vectors of parameters at once.
    """

    @property
    @abc.abstractmethod
    def parameters(self) -> tuple[Parameter, ...]:
        """All parameters, in the order in which a vector of their values is given."""

    @abc.abstractmethod
    def log_likelihood(self, data: Any, values: Mapping[str, float | np.ndarray] | None = None) -> np.ndarray:
        """ln p (unit) of each unit of data, or (vector, unit); parameters left out are at their default."""

    @abc.abstractmethod
    def simulate(self, data: Any, values: Mapping[str, float] | None = None, *, rng: Rng) -> Any:
        """Data of the same design as `data`, with responses drawn from the model."""

    def counted_on(self, data: Any) -> LikelihoodModel:
        """The model for these data: one made of counts is counted on them, others are as they were."""
        return self

    @property
    def counted(self) -> bool:
        """Whether the model is made of counts of responses: then only data that were held back can judge it."""
        return False

    def complete(self, values: Mapping[str, float | np.ndarray] | None = None) -> dict[str, Any]:
        """The values of all parameters; ValueError for one that is unknown, not finite or out of bounds."""
        table = {parameter.name: parameter for parameter in self.parameters}
        for name in values or {}:
            if name not in table:
                raise UserError(f"there is no parameter {name!r}{nearest(name, table)}")
        given = {name: _within(table[name], value) for name, value in (values or {}).items()}
        n = np.broadcast_shapes(*(value.shape for value in given.values()))
        if len(n) > 1:
            raise ValueError(f"values must be numbers or of one shape (vector); saw {n}.")
        complete = {name: np.float64(one.default) for name, one in table.items()} | given
        return {name: np.broadcast_to(value, n) if n else float(value) for name, value in complete.items()}


@dataclass(frozen=True, eq=False)
class Observed:
    """What people did: units of `data` (lists, trials), and whose they are."""

    data: Any  # has a length and take(indices)
    subject: np.ndarray  # (unit) whose it is
    session: np.ndarray  # (unit) of which session; zeros where there was one
    unit: str  # what one is called: the dimension of its log-likelihood

    def __post_init__(self):
        if not len(self.data) == len(self.subject) == len(self.session):
            seen = f"{len(self.data)}, {len(self.subject)} and {len(self.session)}"
            raise ValueError(f"data, subject and session must have one entry for each {self.unit}; saw {seen}.")

    def __len__(self) -> int:
        return len(self.data)

    def take(self, chosen: np.ndarray) -> Observed:
        """The units with these indices, or those marked True."""
        return Observed(self.data.take(chosen), self.subject[chosen], self.session[chosen], self.unit)

    def subjects(self) -> np.ndarray:
        """Who took part, each once, in order."""
        return np.unique(self.subject)


def _within(parameter: Parameter, value: Any) -> np.ndarray:
    """The values of a parameter, or a ValueError for one out of bounds."""
    name, low, high = parameter.name, parameter.low, parameter.high
    if not isinstance(value, np.ndarray):
        checks.number(name, value, low, high)
    x = checks.numbers(name, value).astype(np.float64)
    outside = ~((x >= low) & (x <= high))
    if outside.any():
        raise ValueError(f"{name} must be numbers in [{low:g}, {high:g}]; saw {x[outside].flat[0]:g}.")
    return x


def probability(name: str, default: float, about: str) -> Parameter:
    """A parameter within [0, 1] without unit."""
    return Parameter(name, default, 0.0, 1.0, "1", about)


def distinct(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """The same parameters, or a ValueError where two parts of a model name theirs alike."""
    names = [parameter.name for parameter in parameters]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two parts of the model have a parameter {sorted(twice)[0]}; choose parts that differ.")
    if bad := [p.name for p in parameters if not (-math.inf < p.low <= p.default <= p.high < math.inf)]:
        raise ValueError(f"parameter {bad[0]} must have finite bounds around its default; put low below high.")
    return parameters
