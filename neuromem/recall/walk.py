r"""The walk through recall: what is observed is followed, what is to be simulated is drawn, both by the same steps.

Recall sees the context ``c`` only through two products with it: the support ``f`` of each item, and its match ``g``
with what each item brings back (``u_r``, of length 1). Both are linear in the context and move as it does, without it:

.. math:: f \leftarrow \rho f + B F_r, \qquad g \leftarrow \rho g + B G_r, \qquad
          \rho = \sqrt{1 + B^2 (g_r^2 - 1)} - B g_r

once item r is recalled, with ``F_rj`` the support of j by ``u_r`` and ``G_rj`` the product of ``u_r`` and ``u_j``.
A recall costs as many steps as there are items left. Rules are numbers here, since compiled code knows no classes.

People said the same for all vectors of parameters, so that vectors walk side by side: each step is a loop over vectors,
the last axis of every array, which processors do for several numbers at once.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from neuromem.compiled import Compiled

P_FLOOR = 1e-5  # of the probability of an observed event
SUPPORT_FLOOR = 1e-5  # of the support that enters choice and stopping
BY_OUTPUT, BY_SUPPORT, BY_FAILURES = 0, 1, 2
N_FACTORS = 40  # events whose p, each at least P_FLOOR, can be multiplied

LOG2_E, LN2_HIGH, LN2_LOW = 1 / math.log(2), 0.693145751953125, 1.42860682030941723212e-6
SHIFT = 1.5 * 2**52  # added to a number, leaves its nearest whole number in the last bits


class Geometry(NamedTuple):
    """What recall sees of study, for each list length, padded to the longest."""

    support: np.ndarray  # (length, item, vector) f as recall begins
    match: np.ndarray  # (length, item, vector) g as recall begins
    support_after: np.ndarray  # (length, item, item, vector) F
    match_after: np.ndarray  # (length, item, item, vector) G
    b: np.ndarray  # (vector) how far a recalled item moves the context


class ChoiceRule(NamedTuple):
    """An item's weight is exp(sensitivity f), or f to the power `sensitivity`."""

    sensitivity: np.ndarray  # (vector)
    power: bool


class StopRule(NamedTuple):
    """By output position, by the support that is left, or once so many samplings have failed."""

    kind: int
    table: np.ndarray  # (output, vector) p(stop) by output
    scale: np.ndarray  # (vector) of support
    k_max: int  # failures


class Walked(NamedTuple):
    """What a walk fills."""

    recall: np.ndarray  # (list, output) drawn by the first vector where `uniform` is given
    log_p: np.ndarray  # (list, vector) sum of ln p of the events, each p at least P_FLOOR
    impossible: np.ndarray  # (list, vector) the first output whose event has p = 0, or -1
    p: np.ndarray  # (list, output, event) or empty: of each item, and of the end in the last place, by the first vector


class Present(NamedTuple):
    """Where the walk is in a list."""

    f: np.ndarray  # (item, vector)
    g: np.ndarray  # (item, vector)
    support: np.ndarray  # (item, vector)
    share: np.ndarray  # (item, vector) the weight of each item left, relative to that of one of them
    total: np.ndarray  # (vector) of the shares
    p_stop: np.ndarray  # (vector)
    product: np.ndarray  # (vector) of the p of the last events
    rho: np.ndarray  # (vector)
    failed: np.ndarray  # (failures, vector) the probability of each number of them so far
    order: np.ndarray  # (item) the items left in order, then those recalled


