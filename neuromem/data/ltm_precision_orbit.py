"""Long-term memory of objects: the colour and the place of each, reproduced on a wheel.

People studied objects, 24 in a run, each with a colour, a place in a panorama and an emotional or neutral sound, and
later reproduced both angles. Trial by trial: the EEG study (23 people, 3,288 objects) and the study of binding
with fMRI (27, 3,792). By subject: what a mixture model, fitted by the authors, says of a third study with fMRI (28).

An answer that was not confirmed in time is the angle at which the wheel stood then: `confirmed` tells. The authors
analyse them with the others; errors are larger there. The other objects of a run are not given as non-targets.

Ladyka-Wojcik, Schmidt, Cooper & Ritchey (EEG); Cooper & Ritchey (2020), Journal of Neuroscience 40:1701 (binding);
Cooper & Ritchey (2019), eLife 8:e45591 (by subject).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem import checks
from neuromem.data.store import File, Source, find
from neuromem.measures.circular import wrapped

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "Cooper & Ritchey (2019), eLife 8:e45591; Cooper & Ritchey (2020), J. Neurosci. 40:1701"
LICENCE = "CC BY 4.0 (both fMRI studies); none stated (EEG study; public repository)"
STUDIES = {"eeg": "orbit_eeg_behavior.csv", "binding": "bindingfmri_behavior.csv"}
RUN_LENGTH = 24  # objects
_COLUMNS = {"colour": ("ColError", "ColRT"), "place": ("SceError", "SceneRT")}

_GITHUB = "https://raw.githubusercontent.com/memobc/"
SOURCE = Source(
    folder="ltm_precision_orbit",
    files={
        "orbit_eeg_behavior.csv": File(
            "f4cf6cd1210ffedffe3f23e22bab0efc7d0d3d9b85650d46d66af0b8d4cbaf50",
            f"{_GITHUB}paper-orbiteeg/bae5dd97fd832559adf2aeea300585c17aff9744/data/AllData_EEG-behavior.csv",
        ),
        "bindingfmri_behavior.csv": File(
            "2641381c963ea496d9b8f910213d1b45723f6ed5331d82e4c70fe0fbd42d8c44",
            f"{_GITHUB}paper-bindingfmri/8e97c3ff83341a23926eeaa59b54898d083d8f74/data/"
            "AllSubjects_bindingfMRI-behavior.csv",
        ),
        "orbit_fmri_subject_level.csv": File(
            "f870c83537f67928e546f2c18118a8bbf21ff8afb65824947efa771fbf782c99",
            f"{_GITHUB}paper-orbitfmri/a188e1f0bef85911d9e2192071ebc7abb39ceaa9/data/Behavioral_data.csv",
        ),
    },
    how_to_get="downloaded on first use from the repositories paper-orbiteeg, paper-bindingfmri and paper-orbitfmri "
    "of github.com/memobc",
)


def load(*, study: str = "eeg") -> xr.Dataset:
    """One study: `error` and `confirmed` (trial, feature), the feature being colour or place; error in radians."""
    import pandas as pd
    import xarray as xr

    checks.choice("study", study, tuple(STUDIES))
    table = pd.read_csv(find(SOURCE, STUDIES[study]))
    error, time = (np.stack([table[c[i]] for c in _COLUMNS.values()], -1) for i in range(2))
    return xr.Dataset(
        {
            "error": (
                ("trial", "feature"),
                wrapped(np.deg2rad(error)),
                {"units": "rad", "long_name": "response less studied angle"},
            ),
            "confirmed": (("trial", "feature"), time >= 0),
        },
        coords={
            "feature": list(_COLUMNS),
            "subject": ("trial", table["SubID"].to_numpy()),
            "session": ("trial", table["Run"].to_numpy()),
            "n_items": ("trial", np.full(len(table), RUN_LENGTH)),
        },
        attrs={"title": f"Long-term memory of objects, {study}", "reference": REFERENCE, "licence": LICENCE},
    )


def by_subject() -> xr.Dataset:
    """`p_memory` and `kappa` (subject, feature) that the authors report of the 28 people of the first fMRI study."""
    import pandas as pd
    import xarray as xr

    table = pd.read_csv(find(SOURCE, "orbit_fmri_subject_level.csv"))
    both = {"p_memory": ("ColorpT", "ScenepT"), "kappa": ("Colork", "Scenek")}
    told = {"p_memory": "probability that the feature is remembered", "kappa": "concentration of the errors"}
    return xr.Dataset(
        {
            name: (("subject", "feature"), table[list(columns)].to_numpy(), {"units": "1", "long_name": told[name]})
            for name, columns in both.items()
        },
        coords={"subject": table["SubID"].to_numpy(), "feature": list(_COLUMNS)},
        attrs={"title": "Long-term memory of objects, fMRI", "reference": REFERENCE, "licence": LICENCE},
    )
