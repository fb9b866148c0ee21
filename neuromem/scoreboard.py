"""The score as a picture and as Markdown, written into the pages that show it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neuromem import plot
from neuromem.errors import UserError
from neuromem.results import moved_into_place
from neuromem.score import NO, NO_RULE, NOT_RUN, WORDS, YES

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

LOOKS = {  # color, and the height of the bar as a part of the row
    YES: (plot.COLORS[0], 0.86),
    NO: (plot.COLORS[1], 0.3),
    NOT_RUN: ("#9A9A9A", 0.06),
    NO_RULE: ("#E3E3E3", 0.06),
}
MARKS = r"(<!-- {kind} -->\n).*?(<!-- end of {kind} -->)"
COLUMNS = ("memory", "yes", "no", "no rule")


def draw(scored: xr.Dataset) -> Figure:
    """A row for each memory, a column for each paradigm and a bar in it for each effect: high is yes, low is no, a line
    no rule; best memories first, and paradigms that most memories have a rule for."""
    from matplotlib.collections import PolyCollection

    ranked = by_rank(scored)
    columns = by_use(ranked)
    left, width = places(columns, ranked.sizes["effect"])
    fig, ax = plot.figure(size=(2.2 + 0.25 * len(columns), 1.6 + 0.15 * ranked.sizes["memory"]))
    for verdict, (color, height) in LOOKS.items():
        row, effect = np.nonzero(ranked.verdict.values == verdict)
        bars = boxes(left[effect], row + 0.43 - height, width[effect], height)
        ax.add_collection(PolyCollection(bars, facecolors=color, linewidths=0, label=WORDS[verdict]))
    ax.set_yticks(range(ranked.sizes["memory"]), [str(m).replace("_", " ") for m in ranked.memory.values], fontsize=6.5)
    names = [name.replace("_", " ") for name, _, _ in columns]
    ax.set_xticks(np.arange(len(names)) + 0.45, names, rotation=45, ha="left", rotation_mode="anchor", fontsize=6.5)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set(xlim=(-0.3, len(names)), ylim=(ranked.sizes["memory"] - 0.4, -0.6), ylabel="memory")
    ax.set_xlabel("paradigm, with a bar for each of its effects")
    ax.spines[["left", "top", "right", "bottom"]].set_visible(False)
    fig.legend(loc="outside lower center", ncols=4)
    return fig


def by_use(scored: xr.Dataset) -> list[tuple[str, int, int]]:
    """The span of each paradigm; those first that more memories have a rule for."""
    tried = np.isin(scored.verdict.values, (YES, NO))
    return sorted(spans(scored.paradigm.values), key=lambda span: -tried[:, span[1] : span[2] + 1].any(-1).sum())


def places(columns: list[tuple[str, int, int]], n_effects: int) -> tuple[np.ndarray, np.ndarray]:
    """Left edge and width of each effect's bar: a column is 1 wide, 0.1 of it a gap."""
    left, width = np.empty(n_effects), np.empty(n_effects)
    for column, (_, first, last) in enumerate(columns):
        n = last + 1 - first
        left[first : last + 1] = column + 0.9 * np.arange(n) / n
        width[first : last + 1] = 0.9 / n - 0.03
    return left, width


def boxes(left: np.ndarray, bottom: np.ndarray, width: np.ndarray, height: float) -> np.ndarray:
    """Corners (box, 4, 2) of rectangles."""
    x = np.stack([left, left + width, left + width, left], -1)
    y = np.stack([bottom, bottom, bottom + height, bottom + height], -1)
    return np.stack([x, y], -1)


def by_rank(scored: xr.Dataset) -> xr.Dataset:
    """Memories with more effects shown first; equals by name."""
    shown = (scored.verdict == YES).sum("effect").values
    return scored.isel(memory=np.lexsort((scored.memory.values, -shown)))


