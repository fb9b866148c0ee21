r"""Study of scheduled lists, compiled: contexts of several layers, and items that bring back where they were before.

Each presentation p of word w moves the items' context c towards what w brings back, its own code at first and later
what it was studied in too, and the context t of each further layer towards the label that w comes under:

.. math:: u_w \leftarrow u_w + \gamma_{fc}\, c, \qquad m_w \leftarrow m_w + \eta_p\, c, \qquad
          v_w \leftarrow v_w + t, \qquad n_w \leftarrow n_w + W \eta_p\, t, \qquad
          \eta_p = \gamma_{cf} + p_1 e^{-p_2 p}

Support is :math:`m \cdot c + n \cdot t`. A change of label first moves c by ``b_shift`` towards a unit of its own.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from neuromem.compiled import Compiled
from neuromem.recall.walk import Geometry


class StudyValues(NamedTuple):
    """The values of parameters at study, each (vector); those of layers (vector, layer)."""

    b_enc: np.ndarray
    b_start: np.ndarray
    l_fc: np.ndarray
    l_cf: np.ndarray
    p1: np.ndarray
    p2: np.ndarray
    b_shift: np.ndarray
    b_layer: np.ndarray
    w_layer: np.ndarray


def empty_geometry(shape: tuple[int, int, int, int], b: np.ndarray, b_layer: np.ndarray) -> Geometry:
    """A geometry of zeros for (vector, schedule, layer, item)."""
    vectors, schedules, layers, n = shape
    items, of_layers = (vectors, schedules, n), (vectors, schedules, layers, n)
    arrays = [np.zeros(one) for one in (items, items, (*items, n), (*items, n))]
    more = [np.zeros(one) for one in (of_layers, of_layers, (*of_layers, n), (*of_layers, n))]
    return Geometry(*arrays, b)._replace(
        layer_support=more[0], layer_match=more[1], layer_support_after=more[2], layer_match_after=more[3],
        layer_b=b_layer,
    )  # fmt: skip


@Compiled
def study(presented, label, n_items, values, geometry):
    """Fills the geometry of schedules `presented` (schedule, presentation), `label` (schedule, layer, presentation)."""
    n_most, n_layers, n_labels = geometry.support.shape[2], label.shape[1], label.max() + 1 if label.size else 0
    n_units = n_most + 1 + presented.shape[1]
    c, brings, answers = np.empty(n_units), np.empty((n_most, n_units)), np.empty((n_units, n_most))
    t, t_brings = np.empty((n_layers, n_labels + 1)), np.empty((n_layers, n_most, n_labels + 1))
    t_answers, seen = np.empty((n_layers, n_labels + 1, n_most)), np.empty(n_most, np.bool_)
    for v in range(len(values.b_enc)):
        l_fc, l_cf, b_shift = values.l_fc[v], values.l_cf[v], values.b_shift[v]
        for s in range(len(presented)):
            start, n_used = n_items[s], n_items[s] + 1
            c[:], brings[:], answers[:], t[:], t_brings[:], t_answers[:], seen[:] = 0, 0, 0, 0, 0, 0, False
            c[start] = 1.0
            t[:, n_labels] = 1.0
            for p in range(presented.shape[1]):
                w = presented[s, p]
                if w < 0:
                    break
                if b_shift > 0 and shifted(label[s], p):
                    c[:n_used] *= math.sqrt(1 - b_shift * b_shift)
                    c[n_used] = b_shift
                    n_used += 1
                if not seen[w]:
                    seen[w], brings[w, w], answers[w, w] = True, 1 - l_fc, 1 - l_cf
                    towards(c, w, values.b_enc[v])
                else:
                    integrate(c[:n_used], brings[w], values.b_enc[v])
                rate = l_cf + values.p1[v] * math.exp(-values.p2[v] * p)
                for k in range(n_used):
                    brings[w, k] += l_fc * c[k]
                    answers[k, w] += rate * c[k]
                for layer in range(n_layers):
                    if label[s, layer, p] >= 0:
                        towards(t[layer], label[s, layer, p], values.b_layer[v, layer])
                    t_brings[layer, w] += t[layer]
                    t_answers[layer, :, w] += values.w_layer[v, layer] * rate * t[layer]
            towards(c, start, values.b_start[v])
            g = geometry
            see(c[:n_used], brings, answers, g.support[v, s], g.match[v, s], g.support_after[v, s], g.match_after[v, s])
            for i in range(n_layers):
                support, match = g.layer_support[v, s, i], g.layer_match[v, s, i]
                after = g.layer_support_after[v, s, i], g.layer_match_after[v, s, i]
                see(t[i], t_brings[i], t_answers[i], support, match, after[0], after[1])


@Compiled
def shifted(label, p):
    """Whether a label is another than at the presentation before."""
    if p > 0:
        for layer in range(len(label)):
            if label[layer, p] != label[layer, p - 1]:
                return True
    return False


# The next two stand in session_walk, too: a compiled function calls those of its own file only.


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


@Compiled
def see(c, brings, answers, support, match, support_after, match_after):
    """What recall sees of a context and the ties of items to and from it, the former brought to length 1."""
    n_most = len(support)
    turned = np.empty((len(c), n_most))
    for i in range(n_most):
        norm = 0.0
        for k in range(len(c)):
            norm += brings[i, k] * brings[i, k]
        scale = 1 / math.sqrt(norm) if norm > 0 else 0.0
        for k in range(len(c)):
            turned[k, i] = scale * brings[i, k]
    for k in range(len(c)):
        add(support, c[k], answers[k])
        add(match, c[k], turned[k])
        for i in range(n_most):
            if turned[k, i] != 0:
                add(support_after[i], turned[k, i], answers[k])
                add(match_after[i], turned[k, i], turned[k])


@Compiled
def add(x, by, y):
    for j in range(len(x)):
        x[j] += by * y[j]
