"""How the galleries run the files: paradigms with their quick design, figures in full where their data are here."""

import re
from pathlib import Path

from neuromem import data, ledger, provenance, registry
from neuromem.data.store import state

record = ledger.record

MOST_MINUTES = 3  # that a figure may take
LEDGER = Path(__file__).parent / "_build" / "ledger"  # rows of the figures that a build has made


def executed() -> str:
    """The pattern of the files that are executed: all of them, but for figures that `why_not` holds back."""
    out = [path.name for path in figure_paths() if why_not(path)]
    return rf"^(?!.*[\\/]figures[\\/]({'|'.join(map(re.escape, out))})$)" if out else "/"


def figure_paths() -> list[Path]:
    return [entry.source for entry in registry.figures().values()]


def why_not(path: Path) -> str:
    """Why a figure is not executed, or nothing; one that takes long says so in `MINUTES`."""
    if absent := absent_data(path):
        return f"it needs the data set {' and '.join(absent)} (see `neuromem data`)"
    minutes = re.search(r"^MINUTES = (\d+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return f"it takes about {minutes[1]} minutes" if minutes and int(minutes[1]) > MOST_MINUTES else ""


def absent_data(path: Path) -> list[str]:
    """The data sets that a file or its paradigms name and that are not here."""
    return [name for name in data_sets(path) if state(data.module(name).SOURCE).status != "present"]


def data_sets(path: Path) -> list[str]:
    """The data sets that a figure names in quotes, or whose modules it or its paradigms import."""
    code = provenance.code_hashes(path, *(registry.find("paradigms", name) for name in paradigms_of(path)))
    named = re.findall(r"[\"'](\w+)[\"']", path.read_text(encoding="utf-8"))
    return [name for name in data.names() if f"neuromem/data/{name}.py" in code or name in named]


def paradigms_of(path: Path) -> list[str]:
    """The names in a figure's PARADIGMS, read without running the file."""
    line = re.search(r"^PARADIGMS\b[^=]*=(.*?)\n(?=\S|$)", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return re.findall(r"[\"'](\w+)[\"']", line.group(1)) if line else []


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
