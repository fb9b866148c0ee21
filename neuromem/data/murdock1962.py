"""Murdock (1962): immediate free recall of 10 to 40 words, at one or two seconds a word.

Six conditions, "length-seconds", with other subjects in each: 15 subjects of 80 lists. The archive's text
files have one list per row and one number per recall, the study position from 1. Traps: at most 15 recalls
of a list were kept; an intrusion is 88; 10-2 ends with a stray row "0"; 40-1 has one impossible position,
50, taken for an intrusion; a few lists hold a repeat. The files do not name the subjects: rows 80 by 80
are one subject, as the archive's MATLAB file documents for 20-1, 30-1 and 40-1 and as is presumed for
the others.

The archive holds 15 subjects a condition, so its means are not quite those of the published Table 1.

Murdock (1962), Journal of Experimental Psychology 64:482.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np

from neuromem import checks
from neuromem.data.free_recall import INTRUSION, PADDING, recall_dataset
from neuromem.data.store import File, Source, find

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "Murdock (1962), Journal of Experimental Psychology 64:482"
LICENCE = "public archive of the Computational Memory Lab, University of Pennsylvania, which asks for citation"
CONDITIONS = ("10-2", "15-2", "20-1", "20-2", "30-1", "40-1")
N_SUBJECTS, N_LISTS, N_OUTPUTS = 15, 80, 15  # of each condition, of a subject, of a list

_REPOSITORY = "https://raw.githubusercontent.com/ContextLab/memory-models-course/"
_PATH = "content/assignments/Assignment_2:Search_of_Associative_Memory_Model/Murd62 data/"
_FIRST, _SECOND, _THIRD = (  # the commits at which the files reached their present form
    "6b9549b01d237333a148d68fc5f0efebec475da6",
    "65c2182b51f95e76393f14e76869ae5330015dfd",
    "d42f510330c799588d7bb22b88a07bc98a7d1513",
)
_FILES = {
    "fr10-2.txt": ("fec7a86b6ffe00900856c34db7fd2dee4f5e907eb5110c09a509577c785a3ed9", _FIRST),
    "fr15-2.txt": ("8a4772c486584d32efd477e75017ddc0dc559071868c0bf21f9c704e60b9e687", _FIRST),
    "fr20-1.txt": ("47fa265e049d65f58d61219b85ae8418bdfd0341aaf568b34db85e5e1557216c", _FIRST),
    "fr20-2.txt": ("4362f7f2e4dd21dd46a6e380606f64268a349b6d6fc30448cd7788d31b209e35", _FIRST),
    "fr30-1.txt": ("9472508617b425f98f7215e754da69059bc904438b3a0f1b4c2adc0f41ff96fd", _SECOND),
    "fr40-1.txt": ("627aa9fbd9ed5fc0874644acb47b7eda50ee10d423bce0be4f4b373bedc0d565", _THIRD),
}
SOURCE = Source(
    folder="murdock1962",
    files={
        name: File(sha256, f"{_REPOSITORY}{commit}/{quote(_PATH + name)}") for name, (sha256, commit) in _FILES.items()
    },
    how_to_get=f"downloaded on first use from {_REPOSITORY}",
)


def load(*, condition: str | None = None) -> xr.Dataset:
    """The lists as `neuromem.data.free_recall` describes: 1,200 of one condition, or all 7,200.

    Subjects are numbered 1 to 90, 15 in each condition in the order of `CONDITIONS`, whatever is loaded.
    """
    if condition is not None:
        checks.choice("condition", condition, CONDITIONS)
    chosen = CONDITIONS if condition is None else (condition,)
    first = np.concatenate([N_SUBJECTS * CONDITIONS.index(c) + np.arange(N_SUBJECTS) for c in chosen])
    per_list = N_SUBJECTS * N_LISTS
    return recall_dataset(
        np.concatenate([_read(c) for c in chosen]),
        subject=1 + np.repeat(first, N_LISTS),
        list_number=np.tile(1 + np.arange(N_LISTS), len(first)),
        list_length=np.repeat([_list_length(c) for c in chosen], per_list),
        condition=np.repeat(np.array(chosen, object), per_list),
        attrs={"title": "Murdock (1962)", "reference": REFERENCE, "licence": LICENCE},
    )


def _read(condition: str) -> np.ndarray:
    text = find(SOURCE, f"fr{condition}.txt").read_text()
    rows = [row for row in map(str.split, text.splitlines()) if row != ["0"]]
    codes = np.array([row + ["0"] * (N_OUTPUTS - len(row)) for row in rows], np.int32)
    return np.where(codes == 0, PADDING, np.where(codes > _list_length(condition), INTRUSION, codes - 1))


def _list_length(condition: str) -> int:
    return int(condition.partition("-")[0])
