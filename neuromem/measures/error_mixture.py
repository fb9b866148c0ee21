"""Errors of continuous report as a mixture: what is remembered has a precision, the rest is guessed or swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuromem.measures.circular import LARGEST_KAPPA, angles, circular_sd, concentration, log_von_mises

if TYPE_CHECKING:
    import xarray as xr

TOLERANCE = 1e-9  # of the log-likelihood of a trial, from one step to the next
MOST_STEPS = 2000  # of three
SHIFT = 1e-3  # so that a concentration of 0 has a logarithm
FARTHEST = 64.0  # steps in one leap
SMALLEST = 1e-300
STARTS = ((0.5, 3.0), (0.9, 12.0), (0.2, 60.0))  # probability of memory, concentration
TRIED = 8  # steps from each start, before the best is followed


class ErrorMixture(NamedTuple):
    """What the errors of each group of trials say, each (...); the three probabilities sum to one."""

    p_memory: Any  # the target's own value is reported
    p_swap: Any  # another item's value is reported
    p_guess: Any  # any value is reported
    kappa: Any  # concentration of what is not guessed
    sd: Any  # its circular standard deviation, rad
    log_likelihood: Any  # summed over trials


def error_mixture(error, non_target=None) -> ErrorMixture:
    r"""The mixture of memory, swaps and guesses that makes the errors most likely.

    .. math:: p(x) = p_m f_\kappa(x) + \frac{p_s}{m} \sum_{i=1}^m f_\kappa(x - x_i) + p_g \frac{1}{2 \pi}

    ``x`` (..., trial) errors in radians; ``f_kappa`` density of von Mises around 0; ``x_i`` (..., trial, other) the
    other items' values less the target's, NaN where there is none. Without `non_target` there are no swaps. NaN among
    the errors is padding. Found by the EM algorithm, accelerated, from several starts. Results
    are (...).
    Raises ValueError for angles off the circle, groups without trials, and trials without any non-target where others
    have one: take one set size at a time.

    >>> rng = np.random.default_rng(0)
    >>> error = np.concatenate([rng.vonmises(0, 8, 700), rng.uniform(-np.pi, np.pi, 300)])
    >>> error_mixture(error).p_memory.round(2)
    np.float64(0.71)

    Source: Zhang & Luck (2008), Nature 453:233; with swaps Bays, Catalao & Husain (2009), Journal of Vision 9(10):7.
    The acceleration: Varadhan & Roland (2008), Scandinavian Journal of Statistics 35:335.
    Known limit: where memory is as flat as guessing (kappa near 0) its probability is not defined by the data; with
    fewer than some 50 trials both numbers scatter widely, and large kappa are overestimated.
    """
    x, others = _checked(error, non_target)
    groups = x.shape[:-1]
    flat = x.reshape(-1, x.shape[-1])
    cos, share = _cosines(flat, None if others is None else others.reshape(*flat.shape, -1))
    found = [_climb(cos, share, *_start(len(flat), *start, share), steps=TRIED) for start in STARTS]
    best = np.argmax([f[-1] for f in found], axis=0)
    chosen = [np.take_along_axis(np.array(held), best[None], 0)[0] for held in zip(*found, strict=True)]
    reached = _climb(cos, share, *chosen[:-1], steps=MOST_STEPS)
    p_memory, p_swap, kappa, log_likelihood = (held.reshape(groups)[()] for held in reached)
    return ErrorMixture(p_memory, p_swap, 1 - p_memory - p_swap, kappa, circular_sd(kappa), log_likelihood)


def _start(n: int, p_memory: float, kappa: float, share: np.ndarray) -> tuple[np.ndarray, ...]:
    p_swap = 0.1 * p_memory if share.shape[-1] > 1 else 0.0
    return tuple(np.full(n, value) for value in (p_memory, p_swap, kappa))


def error_mixtures(trials: xr.Dataset, *, by: str = "n_items", swaps: bool = False) -> xr.Dataset:
    """`error_mixture` of every subject in every condition: a Dataset (subject, `by`), NaN where there is no trial.

    `trials` has `error` (trial) and the coordinates `subject` and `by`, and with `swaps` also `non_target` (trial,
    other); where no trial of a condition has a non-target, that condition has no swaps. The interval of the mean over
    subjects is that of `neuromem.measures.bootstrap.interval` of any variable.

    Raises ValueError where a coordinate or `non_target` is missing.
    """
    import xarray as xr

    for name in ("error", "subject", by, *(["non_target"] if swaps else [])):
        if name not in trials:
            raise ValueError(f"the trials have no {name!r}; they have {', '.join(map(str, trials.variables))}.")
    subjects, conditions = np.unique(trials["subject"].values), np.unique(trials[by].values)
    names = [n for n in ErrorMixture._fields if n != "log_likelihood"]
    found = np.full((len(names), len(subjects), len(conditions)), np.nan)
    for c, condition in enumerate(conditions):
        here = trials.isel(trial=trials[by].values == condition)
        present = [s for s, subject in enumerate(subjects) if (here["subject"].values == subject).any()]
        error, others = _padded(here, subjects[present], swaps)
        mixture = error_mixture(error, others)
        for i, name in enumerate(names):
            found[i, present, c] = getattr(mixture, name)
    told = dict(zip(names, ("reports of the target", "swaps", "guesses", "concentration", "sd"), strict=True))
    return xr.Dataset(
        {
            name: (("subject", by), found[i], {"long_name": told[name], "units": "rad" if name == "sd" else "1"})
            for i, name in enumerate(names)
        },
        coords={"subject": subjects, by: conditions},
    )


def _padded(here: xr.Dataset, subjects, swaps: bool) -> tuple[np.ndarray, np.ndarray | None]:
    """The errors (subject, trial) of a condition and the non-targets (subject, trial, other), padded with NaN."""
    rows = [np.flatnonzero(here["subject"].values == s) for s in subjects]
    width = max(map(len, rows))
    at = np.array([np.pad(r, (0, width - len(r)), constant_values=-1) for r in rows])
    error = np.where(at >= 0, here["error"].values[at], np.nan)
    if not swaps or np.isnan(here["non_target"].values).all():
        return error, None
    return error, np.where(at[..., None] >= 0, here["non_target"].values[at], np.nan)


def _checked(error, non_target) -> tuple[np.ndarray, np.ndarray | None]:
    x = angles("error", error, missing=True)
    if x.ndim == 0 or np.isnan(x).all(-1).any():
        raise ValueError(f"error must hold at least one trial (..., trial) for each group; saw shape {x.shape}.")
    if non_target is None:
        return x, None
    others = angles("non_target", non_target, missing=True)
    if others.shape[:-1] != x.shape:
        raise ValueError(f"non_target must be (..., trial, other) beside error {x.shape}; saw {others.shape}.")
    if (np.isnan(others).all(-1) & ~np.isnan(x)).any():
        raise ValueError("non_target holds none for some trials; take one set size at a time, or leave it out.")
    return x, others


def _climb(cos, share, p_memory, p_swap, kappa, *, steps: int) -> list[np.ndarray]:
    """EM from p_memory, p_swap and kappa (group), at most so many steps of three: these and the log-likelihood.

    Two steps of EM tell where it is heading, and the third starts from there (SQUAREM), unless that is worse.
    """
    now = np.array([p_memory, p_swap, kappa, np.full(len(kappa), -np.inf)])
    moving = np.arange(len(kappa))
    for _ in range(steps):
        here, before = (cos[moving], share[moving]), now[:, moving]
        one = _step(*here, *before[:3])
        two = _step(*here, *one[:3])
        leapt = _step(*here, *_leap(before[:3], one[:3], two[:3]))
        after = np.where(leapt[3] >= two[3], leapt, two)
        now[:, moving] = after
        moving = moving[after[3] - before[3] > TOLERANCE * (share[moving, :, 0] > 0).sum(-1)]
        if not len(moving):
            break
    return list(now)


def _leap(start: np.ndarray, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Where two steps of EM lead to if the next ones go on as these, within what probabilities may be."""
    start, one, two = (np.stack([x[0], x[1], np.log(x[2] + SHIFT)]) for x in (start, one, two))
    step, bend = one - start, two - 2 * one + start
    length = np.sqrt((step**2).sum(0) / np.maximum((bend**2).sum(0), 1e-300))
    far = np.clip(length, 1.0, FARTHEST)
    p_memory, p_swap, log_kappa = start + 2 * far * step + far**2 * bend
    p_memory, p_swap = np.maximum(p_memory, 0), np.maximum(p_swap, 0)
    over = np.maximum(p_memory + p_swap, 1)
    kappa = np.clip(np.exp(np.clip(log_kappa, -20, 20)) - SHIFT, 0, LARGEST_KAPPA)
    return np.stack([p_memory / over, p_swap / over, kappa])


