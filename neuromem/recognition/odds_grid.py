"""Log odds on a grid: sums over features and means over images as convolutions, the distribution at criteria."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuromem.compiled import Compiled

N_GRID = 256  # points of log odds
N_WIDE = 1024  # points of a grid that holds the sums of all features
REACH = 5.0  # standard deviations that the grid goes beyond the means of one image
NOTHING = 1e-12  # of mass
LOWEST = -12.0  # log odds below which images count for nothing


@dataclass(frozen=True, eq=False)
class Odds:
    """Mass (vector, point) at the log odds (low + point) step."""

    low: np.ndarray  # (vector) in steps, whole
    step: np.ndarray  # (vector)
    mass: np.ndarray


def grid(ratio: np.ndarray, p: np.ndarray, n_features: int) -> tuple[np.ndarray, np.ndarray]:
    """The first point, in steps, and the step of a grid of log odds that holds one image of an old or new item."""
    x = np.log(ratio)
    ends = []
    for weight, side in ((p, -REACH), (p * ratio, REACH)):
        mean = (weight * x).sum(1)
        spread = np.sqrt(n_features * ((weight * x**2).sum(1) - mean**2))
        ends.append(n_features * mean + side * spread)
    low = np.maximum(ends[0], LOWEST)
    step = (ends[1] - low) / (N_GRID - 1)
    return np.floor(low / step).astype(int), step


def summed(x: np.ndarray, p: np.ndarray, low: np.ndarray, step: np.ndarray, n_features: int) -> np.ndarray:
    """The mass (vector, point) of the sum over features of x (vector, case); what lies beyond counts as the end."""
    place = np.floor(x / step[:, None]).astype(int)
    upper = np.expm1(x - place * step[:, None]) / np.expm1(step)[:, None]
    one = np.zeros((len(x), N_WIDE))
    rows = np.arange(len(x))[:, None]
    np.add.at(one, (rows, place % N_WIDE), p * (1 - upper))
    np.add.at(one, (rows, (place + 1) % N_WIDE), p * upper)
    point = np.fft.fftfreq(N_WIDE, 1 / N_WIDE)
    tilt = np.exp(point * step[:, None] / 2)  # keeps both the many small and the few large odds exact
    total = np.fft.irfft(np.fft.rfft(one * tilt, axis=1) ** n_features, N_WIDE, axis=1) / tilt
    held = np.maximum(np.take_along_axis(total, (low[:, None] + np.arange(N_GRID)) % N_WIDE, 1), 0)
    held[:, -1] += np.where(point >= low[:, None] + N_GRID, np.maximum(total, 0), 0).sum(1)
    held[:, 0] += np.maximum(1 - held.sum(1), 0)
    return held


def distribution(new: Odds, which: np.ndarray, at: np.ndarray) -> np.ndarray:
    """F (row, kind, criterion) at `at` (row, criterion), the vector of parameters of each row being `which`."""
    odds = np.exp((new.low[:, None] + np.arange(N_GRID)) * new.step[:, None])
    reached = np.cumsum(np.stack([new.mass, new.mass * odds], 1), -1)[which]
    reached[..., -1] = 1.0
    place = at / new.step[which, None] - new.low[which, None] - 0.5  # mass spreads evenly around its point
    place = np.clip(place, -1.0, N_GRID - 1.0)
    below = np.floor(place).astype(int)
    held = np.concatenate([np.zeros((*reached.shape[:2], 1)), reached], -1)
    side = (np.take_along_axis(held, np.minimum(below + i, N_GRID)[:, None, :], -1) for i in (1, 2))
    first, last = side
    return first + (place - below)[:, None, :] * (last - first)


@Compiled
def mean_of_two(mass, low, step, out):
    """The mass of the logarithm of the mean of e^x and e^y, for independent x and y of the same mass.

    Ends of the grid that hold next to nothing, of new items and of old ones, are passed over.
    """
    n = mass.shape[1]
    total, moved = np.empty(n), np.empty(n)  # of mass at or next above each point, and what of it goes there
    for v in range(mass.shape[0]):
        total[:], moved[:] = 0.0, 0.0
        h = step[v]
        first, end = 0, n
        while mass[v, first] * (1 + np.exp((low[v] + first) * h)) < NOTHING:
            first += 1
        while mass[v, end - 1] * (1 + np.exp((low[v] + end - 1) * h)) < NOTHING:
            end -= 1
        for apart in range(end - first):
            place = np.log1p(np.expm1(min(apart * h, 700.0)) / 2) / h
            k = int(place)
            upper = np.expm1((place - k) * h) / np.expm1(h)
            times = 1.0 if apart == 0 else 2.0
            m = end - apart - first
            x, y = mass[v, first : first + m], mass[v, first + apart : end]
            here, above = total[first + k : first + k + m], moved[first + k : first + k + m]
            for i in range(m):
                both = times * (x[i] * y[i])
                here[i] += both
                above[i] += upper * both
        out[v] = total - moved
        out[v, 1:] += moved[:-1]
