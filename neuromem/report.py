"""Tables and progress for a terminal; what they show is computed elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from neuromem.effects import Effect, Outcome
from neuromem.likelihood import Parameter
from neuromem.settings import Field

if TYPE_CHECKING:
    import xarray as xr

WIDTH = 160  # of what is not printed on a terminal
ENDLESS = 10_000  # width of lines that nothing folds
DELAY = 2.0  # seconds before a progress bar is worth its line


def table(columns: Iterable[str], rows: Sequence[Sequence[Any]], **looks: Any) -> Table:
    """A plain table, its rows folded to the width of the console; a cell is anything that can be printed."""
    made = Table(box=None, pad_edge=False, header_style="bold", title_justify="left", title_style="bold", **looks)
    for i, column in enumerate(columns):
        made.add_column(column, no_wrap=i == 0, overflow="fold")
    for row in rows:
        made.add_row(*(Text(str(cell)) for cell in row))
    return made


def listing(title: str, columns: Iterable[str], rows: Sequence[Sequence[Any]]) -> Table:
    """A table under a title: on a wide console one line for each row, on a narrow one folded within its columns."""
    return table(columns, rows, title=title)


def settings(fields: Sequence[Field]) -> Table:
    """The fields of a design or a memory: name, default, unit, what each is and what it takes."""
    rows = [(f.name, f.default, f.unit, f.about, f.takes) for f in fields]
    used = [i for i in range(5) if i not in (2, 3) or any(row[i] for row in rows)]
    columns = ("field", "default", "unit", "about", "takes")
    return table([columns[i] for i in used], [[row[i] for i in used] for row in rows])


def parameters(told: Sequence[Parameter]) -> Table:
    """The parameters of a model of behaviour: name, default, bounds, unit, whether a fit moves it, meaning."""
    rows = [
        (p.name, f"{p.default:g}", interval(p.low, p.high), p.unit, "yes" if p.free else "no", p.about) for p in told
    ]
    return table(["parameter", "default", "bounds", "unit", "free", "about"], rows)


def fits(found: xr.Dataset) -> Table:
    """A row for each model: its free parameters, how likely it makes the data, and how far its searches agree."""
    (unit,) = set(found.log_likelihood.dims) - {"subject", "model"}
    n, starts = found.sizes["subject"], found.sizes["start"]
    rows = []
    for name in found.model.values:
        one = found.sel(model=name)
        total = float(one.log_likelihood.sum())
        each = total / int(one.log_likelihood.notnull().sum())
        free = "counted" if np.isnan(one.n_parameters) else f"{int(one.n_parameters)}"
        agree = f"{int((one.agreement >= min(2, starts)).sum())} of {n}"
        worst = number(float(one.spread.max()))
        rows.append((str(name), free, f"{total:.2f}", f"{each:.3f}", agree, worst, f"{int(one.evaluations.sum()):,}"))
    agrees = "subjects with agreeing starts" if starts > 1 else "subjects"
    return table(["model", "parameters", "ln p", f"a {unit}", agrees, "largest spread", "evaluations"], rows)


def searches(of_fold: Sequence[xr.Dataset], *, together: bool = False) -> Table:
    """A row for each model: how far the searches agree whose values predict what was held back.

    Fitted `together`, the subjects of a fold share one fit.
    """
    starts = of_fold[0].sizes["start"]
    rows = []
    for name in of_fold[0].model.values:
        each = [one.sel(model=name).isel(subject=slice(1) if together else slice(None)) for one in of_fold]
        agreement = np.concatenate([one.agreement.values for one in each])
        agree = f"{(agreement > 1).sum()} of {len(agreement)}" if starts > 1 else "one start: not known"
        rows.append((str(name), agree, number(max(float(one.spread.max()) for one in each))))
    return table(["model", "fits without a fold, with agreeing starts", "largest spread"], rows)


def fitted(found: xr.Dataset) -> Table:
    """A row for each fitted parameter of each model: its mean and spread over subjects, and how many are at a bound."""
    rows = []
    for name in found.model.values:
        one = found.sel(model=name)
        for at in np.flatnonzero(one.free.values):
            value, low, high = one.value.values[:, at], float(one.low[at]), float(one.high[at])
            sd = number(value.std(ddof=1)) if len(value) > 1 else ""
            bound = int(one.at_bound.values[:, at].sum())
            told = [str(one.parameter.values[at]), number(np.mean(value)), sd, interval(value.min(), value.max())]
            told += [interval(low, high), str(one.parameter_unit.values[at]), f"{bound} of {len(value)}"]
            rows.append((str(name), *told))
    return table(["model", "parameter", "mean", "sd", "range", "bounds", "unit", "subjects at a bound"], rows)


def explanation(doc: str) -> str:
    """A docstring without its title, its example and what is told elsewhere: errors, source and limit."""
    apart = (">>>", "Raises", "Source:")
    return "\n\n".join(p for p in doc.split("\n\n")[1:] if p.strip() and not p.lstrip().startswith(apart))


def effects(outcomes: list[Outcome], people: list[Outcome] = (), alike: list[Outcome] = ()) -> Table:
    """Each effect beside its accepted interval; with data, people's value and the model's in the same conditions."""
    extra = ["people", "same conditions"][: bool(people) + bool(alike)]
    columns = ["effect", "value", "95 % interval", "accepted", "holds", *extra, "source"]
    rows = []
    for n, o in enumerate(outcomes):
        holds = {True: "yes", False: "NO", None: "not applicable"}[o.holds]
        applies = people and people[n].holds is not None
        human = [number(side[n].value) if applies else "" for side in (people, alike) if side]
        rows.append([o.name, number(o.value), interval(*o.interval), interval(*o.accepted), holds, *human, o.source])
    return table(columns, rows)


def compared(outcomes: dict[str, list[Outcome]], claims: Mapping[str, Effect]) -> Table:
    """Each effect of each memory, a row each; the sources stand once, with the first."""
    rows = []
    for n, (name, claim) in enumerate(claims.items()):
        for m, (memory, told) in enumerate(outcomes.items()):
            o, first = told[n], m == 0
            holds = {True: "yes", False: "NO", None: "not applicable"}[o.holds]
            holds += ", as theory says" if o.holds is False and memory in claim.fails_for else ""
            cells = [number(o.value), interval(*o.interval), interval(*o.accepted), holds]
            rows.append([name if first else "", memory, *cells, claim.source if first else ""])
    return table(["effect", "memory", "value", "95 % interval", "accepted", "holds", "source"], rows)


def ledger(rows: list[dict[str, Any]]) -> Table | str:
    """Published value, archive, ours with its interval, verdict and source, a row each; a line where there are none."""
    if not rows:
        return "No published number is held against this figure."
    columns = ["figure", "what", "published", "archive", "ours", "interval", "of", "n", "verdict", "source"]
    return table(columns, [_ledger_row(row) for row in rows])


def _ledger_row(row: dict[str, Any]) -> list[str]:
    made = "ours" in row
    ours = [number(row["ours"]), interval(row["low"], row["high"])] if made else ["", ""]
    of = {"run": "single runs", "mean": "the mean"}[row["kind"]]
    verdict = row["verdict"] + (" (stale: the code has changed)" if row["stale"] else "")
    name, archive, n = row["about"] or row["name"], row.get("archive"), row["n"] if made else ""
    published = f"{number(row['value'])} {row['unit']}".strip()
    return [
        row["figure"],
        name,
        published,
        "" if archive is None else number(archive),
        *ours,
        of,
        n,
        verdict,
        row["source"],
    ]


def number(value: float) -> str:
    """Three significant digits."""
    return "" if np.isnan(value) else f"{value:.3g}"


def interval(low: float, high: float) -> str:
    return "" if np.isnan(low) or np.isnan(high) else f"[{number(low)}, {number(high)}]"


@contextlib.contextmanager
def progress(what: str, console: Console) -> Iterator[Callable[[int, int], None]]:
    """A function of (done, total) that shows a bar on a terminal, once the work has taken two seconds."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with contextlib.ExitStack() as stack:
        bar = Progress(*columns, console=console)
        started, tasks = time.monotonic(), []

        def report(done: int, total: int) -> None:
            if not tasks and console.is_terminal and time.monotonic() - started > DELAY:
                stack.enter_context(bar)
                tasks.append(bar.add_task(what, total=total))
            for task in tasks:
                bar.update(task, completed=done)

        yield report
