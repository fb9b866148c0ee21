"""What the docs say is executed: docstring examples, the README, the guide's files."""

import doctest
import importlib
import inspect
import pkgutil
import re
import runpy
import sys
from pathlib import Path

import pytest
from docutils.core import publish_doctree
from docutils.utils import Reporter

import neuromem
from neuromem import effects, paradigm, registry
from neuromem.data import store
from neuromem.run import run

ROOT = Path(neuromem.__file__).parents[1]
HOWTO = ROOT / "docs" / "howto"
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


@pytest.mark.parametrize("name", ["tour", "my_memory", "my_paradigm"])
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


@pytest.mark.parametrize("name", registry.memories() | registry.wrappers())
def test_the_page_of_a_memory_can_be_made_of_its_docstring(name, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    lines = inspect.getdoc((registry.memories() | registry.wrappers())[name].source).splitlines()
    importlib.import_module("pages").plain_text_to_rst(None, "", "", None, None, lines)
    strict = {"report_level": Reporter.WARNING_LEVEL, "halt_level": Reporter.WARNING_LEVEL}
    publish_doctree("\n".join(lines), settings_overrides=strict)
