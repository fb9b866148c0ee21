r"""Draws of a group and of its members' parameters: subjects one by one within Gibbs, for any likelihood.

A sweep has three steps, in all chains at once:

1. members: given the group, subjects are independent, so that each moves, and is accepted, by itself, in as many
   dimensions as the model has parameters. Mostly z goes to, or towards, a draw from a quadratic stand-in for the
   likelihood (`neuromem.fit.surrogate`); else by a difference of two earlier states of the same subject,
   :math:`z' = z + \gamma (z_{r_1} - z_{r_2}) + \epsilon`, which follows ridges that no quadratic has
   (:math:`\gamma` up to :math:`2.38 / \sqrt{2 d}`, and 1 in one of ten, to jump between modes);
2. group: mean and spread by conjugate draws (`Prior.draw_group`), for z is normal around the group (centred form);
3. both: mean and spread of one parameter move, and all members with them, each at the same number of spreads from the
   mean (non-centred form). Where data say little of a parameter, step 2 alone hardly moves: members hold their group
   and the group its members. Where they say much, step 2 alone would do.

Existing samplers without gradients move all of it as one vector and accept it as one. On ten normal subjects of nine
parameters (108 dimensions) the ensemble moves of emcee gave a thirtieth of the effective draws for each
likelihood of a subject (`make bench`, hierarchical); the blocks of PyMC compute that of all subjects for each of them.

Source: ter Braak & Vrugt (2008), Stat. Comput. 18:435 (differences of earlier states); Turner, Sederberg, Brown &
Steyvers (2013), Psychol. Methods 18:368 (within Gibbs, by subject); Yu & Meng (2011), J. Comput. Graph. Stat. 20:531
(centred and non-centred in turn).
Known limit: proposals are made from earlier draws, so that chains are exact only once these no longer change much: that
is what the warm-up is for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from neuromem.fit.population import Group, Prior
from neuromem.fit.surrogate import Surrogate, posterior

JITTER = 1e-4  # of a proposal, so that every state can be reached
DIFFERENCES = 0.3  # share of sweeps in which members move by differences
JUMPS = 0.1  # share of proposals of a whole difference

LogLikelihood = Callable[[np.ndarray], np.ndarray]  # z (chain, subject, parameter) -> (chain, subject)


class State(NamedTuple):
    """Where the chains are."""

    z: np.ndarray  # (chain, subject, parameter) logits
    group: Group  # (chain, parameter)
    log_l: np.ndarray  # (chain, subject)


class Past(NamedTuple):
    """Earlier states of all chains, from which proposals are made."""

    z: np.ndarray  # (state, subject, parameter)
    group: np.ndarray  # (state, parameter, 2) mean and ln spread
    surrogate: Surrogate


def sweep(state: State, past: Past, log_likelihood: LogLikelihood, prior: Prior, *, rng) -> State:
    """The state after members, group, and both have moved."""
    state = (by_difference if rng.random() < DIFFERENCES else by_surrogate)(state, past, log_likelihood, rng=rng)
    state = state._replace(group=prior.draw_group(state.z, state.group, rng=rng))
    return move_both(state, past.group, log_likelihood, prior, rng=rng)


def by_surrogate(state: State, past: Past, log_likelihood: LogLikelihood, *, rng) -> State:
    """Step 1, each subject by itself: to a draw from the stand-in's posterior."""
    about = posterior(past.surrogate, state.group)
    z = about.moved(state.z, rng)
    return _accepted(state, z, log_likelihood, about.log_density(state.z) - about.log_density(z), rng)


def by_difference(state: State, past: Past, log_likelihood: LogLikelihood, *, rng) -> State:
    """Step 1, each subject by itself: by the difference of two earlier states."""
    n_chains, n_subjects, d = state.z.shape
    jump, gamma = rng.random((2, n_chains, n_subjects, 1))
    gamma = np.where(jump < JUMPS, 1.0, gamma * 2.38 / np.sqrt(2 * d))
    step = gamma * difference(past.z, n_chains, rng)
    return _accepted(state, state.z + step + JITTER * rng.standard_normal(state.z.shape), log_likelihood, 0.0, rng)


def _accepted(state: State, z: np.ndarray, log_likelihood: LogLikelihood, odds: np.ndarray | float, rng) -> State:
    """The state with those of the proposed members that are accepted; `odds` are those of the proposal."""
    log_l = log_likelihood(z)
    odds = odds + log_l - state.log_l + near(z, state.group) - near(state.z, state.group)
    taken = np.log(rng.random(odds.shape)) < odds
    return state._replace(z=np.where(taken[..., None], z, state.z), log_l=np.where(taken, log_l, state.log_l))


def move_both(state: State, past: np.ndarray, log_likelihood: LogLikelihood, prior: Prior, *, rng) -> State:
    """Step 3: mean and spread of one parameter in each chain, and all members with them."""
    n_chains, _, d = state.z.shape
    chains, which = np.arange(n_chains), rng.integers(d, size=n_chains)
    step = difference(past, n_chains, rng)[chains, which] * 10 ** rng.uniform(-1.5, 0, (n_chains, 1))
    step += JITTER * rng.standard_normal(step.shape)
    mean, sd = state.group.mean.copy(), state.group.sd.copy()
    mean[chains, which] += step[:, 0]
    sd[chains, which] *= np.exp(step[:, 1])
    group, z = Group(mean, sd), state.z.copy()
    away = (state.z - state.group.mean[:, None]) / state.group.sd[:, None]
    z[chains, :, which] = (mean[:, None] + sd[:, None] * away)[chains, :, which]
    log_l = log_likelihood(z)
    odds = (log_l - state.log_l).sum(-1) + step[:, 1]  # the walk is in ln spread
    odds += (prior.log_density(group) - prior.log_density(state.group)).sum(-1)
    taken = np.log(rng.random(n_chains)) < odds
    chosen = [np.where(taken[:, None], new, old) for new, old in zip(group, state.group, strict=True)]
    return State(
        np.where(taken[:, None, None], z, state.z), Group(*chosen), np.where(taken[:, None], log_l, state.log_l)
    )


def difference(past: np.ndarray, n_chains: int, rng: np.random.Generator) -> np.ndarray:
    """(chain, part, width): for each chain and part, one earlier state (state, part, width) less another."""
    n, n_parts, _ = past.shape
    first = rng.integers(n, size=(n_chains, n_parts))
    other = (first + rng.integers(1, n, size=first.shape)) % n
    parts = np.arange(n_parts)
    return past[first, parts] - past[other, parts]


def near(z: np.ndarray, group: Group) -> np.ndarray:
    """ln p (chain, subject) of members given their group, up to what does not depend on them."""
    return -0.5 * (((z - group.mean[:, None]) / group.sd[:, None]) ** 2).sum(-1)
