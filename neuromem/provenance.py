"""Where a result comes from: everything that determines it, as attributes that netCDF can hold, and their hash."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from neuromem import __version__
from neuromem.core import Memory

LIBRARIES = ("numpy", "scipy", "xarray", "numba")
PACKAGE = Path(__file__).parent
LOOKS = ("plot.py", "script.py", "report.py", "scoreboard.py", "comparison_page.py")  # change no number


def attributes(module: ModuleType, memory: Memory, design: Any, n_subjects: int, seed: int) -> dict[str, Any]:
    """The paradigm, memory and design as JSON, seed, versions, commit, and a hash of these and of the code."""
    told = {
        "paradigm": Path(module.__file__).stem,
        "memory": json.dumps(describe(memory)),
        "design": json.dumps(describe(design)),
        "n_subjects": n_subjects,
        "seed": int(seed),
        "neuromem_version": __version__,
        "git_commit": git_commit(),
    }
    kind = getattr(sys.modules[type(memory).__module__], "__file__", None)  # none for a class typed at a prompt
    code = code_hashes(module.__file__, *([kind] if kind else []))
    told["library_versions"] = json.dumps(library_versions() | _of_spikes(code))
    text = json.dumps([told, code], sort_keys=True)
    return told | {"hash": hashlib.sha256(text.encode()).hexdigest()}


def joined(told: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    """The attributes of several runs that differ in the memory alone: each memory under its name, one hash of all."""
    memories = {name: json.loads(one["memory"]) for name, one in zip(names, told, strict=True)}
    hashed = hashlib.sha256("".join(one["hash"] for one in told).encode()).hexdigest()
    return told[0] | {"memory": json.dumps(memories), "hash": hashed}


def describe(instance: Any) -> Any:
    """A dataclass as its class name and fields, ready for JSON."""
    if dataclasses.is_dataclass(instance):
        fields = {f.name: describe(getattr(instance, f.name)) for f in dataclasses.fields(instance)}
        return {"class": type(instance).__name__} | fields
    if isinstance(instance, np.ndarray):
        return hashlib.sha256(instance.tobytes()).hexdigest()
    return list(map(describe, instance)) if isinstance(instance, tuple | list) else instance


def code_hashes(*files: str | Path) -> dict[str, str]:
    """SHA-256 of the files and of every neuromem module that they import, directly or not, but for looks."""
    hashes, waiting = {}, [Path(f).resolve() for f in files]
    while waiting:
        path = waiting.pop()
        if path.name not in LOOKS and str(path) not in hashes:
            hashes[str(path)] = file_hash(path)
            waiting += _imported(path, hashes[str(path)])
    return {_place(path): digest for path, digest in sorted(hashes.items())}


@cache
def _imported(path: Path, digest: str) -> tuple[Path, ...]:
    """The neuromem files that a file with this content imports: read once, for a score runs thousands of cells."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            place = PACKAGE.joinpath(*name.split(".")[1:]) if name.startswith("neuromem.") else None
            if place and (
                found := next((p for p in (place.with_suffix(".py"), place / "__init__.py") if p.is_file()), None)
            ):
                yield found


def _place(path: str) -> str:
    """A path as it is named wherever the package is installed."""
    return (
        f"neuromem/{Path(path).relative_to(PACKAGE).as_posix()}"
        if Path(path).is_relative_to(PACKAGE)
        else Path(path).name
    )


def file_hash(path: str | Path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


@cache
def library_versions() -> dict[str, str]:
    return {name: version(name) for name in LIBRARIES}


def _of_spikes(code: Iterable[str]) -> dict[str, str]:
    """The version of Brian2 where code may run on it."""
    runs = any(place.startswith("neuromem/spiking/") for place in code) and find_spec("brian2")
    return {"brian2": version("brian2")} if runs else {}


@cache
def git_commit() -> str:
    """The commit of the checkout that runs, with "+" if files differ from it; empty outside a checkout."""
    root = PACKAGE.parent
    if not (root / ".git").exists():
        return ""

    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", root, *words], capture_output=True, text=True, check=False).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", "--untracked-files=no") else "")
    except OSError:
        return ""
