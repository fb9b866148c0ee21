"""Brian2, loaded on first use; what keeps it from loading is told in one line."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from neuromem.errors import UserError

PINS = "brian2>=2.9,<2.10 and numpy<2.4 on Python 3.11, brian2>=2.10.1 from Python 3.12"


@cache
def brian2() -> ModuleType:
    """The package Brian2.

    Raises UserError where it is not installed, or where it fails at import, as it does beside a NumPy that is too new.
    """
    hook = sys.excepthook
    try:
        with quiet():
            import brian2
    except (ImportError, AttributeError) as error:
        why = "not installed" if isinstance(error, ModuleNotFoundError) else f"not usable beside NumPy {np.__version__}"
        raise UserError(
            f"spiking memories need Brian2, which is {why} ({error}): "
            f"pip install 'neuromem[spiking]', whose pins are {PINS}."
        ) from error
    sys.excepthook = hook  # Brian2's own asks for a report of every mistake
    brian2.BrianLogger.suppress_name("unused_brian_object")  # of a network that was refused: its mistake is told
    logging.getLogger("brian2").setLevel(logging.WARNING)  # below, it tells and keeps all code that it makes
    return brian2


@contextmanager
def quiet() -> Iterator[None]:
    """Leaves out what Brian2 is told of: names, in libraries that it calls, that will go away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def plain(name: str, value: Any, unit: str) -> np.ndarray:
    """A quantity as plain numbers in SI units; `unit` is Brian2's name of one, such as "second", or "1".

    Raises ValueError where the quantity has another unit, or none.

    >>> float(plain("duration", 150 * brian2().ms, "second"))
    0.15
    """
    b = brian2()
    if np.asarray(value).dtype.kind not in "biuf":
        raise ValueError(
            f"{name} must be real numbers{'' if unit == '1' else f' times a unit such as {unit}'}; saw {value!r}."
        )
    wanted = b.get_dimensions(1.0 if unit == "1" else getattr(b, unit))
    if not b.have_same_dimensions(value, b.Quantity(1.0, dim=wanted)):
        number = "without a unit" if wanted.is_dimensionless else f"in a unit such as {unit}"
        raise ValueError(f"{name} must be {number}; saw {value!r}.")
    array = np.array(value, dtype=float)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite; saw {array[~np.isfinite(array)].flat[0]}.")
    return array
