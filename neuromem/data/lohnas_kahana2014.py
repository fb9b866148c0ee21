"""Lohnas & Kahana (2014): delayed free recall of lists in which words are repeated.

35 subjects, 48 lists each of 40 presentations; `condition` is once (40 words), massed or spaced (20 words twice), or
mixed. A position is a presentation, so that a word that was presented twice has two; a recall of it stands at its
first, and `first_presentation` (list, position) says for each position where its word came first. Measures of
transitions take the second presentation for a word that is still to be recalled. Words are numbers of the pool.

Lohnas & Kahana (2014), Journal of Experimental Psychology: Learning, Memory and Cognition 40:12; effects of spacing in
them: Siegel & Kahana (2014), the same volume, page 755.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.data.archive import first_presentation, lists_of, matlab, names, seconds
from neuromem.data.store import File, Source, find

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "Lohnas & Kahana (2014), Journal of Experimental Psychology: Learning, Memory and Cognition 40:12"
LICENCE = "public archive of the Computational Memory Lab, University of Pennsylvania; repository of the copy: MIT"
KINDS = {1: "once", 2: "massed", 3: "spaced", 4: "mixed"}
SOURCE = Source(
    folder="lohnas_kahana2014",
    files={
        "repFR.mat": File(
            "43195e28694b034c773efa8d47196e0e1578829de998915de7b50d08c1f0fe15",
            "https://raw.githubusercontent.com/mkclairhong/CMRX_repfr/efaaaa258bf47e5a51ad105f407c21f0efab08a3/data/repFR.mat",
        )
    },
    how_to_get="downloaded on first use from github.com/mkclairhong/CMRX_repfr",
)


def load() -> xr.Dataset:
    """The 1,680 lists as `neuromem.data.free_recall` describes, with `session` (list), words and `time` of recall."""
    held = matlab(find(SOURCE, "repFR.mat"))
    made = held.recalls != 0
    condition = np.array([KINDS[kind] for kind in held.list_type.tolist()], object)
    dataset = lists_of(held, condition, {"title": "Lohnas & Kahana (2014)", "reference": REFERENCE, "licence": LICENCE})
    dataset["first_presentation"] = ("list", "position"), first_presentation(held.pres_itemnos)
    dataset["item"] = ("list", "position"), names(held.pres_itemnos)
    dataset["recalled_item"] = ("list", "output"), np.where(made, names(held.rec_itemnos), "")
    dataset["time"] = ("list", "output"), seconds(held.times, made), {"units": "s"}
    return dataset
