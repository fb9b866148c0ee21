"""Finished results as netCDF: written beside and moved into place, so a killed run leaves the old file or the new."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from neuromem.errors import UserError
from neuromem.run import Result


def save(result: Result, path: str | Path) -> Path:
    """Write the measures, and in the group `trials` what they were measured on."""
    with moved_into_place(path) as beside:
        for group, dataset, mode in (("/", result.measured, "w"), ("trials", result.trials, "a")):
            packed = {n: {"zlib": True, "complevel": 1} for n, v in dataset.variables.items() if v.dtype.kind in "iuf"}
            dataset.to_netcdf(beside, mode=mode, group=group, engine="h5netcdf", encoding=packed)
    return Path(path)


def load(path: str | Path) -> Result:
    """A result as it was saved."""
    import xarray as xr

    groups = (xr.load_dataset(path, group=group, engine="h5netcdf") for group in ("/", "trials"))
    return Result(*groups)


@contextlib.contextmanager
def moved_into_place(path: str | Path) -> Iterator[Path]:
    """A path beside `path`, moved onto it if all goes well and removed if not."""
    path = Path(path)
    beside = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def check_folder(path: str | Path) -> Path:
    """Refuse, before any work is done, a folder that could not be made or written to; its parent must exist."""
    path = Path(path)
    if not path.parent.is_dir():
        raise UserError(f"the folder {path.parent} does not exist; make it first.")
    if path.exists() and not path.is_dir():
        raise UserError(f"{path} is a file; name a folder.")
    if not path.exists() and path.suffix.lower() in (".png", ".pdf", ".svg", ".json", ".nc"):
        raise UserError(f"{path} would be a file of that kind; name a folder, for several are written.")
    if not os.access(path if path.is_dir() else path.parent, os.W_OK):
        raise UserError(f"{path} cannot be written: permission denied; choose another place.")
    return path


def check_writable(path: str | Path, suffixes: tuple[str, ...]) -> Path:
    """Refuse, before any work is done, a path that could not be written."""
    path = Path(path)
    if path.suffix.lower() not in suffixes:
        raise UserError(f"{path} must end in {' or '.join(suffixes)}; saw {path.suffix or 'no suffix'!r}.")
    if not path.parent.is_dir():
        raise UserError(f"the folder {path.parent} does not exist; make it first.")
    if path.is_dir():
        raise UserError(f"{path} is a folder; name a file.")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise UserError(f"{path} cannot be written: permission denied; choose another place.")
    return path
