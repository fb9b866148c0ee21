"""Recalls that are forced upon a memory that searches by context, and how likely it holds each to be."""

import numpy as np

from neuromem.models.context_state import cue


def event(memory, state, item, *, rng, **seen):
    """The state once this item (-1: the end) is recalled, and ln p of that; `seen` replaces fields of what is read."""
    recall = memory.read(state._replace(**seen), cue(state), rng=rng)
    p = recall.aux["p_stop"][0] if item < 0 else recall.aux["p_recall"][0, item]
    forced = recall._replace(aux=recall.aux | {"item": np.array([item])})
    return memory.after(state, cue(state), forced, rng=rng), np.log(np.clip(p, 1e-5, 1))


def log_p(memory, state, said, *, rng):
    """ln p of all that was said and of the end, from the beginning of recall."""
    state, total = memory.begin_recall(state), 0.0
    for item in [*said, -1]:
        state, one = event(memory, state, item, rng=rng)
        total += one
    return total
