"""Chains that are sampled block by block: kept in a file after each, and taken up where they stood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from neuromem.core import cell_rng
from neuromem.errors import UserError
from neuromem.fit.population import Group, Prior
from neuromem.fit.sampler import LogLikelihood, Past, State, sweep
from neuromem.fit.surrogate import surrogate
from neuromem.results import moved_into_place

BLOCK = 50  # draws, each block with a stream of its own
STARTS = 50  # states of each chain from which the first proposals are made
STREAM = "hierarchical"


class Chains(NamedTuple):
    """All states that were kept, those of the start and of the warm-up first."""

    z: np.ndarray  # (draw, chain, subject, parameter)
    mean: np.ndarray  # (draw, chain, parameter)
    sd: np.ndarray  # (draw, chain, parameter)
    log_l: np.ndarray  # (draw, chain, subject)

    def state(self, draw: int) -> State:
        return State(self.z[draw], Group(self.mean[draw], self.sd[draw]), self.log_l[draw])

    def past(self) -> Past:
        """The later half of all states, whichever chain they are of."""
        later = [array[len(array) // 2 :] for array in self]
        z, mean, sd, log_l = (array.reshape(-1, *array.shape[2:]) for array in later)
        return Past(z, np.stack([mean, np.log(sd)], -1), surrogate(z, log_l))


class Plan(NamedTuple):
    """What chains are to be; where one of these differs, they are others."""

    centre: np.ndarray  # (parameter) z around which chains start
    n_subjects: int
    n_chains: int
    thin: int  # sweeps from draw to draw
    seed: int
    prior: Prior
    of: str  # hash of model and data


def sampled(
    log_likelihood: LogLikelihood, plan: Plan, n_draws: int, *, path: Path | None, progress: Callable[[int, int], None]
) -> Chains:
    """The chains after `n_draws` beyond the start; those in the file at `path` are taken up, and kept there."""
    chains = load(path, plan) if path is not None and path.exists() else begin(log_likelihood, plan)
    done = len(chains.z) - STARTS
    progress(min(done, n_draws), n_draws)
    try:
        while done < n_draws:
            drawn = block(chains, log_likelihood, plan, done // BLOCK)
            chains = Chains(*map(np.concatenate, zip(chains, drawn, strict=True)))
            done += BLOCK
            if path is not None:
                save(path, chains, plan)
            progress(min(done, n_draws), n_draws)
    except KeyboardInterrupt as stopped:
        where = f" kept in {path}; the same command goes on" if path else " lost, for no file keeps them"
        raise KeyboardInterrupt(f"{done} of {n_draws} draws are{where}.") from stopped
    return Chains(*(array[: STARTS + n_draws] for array in chains))


def begin(log_likelihood: LogLikelihood, plan: Plan) -> Chains:
    """States around the centre, wider apart than people mostly are."""
    rng, d = cell_rng(plan.seed, STREAM, "start"), len(plan.centre)
    shape = STARTS, plan.n_chains
    mean = plan.centre + rng.standard_normal((*shape, d))
    sd = np.exp(0.5 * rng.standard_normal((*shape, d)))
    z = mean[:, :, None] + sd[:, :, None] * rng.standard_normal((*shape, plan.n_subjects, d))
    log_l = log_likelihood(z.reshape(-1, *z.shape[2:])).reshape(z.shape[:-1])
    return Chains(z, mean, sd, log_l)


def block(chains: Chains, log_likelihood: LogLikelihood, plan: Plan, number: int) -> Chains:
    """The next draws, each `thin` sweeps after the last; proposals come from the later half of all before the block."""
    rng = cell_rng(plan.seed, STREAM, number)
    state, past, drawn = chains.state(-1), chains.past(), []
    for _ in range(BLOCK):
        for _ in range(plan.thin):
            state = sweep(state, past, log_likelihood, plan.prior, rng=rng)
        drawn.append((state.z, *state.group, state.log_l))
    return Chains(*map(np.stack, zip(*drawn, strict=True)))


def save(path: Path, chains: Chains, plan: Plan) -> None:
    with moved_into_place(path) as beside:
        np.savez(beside, told=told(plan), **chains._asdict())


def load(path: Path, plan: Plan) -> Chains:
    """The chains in a file, or a UserError where they are of another model, of other data, or made in another way."""
    try:
        with np.load(path) as held:
            found, chains = str(held["told"]), Chains(*(held[name] for name in Chains._fields))
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{path} holds no chains ({type(error).__name__}); remove it, or name another file.") from error
    if found != told(plan):
        raise UserError(f"{path} holds chains of another fit (model, data, prior, seed, chains or thin); name another.")
    return chains


def told(plan: Plan) -> str:
    """A plan as text."""
    return repr(plan._replace(centre=plan.centre.tolist()))
