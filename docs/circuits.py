"""The page of spiking circuits: equations and parameters, read off networks that are made here and not run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from neuromem.core import Memory, cell_rng
from neuromem.spiking import index_runs, three_factor_runs, vector_hash_runs
from neuromem.spiking.circuit import Circuit, Trial
from neuromem.spiking.grid import GridModules
from neuromem.spiking.index import SpikingIndex
from neuromem.spiking.tables import SOURCE, markdown, tables
from neuromem.spiking.three_factor import SpikingThreeFactor
from neuromem.spiking.vector_hash import SpikingVectorHash

N_UNITS, N_ACTIVE = 20, 2
OF_PAIRS = {
    "Three-factor memory": (SpikingThreeFactor.example(), three_factor_runs),
    "Hippocampal index": (SpikingIndex.example(), index_runs),
    "Vector-HaSH": (SpikingVectorHash.example(), vector_hash_runs),
}


def page() -> str:
    text = f"""# Spiking circuits

Populations, connections, equations, plasticity, input and parameters of each circuit in `neuromem.spiking`, in the
format of {SOURCE}. All is read off the network that would run, here with the small sizes of
`example()`; potentials have threshold 1. A memory sets weights and swept parameters when it starts a trial.
"""
    for name, (circuit, trial) in recipes():
        text += f"\n## {name}\n\n{markdown(tables(circuit, trial))}"
    return text


def recipes() -> Iterator[tuple[str, tuple[Circuit, Trial]]]:
    modules = GridModules(n_side=4)
    walk = modules.trial(np.ones((1, 2)), 0.1, (1.0,), np.zeros((1, 2)), 0)
    yield "Grid modules", (modules.circuit(1), walk)
    for name, (memory, runs) in OF_PAIRS.items():
        yield name, one_pair(memory, runs)


def one_pair(memory: Memory, runs) -> tuple[Circuit, Trial]:
    """The circuit and trial of one pair that is written."""
    pattern = (np.arange(N_UNITS) < N_ACTIVE).astype(float)
    state = memory.init(1, N_UNITS, N_UNITS, rng=cell_rng(0, "docs"))
    return runs.recipe(memory, state, [runs.Step("write", pattern, pattern)], seeds=[0])[:2]
