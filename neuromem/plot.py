"""Pictures: one style, a few primitives, no science. Colours are those of Okabe & Ito, safe for the colour-blind.

Model results are lines with bands, people are points with error bars: 95 % intervals of the mean over subjects.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from neuromem.effects import mean_interval

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLES = ("-", "--", "-.", ":")
STYLE = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.prop_cycle": mpl.cycler(color=COLORS),
    "axes.titlesize": 10,
    "axes.labelsize": 9,
    "figure.dpi": 110,
    "savefig.dpi": 200,
    "font.size": 9,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "svg.hashsalt": "neuromem",
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}
SUFFIXES = (".svg", ".png", ".pdf")


@contextlib.contextmanager
def style() -> Iterator[None]:
    """The package's style sheet, for as long as the block lasts."""
    with mpl.rc_context(STYLE):
        yield


def figure(rows: int = 1, columns: int = 1, size: tuple[float, float] | None = None) -> tuple[Figure, Any]:
    """A new figure and its axes: one Axes, or an array of them; `size` in inches."""
    import matplotlib.pyplot as plt

    with style():
        return plt.subplots(rows, columns, figsize=size or (3.6 * columns, 3.0 * rows), layout="constrained")


def save(fig: Figure, path: str | Path) -> Path:
    """Write the figure beside `path` and move it into place."""
    from neuromem.results import moved_into_place

    with style(), moved_into_place(path) as beside:
        fig.savefig(beside, metadata={"Date": None} if Path(path).suffix == ".svg" else None)
    return Path(path)


def without_row(axes: Any, row: int) -> None:
    """Take one of the two rows of panels out of a picture, and its height."""
    fig, grid = axes[0, 0].figure, axes[0, 0].get_gridspec()
    for panel in axes[row]:
        panel.remove()
    grid.set_height_ratios([1e-3 if i == row else 1 for i in range(2)])
    width, height = fig.get_size_inches()
    fig.set_size_inches(width, height / 2)


def each_memory(measured: Any) -> Iterator[tuple[str, Any]]:
    """The name and measures of each memory of a comparison; of a single run, "model" and the measures themselves."""
    if "memory" not in measured.dims:
        yield "model", measured
        return
    for name in measured.memory.values:
        yield str(name), measured.sel(memory=name)


def look(number: int, colors: Sequence[str] = COLORS) -> dict[str, str]:
    """Colour and style of one of many lines: the colours in turn, and each time round another style.

    >>> look(1), look(8)["style"]
    ({'color': '#D55E00', 'style': '-'}, '--')
    """
    return {"color": colors[number % len(colors)], "style": STYLES[number // len(colors) % len(STYLES)]}


def line(ax, x, y_by_subject, *, label: str, color: str | None = None, style: str = "-") -> None:
    """The mean over axis 0 as a line, with its 95 % interval as a band."""
    mean, low, high = mean_interval(np.asarray(y_by_subject))
    (drawn,) = ax.plot(x, mean, style, label=label, color=color)
    ax.fill_between(x, low, high, color=drawn.get_color(), alpha=0.25, linewidth=0)


def points(ax, x, y_by_subject, *, label: str, color: str | None = None, marker: str = "o") -> None:
    """The mean over axis 0 as open markers, with its 95 % interval as error bars: how people's data are shown."""
    mean, low, high = mean_interval(np.asarray(y_by_subject))
    bars = np.abs(np.nan_to_num(np.stack([mean - low, high - mean])))
    ax.errorbar(
        x,
        mean,
        bars,
        fmt=marker,
        ms=4,
        mfc="white",
        color=color or "black",
        ecolor=color or "black",
        lw=0.9,
        label=label,
    )


def bars(ax, labels: Sequence[str], y_by_subject, *, color: str | None = None, label: str | None = None) -> None:
    """The mean over axis 0 as bars, with 95 % intervals and every subject as a dot."""
    y = np.asarray(y_by_subject)
    mean, low, high = mean_interval(y)
    at = np.arange(len(labels))
    error = np.abs(np.nan_to_num(np.stack([mean - low, high - mean])))
    ax.bar(at, mean, yerr=error, color=color or COLORS[0], alpha=0.75, capsize=3, label=label)
    spread = np.linspace(-0.2, 0.2, len(y)) if len(y) > 1 else np.zeros(1)
    ax.scatter(np.add.outer(spread, at), y, s=5, color="black", alpha=0.35, linewidths=0)
    ax.set_xticks(at, labels)


def differences(ax, names: Sequence[str], difference, interval) -> None:
    """How much worse each model (row) is: a dot for each subject, the mean with its `interval` (2, model).

    `difference` (subject, model), above 0 where a model is worse; the first of `names` stands on top.
    """
    difference, (low, high) = np.asarray(difference), np.asarray(interval)
    at, mean = np.arange(len(names)), np.mean(difference, axis=0)
    spread = np.linspace(-0.2, 0.2, len(difference)) if len(difference) > 1 else np.zeros(1)
    x, y = difference.ravel(), np.add.outer(spread, at).ravel()
    ax.scatter(x, y, s=7, color=COLORS[0], alpha=0.45, linewidths=0, label="a subject")
    error = np.abs(np.nan_to_num(np.stack([mean - low, high - mean])))
    told = {"ms": 4.5, "mfc": "white", "capsize": 2, "lw": 1, "color": "black", "zorder": 3}
    ax.errorbar(mean, at, xerr=error, fmt="D", label="mean, 95 % interval", **told)
    ax.axvline(0, color="black", lw=0.8, ls=":")
    ax.set_yticks(at, names)
    ax.set_ylim(len(at) - 0.5, -0.5)


def scatter(
    ax, x, y, *, label: str | None = None, color: str | None = None, marker: str = "o", size: float = 12
) -> None:
    """One marker for each pair."""
    ax.scatter(x, y, s=size, color=color, marker=marker, label=label, linewidths=0, alpha=0.85)


def scatter_fit(ax, x, y, *, label: str | None = None, color: str | None = None) -> None:
    """One marker for each pair and the least-squares line through them."""
    scatter(ax, x, y, label=label, color=color)
    ends = np.array([np.min(x), np.max(x)])
    ax.plot(ends, np.polyval(np.polyfit(x, y, 1), ends), color=color, linewidth=1)


def cumulative(ax, values, *, label: str, color: str | None = None, marker: str | None = None) -> None:
    """The share of values at or below each one, NaN left out: steps for a model, a marker each for data."""
    x = np.sort(np.asarray(values)[np.isfinite(values)])
    looks = {"drawstyle": "steps-post"} if marker is None else {"ls": "none", "marker": marker, "mfc": "white", "ms": 4}
    ax.plot(x, np.arange(1, len(x) + 1) / len(x), color=color, label=label, **looks)
    ax.set_ylim(0, 1.03)


def heat_map(ax, x, y, z, *, label: str) -> None:
    """z (len(y), len(x)) as colours, with a colour bar that carries the label."""
    mesh = ax.pcolormesh(x, y, z, cmap="cividis", shading="nearest")
    ax.figure.colorbar(mesh, ax=ax, label=label)


def raster(ax, times, units, *, color: str | None = None) -> None:
    """One tick for each spike: its time against its unit."""
    ax.plot(times, units, "|", color=color or "black", markersize=3)
