"""How the galleries run the files: paradigms with their quick design, figures in full where their data are here."""

import re
from pathlib import Path

from neuromem import data, ledger, paradigm, registry
from neuromem.data.store import state

MOST_MINUTES = 3  # that a figure may take
LEDGER = Path(__file__).parent / "_build" / "ledger"  # rows of the figures that a build has made

record = ledger.record


def executed() -> str:
    """The pattern of the files that are executed: all of them, but for figures that `why_not` holds back."""
    out = [path.name for path in figure_paths() if why_not(path)]
    return rf"^(?!.*[\\/]figures[\\/]({'|'.join(map(re.escape, out))})$)" if out else "/"


def figure_paths() -> list[Path]:
    return [entry.source for entry in registry.figures().values()]


def why_not(path: Path) -> str:
    """Why a figure is not executed, or nothing; one that takes long says so in `MINUTES`."""
    module = paradigm.load_figure(path)
    absent = [name for name in module.DATA if state(data.module(name).SOURCE).status != "present"]
    if absent:
        return f"it needs the data set {' and '.join(absent)} (see `neuromem data`)"
    minutes = getattr(module, "MINUTES", 0)
    return f"it takes about {minutes} minutes" if minutes > MOST_MINUTES else ""


def arguments(gallery_conf, script) -> list[str]:
    """What a file finds in sys.argv; it also finds its own path, which sphinx-gallery does not give it."""
    script["example_globals"]["__file__"] = script["src_file"]
    ledger.record = record_and_keep
    return [] if Path(script["src_file"]).parent.name == "figures" else ["--quick"]


def record_and_keep(*args, **options) -> dict:
    """The ledger rows of a figure, kept for the page of the ledger."""
    entry = record(*args, **options)
    LEDGER.mkdir(parents=True, exist_ok=True)
    ledger.save(entry, LEDGER)
    return entry


def underline_title(app, docname: str, source: list[str]) -> None:
    """Make the first line of a gallery file's docstring the title of its page."""
    before, label, text = source[0].partition(f"\n.. _sphx_glr_{docname.replace('/', '_')}.py:\n")
    title, _, rest = text.lstrip().partition("\n")
    if label and not rest.startswith("==="):
        source[0] = f"{before}{label}\n{title}\n{'=' * len(title)}\n{note(docname)}\n{rest}"


def note(docname: str) -> str:
    """What stands on the page of a figure that was not made."""
    folder, _, name = docname.partition("/")
    paths = {path.stem: path for path in figure_paths()} if folder == "figures" else {}
    reason = why_not(paths[name]) if name in paths else ""
    return (
        f"\n.. note:: Not executed in this build: {reason}. To make it: `neuromem figure {name}`.\n" if reason else ""
    )
