"""Models of recall of every choice, rule of stopping, scaffold and storage, with lists and values to try them on."""

import itertools

import numpy as np
import pytest

from neuromem.recall.choice import Exponential, Linear, Power
from neuromem.recall.context_search import ContextSearch
from neuromem.recall.lists import recall_lists, share
from neuromem.recall.scaffolds import ItemDriven, RandomDrift
from neuromem.recall.search_model import SearchModel
from neuromem.recall.stopping import AfterFailures, ByOutput, BySupport, Counted
from neuromem.recall.storage import Delta, Hebbian

MODELS = {
    f"{type(choice).__name__}-{type(stopping).__name__}-{len(cues)}": SearchModel(
        choice=choice, stopping=stopping, cues=cues
    )
    for choice, (stopping, cues) in zip(
        [Exponential(), Power(), Linear(), Exponential(), Power(), Exponential()],
        [
            (ByOutput(), ()),
            (ByOutput(), ("kind",)),
            (BySupport(), ("kind", "sound")),
            (AfterFailures(k_max=4), ()),
            (AfterFailures(k_max=1), ("sound",)),
            (BySupport(), ()),
        ],
        strict=True,
    )
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def some_lists(n_lists, n_items, rng):
    """Recalls of any number of items in any order, with words of two kinds and three sounds."""
    recall = np.stack([rng.permutation(n_items) for _ in range(n_lists)])
    recall[np.arange(n_items) >= rng.integers(0, n_items + 1, n_lists)[:, None]] = -1
    labels = {"kind": rng.integers(0, 2, (n_lists, n_items)), "sound": rng.integers(0, 3, (n_lists, n_items))}
    return recall_lists(recall, n_items, similarity={name: share(label) for name, label in labels.items()})


def some_values(model, rng):
    """Values within the bounds, but for temperatures at which choice is as good as certain."""
    low = {"temperature": 0.05, "power": 0.0}
    return {p.name: rng.uniform(max(p.low, low.get(p.name, p.low)), min(p.high, 5.0)) for p in model.parameters}


COMPOSITIONS = {
    "-".join(type(part).__name__ for part in parts): SearchModel(
        search=ContextSearch(scaffold=parts[0], storage=parts[1]), choice=parts[2], stopping=parts[3]
    )
    for parts in itertools.product(
        [ItemDriven(), RandomDrift()],
        [Hebbian(), Delta()],
        [Exponential(), Power(), Linear()],
        [ByOutput(), BySupport(), AfterFailures(), Counted((0.1, 0.3))],
    )
}
every_composition = pytest.mark.parametrize("model", COMPOSITIONS.values(), ids=COMPOSITIONS)
