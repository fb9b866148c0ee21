"""What a search minimises: minus the log-likelihood of one person's data, over the free parameters within bounds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neuromem import checks
from neuromem.errors import UserError, nearest
from neuromem.likelihood import LikelihoodModel, Parameter


class Choices(NamedTuple):
    """What a user asks of the parameters, by name."""

    fixed: Mapping[str, float] = {}
    free: Collection[str] = ()  # also those that a fit leaves alone unless told otherwise
    bounds: Mapping[str, tuple[float, float]] = {}


@dataclass(frozen=True)
class Objective:
    """-ln p of all `data` at points (vector, parameter) of the unit cube, 0 the lower and 1 the upper bound."""

    model: LikelihoodModel
    data: Any
    free: tuple[Parameter, ...]
    fixed: Mapping[str, float]

    def __call__(self, points: np.ndarray) -> np.ndarray:
        total = np.broadcast_to(-self.model.log_likelihood(self.data, self.values(points)).sum(-1), len(points))
        if np.isnan(total).any():
            at = {name: float(x[np.isnan(total)][0]) for name, x in self.values(points).items() if np.ndim(x)}
            told = ", ".join(f"{name} {x:.6g}" for name, x in at.items())
            raise ValueError(f"the log-likelihood of {type(self.model).__name__} is not a number at {told}.")
        return total

    def values(self, points: np.ndarray) -> dict[str, Any]:
        """The values by name, of points (vector, parameter) or of one point (parameter)."""
        low, high = (np.array([getattr(one, end) for one in self.free]) for end in ("low", "high"))
        values = np.clip(low + (high - low) * points, low, high)
        return {**self.fixed, **{one.name: values[..., i].copy() for i, one in enumerate(self.free)}}


def objective(model: LikelihoodModel, data: Any, choices: Choices) -> Objective:
    """The objective of a model, of whose parameters those are free that `choices` leave free."""
    fixed = {p.name: choices.fixed[p.name] for p in model.parameters if p.name in choices.fixed}
    free = [p for p in model.parameters if p.name not in fixed and (p.free or p.name in choices.free)]
    return Objective(model, data, tuple(_narrowed(p, choices.bounds) for p in free), fixed)


def check(models: Iterable[tuple[str, LikelihoodModel]], choices: Choices) -> None:
    """Refuse, in one line, names that no model has, values out of bounds, bounds that cross, and contradictions."""
    every: dict[str, set[Parameter]] = {}
    names = {}
    for label, model in models:
        names[label] = True
        for one in model.parameters:
            every.setdefault(one.name, set()).add(one)
    for name in (*choices.fixed, *choices.free, *choices.bounds):
        if name not in every:
            hint = nearest(name, every) if every else "; it has none."
            raise UserError(f"{', '.join(names)} has no parameter {name!r}{hint}")
    if both := [name for name in choices.fixed if name in choices.free]:
        raise UserError(f"{both[0]} is both fixed and free; choose one.")
    if both := [name for name in choices.fixed if name in choices.bounds]:
        raise UserError(f"{both[0]} is fixed, so that its bounds say nothing; choose one.")
    for name, value in choices.fixed.items():
        for one in every[name]:
            checks.number(name, value, one.low, one.high)
    for name, (low, high) in choices.bounds.items():
        for one in every[name]:
            checks.number(f"the lower bound of {name}", low, one.low, one.high)
            checks.number(f"the upper bound of {name}", high, one.low, one.high)
        if not low < high:
            raise UserError(f"the bounds of {name} cross or meet: {low:g} is not below {high:g}; to hold it, fix it.")


def _narrowed(parameter: Parameter, bounds: Mapping[str, tuple[float, float]]) -> Parameter:
    low, high = bounds.get(parameter.name, (parameter.low, parameter.high))
    return parameter._replace(low=float(low), high=float(high))
