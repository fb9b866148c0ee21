"""SAM written plainly: every path through buffer, samplings and failures one by one, for lists of few words."""

import itertools
import math

import numpy as np


def buffers(n, size, oldest):
    """Every way in which words can be held: p, and the words held (time) as sets."""
    paths = [(1.0, [])]
    for t in range(n):
        longer = []
        for p, held in paths:
            before = held[-1] if held else frozenset()
            out = [()] if len(before) < size else [(min(before),)] if oldest else [(word,) for word in before]
            longer += [(p / len(out), [*held, before - set(one) | {t}]) for one in out]
        paths = longer
    return paths


def strengths(n, held, v):
    """To the context (item), and between words (item, item), as one history of the buffer leaves them."""
    time, together = np.zeros(n), np.zeros((n, n))
    for words in held:
        time[list(words)] += 1 / len(words)
        for i, j in itertools.permutations(words, 2):
            together[i, j] += 1 / len(words)
    between = np.where(together > 0, v["b"] * together, v["d"])
    np.fill_diagonal(between, v["c"] * time)
    return v["a"] * time, between


def expected(n, size, oldest, v):
    paths = buffers(n, size, oldest)
    each = [strengths(n, held, v) for _, held in paths]
    p = [p for p, _ in paths]
    return sum(q * c for q, (c, _) in zip(p, each, strict=True)), sum(q * b for q, (_, b) in zip(p, each, strict=True))


def likelihood(recalled, n, v, size, oldest, k_max, l_max):
    """p of the recalls and the end, with expected strengths."""
    context, between = expected(n, size, oldest, v)
    held = [(p, words[-1]) for p, words in buffers(n, size, oldest)]
    total = 0.0
    for m in range(len(recalled) + 1):
        first = set(recalled[:m])
        reported = sum(p * v["kept"] ** m * (1 - v["kept"]) ** (len(words) - m) for p, words in held if first <= words)
        if reported > 0:
            rest = search(recalled[m:], first, context, between, v["gain"], None, 0, 0, k_max, l_max)
            total += reported / math.factorial(m) * rest
    return total


def search(wanted, gone, context, between, gain, cue, failed, in_row, k_max, l_max):
    """p that a search with so many failures so far goes on with the words wanted, and ends."""
    n = len(context)
    if len(gone) == n:
        return 1.0
    if failed == k_max:
        return float(not wanted)
    cued = cue is not None and in_row < l_max
    strength = context * between[cue] if cued else context
    chance = strength / strength.sum()
    recovered = 1 - np.exp(-context - (between[cue] if cued else 0))
    new = sum(chance[j] * recovered[j] for j in range(n) if j not in gone)
    p = (1 - new) * search(wanted, gone, context, between, gain, cue, failed + 1, in_row + 1, k_max, l_max)
    if wanted:
        j = wanted[0]
        more, tied = context.copy(), between.copy()
        more[j] += gain
        tied[j, j] += gain
        if cued:
            tied[cue, j] += gain
            tied[j, cue] += gain
        p += chance[j] * recovered[j] * search(wanted[1:], gone | {j}, more, tied, gain, j, failed, 0, k_max, l_max)
    return p