def spans(names: np.ndarray) -> list[tuple[str, int, int]]:
    """Each name with the first and last place of its run."""
    starts = [i for i, name in enumerate(names) if i == 0 or names[i - 1] != name]
    return [(str(names[a]), a, b - 1) for a, b in zip(starts, [*starts[1:], len(names)], strict=True)]


def summary(scored: xr.Dataset) -> str:
    """A Markdown table of memories and paradigms: effects shown, of those that there is a rule for; memories that no
    paradigm was run on are named below."""
    ranked = by_rank(scored)
    columns = spans(ranked.paradigm.values)
    rows = []
    for memory in ranked.memory.values:
        cells = ranked.verdict.sel(memory=memory).values
        parts = [cells[first : last + 1] for _, first, last in columns]
        rows.append([memory, *map(share, parts)])
    idle = [name for name, *shares in rows if not any(shares)]
    shown = table(["memory", *(name.replace("_", " ") for name, _, _ in columns)], [r for r in rows if any(r[1:])])
    return shown + (
        f"\n\nNot in the table, for they are slow or have a rule for none: {', '.join(idle)}." if idle else ""
    )


def share(verdicts: np.ndarray) -> str:
    """Effects shown, of those that were tried; nothing where none was."""
    tried = np.isin(verdicts, (YES, NO)).sum()
    return f"{(verdicts == YES).sum()}/{tried}" if tried else ""


def full(scored: xr.Dataset) -> str:
    """A Markdown table of memories and effects for each paradigm; those that show none are named below."""
    text = []
    for name, first, last in spans(scored.paradigm.values):
        part = scored.verdict.isel(effect=slice(first, last + 1))
        effects = [str(e).partition(": ")[2].replace("_", " ") for e in part.effect.values]
        tried = np.isin(part.values, (YES, NO)).any(-1)
        pairs = zip(part.memory.values[tried], part.values[tried], strict=True)
        rows = [[memory, *(WORDS[int(v)] for v in verdicts)] for memory, verdicts in pairs]
        text += [f"## {name}", table(["memory", *effects], rows) if rows else ""]
        for verdict in (NO_RULE, NOT_RUN):
            names = part.memory.values[~tried & (part.values == verdict).all(-1)]
            text.append(f"{WORDS[verdict].capitalize()}: {', '.join(names)}." if len(names) else "")
    return "\n\n".join(filter(None, text)) + "\n"


def table(columns: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def counts(scored: xr.Dataset) -> list[tuple[str, int, int, int]]:
    """Each memory with its number of effects shown, not shown, and without a rule."""
    ranked = by_rank(scored)
    totals = [(ranked.verdict == verdict).sum("effect").values for verdict in (YES, NO, NO_RULE)]
    return [(str(name), *map(int, row)) for name, *row in zip(ranked.memory.values, *totals, strict=True)]


def write_into(path: str | Path, scored: xr.Dataset) -> None:
    """Put the score into a page: the summary between `<!-- score -->` and `<!-- end of score -->`, and all tables
    between `<!-- full score -->` and `<!-- end of full score -->`."""
    places, text = check_page(path), Path(path).read_text(encoding="utf-8")
    for kind in places:
        body = PARTS[kind](scored).strip()
        text = re.sub(MARKS.format(kind=kind), lambda m, body=body: f"{m[1]}\n{body}\n\n{m[2]}", text, flags=re.S)
    with moved_into_place(path) as beside:
        beside.write_text(text, encoding="utf-8")


def check_page(path: str | Path) -> list[str]:
    """The parts of the score that a page has a place for; UserError where there is no such page or place."""
    if not Path(path).is_file():
        raise UserError(f"there is no page {path} to write the score into.")
    text = Path(path).read_text(encoding="utf-8")
    places = [kind for kind in PARTS if re.search(MARKS.format(kind=kind), text, re.S)]
    if not places:
        raise UserError(f"{path} has no place for the score; put <!-- score --> and <!-- end of score --> into it.")
    return places


PARTS = {"score": summary, "full score": full}
