"""neuromem data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neuromem import report
from neuromem.cli import options
from neuromem.cli.terminal import out, tell, tell_of_files
from neuromem.errors import UserError

TABLE = (
    "A table of free recall (.csv, .tsv; columns subject, list, trial_type, position, item), a Dataset of it (.nc), or "
    "the name of such a data set: it is checked and told."
)


def data(
    table: Annotated[str | None, typer.Argument(metavar="[TABLE]", help=TABLE)] = None,
    keep_going: options.KeepGoing = False,
    same_length: Annotated[bool, typer.Option(help="All lists of a subject must have one length.")] = False,
    condition: Annotated[str | None, typer.Option(help="The column that names the condition of each list.")] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Write it as .nc, or as a long table: .csv, .tsv")
    ] = None,
) -> None:
    """The data sets: whether each is here; or check a table of free recall, told row by row, and convert it."""
    from neuromem import data as sets
    from neuromem import results
    from neuromem.data import table_file
    from neuromem.data.store import state

    if table is None:
        if keep_going or same_length or condition or out_file:
            raise UserError("which table? name a file, or a data set of free recall: neuromem data TABLE ...")
        modules = {name: sets.module(name) for name in sets.names()}
        rows = [(n, str(state(m.SOURCE)), m.LICENCE, m.REFERENCE) for n, m in modules.items()]
        out.print(report.table(("name", "state", "licence", "reference"), rows))
        return
    nc = None if out_file is None else results.check_writable(out_file, table_file.SUFFIXES)
    options = {"condition": condition, "same_length": same_length, "keep_going": keep_going}
    lists = sets.load(table) if table in sets.names() else table_file.read(table, **options)
    if "recall" not in lists:
        raise UserError(f"{table} is no free recall, so that it has no table; see 'neuromem list {table}'.")
    tell(table_file.told(lists))
    if nc is not None:
        with results.moved_into_place(nc) as beside:
            table_file.write(lists, beside)
        tell_of_files(nc)
