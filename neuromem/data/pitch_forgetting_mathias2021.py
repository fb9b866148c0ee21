"""Memory for pitch: which of two tones was higher, 0.5, 2, 5 or 10 s apart.

Two experiments: 8 listeners and 16,773 trials, 7 and 14,755; four listeners (L00 to L03) took part in both. `delta` is
the signed change of pitch, in the units of the task; in some trials there was none. A subject is a listener in an
experiment, "exp1 L00".

Mathias, Varghese, Micheyl & Shinn-Cunningham (2021), Journal of the Acoustical Society of America 149:259.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem.data.store import File, Source, find

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "Mathias, Varghese, Micheyl & Shinn-Cunningham (2021), J. Acoust. Soc. Am. 149:259"
LICENCE = "none stated (public repository)"

SOURCE = Source(
    folder="pitch_forgetting_mathias2021",
    files={
        "data.csv": File(
            "b10d986171634c2fa84266d3e8f75914d1af133bd7a70d9fdfa426ad9df1db6a",
            "https://raw.githubusercontent.com/sammosummo/ForgettingPitchPublic/"
            "1ef1dd801de9a485429f233c04fe7b36570ddf4d/data.csv",
        )
    },
    how_to_get="downloaded on first use from github.com/sammosummo/ForgettingPitchPublic",
)


def load() -> xr.Dataset:
    """`delta`, `interval` (s) and `higher`, whether the second tone was called higher, each (trial)."""
    import pandas as pd
    import xarray as xr

    table = pd.read_csv(find(SOURCE, "data.csv"))
    return xr.Dataset(
        {
            "delta": ("trial", table["delta"].to_numpy(), {"units": "units of the task", "long_name": "pitch change"}),
            "interval": ("trial", table["isi"].to_numpy(), {"units": "s", "long_name": "retention interval"}),
            "higher": ("trial", table["response"].to_numpy() == 1, {"long_name": "second tone called higher"}),
        },
        coords={
            "subject": ("trial", (table["exp"] + " " + table["listener"]).to_numpy(object)),
            "experiment": ("trial", table["exp"].to_numpy(object)),
            "session": ("trial", np.ones(len(table), int)),
        },
        attrs={"title": "Memory for pitch", "reference": REFERENCE, "licence": LICENCE},
    )
