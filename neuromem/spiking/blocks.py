"""What runs of memories in spikes share: windows or copies in blocks, the seeds of each, and the spikes of a cue."""

from __future__ import annotations

import numpy as np

BLOCK = 16  # windows or copies of one build, into which fewer are padded
COPIES = 64  # queries read side by side, at most
MOST_SYNAPSES = 4_000_000  # of a network


def blocks(n: int, size: int) -> list[slice]:
    """n things in parts of this size.

    >>> blocks(5, 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 6, None)]
    """
    return [slice(first, first + size) for first in range(0, n, size)]


def side_by_side(n_synapses: int) -> int:
    """How many copies of a circuit with so many synapses one network holds."""
    return max(1, min(COPIES, MOST_SYNAPSES // n_synapses))


def seeds_of(rng: np.random.Generator, n: int) -> np.ndarray:
    """Seeds of the spikes of n cues, so that those of one do not depend on the others."""
    return rng.integers(1 << 63, size=n)


def cue_spikes(rate: np.ndarray, *, step: float, duration: float, rng: np.random.Generator) -> np.ndarray:
    """Poisson counts (step, line) of lines at these rates (line) in hertz; `step` and `duration` in seconds."""
    return rng.poisson(rate * step, (round(duration / step), len(rate))).astype(float)
