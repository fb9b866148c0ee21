"""neuromem compare and neuromem recover."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from neuromem import report
from neuromem.cli import behaviour, options
from neuromem.cli.terminal import fitting, out, tell, tell_of_files, writable
from neuromem.errors import UserError

BY = "aicc or bic of fits; or what is held back and predicted: list, trial, session, or length (of lists)."


def compare(
    dataset: Annotated[str, typer.Argument(help="A data set that models of behaviour are of, or the path of a table.")],
    *,
    models: Annotated[
        str | None, typer.Option(metavar="MODEL,MODEL...", help="Default: all that the data can be fitted with.")
    ] = None,
    by: Annotated[str, typer.Option(help=BY)] = "aicc",
    together: Annotated[bool, typer.Option("--together", help="One fit of all subjects, who are then judged.")] = False,
    folds: Annotated[int | None, typer.Option(help="In how many parts units are held back.")] = None,
    effort: options.Effort = "default",
    restarts: options.Restarts = None,
    subjects: options.FirstSubjects = None,
    recovery: Annotated[Path | None, typer.Option(help="A result of model recovery (.nc), to draw beside.")] = None,
    pages: options.Pages,
    keep_going: options.KeepGoing = False,
    seed: options.Seed = 0,
    workers: options.Workers = options.PROCESSORS,
    scheduler: options.Scheduler = None,
    out_file: Annotated[Path | None, typer.Option("--out", help="Default: results/compare_DATASET.nc")] = None,
    figure: Annotated[Path | None, typer.Option(help="Default: results/compare_DATASET.png")] = None,
) -> None:
    """Fit several models and compare them: criteria, what they predict, whom each describes; goes on if stopped."""
    from neuromem import comparison_page, plot, registry
    from neuromem.fit import asked, fit, pieces
    from neuromem.fit import contest as contests

    names = [] if models is None else behaviour.named(models)
    family, chosen = registry.to_fit(names, dataset)
    stem = Path(dataset).stem
    place = stem if by == "aicc" else f"{stem} {by}"
    for page in pages:
        comparison_page.check_page(page, place)
    confusion = None if recovery is None else comparison_page.confusion(recovery, by)
    file = f"compare_{place.replace(' ', '_')}"
    nc = writable(out_file, f"{file}.nc", (".nc",))
    picture = writable(figure, f"{file}.png", plot.SUFFIXES)
    observed, notes = behaviour.observed(family, dataset, keep_going)
    observed = asked.first_subjects(observed, subjects)
    if not names:
        chosen, left_out = behaviour.able(chosen, observed, by=by)
        notes += left_out
    if chosen and all(model.counted for model in chosen.values()):
        raise UserError(f"{', '.join(chosen)}: nothing but counts, none of which is fitted; name a model that is, too.")
    kept = pieces.Pieces(nc.with_suffix(".parts"))
    told = {"effort": asked.effort(effort, restarts, None), "seed": seed, "workers": workers, "scheduler": scheduler}
    with fitting(f"fits to {stem}") as progress:
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
    tell(notes)
    out.print(report.table(comparison_page.COLUMNS, comparison_page.rows(compared)))
    out.print(f"\n{comparison_page.note(compared)}\n", markup=False, soft_wrap=True)
    if not together:
        out.print(report.fits(held.fits))
    if held.of_fold:
        out.print(report.searches(held.of_fold, together=together))
    tell_of_files(nc, picture, *pages)


def recover(
    models: options.Models,
    dataset: Annotated[str, typer.Argument(help="The data set, or table, whose design simulated people are given.")],
    *,
    subjects: Annotated[int, typer.Option(help="Simulated people, of each model.")] = 20,
    like: Annotated[Path | None, typer.Option(help="Values of people: fits (.nc) that 'neuromem fit' wrote.")] = None,
    spread: Annotated[float, typer.Option(help="Without --like: values within so many logits of the defaults.")] = 1.0,
    effort: options.Effort = "default",
    criterion: Annotated[str, typer.Option(help="aicc or bic: which the picture of several models draws.")] = "aicc",
    pages: options.Pages,
    keep_going: options.KeepGoing = False,
    seed: options.Seed = 0,
    workers: options.Workers = options.PROCESSORS,
    scheduler: options.Scheduler = None,
    out_file: Annotated[Path | None, typer.Option("--out", help="Default: results/recover_MODEL.nc")] = None,
    figure: Annotated[Path | None, typer.Option(help="Default: results/recover_MODEL.png")] = None,
) -> None:
    """Simulate people and fit them: are values recovered, and of several models the one that simulated? Can go on."""
    from neuromem import checks, plot, recovery_page, registry
    from neuromem.fit import asked, fit, pieces
    from neuromem.fit import results as fits
    from neuromem.fit.recover import recover as recover_models

    names = behaviour.named(models)
    family, chosen = registry.to_fit(names, dataset)
    checks.choice("criterion", criterion, tuple(recovery_page.CRITERIA))
    place = next(iter(chosen)) if len(chosen) == 1 else "models"
    for page in pages:
        recovery_page.check_page(page, place)
    nc = writable(out_file, f"recover_{place}.nc", (".nc",))
    picture = writable(figure, f"recover_{place}.png", plot.SUFFIXES)
    people, notes = behaviour.observed(family, dataset, keep_going)
    if not names:
        chosen, left_out = behaviour.able(chosen, people, by="aicc")
        notes += left_out
    kept = pieces.Pieces(nc.with_suffix(".parts"))
    told = {"effort": asked.chosen_effort(effort), "seed": seed, "workers": workers, "scheduler": scheduler}
    with fitting(f"fits to people of {place}") as progress:
        found = recover_models(
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
    tell(notes)
    for columns, rows, note in recovery_page.tables(found):
        out.print(report.table(columns, rows))
        out.print(f"\n{note}\n", markup=False, soft_wrap=True)
    tell_of_files(nc, picture, *pages)
