"""Source memory: where on a circle a cued word was shown, one of five of a trial, frequent words or rare ones.

24 people, some 300 trials each, 7,196 in all. The error is the reproduced angle less that of the cued word; the angles
of the trial's other four words are known, at least 61 degrees away. `frequency` is that of the cued word, "HF" or "LF".
The column `delay` of the file (150, 250, 350) is a jitter that is nowhere described, no retention interval, and is left
out.

Popov, So & Reder, "Word frequency affects binding probability not memory precision", experiment 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.data.store import File, Source, find
from neuromem.measures.circular import wrapped

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = 'Popov, So & Reder, "Word frequency affects binding probability not memory precision", experiment 1'
LICENCE = "none stated (public repository)"
N_WORDS = 5

SOURCE = Source(
    folder="source_location_popov2021",
    files={
        "exp1_raw.csv": File(
            "ab198687038d6c8956feb8b91a03cdeef427463e754099b9b566ebc6a4854897",
            "https://raw.githubusercontent.com/venpopov/frequency-rate-interaction/"
            "cb7cbd53c5251885d67b50456b767e70e3e34045/data/exp1_raw.csv",
            gzipped="ff758636d08ce06b451d0d60344519fa1899ad0b33b6e04df2538b60bd8bcd7f",
        )
    },
    how_to_get="downloaded on first use from github.com/venpopov/frequency-rate-interaction",
)


def load() -> xr.Dataset:
    """`error` (trial) and `non_target` (trial, other) in radians, whose trial it is, `frequency` and `position`."""
    import pandas as pd
    import xarray as xr

    table = pd.read_csv(find(SOURCE, "exp1_raw.csv"))
    position = table["target_word_place"].to_numpy()
    others = np.arange(1, N_WORDS + 1) != position[:, None]
    relative = np.deg2rad(table[[f"angle{i}_s" for i in range(1, N_WORDS + 1)]].to_numpy(float))
    angle = {"units": "rad"}
    return xr.Dataset(
        {
            "error": ("trial", wrapped(np.deg2rad(table["angle_diff"].to_numpy())), angle | {"long_name": "error"}),
            "non_target": (
                ("trial", "other"),
                wrapped(relative[others].reshape(len(table), -1)),
                angle | {"long_name": "other word's angle less the target's"},
            ),
        },
        coords={
            "subject": ("trial", table["subject"].to_numpy()),
            "session": ("trial", np.ones(len(table), int)),
            "n_items": ("trial", np.full(len(table), N_WORDS)),
            "frequency": ("trial", table["freq"].to_numpy(object)),
            "position": ("trial", position - 1, {"long_name": "study position of the cued word, from 0"}),
        },
        attrs={"title": "Source memory for words", "reference": REFERENCE, "licence": LICENCE},
    )
