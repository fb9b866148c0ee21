"""Digits: 1,797 handwritten digits of 8 x 8 pixels, ten classes, as scikit-learn ships them.

One gzipped CSV without header: 64 pixels of 0 to 16, then the label. It is the test part of the UCI set
"Optical Recognition of Handwritten Digits", which has no split of its own. Here the first 1,437 images of
the file (80 %) are `train` and the last 360 are `test`: images of one writer follow one another in the
file, so that a split in file order, unlike a random one, keeps nearly all writers apart.

Alpaydin & Kaynak (1998), UCI Machine Learning Repository, doi:10.24432/C50P49.
"""

from __future__ import annotations

import gzip
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from neuromem import checks
from neuromem.data.images import SPLITS, image_dataset
from neuromem.data.store import File, Source, find

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "Alpaydin & Kaynak (1998), UCI Machine Learning Repository, doi:10.24432/C50P49"
LICENCE = "CC BY 4.0"
N_TRAIN = 1437

SOURCE = Source(
    folder="digits",
    files={"digits.csv.gz": File("09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22")},
    package="sklearn",
    package_folder="datasets/data",
    how_to_get='it comes with scikit-learn: pip install "neuromem[demo]"',
)


def load(*, labels: Collection[int] | None = None, split: str = "train") -> xr.Dataset:
    """The images (item, feature) uint8 of 0 to 16 and their labels (item), in the order of the file.

    `split` is train, test or both (train first); `labels=(0, 1)` keeps these classes only.
    """
    checks.choice("split", split, SPLITS)
    with gzip.open(find(SOURCE, "digits.csv.gz"), "rt") as file:
        table = np.loadtxt(file, delimiter=",").astype(np.uint8)
    rows = {"train": slice(N_TRAIN), "test": slice(N_TRAIN, None), "both": slice(None)}[split]
    image, label = table[:, :-1].reshape(-1, 8, 8), table[:, -1]
    part = np.where(np.arange(len(table)) < N_TRAIN, "train", "test")
    return image_dataset(
        image[rows],
        label[rows],
        part[rows],
        labels,
        maximum=16,
        title="Digits",
        reference=REFERENCE,
        licence=LICENCE,
    )
