r"""The search of SAM in compiled code: the likelihood of observed recalls, failures summed out, and simulated ones.

Every failure is one of a sampling that brings nothing new; their number so far, and whether the last word came by
the word before it as a cue, are hidden. Two arrays hold the probability of both, and move on with each recall:

.. math:: A_l(h) = m_1^l\, P(h - l), \qquad B(h) = A_{L}(h) + m_2 B(h - 1), \qquad
          P'(h) = s_j \sum_{l < L} A_l(h) + t_j B(h)

P (failures h < k_max) as the cue is the last word and the context, L = l_max, s_j and t_j the probabilities that one
sampling brings j by both cues and by the context alone, m_1 and m_2 those that it brings nothing new. A sum over words
is that over all of them before recall, corrected for those recalled, which are fewer.
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
    between: np.ndarray  # (item, item) to each other, and to itself
    alone: np.ndarray  # (item) relative probability that the context samples and recovers each
    both: np.ndarray  # (cue, item) relative probability that context and cue do, 0 of the cue itself
    sums: np.ndarray  # (kind, item) sums over items of context and alone (first place), of context between and both


class Hidden(NamedTuple):
    """Probabilities of what is hidden, each (failures), and room for them."""

    apart: np.ndarray  # the last word came by the context alone
    tied: np.ndarray  # it came by the word before it
    moved_apart: np.ndarray
    moved_tied: np.ndarray
    dropped: np.ndarray  # l_max samplings by the last word have failed


@Compiled
def likelihoods(n_items, row, strengths, scales, limits, recall, log_p):
    """Fills ln p (vector, list) of the observed recalls (list, output)."""
    learned, gained = room(strengths.time.shape[1]), np.empty(strengths.time.shape[1])
    part = np.empty((5, limits.k_max))
    hidden = Hidden(part[0], part[1], part[2], part[3], part[4])
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
                    found[m] += search(recall[i], m, said, n, learned, scales.gain[v], limits, gained, hidden)
                top = max(top, found[m])
            least = (said + 1) * math.log(P_FLOOR)
            for m in range(min(n_held, said) + 1 if top > -np.inf else 0):
                total += math.exp(found[m] - top)
            log_p[v, i] = max(top + math.log(total), least) if total > 0 else least


@Compiled
def room(n):
    """Arrays for lists of up to n items."""
    square = np.empty((2, n, n))
    return Learned(np.empty(n), np.empty(n), square[0], np.empty(n), square[1], np.empty((4, n)))


@Compiled
def learn(row, n, v, strengths, scales, learned):
    """Fills what study left by the parameters of a vector."""
    learned.sums[:] = 0.0
    for j in range(n):
        learned.context[j] = scales.a[v] * strengths.time[row, j]
        learned.own[j] = scales.c[v] * strengths.time[row, j]
        learned.alone[j] = learned.context[j] * -math.expm1(-learned.context[j])
        learned.sums[0, 0] += learned.context[j]
        learned.sums[1, 0] += learned.alone[j]
    for i in range(n):
        for j in range(n):
            s = scales.b[v] * strengths.together[row, i, j] + scales.d[v] * strengths.apart[row, i, j]
            s = learned.own[i] if i == j else s
            learned.between[i, j] = s
            learned.both[i, j] = 0.0 if i == j else learned.context[j] * s * -math.expm1(-learned.context[j] - s)
            learned.sums[2, i] += learned.context[j] * s
            learned.sums[3, i] += learned.both[i, j]


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
def search(recall, m, said, n, learned, gain, limits, gained, hidden):
    """ln p of the recalls from the m-th on and of the end; what is recalled from then on has `gained` strength."""
    hidden.apart[:], hidden.tied[:] = 0.0, 0.0
    hidden.apart[0] = 1.0
    for k in range(m):
        gained[recall[k]] = 0.0
    log_p, cue = 0.0, -1
    for k in range(m, said + 1):
        item = recall[k] if k < said else -1
        if k == n:
            break
        hidden.moved_apart[:], hidden.moved_tied[:], hidden.dropped[:] = 0.0, 0.0, 0.0
        p_end = 0.0
        if cue < 0:
            hidden.dropped[:] = hidden.apart
        else:
            wanted = learned.both[cue, item] if item >= 0 else 0.0
            total, new = by_both(recall, k, cue, learned, gained)
            s, m1 = brings(wanted, new, total)
            p_end += by_word(hidden.apart, hidden, s, m1, limits)
            if k - 2 >= m:
                before = recall[k - 2]
                total += (learned.context[before] + gained[before]) * gain
                s, m1 = brings(wanted, new, total)
                p_end += by_word(hidden.tied, hidden, s, m1, limits)
        total, new = by_context(recall, k, learned, gained)
        t, m2 = brings(learned.alone[item] if item >= 0 else 0.0, new, total)
        p_end += alone(hidden, t, m2)
        p = p_end if item < 0 else hidden.moved_apart.sum() + hidden.moved_tied.sum()
        if p <= 0:
            return -np.inf
        log_p += math.log(p)
        if item >= 0:
            hidden.apart[:], hidden.tied[:] = hidden.moved_apart / p, hidden.moved_tied / p
            gained[item], cue = gain, item
    return log_p


@Compiled
def by_context(recall, k, learned, gained):
    """The sum of the strengths by which the context samples, and of what it samples and recovers of the words left."""
    total, new = learned.sums[0, 0], learned.sums[1, 0]
    for i in range(k):
        total += gained[recall[i]]
        new -= learned.alone[recall[i]]
    return total, new


@Compiled
def by_both(recall, k, cue, learned, gained):
    """The same with the last word as a second cue, where that word did not come by the word before it."""
    total, new = learned.sums[2, cue], learned.sums[3, cue]
    for i in range(k):
        total += gained[recall[i]] * learned.between[cue, recall[i]]
        new -= learned.both[cue, recall[i]]
    return total + (learned.context[cue] + gained[cue]) * gained[cue], new


@Compiled
def brings(wanted, new, total):
    """The probabilities that a sampling brings what is wanted, and that it brings nothing new."""
    if total <= 0:
        return 0.0, 1.0
    return wanted / total, min(max(1 - new / total, 0.0), 1.0)


@Compiled
def by_word(failed, hidden, s, m1, limits):
    """Samplings by both cues: adds to what moves by a success and to what drops the word; p that search ends there."""
    k_max, end, so_far = limits.k_max, 0.0, 1.0
    for tries in range(min(limits.l_max, k_max)):
        moved = hidden.moved_tied[tries:]
        for h in range(len(moved)):
            moved[h] += failed[h] * (so_far * s)
        end += failed[k_max - 1 - tries] * so_far * m1
        so_far *= m1
    dropped = hidden.dropped[min(limits.l_max, k_max) :]
    for h in range(len(dropped)):
        dropped[h] += failed[h] * so_far
    return end


@Compiled
def alone(hidden, t, m2):
    """Samplings by the context alone, until a success or the end, whose probability it gives."""
    b = 0.0
    for h in range(len(hidden.dropped)):
        b = hidden.dropped[h] + m2 * b
        hidden.moved_apart[h] = b * t
    return m2 * b


@Compiled
def simulations(n_items, row, held, strengths, scales, limits, uniform, recall):
    """Fills the recalls (list, output) of lists whose words `held` (list, item) are in the buffer at the end."""
    longest, gain = strengths.time.shape[1], scales.gain[0]
    learned, left, chance = room(longest), np.empty(longest, np.bool_), np.empty(longest)
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
                chance[j] = learned.context[j] * (learned.between[cue, j] if cued else 1.0)
            j = sampled(chance, n, uniform[i, at])
            strength = learned.context[j] + (learned.between[cue, j] if cued else 0.0)
            if left[j] and chance[j] > 0 and uniform[i, at + 1] < -math.expm1(-strength):
                recall[i, k] = j
                left[j] = False
                learned.context[j] += gain
                learned.between[j, j] += gain
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
