"""Finds memories, paradigms, figures, data sets and models of behaviour by looking: to exist is to be registered.

Memories are the concrete `Memory` classes, and the functions that return one, in `neuromem.models` and
`neuromem.spiking`; paradigms and figures are files; models of behaviour stand in the module `family` of a package.
Packages from outside add theirs with the entry points `neuromem.memories` (a class or a function),
`neuromem.paradigms`, `neuromem.figures` and `neuromem.families` (a module).
"""

from __future__ import annotations

import ast
import copyreg
import dataclasses
import importlib
import importlib.util
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NamedTuple

from neuromem import contract
from neuromem.core import Memory
from neuromem.errors import UserError, located, nearest, short
from neuromem.paradigm import load_file
from neuromem.settings import snake

PACKAGE = Path(__file__).parent


class Entry(NamedTuple):
    name: str
    summary: str
    reference: str
    source: Any  # a class or function for a memory, a module for a data set, a path for a file


def memories() -> dict[str, Entry]:
    """Every memory by name, classes before the aliases of compositions."""
    import neuromem.models
    import neuromem.spiking

    found = _memories_within(neuromem.models) + _memories_within(neuromem.spiking)
    for point in entry_points(group="neuromem.memories"):
        found += _entries(point.name, lambda point=point: [point.load()])
    found.sort(key=lambda entry: (not inspect.isclass(entry.source), entry.source.__name__))
    return {entry.name: entry for entry in found}


def wrappers() -> dict[str, Entry]:
    """Every memory around a memory, by name."""
    import neuromem.wrappers

    return {entry.name: entry for entry in _memories_within(neuromem.wrappers)}


def memory(name: str) -> Memory:
    """The memory with this name, at its defaults; UserError names the nearest if there is none."""
    maker = memory_entry(name).source
    contract.defaults(maker)
    return maker()


def memory_entry(name: str) -> Entry:
    """What is known of the memory with this name; UserError names the nearest if there is none."""
    if ".py" in name:
        return memory_in_file(name)
    found = memories()
    if name not in found:
        _refuse_unfinished([kind for kind in _below(Memory) if snake(kind.__name__) == name])
        raise UserError(f"there is no memory {name!r}{nearest(name, found)}")
    return found[name]


def memory_in_file(place: str) -> Entry:
    """The memory that a file of one's own defines, "path/file.py", or the one of this name, "path/file.py:Name".

    It travels to worker processes as the path of its file and its fields, for no package holds its class. Raises
    UserError for a file that cannot be loaded, that defines none or several, or none of that name.
    """
    file, _, asked = place.partition(".py:") if ".py:" in place else (place.removesuffix(".py"), "", "")
    module = load_file(Path(f"{file}.py"), (), prefix="neuromem_memory_")
    found = {maker.__name__: maker for maker in _makers(module)}
    if not found:
        _refuse_unfinished(kind for kind in vars(module).values() if getattr(kind, "__module__", "") == module.__name__)
        raise UserError(
            f"{file}.py defines no memory: neither a class derived from Memory nor a function that returns one."
        )
    if asked and asked not in found:
        raise UserError(f"{file}.py defines no memory {asked!r}{nearest(asked, found)}")
    if len(found) > 1 and not asked:
        raise UserError(f"{file}.py defines {', '.join(found)}: name one, as {file}.py:{next(iter(found))}.")
    for kind in vars(module).values():
        if inspect.isclass(kind) and kind.__module__ == module.__name__ and dataclasses.is_dataclass(kind):
            copyreg.pickle(kind, partial(_as_file_and_fields, module.__file__))
    return _memory_entry(found[asked] if asked else next(iter(found.values())))


def _as_file_and_fields(file: str, instance: Any) -> tuple:
    """How an instance of a class from a file is pickled."""
    kind = type(instance)
    fields = {f.name: getattr(instance, f.name) for f in dataclasses.fields(kind) if f.init}
    return _from_file, (file, kind.__qualname__, fields)


def _from_file(file: str, name: str, fields: dict[str, Any]) -> Any:
    return getattr(load_file(Path(file), (), prefix="neuromem_memory_"), name)(**fields)


def paradigms() -> dict[str, Entry]:
    """Every paradigm file by name."""
    return _files("paradigms")


def figures() -> dict[str, Entry]:
    """Every figure script by name."""
    return _files("figures")


def data() -> dict[str, Entry]:
    """Every data set by name."""
    from neuromem import data as sets

    modules = {name: sets.module(name) for name in sets.names()}
    return {n: Entry(n, (m.__doc__ or "").partition("\n")[0], m.REFERENCE, m) for n, m in modules.items()}


def families() -> dict[str, Any]:
    """The modules that hold the models of one kind of behaviour, with its data and curves, by name."""
    import neuromem

    names = [name for _, name, is_package in pkgutil.iter_modules(neuromem.__path__) if is_package]
    found = {name: f"neuromem.{name}.family" for name in names if (PACKAGE / name / "family.py").is_file()}
    modules = {name: importlib.import_module(path) for name, path in found.items()}
    return modules | {point.name: point.load() for point in entry_points(group="neuromem.families")}


def behaviour() -> dict[str, Entry]:
    """Every model of behaviour by name; of two that have one name, each after its family, as in `recall.uniform`."""
    every = [(family, name) for family, module in families().items() for name in module.MODELS]
    names = [name for _, name in every]
    labels = [name if names.count(name) == 1 else f"{family}.{name}" for family, name in every]
    return {label: _behaviour_entry(label, *one) for label, one in zip(labels, every, strict=True)}


