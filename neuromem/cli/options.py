"""Options that several commands take, and what is said of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer


def several(*names: str, **told: Any) -> Any:
    """An option that may be given more than once; a list, empty where it is not given."""
    return typer.Option(*names, default_factory=list, show_default=False, **told)


PROCESSORS = os.cpu_count() or 1
ONE_MEMORY = (
    "One of the paradigm's memories (default: the first that 'neuromem list PARADIGM' names), another from "
    "'neuromem list memories', or your own as path/file.py or path/file.py:Name."
)

# what is run
Paradigm = Annotated[str, typer.Argument(help="A name from 'neuromem list', or the path of a file.")]
Set = Annotated[list[str], several("--set", metavar="FIELD=VALUE", help="A field of the design.")]
MemorySet = Annotated[list[str], several(metavar="FIELD=VALUE", help="A field of the memory.")]
MemoryName = Annotated[str | None, typer.Option(help=ONE_MEMORY)]
Memories = Annotated[
    str | None, typer.Option("--memory", help=f"{ONE_MEMORY} Several: with commas between, or 'all' of the paradigm's.")
]
Subjects = Annotated[int | None, typer.Option(help="How many simulated subjects.")]

# what is fitted
Models = Annotated[str, typer.Argument(metavar="MODEL[,MODEL...]", help="From 'neuromem list behaviour', or all.")]
Fix = Annotated[list[str], several(metavar="NAME=VALUE", help="Hold a parameter at a value.")]
Effort = Annotated[str, typer.Option(help="quick: a first look; default; careful: about ten times as long.")]
Restarts = Annotated[int | None, typer.Option(help="Independent searches; default: as the effort says.")]
FirstSubjects = Annotated[int | None, typer.Option(help="The first so many of the subjects.")]
Scheduler = Annotated[str | None, typer.Option(help="Address of a dask scheduler, in place of workers.")]
Pages = Annotated[list[Path], several("--page", help="A Markdown page with a place for it.")]

# how, and where to
KeepGoing = Annotated[bool, typer.Option("--keep-going", help="Leave out what breaks a rule, and report it.")]
Seed = Annotated[int, typer.Option(help="Same seed, same bits.")]
Workers = Annotated[int, typer.Option(help="Processes; the result does not depend on them.")]
Folder = Annotated[Path, typer.Option("--out", help="Folder of the figures and their ledger rows.")]
