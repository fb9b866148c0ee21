"""The mixture models of continuous report, with parameters pooled or for each condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from neuromem import checks
from neuromem.errors import UserError
from neuromem.likelihood import LikelihoodModel, Parameter, probability
from neuromem.measures.circular import log_von_mises, wrapped
from neuromem.precision.trials import ReportTrials

GUESS = probability("guess", 0.2, "probability of a guess")
SWAP = probability("swap", 0.1, "probability that what is no guess is another item's value")
PRECISION = Parameter("precision", 8.0, 0.05, 200.0, "1", "concentration of what is no guess")
PARTS = {p.name: p for p in (GUESS, SWAP, PRECISION)}


@dataclass(frozen=True, kw_only=True)
class ReportMixture(LikelihoodModel):
    r"""Reports are guesses, or the target's value with noise, or (with swaps) another item's.

    .. math:: p(x) = \frac{g}{2 \pi} + (1 - g) \left[(1 - s)\, f_\kappa(x) + \frac{s}{N - 1} \sum_{i=2}^N
              f_\kappa(x - x_i)\right]

    ``x`` error and ``x_i`` the other items' values (rad, from the target's); ``f_kappa`` density of von Mises;
    ``g`` `guess`, ``s`` `swap`, ``kappa`` `precision`; N items. Those named in `by_condition` have a value for each
    condition of the data ("guess_6"), the others one for all; a model takes the conditions from data by `counted_on`,
    or when it meets data first. Trials with one item have no swaps, nor has a condition of such trials a parameter.

    Raises UserError where there are `swaps` and the data do not have the others' values, and ValueError for an unknown
    name in `by_condition`.

    >>> from neuromem.precision.trials import report_trials
    >>> trials = report_trials([0.0, 3.0], [1, 2], non_target=[[np.nan], [3.0]])
    >>> ReportMixture(swaps=True).log_likelihood(trials).round(2)
    array([-0.08, -2.12])

    Source: Zhang & Luck (2008), Nature 453:233; with swaps Bays, Catalao & Husain (2009), Journal of Vision 9(10):7.
    Known limit: with a value for each set size it describes capacity and does not explain it.
    """

    swaps: bool = False
    by_condition: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()  # conditions in which there is one item

    def __post_init__(self):
        for name in self.by_condition:
            checks.choice("by_condition", name, tuple(self._parts()))

    @property
    def parameters(self):
        return tuple(one for name in self._parts() for one in self._own(name))

    def counted_on(self, data):
        if not self.by_condition:
            return self
        many = np.unique(data.condition[data.n_items > 1])
        names = data.conditions()
        return replace(self, conditions=names, alone=tuple(n for n in names if n not in many))

    def log_likelihood(self, data, values=None):
        density, weight = self._components(data, values)
        return np.log((density * weight).sum(-1))

    def simulate(self, data, values=None, *, rng):
        _, weight = self._components(data, values)
        kappa = self._for(data)._by_trial(data, values, "precision") * np.ones(len(data))
        drawn = (rng.random(len(data))[:, None] > np.cumsum(weight, -1)).sum(-1).clip(0, weight.shape[-1] - 1)
        centre = np.concatenate([np.zeros((len(data), 2)), np.nan_to_num(data.non_target)], -1)
        noise = rng.vonmises(0.0, kappa)
        report = centre[np.arange(len(data)), drawn] + noise
        return data.responded(wrapped(np.where(drawn == 0, rng.uniform(-np.pi, np.pi, len(data)), report)))

    def _components(self, data: ReportTrials, values) -> tuple[np.ndarray, np.ndarray]:
        """Density and weight (..., trial, component): guess, target and, with swaps, each other item."""
        model = self._for(data)
        guess, kappa = (model._by_trial(data, values, name)[..., None] for name in ("guess", "precision"))
        guess = guess + np.zeros((len(data), 1))
        target = log_von_mises(data.error[:, None], kappa)
        uniform = np.full_like(target, -np.log(2 * np.pi))
        if not self.swaps:
            return np.exp(np.concatenate([uniform, target], -1)), np.concatenate([guess, 1 - guess], -1)
        there = np.isfinite(data.non_target)
        swap = np.where(data.n_items > 1, model._by_trial(data, values, "swap"), 0.0)[..., None]
        others = log_von_mises(data.error[:, None] - np.where(there, data.non_target, 0.0), kappa)
        each = (1 - guess) * swap * there / np.maximum(data.n_items - 1, 1)[:, None]
        density = np.exp(np.concatenate([uniform, target, others], -1))
        return density, np.concatenate([guess, (1 - guess) * (1 - swap), each], -1)

    def _for(self, data: ReportTrials) -> ReportMixture:
        """The model with the conditions of these data, where it has none yet."""
        if self.swaps and not data.knows_values():
            raise UserError("swaps need the values of the other items, and these data have none: use a model without.")
        model = self if self.conditions else self.counted_on(data)
        unknown = set(np.unique(data.condition)) - set(model.conditions) if self.by_condition else ()
        if unknown:
            raise UserError(
                f"the model has no parameters for condition {str(sorted(unknown)[0])!r}: count it on such data."
            )
        return model

    def _parts(self) -> dict[str, Parameter]:
        return {name: part for name, part in PARTS.items() if self.swaps or name != "swap"}

    def _own(self, name: str) -> tuple[Parameter, ...]:
        if name not in self.by_condition or not self.conditions:
            return (PARTS[name],)
        left_out = self.alone if name == "swap" else ()
        return tuple(PARTS[name]._replace(name=f"{name}_{c}") for c in self.conditions if c not in left_out)

    def _by_trial(self, data: ReportTrials, values: Mapping | None, name: str) -> np.ndarray:
        """The value of a parameter for each trial (..., trial), or (..., 1) where it is the same for all."""
        complete = self.complete(values)
        if name not in self.by_condition:
            return np.asarray(complete[name])[..., None]
        held = [complete.get(f"{name}_{c}", 0.0) for c in self.conditions]
        order = np.argsort(self.conditions)
        at = order[np.searchsorted(np.array(self.conditions), data.condition, sorter=order)]
        return np.stack(np.broadcast_arrays(*held), -1)[..., at]
