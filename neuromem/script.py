"""Runs a paradigm or figure file as a script: prints its numbers beside what is accepted and draws its picture."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from rich.console import Console

from neuromem import compare, effects, ledger, plot, report, run
from neuromem import paradigm as paradigms
from neuromem.run import Result


def paradigm(file: str) -> Result:
    """Run a paradigm file at its defaults, or with `--quick` on the command line at its quick design."""
    words = ArgumentParser()
    words.add_argument("--quick", action="store_true", help="a design of a few seconds")
    quick = words.parse_args().quick
    console, module = Console(width=report.WIDTH), paradigms.load(Path(file))
    design = module.Design.quick() if quick else module.Design()
    runner = compare.compare if compares(module) else run.run
    with report.progress(paradigms.name(module), Console(stderr=True)) as progress:
        result = runner(module, design=design, n_subjects=quick_count(module, quick), progress=progress)
    people = paradigms.human(module, design)
    console.print(heading(result))
    console.print(outcomes(module, result, people))
    draw(module, result, people)
    return result


def figure(file: str) -> None:
    """Make a figure, of its own number of subjects or of `--subjects N`, and print its rows of the ledger.

    `--out FOLDER` keeps them there.
    """
    words = ArgumentParser()
    words.add_argument("--out", type=Path, help="folder for the rows")
    words.add_argument("--subjects", type=int, help="how many subjects, instead of the figure's own number")
    typed = words.parse_args()
    folder = typed.out
    module = paradigms.load_figure(Path(file))
    with report.progress(paradigms.name(module), Console(stderr=True)) as progress:
        results = module.compute(n_subjects=typed.subjects, workers=os.cpu_count() or 1, progress=progress)
    with plot.style():
        module.draw(results)
    entry = ledger.record(module, results, seed=0)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        ledger.save(entry, folder)
    told = [{"figure": entry["figure"], "name": name, "stale": False} | row for name, row in entry["rows"].items()]
    Console(width=report.WIDTH).print(report.ledger(told))


def heading(result: Result) -> str:
    """What was run: paradigm, memory, subjects and seed."""
    told = result.measured.attrs
    memory = json.loads(told["memory"])
    on = memory["class"] if "class" in memory else ", ".join(memory)
    return f"{told['paradigm']} on {on}, {told['n_subjects']} subjects, seed {told['seed']}"


def compares(module) -> bool:
    """Whether the paradigm's picture is one of several memories side by side."""
    return getattr(module, "COMPARED", False)


def quick_count(module, quick: bool) -> int:
    """The paradigm's own number of subjects, or a handful for a quick look."""
    return min(module.N_SUBJECTS, 10) if quick else module.N_SUBJECTS


def outcomes(module, result: Result, people) -> object:
    """The table of effects, of each memory where there are several; with data, also people's and the model's in the
    conditions that both have."""
    if compare.DIM in result.measured.dims:
        each = {n: effects.evaluate(module.EFFECTS, one) for n, one in plot.each_memory(result.measured)}
        return report.compared(each, module.EFFECTS)
    if people is None:
        return report.effects(effects.evaluate(module.EFFECTS, result.measured))
    alike = in_shared_conditions(result.measured, people)
    told = (effects.evaluate(module.EFFECTS, m) if m is not None else [] for m in (result.measured, people, alike))
    return report.effects(*told)


def in_shared_conditions(measured: Any, people: Any) -> Any:
    """The measures in those conditions alone that people had too; None where both name conditions and share none."""
    if "condition" not in measured.coords or "condition" not in people.coords:
        return measured
    shared = [c for c in people.condition.values if c in measured.condition.values]
    return measured.sel(condition=shared) if shared else None


def draw(module, result: Result, people) -> Figure:
    """The paradigm's picture, with people's data in it where there are some."""
    panels = getattr(module, "PANELS", (1, 1))
    with plot.style():
        fig, ax = plot.figure(*panels)
        extra = {} if people is None else {"data": people}
        module.plot(result.measured, np.asarray(ax) if panels != (1, 1) else ax, **extra)
    return fig
