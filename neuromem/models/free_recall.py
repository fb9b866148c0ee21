"""Free recall: a search by context that goes on until it stops."""

from __future__ import annotations

import numpy as np

from neuromem.core import Rng
from neuromem.models.context_state import ContextState, cue
from neuromem.models.retrieved_context import RetrievedContext


def free_recall(memory: RetrievedContext, state: ContextState, *, rng: Rng) -> tuple[ContextState, np.ndarray]:
    """The state after recall that has begun, and the slots recalled (..., output), -1 after the last.

    >>> memory, rng = RetrievedContext(), np.random.default_rng(1)
    >>> state = memory.write(memory.init(3, 4, 1, rng=rng), np.eye(4)[:3], np.ones((3, 1)), rng=rng)
    >>> free_recall(memory, memory.begin_recall(state), rng=rng)[1]
    array([0, 1, 2])
    """
    said = []
    while not state.stopped.all():
        query = cue(state)
        recall = memory.read(state, query, rng=rng)
        state = memory.after(state, query, recall, rng=rng)
        said.append(recall.aux["item"][..., 0])
    empty = np.zeros((*state.stopped.shape, 0), np.int64)
    return state, np.stack(said[:-1], -1) if len(said) > 1 else empty


def wide(said: np.ndarray, width: int) -> np.ndarray:
    """Recalls (..., output) with -1 up to `width` outputs."""
    room = [(0, 0)] * (said.ndim - 1) + [(0, width - said.shape[-1])]
    return np.pad(said, room, constant_values=-1).astype(np.int32)
