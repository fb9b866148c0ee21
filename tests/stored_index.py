"""A hippocampal index with items stored, cues like theirs, and how much of a value comes back."""

import numpy as np
from small import stream

from neuromem.models.hippocampal_index import HippocampalIndex

D, N_ITEMS = 64, 8
MEMORY = HippocampalIndex(keep_regions=True)


def stored(n=N_ITEMS, seed=0):
    rng = stream(seed)
    key, value = rng.standard_normal((n, D)), rng.standard_normal((n, 40))
    return MEMORY.write(MEMORY.init(n, D, 40, rng=rng), key, value, rng=rng), key, value


def like(x, similarity, seed=9):
    """Patterns with this correlation to x."""
    return similarity * x + np.sqrt(1 - similarity**2) * stream(seed).standard_normal(x.shape)


def quality(state, cue, value):
    """Mean share of the value in the answers."""
    answer = MEMORY.read(state, cue, rng=stream()).value
    return ((answer * value).sum(-1) / (value**2).sum(-1)).mean()
