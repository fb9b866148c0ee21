"""neuromem run and neuromem sweep."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neuromem import report
from neuromem.cli import options
from neuromem.cli.terminal import err, out, tell, tell_of_files, writable
from neuromem.errors import UserError


def run(
    paradigm: options.Paradigm,
    *,
    memory: options.Memories = None,
    sets: options.Set,
    memory_set: options.MemorySet,
    subjects: options.Subjects = None,
    seed: options.Seed = 0,
    workers: options.Workers = 1,
    out_file: Annotated[Path | None, typer.Option("--out", help="Default: results/PARADIGM.nc")] = None,
    figure: Annotated[Path | None, typer.Option(help="Default: results/PARADIGM.png")] = None,
) -> None:
    """Run a paradigm; write its Dataset and its picture; print its effects beside their accepted intervals."""
    from neuromem import compare, plot, results, script
    from neuromem import paradigm as paradigms
    from neuromem.run import run as run_paradigm

    module, chosen, design = _chosen(paradigm, memory, sets, memory_set)
    if len(chosen) > 1 and not script.compares(module):
        named = ", ".join(chosen)
        raise UserError(f"{paradigms.name(module)} draws one memory at a time; run these one by one: {named}.")
    nc = writable(out_file, f"{paradigms.name(module)}.nc", (".nc",))
    picture = writable(figure, f"{paradigms.name(module)}.png", plot.SUFFIXES)
    people = paradigms.human(module, design)
    with report.progress(paradigms.name(module), err) as progress:
        told = {"design": design, "n_subjects": subjects, "seed": seed, "workers": workers, "progress": progress}
        if len(chosen) > 1:
            result = compare.compare(module, chosen, **told)
        for name, one in chosen.items() if len(chosen) == 1 else ():
            with compare.fitting(module, name):
                result = run_paradigm(module, one, **told)
    results.save(result, nc)
    plot.save(script.draw(module, result, people), picture)
    out.print(script.heading(result))
    out.print(script.outcomes(module, result, people))
    out.print()
    tell_of_files(nc, picture)


def sweep(
    paradigm: options.Paradigm,
    over: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE,VALUE...", help="memory.FIELD for a memory's.")],
    store: Annotated[Path, typer.Option("--out", help="A zarr folder; an unfinished sweep in it goes on.")],
    *,
    memory: options.MemoryName = None,
    sets: options.Set,
    memory_set: options.MemorySet,
    subjects: options.Subjects = None,
    seed: options.Seed = 0,
    workers: options.Workers = 1,
) -> None:
    """Run a paradigm for each combination of values; each field that is swept becomes a dimension."""
    from neuromem import compare, settings
    from neuromem import paradigm as paradigms
    from neuromem.sweep import MEMORY
    from neuromem.sweep import sweep as sweep_paradigm

    module, named, design = _chosen(paradigm, memory, sets, memory_set)
    if len(named) > 1:
        raise UserError("a sweep takes one memory; sweep these one by one.")
    ((name, chosen),) = named.items()
    grid = {}
    for assignment in over:
        field, values = settings.split(assignment)
        owner = chosen if field.startswith(MEMORY) else design
        if field in grid:
            raise UserError(f"{field} is swept twice; give all its values at once.")
        if field in {settings.split(text)[0] for text in sets}:
            raise UserError(f"{field} is both set and swept; do one of them.")
        grid[field] = [
            settings.parse(owner, field.removeprefix(MEMORY), v) for v in map(str.strip, values.split(",")) if v
        ]
    with report.progress(paradigms.name(module), err) as progress, compare.fitting(module, name):
        swept = sweep_paradigm(
            module, grid, store=store, memory=chosen, design=design, n_subjects=subjects, seed=seed,
            workers=workers, progress=progress,
        )  # fmt: skip
    tell([", ".join(f"{n} {s}" for n, s in swept.sizes.items())])
    tell_of_files(store)


def _chosen(paradigm: str, memory: str | None, sets: list[str], memory_set: list[str]) -> tuple:
    """The paradigm, the memories by name and the design that the command line describes."""
    from neuromem import paradigm as paradigms
    from neuromem import registry, settings
    from neuromem.run import pick_memory

    module = paradigms.load(registry.find("paradigms", paradigm))
    design = settings.replace(module.Design(), sets)
    names = list(module.MEMORIES)
    given = [name.strip() for name in (memory or "").split(",") if name.strip()]
    asked = names[:1] if memory is None else names if given == ["all"] else given
    if not asked:
        raise UserError(f"--memory names none; name one of {', '.join(names)}, or leave it out.")
    label = {name: registry.memory_entry(name).name if ".py" in name else name for name in asked}
    if len(set(label.values())) < len(asked):
        raise UserError(f"--memory names one twice: {memory}.")
    chosen = {label[name]: settings.replace(pick_memory(module, name), memory_set) for name in asked}
    for one in chosen.values():
        paradigms.refuse_overridden(module, design, one, [settings.split(assignment)[0] for assignment in memory_set])
    return module, chosen, design
