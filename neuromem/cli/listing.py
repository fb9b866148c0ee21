"""neuromem list."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from neuromem import report
from neuromem.cli.terminal import lines, out
from neuromem.errors import UserError, nearest

KINDS = ("memories", "paradigms", "figures", "data", "behaviour")


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