@Compiled
def walk(n_items, row, geometry, choice, stop, similarity, weight, uniform, out):
    """Walks through lists of `n_items` (list), whose length is the `row`-th (list) of the geometry.

    `similarity` (list, cue, item, item) to the last item adds to support by `weight` (cue, vector); `uniform`
    (list, output, 2) holds the chances of a simulation, and is empty where recalls are observed.
    """
    n_most, n_vectors = geometry.support.shape[1:]
    by_item, by_vector = np.empty((4, n_most, n_vectors)), np.empty((4, n_vectors))
    f, g, support, share = by_item[0], by_item[1], by_item[2], by_item[3]
    total, p_stop, product, rho = by_vector[0], by_vector[1], by_vector[2], by_vector[3]
    failed, order = np.empty((stop.k_max, n_vectors)), np.empty(n_most, np.int64)
    now = Present(f, g, support, share, total, p_stop, product, rho, failed, order)
    drawn, told, hidden = uniform.shape[0] > 0, out.p.shape[0] > 0, stop.kind == BY_FAILURES
    for i in range(len(n_items)):
        n, length, last = n_items[i], row[i], -1
        begin(now, geometry, length, n)
        out.log_p[i], out.impossible[i] = 0.0, -1
        for k in range(n + 1):
            n_left = n - k
            felt(now, i, last, similarity, weight, n if hidden else n_left)
            ending(now, n_left, n, k, stop)
            place = -1 if drawn or k >= out.recall.shape[1] else find(order, n_left, out.recall[i, k])
            if drawn or told:
                weigh(now, n_left, choice, best(now, n_left))
            elif place >= 0:
                weigh(now, n_left, choice, order[place])
            if told:
                tell(now, n_left, out.p[i, k])
            if drawn:
                place = draw(now, uniform[i, k], n_left)
                if place >= 0:
                    out.recall[i, k] = order[place]
            count(now, place, k, out.log_p[i], out.impossible[i])
            if place < 0:
                break
            last = order[place]
            order[place : n_left - 1] = order[place + 1 : n_left]
            order[n_left - 1] = last
            move(now, geometry, length, last, n if hidden else n_left - 1)


@Compiled
def begin(now, geometry, length, n):
    """Puts all at where recall begins."""
    for j in range(n):
        now.order[j] = j
        for v in range(len(now.rho)):
            now.f[j, v] = geometry.support[length, j, v]
            now.g[j, v] = geometry.match[length, j, v]
    now.failed[:] = 0.0
    now.failed[0] = 1.0
    now.product[:] = 1.0


@Compiled
def felt(now, i, last, similarity, weight, seen):
    """The support of each item: by the context, and by its similarity to the last item recalled."""
    for place in range(seen):
        j = now.order[place]
        for v in range(len(now.rho)):
            now.support[j, v] = now.f[j, v]
    if last >= 0:
        for cue in range(len(weight)):
            for place in range(seen):
                j = now.order[place]
                alike = similarity[i, cue, last, j]
                for v in range(len(now.rho)):
                    now.support[j, v] += weight[cue, v] * alike
    for place in range(seen):
        j = now.order[place]
        for v in range(len(now.rho)):
            now.support[j, v] = max(now.support[j, v], SUPPORT_FLOOR)


@Compiled
def weigh(now, n_left, choice, item):
    """The weights of the items left, relative to that of one of them, and their sum."""
    total, reference, sensitivity = now.total, now.support[item], choice.sensitivity
    total[:] = 0.0
    for place in range(n_left):
        support, share = now.support[now.order[place]], now.share[now.order[place]]
        if choice.power:
            for v in range(len(total)):
                share[v] = sensitivity[v] * math.log(support[v] / reference[v])
        else:
            for v in range(len(total)):
                share[v] = sensitivity[v] * (support[v] - reference[v])
        for v in range(len(total)):
            share[v] = exponential(share[v])
        for v in range(len(total)):
            total[v] += share[v]


@Compiled
def exponential(x):
    """e to the x, right to about one part in 10^16 and 0 below -708: steps that processors do for several x at once."""
    shifted = x * LOG2_E + SHIFT
    k = shifted - SHIFT
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    p = 1 / 39916800 + r * (1 / 479001600)
    p = 1 / 3628800 + r * p
    p = 1 / 362880 + r * p
    p = 1 / 40320 + r * p
    p = 1 / 5040 + r * p
    p = 1 / 720 + r * p
    p = 1 / 120 + r * p
    p = 1 / 24 + r * p
    p = 1 / 6 + r * p
    p = 1 / 2 + r * p
    p = 1 + r * (1 + r * p)
    bits = np.float64(shifted).view(np.int64)
    y = p * np.int64((bits << 52) + (1023 << 52)).view(np.float64)
    y = y if x > -708 else 0.0
    return y if x < 709 else np.inf


