"""The circuit of grid modules: four layers of cells on a twisted torus, each pushing the bump of activity its own way.

Potentials with threshold 1 and reset 0; phases in periods along the axes of the lattice.
"""

from __future__ import annotations

import numpy as np

from neuromem.scaffolds.grid import BASIS
from neuromem.spiking.brian import brian2

DIRECTIONS = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])  # (layer, 2) in the plane
TAU_M, TAU_S = 0.01, 0.06  # seconds: membrane, inhibition
CELLS = """
dv/dt = (-v + background * (1 + push * gain * along) + kick(t, i) + s) / tau_m + sigma * sqrt(2 / tau_m) * xi : 1
ds/dt = -s / tau_s : 1
along = velocity(t, 0) * east + velocity(t, 1) * north : 1
background : 1 (shared, constant)
push : 1 (shared, constant)
sigma : 1 (shared, constant)
gain : 1 (constant)
east : 1 (constant)
north : 1 (constant)
"""


def make(signals, *, n_modules, n_side):
    """The network of `n_modules` modules of 4 x n_side^2 cells, ordered by (module, layer, first axis, second axis).

    The weights of its inhibition are 0 until a trial starts from others.
    """
    b = brian2()
    names = {"tau_m": TAU_M * b.second, "tau_s": TAU_S * b.second, **signals}
    per_module = len(DIRECTIONS) * n_side**2
    cells = b.NeuronGroup(
        n_modules * per_module,
        CELLS,
        threshold="v > 1",
        reset="v = 0",
        method="euler",
        namespace=names,
        name="cells",
    )
    cells.east, cells.north = np.tile(np.repeat(DIRECTIONS, n_side**2, axis=0).T, n_modules)
    inhibition = b.Synapses(cells, cells, "w : 1", on_pre="s_post += w", name="inhibition", namespace={})
    module, i, j = np.indices((n_modules, per_module, per_module)).reshape(3, -1)
    inhibition.connect(i=module * per_module + i, j=module * per_module + j)
    return b.Network(cells, inhibition, b.SpikeMonitor(cells, name="spikes"))


def phases(n_side: int) -> np.ndarray:
    """The phases (cell, 2) of one layer of a module."""
    return np.indices((n_side, n_side)).reshape(2, -1).T / n_side


def weights(n_side: int, strength: float, sharpness: float, offset: float) -> np.ndarray:
    r"""The weights (cell, cell) of one module, from row to column, none of them positive.

    .. math:: w_{ij} = J \frac{100}{n^2} \left(e^{\frac32 \kappa (f(p_j - p_i - l e_i) - 1)} - 1\right), \qquad
              f(d) = \tfrac13 \big(\cos 2\pi d_1 + \cos 2\pi d_2 + \cos 2\pi (d_1 + d_2)\big)

    ``J`` = `strength`, ``kappa`` = `sharpness`, ``l`` = `offset` in periods, along the direction ``e`` of the layer of
    the first cell; ``p`` phases on axes at 60 degrees, which ``f`` makes alike in six directions.

    >>> w = weights(4, 0.015, 1.0, 0.1)
    >>> w.shape, bool((w <= 0).all())
    ((64, 64), True)

    Source: Guanella, Kiper & Verschure (2007), Int. J. Neural Syst. 17:231, for the twisted torus; Burak & Fiete
    (2009), PLoS Comput. Biol. 5:e1000291, for layers with shifted inhibition.
    """
    at = np.tile(phases(n_side), (len(DIRECTIONS), 1))
    shift = np.repeat(offset * DIRECTIONS @ np.linalg.inv(BASIS["hexagonal"]), n_side**2, axis=0)
    away = 2 * np.pi * (at[None] - (at + shift)[:, None])
    alike = (np.cos(away[..., 0]) + np.cos(away[..., 1]) + np.cos(away.sum(-1))) / 3
    return strength * 100 / n_side**2 * np.expm1(1.5 * sharpness * (alike - 1))
