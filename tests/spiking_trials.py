"""Experiments and trials of the circuit of noisy cells, which the tests of the spiking layer share."""

from neuromem.spiking.brian import brian2
from neuromem.spiking.circuit import Trial
from neuromem.spiking.experiment import Experiment, Signal, Window

ms = brian2().ms
DRIVE = {"drive": Signal(), "unheard": Signal(width=3)}  # the network of the tests does not use the second


def experiment(*windows, dt=0.5 * ms, signals=DRIVE):
    return Experiment(
        dt=dt, windows=windows or (Window("on", 40 * ms, {"drive": 2.0}), Window("off", 20 * ms)), signals=signals
    )


def trial(seed=0, sigma=0.3, **start):
    return Trial(experiment(), {"cells.sigma": sigma, **start}, seed)
