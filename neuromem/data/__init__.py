"""Public data sets, one file each: found or fetched, checked against a SHA-256, given as a Dataset."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import TYPE_CHECKING, Any

from neuromem.errors import UserError, nearest

if TYPE_CHECKING:
    import xarray as xr


def names() -> list[str]:
    """The data sets there are: every module of this folder that has a `SOURCE` and a `load`."""
    found = {m.name: vars(_module(m.name)) for m in pkgutil.iter_modules(__path__)}
    return sorted(name for name, held in found.items() if {"SOURCE", "load"} <= held.keys())


def module(name: str) -> ModuleType:
    """The module of a data set, with its `SOURCE`, `REFERENCE`, `LICENCE` and `load`."""
    if name not in names():
        raise UserError(f"there is no data set {name!r}{nearest(name, names())}")
    return _module(name)


def load(name: str, **options: Any) -> xr.Dataset:
    """The data set `name`; the options are those of its own `load`."""
    return module(name).load(**options)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name}")
