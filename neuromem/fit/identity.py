"""What determines a fit, as JSON and as a hash: models, data, settings, and the code of all that takes part."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from neuromem import provenance
from neuromem.errors import LIBRARIES, PACKAGE


def described(thing: Any) -> Any:
    """Models, data and settings as what JSON can hold: the same in every process, arrays by their hash.

    >>> described({"x": (1, 2.0, None)})
    {'x': [1, 2.0, None]}
    """
    if isinstance(thing, np.ndarray):
        content = thing.tobytes() if thing.dtype.kind != "O" else json.dumps(thing.tolist(), default=repr).encode()
        return {"shape": list(thing.shape), "dtype": str(thing.dtype), "sha256": hashlib.sha256(content).hexdigest()}
    if isinstance(thing, np.generic):
        return thing.item()
    if thing is None or isinstance(thing, bool | int | float | str):
        return thing
    if isinstance(thing, tuple | list):
        return [described(one) for one in thing]
    if isinstance(thing, Mapping):
        return {str(name): described(one) for name, one in thing.items()}
    if inspect.isroutine(thing) or inspect.isclass(thing):
        return f"{thing.__module__}.{thing.__qualname__}"
    return {"class": type(thing).__qualname__} | {name: described(one) for name, one in _held(thing).items()}


def digest(*things: Any) -> str:
    """SHA-256 of things, and of the files of their classes and of all that these import from neuromem."""
    files = sorted({file for thing in things for file in _files(thing)})
    told = [described(thing) for thing in things], provenance.code_hashes(__file__, *files)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _held(thing: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(thing):
        return {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
    return dict(vars(thing)) if hasattr(thing, "__dict__") else {"is": repr(thing)}


def _files(thing: Any) -> Iterator[str]:
    """The files that define the classes and functions of which a thing is made, but for those of libraries."""
    if isinstance(thing, np.ndarray | np.generic | bool | int | float | str | None):
        return
    named = inspect.isroutine(thing) or inspect.isclass(thing)
    module = sys.modules.get((thing if named else type(thing)).__module__)
    if (file := getattr(module, "__file__", None)) and not _of_library(file):
        yield file
    if isinstance(thing, Mapping):
        thing = list(thing.values())
    parts = thing if isinstance(thing, tuple | list) else () if named else _held(thing).values()
    for part in parts:
        yield from _files(part)


def _of_library(file: str) -> bool:
    inside = any(str(file).startswith(str(folder)) for folder in LIBRARIES)
    return inside and not str(file).startswith(str(PACKAGE))
