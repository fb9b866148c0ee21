"""PEERS experiment 1: immediate free recall of lists of 16 words, with and without an encoding task.

126 subjects, 112 lists each over seven sessions; `condition` is no task, size, animacy (one judgement for every word
of the list) or task shift. `lists_back` says of an intrusion how many lists before, in the same session, its word
was studied (0: not before), as the archive codes it. `peers_notask` holds the lists without a task, as psifr ships
them.

Healey & Kahana (2014), Journal of Experimental Psychology: General 143:575.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.data.archive import lists_back, lists_of, matlab
from neuromem.data.store import File, Source, find

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "Healey & Kahana (2014), Journal of Experimental Psychology: General 143:575"
LICENCE = "public archive of the Computational Memory Lab, University of Pennsylvania; repository of the copy: MIT"
TASKS = {-1: "no task", 0: "size", 1: "animacy", 2: "task shift"}
SOURCE = Source(
    folder="healey_kahana2014",
    files={"HealKaha13.mat": File("1b48504835fe0302a11cf9c5bd3d2f863cb3a0f9b585c4b9ee585fcfa1bcddf4")},
    how_to_get="HealKaha14.data is in the Computational Memory Lab's archive, and at github.com/githubpsyche",
)


def load() -> xr.Dataset:
    """The 14,112 lists as `neuromem.data.free_recall` describes, with `session` (list), words and `lists_back`."""
    held = matlab(find(SOURCE, "HealKaha13.mat"))
    condition = np.array([TASKS[kind] for kind in held.listtype.tolist()], object)
    dataset = lists_of(held, condition, {"title": "PEERS experiment 1", "reference": REFERENCE, "licence": LICENCE})
    dataset["item"] = ("list", "position"), held.pres_items
    said = np.frompyfunc(lambda word: word if isinstance(word, str) else "", 1, 1)(held.rec_items)
    dataset["recalled_item"] = ("list", "output"), np.where(held.recalls != 0, said, "")
    dataset["lists_back"] = ("list", "output"), lists_back(held, dataset.recall.to_numpy())
    return dataset
