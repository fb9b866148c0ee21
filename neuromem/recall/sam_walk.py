r"""The search of SAM in compiled code: the likelihood of observed recalls, failures summed out, and simulated ones.

Every failure is one of a sampling that brings nothing new; their number so far, and whether the last word came by
the word before it as a cue, are hidden. Two arrays hold the probability of both, and move on with each recall:

.. math:: A_l(h) = m_1^l\, P(h - l), \qquad B(h) = A_{L}(h) + m_2 B(h - 1), \qquad
          P'(h) = s_j \sum_{l < L} A_l(h) + t_j B(h)

P (failures h < k_max) as the cue is the last word and the context, L = l_max, s_j and t_j the probabilities that one
sampling brings j by both cues and by the context alone, m_1 and m_2 those that it brings nothing new.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from neuromem.compiled import Compiled

P_FLOOR = 1e-5  # of the probability of a list, for each of its events


class Strengths(NamedTuple):
    """What study left, for each list or each list length; see `neuromem.recall.rehearsal_buffer`."""

    time: np.ndarray  # (row, item)
    together: np.ndarray  # (row, item, item)
    apart: np.ndarray  # (row, item, item)


class Scales(NamedTuple):
    """The parameters, each (vector)."""

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    d: np.ndarray
    gain: np.ndarray
    kept: np.ndarray


class Limits(NamedTuple):
    size: int  # of the buffer
    oldest: bool  # whether it is the oldest word that is displaced
    k_max: int
    l_max: int


class Learned(NamedTuple):
    """The strengths of a list before recall, and what a sampling by them brings."""

    context: np.ndarray  # (item) to the context
    own: np.ndarray  # (item) to itself
    between: np.ndarray  # (item, item) of different words
    alone: np.ndarray  # (item) relative probability that the context samples and recovers each
    both: np.ndarray  # (cue, item) relative probability that context and cue do


@Compiled
def likelihoods(n_items, row, strengths, scales, limits, recall, log_p):
    """Fills ln p (vector, list) of the observed recalls (list, output)."""
    longest = strengths.time.shape[1]
    square = np.empty((2, longest, longest))
    learned = Learned(np.empty(longest), np.empty(longest), square[0], np.empty(longest), square[1])
    hidden, moved = np.zeros((2, limits.k_max)), np.zeros((2, limits.k_max))
    left, gained = np.empty(longest, np.bool_), np.empty(longest)
    found = np.empty(limits.size + 1)
    for v in range(len(scales.a)):
        for i in range(len(n_items)):
            n, said = n_items[i], 0
            if i == 0 or row[i] != row[i - 1]:
                learn(row[i], n, v, strengths, scales, learned)
            while said < recall.shape[1] and recall[i, said] >= 0:
                said += 1
            n_held, top, total = min(limits.size, n), -np.inf, 0.0
            for m in range(min(n_held, said) + 1):
                found[m] = from_buffer(recall[i], m, n, n_held, scales.kept[v], limits)
                if found[m] > -np.inf:
                    found[m] += search(
                        recall[i], m, said, n, learned, scales.gain[v], limits, left, gained, hidden, moved
                    )
                top = max(top, found[m])
            least = (said + 1) * math.log(P_FLOOR)
            for m in range(min(n_held, said) + 1 if top > -np.inf else 0):
                total += math.exp(found[m] - top)
            log_p[v, i] = max(top + math.log(total), least) if total > 0 else least


@Compiled
def learn(row, n, v, strengths, scales, learned):
    """Fills what study left by the parameters of a vector."""
    for j in range(n):
        learned.context[j] = scales.a[v] * strengths.time[row, j]
        learned.own[j] = scales.c[v] * strengths.time[row, j]
        learned.alone[j] = learned.context[j] * -math.expm1(-learned.context[j])
    for i in range(n):
        for j in range(n):
            s = scales.b[v] * strengths.together[row, i, j] + scales.d[v] * strengths.apart[row, i, j]
            learned.between[i, j] = s
            learned.both[i, j] = learned.context[j] * s * -math.expm1(-learned.context[j] - s)


@Compiled
def from_buffer(recall, m, n, n_held, kept, limits):
    """ln p that the first m recalls are what is reported from the buffer, in this order."""
    p, first = 1.0, n
    for k in range(m):
        p *= kept / (k + 1)
        first = min(first, recall[k])
    for _ in range(n_held - m):
        p *= 1 - kept
    if m > 0 and limits.oldest and first < n - n_held:
        p = 0.0
    if m > 0 and not limits.oldest:
        for t in range(max(n_held, first + 1), n):
            earlier = 0
            for k in range(m):
                earlier += recall[k] < t
            p *= 1 - earlier / limits.size
    return math.log(p) if p > 0 else -np.inf


@Compiled
def search(recall, m, said, n, learned, gain, limits, left, gained, hidden, moved):
    """ln p of the recalls from the m-th on and of the end. What has `gained` strength has been recalled."""
    hidden[:] = 0.0
    hidden[0, 0] = 1.0
    left[:n], gained[:n] = True, 0.0
    for k in range(m):
        left[recall[k]] = False
    log_p, cue, before = 0.0, -1, -1
    for k in range(m, said + 1):
        item = recall[k] if k < said else -1
        if said == n and item < 0:
            break
        moved[:] = 0.0
        total, new = by_context(n, learned, left, gained)
        t, m2 = brings(learned.alone[item], new, total)
        if cue < 0:
            p_end = passed(hidden[0], moved, 0.0, 1.0, t, m2, 0, limits.k_max)
        else:
            total, new = by_both(cue, n, learned, left, gained)
            s, m1 = brings(learned.both[cue, item], new, total)
            p_end = passed(hidden[0], moved, s, m1, t, m2, limits.l_max, limits.k_max)
            if before >= 0:
                total += (learned.context[before] + gained[before]) * gain
                s, m1 = brings(learned.both[cue, item], new, total)
            p_end += passed(hidden[1], moved, s, m1, t, m2, limits.l_max, limits.k_max)
        p = p_end if item < 0 else moved.sum()
        if p <= 0:
            return -np.inf
        log_p += math.log(p)
        if item >= 0:
            hidden[:] = moved / p
            left[item], gained[item] = False, gain
            before, cue = cue, item
    return log_p


@Compiled
def by_context(n, learned, left, gained):
    """The sum of the strengths by which the context samples, and of what it samples and recovers of the words left."""
    total, new = 0.0, 0.0
    for j in range(n):
        total += learned.context[j] + gained[j]
        new += learned.alone[j] if left[j] else 0.0
    return total, new


@Compiled
def by_both(cue, n, learned, left, gained):
    """The same with the last word as a second cue, where that word did not come by the word before it."""
    total, new = (learned.context[cue] + gained[cue]) * (learned.own[cue] + gained[cue]), 0.0
    for j in range(n):
        if j != cue:
            total += (learned.context[j] + gained[j]) * learned.between[cue, j]
            new += learned.both[cue, j] if left[j] else 0.0
    return total, new


@Compiled
def brings(wanted, new, total):
    """The probabilities that a sampling brings what is wanted, and that it brings nothing new."""
    if total <= 0:
        return 0.0, 1.0
    return wanted / total, max(1 - new / total, 0.0)


@Compiled
def passed(hidden, moved, s, m1, t, m2, l_max, k_max):
    """Adds to `moved` (way, failures) what becomes of the failures so far by a success, and gives p that there is none.

    The first of the ways is a success by the context alone, the second one by both cues, which are tried `l_max` times.
    """
    end, by_word = 0.0, 1.0
    for tries in range(l_max):
        for h in range(k_max - tries):
            moved[1, h + tries] += hidden[h] * by_word * s
        if tries < k_max:
            end += hidden[k_max - 1 - tries] * by_word * m1
        by_word *= m1
    b = 0.0
    for h in range(l_max, k_max):
        b = hidden[h - l_max] * by_word + m2 * b
        moved[0, h] += b * t
    return end + m2 * b


@Compiled
def simulations(n_items, row, held, strengths, scales, limits, uniform, recall):
    """Fills the recalls (list, output) of lists whose words `held` (list, item) are in the buffer at the end."""
    longest = strengths.time.shape[1]
    square = np.empty((2, longest, longest))
    learned = Learned(np.empty(longest), np.empty(longest), square[0], np.empty(longest), square[1])
    left, chance, gain = np.empty(longest, np.bool_), np.empty(longest), scales.gain[0]
    for i in range(len(n_items)):
        n, k, at = n_items[i], 0, 0
        learn(row[i], n, 0, strengths, scales, learned)
        left[:n] = True
        for j in range(n):
            if held[i, j]:
                if uniform[i, at] < scales.kept[0]:
                    place = int(uniform[i, at + 1] * (k + 1))
                    recall[i, k] = recall[i, place]
                    recall[i, place] = j
                    left[j] = False
                    k += 1
                at += 2
        cue, failed, in_row = -1, 0, 0
        while failed < limits.k_max and k < n:
            cued = cue >= 0 and in_row < limits.l_max
            for j in range(n):
                to_cue = (learned.own[j] if j == cue else learned.between[cue, j]) if cued else 1.0
                chance[j] = learned.context[j] * to_cue
            j = sampled(chance, n, uniform[i, at])
            strength = learned.context[j] + (learned.between[cue, j] if cued else 0.0)
            if left[j] and chance[j] > 0 and uniform[i, at + 1] < -math.expm1(-strength):
                recall[i, k] = j
                left[j] = False
                learned.context[j] += gain
                learned.own[j] += gain
                if cued:
                    learned.between[cue, j] += gain
                    learned.between[j, cue] += gain
                cue, in_row = j, 0
                k += 1
            else:
                failed += 1
                in_row += 1
            at += 2


@Compiled
def sampled(chance, n, uniform):
    """The item drawn in proportion to its chance."""
    total, reached, place = 0.0, 0.0, 0
    for j in range(n):
        total += chance[j]
    for j in range(n):
        reached += chance[j]
        place += reached <= uniform * total
    return min(place, n - 1)
