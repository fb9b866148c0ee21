"""The Confidence Database: eleven studies of old/new recognition of words, paintings, faces and scenes with confidence.

Each person said of each item whether it was old or new and how sure that was, on a scale of three levels, four or six.
Both together are one rating, from "sure that it is new" to "sure that it is old". Traps: the studies code old and new
as 1 and 0, as 1 and 2, or as 0 and 1; practice trials and distractors are marked or without a response, and left out.
Of the same collection, studies with a choice between two items are not among these.

Rahnev et al. (2020), Nature Human Behaviour 4:317; each study asks that its own paper be cited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neuromem import checks
from neuromem.data.store import File, Source, find

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

REFERENCE = "Rahnev et al. (2020), Nature Human Behaviour 4:317"
LICENCE = "none stated for each study; the copy: GPL-3.0"

_FILES = {  # SHA-256 of the file, and of its compressed copy
    "Fallow_unpub_1": (
        "ef31ef883f459ce7cead95db5f6f350d9bd0e3ffa4cdb94b6ac01ecceb4b6712",
        "3d626b2ece38762cab0e86cd9c8333eb559a2443a0dca38a49fef40c11f1410c",
    ),
    "Fallow_unpub_2": (
        "4fad7a36bea1d5955f08779d41c3f8a9c0f8971a65ade05c3b140862c6f8f7bc",
        "d377fbc5d04c09cfb5279f88a47c1e1babdd5dfdba4ed42bb2516c6622176a66",
    ),
    "Fallow_unpub_3": (
        "e28a80d5e53031233a653878724243bb58d6c803b3d8d27e337f0d91562be51d",
        "8ed4af0c63281ffa583e3e2e65e5393b743d8962e462e29b97b6ce5276e25067",
    ),
    "Kantner_2010": (
        "35ac1de57810b83c215b4427f057f361954a01bbceb84e5a06ff6189209e289c",
        "014050ae082389e97c2993a9ffe862c4c4eb8e696f5eb1759d0f19725cb982b2",
    ),
    "Kantner_2012_E1": (
        "09b2006168f68fbb4748f75ac2a12feebb80455ed50fdd0dab24a746b84717c8",
        "5c6b5b1b687b3a20dac6be3d3e4ec3fffbfeecde8da9df77fd704156a3ac1991",
    ),
    "Kantner_2012_E2": (
        "0306becf8caea8c2a7fade97c661991b2c8bd5fc4527cc6b3019a5ba9d3419a0",
        "279b50d8d8fbf254e051127f893f49b1ad2b57618e76f06a1e357f7ff7f2fac7",
    ),
    "Kantner_2014_E1": (
        "d9bcd1b711a77e27406d513f6f9e4d409174fe93e5f131d97a7669cc2f7e20b3",
        "2ffeb1cef7b08bc1c74d67e3389b74db458ce1eff346c3d31c336f5cf1594dfd",
    ),
    "Kantner_2014_E2": (
        "c109aac7d1de06ed00092cf00ce4bb3c46eff49dc9c5ee4d4480e2931243524b",
        "dd9abaf04e15091a79b1f42a34585766cde9d29de1537cb1488a3651594dfcf6",
    ),
    "Lindsay_2014": (
        "23cf50a45072583a62450ba16b9066977f20c2de29f6acedcdf8d641e4b7a5ab",
        "2b9657f9398d9f6d958638f3133987f1f411c981f28b3f353fe4d78130800e33",
    ),
    "Sadeghi_2017_memory": (
        "1e7a41af725a305682698a3f9458a7da3fb7dfd54a628b724352ae95f6763dab",
        "6c95775bcf8ac60b1de5768e24cf7586856b382e5f1725867072376870ec7475",
    ),
    "Siedlecka_2019_Exp2": (
        "571f0ae12f171bf1c4c603c76e249081ae15e4bebabd43d4157546cc933e2ef8",
        "a3e746a4b396a1f014e5789471356a52854e124808c18cbda13e5c2b26c2d28b",
    ),
}
SOURCE = Source(
    folder="confidence_db_memory",
    files={f"data_{name}.csv": File(sha256, gzipped=gzipped) for name, (sha256, gzipped) in _FILES.items()},
    how_to_get="the archive of the Confidence Database is at osf.io/s46pr",
)


class Coding(NamedTuple):
    """What stands for old and for new in a study's columns Stimulus and Response, and its levels of confidence."""

    old: int
    new: int
    levels: int


_BY_FILE = {
    "Fallow": Coding(1, 2, 3),
    "Kantner": Coding(1, 0, 3),
    "Lindsay": Coding(1, 0, 3),
    "Sadeghi": Coding(0, 1, 6),
    "Siedlecka": Coding(1, 2, 4),
}
STUDIES = {name.lower(): name for name in _FILES}


def load(*, study: str = "kantner_2014_e1") -> xr.Dataset:
    """Counts `old` and `new` (subject, rating) of a study, as `recognition_roc` has them.

    `rating` is 1, sure that the item is new, to twice the levels of confidence, sure that it is old; `condition`
    (subject) is what the study varied between people, "" where it did not. Subjects have the numbers of the study.
    Raises ValueError for a study that is none of `STUDIES`.
    """
    import pandas as pd
    import xarray as xr

    checks.choice("study", study, tuple(STUDIES))
    file = STUDIES[study]
    coding = _BY_FILE[file.partition("_")[0]]
    trials = _tested(pd.read_csv(find(SOURCE, f"data_{file}.csv")))
    subject, row = np.unique(trials["Subj_idx"].to_numpy(int), return_inverse=True)
    said_old = (trials["Response"] == coding.old).to_numpy()
    sure = trials["Confidence"].to_numpy(int)
    rating = np.where(said_old, coding.levels + sure, coding.levels + 1 - sure)
    counts = np.zeros((2, len(subject), 2 * coding.levels), int)
    np.add.at(counts, ((trials["Stimulus"] == coding.old).astype(int), row, rating - 1), 1)
    told = {"units": "1", "long_name": "responses"}
    return xr.Dataset(
        {"old": (("subject", "rating"), counts[1], told), "new": (("subject", "rating"), counts[0], told)},
        coords={
            "subject": subject,
            "rating": np.arange(1, 2 * coding.levels + 1),
            "condition": ("subject", _between(trials, row, len(subject))),
        },
        attrs={"title": f"Confidence Database, {file}", "reference": REFERENCE, "licence": LICENCE},
    )


def _tested(trials: pd.DataFrame) -> pd.DataFrame:
    """The trials of the test that were answered, without practice and distractors."""
    answered = trials[["Stimulus", "Response", "Confidence"]].notna().all(axis=1)
    practice = trials["Block_type"].isin([0, 9]) if "Block_type" in trials else np.zeros(len(trials), bool)
    return trials[answered & ~practice]


def _between(trials: pd.DataFrame, row: np.ndarray, n_subjects: int) -> np.ndarray:
    """What each subject's condition or group was called."""
    name = next((n for n in ("Condition", "group", "StimulusType") if n in trials), None)
    first = np.array([np.flatnonzero(row == i)[0] for i in range(n_subjects)])
    words = trials[name].astype(str).to_numpy(object) if name else np.full(len(row), "", object)
    return words[first]
