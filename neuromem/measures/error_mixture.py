"""Errors of continuous report as a mixture: what is remembered has a precision, the rest is guessed or swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuromem.measures.circular import angles, circular_sd, concentration, log_von_mises

if TYPE_CHECKING:
    import xarray as xr

TOLERANCE = 1e-9  # of the log-likelihood of a trial, from one step to the next
MOST_STEPS = 5000
STARTS = ((0.5, 3.0), (0.9, 12.0), (0.2, 60.0))  # probability of memory, concentration
TRIED = 25  # steps from each start, before the best is followed


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
    the errors is padding. Found by the EM algorithm from several starts. Results are (...).
    Raises ValueError for angles off the circle, groups without trials, and trials without any non-target where others
    have one: take one set size at a time.

    >>> rng = np.random.default_rng(0)
    >>> error = np.concatenate([rng.vonmises(0, 8, 700), rng.uniform(-np.pi, np.pi, 300)])
    >>> error_mixture(error).p_memory.round(2)
    np.float64(0.71)

    Source: Zhang & Luck (2008), Nature 453:233; with swaps Bays, Catalao & Husain (2009), Journal of Vision 9(10):7.
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
    """EM from p_memory, p_swap and kappa (group) for so many steps or until it stands: these and the log-likelihood."""
    now = [p_memory.copy(), p_swap.copy(), kappa.copy(), np.full(len(kappa), -np.inf)]
    moving = np.arange(len(kappa))
    for _ in range(steps):
        before = now[-1][moving]
        after = _step(cos[moving], share[moving], *(x[moving] for x in now[:-1]))
        for held, new in zip(now, after, strict=True):
            held[moving] = new
        moving = moving[after[-1] - before > TOLERANCE * (share[moving, :, 0] > 0).sum(-1)]
        if not len(moving):
            break
    return now


def _step(cos, share, p_memory, p_swap, kappa) -> tuple[np.ndarray, ...]:
    """One step of EM, and the log-likelihood that it started from."""
    density = share * np.exp(kappa[:, None, None] * (cos - 1) - _log_norm(kappa)[:, None, None])
    density[..., 0] *= p_memory[:, None]
    density[..., 1:] *= p_swap[:, None, None]
    trials = share[..., 0] > 0
    total = density.sum(-1) + (1 - p_memory - p_swap)[:, None] / (2 * np.pi)
    blame = np.where(trials[..., None], density / total[..., None], 0)
    by_item, n = blame.sum(1), trials.sum(-1)
    weight = by_item.sum(-1)
    kappa = concentration((blame * cos).sum((1, 2)) / np.where(weight > 0, weight, 1))
    return by_item[:, 0] / n, by_item[:, 1:].sum(-1) / n, kappa, np.log(np.where(trials, total, 1)).sum(-1)


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
