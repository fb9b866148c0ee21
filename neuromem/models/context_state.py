"""The state of a retrieved-context memory: a context, and an item in each slot with its ties to and from contexts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuromem import checks, manipulate
from neuromem.core import Rng, each


class ContextState(NamedTuple):
    context: np.ndarray  # (..., d_key) each layer of length 1, its last unit the start of the list
    key: np.ndarray  # (..., slot, d_key) what each item is, of length 1
    m_fc: np.ndarray  # (..., slot, d_key) what context each item brings back
    m_cf: np.ndarray  # (..., slot, d_key) what context each item answers to
    value: np.ndarray  # (..., slot, d_value)
    gain: np.ndarray  # (..., slot)
    recalled: np.ndarray  # (..., slot) whether recalled since recall began
    output: np.ndarray  # (...) items recalled since recall began
    failed: np.ndarray  # (...) samplings that failed since then
    stopped: np.ndarray  # (...) whether recall has ended
    written: np.ndarray  # (...) number of slots in use
    presented: np.ndarray  # (...) items studied, each as often as it was


def fresh(capacity: int, d_value: int, context: np.ndarray, *, rng: Rng) -> ContextState:
    """Nothing stored, the context (d_key) as given; with several streams, one state for each along a leading axis."""
    d_key = len(context)
    checks.affordable(capacity * (3 * d_key + d_value), rng=rng)

    def array(fill, *shape):
        return each(rng, lambda _: np.full(shape, fill))

    return ContextState(
        context=each(rng, lambda _: context.copy()),
        key=array(0.0, capacity, d_key),
        m_fc=array(0.0, capacity, d_key),
        m_cf=array(0.0, capacity, d_key),
        value=array(0.0, capacity, d_value),
        gain=array(1.0, capacity),
        recalled=array(False, capacity),
        output=array(0),
        failed=array(0),
        stopped=array(False),
        written=array(0),
        presented=array(0),
    )


def cue(state: ContextState) -> np.ndarray:
    """The present context as a query (..., 1, d_key)."""
    return state.context[..., None, :]


@manipulate.set_gain.register
def _(state: ContextState, trace: int, gain: float) -> ContextState:
    checks.trace(trace, int(state.written.max()))
    checks.number("gain", gain, 0)
    gains = state.gain.copy()
    gains[..., trace] = gain
    return state._replace(gain=gains)


@manipulate.lesion.register
def _(state: ContextState, fraction: float, *, rng: Rng) -> ContextState:
    checks.number("fraction", fraction, 0, 1)
    kept = each(rng, lambda r: r.random((2, *state.m_fc.shape[-2:])) >= fraction)
    return state._replace(m_fc=state.m_fc * kept[..., 0, :, :], m_cf=state.m_cf * kept[..., 1, :, :])


@manipulate.decay.register
def _(state: ContextState, rate: float) -> ContextState:
    checks.number("rate", rate, 0, 1)
    return state._replace(m_fc=(1 - rate) * state.m_fc, m_cf=(1 - rate) * state.m_cf)


@manipulate.add_noise.register
def _(state: ContextState, sd: float, *, rng: Rng) -> ContextState:
    checks.number("sd", sd, 0)
    noise = each(rng, lambda r: sd * r.standard_normal((2, *state.m_fc.shape[-2:])))
    return state._replace(m_fc=state.m_fc + noise[..., 0, :, :], m_cf=state.m_cf + noise[..., 1, :, :])
