"""Judgments of learning: how likely people thought that they would recall each pair of words, and whether they did.

Four experiments of cued recall with judgments from 0 to 100. In study 1 people judged right after study of a pair or,
before it was shown, how well it would be learnt; in study 2 right after study or later, from the cue alone, which makes
judgments more accurate (the delayed-judgment effect of Nelson & Dunlosky 1991, Psychological Science 2:267).

Hu, Zheng, Su, Fan, Yang, Yin, Fleming & Luo (2021), "A Bayesian inference model for metamemory", Psychological Review
128:824.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuromem import checks
from neuromem.data.store import File, Source, find

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "Hu et al. (2021), Psychological Review 128:824"
LICENCE = "none stated"
_REPOSITORY = "https://github.com/XiaoHuPsy/BIM"
SOURCE = Source(
    folder="fok_jol",
    files={
        "data_study1.mat": File("fc8024723854d0134e16bdc0bc859a8b67f63fc969237697af3a66712c39953f"),
        "data_study2_exp1.mat": File("0a8581f6884a0f9a02853531c66a3222e34247d68a72bfacf31b371f507d3e14"),
        "data_study2_exp2.mat": File("e5ecbd4491cfbb963fca874719766806cfce7292de6e0481c79718b794d09f00"),
        "data_study2_exp3.mat": File("b28a70d2de80841f66f0b9c6cf3e92c94127d358a209d488b92fb2102aca7013"),
    },
    how_to_get=f"the files are in the authors' archive, {_REPOSITORY}",
)
CONDITIONS = {
    "study1": ("after study", "before study"),
    "study2_exp1": ("immediate", "delayed"),
    "study2_exp2": ("immediate", "delayed"),
    "study2_exp3": ("immediate", "delayed"),
}


def load(*, study: str = "study2_exp1") -> xr.Dataset:
    """`judgment` (subject, condition, item), from 0 to 100, and `recalled`, whether the word was.

    Every person judged as many items in each condition; items are in the order of the file. Raises ValueError for a
    study that is none of `CONDITIONS`.
    """
    import xarray as xr
    from scipy.io import loadmat

    checks.choice("study", study, tuple(CONDITIONS))
    held = loadmat(find(SOURCE, f"data_{study}.mat"))["jol_data"].astype(float)
    subject, condition = held[:, 0].astype(int), held[:, 1].astype(int)
    order = np.lexsort((condition, subject))
    people = np.unique(subject)
    table = held[order].reshape(len(people), len(CONDITIONS[study]), -1, held.shape[1])
    dims = ("subject", "condition", "item")
    return xr.Dataset(
        {
            "judgment": (dims, table[..., 2], {"units": "1", "long_name": "judged chance of recall, 0 to 100"}),
            "recalled": (dims, table[..., 3] == 1, {"units": "1", "long_name": "whether it was recalled"}),
        },
        coords={"subject": people, "condition": list(CONDITIONS[study])},
        attrs={"title": f"Judgments of learning, {study}", "reference": REFERENCE, "licence": LICENCE},
    )


def by_judgment(judged: xr.Dataset, *, width: float = 20.0) -> xr.Dataset:
    """How often each rating was given, `recalled` and `forgotten` (subject, condition, rating): judgments cut every
    `width`, the least sure first."""
    import xarray as xr

    checks.number("width", width, 0, 50, open_low=True)
    cuts = np.arange(width, 100 + 1e-9, width)[: int(np.ceil(100 / width)) - 1]
    rating = np.searchsorted(cuts, judged.judgment.to_numpy(), side="right")
    given = rating[..., None] == np.arange(len(cuts) + 1)
    recalled = judged.recalled.to_numpy()[..., None]
    dims = ("subject", "condition", "rating")
    told = {"units": "1", "long_name": "items"}
    return xr.Dataset(
        {
            "recalled": (dims, (given & recalled).sum(-2), told),
            "forgotten": (dims, (given & ~recalled).sum(-2), told),
        },
        coords={"subject": judged.subject, "condition": judged.condition, "rating": np.arange(1, len(cuts) + 2)},
        attrs=judged.attrs,
    )
