"""What a user's file breaks of the contract: functions that cannot be called, missing defaults, wrong returns."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any

from neuromem import patterns
from neuromem.core import Memory, Recall, cell_rng
from neuromem.errors import UserError, short

WIDTH = 16


def call(function: Callable, wanted: str, *positional: Any, **named: Any) -> None:
    """Refuse a function that cannot be called with such arguments; `wanted` tells how it should be defined."""
    try:
        inspect.signature(function).bind(*positional, **named)
    except TypeError as error:
        raise UserError(f"{place(function)}: define it as {wanted}: {error}.") from error


def place(function: Callable) -> str:
    """The file and line where a function is defined."""
    function = inspect.unwrap(function)
    return f"{short(inspect.getsourcefile(function))}, line {function.__code__.co_firstlineno}"


def defaults(maker: Callable[..., Memory]) -> None:
    """Refuse a memory class with a field that has no default."""
    fields = dataclasses.fields(maker) if inspect.isclass(maker) else ()
    bare = [f.name for f in fields if f.default is f.default_factory is dataclasses.MISSING]
    if bare:
        file = short(inspect.getsourcefile(maker))
        raise UserError(f"{maker.__name__} has no default for {', '.join(bare)} ({file}); give each field one.")


def check(memory: Memory) -> None:
    """Write one pair and read it: UserError where a method cannot be called, or returns another type than it must.

    To be tried where a run has failed, for the error then shows in the line of whoever uses the memory.

    >>> from neuromem.models.hopfield import Hopfield
    >>> check(Hopfield())

    Known limit: a memory that cannot store one random pair of 16 features is not judged.
    """
    call(memory.init, "init(self, capacity, d_key, d_value, *, rng)", 1, 1, 1, rng=None)
    call(memory.write, "write(self, state, key, value, *, rng)", None, None, None, rng=None)
    call(memory.read, "read(self, state, query, *, rng)", None, None, rng=None)
    rng = cell_rng(0, "contract")
    try:
        key, value = patterns.draw(memory.domain, 1, WIDTH, WIDTH, rng=rng)
        state = memory.init(1, WIDTH, WIDTH, rng=rng)
        written = memory.write(state, key, value, rng=rng)
        recall = memory.read(written, key, rng=rng) if type(written) is type(state) else None
    except Exception:  # of the memory's own code, which may raise anything: the run has failed, and tells it better
        return
    _refuse_unless(type(written) is type(state), memory, "write", f"its state, a {type(state).__name__}", written)
    _refuse_unless(isinstance(recall, Recall), memory, "read", "a Recall(value, strength, aux)", recall)


def _refuse_unless(right: bool, memory: Memory, method: str, wanted: str, seen: Any) -> None:
    if not right:
        where, name = place(getattr(type(memory), method)), type(memory).__name__
        raise UserError(f"{where}: {name}.{method} must return {wanted}; saw {type(seen).__name__}.")
