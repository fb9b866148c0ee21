"""A circuit of a few noisy cells, small enough to be built in seconds: what the tests of the spiking layer run."""

from neuromem.spiking.circuit import Circuit

MODEL = """
dv/dt = (-v + drive(t)) / tau + sigma * sqrt(2 / tau) * xi : 1
sigma : 1 (shared, constant)
"""


def make(signals, *, n):
    import brian2 as b

    names = {"tau": 10 * b.ms, **signals}
    cells = b.NeuronGroup(n, MODEL, threshold="v > 1", reset="v = 0", method="euler", namespace=names, name="cells")
    watch = b.StateMonitor(cells, "v", record=True, dt=5 * b.ms, name="watch")
    return b.Network(cells, b.SpikeMonitor(cells, name="spikes"), watch)


CIRCUIT = Circuit(make, {"n": 4}, ("spikes.t", "spikes.i", "cells.v", "cells.sigma", "watch.v"))
