"""What the image sets share: the IDX format, and one form of Dataset."""

from __future__ import annotations

import gzip
import math
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neuromem import checks
from neuromem.data.store import Source, find

if TYPE_CHECKING:
    import xarray as xr

SPLITS = ("train", "test", "both")


def read_idx(path: Path) -> np.ndarray:
    """The array of a gzipped IDX file of unsigned bytes.

    The header is big-endian: two zero bytes, the type (8: unsigned byte), the rank, and one uint32 per axis.
    """
    data = gzip.decompress(path.read_bytes())
    if len(data) < 4 or data[:3] != b"\0\0\x08" or len(data) < 4 + 4 * data[3]:
        raise ValueError(f"{path} is no IDX file of bytes: it starts with {data[:4].hex()}; fetch it again.")
    shape = tuple(np.frombuffer(data, ">u4", data[3], offset=4).tolist())
    body = np.frombuffer(data, np.uint8, offset=4 + 4 * data[3])
    if body.size != math.prod(shape):
        raise ValueError(f"{path} holds {body.size} bytes but its header says {shape}; fetch it again.")
    return body.reshape(shape)


def read_idx_set(source: Source, split: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Images (item, y, x), labels and split names (item) of a set in the four files that MNIST has."""
    checks.choice("split", split, SPLITS)
    parts = {"train": "train", "test": "t10k"}
    chosen = list(parts) if split == "both" else [split]
    images = [read_idx(find(source, f"{parts[s]}-images-idx3-ubyte.gz")) for s in chosen]
    labels = [read_idx(find(source, f"{parts[s]}-labels-idx1-ubyte.gz")) for s in chosen]
    return np.concatenate(images), np.concatenate(labels), np.repeat(chosen, list(map(len, labels)))


def image_dataset(
    image: np.ndarray,
    label: np.ndarray,
    split: np.ndarray,
    labels: Collection[int] | None,
    *,
    maximum: int,
    title: str,
    reference: str,
    licence: str,
) -> xr.Dataset:
    """Images (item, y, x) of the classes `labels`, in the order of the file, one row of features per item."""
    import xarray as xr

    keep = slice(None) if labels is None else np.isin(label, _known(labels, label))
    height, width = image.shape[1:]
    pixel = {
        "units": "grey level",
        "long_name": "brightness",
        "maximum": maximum,
        "height": height,
        "width": width,
    }
    return xr.Dataset(
        {
            "image": (("item", "feature"), image.reshape(len(image), -1)[keep], pixel),
            "label": ("item", label[keep].astype(np.int64), {"units": "1", "long_name": "class"}),
        },
        coords={"split": ("item", split[keep], {"long_name": "part of the published set"})},
        attrs={"title": title, "reference": reference, "licence": licence},
    )


def _known(labels: Collection[int], label: np.ndarray) -> list[int]:
    chosen, known = list(labels) if isinstance(labels, Collection) else [labels], np.unique(label).tolist()
    if not chosen or not all(one in known for one in chosen):
        raise ValueError(f"labels must be some of {known}; saw {chosen}.")
    return chosen
