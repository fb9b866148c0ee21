"""Polyn, Norman & Kahana (2009): immediate free recall of 24 words that were judged for size or animacy.

45 subjects (numbered to 46, without 19) over two sessions; `condition` is control, one task for the whole list, or
task shift; `task` (list, position) is that of each word. `lists_back` says of an intrusion how many
lists before, in the same session, its word was studied (0: not before), as the archive codes it. Words are numbers of
the pool.

Polyn, Norman & Kahana (2009), Psychological Review 116:129.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.data.archive import lists_back, lists_of, matlab, names, seconds
from neuromem.data.store import File, Source, find

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "Polyn, Norman & Kahana (2009), Psychological Review 116:129"
LICENCE = "public archive of the Computational Memory Lab, University of Pennsylvania; repository of the copy: GPL-3.0"
TASKS = np.array(["size", "animacy"], object)
SOURCE = Source(
    folder="polyn2009",
    files={
        "PolyEtal09_data.mat": File(
            "79bc0204b3ae23f8d13f43605ba30f7dd19b1245ec37ddbc3006394874e4cf5c",
            "https://raw.githubusercontent.com/cmr-sims/cmr-matlab/0b9f7770d33e47b1cf767ae71bc1c62c385337ec/"
            "fr/TFR/PolyEtal09_data.mat",
        )
    },
    how_to_get="downloaded on first use from github.com/cmr-sims/cmr-matlab",
)


def load(*, practice: bool = False) -> xr.Dataset:
    """The 1,262 lists as `neuromem.data.free_recall` describes, with `session` (list), words, their `task`, `time` of
    recall and `lists_back`; with the practice lists, which `practice` (list) marks, 1,394."""
    parts = matlab(find(SOURCE, "PolyEtal09_data.mat"))
    held = parts.full
    practised = ~np.isin(_presented(held), np.concatenate([_presented(parts.co), _presented(parts.sh)]))
    made = held.recalls != 0
    condition = np.where(held.listType == 2, "task shift", "control").astype(object)
    dataset = lists_of(
        held, condition, {"title": "Polyn, Norman & Kahana (2009)", "reference": REFERENCE, "licence": LICENCE}
    )
    dataset["practice"] = "list", practised
    dataset["task"] = ("list", "position"), TASKS[held.pres_task]
    dataset["item"] = ("list", "position"), names(held.pres_itemnos)
    dataset["recalled_item"] = ("list", "output"), np.where(made, names(held.rec_itemnos), "")
    dataset["time"] = ("list", "output"), seconds(held.times, made), {"units": "s"}
    dataset["lists_back"] = ("list", "output"), lists_back(held, dataset.recall.to_numpy())
    return dataset if practice else dataset.isel(list=~practised).drop_vars("practice")


def _presented(held) -> np.ndarray:
    """A list by its subject, session and words, as one value."""
    table = np.column_stack([held.subject, held.session, held.pres_itemnos]).astype(np.int64)
    return np.ascontiguousarray(table).view(f"V{table.itemsize * table.shape[1]}").ravel()
