"""What runs of memories in spikes share: windows or copies in blocks, the seeds of each, and the spikes of a cue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from neuromem import checks

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


def check_steps(
    steps: Sequence[Any],
    seeds: Sequence[int],
    needs: Mapping[str, tuple[str, ...]],
    alike: Sequence[str],
    **widths: int,
) -> None:
    """Refuse steps that are none of those in `needs`, or lack what these say; and patterns that are not k-hot.

    Patterns of steps named in `alike` have as many ones.
    """
    if not steps or len(seeds) != len(steps):
        raise ValueError(f"steps must be one at least, each with a seed; saw {len(steps)} and {len(seeds)} seeds.")
    for step in steps:
        checks.choice("the name of a step", step.name, tuple(needs))
        for part in needs[step.name]:
            if getattr(step, part) is None:
                raise ValueError(f"a step of name {step.name!r} must have a {part}; saw none.")
    for part, width in widths.items():
        given = [(one.name, np.asarray(getattr(one, part))) for one in steps if getattr(one, part) is not None]
        for _, pattern in given:
            checks.patterns(f"{part} of a step", pattern[None], width, kind="k-hot", rng=np.random.default_rng(0))
        n_ones = sorted({float(pattern.sum()) for name, pattern in given if name in alike})
        if len(n_ones) > 1:
            raise ValueError(f"each {part} of a run must have the same number of ones; saw {n_ones}.")


def seeds_of(rng: np.random.Generator, n: int) -> np.ndarray:
    """Seeds of the spikes of n cues, so that those of one do not depend on the others."""
    return rng.integers(1 << 63, size=n)


def cue_spikes(rate: np.ndarray, *, step: float, duration: float, rng: np.random.Generator) -> np.ndarray:
    """Poisson counts (step, line) of lines at these rates (line) in hertz; `step` and `duration` in seconds."""
    return rng.poisson(rate * step, (round(duration / step), len(rate))).astype(float)
