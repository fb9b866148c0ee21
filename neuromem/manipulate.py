"""What an experimenter does to a memory: open generic functions State -> State.

Each is a `functools.singledispatch` function; a model registers its rule, for its state type, in its own file:

    @manipulate.set_gain.register
    def _(state: MyState, trace: int, gain: float) -> MyState: ...

A state without a rule is a NotImplementedError that says so. No manipulation changes the state that it is given.
"""

from __future__ import annotations

from functools import partial, singledispatch
from typing import TypeVar

import numpy as np

State = TypeVar("State", bound=tuple)


@singledispatch
def set_gain(state: State, trace: int, gain: float) -> State:
    """Silence (0), restore (1) or amplify (> 1) one trace: its weight after separation, before normalisation.

    Raises ValueError for a trace that has not been written or a negative gain.
    """
    raise _no_rule("set_gain", state)


@singledispatch
def set_unit_gain(state: State, part: str, units, gain: float) -> State:
    """Silence (0), restore (1) or drive (> 1) the cells `units` of one `part`, "key" or "value", as light does.

    Raises ValueError for an unknown part, a unit that does not exist or a negative gain.
    """
    raise _no_rule("set_unit_gain", state)


@singledispatch
def lesion(state: State, fraction: float, *, rng: np.random.Generator) -> State:
    """Remove a random fraction of the connections for good.

    Raises ValueError for a fraction outside [0, 1].
    """
    raise _no_rule("lesion", state)


@singledispatch
def decay(state: State, rate: float) -> State:
    """Weaken all that is stored by the factor 1 - rate.

    Raises ValueError for a rate outside [0, 1].
    """
    raise _no_rule("decay", state)


@singledispatch
def add_noise(state: State, sd: float, *, rng: np.random.Generator) -> State:
    """Add Gaussian noise with standard deviation `sd` to all that is stored.

    Raises ValueError for a negative `sd`.
    """
    raise _no_rule("add_noise", state)


def passes_on(state_type: type) -> type:
    """Decorates a state type around another: every manipulation goes on to the state in its field `inner`."""
    for manipulation in (set_gain, set_unit_gain, lesion, decay, add_noise):
        manipulation.register(state_type, partial(_inside, manipulation))
    return state_type


def has_rule(manipulation, state: tuple) -> bool:
    """Whether the manipulation has a rule for this state; a wrapper's state has one where the state inside has.

    >>> has_rule(set_gain, ())
    False
    """
    inside = getattr(state, "inner", None)
    if isinstance(inside, tuple):
        return has_rule(manipulation, inside)
    return manipulation.dispatch(type(state)) is not manipulation.dispatch(object)


def _inside(manipulation, state, *args, **kwargs):
    return state._replace(inner=manipulation(state.inner, *args, **kwargs))


def _no_rule(name: str, state: tuple) -> NotImplementedError:
    kind = type(state).__name__
    return NotImplementedError(f"{kind} has no rule for {name}: register one with neuromem.manipulate.{name}.register.")
