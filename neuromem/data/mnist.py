"""MNIST: 70,000 handwritten digits of 28 x 28 pixels, ten classes.

Four gzipped IDX files, 60,000 images to train on and 10,000 to test on. The order of the files is kept,
since published simulations take the first so many images, or the first so many of a class. The classes are
not of one size: 5,421 (the fives) to 6,742 (the ones) in the training part.

LeCun, Bottou, Bengio & Haffner (1998), Proceedings of the IEEE 86:2278.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from neuromem.data.images import image_dataset, read_idx_set
from neuromem.data.store import File, Source

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "LeCun, Bottou, Bengio & Haffner (1998), Proceedings of the IEEE 86:2278"
LICENCE = "none stated by the source; commonly passed on as CC BY-SA 3.0"

_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
_SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
SOURCE = Source(
    folder="mnist",
    files={name: File(sha256, _URL + name) for name, sha256 in _SHA256.items()},
    how_to_get=f"downloaded on first use from {_URL}",
)


def load(*, labels: Collection[int] | None = None, split: str = "train") -> xr.Dataset:
    """The images (item, feature) uint8 of 0 to 255 and their labels (item), in the order of the files.

    `split` is train, test or both (train first); `labels=(0, 1)` keeps these classes only.
    """
    image, label, part = read_idx_set(SOURCE, split)
    return image_dataset(image, label, part, labels, maximum=255, title="MNIST", reference=REFERENCE, licence=LICENCE)
