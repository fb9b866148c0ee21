"""Resolve the development extra anew with every supported Python that is here, and write the versions that it finds.

Run by `make constraints`. A line without a marker holds for every Python; the others name theirs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.11", "3.12", "3.13")


def main() -> None:
    pythons = {version: path for version in SUPPORTED if (path := find(version))}
    found = {version: resolved(path) for version, path in pythons.items()}
    missing = [version for version in SUPPORTED if version not in found]
    if missing:
        sys.exit(f"no Python {', '.join(missing)} here, on PATH or under pyenv: constraints.txt stays as it is.")
    text = "# Tested versions; refresh with: make constraints\n" + "\n".join(merged(found)) + "\n"
    (ROOT / "constraints.txt").write_text(text, encoding="utf-8")


def find(version: str) -> str | None:
    """The interpreter of a version, under pyenv or on PATH."""
    installed = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    return str(installed[-1]) if installed else shutil.which(f"python{version}")


def resolved(python: str) -> dict[str, str]:
    """Name to version of everything that the development extra brings."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        inside = next(p for p in (Path(folder, "bin/python"), Path(folder, "Scripts/python.exe")) if p.exists())
        subprocess.run([inside, "-m", "pip", "install", "-q", f"{ROOT}[dev]"], check=True)
        frozen = subprocess.run([inside, "-m", "pip", "freeze"], check=True, capture_output=True, text=True).stdout
    return dict(line.split("==") for line in frozen.splitlines() if "==" in line and not line.startswith("neuromem"))


def merged(found: dict[str, dict[str, str]]) -> list[str]:
    """One line for each name and version, with a marker unless all Pythons agree."""
    lines = []
    for name in sorted({n for versions in found.values() for n in versions}, key=str.lower):
        by_version: dict[str, list[str]] = {}
        for python, versions in found.items():
            if name in versions:
                by_version.setdefault(versions[name], []).append(python)
        for version, pythons in by_version.items():
            marker = " or ".join(f'python_version == "{p}"' for p in pythons)
            lines.append(f"{name}=={version}" + (f" ; {marker}" if len(pythons) < len(found) else ""))
    return lines


if __name__ == "__main__":
    main()
