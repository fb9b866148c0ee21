"""A list of words studied once and recalled at once, by a memory that does it as people do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuromem.models.free_recall import free_recall, wide
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.models.stopping import FailureStop, SupportStop
from neuromem.scaffolds.drift import ItemDriven

# Chosen to resemble people, not fitted by likelihood: least squares on the serial position curve, the probability of
# first recall and, of threefold weight, the lag-CRP (lags -4 to 4) of peers_notask, and on no difference in the last
# eight positions between lists of 20 and of 40; by simplex search with simulated lists. The last two in the same way,
# but for these two weights, to the conditions of murdock1962 with one and with two seconds a word.
VALUES = {  # b_enc, b_rec, b_start, l_fc, l_cf, p1, p2, and the rule of stopping
    "retrieved_context": (0.655, 0.469, 0.857, 0.256, 0.294, 0.2180, 0.244, FailureStop(k_max=20)),
    "support_stop": (0.689, 0.646, 0.842, 0.163, 0.250, 0.3480, 0.532, SupportStop(scale=3.48)),
    "one_second": (0.620, 0.634, 0.863, 0.154, 0.309, 0.0707, 0.747, FailureStop(k_max=10)),
    "two_seconds": (0.603, 0.527, 0.864, 0.132, 0.361, 0.0550, 0.946, FailureStop(k_max=10)),
}
LIKE_PEOPLE = {
    name: RetrievedContext(
        drift=ItemDriven(b_enc=b_enc, b_rec=b_rec), stopping=stop, b_start=b_start, l_fc=l_fc, l_cf=l_cf, p1=p1, p2=p2
    )
    for name, (b_enc, b_rec, b_start, l_fc, l_cf, p1, p2, stop) in VALUES.items()
}

# What `of_lengths` gives, as paradigms tell it.
DIMS_OF_LENGTHS = {
    "condition": ("condition",),
    "list_length": ("condition",),
    "recall": ("condition", "list", "output"),
}
LABELS_OF_LENGTHS = {
    "condition": ("list length, as a name", "1"),
    "list_length": ("words in each list", "words"),
    "recall": ("study position from 0 of each recalled word, -1 after the last", "1"),
}


def searches_by_context(memory, paradigm: str, known: Sequence[str]):
    """The memory as it is, or a NotImplementedError, for only one that searches by context can recall a list."""
    if not isinstance(memory, RetrievedContext):
        seen = type(memory).__name__
        raise NotImplementedError(
            f"{paradigm} needs a memory that searches by context; saw {seen}: use {' or '.join(known)}."
        )
    return memory


def immediate_recall(memory: RetrievedContext, n_items: int, streams) -> np.ndarray:
    """The study positions (list, output) recalled of a list for each stream, -1 after the last.

    Each word has a context unit of its own.
    """
    shape = len(streams), n_items, n_items + 1
    key, value = np.broadcast_to(np.eye(n_items + 1)[:n_items], shape), np.ones((len(streams), n_items, 1))
    state = memory.write(memory.init(n_items, n_items + 1, 1, rng=streams), key, value, rng=streams)
    return free_recall(memory, memory.begin_recall(state), rng=streams)[1].astype(np.int32)


def of_lengths(memory: RetrievedContext, lengths: Sequence[int], streams: Sequence) -> dict[str, np.ndarray]:
    """Lists of each length, with a stream for each (length, list), as trials of DIMS_OF_LENGTHS."""
    said = [wide(immediate_recall(memory, n, own), max(lengths)) for n, own in zip(lengths, streams, strict=True)]
    names = np.array([str(length) for length in lengths])
    return {"condition": names, "list_length": np.array(lengths), "recall": np.stack(said)}
