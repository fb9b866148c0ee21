"""Mistakes in what a user asked for: one clear line, exit status 2, never a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class UserError(ValueError):
    """What was wrong, what was seen and what to do, in one line."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest known names, or all of them.

    >>> nearest("list_recal", ["list_recall", "silent_engram"])
    '; did you mean list_recall?'
    >>> nearest("x", ["list_recall", "silent_engram"])
    '; there are: list_recall, silent_engram.'
    """
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(close)}?" if close else f"; there are: {', '.join(known)}."
