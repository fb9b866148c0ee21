"""Path integration: how far grid modules are from the place as an animal walks, in silence or in noise."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from neuromem.scaffolds.attractor import BumpSheet
from neuromem.scaffolds.continuous_grid import ContinuousGrid
from neuromem.scaffolds.grid import BASIS, Grid
from neuromem.spiking.grid_scaffold import SpikingGrid


def integration_errors(
    scaffold: Grid | ContinuousGrid | SpikingGrid,
    displacement: np.ndarray,
    start: np.ndarray,
    *,
    interval: float,
    noise: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """How far each module (module, sample, walk, 2) is from the place after each displacement, the shortest way round.

    `displacement` (sample, walk, 2) since the start of the walk, in the plane, in steps of the lattice, `interval`
    seconds apart; `start` (module, walk, 2) phases in periods; `noise` as `BumpSheet` hears it. Errors are in steps
    along the axes of the lattice. Attractors begin at their phases and are moved by velocity. A lattice begins at the
    point of the first module's phase and is compared with the point nearest the place; what is rounded off is carried
    on, and at each moment it hears noise of the size with which white noise makes a cell of an attractor fluctuate.

    >>> walk = np.array([[[0.0, 0.0]], [[0.7, 0.0]], [[2.0, 1.0]]])
    >>> start, rng = np.zeros((2, 1, 2)), np.random.default_rng(0)
    >>> integration_errors(Grid(periods=(2, 3)), walk, start, interval=0.1, noise=0.0, rng=rng).any()
    np.False_

    Source: Fiete, Burak & Brookings (2008), J. Neurosci. 28:6858, for the lattice; Burak & Fiete (2009), PLoS Comput.
    Biol. 5:e1000291, for attractors.
    """
    steps = displacement @ np.linalg.inv(BASIS[scaffold.lattice])
    if isinstance(scaffold, Grid):
        return _on_lattice(scaffold, steps, start, noise, rng)
    if isinstance(scaffold, SpikingGrid):
        return scaffold.integration_errors(steps, start, interval=interval, noise=noise, rng=rng)
    modules = zip(scaffold.sheets, scaffold.periods, start, strict=True)
    return np.stack([_of_bump(*module, steps, interval, noise, rng) for module in modules])


def _on_lattice(scaffold, steps, start, noise, rng):
    origin = np.floor(start[0] * scaffold.side)
    target = np.rint(origin + steps)
    code = scaffold.at_position(origin @ scaffold.basis)
    fluctuation = noise * np.sqrt(BumpSheet().tau / 2)
    errors = []
    for before, now in pairwise(target):
        code = scaffold.shift(code, (now - before) @ scaffold.basis)
        code = scaffold.clean(code + fluctuation * rng.standard_normal(code.shape))
        away = np.rint(scaffold.position(code) @ np.linalg.inv(scaffold.basis)) - now
        errors.append([wrapped(away, period) for period in scaffold.periods])
    return np.swapaxes(errors, 0, 1)


def _of_bump(sheet, period, phase, steps, interval, noise, rng):
    sheet, errors = replace(sheet, step=sheet.tau / 2), []
    u = sheet.bump(phase)
    for before, now in pairwise(steps):
        velocity = (now - before) / period / interval
        u = sheet.run(u, duration=interval, velocity=velocity, noise=noise, rng=rng)
        errors.append(wrapped(period * (sheet.phase(sheet.rate(u)) - phase) - now, period))
    return np.stack(errors)


def wrapped(steps: np.ndarray, period: float) -> np.ndarray:
    """Steps as the shortest way round the torus.

    >>> wrapped(np.array([1.0, 2.0]), 3)
    array([ 1., -1.])
    """
    return (steps + period / 2) % period - period / 2


def error_growth(scaffold: Grid | ContinuousGrid | SpikingGrid, *, step: float) -> float:
    r"""What diffusion adds to the squared error per second, mean over modules, in noise of size 1; NaN where unknown.

    .. math:: \frac{1}{M} \sum_m l_m^2\, \mathrm{tr}(E^\top D_m E)

    ``l`` the periods, ``D`` the diffusion of each phase (`BumpSheet.diffusion`), ``E`` the basis of the lattice, whose
    steps are `step` long; in the square of its unit.

    >>> error_growth(ContinuousGrid(periods=(2, 3)), step=2.0) / error_growth(ContinuousGrid(periods=(2, 3)), step=1.0)
    np.float64(4.0)

    Source: Wu, Hamaguchi & Amari (2008), Neural Comput. 20:994; Burak & Fiete (2012), PNAS 109:17645.
    Known limit: it holds until errors come round the torus. There is none of a lattice, and none known here of spikes.
    """
    if not isinstance(scaffold, ContinuousGrid):
        return np.nan
    basis = step * BASIS[scaffold.lattice]
    of = [period**2 * sheet.diffusion() for period, sheet in zip(scaffold.periods, scaffold.sheets, strict=True)]
    return np.mean([np.trace(basis.T @ one @ basis) for one in of])


def codes_anywhere(scaffold: Grid | ContinuousGrid | SpikingGrid, place: np.ndarray) -> np.ndarray:
    """The grid codes (..., cell) at any places (..., 2) of the plane, in steps, which a lattice rounds to its points.

    >>> grid = Grid(periods=(2, 3))
    >>> grid.position(codes_anywhere(grid, np.array([3.2, 0.9])))
    array([3., 1.])
    """
    if isinstance(scaffold, Grid):
        steps = place @ np.linalg.inv(scaffold.basis)
        return scaffold.at_position(np.rint(steps) @ scaffold.basis)
    return scaffold.at_position(place)
