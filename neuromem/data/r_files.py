"""Tables in the files of R packages."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from neuromem.data.store import Source, find

if TYPE_CHECKING:
    import pandas as pd


def read(source: Source, name: str) -> pd.DataFrame:
    """The table `name` in the file of that name; what R keeps beside it, such as a second class, is left out."""
    import rdata

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Missing constructor for R class")
        return rdata.read_rda(find(source, f"{name}.rda"))[name]
