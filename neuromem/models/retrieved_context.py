"""Retrieved context: items stored under a context that drifts, and that each recall brings back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from neuromem import checks
from neuromem.core import Domain, Memory, Recall, Rng, each
from neuromem.models import context_layers, context_state
from neuromem.models.context_layers import Layer, move, spans
from neuromem.models.context_state import ContextState
from neuromem.models.presentations import slots
from neuromem.models.stopping import ExponentialStop, Search, Stopping
from neuromem.scaffolds.drift import Drift, ItemDriven, integrate

FLOOR = 1e-5  # of the support that enters the choice


@dataclass(frozen=True, kw_only=True)
class RetrievedContext(Memory[ContextState]):
    r"""Stores items under a drifting context; a recalled item reinstates the context that it was studied in.

    .. math:: M^{FC}_i = (1 - \gamma_{fc})\, u_i + \gamma_{fc}\, c_i, \qquad
              M^{CF}_i = (1 - \gamma_{cf})\, u_i + (\gamma_{cf} + p_1 e^{-p_2 i})\, c_i
    .. math:: f = M^{CF} q, \qquad p(j) = (1 - p_{stop})\,
              \frac{g_j\, e^{2 f_j / T}}{\sum_{k\, left} g_k\, e^{2 f_k / T}}

    ``u_i`` the key of item i (d_key), scaled to length 1: the context that the item has always had; ``c_i``
    the context at its study, as `drift` moves it; ``q`` the query, a context; ``f`` (slot) support, at least
    1e-5; ``T`` temperature; ``g`` gains; ``i`` counts presentations from 0. The last context unit is the start of
    the list: leave it free in keys (n localist items: ``np.eye(n + 1)[:n]``). ``value`` is that of the sampled item,
    zeros where the search stops (at the defaults with p = .0065 before anything is recalled). Strength is the
    largest support of an item that is left; -inf if there is none.

    A pair that was stored before is the same item again: what it was studied in comes back (``M_FC`` in place of
    ``u``) and moves the context, and both ties grow by that of the new presentation. Further `layers` of context, such
    as that of a task, take the last units of keys (`neuromem.models.context_layers`).

    Free recall: ``state = begin_recall(state)``, then ``read`` with the query ``context_state.cue(state)``,
    then ``after``, which reinstates and marks the item ``aux["item"]`` as recalled, until that is -1. ``aux``:
    ``item`` (-1: stop), ``p_stop``, ``failed`` (samplings that failed before the item); with `keep_weights`
    also ``support`` and ``p_recall``, the p(j) above.
    Defaults: means over the 40 subjects of Morton et al. (2013) as fitted; that of `b_distract` is ours.

    Raises ValueError for non-finite or mis-shaped input, more items than free slots, or a key that is the
    start itself.

    >>> memory, rng = RetrievedContext(), np.random.default_rng(0)
    >>> state = memory.write(memory.init(2, 3, 1, rng=rng), np.eye(3)[:2], [[1.0], [-1.0]], rng=rng)
    >>> memory.read(state, np.eye(3)[:2], rng=rng).value
    array([[ 1.],
           [-1.]])

    Source: Howard & Kahana (2002), J. Math. Psychol. 46:269; Polyn, Norman & Kahana (2009), Psychol. Rev.
    116:129; choice and stopping as in Morton & Polyn (2016), J. Mem. Lang. 86:119.
    Known limit: no similarity of meaning beyond that of the keys; nothing tells the words of one list from those of
    another but the context, and none is held back; no time.
    """

    aux_dims: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "item": ("query",),
        "p_stop": ("query",),
        "failed": ("query",),
        "support": ("query", "slot"),
        "p_recall": ("query", "slot"),
    }
    domain: ClassVar[Domain] = Domain("real", "real")
    batches: ClassVar[bool] = True

    drift: Drift = field(default_factory=ItemDriven)
    layers: tuple[Layer, ...] = ()
    stopping: Stopping = field(default_factory=ExponentialStop)
    b_start: float = 0.550
    l_fc: float = 0.117
    l_cf: float = 0.115
    p1: float = 0.339
    p2: float = 1.23
    temperature: float = 0.1
    b_distract: float = 0.5
    keep_weights: bool = False

    def __post_init__(self):
        checks.part("drift", self.drift, Drift)
        checks.part("stopping", self.stopping, Stopping)
        checks.part("layers", self.layers, tuple)
        for layer in self.layers:
            checks.part("layers", layer, Layer)
        for name in ("b_start", "l_fc", "l_cf", "b_distract"):
            checks.number(name, getattr(self, name), 0, 1)
        checks.number("p1", self.p1, 0)
        checks.number("p2", self.p2, 0)
        checks.number("temperature", self.temperature, 0, open_low=True)

    def init(self, capacity, d_key, d_value, *, rng):
        checks.sizes(capacity, d_key, d_value, rng=rng, batches=True)
        return context_state.fresh(capacity, d_value, context_layers.starts(d_key, self.layers), rng=rng)

    def write(self, state, key, value, *, rng):
        d_key = state.context.shape[-1]
        key = checks.patterns("key", key, d_key, rng=rng, batches=True).astype(np.float64, copy=False)
        value = checks.patterns("value", value, state.value.shape[-1], rng=rng, batches=True)
        checks.pairs(key, value)
        where = spans(d_key, self.layers)
        own = _own_context(key[..., where[0]])
        given = key.copy()
        given[..., where[0]] = own
        slot, new = slots((state.key[..., where[0]], state.value), state.written, own, value)
        written = state.written + new.sum(-1)
        checks.room(int(written.max()), state.gain.shape[-1])
        state = state._replace(
            **{name: getattr(state, name).copy() for name in ("key", "m_fc", "m_cf", "value")}, written=written
        )
        for i in range(key.shape[-2]):
            item = slot[..., i], new[..., i], given[..., i, :], value[..., i, :]
            state = self._present(state, *item, where, rng)
        return state

    def _present(self, state, slot, new, key, value, where, rng) -> ContextState:
        """One presentation: a new item moves the context by its key, a known one by what it was studied in, too."""
        at = (np.arange(len(slot)), slot) if slot.ndim else (slot,)
        first, own = np.zeros_like(key), new[..., None]
        first[..., where[0]] = key[..., where[0]]
        fc = np.where(own, (1 - self.l_fc) * first, state.m_fc[at])
        cf = np.where(own, (1 - self.l_cf) * first, state.m_cf[at])
        input_ = key.copy()
        towards = np.where(own, key, fc)[..., where[0]]
        moved, b = self.drift.study(towards[..., None, :], rng=rng)
        input_[..., where[0]] = moved[..., 0, :]
        context = move(state.context, input_, (b, *(layer.b_enc for layer in self.layers)), where)
        learned = self.l_cf + self.p1 * np.exp(-self.p2 * state.presented)[..., None]
        weighed = context_layers.weights(key.shape[-1], self.layers) * context if self.layers else context
        state.key[at], state.value[at] = key, value
        state.m_fc[at], state.m_cf[at] = fc + self.l_fc * context, cf + learned * weighed
        return state._replace(context=context, presented=state.presented + 1)

    def distract(self, state: ContextState, key: np.ndarray) -> ContextState:
        """The state once something else has moved the items' context by `b_distract` towards its key (..., d_key).

        Nothing of it is stored: a task between study and recall, or a change of task.
        """
        where = spans(state.context.shape[-1], self.layers)
        context = state.context.copy()
        context[..., where[0]] = integrate(context[..., where[0]], key[..., where[0]], self.b_distract)
        return state._replace(context=context)

    def begin_recall(self, state: ContextState, there: np.ndarray | None = None) -> ContextState:
        """The state as recall begins: by `b_start` the items' context of the start comes back, or that of `there`.

        `there` (..., d_key) is a context that was there before, such as the one in which the list that is wanted began.
        Nothing has been recalled yet.
        """
        where = spans(state.context.shape[-1], self.layers)
        if there is None:
            there = context_layers.starts(state.context.shape[-1], self.layers)
        context = state.context.copy()
        context[..., where[0]] = integrate(context[..., where[0]], there[..., where[0]], self.b_start)
        return state._replace(
            context=context,
            recalled=np.zeros_like(state.recalled),
            output=np.zeros_like(state.output),
            failed=np.zeros_like(state.failed),
            stopped=np.zeros_like(state.stopped),
        )

    def read(self, state, query, *, rng):
        query = checks.patterns("query", query, state.context.shape[-1], rng=rng, batches=True)
        support, search = self._search(state, query)
        over = state.stopped[..., None] | ~search.left.any(-1)
        p_stop = np.where(over, 1.0, self.stopping.p_stop(search))
        u = each(rng, lambda r: r.random((query.shape[-2], 2)))
        stops = u[..., 0] < p_stop
        weight = self._weights(support, state.gain[..., None, :], search.left)
        reached = weight.cumsum(-1)
        item = (reached < (1 - u[..., 1:]) * reached[..., -1:]).sum(-1)
        found = np.take_along_axis(state.value, np.where(stops, 0, item)[..., None], -2)
        strength = support.max(-1, where=search.left, initial=-np.inf)
        aux = {
            "item": np.where(stops, -1, item),
            "p_stop": p_stop,
            "failed": np.where(stops, 0, self.stopping.failures(search, u[..., 0])),
        }
        if self.keep_weights:
            share = weight / np.maximum(reached[..., -1:], np.finfo(float).tiny)
            aux |= {"support": support, "p_recall": (1 - p_stop)[..., None] * share}
        return Recall(np.where(stops[..., None], 0.0, found), strength, aux)

    def _search(self, state: ContextState, query: np.ndarray) -> tuple[np.ndarray, Search]:
        """Each item's support (..., query, slot) by the query (..., query, d_key), and where the search stands."""
        live = ((np.arange(state.gain.shape[-1]) < state.written[..., None]) & (state.gain > 0))[..., None, :]
        support = np.where(live, np.maximum(query @ state.m_cf.mT, FLOOR), 0)
        left = live & ~state.recalled[..., None, :]
        return support, Search(
            support * state.gain[..., None, :], left, state.output[..., None], state.failed[..., None]
        )

    def _weights(self, support: np.ndarray, gain: np.ndarray, left: np.ndarray) -> np.ndarray:
        """The weights (..., query, slot) of the items left, relative to the largest one."""
        logit = np.where(left, 2 / self.temperature * support + np.log(np.where(gain > 0, gain, 1)), -np.inf)
        top = logit.max(-1, keepdims=True)
        return np.exp(logit - np.where(np.isfinite(top), top, 0))

    def after(self, state, query, recall, *, rng):
        for q in range(recall.strength.shape[-1]):
            state = self._reinstate(state, recall.aux["item"][..., q], recall.aux["failed"][..., q], rng)
        return state

    def _reinstate(self, state: ContextState, item: np.ndarray, failed: np.ndarray, rng: Rng) -> ContextState:
        again = np.take_along_axis(state.recalled, np.maximum(item, 0)[..., None], -1)[..., 0]
        found = (item >= 0) & ~state.stopped & ~again
        brought = np.take_along_axis(state.m_fc, np.maximum(item, 0)[..., None, None], -2)[..., 0, :]
        where = spans(state.context.shape[-1], self.layers)
        brought[..., where[0]], b = self.drift.recall(brought[..., where[0]], rng=rng)
        moved = move(state.context, brought, (b, *(layer.b_rec for layer in self.layers)), where)
        return state._replace(
            context=np.where(found[..., None], moved, state.context),
            recalled=state.recalled | (found[..., None] & (np.arange(state.gain.shape[-1]) == item[..., None])),
            output=state.output + found,
            failed=state.failed + np.where(found, failed, 0),
            stopped=state.stopped | (item < 0),
        )


def _own_context(key: np.ndarray) -> np.ndarray:
    """The keys scaled to length 1; refuses the start of the list as the context of an item."""
    norm = np.linalg.norm(key, axis=-1, keepdims=True)
    own = key / np.where(norm > 0, norm, 1)
    if (np.abs(own[..., -1]) > 1 - 1e-12).any():
        raise ValueError(
            "key must differ from the start of the list, the last of the d_key units; saw a key with that unit alone: "
            "leave it free, as np.eye(n + 1)[:n] does for n items."
        )
    return own
