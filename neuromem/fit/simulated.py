"""Simulated people: values of parameters drawn, then data of a real design; for any model of any family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neuromem import checks
from neuromem.core import cell_rng
from neuromem.errors import UserError
from neuromem.fit.population import bounded, unbounded
from neuromem.likelihood import LikelihoodModel, Observed, Parameter

if TYPE_CHECKING:
    import xarray as xr

EDGE = 1e-3  # of the way from bound to bound, at which a default on a bound is taken


@dataclass(frozen=True, eq=False)
class Joined:
    """Data of several people behind one another; what is taken of one of them alone is of their own kind."""

    parts: tuple[Any, ...]

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def take(self, chosen: np.ndarray) -> Any:
        """The units with these indices, or those marked True, within each person in the order given."""
        at = np.flatnonzero(chosen) if np.asarray(chosen).dtype == bool else np.asarray(chosen)
        ends = np.cumsum([len(part) for part in self.parts])
        owner = np.searchsorted(ends, at, side="right")
        if (np.diff(owner) < 0).any():
            raise ValueError("units of several people must be taken person by person.")
        first = ends - [len(part) for part in self.parts]
        taken = [self.parts[p].take(at[owner == p] - first[p]) for p in np.unique(owner)]
        return taken[0] if len(taken) == 1 else Joined(tuple(taken))


def simulated(
    model: LikelihoodModel, values: xr.DataArray, observed: Observed, *, seed: int, stream: Sequence[str | int]
) -> Observed:
    """People with these values (subject, parameter), each with the design of one who was observed, in turn.

    Each has a stream of chance of their own, so that more of them change nothing of the others.
    """
    designs = [observed.take(observed.subject == subject) for subject in observed.subjects()]
    parts = []
    for number, row in enumerate(values.values):
        own = dict(zip(values.parameter.values.tolist(), row.tolist(), strict=True))
        rng = cell_rng(seed, *stream, "data", number)
        parts.append(model.simulate(designs[number % len(designs)].data, own, rng=rng))
    session = [designs[number % len(designs)].session for number in range(len(parts))]
    subject = np.repeat(values.subject.values, [len(part) for part in parts])
    return Observed(Joined(tuple(parts)), subject, np.concatenate(session), observed.unit)


def together(groups: Sequence[Observed]) -> Observed:
    """Several groups of simulated people as one, their numbers counted on."""
    parts, subject, n = [], [], 0
    for group in groups:
        parts += group.data.parts
        subject.append(group.subject + n)
        n += len(group.data.parts)
    session = np.concatenate([group.session for group in groups])
    return Observed(Joined(tuple(parts)), np.concatenate(subject), session, groups[0].unit)


def around_defaults(
    model: LikelihoodModel, n_subjects: int, *, spread: float = 1.0, seed: int, stream: Sequence[str | int]
) -> xr.DataArray:
    """Values (subject, parameter) of the free parameters, even within `spread` logits of the defaults.

    A logit is the log odds of the way from one bound to the other: 1 takes .5 to between .27 and .73, .1 to between .04
    and .23.
    """
    checks.whole("n_subjects", n_subjects, 2)
    checks.number("spread", spread, 0, open_low=True)
    free = free_parameters(model)
    rng = [cell_rng(seed, *stream, "values", number) for number in range(n_subjects)]
    z = centre(free) + spread * np.stack([one.uniform(-1, 1, len(free)) for one in rng])
    return _named(bounded(z, free), free)


def like_people(
    model: LikelihoodModel, fits: xr.Dataset, name: str, n_subjects: int, *, seed: int, stream: Sequence[str | int]
) -> xr.DataArray:
    """Values (subject, parameter) of people who were fitted, whole people in random order, all before one comes again.

    `fits` holds `value` (subject, model, parameter), `name` says which model. Raises UserError where that model or one
    of its free parameters was not fitted.
    """
    checks.whole("n_subjects", n_subjects, 2)
    free = free_parameters(model)
    if name not in fits.model.values:
        raise UserError(f"the fits hold no model {name!r}; they hold {', '.join(map(str, fits.model.values))}.")
    value = fits.value.sel(model=name)
    lacking = [
        p.name for p in free if p.name not in value.parameter.values or value.sel(parameter=p.name).isnull().any()
    ]
    if lacking:
        raise UserError(f"the fits of {name} hold no value of {lacking[0]} for everybody; fit it first.")
    rows = value.sel(parameter=[p.name for p in free]).transpose("subject", "parameter").values
    n_rounds = -(-n_subjects // len(rows))
    order = [cell_rng(seed, *stream, "people", k).permutation(len(rows)) for k in range(n_rounds)]
    return _named(rows[np.concatenate(order)[:n_subjects]], free)


def free_parameters(model: LikelihoodModel, fixed: Sequence[str] = ()) -> list[Parameter]:
    """The parameters that a fit moves: the free ones, but for those that are given a value."""
    free = [one for one in model.parameters if one.free and one.name not in fixed]
    if not free:
        raise ValueError("no parameter is free; fix fewer.")
    return free


def centre(parameters: Sequence[Parameter]) -> np.ndarray:
    """The defaults (parameter) in logits, those on a bound a little within."""
    inner = [EDGE * (p.high - p.low) for p in parameters]
    way = [np.clip(p.default, p.low + e, p.high - e) for p, e in zip(parameters, inner, strict=True)]
    return unbounded(np.array(way), parameters)


def _named(values: np.ndarray, parameters: Sequence[Parameter]) -> xr.DataArray:
    import xarray as xr

    coords = {"subject": np.arange(len(values)), "parameter": [p.name for p in parameters]}
    return xr.DataArray(values, coords, ("subject", "parameter"), "value")
