"""neuromem score."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neuromem import report
from neuromem.cli import options
from neuromem.cli.terminal import err, out, tell_of_files


def score(
    *,
    folder: Annotated[Path, typer.Option("--out", help="Folder of the table, the picture and the runs.")] = Path(
        "results"
    ),
    pages: Annotated[list[Path], options.several("--page", help="A Markdown page with places for the score.")],
    paradigm: Annotated[list[str], options.several(help="One of the paradigms; default: all.")],
    memory: Annotated[list[str], options.several(help="One of the memories; default: all.")],
    quick: Annotated[bool, typer.Option("--quick", help="Quick designs, of a handful of subjects.")] = False,
    seed: options.Seed = 0,
    workers: options.Workers = options.PROCESSORS,
) -> None:
    """Every memory on every paradigm: which effects it shows, as a table and a picture."""
    from neuromem import plot, results, scoreboard
    from neuromem import score as scores

    for page in pages:
        scoreboard.check_page(page)
    results.check_folder(folder).mkdir(exist_ok=True)
    table, picture = folder / "score.nc", folder / "score.png"
    with report.progress("score", err) as progress:
        scored = scores.score(
            memory or None,
            paradigm or None,
            quick=quick,
            seed=seed,
            workers=workers,
            progress=progress,
            cache=folder / "runs",
        )
    with results.moved_into_place(table) as beside:
        scored.to_netcdf(beside, engine="h5netcdf")
    with plot.style():
        plot.save(scoreboard.draw(scored), picture)
    for page in pages:
        scoreboard.write_into(page, scored)
    out.print(report.table(scoreboard.COLUMNS, scoreboard.counts(scored)))
    tell_of_files(table, picture, *pages)
    if "failed" in scored.attrs:
        err.print(f"neuromem: {scored.failed}", markup=False)
        raise typer.Exit(1)