@Compiled
def best(now, n_left):
    """The item left with the most support for the first vector."""
    top = now.order[0]
    for place in range(1, n_left):
        j = now.order[place]
        if now.support[j, 0] > now.support[top, 0]:
            top = j
    return top


@Compiled
def ending(now, n_left, n, k, stop):
    """p(stop). Failures are not observed: `failed` holds the probability of each number of them so far."""
    if n_left == 0:
        now.p_stop[:] = 1.0
    elif stop.kind == BY_OUTPUT:
        for v in range(len(now.rho)):
            now.p_stop[v] = stop.table[k, v]
    else:
        rest = now.total
        rest[:] = 0.0
        for place in range(n_left):
            j = now.order[place]
            for v in range(len(now.rho)):
                rest[v] += now.support[j, v]
        if stop.kind == BY_SUPPORT:
            for v in range(len(now.rho)):
                now.p_stop[v] = exponential(-stop.scale[v] * rest[v])
        else:
            search_on(now, rest, n)


@Compiled
def search_on(now, rest, n):
    """p(the failures that remain all come before a success), having moved `failed` on to after a success."""
    for v in range(len(now.rho)):
        total = 0.0
        for place in range(n):
            total += now.support[now.order[place], v]
        miss = 1 - rest[v] / total
        before, found = 0.0, 0.0
        for m in range(len(now.failed)):
            before = miss * before + now.failed[m, v]
            now.failed[m, v] = (1 - miss) * before
            found += now.failed[m, v]
        if found > 0:
            for m in range(len(now.failed)):
                now.failed[m, v] /= found
        now.p_stop[v] = miss * before


@Compiled
def tell(now, n_left, p):
    """Fills p (event) of the first vector."""
    p[: len(now.order)] = 0.0
    for place in range(n_left):
        j = now.order[place]
        p[j] = (1 - now.p_stop[0]) * now.share[j, 0] / now.total[0]
    p[len(p) - 1] = now.p_stop[0]


@Compiled
def draw(now, uniform, n_left):
    """The place among the items left of the one that is drawn, -1 for the end, by the first vector."""
    if n_left == 0 or uniform[0] < now.p_stop[0]:
        return -1
    reached, place = 0.0, 0
    for j in range(n_left):
        reached += now.share[now.order[j], 0]
        place += reached < (1 - uniform[1]) * now.total[0]
    return place


@Compiled
def find(order, n_left, item):
    """The place of the item among those left, -1 where there is none."""
    for place in range(n_left):
        if order[place] == item:
            return place
    return -1


@Compiled
def count(now, place, k, log_p, impossible):
    """Counts the event at a place, or the end."""
    item = now.order[max(place, 0)]
    for v in range(len(now.rho)):
        p = now.p_stop[v] if place < 0 else (1 - now.p_stop[v]) * now.share[item, v] / now.total[v]
        now.product[v] *= min(max(p, P_FLOOR), 1.0)
        if p <= 0 and impossible[v] < 0:
            impossible[v] = k
    if place < 0 or k % N_FACTORS == N_FACTORS - 1:
        for v in range(len(now.rho)):
            log_p[v] += math.log(now.product[v])
            now.product[v] = 1.0


@Compiled
def move(now, geometry, length, item, seen):
    """Support and match once the context has moved towards what the item brings back."""
    for v in range(len(now.rho)):
        b, d = geometry.b[v], now.g[item, v]
        now.rho[v] = math.sqrt(max(1 + b * b * (d * d - 1), 0.0)) - b * d
    for place in range(seen):
        j = now.order[place]
        for v in range(len(now.rho)):
            b = geometry.b[v]
            now.f[j, v] = now.rho[v] * now.f[j, v] + b * geometry.support_after[length, item, j, v]
            now.g[j, v] = now.rho[v] * now.g[j, v] + b * geometry.match_after[length, item, j, v]
