"""Variants of list recall written plainly: context vectors, loops, one integral for each choice."""

import math

import numpy as np
from recall_reference import integrate
from scipy.integrate import quad
from scipy.special import ndtr


def bump(place, units, width):
    """A bump over units (place, period) of length 1."""
    code = []
    for unit, period in units:
        apart = abs(place - unit)
        if period is not None:
            apart = min(apart % period, period - apart % period)
        code.append(math.exp(-((apart / width) ** 2) / 2))
    return np.array(code) / np.linalg.norm(code)


def grid(periods):
    return [(unit, period) for period in periods for unit in range(period)]


def line(n):
    return [(unit, None) for unit in range(-40, n + 40)]


def bumps(n, v, units):
    """Contexts of study, the cue as recall begins and what items bring back, for items at 0, 1, ..."""
    contexts = [bump(i, units, v["width"]) for i in range(n)]
    brought = [bump(i + v["advance"], units, v["width"]) for i in range(n)]
    return contexts, integrate(brought[-1], contexts[0], v["b_start"]), brought


def item_driven(n, v):
    start, own, contexts, brought = np.eye(n + 1)[n], np.eye(n, n + 1), [], []
    c = start
    for i in range(n):
        c = integrate(c, own[i], v["b_enc"])
        contexts.append(c)
        brought.append((1 - v["l_fc"]) * own[i] + v["l_fc"] * c)
    return contexts, integrate(c, start, v["b_start"]), [x / np.linalg.norm(x) for x in brought]


def rate(i, v):
    return v["l_cf"] + v["p1"] * math.exp(-v["p2"] * i)


def matrix(contexts, own, v):
    rows = [(1 - v["l_cf"]) * own[i] + rate(i, v) * c for i, c in enumerate(contexts)]
    return lambda c: np.array([row @ c for row in rows])


def rehearsed(contexts, own, v):
    rows = [(1 - v["l_cf"]) * own[i] + rate(i, v) * c for i, c in enumerate(contexts)]
    for t, context in enumerate(contexts):
        in_mind = [v["held"] ** (t - i) for i in range(t + 1)]
        for i in range(t + 1):
            rows[i] = rows[i] + v["rehearsal"] * in_mind[i] / sum(in_mind) * context
    return lambda c: np.array([row @ c for row in rows])


def slots(contexts, own, v):
    def support(c):
        s = v["sharpness"]
        of_study = [rate(i, v) * max(context @ c, 0) ** s for i, context in enumerate(contexts)]
        return np.array([f + (1 - v["l_cf"]) * max(own[i] @ c, 0) ** s for i, f in enumerate(of_study)])

    return support


def softmax(f, v):
    e = np.exp(2 / v["temperature"] * (f - f.max()))
    return e / e.sum()


def largest(f, v):
    """p of each to be largest with Gaussian noise."""

    def density(x, j):
        ahead = ndtr(x + (f[j] - np.delete(f, j)) / v["noise"])
        return math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi) * ahead.prod()

    return np.array([quad(density, -10, 12, args=(j,), epsabs=1e-11, limit=200)[0] for j in range(len(f))])


def log_likelihood(recalled, n, v, studied, own, support, choice):
    """ln p of the recalls and the end by output position; `own` codes of items are their context units, or nothing."""
    contexts, c, brought = studied
    of = support(contexts, np.eye(n, len(c)) if own else np.zeros((n, len(c))), v)
    left, total = list(range(n)), 0.0
    for k, item in enumerate([*recalled, None]):
        stop = np.clip(v["x1"] * np.exp(v["x2"] * k), 1e-6, 1 - 1e-6) if left else 1.0
        if item is None:
            return total + math.log(stop)
        p = (1 - stop) * choice(np.maximum(of(c), 1e-5)[left], v)[left.index(item)]
        total += math.log(min(max(p, 1e-5), 1))
        c = integrate(c, brought[item], v["b_rec"])
        left.remove(item)
