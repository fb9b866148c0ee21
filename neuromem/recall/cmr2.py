r"""CMR2: free recall over several lists, in which context goes on from list to list and old words come to mind.

All words of a session race to be recalled, those of earlier lists too; the winner's context of study is then compared
with the present one, and a word that does not fit is not said, though it has moved the context. So intrusions come
mostly from the list before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neuromem import checks
from neuromem.compiled import Compiled
from neuromem.data.free_recall import INTRUSION, PADDING

DT_TAU = 0.01  # of a step of the race, in time constants
STEP = 0.01  # s, its length


class Session(NamedTuple):
    """What is said after each list of a session."""

    recall: np.ndarray  # (list, output) study position from 0, -2 for an intrusion, -1 after the last
    lists_back: np.ndarray  # (list, output) of an intrusion, how many lists before it was studied; -1 of anything else
    time: np.ndarray  # (list, output) s since recall began, NaN after the last


@dataclass(frozen=True, kw_only=True)
class CMR2:
    r"""Simulates sessions of several lists of different words, each followed by its recall.

    .. math:: x \leftarrow \max\Big(0,\; x + \big(M^{CF} c - \kappa x_i - \lambda \textstyle\sum_{j \ne i} x_j\big)\,
              \frac{dt}{\tau} + \eta \sqrt{\tfrac{dt}{\tau}}\, \epsilon\Big), \qquad u = c^{in}_r \cdot c

    ``x`` (word) race until one passes its threshold, 1, raised by `omega` for a word just retrieved and back to 1 by
    `alpha` with each retrieval since. ``c`` (unit) is the context, moved by `b_enc` at study, by `b_rec` towards what
    the winner r brings back, ``c_in``, and by `b_post` between lists; r is said if ``u`` is at least `c_thresh`. Ties
    grow at study by the context before the word, ``M_FC`` by `g_fc`, ``M_CF`` by :math:`g_{cf} (1 + \phi_s
    e^{-\phi_d i})`; before it they are 1 less these rates. The `n_lists_in_race` list lengths of words with the most
    support race; recall ends after `duration` s.

    There is no likelihood in closed form: which word wins a leaky race with noise, and when, has none, and words that
    come to mind and are held back are not observed. Fit by simulation, or compare signs.

    >>> model = CMR2(duration=60.0)  # its simulate(n_lists, list_length, rng=rng) gives a `Session`
    >>> model.n_lists_in_race
    4

    Source: Lohnas, Polyn & Kahana (2015), Psychol. Rev. 122:337; the values, but that of `b_post`, are those that their
    program has for Kahana et al. (2002). Known limit: theirs also has semantic similarity (a matrix that is not at
    hand), which is left out, so that these values are not a fit of this model. Without it and at their `b_post` of .80
    intrusions are few, and do not come mostly from the list before, whose words that were just recalled are the
    hardest to retrieve again; .3 is ours. Nothing is learned at recall.
    """

    b_enc: float = 0.519769
    b_rec: float = 0.627801
    b_post: float = 0.3
    g_fc: float = 0.425064
    g_cf: float = 0.895261
    phi_s: float = 1.408899
    phi_d: float = 0.989567
    kappa: float = 0.312686
    lamb: float = 0.12962
    eta: float = 0.392847
    omega: float = 11.894106
    alpha: float = 0.678955
    c_thresh: float = 0.073708
    n_lists_in_race: int = 4
    duration: float = 30.0

    def __post_init__(self):
        for name in ("b_enc", "b_rec", "b_post", "g_fc", "g_cf", "alpha"):
            checks.number(name, getattr(self, name), 0, 1)
        for name in ("phi_s", "phi_d", "kappa", "lamb", "eta", "omega"):
            checks.number(name, getattr(self, name), 0)
        checks.number("c_thresh", self.c_thresh, -1, 1)
        checks.whole("n_lists_in_race", self.n_lists_in_race, 1)
        checks.number("duration", self.duration, STEP)

    def simulate(self, n_lists: int, list_length: int, *, rng: np.random.Generator) -> Session:
        """One session of so many lists of so many words."""
        checks.whole("n_lists", n_lists, 1)
        checks.whole("list_length", list_length, 1)
        checks.streams(rng, batches=False)
        steps = round(self.duration / STEP)
        said, when = np.full((n_lists, steps), PADDING), np.full((n_lists, steps), np.nan)
        study = self.b_enc, self.b_rec, self.b_post, self.g_fc, self.g_cf, self.phi_s, self.phi_d
        contest = self.kappa, self.lamb, self.eta, self.omega, self.alpha, self.c_thresh
        n_race = self.n_lists_in_race * list_length
        run(n_lists, list_length, (*study, *contest), n_race, steps, rng, said, when)
        width = max(int((said >= 0).sum(1).max()), 1)
        said, when = said[:, :width], when[:, :width] * STEP
        back = np.where(said >= 0, np.arange(n_lists)[:, None] - said // list_length, 0)
        recall = np.where(said < 0, PADDING, np.where(back > 0, INTRUSION, said % list_length))
        return Session(recall.astype(np.int32), np.where(back > 0, back, -1), when)


@Compiled
def run(n_lists, length, values, n_race, steps, rng, said, when):
    """Fills `said` (list, output), words of the session from 0, and `when` (list, output), steps since recall began."""
    b_enc, b_rec, b_post, g_fc, g_cf, phi_s, phi_d, kappa, lamb, eta, omega, alpha, c_thresh = values
    n = n_lists * length
    m_fc, m_cf = np.zeros((n, n + n_lists)), np.zeros((n, n + n_lists))
    c, c_in, support, raised = np.zeros(n + n_lists), np.zeros(n + n_lists), np.zeros(n), np.zeros(n)
    for i in range(n):
        m_fc[i, i], m_cf[i, i] = 1 - g_fc, 1 - g_cf
    for number in range(n_lists):
        c_in[:] = 0.0
        c_in[n + number] = 1.0
        move(c, c_in, b_post if number > 0 else 1.0)
        for i in range(length):
            word, before = number * length + i, c.copy()
            move(c, m_fc[word], b_enc)
            m_fc[word] += g_fc * before
            m_cf[word] += g_cf * (1 + phi_s * np.exp(-phi_d * i)) * before
        step, output, n_known = 0, 0, (number + 1) * length
        while step < steps:
            for i in range(n_known):
                support[i] = (m_cf[i] * c).sum()
            racing = strongest(support[:n_known], min(n_race, n_known))
            place, taken = race(support[racing], 1 + raised[racing], kappa, lamb, eta, steps - step, rng)
            step += taken
            if place < 0:
                break
            word = racing[place]
            raised *= alpha
            raised[word] = omega
            if move(c, m_fc[word], b_rec) >= c_thresh:
                said[number, output], when[number, output] = word, step
                output += 1


@Compiled
def strongest(support, n):
    """The places of the n words with the most support, the strongest first."""
    left, places = np.ones(len(support), np.bool_), np.empty(n, np.int64)
    for k in range(n):
        best = -1
        for i in range(len(support)):
            if left[i] and (best < 0 or support[i] > support[best]):
                best = i
        left[best], places[k] = False, best
    return places


@Compiled
def race(support, threshold, kappa, lamb, eta, steps, rng):
    """The place of the first to pass its threshold (of several, one by chance) or -1, and the steps taken."""
    x, drift = np.zeros(len(support)), np.empty(len(support))
    noise = eta * np.sqrt(DT_TAU)
    for step in range(steps):
        total, n_over = x.sum(), 0
        for i in range(len(x)):
            drift[i] = support[i] - kappa * x[i] - lamb * (total - x[i])
        for i in range(len(x)):
            x[i] = max(0.0, x[i] + drift[i] * DT_TAU + noise * rng.standard_normal())
            n_over += x[i] >= threshold[i]
        if n_over > 0:
            chosen = int(rng.random() * n_over)
            for i in range(len(x)):
                if x[i] >= threshold[i]:
                    if chosen == 0:
                        return i, step + 1
                    chosen -= 1
    return -1, steps


@Compiled
def move(c, c_in, b):
    """Moves the context by b towards another of any length; gives how alike the two were before."""
    norm = np.sqrt((c_in * c_in).sum())
    d = (c * c_in).sum() / norm
    rho = np.sqrt(max(1 + b * b * (d * d - 1), 0.0)) - b * d
    for k in range(len(c)):
        c[k] = rho * c[k] + b * c_in[k] / norm
    return d
