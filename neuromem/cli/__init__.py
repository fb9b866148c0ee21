"""The command neuromem: what a user types; a mistake ends in one line."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from neuromem import __version__, errors
from neuromem.cli import contests, fits, listing, published, runs, scores, tables
from neuromem.cli.terminal import err, out

COMMANDS = {  # in the order of --help
    "list": listing.list_,
    "data": tables.data,
    "run": runs.run,
    "sweep": runs.sweep,
    "fit": fits.fit,
    "compare": contests.compare,
    "recover": contests.recover,
    "hierarchical": fits.hierarchical,
    "figure": published.figure,
    "score": scores.score,
    "ledger": published.ledger,
}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
for _name, _command in COMMANDS.items():
    app.command(_name)(_command)


def main() -> None:
    """The command `neuromem`."""
    try:
        status = app(standalone_mode=False)  # 130 after an interrupt, where typer does not raise it
    except (Exception, KeyboardInterrupt) as error:
        status = _status(error)
    sys.exit(_status(KeyboardInterrupt()) if status == 130 else status)


def _status(error: BaseException) -> int:
    """Say in one line what is wrong and return the exit status."""
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        err.print("interrupted; files that stood before are as they were.")
        return 130
    errors.show_traceback(error)
    words = getattr(error, "format_message", lambda: errors.told(error))()  # typer's own, of a mistake in the command
    err.print(f"neuromem: {' '.join(words.split())}", markup=False)
    return 2


@app.callback(invoke_without_command=True)
def about(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Key-value memory in the brain, made runnable."""
    if version:
        out.print(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        out.print(context.get_help())
