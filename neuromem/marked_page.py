"""A place in a Markdown page that is written anew: between `<!-- NAME -->` and `<!-- end of NAME -->`."""

from __future__ import annotations

import re
from pathlib import Path

from neuromem.errors import UserError
from neuromem.results import moved_into_place

MARKS = r"(<!-- {name} -->\n).*?(<!-- end of {name} -->)"


def check(path: str | Path, kind: str, name: str) -> str:
    """The pattern of the place of `kind` and `name` ("recovery", "cmr"); UserError without such a page or place."""
    if not Path(path).is_file():
        raise UserError(f"there is no page {path} to write the {kind} into.")
    marks = MARKS.format(name=re.escape(f"{kind} {name}"))
    if not re.search(marks, Path(path).read_text(encoding="utf-8"), re.S):
        wanted = f"<!-- {kind} {name} --> and <!-- end of {kind} {name} -->"
        raise UserError(f"{path} has no place for this {kind}; put {wanted} into it.")
    return marks


def write(path: str | Path, kind: str, name: str, body: str) -> None:
    """Put Markdown into the place, in one step."""
    marks, text = check(path, kind, name), Path(path).read_text(encoding="utf-8")
    with moved_into_place(path) as beside:
        beside.write_text(re.sub(marks, lambda m: f"{m[1]}\n{body}\n\n{m[2]}", text, flags=re.S), encoding="utf-8")
