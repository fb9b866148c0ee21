"""Extinction of fear: how much 235 mice froze at each tone, from conditioning to a month after extinction.

Conditioning on two days (FC1, FC2), extinction on three (E1, E2, E3), recall of extinction 48 hours later (ER) and
spontaneous recovery after 30 days (SR); some had an interpolated extinction (IPE). Not every mouse took part in every
session. The paper leaves out mice that froze less than 15 % in FC2; none is left out here. Trap: names of groups differ
among figures, and one is written in two ways (06-50-25-SC).

Su et al. (2024), "No effect of partial reinforcement on fear extinction learning and memory in C57BL/6J mice".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.data.store import File, Source, find

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = (
    "Su et al. (2024), No effect of partial reinforcement on fear extinction learning and memory in C57BL/6J mice"
)
LICENCE = "none stated"
SOURCE = Source(
    folder="extinction_su2024",
    files={"videofreeze_tidy.csv.gz": File("e615a3799166d846c30432f34702ebb2e710f755b5bb4a1a618a1c275e63bed4")},
    how_to_get="the authors' archive of exports, one file a session, is github.com/neurovaclab/Su-etal-2024",
)
SESSIONS = ("FC1", "FC2", "E1", "E2", "E3", "IPE", "ER", "SR")
N_TONES = 30  # of the longest session


def load() -> xr.Dataset:
    """`freezing` (animal, session, component) in per cent of the time of a component; NaN where there was none.

    Components are pre-tone, tone 01 to tone 30, post-tone; `group` and `figure` (animal) are as the files name them.
    """
    import pandas as pd
    import xarray as xr

    table = pd.read_csv(find(SOURCE, "videofreeze_tidy.csv.gz"))
    animals = table.drop_duplicates(["figure", "cohort", "animal"])
    key = pd.MultiIndex.from_frame(animals[["figure", "cohort", "animal"]])
    components = ["pre-tone", *(f"tone {n:02}" for n in range(1, N_TONES + 1)), "post-tone"]
    freezing = np.full((len(animals), len(SESSIONS), len(components)), np.nan)
    at = (
        key.get_indexer(pd.MultiIndex.from_frame(table[["figure", "cohort", "animal"]])),
        pd.Index(SESSIONS).get_indexer(table["session"]),
        pd.Index(components).get_indexer(table["component_name"]),
    )
    freezing[at] = table["pct_component_time_freezing"]
    told = {"units": "%", "long_name": "time frozen"}
    return xr.Dataset(
        {"freezing": (("animal", "session", "component"), freezing, told)},
        coords={
            "session": list(SESSIONS),
            "component": components,
            "group": ("animal", animals["group"].to_numpy(object)),
            "figure": ("animal", animals["figure"].to_numpy(object)),
        },
        attrs={"title": "Extinction of fear in mice", "reference": REFERENCE, "licence": LICENCE},
    )
