"""Vector-HaSH in spiking neurons: items bound to places that grid cells hold, through a hippocampus of few winners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neuromem import checks, manipulate, synapses
from neuromem.core import Domain, Memory, Recall
from neuromem.scaffolds.grid import Grid, coprime_periods
from neuromem.spiking.blocks import BLOCK, blocks, seeds_of, side_by_side
from neuromem.spiking.target import TARGETS, Target, choose
from neuromem.spiking.vector_hash_circuit import MOVES
from neuromem.spiking.vector_hash_runs import (
    CUE,
    MOVE,
    RECALL,
    SETTLE,
    WRITE,
    Answer,
    SpikingVectorHashState,
    Step,
    read_copies,
    session,
)


@dataclass(frozen=True, kw_only=True)
class SpikingVectorHash(Memory[SpikingVectorHashState]):
    r"""Vector-HaSH in spikes: grid cells hold a place, a hippocampus of few winners binds what is sensed to it.

    .. math:: \tau_m \dot v_i = -v_i + (1 - c)\, h z_i + u_i + I_i - r_i, \qquad
              \tau_m \dot v_j = -v_j + I_j - b\, q, \qquad \tau_m \dot v_m = -v_m + \theta y_m + I_m - l\, o

    .. math:: \Delta K_{ij} = \eta \mu\, x_i a_j (1 - K_{ij}), \qquad \Delta V_{jm} = \eta \mu\, a_j y_m (1 - V_{jm})

    Leaky integrate-and-fire cells ``i`` of the grid, ``j`` of the hippocampus and ``m`` of the answer, excited by
    currents ``I``. Each grid module has ``l^2`` cells, one for each phase of its ``periods``; a cell excites itself by
    a slow trace ``z`` and inhibits the others by ``r``, so that one is active. A pulse of velocity lets a shifter, of
    the active cell and this direction, excite the next cell and inhibit all others: path integration, one phase a
    pulse. Fixed random connections lead from the grid to ``n_hidden`` hippocampal cells, which fire if they hear an
    active cell of every module, ``n_active`` of them on average; a pool ``q`` of inhibition keeps the active ones few.
    The connections back are Hebbian over all places. ``u`` is white noise that makes potentials of grid cells
    fluctuate by ``noise``, in thresholds.

    A write moves the grid one phase on (80 ms) and binds: for 100 ms, while the neuromodulator mu is ``modulator``,
    lines of the key (K: d_key, hidden) and outputs that are driven by the value (V: hidden, d_value) are tied to the
    hippocampal cells that the grid drives, by traces x, a, y of 20 ms and every 5 ms, at the rate eta = ``rate``. Item
    n has the n-th place on a path of steps along the first and the second axis in turn, which visits each place once.
    A read takes two phases, as of theta. In the first, ``c`` = 1 and 100 ms long, lines drive the hippocampus and the
    hippocampus the grid, whose cells compete; in the second, for 100 ms, each module holds the one phase that won, and
    the grid drives the hippocampus and that the outputs. So what is recalled is what is bound to a valid place.

    Keys and values are k-hot. The lines of a cue fire 2000 times a second together. Each query is read from rest, by a
    copy of the circuit. The answer is the number of spikes of each output, 1 for 100 a second; strength the mean weight
    of the lines' spikes onto the ``n_active`` cells that they excited most; ``aux["address"]`` (query) the item in
    whose place the grid is, -1 where a module is silent. A write of several pairs is one run; `relive` recalls what
    lies along a path. ``step`` is the time step in seconds, ``target`` as in `neuromem.spiking.target`. `init` ignores
    ``capacity``.

    Raises ValueError for patterns that are not k-hot, for more items than places, and for parameters outside their
    ranges, no even one among ``periods`` included; UserError without Brian2.

    >>> memory, rng = SpikingVectorHash.example(), np.random.default_rng(0)
    >>> key = np.eye(12)[:2] + np.eye(12)[2:4]
    >>> state = memory.write(memory.init(2, 12, 3, rng=rng), key, [[1, 0, 0], [0, 0, 1]], rng=rng)
    >>> recall = memory.read(state, key, rng=rng)
    >>> recall.value.argmax(-1), recall.aux["address"]
    (array([0, 2]), array([0, 1]))

    Source: Chandra, Sharma, Chaudhuri & Fiete (2025), "Episodic and associative memory from spatial scaffolds in the
    hippocampus", Nature; cells that shift a bump as in Song & Wang (2005), J. Neurosci. 25:1002; phases of encoding
    and retrieval as in Hasselmo, Bodelon & Wyble (2002), Neural Comput. 14:793.
    Known limit: phases are discrete, and no bump lies between two (`grid.GridModules` has these). Connections from
    grid to hippocampus are 0 or 1 where the paper has normal ones, and those back are computed, not learned in spikes.
    Inhibition of the hippocampus and the outputs is graded, that among grid cells direct. The velocity along a path is
    given: no network recalls it, as one does in `SequenceMemory`. Written twice, a key evokes two places at once.
    Hebbian weights blur: of 40 items, 10 of 100 lines active, full cues found all, and cues with 30 % relocated 75 % of
    places (95 % interval 69 to 80 %, 10 seeds) and 84 % of values (81 to 88 %). A path of 48 steps held in a noise of
    .2, in five runs of ten at .3 and in none at .4 (figure ``spiking_vector_hash``).
    """

    periods: tuple[int, ...] = (3, 4, 5)
    n_hidden: int = 400
    n_active: int = 20
    noise: float = 0.0
    modulator: float = 1.0
    rate: float = 0.3
    step: float = 0.0005
    target: Target = "auto"

    aux_dims: ClassVar[Mapping[str, tuple[str, ...]]] = {"address": ("query",)}
    domain: ClassVar[Domain] = Domain("k-hot", "k-hot")
    costly: ClassVar[bool] = True

    def __post_init__(self):
        coprime_periods(self.periods)
        if self.scaffold.side % 2:
            raise ValueError(f"periods must have an even one, for a path that visits each place; saw {self.periods}.")
        checks.whole("n_hidden", self.n_hidden, 2)
        checks.whole("n_active", self.n_active, 1, self.n_hidden - 1)
        checks.number("noise", self.noise, 0)
        checks.number("modulator", self.modulator, 0, 1)
        checks.number("rate", self.rate, 0, 1)
        checks.number("step", self.step, 0, 0.001, open_low=True)
        checks.choice("target", self.target, TARGETS)

    @classmethod
    def example(cls):
        return cls(periods=(2, 3), n_hidden=100, n_active=10, target="numpy", step=0.001)

    @property
    def scaffold(self) -> Grid:
        """The ideal grid with the same cells."""
        return Grid(periods=self.periods)

    @property
    def density(self) -> float:
        """The share of grid cells that a hippocampal cell hears."""
        return (self.n_active / self.n_hidden) ** (1 / len(self.periods))

    @property
    def n_states(self) -> int:
        """How many places there are."""
        return self.scaffold.n_states

    def init(self, capacity, d_key, d_value, *, rng):
        checks.sizes(capacity, d_key, d_value, rng=rng)
        n_cells = self.scaffold.n_cells
        checks.affordable(self.n_hidden * (d_key + d_value + 2 * n_cells), rng=rng)
        shape = (n_cells, self.n_hidden)
        outward = (rng.random(shape) < self.density).astype(float)
        return SpikingVectorHashState(
            outward=outward,
            back=self.return_weights(outward),
            key=np.zeros((d_key, self.n_hidden)),
            value=np.zeros((self.n_hidden, d_value)),
            code=self.place(0),
            k_value=np.float64(1),
            written=np.int64(0),
        )

    def write(self, state, key, value, *, rng):
        key = checks.patterns("key", key, len(state.key), kind="k-hot", rng=rng)
        value = checks.patterns("value", value, state.value.shape[1], kind="k-hot", rng=rng)
        checks.pairs(key, value)
        first = int(state.written)
        if first + len(key) > self.n_states:
            raise ValueError(f"{first + len(key)} items do not fit on {self.n_states} places; take other periods.")
        target = choose(self.target, biological=MOVE + SETTLE + WRITE, trials=len(key))
        steps = [Step("write", *pair, self.way(first + n)) for n, pair in enumerate(zip(key, value, strict=True))]
        seeds = seeds_of(rng, len(key))
        for part in blocks(len(key), BLOCK if target == "cpp_standalone" else len(key)):
            state = session(self, state, steps[part], seeds=seeds[part], target=target).state
        return state

    def read(self, state, query, *, rng):
        query = checks.patterns("query", query, len(state.key), kind="k-hot", rng=rng)
        target = choose(self.target, biological=CUE + RECALL, trials=len(query))
        room = side_by_side(state.key.size + state.value.size + 2 * state.back.size)
        seeds = seeds_of(rng, len(query))
        parts = [
            read_copies(self, state, query[part], seeds=seeds[part], target=target)
            for part in blocks(len(query), BLOCK if target == "cpp_standalone" else room)
        ]
        value, address, strength = (
            np.concatenate(part)
            for part in zip(*((a.value, self.address(a.code), self._strength(e)) for a, e in parts), strict=True)
        )
        return Recall(value, strength, {"address": address})

    def relive(
        self, state: SpikingVectorHashState, moves: Sequence[int | None], *, cue=None, rng: np.random.Generator
    ) -> Answer:
        """What is recalled in each of the places to which these moves lead: one run, or compiled runs of 16.

        A move is a direction (0 along the first axis, 1 along the second, 2 and 3 back) or None, which stays. The path
        begins where the cue (d_key) leads, whose answer comes first; without a cue, where the grid is.

        Raises ValueError for other moves, for none and for a cue outside the domain.
        """
        for move in moves:
            if move is not None:
                checks.whole("each of moves", move, 0, len(MOVES) - 1)
        steps = [Step("recall", move=move) for move in moves]
        if cue is not None:
            cue = checks.patterns("cue", np.asarray(cue)[None], len(state.key), kind="k-hot", rng=rng)
            steps.insert(0, Step("read", cue[0]))
        if not steps:
            raise ValueError("moves are empty, and there is no cue: there is nothing to recall.")
        target = choose(self.target, biological=len(steps) * (MOVE + SETTLE + RECALL))
        seeds, answers = seeds_of(rng, len(steps)), []
        for part in blocks(len(steps), BLOCK if target == "cpp_standalone" else len(steps)):
            ran = session(self, state, steps[part], seeds=seeds[part], target=target)
            state = ran.state
            answers.append(ran.answer)
        return Answer(*(np.concatenate(part) for part in zip(*answers, strict=True)))

    def pattern(self, outward: np.ndarray, code: np.ndarray) -> np.ndarray:
        """1 for the hippocampal cells (..., hidden) that hear an active cell of every module, 0 for the others."""
        return (code @ outward > len(self.periods) - 0.5).astype(float)

    def return_weights(self, outward: np.ndarray) -> np.ndarray:
        """Weights (hidden, cell) by Hebb's rule over all places: of those with this cell active, how many evoke it."""
        code = self.scaffold.codes()
        return self.pattern(outward, code).T @ code / code.sum(0)

    def way(self, n: int) -> int | None:
        """The move to the place of item n from that of the one before: None for the first, then direction 0 or 1."""
        checks.whole("the number of an item", n, 0, self.scaffold.n_states - 1)
        along = n % (2 * self.scaffold.side)
        return None if n == 0 else int(along > 0 and along % 2 == 0)

    def place(self, n) -> np.ndarray:
        """The code (..., cell) of the place of item n (...)."""
        band, along = np.divmod(np.asarray(n), 2 * self.scaffold.side)
        step = np.stack([band + (along + 1) // 2, along // 2 - band], -1)
        return self.scaffold.at_position(step % self.scaffold.side)

    def address(self, code: np.ndarray) -> np.ndarray:
        """Which item's place (...) activity of the grid cells (..., cell) tells; -1 where a module is silent."""
        side = self.scaffold.side
        first, second = np.rint(np.moveaxis(self.scaffold.position(code), -1, 0)).astype(int)
        band, odd = np.divmod((first - second) % side, 2)
        silent = [~module.any(-1) for module in self.scaffold.modules(code)]
        return np.where(np.any(silent, axis=0), -1, 2 * side * band + 2 * ((second + band) % side) + odd)

    def held(self, code: np.ndarray) -> np.ndarray:
        """The active cell of each module, told from activity (cell); none of a module that is silent."""
        return self.scaffold.clean(code) * (code > 0)

    def _strength(self, evidence: np.ndarray) -> np.ndarray:
        return np.sort(evidence, axis=-1)[..., -self.n_active :].mean(-1)


@synapses.count.register
def _(state: SpikingVectorHashState) -> int:
    """Fixed and learned ones between layers; those within the grid are left out."""
    return state.outward.size + state.back.size + state.key.size + state.value.size


@manipulate.decay.register
def _(state: SpikingVectorHashState, rate: float) -> SpikingVectorHashState:
    checks.number("rate", rate, 0, 1)
    return state._replace(key=(1 - rate) * state.key, value=(1 - rate) * state.value)


@manipulate.lesion.register
def _(state: SpikingVectorHashState, fraction: float, *, rng: np.random.Generator) -> SpikingVectorHashState:
    checks.number("fraction", fraction, 0, 1)
    key, value = (np.where(rng.random(w.shape) < fraction, 0, w) for w in (state.key, state.value))
    return state._replace(key=key, value=value)
