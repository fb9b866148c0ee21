"""What the docs say is executed: docstring examples, the README, the guide's files."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
import runpy
import sys
from pathlib import Path

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from docutils.utils import Reporter

import neuromem
from neuromem import effects, paradigm, registry
from neuromem.data import store
from neuromem.run import run

ROOT = Path(neuromem.__file__).parents[1]
HOWTO = ROOT / "docs" / "howto"
STRICT = {"report_level": Reporter.WARNING_LEVEL, "halt_level": Reporter.WARNING_LEVEL}
MODULES = [m.name for m in pkgutil.walk_packages(neuromem.__path__, "neuromem.") if not m.name.endswith("__main__")]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_readme_code_prints_what_it_says(capsys):
    code, said = re.findall(r"```(?:python|text)\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == said
    assert len([line for line in code.splitlines() if line]) == 10


@pytest.mark.parametrize(
    "name", ["tour", "my_memory", "my_paradigm", "fitting", pytest.param("spiking", marks=pytest.mark.slow)]
)
def test_guide_runs(name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [name, "--quick"])
    runpy.run_path(str(HOWTO / f"{name}.py"), run_name="__main__")
    assert "NO" not in capsys.readouterr().out.split()


def test_my_memory_example(monkeypatch):
    monkeypatch.syspath_prepend(HOWTO)
    failed, attempted = doctest.testmod(importlib.import_module("my_memory"))
    assert (failed, attempted) == (0, 3)


def test_my_paradigm_shows_its_effects():
    result = run(HOWTO / "my_paradigm.py")
    outcomes = effects.evaluate(paradigm.load(HOWTO / "my_paradigm.py").EFFECTS, result.measured)
    assert [o.name for o in outcomes if not o.holds] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(name):
    links = re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_versions_agree():
    cited = re.search(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.M)[1]
    assert cited == neuromem.__version__


def test_architecture_names_every_part():
    layout = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    parts = {m.name + ("/" if m.ispkg else ".py") for m in pkgutil.iter_modules(neuromem.__path__)}
    shipped = {"__main__.py", "_paradigms/", "_figures/"}
    assert parts - shipped == set(re.findall(r"^  ([\w/.]+)", layout, re.M))


@pytest.mark.parametrize(("needed", "held_back"), [((), []), (("digits", "mnist"), ["mnist"])])
def test_the_docs_hold_back_a_figure_whose_data_are_absent(needed, held_back, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    monkeypatch.setenv("NEUROMEM_DATA", str(tmp_path))
    monkeypatch.setattr(store, "cache", lambda: tmp_path / "cache")
    names = "".join(f"{name} = None\n" for name in paradigm.FIGURE_NAMES if name != "DATA")
    path = tmp_path / "mine.py"
    path.write_text(f"{names}DATA = {needed}\n")
    monkeypatch.setattr(registry, "figures", lambda: {"mine": registry.Entry("mine", "", "", path)})
    gallery = importlib.import_module("gallery")
    assert gallery.absent_data("mine") == held_back
    assert bool(gallery.note("figures/mine")) == bool(held_back)
    assert bool(re.search(gallery.executed(), "/docs/figures/mine.py")) != bool(held_back)


def documented(module):
    yield module
    for _, one in inspect.getmembers(module, lambda m: inspect.isclass(m) or inspect.isfunction(m)):
        if one.__module__ == module.__name__:
            yield one
            yield from (m for _, m in inspect.getmembers(one, inspect.isfunction) if inspect.isclass(one))


@pytest.mark.parametrize("name", MODULES)
def test_the_page_of_a_module_can_be_made_of_its_docstrings(name, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    pages, equations = importlib.import_module("pages"), importlib.import_module("mathml")
    for lines in [inspect.getdoc(one).splitlines() for one in documented(importlib.import_module(name)) if one.__doc__]:
        pages.plain_text_to_rst(None, "", "", None, None, lines)
        page = publish_doctree("\n".join(lines), settings_overrides=STRICT)
        assert all(equations.mathml(" ".join(n.astext().split())) for n in page.findall(is_math))


def is_math(node):
    return isinstance(node, (nodes.math, nodes.math_block))


@pytest.mark.parametrize(
    "path",
    [e.source for e in [*registry.paradigms().values(), *registry.figures().values()]],
    ids=lambda p: "/".join(p.parts[-2:]),
)
def test_the_page_of_a_paradigm_or_figure_can_be_made_of_its_docstring(path):
    publish_doctree(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), settings_overrides=STRICT)


def test_the_score_is_of_all_memories_and_effects():
    page = (ROOT / "docs" / "score.md").read_text(encoding="utf-8")
    told = {cell.strip() for line in page.splitlines() if line.startswith("|") for cell in line.split("|")}
    others = re.findall(r"^(?:No rule|Not run): (.*)$", page, re.M)
    told |= {name.strip(" .") for line in others for name in line.split(",")}
    modules = [paradigm.load(entry.source) for entry in registry.paradigms().values()]
    effects = {name.replace("_", " ") for module in modules for name in module.EFFECTS}
    assert (set(registry.memories()) | effects) - told == set()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rest = re.search(r"^Not in the table, .*: (.*)\.$", readme, re.M)[1].split(", ")
    assert [name for name in registry.memories() if f"| {name} |" not in readme and name not in rest] == []
