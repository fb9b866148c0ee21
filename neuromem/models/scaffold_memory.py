"""Scaffold memory: items bound to the addresses of a fixed scaffold through a random hidden layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np

from neuromem import checks
from neuromem.core import Domain, Memory, Recall
from neuromem.models.feature_rules import FeatureRule, PseudoInverse
from neuromem.models.scaffold_state import ScaffoldState
from neuromem.scaffolds.hidden import Hidden, SignUnits
from neuromem.scaffolds.k_hot import KHot
from neuromem.scaffolds.scaffold import Scaffold

CHUNK = 256  # addresses at a time, so that their hidden patterns fit the cache


@dataclass(frozen=True, kw_only=True)
class ScaffoldMemory(Memory[ScaffoldState]):
    r"""Binds each item to the next address of a fixed scaffold, and recalls through that address: no memory cliff.

    .. math:: p_n = f(g_n W_{pg}), \quad W_{gp} = \tfrac1S \sum_{s} p_s^\top g_s, \quad
              W_{ps}: k_n \mapsto p_n, \quad W_{sp}: p_n \mapsto v_n

    .. math:: h = q\,W_{ps}, \qquad g = \mathrm{clean}\big(f_0(h)\, W_{gp}\big), \qquad
              p = f(g W_{pg}), \qquad \hat v = \mathrm{sign}(p\,W_{sp})

    ``g`` (cell) a code of the ``scaffold``, ``p`` (hidden) the answer of the ``hidden`` layer to it, ``n_hidden`` wide;
    ``k`` (d_key) and ``v`` (d_value) the features; ``S`` the addresses, of which the return weights ``W_gp`` learn the
    first ``n_learned`` before any item, by default all; ``encoding`` is the rule that learns ``W_ps``, ``decoding`` the
    one that learns ``W_sp``. Item n is bound to address n: pass patterns as their own values for an autoassociative
    memory. More items than addresses are refused. Features are ``bipolar`` as above, or ``real``: sensory
    cells then saturate, so that a cue enters as tanh(q), and the answer is the drive p W_sp of the cells whose activity
    is its tanh.

    Strength is how much of the hidden pattern found was evoked by the cue, h . p / |p|^2: 1 for a stored cue; of a new
    one near 0 while items are few for the features. ``aux``: ``address`` (query) found; ``response`` (query) mean of h
    over hidden cells, the mean hippocampal response: that of a novel cue is near 0 where hidden patterns have a
    positive mean. A fresh memory answers 0. ``init`` ignores ``capacity``.

    Cells can be silenced or driven in the parts ``key``, ``hidden`` and ``value``. Lesion, decay and noise act on the
    two feature maps; later learning corrects errors of those weights only for the items that it learns.

    Raises ValueError for mis-shaped input, features outside the domain, sizes that are no positive whole numbers, more
    items than addresses, and thresholds that silence all hidden cells or none. Warns (`IllConditioned`) where items are
    about as many as features.

    >>> memory, rng = ScaffoldMemory(n_hidden=100), np.random.default_rng(0)
    >>> key, value = [[1, 1, -1], [1, -1, 1]], [[1, -1], [-1, -1]]
    >>> state = memory.write(memory.init(2, 3, 2, rng=rng), key, value, rng=rng)
    >>> recall = memory.read(state, key, rng=rng)
    >>> recall.value, recall.aux["address"]
    (array([[ 1., -1.],
           [-1., -1.]]), array([0, 1]))

    Source: Sharma, Chandra & Fiete (2022), "Content addressable memory without catastrophic forgetting by
    heteroassociation with a fixed scaffold", ICML; Chandra, Sharma, Chaudhuri & Fiete (2025), "Episodic and associative
    memory from spatial scaffolds in the hippocampus", Nature.
    Known limit: with as many items as features the pseudo-inverse of the features is ill-conditioned and noisy cues
    find wrong addresses; `Ridge` as the encoding is the cure. A key that comes again gets one more address, and then
    evokes both hidden patterns at once. All items share the weights: none can be silenced alone.
    """

    aux_dims: ClassVar[Mapping[str, tuple[str, ...]]] = {"address": ("query",), "response": ("query",)}

    scaffold: Scaffold = field(default_factory=KHot)
    hidden: Hidden = field(default_factory=SignUnits)
    encoding: FeatureRule = field(default_factory=PseudoInverse)
    decoding: FeatureRule = field(default_factory=PseudoInverse)
    n_hidden: int = 300
    n_learned: int | None = None
    features: Literal["bipolar", "real"] = "bipolar"

    @classmethod
    def example(cls):
        return cls(n_hidden=100)

    def __post_init__(self):
        checks.part("scaffold", self.scaffold, Scaffold)
        checks.part("hidden", self.hidden, Hidden)
        checks.part("encoding", self.encoding, FeatureRule)
        checks.part("decoding", self.decoding, FeatureRule)
        checks.whole("n_hidden", self.n_hidden, 1)
        checks.choice("features", self.features, ("bipolar", "real"))
        if self.n_learned is not None:
            checks.whole("n_learned", self.n_learned, 1, self.scaffold.n_states)

    @property
    def domain(self):
        return Domain(self.features, self.features)

    @property
    def costly(self):
        return self.scaffold.costly

    def init(self, capacity, d_key, d_value, *, rng):
        checks.sizes(capacity, d_key, d_value, rng=rng)
        outward = self.hidden.connect(self.scaffold.n_cells, self.n_hidden, rng=rng)
        return ScaffoldState(
            outward=outward,
            back=self.return_weights(outward, self.n_learned or self.scaffold.n_states),
            encode=self.encoding.start(d_key, self.n_hidden),
            decode=self.decoding.start(self.n_hidden, d_value),
            key_gain=np.ones(d_key),
            hidden_gain=np.ones(self.n_hidden),
            value_gain=np.ones(d_value),
            written=np.int64(0),
        )

    def write(self, state, key, value, *, rng):
        key = checks.patterns("key", key, len(state.key_gain), kind=self.features, rng=rng)
        value = checks.patterns("value", value, len(state.value_gain), kind=self.features, rng=rng)
        checks.pairs(key, value)
        written, n_states = int(state.written) + len(key), self.scaffold.n_states
        if written > n_states:
            raise ValueError(f"{written} items do not fit on {n_states} addresses; take a larger scaffold.")
        return self.bind(state, self.scaffold.codes(len(key), start=int(state.written)), key, value)

    def read(self, state, query, *, rng):
        query = checks.patterns("query", query, len(state.key_gain), kind=self.features, rng=rng)
        evoked = self.evoked(state, query)
        code = self.find(state, evoked)
        pattern = self.pattern(state, code)
        aux = {"address": self.scaffold.index(code), "response": evoked.mean(-1)}
        return Recall(self.decoded(state, pattern), _share(evoked, pattern), aux)

    def bind(self, state: ScaffoldState, code, key, value) -> ScaffoldState:
        """The state once the features are bound to addresses (item, cell) of one's own choice."""
        pattern = self.pattern(state, code)
        encode = self.encoding.learn(state.encode, self._activity(state, key), pattern)
        decode = self.decoding.learn(state.decode, pattern, value.astype(float))
        written = int(state.written) + len(key)
        self.encoding.warn(encode, written)
        return state._replace(encode=encode, decode=decode, written=np.int64(written))

    def evoked(self, state: ScaffoldState, query) -> np.ndarray:
        """h (query, hidden), what the cue evokes in the hidden layer before the scaffold takes part."""
        return self._activity(state, query) @ state.encode.weight * state.hidden_gain

    def find(self, state: ScaffoldState, evoked) -> np.ndarray:
        """The code (query, cell) of the address to which the scaffold settles."""
        return self.scaffold.clean(self.hidden.evoke(evoked) @ state.back)

    def pattern(self, state: ScaffoldState, code) -> np.ndarray:
        """p (query, hidden), the hidden pattern of each address (query, cell)."""
        return self.hidden.respond(code @ state.outward) * state.hidden_gain

    def decoded(self, state: ScaffoldState, pattern) -> np.ndarray:
        """The features (query, d_value) of hidden patterns."""
        drive = pattern @ state.decode.weight * state.value_gain
        return np.sign(drive) if self.features == "bipolar" else drive

    def return_weights(self, outward: np.ndarray, n_learned: int) -> np.ndarray:
        """W_gp (hidden, cell), Hebbian over the first `n_learned` addresses, for given ones (cell, hidden) outward."""
        back, low, high = np.zeros(outward.T.shape), np.inf, -np.inf
        for start in range(0, n_learned, CHUNK):
            code = self.scaffold.codes(min(CHUNK, n_learned - start), start=start)
            drive = code @ outward
            low, high = min(low, drive.min()), max(high, drive.max())
            back += self.hidden.respond(drive).T @ code
        self.hidden.check(low, high)
        return back / n_learned

    def _activity(self, state: ScaffoldState, key) -> np.ndarray:
        return (key if self.features == "bipolar" else np.tanh(key)) * state.key_gain


def _share(evoked: np.ndarray, pattern: np.ndarray) -> np.ndarray:
    size = np.vecdot(pattern, pattern)
    return np.divide(np.vecdot(evoked, pattern), size, out=np.zeros_like(size), where=size > 0)
