"""A grid scaffold whose displacements are integrated by spiking modules, and Vector-HaSH over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from neuromem import checks
from neuromem.models.feature_rules import PseudoInverse
from neuromem.models.scaffold_memory import ScaffoldMemory
from neuromem.scaffolds.grid import BASIS, Grid, coprime_periods
from neuromem.scaffolds.hidden import RectifiedUnits
from neuromem.scaffolds.scaffold import Scaffold, moves, whole
from neuromem.spiking.grid import AXES, GridModules
from neuromem.spiking.grid_circuit import TAU_M

SPEED = 0.5  # periods a second of the smallest module, at which a displacement is walked
INTERVAL = 0.1  # seconds between changes of velocity


@dataclass(frozen=True, kw_only=True)
class SpikingGrid(Scaffold):
    """A `Grid` on a lattice at 60 degrees whose displacements are walked by bumps of spiking cells.

    Addresses, their codes and the clean-up are those of the discrete grid: each module has the one active cell whose
    phase is nearest. `shift` starts a bump in each of the ``modules`` at the phases of the code, moves it by velocity,
    half a period of the smallest module a second, and reads the nearest address; `integration_errors` follows bumps
    over a walk. The gain of a module is one over its period.

    Raises ValueError as `Grid` does, and where a module falls silent as it is shifted.

    >>> SpikingGrid(periods=(2, 3)).n_states
    36

    Source: Burak & Fiete (2009), PLoS Comput. Biol. 5:e1000291; Fiete, Burak & Brookings (2008), J. Neurosci. 28:6858.
    Known limit: between displacements an address is a number, not activity.
    """

    n_axes: ClassVar[int] = 2
    costly: ClassVar[bool] = True

    periods: tuple[int, ...] = (3, 4, 5)
    modules: GridModules = field(default_factory=GridModules)

    def __post_init__(self):
        coprime_periods(self.periods)
        checks.part("modules", self.modules, GridModules)

    @property
    def ideal(self) -> Grid:
        """The discrete grid with the same addresses."""
        return Grid(periods=self.periods, lattice="hexagonal")

    @property
    def lattice(self) -> str:
        """At 60 degrees."""
        return self.ideal.lattice

    @property
    def n_cells(self):
        return self.ideal.n_cells

    @property
    def n_states(self):
        return self.ideal.n_states

    def at(self, index):
        return self.ideal.at(index)

    def at_position(self, position: np.ndarray) -> np.ndarray:
        """The codes (..., n_cells) of the addresses nearest to places (..., 2) in the plane, in steps."""
        return self.ideal.at_position(np.rint(moves(position, 2, "position") @ AXES) @ BASIS["hexagonal"])

    def index(self, code):
        return self.ideal.index(code)

    def clean(self, noisy):
        return self.ideal.clean(noisy)

    def shift(self, code, displacement):
        step, origin = moves(displacement, 2), self.ideal.position(code).reshape(-1, 2)
        whole(step @ AXES)
        step = np.broadcast_to(step, (*np.shape(code)[:-1], 2)).reshape(-1, 2)
        length = np.linalg.norm(step, axis=-1).max()
        n = max(1, int(np.ceil(length / (SPEED * min(self.periods)) / INTERVAL)))
        velocity = np.repeat(step[:, None] / (n * INTERVAL), n, axis=1)
        start = np.stack([origin @ AXES / period % 1 for period in self.periods], axis=1)
        phase = self._walked(velocity, start, range(len(step)))[:, :, -1]
        if np.isnan(phase).any():
            raise ValueError("a module fell silent while it was moved: its parameters hold no bump; change them.")
        cells = [np.rint(phase[:, m] * period).astype(int) % period for m, period in enumerate(self.periods)]
        parts = [np.eye(p * p)[c[:, 0] * p + c[:, 1]] for c, p in zip(cells, self.periods, strict=True)]
        return np.concatenate(parts, axis=-1).reshape(*np.shape(code)[:-1], self.n_cells)

    def integration_errors(
        self, steps: np.ndarray, start: np.ndarray, *, interval: float, noise: float, rng: np.random.Generator
    ) -> np.ndarray:
        """How far each module (module, sample, walk, 2) is from the place after each of `steps` (sample, walk, 2).

        `steps` since the start of the walk, along the axes of the lattice, `interval` seconds apart; `start` (module,
        walk, 2) phases; `noise` white, in backgrounds per root of a second, given to every potential besides what it
        has of itself. Errors are in steps, the shortest way round.
        """
        seeds = rng.integers(1 << 31, size=steps.shape[1])
        velocity = np.moveaxis(np.diff(steps, axis=0), 0, 1) @ BASIS["hexagonal"] / interval
        noisy = self.in_noise(noise)
        phase = noisy._walked(velocity, np.moveaxis(start, 0, 1), seeds, interval)
        moved = np.moveaxis(phase - start.swapaxes(0, 1)[:, :, None], 0, 2)[:, 1:]  # (module, sample, walk, 2)
        period = np.array(self.periods)[:, None, None, None]
        return (moved * period - (steps[1:] - steps[0]) + period / 2) % period - period / 2

    def in_noise(self, noise: float) -> SpikingGrid:
        """The same modules that hear white noise, in backgrounds per root of a second; that of their own stays.

        >>> scaffold = SpikingGrid(modules=GridModules(noise=0.03, background=2.0))
        >>> round(scaffold.in_noise(0.04 / (2.0 * np.sqrt(TAU_M / 2))).modules.noise, 6)
        0.05
        """
        heard = noise * np.sqrt(TAU_M / 2) * self.modules.background  # how far it makes a potential fluctuate
        return replace(self, modules=replace(self.modules, noise=float(np.hypot(self.modules.noise, heard))))

    def _walked(
        self, velocity: np.ndarray, start: np.ndarray, seeds: Sequence[int], interval: float = INTERVAL
    ) -> np.ndarray:
        """The phases (walk, module, sample, 2) of bumps that are moved from their starts (walk, module, 2)."""
        gains = [1 / period for period in self.periods]
        walks = self.modules.walk(velocity, interval=interval, gains=gains, start=start, seeds=seeds)
        return np.stack([one.phase for one in walks])


def spiking_grid(
    *, periods: tuple[int, ...] = (3, 4, 5), n_side: int = 12, n_hidden: int = 400, threshold: float = 2.0
) -> ScaffoldMemory:
    """Vector-HaSH whose grid modules integrate displacements by spikes; items are stored and recalled without.

    A scaffold memory over `SpikingGrid` with these ``periods``, whose bumps are on four layers of ``n_side`` by
    ``n_side`` cells. Spikes are simulated where the address is moved, in `shift` and in path integration, and nowhere
    else.

    Raises ValueError as its parts do.

    >>> spiking_grid().scaffold.n_states
    3600

    Source: Chandra, Sharma, Chaudhuri & Fiete (2025), Nature, with attractors as in Burak & Fiete (2009), PLoS Comput.
    Biol. 5:e1000291.
    Known limit: reading and writing of items take no spikes.
    """
    return ScaffoldMemory(
        scaffold=SpikingGrid(periods=periods, modules=GridModules(n_side=n_side)),
        hidden=RectifiedUnits(threshold=threshold),
        n_hidden=n_hidden,
        encoding=PseudoInverse(),
    )
