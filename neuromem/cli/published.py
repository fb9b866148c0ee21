"""neuromem figure and neuromem ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neuromem import report
from neuromem.cli import options
from neuromem.cli.terminal import err, out, tell_of_files
from neuromem.errors import UserError


def figure(
    name: Annotated[str, typer.Argument(help="A name from 'neuromem list figures'.")],
    folder: options.Folder = Path("results"),
    subjects: options.Subjects = None,
    seed: options.Seed = 0,
    workers: options.Workers = options.PROCESSORS,
) -> None:
    """Regenerate a published figure, and its rows of the ledger."""
    from neuromem import ledger as book
    from neuromem import paradigm as paradigms
    from neuromem import plot, registry, results
    from neuromem.run import check_count, check_seed

    module = paradigms.load_figure(registry.find("figures", name))
    results.check_folder(folder)
    for needed in module.DATA:
        registry.data()[needed].source.load()
    folder.mkdir(exist_ok=True)
    stem = paradigms.name(module)
    check_seed(seed)
    check_count("workers", workers)
    if subjects is not None:
        check_count("subjects", subjects)
    with report.progress(stem, err) as progress:
        computed = module.compute(seed=seed, n_subjects=subjects, workers=workers, progress=progress)
    with plot.style():
        picture = plot.save(module.draw(computed), folder / f"{stem}.png")
    kept = book.save(book.record(module, computed, seed=seed), folder)
    out.print(report.ledger(book.collect([module], folder)))
    out.print()
    tell_of_files(picture, kept)


def ledger(
    name: Annotated[str | None, typer.Argument(help="One figure; default: all.")] = None,
    folder: options.Folder = Path("results"),
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Published value, source, ours with its interval, verdict; stale rows are marked."""
    from json import dumps

    from neuromem import ledger as book
    from neuromem import paradigm as paradigms
    from neuromem import registry

    if not folder.is_dir() and (folder.exists() or folder != Path("results")):
        raise UserError(f"{folder} is no folder; name the one that 'neuromem figure' wrote to.")
    names = [name] if name else list(registry.figures())
    rows = book.collect([paradigms.load_figure(registry.find("figures", n)) for n in names], folder)
    if json:
        print(dumps(rows, indent=1))
    else:
        out.print(report.ledger(rows))
