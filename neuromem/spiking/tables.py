"""A network told in tables, in the format of Nordlie, Gewaltig & Plesser (2009), read off the network itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from neuromem.spiking import circuit as circuits
from neuromem.spiking.brian import brian2, quiet
from neuromem.spiking.circuit import Circuit, Trial

SOURCE = "Nordlie, Gewaltig & Plesser (2009), PLoS Comput. Biol. 5:e1000456"


class Table(NamedTuple):
    """A title and rows of two or more columns, the first row the heading."""

    title: str
    rows: list[tuple[str, ...]]


def tables(circuit: Circuit, trial: Trial) -> list[Table]:
    """Populations, connectivity, cells, synapses, plasticity, input, measurements and parameters of a circuit.

    The network is made, and not run; what is told is what would run. Empty tables are left out.
    """
    b = brian2()
    with quiet(), _interpreted():
        network = circuits.made(circuit, trial.experiment.courses)
        for one in network.objects:
            one._network = network.id  # or Brian2 warns of a network that never ran
        groups = [one for one in _sorted(network) if isinstance(one, b.NeuronGroup)]
        synapses = [one for one in _sorted(network) if isinstance(one, b.Synapses)]
        monitors = [one for one in _sorted(network) if isinstance(one, b.EventMonitor | b.StateMonitor)]
        told = [
            Table("Populations", [("name", "cells"), *((g.name, str(g.N)) for g in groups)]),
            Table("Connectivity", [("name", "from", "to", "synapses"), *map(_connection, synapses)]),
            Table("Cells", [("name", "model"), *(row for g in groups for row in _cell(g))]),
            Table("Synapses", [("name", "model"), *(row for s in synapses for row in _synapse(s))]),
            Table("Plasticity and other regular events", [("name", "rule"), *_regular([*groups, *synapses])]),
            Table("Input", [("signal", "course"), *_inputs(trial)]),
            Table("Measurements", [("name", "of"), *((m.name, m.source.name) for m in monitors)]),
        ]
        used = set(re.findall(r"\w+", " ".join(cell for table in told for row in table.rows for cell in row)))
        told.append(Table("Parameters", [("name", "value"), *_parameters(groups + synapses, used)]))
    return [table for table in told if len(table.rows) > 1]


def markdown(told: list[Table]) -> str:
    """The tables as Markdown."""
    return "\n\n".join(f"**{table.title}**\n\n" + "\n".join(_piped(table.rows)) for table in told) + "\n"


def rest(told: list[Table]) -> str:
    """The tables as reStructuredText, each a list-table."""
    return "\n".join(_listed(table) for table in told)


@contextmanager
def _interpreted() -> Iterator[None]:
    """Connections told by a condition are made without a compiler."""
    b = brian2()
    before = b.prefs.codegen.target
    b.prefs.codegen.target = "numpy"
    try:
        yield
    finally:
        b.prefs.codegen.target = before


def _sorted(network: Any) -> list[Any]:
    return sorted(network.objects, key=lambda one: one.name)


def _connection(one: Any) -> tuple[str, ...]:
    return one.name, one.source.name, one.target.name, str(len(one))


def _cell(group: Any) -> Iterator[tuple[str, str]]:
    yield from ((group.name, line) for line in _equations(group))
    for event, condition in group.events.items():
        yield group.name, f"{event} when {condition}"
        if group.event_codes.get(event):
            yield group.name, f"after {event}: {_one_line(group.event_codes[event])}"
    if group._refractory is not False:
        yield group.name, f"refractory for {group._refractory}"


def _synapse(one: Any) -> Iterator[tuple[str, str]]:
    yield from ((one.name, line) for line in _equations(one))
    for path in one._pathways:
        when = f"{path.event} of {'source' if path.prepost == 'pre' else 'target'}"
        yield one.name, f"at {when}: {_one_line(path.code)}"


def _regular(owners: list[Any]) -> Iterator[tuple[str, str]]:
    b = brian2()
    for owner in owners:
        for inside in owner.contained_objects:
            if type(inside) is b.groups.group.CodeRunner and inside.clock is not owner.clock:
                yield inside.name, f"every {inside.clock.dt}: {_one_line(inside.abstract_code)}"


def _inputs(trial: Trial) -> Iterator[tuple[str, str]]:
    for name, course in trial.experiment.courses.items():
        width = 1 if course.values.ndim == 1 else course.values.shape[1]
        of = "" if course.unit == "1" else f" in {course.unit}"
        yield name, f"{width} at a time{of}, every {1e3 * course.step:g} ms"


def _parameters(owners: list[Any], used: set[str]) -> list[tuple[str, str]]:
    """Names and values of those constants that stand in some equation."""
    b = brian2()
    named: dict[str, str] = {}
    for owner in owners:
        held: Mapping[str, Any] = owner.namespace or {}
        numbers = {n: v for n, v in held.items() if isinstance(v, int | float | b.Quantity)}
        named |= {name: str(value) for name, value in numbers.items() if name in used}
    return sorted(named.items())


def _equations(owner: Any) -> list[str]:
    return [line for line in (text.strip() for text in str(owner.equations).splitlines()) if line]


def _one_line(code: str) -> str:
    return "; ".join(line.strip() for line in code.strip().splitlines() if line.strip())


def _piped(rows: list[tuple[str, ...]]) -> list[str]:
    lines = ["| " + " | ".join(f"`{cell}`" if at else cell for cell in row) + " |" for at, row in enumerate(rows)]
    return [lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]]


def _listed(table: Table) -> str:
    lines = [f".. list-table:: {table.title}", "   :header-rows: 1", ""]
    for at, row in enumerate(table.rows):
        cells = [f"``{cell}``" if at else cell for cell in row]
        lines += [f"   {'  -' if i else '* -'} {cell}" for i, cell in enumerate(cells)]
    return "\n".join([*lines, ""])
