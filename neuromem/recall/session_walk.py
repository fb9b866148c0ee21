"""The walk through sessions of several lists: study and recall with one context that goes on, compiled."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from neuromem.compiled import Compiled

P_FLOOR, SUPPORT_FLOOR, STOP_FLOOR = 1e-5, 1e-5, 1e-6


class SessionValues(NamedTuple):
    """The values of the parameters, each (vector)."""

    b_enc: np.ndarray
    b_start: np.ndarray
    b_rec: np.ndarray
    l_fc: np.ndarray
    b_post: np.ndarray
    l_cf: np.ndarray
    p1: np.ndarray
    p2: np.ndarray
    temperature: np.ndarray
    x1: np.ndarray
    x2: np.ndarray


@Compiled
def walk_sessions(first, n_items, n_back, recall, values, uniform, log_p):
    """Fills log_p (vector, list) of recalls, or draws them where `uniform` (list, output, 2) is given.

    Lists have `n_items` words each; `first` (list) marks those that begin a session. `recall` (list, output) holds the
    study position plus n_items for each list back, -1 after the last.
    """
    n_kept, in_a_row, longest = (n_back + 1) * n_items, 0, 0
    for i in range(len(first)):
        in_a_row = 1 if first[i] else in_a_row + 1
        longest = max(longest, in_a_row)
    n_units = longest * (n_items + 1)
    c, brings, answers = np.empty(n_units), np.empty((n_kept, n_units)), np.empty((n_units, n_kept))
    f, share, left = np.empty(n_kept), np.empty(n_kept), np.empty(n_kept, np.bool_)
    for v in range(len(values.b_enc)):
        number = 0
        for i in range(len(first)):
            if first[i]:
                number = 0
                c[:], brings[:], answers[:] = 0.0, 0.0, 0.0
                c[0] = 1.0
            else:
                number += 1
                towards(c, number * (n_items + 1), values.b_post[v])
            start, row = number * (n_items + 1), (number % (n_back + 1)) * n_items
            used = start + n_items + 1
            study(c[:used], brings, answers, start, row, n_items, values, v)
            towards(c, start, values.b_start[v])
            n_left = min(number + 1, n_back + 1) * n_items
            for j in range(n_kept):
                left[j] = j < n_left
            for k in range(n_left + 1):
                f[:] = 0.0
                for unit in range(used):
                    for j in range(n_kept):
                        f[j] += c[unit] * answers[unit, j]
                p_stop = 1.0
                if n_left - k > 0:
                    at = values.x1[v] * math.exp(min(values.x2[v] * k, 700.0))
                    p_stop = min(max(at, STOP_FLOOR), 1 - STOP_FLOOR)
                total = weigh(f, left, 2 / values.temperature[v], share)
                if uniform.shape[0] > 0:
                    item = draw(uniform[i, k], p_stop, share, total)
                    if item >= 0:
                        recall[i, k] = place(item, number, n_back, n_items)
                else:
                    said = recall[i, k] if k < recall.shape[1] else -1
                    item = place(said, number, n_back, n_items) if said >= 0 else -1
                p = p_stop if item < 0 else (1 - p_stop) * share[item] / total
                log_p[v, i] += math.log(min(max(p, P_FLOOR), 1.0))
                if item < 0:
                    break
                left[item] = False
                integrate(c[:used], brings[item], values.b_rec[v])


@Compiled
def study(c, brings, answers, start, row, n_items, values, v):
    """Studies a list: its words take the rows of the oldest list."""
    l_fc, l_cf = values.l_fc[v], values.l_cf[v]
    for i in range(n_items):
        own, w = start + 1 + i, row + i
        towards(c, own, values.b_enc[v])
        rate = l_cf + values.p1[v] * math.exp(-values.p2[v] * i)
        for k in range(len(c)):
            brings[w, k], answers[k, w] = l_fc * c[k], rate * c[k]
        brings[w, own] += 1 - l_fc
        answers[own, w] += 1 - l_cf


@Compiled
def place(code, number, n_back, n_items):
    """The row of a word by its code, and (as lists take rows in turn) its code by the row."""
    kept = n_back + 1
    return ((number - code // n_items) % kept) * n_items + code % n_items


@Compiled
def weigh(f, left, sensitivity, share):
    """Fills the weights of the words left, relative to the largest, and gives their sum."""
    top, total = -np.inf, 0.0
    for j in range(len(f)):
        if left[j]:
            top = max(top, max(f[j], SUPPORT_FLOOR))
    for j in range(len(f)):
        share[j] = math.exp(sensitivity * (max(f[j], SUPPORT_FLOOR) - top)) if left[j] else 0.0
        total += share[j]
    return total


@Compiled
def draw(uniform, p_stop, share, total):
    """The row of the word that is drawn, -1 for the end."""
    if p_stop >= 1.0 or uniform[0] < p_stop:
        return -1
    reached, item = 0.0, -1
    for j in range(len(share)):
        if share[j] > 0 and (item < 0 or reached < (1 - uniform[1]) * total):
            reached, item = reached + share[j], j
    return item


# The next two stand in layered_study, too: a compiled function calls those of its own file only.


@Compiled
def towards(c, unit, b):
    """Moves a context by b towards one of its units."""
    d = c[unit]
    c *= math.sqrt(max(1 + b * b * (d * d - 1), 0.0)) - b * d
    c[unit] += b


@Compiled
def integrate(c, c_in, b):
    """Moves a context by b towards another, of any length."""
    norm, d = 0.0, 0.0
    for k in range(len(c)):
        norm += c_in[k] * c_in[k]
        d += c[k] * c_in[k]
    norm = math.sqrt(norm)
    d /= norm
    rho = math.sqrt(max(1 + b * b * (d * d - 1), 0.0)) - b * d
    for k in range(len(c)):
        c[k] = rho * c[k] + b * c_in[k] / norm
