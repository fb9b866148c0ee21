"""What a user types about a fit, turned into values: fixed values, bounds, and how many of the subjects."""

from __future__ import annotations

from collections.abc import Iterable

from neuromem import checks
from neuromem.errors import UserError
from neuromem.fit.fit import chosen_effort
from neuromem.fit.search import Effort
from neuromem.likelihood import Observed
from neuromem.settings import split


def fixed(texts: Iterable[str]) -> dict[str, float]:
    """The values of "name=value", each name once.

    >>> fixed(["x2 = 0.3"])
    {'x2': 0.3}
    """
    return _once("fixed", ((name, _number(name, value)) for name, value in map(split, texts)))


def bounds(texts: Iterable[str]) -> dict[str, tuple[float, float]]:
    """The bounds of "name=low:high", each name once.

    >>> bounds(["p1=0:2"])
    {'p1': (0.0, 2.0)}
    """
    pairs = []
    for text in texts:
        name, _, value = map(str.strip, text.partition("="))
        low, colon, high = value.partition(":")
        if not (name and colon):
            raise UserError(f"bounds are typed as {name or 'name'}=low:high; saw {text!r}.")
        pairs.append((name, (_number(name, low), _number(name, high))))
    return _once("bounded", pairs)


def effort(name: str, restarts: int | None, optimiser: str | None) -> Effort:
    """The effort of a name, with another number of restarts or another optimiser where they are given."""
    chosen = chosen_effort(name)
    if restarts is not None:
        checks.whole("restarts", restarts, 1)
    return Effort(
        starts=chosen.starts if restarts is None else restarts,
        population=chosen.population,
        tolerance=chosen.tolerance,
        optimiser=optimiser or chosen.optimiser,
    )


def first_subjects(observed: Observed, n: int | None) -> Observed:
    """The units of the first n subjects, None for all."""
    every = observed.subjects()
    if n is None:
        return observed
    if not 1 <= n <= len(every):
        raise UserError(f"subjects must be from 1 to {len(every)}, so many took part; saw {n}.")
    return observed.take(observed.subject <= every[n - 1])


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise UserError(f"{name} must be a number; saw {text.strip()!r}.") from error


def _once(what: str, pairs: Iterable[tuple]) -> dict:
    told = {}
    for name, value in pairs:
        if name in told:
            raise UserError(f"{name} is {what} twice; say it once.")
        told[name] = value
    return told
