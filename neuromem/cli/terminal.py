"""Where the commands print, and where they write unless told otherwise."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from neuromem import report

out = Console(highlight=False, width=None if sys.stdout.isatty() else report.WIDTH)
lines = Console(highlight=False, width=None if sys.stdout.isatty() else report.ENDLESS)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def tell(notes: list[str]) -> None:
    """Print notes, a line each."""
    out.print("\n".join(notes), markup=False, soft_wrap=True, end="\n" if notes else "")


def tell_of_files(*paths: Path) -> None:
    """Print where the files are that were written."""
    out.print("\n".join(str(path.resolve()) for path in paths), soft_wrap=True)


def writable(path: Path | None, name: str, suffixes: tuple[str, ...]) -> Path:
    """The path of a file to write, by default `name` in the folder results; refused before any work is done."""
    from neuromem import results

    if path is None:
        results.check_folder("results").mkdir(exist_ok=True)
    return results.check_writable(path or Path("results", name), suffixes)


@contextlib.contextmanager
def fitting(title: str) -> Iterator[Any]:
    """The progress of fits; warnings are told in a line each, and what an interrupt left is told once."""
    with report.progress(title, err) as progress, _warnings_in_a_line():
        try:
            yield progress
        except KeyboardInterrupt as stopped:
            if stopped.args:
                err.print(f"neuromem: {stopped}", markup=False)
            raise


@contextlib.contextmanager
def _warnings_in_a_line() -> Iterator[None]:
    """What is warned of is told like a mistake, at once."""
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *rest, **more: err.print(f"neuromem: {message}", markup=False)
        yield
