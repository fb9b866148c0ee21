"""PEERS experiment 1, lists without an encoding task: immediate free recall of lists of 16 words.

126 subjects, 28 lists each over seven sessions. Subjects keep their published numbers, from 63 with gaps;
four lists have no recall at all. psifr (from 0.10) ships the set as CSV; that package is never imported.

Healey & Kahana (2014), Journal of Experimental Psychology: General 143:575.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuromem.data.free_recall import from_table
from neuromem.data.store import File, Source, find

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "Healey & Kahana (2014), Journal of Experimental Psychology: General 143:575"
LICENCE = "GPL-3.0 (as part of psifr)"

SOURCE = Source(
    folder="peers_notask",
    files={"peers_notask.csv": File("592f67aae9f8f9bd45a019727c7a498579017d0b7ebdf45666a647a432ce1684")},
    package="psifr",
    package_folder="data",
    how_to_get='it comes with psifr: pip install "neuromem[demo]"',
)


def load() -> xr.Dataset:
    """The 3,528 lists as `neuromem.data.free_recall` describes, with `session` (list)."""
    import pandas as pd

    table = pd.read_csv(find(SOURCE, "peers_notask.csv")).assign(task="no task")
    return from_table(
        table,
        condition="task",
        list_columns=["session"],
        attrs={"title": "PEERS experiment 1, no task", "reference": REFERENCE, "licence": LICENCE},
    )
