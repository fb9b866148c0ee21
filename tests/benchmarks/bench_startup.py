"""What it costs to start: the import against that of NumPy, and the command that lists everything."""

import statistics
import subprocess
import sys
import time

from .timing import Line, best

REPEATS = 15


def bench():
    def imports(name):
        return lambda: subprocess.run([sys.executable, "-c", f"import {name}"], check=True)

    numpy, neuromem, used = best(imports("numpy"), imports("neuromem"), imports("neuromem.core"), repeats=REPEATS)
    yield Line("python -c 'import neuromem'", neuromem * 1e3, "ms", "import numpy", numpy * 1e3, 1.3)
    yield Line("the same with neuromem.core", used * 1e3, "ms", "import numpy", numpy * 1e3, 1.3)
    yield Line("neuromem list", statistics.median(listing() for _ in range(5)), "s", target=1.5)


def listing() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "neuromem", "list"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
