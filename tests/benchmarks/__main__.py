"""make bench: every benchmark as a ratio to something measured in the same run, beside the target that was set for it.

Each `bench_*.py` in this folder has a generator `bench()` of `Line`s. Name some on the command line to run only those.
"""

import importlib
import sys
from pathlib import Path

from rich.console import Console

from neuromem import report

COLUMNS = ("what", "ours", "compared with", "theirs", "ratio", "target", "met")


def main(chosen: list[str]) -> None:
    names = sorted(p.stem for p in Path(__file__).parent.glob("bench_*.py"))
    lines = []
    for name in names:
        if not chosen or name.removeprefix("bench_") in chosen:
            Console(stderr=True).print(f"{name} ...")
            lines += [line.cells() for line in importlib.import_module(f"tests.benchmarks.{name}").bench()]
    Console(width=report.WIDTH).print(report.table(COLUMNS, lines))


if __name__ == "__main__":
    main(sys.argv[1:])
