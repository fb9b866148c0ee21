"""The command neuromem: what a user types; a mistake ends in one line."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from neuromem import __version__, errors, report
from neuromem.errors import UserError, nearest

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
out = Console(highlight=False, width=None if sys.stdout.isatty() else report.WIDTH)
lines = Console(highlight=False, width=None if sys.stdout.isatty() else report.ENDLESS)
err = Console(stderr=True, highlight=False, soft_wrap=True)

ONE_MEMORY = (
    "One of the paradigm's memories (default: the first that 'neuromem list PARADIGM' names), another from "
    "'neuromem list memories', or your own as path/file.py or path/file.py:Name."
)
Set = Annotated[list[str], typer.Option("--set", metavar="FIELD=VALUE", help="A field of the design.")]
MemorySet = Annotated[list[str], typer.Option(metavar="FIELD=VALUE", help="A field of the memory.")]
MemoryName = Annotated[str | None, typer.Option(help=ONE_MEMORY)]
Memories = Annotated[
    str | None, typer.Option("--memory", help=f"{ONE_MEMORY} Several: with commas between, or 'all' of the paradigm's.")
]
Subjects = Annotated[int | None, typer.Option(help="How many simulated subjects.")]
Seed = Annotated[int, typer.Option(help="Same seed, same bits.")]
Workers = Annotated[int, typer.Option(help="Processes; the result does not depend on them.")]
Folder = Annotated[Path, typer.Option("--out", help="Folder of the figures and their ledger rows.")]
KeepGoing = Annotated[bool, typer.Option("--keep-going", help="Leave out what breaks a rule, and report it.")]
TABLE = (
    "A table of free recall (.csv, .tsv; columns subject, list, trial_type, position, item), a Dataset of it (.nc), or "
    "the name of such a data set: it is checked and told."
)
BY = "aicc or bic of fits; or what is held back and predicted: list, trial, session, or length (of lists)."
PROCESSORS = os.cpu_count() or 1
A_GROUP = 10  # subjects of a hierarchical fit, unless told otherwise
KINDS = ("memories", "paradigms", "figures", "data", "behaviour")


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


@app.command("list")
def list_(
    what: Annotated[str | None, typer.Argument(metavar="[KIND|NAME]", help=f"{' | '.join(KINDS)}, or a name.")] = None,
) -> None:
    """What there is, one line each, with the reference; or all about one name, with its settings."""
    from neuromem import registry

    kinds = KINDS if what not in KINDS else (what,)
    found = {kind: getattr(registry, kind)() for kind in kinds}
    named = [(kind, entries[what]) for kind, entries in found.items() if what in entries]
    if what is not None and what not in KINDS and not named:
        names = [*KINDS, *(name for entries in found.values() for name in entries)]
        hint = nearest(what, names)
        raise UserError(f"there is nothing called {what!r}{hint if 'did you mean' in hint else nearest(what, KINDS)}")
    for kind, entry in named:
        _show(kind, entry)
    for kind, entries in {} if named else found.items():
        rows = [(e.name, e.summary, e.reference) for e in entries.values()]
        lines.print(report.listing(kind.upper(), ("name", "what it is", "reference"), rows))
        lines.print()
        if kind == "behaviour":
            sets = [(family, ", ".join(module.DATA), module.SUMMARY) for family, module in registry.families().items()]
            lines.print(report.listing("DATA THAT THEY ARE FITTED TO", ("models of", "data", "what it is"), sets))
            lines.print()


def _show(kind: str, entry: Any) -> None:
    """All about one entry of the registry: what it is, whence, and the settings that it takes."""
    from inspect import getdoc

    from neuromem import paradigm as paradigms
    from neuromem import registry, settings

    loaders = {"paradigms": paradigms.load, "figures": paradigms.load_figure}
    thing = loaders.get(kind, lambda source: source)(entry.source)
    makers = {"paradigms": lambda: thing.Design(), "memories": lambda: registry.memory(entry.name)}
    owner = makers[kind]() if kind in makers else None
    what = {"memories": "memory", "data": "data set", "behaviour": "model of behaviour"}
    what = what.get(kind, kind.removesuffix("s"))
    parts = [
        f"{entry.name} ({what}): {entry.summary}",
        report.explanation(getdoc(thing) or ""),
        f"Reference: {entry.reference}",
    ]
    if kind == "paradigms":
        parts.append(f"Memories, the default first: {', '.join(thing.MEMORIES)}")
    out.print("\n\n".join(filter(None, parts)), markup=False, soft_wrap=True)
    if owner is not None and (fields := settings.told(owner)):
        out.print(f"\nSettings, {'--set' if kind == 'paradigms' else '--memory-set'} FIELD=VALUE:")
        lines.print(report.settings(fields))
    if kind == "behaviour" and thing.parameters:
        out.print("\nParameters; a fit moves those that are free:")
        lines.print(report.parameters(thing.parameters))
    out.print()


@app.command()
def data(
    table: Annotated[str | None, typer.Argument(metavar="[TABLE]", help=TABLE)] = None,
    keep_going: KeepGoing = False,
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
    out.print("\n".join(table_file.told(lists)), markup=False, soft_wrap=True)
    if nc is not None:
        with results.moved_into_place(nc) as beside:
            table_file.write(lists, beside)
        out.print(f"{nc.resolve()}", soft_wrap=True)


@app.command()
def run(
    paradigm: Annotated[str, typer.Argument(help="A name from 'neuromem list', or the path of a file.")],
    memory: Memories = None,
    sets: Set = [],  # noqa: B006
    memory_set: MemorySet = [],  # noqa: B006
    subjects: Subjects = None,
    seed: Seed = 0,
    workers: Workers = 1,
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
    if out_file is None or figure is None:
        results.check_folder("results").mkdir(exist_ok=True)
    nc = results.check_writable(out_file or Path("results", f"{paradigms.name(module)}.nc"), (".nc",))
    picture = results.check_writable(figure or Path("results", f"{paradigms.name(module)}.png"), plot.SUFFIXES)
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
    out.print(f"\n{nc.resolve()}\n{picture.resolve()}", soft_wrap=True)


@app.command()
def sweep(
    paradigm: Annotated[str, typer.Argument(help="A name from 'neuromem list', or the path of a file.")],
    over: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE,VALUE...", help="memory.FIELD for a memory's.")],
    store: Annotated[Path, typer.Option("--out", help="A zarr folder; an unfinished sweep in it goes on.")],
    memory: MemoryName = None,
    sets: Set = [],  # noqa: B006
    memory_set: MemorySet = [],  # noqa: B006
    subjects: Subjects = None,
    seed: Seed = 0,
    workers: Workers = 1,
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
    out.print(f"{', '.join(f'{n} {s}' for n, s in swept.sizes.items())}\n{store.resolve()}", soft_wrap=True)


@app.command()
def fit(
    models: Annotated[str, typer.Argument(metavar="MODEL[,MODEL...]", help="From 'neuromem list behaviour', or all.")],
    dataset: Annotated[str, typer.Argument(help="A data set that the models are of, or the path of a table.")],
    fix: Annotated[list[str], typer.Option(metavar="NAME=VALUE", help="Hold a parameter at a value.")] = [],  # noqa: B006
    free: Annotated[list[str], typer.Option(metavar="NAME", help="Fit one that a fit leaves alone by itself.")] = [],  # noqa: B006
    bounds: Annotated[list[str], typer.Option(metavar="NAME=LOW:HIGH", help="Narrow the bounds of one.")] = [],  # noqa: B006
    effort: Annotated[str, typer.Option(help="quick: a first look; default; careful: about ten times as long.")] = (
        "default"
    ),
    restarts: Annotated[int | None, typer.Option(help="Independent searches; default: as the effort says.")] = None,
    optimiser: Annotated[str | None, typer.Option(help="scipy (differential evolution), cma or pybads.")] = None,
    subjects: Annotated[int | None, typer.Option(help="The first so many of the subjects.")] = None,
    keep_going: KeepGoing = False,
    seed: Seed = 0,
    workers: Workers = PROCESSORS,
    scheduler: Annotated[str | None, typer.Option(help="Address of a dask scheduler, in place of workers.")] = None,
    out_file: Annotated[Path | None, typer.Option("--out", help="Default: results/fit_DATASET.nc")] = None,
) -> None:
    """Fit models of behaviour to each subject of a data set; a fit that was stopped goes on."""
    from neuromem import registry, results
    from neuromem.fit import asked, fit, pieces
    from neuromem.fit import contest as contests
    from neuromem.fit import results as fits

    names = [name.strip() for name in models.split(",") if name.strip()]
    if not names:
        raise UserError("no model is named; name one of 'neuromem list behaviour', or all.")
    family, chosen = registry.to_fit([] if names == ["all"] else names, dataset)
    if out_file is None:
        results.check_folder("results").mkdir(exist_ok=True)
    nc = results.check_writable(out_file or Path("results", f"fit_{Path(dataset).stem}.nc"), (".nc",))
    told = {"fixed": asked.fixed(fix), "free": free, "bounds": asked.bounds(bounds)}
    told |= {"effort": asked.effort(effort, restarts, optimiser), "seed": seed}
    observed, notes = _observed(family, dataset, keep_going)
    observed = asked.first_subjects(observed, subjects)
    if names == ["all"]:
        chosen, left_out = contests.able(chosen, observed, by=observed.unit)
        notes += [f"left out: {name}: {why}" for name, why in left_out.items()]
    kept = pieces.Pieces(nc.with_suffix(".parts"))
    with _fitting(f"fits to {Path(dataset).stem}") as progress:
        found = fit.fit(
            chosen, observed, **told, workers=workers, scheduler=scheduler, folder=kept.folder, progress=progress
        )
    fits.save(found.assign_attrs(data=dataset), nc)
    kept.remove()
    _tell(notes)
    out.print(report.fits(found))
    out.print(report.fitted(found))
    out.print(f"\n{nc.resolve()}", soft_wrap=True)


@app.command("compare")
def compare_(
    dataset: Annotated[str, typer.Argument(help="A data set that models of behaviour are of, or the path of a table.")],
    models: Annotated[
        str | None, typer.Option(metavar="MODEL,MODEL...", help="Default: all that the data can be fitted with.")
    ] = None,
    by: Annotated[str, typer.Option(help=BY)] = "aicc",
    together: Annotated[bool, typer.Option("--together", help="One fit of all subjects, who are then judged.")] = False,
    folds: Annotated[int | None, typer.Option(help="In how many parts units are held back.")] = None,
    effort: Annotated[str, typer.Option(help="quick: a first look; default; careful: about ten times as long.")] = (
        "default"
    ),
    restarts: Annotated[int | None, typer.Option(help="Independent searches; default: as the effort says.")] = None,
    subjects: Annotated[int | None, typer.Option(help="The first so many of the subjects.")] = None,
    recovery: Annotated[Path | None, typer.Option(help="A result of model recovery (.nc), to draw beside.")] = None,
    pages: Annotated[list[Path], typer.Option("--page", help="A Markdown page with a place for it.")] = [],  # noqa: B006
    keep_going: KeepGoing = False,
    seed: Seed = 0,
    workers: Workers = PROCESSORS,
    scheduler: Annotated[str | None, typer.Option(help="Address of a dask scheduler, in place of workers.")] = None,
    out_file: Annotated[Path | None, typer.Option("--out", help="Default: results/compare_DATASET.nc")] = None,
    figure: Annotated[Path | None, typer.Option(help="Default: results/compare_DATASET.png")] = None,
) -> None:
    """Fit several models and compare them: criteria, what they predict, whom each describes; goes on if stopped."""
    from functools import partial

    from neuromem import comparison_page, plot, registry, results
    from neuromem.fit import asked, fit, pieces
    from neuromem.fit import contest as contests

    names = [name.strip() for name in (models or "").split(",") if name.strip()]
    family, chosen = registry.to_fit(names, dataset)
    stem = Path(dataset).stem
    place = stem if by == "aicc" else f"{stem} {by}"
    for page in pages:
        comparison_page.check_page(page, place)
    confusion = None if recovery is None else comparison_page.confusion(recovery, by)
    if out_file is None or figure is None:
        results.check_folder("results").mkdir(exist_ok=True)
    named = f"compare_{place.replace(' ', '_')}"
    nc = results.check_writable(out_file or Path("results", f"{named}.nc"), (".nc",))
    picture = results.check_writable(figure or Path("results", f"{named}.png"), plot.SUFFIXES)
    observed, notes = _observed(family, dataset, keep_going)
    observed = asked.first_subjects(observed, subjects)
    if not names:
        chosen, left_out = contests.able(chosen, observed, by=by)
        notes += [f"left out: {name}: {why}" for name, why in left_out.items()]
    if chosen and all(model.counted for model in chosen.values()):
        raise UserError(f"{', '.join(chosen)}: nothing but counts, none of which is fitted; name a model that is, too.")
    kept = pieces.Pieces(nc.with_suffix(".parts"))
    told = {"effort": asked.effort(effort, restarts, None), "seed": seed, "workers": workers, "scheduler": scheduler}
    with _fitting(f"fits to {stem}") as progress:
        held = contests.contest(
            chosen, observed, fit=partial(fit.fit, **told, folder=kept.folder, progress=progress), by=by,
            n_folds=folds, together=together, seed=seed,
        )  # fmt: skip
        best = comparison_page.best(held.comparison, chosen)
        predicted = contests.prediction(best, held, observed, family.curves, seed=seed)
    people = family.curves(observed)
    compared = held.comparison.assign_attrs(data=dataset)
    parts = {"comparison": compared, "fits": held.fits, "people": people, "predicted": predicted}
    contests.save(parts, nc)
    with plot.style():
        plot.save(comparison_page.draw(compared, people=people, predicted=predicted, recovery=confusion), picture)
    for page in pages:
        comparison_page.write_into(page, compared, place)
    kept.remove()
    _tell(notes)
    out.print(report.table(comparison_page.COLUMNS, comparison_page.rows(compared)))
    out.print(f"\n{comparison_page.note(compared)}\n", markup=False, soft_wrap=True)
    if not together:
        out.print(report.fits(held.fits))
    if held.of_fold:
        out.print(report.searches(held.of_fold, together=together))
    out.print("\n".join(str(path.resolve()) for path in (nc, picture, *pages)), soft_wrap=True)


@app.command()
def recover(
    models: Annotated[str, typer.Argument(metavar="MODEL[,MODEL...]", help="From 'neuromem list behaviour', or all.")],
    dataset: Annotated[str, typer.Argument(help="The data set, or table, whose design simulated people are given.")],
    subjects: Annotated[int, typer.Option(help="Simulated people, of each model.")] = 20,
    like: Annotated[Path | None, typer.Option(help="Values of people: fits (.nc) that 'neuromem fit' wrote.")] = None,
    spread: Annotated[float, typer.Option(help="Without --like: values within so many logits of the defaults.")] = 1.0,
    effort: Annotated[str, typer.Option(help="quick: a first look; default; careful: about ten times as long.")] = (
        "default"
    ),
    criterion: Annotated[str, typer.Option(help="aicc or bic: which the picture of several models draws.")] = "aicc",
    pages: Annotated[list[Path], typer.Option("--page", help="A Markdown page with a place for it.")] = [],  # noqa: B006
    keep_going: KeepGoing = False,
    seed: Seed = 0,
    workers: Workers = PROCESSORS,
    scheduler: Annotated[str | None, typer.Option(help="Address of a dask scheduler, in place of workers.")] = None,
    out_file: Annotated[Path | None, typer.Option("--out", help="Default: results/recover_MODEL.nc")] = None,
    figure: Annotated[Path | None, typer.Option(help="Default: results/recover_MODEL.png")] = None,
) -> None:
    """Simulate people and fit them: are values recovered, and of several models the one that simulated? Can go on."""
    from functools import partial

    from neuromem import checks, plot, recovery_page, registry, results
    from neuromem.fit import asked, fit, pieces
    from neuromem.fit import contest as contests
    from neuromem.fit import results as fits
    from neuromem.fit.recover import recover

    names = [name.strip() for name in models.split(",") if name.strip()]
    family, chosen = registry.to_fit([] if names == ["all"] else names, dataset)
    checks.choice("criterion", criterion, tuple(recovery_page.CRITERIA))
    place = next(iter(chosen)) if len(chosen) == 1 else "models"
    for page in pages:
        recovery_page.check_page(page, place)
    if out_file is None or figure is None:
        results.check_folder("results").mkdir(exist_ok=True)
    nc = results.check_writable(out_file or Path("results", f"recover_{place}.nc"), (".nc",))
    picture = results.check_writable(figure or Path("results", f"recover_{place}.png"), plot.SUFFIXES)
    people, notes = _observed(family, dataset, keep_going)
    if names == ["all"]:
        chosen, left_out = contests.able(chosen, people, by="aicc")
        notes += [f"left out: {name}: {why}" for name, why in left_out.items()]
    kept = pieces.Pieces(nc.with_suffix(".parts"))
    told = {"effort": asked.chosen_effort(effort), "seed": seed, "workers": workers, "scheduler": scheduler}
    with _fitting(f"fits to people of {place}") as progress:
        found = recover(
            chosen, people, n_subjects=subjects, like=like, spread=spread, seed=seed,
            fit=partial(fit.fit, **told, folder=kept.folder, progress=progress),
        ).assign_attrs(data=dataset)  # fmt: skip
    fits.save(found, nc)
    kept.remove()
    sides = (None, found) if "confusion" in found else (found, None)
    with plot.style():
        plot.save(recovery_page.draw(*sides, criterion=criterion), picture)
    for page in pages:
        recovery_page.write_into(page, found, place)
    _tell(notes)
    for columns, rows, note in recovery_page.tables(found):
        out.print(report.table(columns, rows))
        out.print(f"\n{note}\n", markup=False, soft_wrap=True)
    out.print("\n".join(str(path.resolve()) for path in (nc, picture, *pages)), soft_wrap=True)


@app.command()
def hierarchical(
    model: Annotated[str, typer.Argument(help="From 'neuromem list behaviour'.")],
    dataset: Annotated[str, typer.Argument(help="A data set that the model is of, or the path of a table.")],
    fix: Annotated[list[str], typer.Option(metavar="NAME=VALUE", help="Hold a parameter at a value.")] = [],  # noqa: B006
    subjects: Annotated[
        int | None, typer.Option(help="The first so many of the subjects; default: ten, or all where they are fewer.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of each of four chains, after as many of warm-up.")] = 1000,
    thin: Annotated[int, typer.Option(help="Sweeps from draw to draw.")] = 5,
    keep_going: KeepGoing = False,
    seed: Seed = 0,
    workers: Annotated[int, typer.Option(help="Threads; the result does not depend on them.")] = PROCESSORS,
    out_file: Annotated[Path | None, typer.Option("--out", help="Default: results/hierarchical_MODEL.nc")] = None,
) -> None:
    """Fit a group: posterior of its mean and spread and of each member, with R-hat; goes on if stopped, or for more."""
    from neuromem import hierarchical_report, registry, results
    from neuromem.fit import asked
    from neuromem.fit import results as fits
    from neuromem.fit.hierarchical import hierarchical
    from neuromem.fit.posterior_predictive import posterior_predictive

    family, chosen = registry.to_fit([model], dataset)
    (name, one), held = *chosen.items(), asked.fixed(fix)
    if out_file is None:
        results.check_folder("results").mkdir(exist_ok=True)
    nc = results.check_writable(out_file or Path("results", f"hierarchical_{name}.nc"), (".nc",))
    people, notes = _observed(family, dataset, keep_going)
    n = min(A_GROUP, len(people.subjects())) if subjects is None else subjects
    people = asked.first_subjects(people, n)
    with _fitting(f"draws of {name}") as progress:
        group = hierarchical(
            one, people, fixed=held, n_draws=draws, thin=thin, seed=seed, workers=workers,
            path=nc.with_suffix(".chains.npz"), progress=progress,
        ).assign_attrs(data=dataset)  # fmt: skip
    fits.save(group, nc)
    predicted = posterior_predictive(one, group, people, family.curves, seed=seed)
    _tell(notes)
    out.print(report.table(hierarchical_report.COLUMNS, hierarchical_report.rows(group)))
    out.print(f"\n{hierarchical_report.predictions(predicted, family.curves(people))}", markup=False, soft_wrap=True)
    out.print(f"\n{nc.resolve()}", soft_wrap=True)


@app.command()
def figure(
    name: Annotated[str, typer.Argument(help="A name from 'neuromem list figures'.")],
    folder: Folder = Path("results"),
    subjects: Subjects = None,
    seed: Seed = 0,
    workers: Workers = PROCESSORS,
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
    out.print(f"\n{picture.resolve()}\n{kept.resolve()}", soft_wrap=True)


@app.command()
def score(
    folder: Annotated[Path, typer.Option("--out", help="Folder of the table, the picture and the runs.")] = Path(
        "results"
    ),
    pages: Annotated[list[Path], typer.Option("--page", help="A Markdown page with places for the score.")] = [],  # noqa: B006
    paradigm: Annotated[list[str], typer.Option(help="One of the paradigms; default: all.")] = [],  # noqa: B006
    memory: Annotated[list[str], typer.Option(help="One of the memories; default: all.")] = [],  # noqa: B006
    quick: Annotated[bool, typer.Option("--quick", help="Quick designs, of a handful of subjects.")] = False,
    seed: Seed = 0,
    workers: Workers = PROCESSORS,
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
    out.print("\n".join(str(path.resolve()) for path in (table, picture, *pages)), soft_wrap=True)
    if "failed" in scored.attrs:
        err.print(f"neuromem: {scored.failed}", markup=False)
        raise typer.Exit(1)


@app.command()
def ledger(
    name: Annotated[str | None, typer.Argument(help="One figure; default: all.")] = None,
    folder: Folder = Path("results"),
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


@contextlib.contextmanager
def _fitting(title: str) -> Iterator[Any]:
    """The progress of fits; warnings are told in a line each, and what an interrupt left is told once."""
    with report.progress(title, err) as progress, _warnings_in_a_line():
        try:
            yield progress
        except KeyboardInterrupt as stopped:
            if stopped.args:
                err.print(f"neuromem: {stopped}", markup=False)
            raise


def _observed(family: Any, dataset: str, keep_going: bool) -> tuple[Any, list[str]]:
    """What was observed, of a data set of the family or of a file, and what is to be told of it in lines."""
    return (family.DATA[dataset](), []) if dataset in family.DATA else family.of_file(dataset, keep_going)


def _tell(notes: list[str]) -> None:
    out.print("\n".join(notes), markup=False, soft_wrap=True, end="\n" if notes else "")


@contextlib.contextmanager
def _warnings_in_a_line() -> Iterator[None]:
    """What is warned of is told like a mistake, at once."""
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *rest, **more: err.print(f"neuromem: {message}", markup=False)
        yield


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
