"""A comparison of models as a table and as a page: ranking, subjects, share of people, predicted curves, recovery."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neuromem import marked_page, plot
from neuromem.errors import UserError
from neuromem.scoreboard import table

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

COLUMNS = ("model", "parameters", "difference", "a subject, with 95 % interval", "best for", "share", "exceedance")
SHARES = ("frequency", "protected")  # what Bayesian selection tells; the last column is the protected probability
SHOWN = 4  # models whose curves are drawn
MOST_PANELS = 4  # of predicted curves


def rows(compared: xr.Dataset) -> list[tuple[str, ...]]:
    """A row for each model, the best first: differences of the criterion to the best model, and whom it describes."""
    told = []
    for name in compared.model.values:
        one = compared.sel(model=name)
        low, high = one.interval.values
        shares = [f"{float(one[share]):.3f}" if share in one else "" for share in SHARES]
        each = f"{float(one.mean_difference):.1f}" + ("" if np.isnan(low) else f" [{low:.1f}, {high:.1f}]")
        best = f"{float(one.n_best):g} of {compared.sizes['subject']}"
        told.append((str(name), _count(one.n_parameters), f"{float(one.total_difference):.1f}", each, best, *shares))
    return told


def _count(n_parameters) -> str:
    return "counted" if np.isnan(n_parameters) else f"{int(n_parameters)}"


def note(compared: xr.Dataset) -> str:
    """What the table is of, in a line: criterion, data, omnibus risk, or why there is none."""
    n, by = compared.sizes["subject"], compared.criterion.attrs["long_name"]
    risk = compared.attrs.get("omnibus_risk")
    alike = f"; probability that all models are equally frequent {risk:.2g}" if risk is not None else ""
    alone = "; one subject: the share of people whom a model describes needs two or more" if n < 2 else ""
    return f"Differences in {by} to the best model, over {n} subject{'s' if n > 1 else ''}{alike}{alone}."


def markdown(compared: xr.Dataset, n_subjects: int = 3) -> str:
    """The ranking, and the criterion itself for the first subjects, as Markdown tables."""
    first = compared.criterion.isel(subject=slice(n_subjects))
    names = [str(name) for name in compared.model.values]
    values = [[str(s), *(f"{x:.1f}" for x in first.sel(subject=s).values)] for s in first.subject.values]
    word = compared.criterion.attrs["long_name"]
    return "\n\n".join(
        [
            table(list(COLUMNS), rows(compared)),
            note(compared),
            f"{word} of the first subjects:",
            table(["subject", *names], values),
        ]
    )


def write_into(path: str | Path, compared: xr.Dataset, name: str) -> None:
    """Put the tables into a page, between `<!-- comparison NAME -->` and `<!-- end of comparison NAME -->`."""
    marked_page.write(path, "comparison", name, markdown(compared))


def check_page(path: str | Path, name: str) -> None:
    """UserError where there is no such page, or no place in it for this comparison."""
    marked_page.check(path, "comparison", name)


def best(compared: xr.Dataset, models: Mapping[str, Any]) -> dict[str, Any]:
    """The models whose curves are drawn: the first of the ranking that have parameters."""
    ranked = [str(name) for name in compared.model.values if not np.isnan(compared.n_parameters.sel(model=name))]
    return {name: models[name] for name in ranked[:SHOWN]}


def confusion(path: Path, by: str) -> xr.DataArray:
    """The share of simulated people whom each model wins (simulated, model), from a file of model recovery."""
    import xarray as xr

    if not path.is_file():
        raise UserError(f"there is no file {path} of model recovery.")
    found = xr.load_dataset(path, engine="h5netcdf")
    if "confusion" not in found:
        raise UserError(f"{path} holds no model recovery; make one with 'neuromem recover'.")
    criteria = found.criterion.values.tolist()
    return found.confusion.sel(criterion=by if by in criteria else criteria[0])


def draw(
    compared: xr.Dataset,
    *,
    people: xr.Dataset | None = None,
    predicted: xr.Dataset | None = None,
    recovery: xr.DataArray | None = None,
) -> Figure:
    """The page of a comparison. `people` (subject, ...) and `predicted` (model, subject, ...) are curves of one form;
    `recovery` (simulated, fitted) is the share of simulated people whom each model is found to describe best."""
    import matplotlib.pyplot as plt

    panels = [] if people is None else [n for n in predicted.data_vars if predicted[n].shape[-1] > 1][:MOST_PANELS]
    n_lower, height = len(panels) + (recovery is not None), 1.6 + 0.28 * compared.sizes["model"]
    with plot.style():
        fig = plt.figure(figsize=(11.0, height + (3.4 if n_lower else 0)), layout="constrained")
    parts = fig.subfigures(2, 1, height_ratios=(height, 3.4)) if n_lower else (fig,)
    ranking, share = parts[0].subplots(1, 2, sharey=True, width_ratios=(3, 2))
    draw_ranking(ranking, compared)
    draw_share(share, compared)
    lower = np.atleast_1d(parts[1].subplots(1, n_lower)) if n_lower else ()
    for i, (ax, name) in enumerate(zip(lower, panels, strict=False)):
        draw_curve(ax, people[name], predicted[name], legend=i == 0)
    if recovery is not None:
        draw_recovery(lower[-1], recovery)
    return fig


def draw_ranking(ax, compared: xr.Dataset) -> None:
    """Each subject's difference to the best model as a dot, the mean with its interval; right of zero is worse."""
    names = [str(name).replace("_", " ") for name in compared.model.values]
    plot.differences(ax, names, compared.difference, compared.interval)
    ax.set_xscale("symlog", linthresh=10)
    ax.set_xlabel(f"difference in {compared.criterion.attrs['long_name']} to the best model")
    ax.set_title("Worse than the best model by")
    ax.legend(loc="upper right")


