r"""The walk through recall: what is observed is followed, what is to be simulated is drawn, both by the same steps.

Recall sees the context ``c`` only through two products with it: the support ``f`` of each item, and its match ``g``
with what each item brings back (``u_r``, of length 1). Both are linear in the context and move as it does, without it:

.. math:: f \leftarrow \rho f + B F_r, \qquad g \leftarrow \rho g + B G_r, \qquad
          \rho = \sqrt{1 + B^2 (g_r^2 - 1)} - B g_r

once item r is recalled, with ``F_rj`` the support of j by ``u_r`` and ``G_rj`` the product of ``u_r`` and ``u_j``.
A recall costs as many steps as the list has items, and these are loops without a branch or a call, which processors
do for several items at once. Rules are numbers here, since compiled code knows no classes.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from neuromem.compiled import Compiled

P_FLOOR = 1e-5  # of the probability of an observed event
SUPPORT_FLOOR = 1e-5  # of the support that enters choice and stopping
BY_OUTPUT, BY_SUPPORT, BY_FAILURES = 0, 1, 2
N_FACTORS = 40  # events whose p, each at least P_FLOOR, can be multiplied before a logarithm is due
WIDE = 8  # items are padded to a multiple of so many: places that no list has are never left

LOG2_E, LN2_HIGH, LN2_LOW = 1 / math.log(2), 0.693145751953125, 1.42860682030941723212e-6
WHOLE = 1.5 * 2**52  # added to a number, leaves the nearest whole number in the last bits
ONE, ROOT_HALF = 1023 << 52, 0x3FE6A09E667F3BCD  # the bits of 1.0 without its digits, and of the root of a half


class Geometry(NamedTuple):
    """What recall sees of study, for each vector of values and list length, padded to the longest."""

    support: np.ndarray  # (vector, length, item) f as recall begins
    match: np.ndarray  # (vector, length, item) g as recall begins
    support_after: np.ndarray  # (vector, length, item, item) F
    match_after: np.ndarray  # (vector, length, item, item) G
    b: np.ndarray  # (vector) how far a recalled item moves the context


class ChoiceRule(NamedTuple):
    """An item's weight is exp(sensitivity f), or f to the power `sensitivity`."""

    sensitivity: np.ndarray  # (vector)
    power: bool


class StopRule(NamedTuple):
    """By output position, by the support that is left, or once so many samplings have failed."""

    kind: int
    table: np.ndarray  # (vector, output) p(stop) by output
    scale: np.ndarray  # (vector) of support
    k_max: int  # failures


class Walked(NamedTuple):
    """What a walk fills."""

    recall: np.ndarray  # (list, output) drawn where `uniform` is given
    log_p: np.ndarray  # (vector, list) sum of ln p of the events, each p at least P_FLOOR
    impossible: np.ndarray  # (vector, list) the first output whose event has p = 0, or -1
    p: np.ndarray  # (list, output, event) or empty: of each item, and of the end in the last place


@Compiled
def walk(n_items, row, geometry, choice, stop, similarity, weight, uniform, out):
    """Walks through lists of `n_items` (list), whose length is the `row`-th (list) of the geometry, for each vector.

    `similarity` (list, cue, item, item) to the last item adds to support by `weight` (vector, cue); `uniform`
    (list, output, 2) holds the chances of a simulation, and is empty where recalls are observed.
    """
    room, failed = np.empty((5, geometry.support.shape[2])), np.empty(stop.k_max)
    f, g, support, share, left = room[0], room[1], room[2], room[3], room[4]
    drawn, told, by_output = uniform.shape[0] > 0, out.p.shape[0] > 0, stop.kind == BY_OUTPUT
    for vector in range(len(geometry.support)):
        b, sensitivity = geometry.b[vector], choice.sensitivity[vector]
        for i in range(len(n_items)):
            n, length, last, product, log_p, impossible = n_items[i], row[i], -1, 1.0, 0.0, -1
            begin(geometry, vector, length, n, f, g, left, failed)
            for k in range(n + 1):
                item = out.recall[i, k] if not drawn and k < out.recall.shape[1] else -1
                chosen = drawn or told or item >= 0
                if chosen or not by_output:
                    felt(f, i, last, similarity, weight, vector, support)
                p_stop = ending(support, left, k, n, stop, vector, failed)
                total = 1.0
                if chosen:
                    reference = support[item] if item >= 0 and not told else most(support, left)
                    total = weigh(support, left, sensitivity, choice.power, reference, share)
                if told:
                    tell(share, total, p_stop, out.p[i, k])
                if drawn:
                    item = draw(uniform[i, k], p_stop, share, left, total)
                    if item >= 0:
                        out.recall[i, k] = item
                p = p_stop if item < 0 else (1 - p_stop) * share[item] / total
                if p <= 0 and impossible < 0:
                    impossible = k
                product *= min(max(p, P_FLOOR), 1.0)
                if item < 0:
                    break
                if k % N_FACTORS == N_FACTORS - 1:
                    log_p, product = log_p + math.log(product), 1.0
                left[item], last = 0.0, item
                move(f, g, b, geometry.support_after[vector, length], geometry.match_after[vector, length], item)
            out.log_p[vector, i], out.impossible[vector, i] = log_p + math.log(product), impossible


