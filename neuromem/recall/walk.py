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


LOWEST, STEP, FINE, WIDEST = -17 / 3, 1 / 3, 16, 15.0  # of the integral over noise: see `neuromem.recall.largest`
NO_SLOTS = np.zeros((0, 0, 0)), np.zeros((0, 0, 0, 0)), np.zeros(0)
NO_NOISE = np.zeros(0), np.zeros((2, 0, 0))
NO_LAYER = np.zeros((0, 0, 0, 0)), np.zeros((0, 0, 0, 0, 0)), np.zeros((0, 0))


class Geometry(NamedTuple):
    """What recall sees of study, for each vector of values and list length (or schedule), padded to the longest.

    With slots, the support of an item is f to the power `exponent`, and the same of its own slot; else it is f, and
    with further layers of context theirs as well.
    """

    support: np.ndarray  # (vector, length, item) f as recall begins
    match: np.ndarray  # (vector, length, item) g as recall begins
    support_after: np.ndarray  # (vector, length, item, item) F
    match_after: np.ndarray  # (vector, length, item, item) G
    b: np.ndarray  # (vector) how far a recalled item moves the context
    own: np.ndarray = NO_SLOTS[0]  # (vector, length, item) of own slots, as f; empty where there are none
    own_after: np.ndarray = NO_SLOTS[1]  # (vector, length, item, item) as F
    exponent: np.ndarray = NO_SLOTS[2]  # (vector)
    layer_support: np.ndarray = NO_LAYER[0]  # (vector, length, layer, item) as f; empty where there is one layer
    layer_match: np.ndarray = NO_LAYER[0]  # (vector, length, layer, item) as g
    layer_support_after: np.ndarray = NO_LAYER[1]  # (vector, length, layer, item, item) as F
    layer_match_after: np.ndarray = NO_LAYER[1]  # (vector, length, layer, item, item) as G
    layer_b: np.ndarray = NO_LAYER[2]  # (vector, layer)


class ChoiceRule(NamedTuple):
    """An item's weight: exp(sensitivity f), f to the power `sensitivity`, or the chance that f + noise is largest."""

    sensitivity: np.ndarray  # (vector)
    power: bool
    node: np.ndarray = NO_NOISE[0]  # (node) weights of the integral over noise; empty for the other rules
    normal: np.ndarray = NO_NOISE[1]  # (kind, phase, node) see `neuromem.recall.largest.tables`


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
    room, failed = np.empty((6, geometry.support.shape[2])), np.empty(stop.k_max)
    f, g, support, share, left, own = room[0], room[1], room[2], room[3], room[4], room[5]
    drawn, told, by_output = uniform.shape[0] > 0, out.p.shape[0] > 0, stop.kind == BY_OUTPUT
    slots, noisy, product_at = geometry.own.shape[0] > 0, len(choice.node) > 0, np.empty(len(choice.node))
    n_layers = geometry.layer_b.shape[1]
    layer_f, layer_g = np.empty((n_layers, len(f))), np.empty((n_layers, len(f)))
    for vector in range(len(geometry.support)):
        b, sensitivity = geometry.b[vector], choice.sensitivity[vector]
        for i in range(len(n_items)):
            n, length, last, product, log_p, impossible = n_items[i], row[i], -1, 1.0, 0.0, -1
            begin(geometry, vector, length, n, f, g, left, failed)
            if slots:
                own[:] = geometry.own[vector, length]
            for layer in range(n_layers):
                layer_f[layer] = geometry.layer_support[vector, length, layer]
                layer_g[layer] = geometry.layer_match[vector, length, layer]
            for k in range(n + 1):
                item = out.recall[i, k] if not drawn and k < out.recall.shape[1] else -1
                chosen = drawn or told or item >= 0
                if chosen or not by_output:
                    if slots:
                        pool(f, own, geometry.exponent[vector], support)
                    else:
                        support[:] = f
                    for layer in range(n_layers):
                        support += layer_f[layer]
                    felt(i, last, similarity, weight, vector, support)
                p_stop = ending(support, left, k, n, stop, vector, failed)
                total = 1.0
                if chosen and noisy:
                    asked = -1 if drawn or told else item
                    total = largest(support, left, sensitivity, asked, choice.node, choice.normal, product_at, share)
                elif chosen:
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
                rho = kept(g[item], b)
                move(f, rho, b, geometry.support_after[vector, length], item)
                move(g, rho, b, geometry.match_after[vector, length], item)
                if slots:
                    move(own, rho, b, geometry.own_after[vector, length], item)
                for layer in range(n_layers):
                    by = geometry.layer_b[vector, layer]
                    rho = kept(layer_g[layer, item], by)
                    move(layer_f[layer], rho, by, geometry.layer_support_after[vector, length, layer], item)
                    move(layer_g[layer], rho, by, geometry.layer_match_after[vector, length, layer], item)
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
def pool(f, own, exponent, support):
    """The support of each item by its two slots."""
    for j in range(len(f)):
        of_study, of_own = logarithm(max(f[j], 1e-300)), logarithm(max(own[j], 1e-300))
        support[j] = exponential(exponent * of_study) + exponential(exponent * of_own)


@Compiled
def felt(i, last, similarity, weight, vector, support):
    """Adds to each item's support its similarity to the last item recalled, and lifts what is below the floor."""
    if last >= 0:
        for cue in range(weight.shape[1]):
            by, alike = weight[vector, cue], similarity[i, cue, last]
            for j in range(len(alike)):
                support[j] += by * alike[j]
    for j in range(len(support)):
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
def largest(support, left, sensitivity, asked, node, normal, product, share):
    """Fills the chance of the item that is `asked` for to be largest with noise, or of all left (-1); gives the sum."""
    for j in range(len(support)):
        share[j] = 0.0
        if left[j] > 0 and (asked < 0 or asked == j):
            product[:] = node
            for other in range(len(support)):
                if left[other] > 0 and other != j:
                    outdo(sensitivity * (support[j] - support[other]), normal, product)
            share[j] = product.sum()
    return added(share) if asked < 0 else 1.0


@Compiled
def outdo(ahead, normal, product):
    """Multiplies by the chance, at each node, that noise does not lift another item above one that is so far ahead.

    The normal distribution at these nodes is a row of its table, or lies between two: by a cubic through both values
    and slopes.
    """
    place = (min(max(ahead, -WIDEST), WIDEST) + WIDEST) * (FINE / STEP)
    below = int(place)
    t, row, first = place - below, below % FINE, below // FINE
    next_row, next_first = (below + 1) % FINE, (below + 1) // FINE
    at, slope = (1 + 2 * t) * (1 - t) ** 2, t * (1 - t) ** 2
    next_at, next_slope = t**2 * (3 - 2 * t), t**2 * (t - 1)
    end, next_end = first + len(product), next_first + len(product)
    values, slopes = normal[0, row, first:end], normal[1, row, first:end]
    next_values, next_slopes = normal[0, next_row, next_first:next_end], normal[1, next_row, next_first:next_end]
    for i in range(len(product)):
        value = at * values[i] + slope * slopes[i]
        product[i] *= value + next_at * next_values[i] + next_slope * next_slopes[i]


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
def kept(d, b):
    """How much of the context stays once it has moved by b towards what it matches by d."""
    return math.sqrt(max(1 + b * b * (d * d - 1), 0.0)) - b * d


@Compiled
def move(f, rho, b, after, item):
    """What is linear in the context once this has moved towards what the item brings back."""
    for j in range(len(f)):
        f[j] = rho * f[j] + b * after[item, j]


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
