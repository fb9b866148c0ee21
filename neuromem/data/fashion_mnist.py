"""Fashion-MNIST: 70,000 pictures of clothes of 28 x 28 pixels, ten classes of 7,000.

Four gzipped IDX files, 60,000 images to train on and 10,000 to test on, in the format of MNIST and with its
file names, so a folder that mixes up the two sets is noticed by the SHA-256 only. The order of the files is
kept. The classes 0 to 9 are T-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag and ankle
boot.

Xiao, Rasul & Vollgraf (2017), arXiv:1708.07747.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from neuromem.data.images import image_dataset, read_idx_set
from neuromem.data.store import File, Source

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "Xiao, Rasul & Vollgraf (2017), arXiv:1708.07747"
LICENCE = "MIT"

_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
_SHA256 = {
    "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
SOURCE = Source(
    folder="fashion_mnist",
    files={name: File(sha256, _URL + name) for name, sha256 in _SHA256.items()},
    how_to_get=f"downloaded on first use from {_URL}",
)


def load(*, labels: Collection[int] | None = None, split: str = "train") -> xr.Dataset:
    """The images (item, feature) uint8 of 0 to 255 and their labels (item), in the order of the files.

    `split` is train, test or both (train first); `labels=(0, 1)` keeps these classes only.
    """
    image, label, part = read_idx_set(SOURCE, split)
    return image_dataset(
        image, label, part, labels, maximum=255, title="Fashion-MNIST", reference=REFERENCE, licence=LICENCE
    )
