"""neuromem fit and neuromem hierarchical."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neuromem import report
from neuromem.cli import behaviour, options
from neuromem.cli.terminal import fitting, out, tell, tell_of_files, writable

A_GROUP = 10  # subjects of a hierarchical fit, unless told otherwise


def fit(
    models: options.Models,
    dataset: Annotated[str, typer.Argument(help="A data set that the models are of, or the path of a table.")],
    *,
    fix: options.Fix,
    free: Annotated[list[str], options.several(metavar="NAME", help="Fit one that a fit leaves alone by itself.")],
    bounds: Annotated[list[str], options.several(metavar="NAME=LOW:HIGH", help="Narrow the bounds of one.")],
    effort: options.Effort = "default",
    restarts: options.Restarts = None,
    optimiser: Annotated[str | None, typer.Option(help="scipy (differential evolution), cma or pybads.")] = None,
    subjects: options.FirstSubjects = None,
    keep_going: options.KeepGoing = False,
    seed: options.Seed = 0,
    workers: options.Workers = options.PROCESSORS,
    scheduler: options.Scheduler = None,
    out_file: Annotated[Path | None, typer.Option("--out", help="Default: results/fit_DATASET.nc")] = None,
) -> None:
    """Fit models of behaviour to each subject of a data set; a fit that was stopped goes on."""
    from neuromem import registry
    from neuromem.fit import asked, fit, pieces
    from neuromem.fit import results as fits

    names = behaviour.named(models)
    family, chosen = registry.to_fit(names, dataset)
    nc = writable(out_file, f"fit_{Path(dataset).stem}.nc", (".nc",))
    told = {"fixed": asked.fixed(fix), "free": free, "bounds": asked.bounds(bounds)}
    told |= {"effort": asked.effort(effort, restarts, optimiser), "seed": seed}
    people, notes = behaviour.observed(family, dataset, keep_going)
    people = asked.first_subjects(people, subjects)
    if not names:
        chosen, left_out = behaviour.able(chosen, people, by=people.unit)
        notes += left_out
    kept = pieces.Pieces(nc.with_suffix(".parts"))
    with fitting(f"fits to {Path(dataset).stem}") as progress:
        found = fit.fit(
            chosen, people, **told, workers=workers, scheduler=scheduler, folder=kept.folder, progress=progress
        )
    fits.save(found.assign_attrs(data=dataset), nc)
    kept.remove()
    tell(notes)
    out.print(report.fits(found))
    out.print(report.fitted(found))
    out.print()
    tell_of_files(nc)


def hierarchical(
    model: Annotated[str, typer.Argument(help="From 'neuromem list behaviour'.")],
    dataset: Annotated[str, typer.Argument(help="A data set that the model is of, or the path of a table.")],
    *,
    fix: options.Fix,
    subjects: Annotated[
        int | None, typer.Option(help="The first so many of the subjects; default: ten, or all where they are fewer.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of each of four chains, after as many of warm-up.")] = 1000,
    thin: Annotated[int, typer.Option(help="Sweeps from draw to draw.")] = 5,
    keep_going: options.KeepGoing = False,
    seed: options.Seed = 0,
    workers: Annotated[int, typer.Option(help="Threads; the result does not depend on them.")] = options.PROCESSORS,
    out_file: Annotated[Path | None, typer.Option("--out", help="Default: results/hierarchical_MODEL.nc")] = None,
) -> None:
    """Fit a group: posterior of its mean and spread and of each member, with R-hat; goes on if stopped, or for more."""
    from neuromem import hierarchical_report, registry
    from neuromem.fit import asked
    from neuromem.fit import results as fits
    from neuromem.fit.hierarchical import hierarchical as fit_group
    from neuromem.fit.posterior_predictive import posterior_predictive

    family, chosen = registry.to_fit([model], dataset)
    (name, one), held = *chosen.items(), asked.fixed(fix)
    nc = writable(out_file, f"hierarchical_{name}.nc", (".nc",))
    people, notes = behaviour.observed(family, dataset, keep_going)
    n = min(A_GROUP, len(people.subjects())) if subjects is None else subjects
    people = asked.first_subjects(people, n)
    with fitting(f"draws of {name}") as progress:
        group = fit_group(
            one, people, fixed=held, n_draws=draws, thin=thin, seed=seed, workers=workers,
            path=nc.with_suffix(".chains.npz"), progress=progress,
        ).assign_attrs(data=dataset)  # fmt: skip
    fits.save(group, nc)
    predicted = posterior_predictive(one, group, people, family.curves, seed=seed)
    tell(notes)
    out.print(report.table(hierarchical_report.COLUMNS, hierarchical_report.rows(group)))
    out.print(f"\n{hierarchical_report.predictions(predicted, family.curves(people))}", markup=False, soft_wrap=True)
    out.print()
    tell_of_files(nc)
