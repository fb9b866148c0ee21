"""How the galleries run the files: paradigms with their quick design, figures in full where their data are here."""

import re
from pathlib import Path

from neuromem import data, paradigm, registry
from neuromem.data.store import state

FEWER = {  # figures that take minutes in full: how many subjects a build takes
    "gershman2025_fig2_variants": 3,
    "spiking_beside_rate": 3,
    "spiking_vector_hash": 3,
}
LEDGER = Path(__file__).parent / "_build" / "ledger"  # rows of the figures that a build has made


def executed() -> str:
    """The pattern of the files that are executed: all of them, but for figures whose data are not here."""
    out = [f"{name}.py" for name in registry.figures() if absent_data(name)]
    return rf"^(?!.*[\\/]figures[\\/]({'|'.join(map(re.escape, out))})$)" if out else "/"


def absent_data(figure: str) -> list[str]:
    """The data sets that a figure needs and that are not here."""
    needed = paradigm.load_figure(registry.figures()[figure].source).DATA
    return [name for name in needed if state(data.module(name).SOURCE).status != "present"]


def arguments(gallery_conf, script) -> list[str]:
    """What a file finds on its command line; it also finds its own path, which sphinx-gallery does not give it."""
    script["example_globals"]["__file__"] = script["src_file"]
    source = Path(script["src_file"])
    if source.parent.name != "figures":
        return ["--quick"]
    return ["--out", str(LEDGER), *(["--subjects", str(FEWER[source.stem])] if source.stem in FEWER else [])]


def underline_title(app, docname: str, source: list[str]) -> None:
    """Make the first line of a gallery file's docstring the title of its page."""
    before, label, text = source[0].partition(f"\n.. _sphx_glr_{docname.replace('/', '_')}.py:\n")
    title, _, rest = text.lstrip().partition("\n")
    if label and not rest.startswith("==="):
        source[0] = f"{before}{label}\n{title}\n{'=' * len(title)}\n{note(docname)}\n{rest}"


def note(docname: str) -> str:
    """What stands on the page of a figure that was not made, or not in full."""
    folder, _, name = docname.partition("/")
    if folder != "figures" or name not in registry.figures():
        return ""
    if absent := absent_data(name):
        wanted = f"it needs the data set {' and '.join(absent)} (see `neuromem data`)"
        return f"\n.. note:: Not executed in this build: {wanted}. To make it: `neuromem figure {name}`.\n"
    fewer = f"{FEWER[name]} simulated subjects" if name in FEWER else ""
    return f"\n.. note:: Made here of {fewer}; in full, in minutes: `neuromem figure {name}`.\n" if fewer else ""