def _behaviour_entry(label: str, family: str, name: str) -> Entry:
    module = families()[family]
    known = _memory_entry(type(module.MODELS[name]))
    summary = getattr(module, "ABOUT", {}).get(name, known.summary)
    return Entry(label, f"{family}: {summary}", known.reference, module.MODELS[name])


def to_fit(models: Iterable[str], data: str) -> tuple[Any, dict[str, Any]]:
    """The family in which these models and the data set of this name belong together, and the models by name.

    `data` may also be the path of a file, where the family reads files; no name of a model stands for all of the
    family. Raises UserError for names that no family has, or that are of different ones.
    """
    asked, every = [name.rpartition(".")[2] for name in models], families()
    is_file = Path(data).suffix != "" or "/" in data or "\\" in data
    known = sorted({name for module in every.values() for name in module.DATA})
    able = {n: m for n, m in every.items() if (hasattr(m, "of_file") if is_file else data in m.DATA)}
    if not able:
        raise UserError(f"there are no data {data!r} to fit{nearest(data, known)}")
    chosen = [module for module in able.values() if all(name in module.MODELS for name in asked)]
    if not chosen:
        names = sorted({name for module in able.values() for name in module.MODELS})
        wrong = next((name for name in asked if name not in names), asked[0])
        elsewhere = [family for family, module in every.items() if wrong in module.MODELS]
        of = f", for it is one of {elsewhere[0]}" if elsewhere and wrong not in names else ""
        raise UserError(f"there is no model {wrong!r} of {data}{of}{nearest(wrong, names)}")
    return chosen[0], {name: chosen[0].MODELS[name] for name in asked or chosen[0].MODELS}


def find(kind: str, name: str) -> Path:
    """The file of a paradigm or figure, by its name or its path; UserError names the nearest if there is none."""
    if name.endswith(".py") or "/" in name or "\\" in name:
        return Path(name)
    found = _files(kind)
    if name not in found:
        raise UserError(f"there is no {kind[:-1]} {name!r}{nearest(name, found)}")
    return found[name].source


def _memories_within(package: Any) -> list[Entry]:
    """The memories in all modules of a package."""
    modules = pkgutil.walk_packages(package.__path__, package.__name__ + ".", onerror=lambda name: None)
    return [
        entry
        for name in (module.name for module in modules)
        for entry in _entries(name.rpartition(".")[2], lambda name=name: _makers(importlib.import_module(name)))
    ]


def _entries(name: str, load: Callable[[], list[Callable[..., Memory]]]) -> list[Entry]:
    """The memories that `load` finds; where it fails one that tells why, so that one broken file hides no other."""
    try:
        return [_memory_entry(maker) for maker in load()]
    except Exception as error:
        why, cause = located(error), error

    def refuse() -> Memory:
        raise UserError(f"cannot import {name}: {why}") from cause

    return [Entry(name, f"cannot be read: {why}", "", refuse)]


def _below(kind: type) -> Iterator[type]:
    """All classes that derive from one."""
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _refuse_unfinished(found: Iterable[Any]) -> None:
    """Refuse a memory class that lacks a method, which makes it no memory."""
    for kind in found:
        if inspect.isclass(kind) and issubclass(kind, Memory) and inspect.isabstract(kind):
            lacking = ", ".join(sorted(kind.__abstractmethods__))
            raise UserError(f"{kind.__name__} lacks {lacking} ({short(inspect.getsourcefile(kind))}).")


def _makers(module: Any) -> list[Callable[..., Memory]]:
    own = [o for n, o in vars(module).items() if getattr(o, "__module__", "") == module.__name__ and n[0] != "_"]
    return [o for o in own if _is_memory_class(o) or (inspect.isfunction(o) and _returns_memory(o))]


def _is_memory_class(found: Any) -> bool:
    return inspect.isclass(found) and issubclass(found, Memory) and not inspect.isabstract(found)


@cache
def _returns_memory(function: Callable) -> bool:
    if "return" not in function.__annotations__:
        return False
    kind = typing.get_type_hints(function)["return"]
    return inspect.isclass(kind) and issubclass(kind, Memory)


@cache
def _memory_entry(maker: Any) -> Entry:
    doc = inspect.getdoc(maker) or ""
    _, _, source = doc.partition("Source:")
    reference = " ".join(source.partition("\n\n")[0].partition("Known limit")[0].split())
    return Entry(snake(maker.__name__), doc.partition("\n")[0], reference, maker)


def _files(kind: str) -> dict[str, Entry]:
    entries = [_file_entry(path) for path in _paths(kind) if not path.name.startswith(("_", "test_"))]
    return {entry.name: entry for entry in sorted(entries)}


def _paths(kind: str) -> Iterator[Path]:
    shipped = PACKAGE / f"_{kind}"
    yield from (shipped if shipped.is_dir() else PACKAGE.parent / kind).glob("*.py")
    for point in entry_points(group=f"neuromem.{kind}"):
        spec = importlib.util.find_spec(point.value)
        if spec is not None and spec.origin:
            yield Path(spec.origin)


def _file_entry(path: Path) -> Entry:
    """Read without running the file, so that listing is quick and one broken file hides no other."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        return Entry(path.stem, f"cannot be read: {error.msg}, line {error.lineno}", "", path)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    summary = (ast.get_docstring(tree) or "").partition("\n")[0]
    return Entry(path.stem, summary, str(constants.get("REFERENCE", "")), path)
