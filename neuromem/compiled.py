"""Loops that Numba compiles on their first call; the function as written stays beside, so that tests can compare."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


class Compiled:
    """A function of arrays and numbers, compiled when it is first called; `plain` is the function as written.

    Arithmetic is that of NumPy (no fast-math), but errors of NumPy's floating-point state are not raised. Machine code
    is kept beside the package or in the user's cache folder, where one of them can be written to. A compiled function
    may call others of its own file (Numba renews what it keeps when that file changes, and sees no other).
    """

    def __init__(self, plain: Callable):
        functools.update_wrapper(self, plain)
        self.plain = plain

    def __call__(self, *args: Any) -> Any:
        return self._machine_code(*args)

    @functools.cached_property
    def _machine_code(self) -> Callable:
        import numba

        _known_to_numba()
        try:
            return numba.njit(self.plain, error_model="numpy", cache=True, nogil=True)
        except RuntimeError:  # no folder can be written to
            return numba.njit(self.plain, error_model="numpy", nogil=True)


@functools.cache
def _known_to_numba() -> None:
    """Compiled functions can be called within compiled functions."""
    from numba.extending import typeof_impl

    typeof_impl.register(Compiled)(lambda inner, context: typeof_impl(inner._machine_code, context))
