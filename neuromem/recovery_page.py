"""Recovery of parameters and of models as tables, as a picture, and in a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neuromem import marked_page, plot
from neuromem.fit.model_recovery import TAKEN_FOR, taken_for
from neuromem.scoreboard import table

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = (
    "parameter",
    "true values",
    "correlation",
    "95 % interval",
    "rank correlation",
    "bias",
    "error",
    "at a bound",
)
FIRST = 3  # people whose values stand in a page
CRITERIA = {"aicc": "AICc", "bic": "BIC"}


def rows(recovered: xr.Dataset) -> list[tuple[str, ...]]:
    """A row for each parameter: its true values from least to most, how well they are found, by how much missed."""
    told = []
    for name in recovered.parameter.values:
        one = recovered.sel(parameter=name)
        low, high = one.interval.values
        ends = f"{float(one.true.min()):.3g} to {float(one.true.max()):.3g}"
        numbers = [f"{float(one[x]):.2f}" for x in ("correlation", "rank_correlation")]
        off = [f"{float(one[x]):.3g}" for x in ("bias", "error")]
        bound = f"{int(one.at_bound.sum())} of {recovered.sizes['subject']}"
        told.append((str(name), ends, numbers[0], f"{low:.2f} to {high:.2f}", numbers[1], *off, bound))
    return told


def note(recovered: xr.Dataset) -> str:
    """How many were simulated, and whether each fit is at least as likely as the truth."""
    gain, n = recovered.gain.values, recovered.sizes["subject"]
    return (
        f"{n} simulated people; {int((gain >= 0).sum())} of {n} fits are at least as likely as the true values, which "
        f"they exceed by {gain.mean():.2f} in ln p on average and by {gain.min():.2f} at least."
    )


def confusion_rows(found: xr.Dataset, criterion: str) -> list[tuple[str, ...]]:
    """A row for each simulating model: the share of its people that each model wins."""
    share = found.confusion.sel(criterion=criterion)
    return [(str(name), *(f"{x:.2f}" for x in share.sel(simulated=name).values)) for name in found.model.values]


def told_apart(found: xr.Dataset, criterion: str) -> str:
    """What cannot be told apart, in words."""
    others = {name: models for name, models in taken_for(found, criterion).items() if models}
    n, word = found.sizes["subject"], CRITERIA[criterion]
    of = f"of each model's {n} simulated people"
    if not others:
        return f"By {word}, no model wins {TAKEN_FOR:.0%} or more {of} but that model itself."
    pairs = "; ".join(f"{name} is taken for {' or '.join(models)}" for name, models in others.items())
    return f"By {word}, in {TAKEN_FOR:.0%} or more {of}: {pairs}."


def tables(result: xr.Dataset) -> list[tuple[list[str], list[tuple[str, ...]], str]]:
    """Columns, rows and the note below of each table: one for parameters, one for each criterion for models."""
    if "confusion" not in result:
        return [(list(COLUMNS), rows(result), note(result))]
    names = [str(name) for name in result.model.values]
    return [
        ([f"simulated by, wins by {word}:", *names], confusion_rows(result, criterion), told_apart(result, criterion))
        for criterion, word in CRITERIA.items()
    ]


def markdown(result: xr.Dataset) -> str:
    """The tables, as Markdown, and of parameters the values of the first people."""
    parts = [part for columns, told, words in tables(result) for part in (table(columns, told), words)]
    if "confusion" not in result:
        head = ["simulated person", "values", *map(str, result.parameter.values)]
        parts += [f"The first {FIRST} of them:", table(head, first_people(result))]
    return "\n\n".join(parts)


def first_people(recovered: xr.Dataset) -> list[list[str]]:
    """True and fitted values of the first simulated people."""
    return [
        [str(person), kind, *(f"{x:.3g}" for x in recovered[kind].sel(subject=person).values)]
        for person in recovered.subject.values[:FIRST]
        for kind in ("true", "fitted")
    ]


def write_into(path: str | Path, result: xr.Dataset, name: str) -> None:
    """Put the tables into a page, between `<!-- recovery NAME -->` and `<!-- end of recovery NAME -->`."""
    marked_page.write(path, "recovery", name, markdown(result))


def check_page(path: str | Path, name: str) -> None:
    """UserError where there is no such page, or no place in it for this recovery."""
    marked_page.check(path, "recovery", name)


def draw(recovered: xr.Dataset | None, found: xr.Dataset | None = None, *, criterion: str = "aicc") -> Figure:
    """Fitted against true values of each parameter, and the confusion of models; either may be left out."""
    names = [] if recovered is None else list(recovered.parameter.values)
    columns = min(3, len(names))
    lines = -(-len(names) // columns) if names else 0
    wide = 0.0 if found is None else 2.6 + 0.45 * found.sizes["model"]
    fig, _ = plot.figure(size=(2.5 * columns + wide, max(2.3 * lines, wide - 0.6)))
    fig.clear()
    parts = fig.subfigures(1, 2, width_ratios=(2.5 * columns, wide)) if names and found is not None else [fig, fig]
    if names:
        panels = np.atleast_1d(parts[0].subplots(lines, columns)).flat
        for ax, name in zip(panels, names, strict=False):
            scatter(ax, recovered.sel(parameter=name))
        for ax in list(panels)[len(names) :]:
            ax.remove()
        parts[0].supxlabel("true value", fontsize=9)
        parts[0].supylabel("fitted value", fontsize=9)
        parts[0].axes[0].legend(loc="upper left", fontsize=6.5, borderpad=0, handletextpad=0.2)
    if found is not None:
        confusion(parts[1].subplots(), found.confusion.sel(criterion=criterion), CRITERIA[criterion])
    return fig


def scatter(ax: Axes, one: xr.Dataset) -> None:
    """One parameter: a dot for each simulated person, the diagonal, the correlation."""
    true, fitted, bound = one.true.values, one.fitted.values, one.at_bound.values.astype(bool)
    ends = [min(true.min(), fitted.min()), max(true.max(), fitted.max())]
    ax.plot(ends, ends, ":", color="black", lw=0.9)
    plot.scatter(ax, true[~bound], fitted[~bound], color=plot.COLORS[0], label="a simulated person")
    plot.scatter(ax, true[bound], fitted[bound], color=plot.COLORS[1], marker="D", label="fitted at a bound")
    unit = str(one.parameter_unit.values)
    name = str(one.parameter.values) + ("" if unit == "1" else f" ({unit})")
    ax.set_title(f"{name}: r = {float(one.correlation):.2f}", fontsize=8.5)


def confusion(ax: Axes, share: xr.DataArray, word: str) -> None:
    """The share of each simulating model's people that each model wins, with the numbers in the cells."""
    mesh = ax.imshow(share.values, cmap="cividis", vmin=0, vmax=1)
    ax.figure.colorbar(mesh, ax=ax, label="share of simulated people", shrink=0.5)
    names = [str(name).replace("_", " ") for name in share.model.values]
    ax.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(names)), names)
    for (row, column), x in np.ndenumerate(share.values):
        ax.text(column, row, f"{x:.2f}", ha="center", va="center", color="white" if x < 0.6 else "black", fontsize=7)
    ax.set(xlabel=f"wins by {word}", ylabel="simulated by")