def draw_share(ax, compared: xr.Dataset) -> None:
    """For whom each model is best, and for how many people it is expected to be."""
    at, n = np.arange(compared.sizes["model"]), compared.sizes["subject"]
    ax.barh(at - 0.2, compared.n_best.values / n, 0.38, color=plot.COLORS[0], label="best for")
    for share, height, color in zip(
        SHARES if SHARES[0] in compared else (), (0.2, 0.2), (plot.COLORS[5], plot.COLORS[1]), strict=False
    ):
        ax.barh(at + (0.1 if share == "frequency" else 0.3), compared[share].values, height * 0.95, color=color,
                label={"frequency": "expected share", "protected": "protected exceedance"}[share])  # fmt: skip
    ax.set(
        xlim=(0, 1),
        ylim=(len(at) - 0.5, -0.5),
        xlabel="share of people, or probability",
        title=f"Best for how many of {n}",
    )
    ax.legend(loc="lower right")


def draw_curve(ax, people: xr.DataArray, predicted: xr.DataArray, *, legend: bool) -> None:
    """A curve of people as points and of each model as a line, means over subjects."""
    (along,) = set(people.dims) - {"subject"}
    x = people[along].values
    for i, name in enumerate(predicted.model.values):
        y = predicted.sel(model=name).transpose("subject", along).values
        plot.line(ax, x, y, label=str(name).replace("_", " "), **plot.look(i))
    plot.points(ax, x, people.transpose("subject", along).values, label="people")
    ax.set_xlabel(_named(people[along]))
    ax.set_ylabel(_named(people))
    if legend:
        ax.legend(fontsize=7)


def draw_recovery(ax, recovery: xr.DataArray) -> None:
    made, found = recovery.dims
    mesh = ax.imshow(recovery.values, cmap="cividis", vmin=0, vmax=1)
    ax.figure.colorbar(mesh, ax=ax, label="share found")
    for axis, dim in ((ax.xaxis, found), (ax.yaxis, made)):
        axis.set_ticks(
            range(recovery.sizes[dim]), [str(v).replace("_", " ") for v in recovery[dim].values], fontsize=6.5
        )
    ax.tick_params(axis="x", rotation=90)
    ax.set(xlabel="found best", ylabel="simulated", title="Recovery")


def _named(variable: xr.DataArray) -> str:
    units = variable.attrs.get("units", "1")
    name = variable.attrs.get("long_name", str(variable.name).replace("_", " "))
    return name if units == "1" else f"{name} ({units})"
