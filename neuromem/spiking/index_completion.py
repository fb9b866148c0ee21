"""Does recurrent CA3 complete an engram of which light drives a part, while no cue comes from entorhinal cortex?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from neuromem.models.reactivation import lit
from neuromem.spiking.index import SpikingIndex, stimulate
from neuromem.spiking.index_state import SpikingEngrams, engram

ACTIVE = 3  # spikes of a cell in a window, at least


class Completion(NamedTuple):
    """Of each trace, with cells of CA3 counted as active from 3 spikes on; overlap is the cosine with the engram."""

    before: np.ndarray  # (trace) overlap of the lit cells alone
    after: np.ndarray  # (trace) overlap of the active cells
    unlit: np.ndarray  # (trace) fraction of the engram's other cells that are active
    others: np.ndarray  # (trace) fraction of the cells outside the engram that are active
    value: np.ndarray  # (trace, d_value) the answer


def completion(
    memory: SpikingIndex,
    state: SpikingEngrams,
    *,
    share: float = 0.5,
    recurrent: float | None = None,
    traces: Sequence[int] | None = None,
    rng: np.random.Generator,
) -> Completion:
    r"""Light drives a random `share` of the cells of each trace, one after the other: what CA3 makes of it.

    .. math:: \frac{a \cdot e}{\|a\|\,\|e\|}

    ``a`` cells that are lit (before) or active (after), ``e`` the engram. Entorhinal cortex is silent, so that nothing
    but recurrent synapses can add a cell. `recurrent` is their strength, the memory's own where None; 0 is the
    control, in which the overlap can only stay or fall. `traces`: all that are written where None.

    Raises ValueError for a share outside (0, 1] and for traces that do not exist.

    Source: Marr (1971), Phil. Trans. R. Soc. B 262:23; Treves & Rolls (1992), Hippocampus 2:189: CA3 as autoassociator.
    Known limit: overlap counts cells, not rates; the engram is what plasticity tagged, weak cells included.
    """
    used = memory if recurrent is None else replace(memory, recurrent=recurrent)
    traces = range(int(state.written)) if traces is None else traces
    cells = [engram(state, trace) for trace in traces]
    part = [lit(one, share, rng=rng) for one in cells]
    recall = stimulate(used, state, part, rng=rng)
    whole, given = (np.array([np.isin(np.arange(len(state.ca3_gain)), c) for c in sets]) for sets in (cells, part))
    active = recall.aux["ca3"] >= ACTIVE
    return Completion(
        overlap(given, whole),
        overlap(active, whole),
        _fraction(active, whole & ~given),
        _fraction(active, ~whole),
        recall.value,
    )


def overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The cosine of sets of cells (..., cell), 0 where one is empty.

    >>> overlap(np.array([1, 1, 0, 0]), np.array([1, 1, 1, 1])).round(2).item()
    0.71
    """
    return (a & b).sum(-1) / np.sqrt(np.maximum(a.sum(-1) * b.sum(-1), 1))


def _fraction(active: np.ndarray, among: np.ndarray) -> np.ndarray:
    """The fraction of some cells that are active; NaN where there is none."""
    n = among.sum(-1)
    return np.divide((active & among).sum(-1), n, out=np.full(len(n), np.nan), where=n > 0)
