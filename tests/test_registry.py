"""To exist is to be registered: memories, paradigms, figures and data sets are found by looking."""

import sys
from importlib.metadata import EntryPoint

import pytest

from neuromem import Memory, registry
from neuromem.errors import UserError


@pytest.mark.parametrize("kind", ["memories", "paradigms", "figures", "data"])
def test_everything_found_says_what_it_is_and_where_it_comes_from(kind):
    found = getattr(registry, kind)()
    assert found
    for name, entry in found.items():
        assert name == entry.name
        assert entry.summary, name
        assert entry.reference, name


@pytest.mark.parametrize("name", registry.memories())
def test_every_memory_is_made_from_its_name_at_its_defaults(name):
    assert isinstance(registry.memory(name), Memory)


def test_an_unknown_name_names_the_nearest():
    with pytest.raises(UserError, match="there is no memory 'modern_hopfeld'; did you mean modern_hopfield"):
        registry.memory("modern_hopfeld")
    with pytest.raises(UserError, match="there is no paradigm 'list_recal'; did you mean list_recall"):
        registry.find("paradigms", "list_recal")


def test_a_package_from_outside_adds_memories_and_paradigms(tmp_path, monkeypatch):
    (tmp_path / "outside.py").write_text(
        '"""A paradigm from outside"""\n'
        'REFERENCE = "elsewhere"\n'
        "from neuromem.models.kernel_memory import KernelMemory\n"
        'def echo() -> KernelMemory:\n    """An alias from outside.\n\n    Source: elsewhere.\n    """\n'
        "    return KernelMemory()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    points = {
        "neuromem.memories": [EntryPoint("echo", "outside:echo", "neuromem.memories")],
        "neuromem.paradigms": [EntryPoint("outside", "outside", "neuromem.paradigms")],
    }
    monkeypatch.setattr(registry, "entry_points", lambda group: points.get(group, []))
    assert registry.memories()["echo"].reference == "elsewhere."
    assert registry.paradigms()["outside"].summary == "A paradigm from outside"
    monkeypatch.delitem(sys.modules, "outside")