def _step(cos, share, p_memory, p_swap, kappa) -> np.ndarray:
    """One step of EM, and the log-likelihood that it started from: (4, group)."""
    density = share * np.exp(kappa[:, None, None] * (cos - 1) - _log_norm(kappa)[:, None, None])
    density[..., 0] *= p_memory[:, None]
    density[..., 1:] *= p_swap[:, None, None]
    trials = share[..., 0] > 0
    guessed = (1 - p_memory - p_swap).clip(0)[:, None] / (2 * np.pi)
    total = np.maximum(density.sum(-1) + guessed, SMALLEST)
    blame = np.where(trials[..., None], density / total[..., None], 0)
    by_item, n = blame.sum(1), trials.sum(-1)
    weight = by_item.sum(-1)
    kappa = concentration((blame * cos).sum((1, 2)) / np.where(weight > 0, weight, 1))
    reached = np.log(np.where(trials, total, 1)).sum(-1)
    return np.stack([by_item[:, 0] / n, by_item[:, 1:].sum(-1) / n, kappa, reached])


def _log_norm(kappa) -> np.ndarray:
    return -log_von_mises(0.0, kappa)


def _cosines(x, others) -> tuple[np.ndarray, np.ndarray]:
    """Of the error from each item's value, the target first (group, trial, item); and the share of each, 0: no trial.

    The share is 1 for the target, and of each non-target one part of as many as there are.
    """
    there = ~np.isnan(x)
    cos, share = np.cos(np.where(there, x, 0.0))[..., None], there[..., None].astype(float)
    if others is not None:
        seen = ~np.isnan(others)
        cos = np.concatenate([cos, np.where(seen, np.cos(x[..., None] - np.where(seen, others, 0)), 0)], -1)
        share = np.concatenate([share, seen / np.maximum(seen.sum(-1, keepdims=True), 1)], -1)
    return np.nan_to_num(cos), share
