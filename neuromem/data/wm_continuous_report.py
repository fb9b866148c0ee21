"""Continuous report: the colour of one of several items, reproduced on a wheel, in three experiments on working memory.

Zhang & Luck (2008), experiment 2: 8 people, 1, 2, 3 or 6 items. Bays, Catalao & Husain (2009): 12 people, 1, 2, 4 or 6
items shown for 100, 500 or 2000 ms. Oberauer & Lin (2017), experiment 1: 19 people, 1 to 8 items on 13 places of a
circle, whose distance from the place of the target is known.

All angles are in radians, on the colour wheel, relative to the target. The file of Zhang & Luck says that its other
colours are so; they are relative to the response, so that none of them ever lies within 24 degrees (the least distance
between two colours) of the recorded error. Here they are turned back, without which nobody would ever have reported the
colour of another item. The file of Bays et al. holds responses and colours on the wheel, from which both are taken.

Zhang & Luck (2008), Nature 453:233; Bays, Catalao & Husain (2009), Journal of Vision 9(10):7; Oberauer & Lin (2017),
Psychological Review 124:21.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem import checks
from neuromem.data.r_files import read
from neuromem.data.store import File, Source
from neuromem.measures.circular import wrapped

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

REFERENCE = "Zhang & Luck (2008), Nature 453:233; Bays, Catalao & Husain (2009), J. Vis. 9(10):7; Oberauer & Lin (2017)"
LICENCE = "as part of R packages: bmm (GPL-2; zhang_luck_2008, oberauer_lin_2017) and mixtur (GPL-3; bays_2009)"
STUDIES = {
    "zhang_luck_2008": "Zhang & Luck (2008), Nature 453:233",
    "bays_2009": "Bays, Catalao & Husain (2009), Journal of Vision 9(10):7",
    "oberauer_lin_2017": "Oberauer & Lin (2017), Psychological Review 124:21",
}
PLACES = 13  # on the circle of Oberauer & Lin

_BMM = "https://raw.githubusercontent.com/venpopov/bmm/"
SOURCE = Source(
    folder="wm_continuous_report",
    files={
        "zhang_luck_2008.rda": File(
            "eb8f2e807a72993f887ff880c0f89f16daa1e7b795b2707a3f0104774599a7d0",
            f"{_BMM}802ab72c3592aa53be6253fd3069de585b54f90a/data/zhang_luck_2008.rda",
        ),
        "bays2009_full.rda": File(
            "580511628c24634aebddbfbca63d6302ba7c24a47841e280bff43213d1f846e2",
            "https://github.com/JimGrange/mixtur/raw/299bd2c/data/bays2009_full.rda",
        ),
        "oberauer_lin_2017.rda": File(
            "b9537e0bf800cf0a585bc9c893157aa794d23f9b41f7430e032b84fbf04ea586",
            f"{_BMM}b45d7fd2e8db5661dec290ab59c07aa8c19e114e/data/oberauer_lin_2017.rda",
        ),
    },
    how_to_get="downloaded on first use from github.com/venpopov/bmm and github.com/JimGrange/mixtur",
)


def load(*, study: str = "zhang_luck_2008") -> xr.Dataset:
    """One experiment: `error` (trial), `non_target` (trial, other), NaN beyond the trial's own number of items.

    Coordinates of `trial`: `subject`, `session`, `n_items`, and `duration` (ms) of Bays et al. Oberauer & Lin also have
    `distance` (trial, other), that of the other item's place from the target's, in radians on their circle.
    """
    import xarray as xr

    checks.choice("study", study, tuple(STUDIES))
    columns = {"zhang_luck_2008": _zhang_luck, "bays_2009": _bays, "oberauer_lin_2017": _oberauer_lin}[study]()
    angle = {"units": "rad"}
    told = {
        "error": (("trial",), angle | {"long_name": "response less target"}),
        "non_target": (("trial", "other"), angle | {"long_name": "other item's colour less the target's"}),
        "distance": (("trial", "other"), angle | {"long_name": "other item's place less the target's, at either side"}),
    }
    return xr.Dataset(
        {name: (dims, columns[name], attrs) for name, (dims, attrs) in told.items() if name in columns},
        coords={name: ("trial", values) for name, values in columns.items() if name not in told},
        attrs={"title": STUDIES[study].partition(")")[0] + ")", "reference": STUDIES[study], "licence": LICENCE},
    )


def _zhang_luck() -> dict[str, np.ndarray]:
    table = read(SOURCE, "zhang_luck_2008")
    error = table["response_error"].to_numpy(float)
    from_response = _wide(table, "col_lure", 5)
    return {
        "error": wrapped(error),
        "non_target": wrapped(error[:, None] - from_response),
        **_about(table, subject="subID", n_items="setsize"),
    }


def _bays() -> dict[str, np.ndarray]:
    table = read(SOURCE, "bays2009_full")
    target = table["target"].to_numpy(float)
    return {
        "error": wrapped(table["response"].to_numpy(float) - target),
        "non_target": wrapped(_wide(table, "non_target_", 5) - target[:, None]),
        **_about(table, subject="id", n_items="set_size"),
        "duration": table["duration"].to_numpy(int),
    }


def _oberauer_lin() -> dict[str, np.ndarray]:
    table = read(SOURCE, "oberauer_lin_2017")
    step = 2 * np.pi / PLACES  # recorded with three digits, as 0.483322
    return {
        "error": wrapped(table["dev_rad"].to_numpy(float)),
        "non_target": wrapped(_wide(table, "col_nt", 7)),
        "distance": step * np.round(_wide(table, "dist_nt", 7) / step),
        **_about(table, subject="ID", n_items="set_size"),
        "session": table["session"].to_numpy().astype(int),
    }


def _about(table: pd.DataFrame, *, subject: str, n_items: str) -> dict[str, np.ndarray]:
    return {
        "subject": table[subject].to_numpy().astype(int),
        "session": np.ones(len(table), int),
        "n_items": table[n_items].to_numpy().astype(int),
    }


def _wide(table: pd.DataFrame, stem: str, n: int) -> np.ndarray:
    x = table[[f"{stem}{i}" for i in range(1, n + 1)]].to_numpy(float)
    return np.where(np.isnan(x), np.nan, x)  # R's NA is a NaN that warns wherever it is used
