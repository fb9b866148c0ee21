"""
Simulate in spikes
==================

Memories in `neuromem.spiking` are circuits of spiking neurons on Brian2 (``pip install 'neuromem[spiking]'``). They
have the protocol of every memory: `init`, `write`, `read`, `after`.
"""

# %%
# A pair is stored in one window of 200 ms, and read in 150. The state is plain arrays, so that manipulations, paradigms
# and the command line take it as they take any other.

import numpy as np

from neuromem import cell_rng
from neuromem.spiking.circuit import Trial
from neuromem.spiking.experiment import Experiment, Signal, Window
from neuromem.spiking.tables import markdown, tables
from neuromem.spiking.three_factor import SpikingThreeFactor
from neuromem.spiking.three_factor_runs import Step, recipe, session

memory, rng = SpikingThreeFactor(target="numpy"), cell_rng(0, "spiking")
key, value = np.kron(np.eye(3), np.ones(4)), np.kron(np.eye(3), np.ones(2))
state = memory.write(memory.init(3, 12, 6, rng=rng), key, value, rng=rng)
recall = memory.read(state, key[:1], rng=rng)
print(recall.value.round(1), recall.aux["slot_spikes"])

# %%
# Several windows make one run, with spikes and plateaus as they came. Those of `neuromem.spiking.index_runs` also give
# light to cells and silence them.

steps = [Step("write", key[0], value[0]), Step("read", key[0])]
ran = session(memory, memory.init(3, 12, 6, rng=rng), steps, seeds=[0, 1], target="numpy")
print([(span.name, round(span.start, 3)) for span in ran.spans], ran.recorded.values["plateaus.t"])

# %%
# Grid cells hold a place and are moved by pulses of velocity. Moments that are stored along a path are relived along
# it, each at the place where the grid is by then.

from neuromem.spiking.vector_hash import SpikingVectorHash

places, moments = SpikingVectorHash.example(), np.kron(np.eye(3), np.ones(4))
lived = places.write(places.init(3, 12, 12, rng=rng), moments, moments, rng=rng)
relived = places.relive(lived, [places.way(1), places.way(2)], cue=moments[0], rng=rng)
print(places.address(relived.code), relived.value.reshape(3, 3, 4).mean(-1).argmax(-1))

# %%
# What ran is told in tables, read off the network: populations, connectivity, equations, parameters. The page on
# :doc:`spiking circuits </reference/spiking>` has those of every circuit.

circuit, trial = recipe(memory, state, steps, seeds=[0, 1])
print(markdown(tables(circuit, trial)))

# %%
# For an experiment of your own, windows and their signals have units. ``dt`` must divide them. A circuit is a function
# that makes a `brian2.Network` from the signals; `simulate` runs it, and `sweep` runs many trials on one build:
# ``target="cpp_standalone"`` compiles it once, in about a minute, and keeps it in your cache folder, or in that of
# ``NEUROMEM_BUILDS``. To be compiled the function must stand in a file, and take what changes as parameters of the
# circuit: what is built is kept under its text and that of the modules that it imports, with their numbers.

from brian2 import ms

windows = Window("cue", 100 * ms, {"light": np.array([1.0, 0.0])}), Window("dark", 50 * ms)
experiment = Experiment(dt=0.5 * ms, windows=windows, signals={"light": Signal(width=2)})
print(experiment.courses["light"].values, Trial(experiment).seed)