@Compiled
def begin(geometry, vector, length, n, f, g, left, failed):
    """Puts all at where recall begins."""
    for j in range(len(f)):
        f[j] = geometry.support[vector, length, j]
        g[j] = geometry.match[vector, length, j]
        left[j] = 1.0 if j < n else 0.0
    failed[:] = 0.0
    failed[0] = 1.0


@Compiled
def felt(f, i, last, similarity, weight, vector, support):
    """The support of each item: by the context, and by its similarity to the last item recalled."""
    for j in range(len(f)):
        support[j] = f[j]
    if last >= 0:
        for cue in range(weight.shape[1]):
            by, alike = weight[vector, cue], similarity[i, cue, last]
            for j in range(len(alike)):
                support[j] += by * alike[j]
    for j in range(len(f)):
        support[j] = max(support[j], SUPPORT_FLOOR)


@Compiled
def weigh(support, left, sensitivity, power, reference, share):
    """Fills the weights of the items left, relative to one of support `reference`, and gives their sum."""
    if power:
        by = logarithm(reference)
        for j in range(len(support)):
            share[j] = logarithm(support[j]) - by
    else:
        for j in range(len(support)):
            share[j] = support[j] - reference
    for j in range(len(support)):
        e = exponential(sensitivity * share[j])
        share[j] = e if left[j] > 0 else 0.0
    return added(share)


@Compiled
def most(support, left):
    """The most support of any item left, 0 where none is."""
    top = 0.0
    for j in range(len(support)):
        if left[j] > 0:
            top = max(top, support[j])
    return top


@Compiled
def added(x):
    """The sum of a multiple of four numbers, in four sums that do not wait for each other."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    for j in range(0, len(x), 4):
        a += x[j]
        b += x[j + 1]
        c += x[j + 2]
        d += x[j + 3]
    return (a + b) + (c + d)


@Compiled
def ending(support, left, k, n, stop, vector, failed):
    """p(stop). Failures are not observed: `failed` holds the probability of each number of them so far."""
    if k == n:
        return 1.0
    if stop.kind == BY_OUTPUT:
        return stop.table[vector, k]
    rest, total = 0.0, 0.0
    for j in range(n):
        rest += left[j] * support[j]
        total += support[j]
    if stop.kind == BY_SUPPORT:
        return math.exp(-stop.scale[vector] * rest)
    return search_on(1 - rest / total, failed)


@Compiled
def search_on(miss, failed):
    """p(the failures that remain all come before a success), having moved `failed` on to after a success."""
    before, found = 0.0, 0.0
    for m in range(len(failed)):
        before = miss * before + failed[m]
        failed[m] = (1 - miss) * before
        found += failed[m]
    if found > 0:
        for m in range(len(failed)):
            failed[m] /= found
    return miss * before


@Compiled
def tell(share, total, p_stop, p):
    """Fills p (event)."""
    for j in range(len(p) - 1):
        p[j] = (1 - p_stop) * share[j] / total if share[j] > 0 else 0.0
    p[len(p) - 1] = p_stop


@Compiled
def draw(uniform, p_stop, share, left, total):
    """The item that is drawn, -1 for the end."""
    if p_stop >= 1.0 or uniform[0] < p_stop:
        return -1
    reached, item = 0.0, -1
    for j in range(len(share)):
        if left[j] > 0 and (item < 0 or reached < (1 - uniform[1]) * total):
            reached, item = reached + share[j], j
    return item


@Compiled
def move(f, g, b, support_after, match_after, item):
    """Support and match once the context has moved towards what the item brings back."""
    d = g[item]
    rho = math.sqrt(max(1 + b * b * (d * d - 1), 0.0)) - b * d
    for j in range(len(f)):
        f[j] = rho * f[j] + b * support_after[item, j]
        g[j] = rho * g[j] + b * match_after[item, j]


@Compiled
def exponential(x):
    """e to the x right to about one part in 10^16, 0 below -708: without a branch or a call, unlike math.exp."""
    shifted = x * LOG2_E + WHOLE
    k = shifted - WHOLE
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
    y = p * np.int64((bits << 52) + ONE).view(np.float64)
    y = y if x > -708 else 0.0
    return y if x < 709 else np.inf


@Compiled
def logarithm(x):
    """ln x of a number above 1e-300, right to about two parts in 10^16, without a branch or a call."""
    bits = np.float64(x).view(np.int64)
    k = (bits - ROOT_HALF) >> 52
    m = np.int64(bits - (k << 52)).view(np.float64)
    s = (m - 1) / (m + 1)
    z = s * s
    p = 1 / 19 + z * (1 / 21)
    p = 1 / 17 + z * p
    p = 1 / 15 + z * p
    p = 1 / 13 + z * p
    p = 1 / 11 + z * p
    p = 1 / 9 + z * p
    p = 1 / 7 + z * p
    p = 1 / 5 + z * p
    p = 1 / 3 + z * p
    return k * LN2_HIGH + (k * LN2_LOW + 2 * (s + s * z * p))
