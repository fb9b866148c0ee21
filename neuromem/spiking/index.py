"""Hippocampal index in spiking neurons: sparse addresses bound at once to a key and to a value in cortex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from neuromem import checks, manipulate
from neuromem.core import Domain, Memory, Recall
from neuromem.models.reactivation import lit, reactivate, set_input_gain
from neuromem.spiking.blocks import BLOCK, blocks, seeds_of
from neuromem.spiking.index_circuit import CUE_RATE, ON, WINDOW
from neuromem.spiking.index_runs import Session, Step, session
from neuromem.spiking.index_state import SpikingEngrams, engram
from neuromem.spiking.target import TARGETS, Target, choose

LIGHT = 16.0  # of a lit cell, in thresholds, on average
UNLIKE = 0.25  # how much more or less of it a cell gets than the average, at most


@dataclass(frozen=True, kw_only=True)
class SpikingIndex(Memory[SpikingEngrams]):
    r"""Hippocampal index in spikes: the dentate gyrus picks cells of CA3, which are bound at once to key and value.

    .. math:: \tau_m \dot v_j = g_j (I_j + R_j) + L_j - b\,B - v_j, \qquad
              \Delta w_{ij} = \eta\, \mu\, [x_i > .45]\,[a_j > .45]\ \text{at spikes of } j,\ w \in [0, 1]

    Lines of the key (d_key) drive ``n_dentate`` cells of the dentate gyrus through random weights, those drive
    ``n_ca3`` cells of CA3 through the mossy fibres, few of which are strong; CA3 drives cortex (d_value), whose spikes
    are the answer. All cells are leaky integrate-and-fire. In each region a pool of basket cells ``B`` follows the
    spikes of all and inhibits all, so that few win. ``mu`` is 1 for the first 150 of the 200 ms of a write and 0 else,
    the level of acetylcholine: mossy fibres transmit ``mu``; the paths that learn, lines to CA3, within CA3 (``R``, 50
    ms) and CA3 to cortex, transmit 1 - mu. A spike of a cell that fires often enough (``a``, 40 ms, 1 at 100 Hz)
    binds it to what was active before it (``x`` likewise, of lines 20 ms). ``g`` gain of a cell for all it hears,
    ``L`` light, 12 to 20 thresholds from cell to cell.

    Keys and values are k-hot. The lines of a key fire 4000 times a second together, however many they are; those of a
    cue with fewer active fire as often each, and for 150 ms. A read lasts 200 ms, from rest. The answer is the rate of
    each cortical cell in those 150 ms over 100 Hz; strength the mean drive of the most driven cell of CA3 through the
    path from the lines, in thresholds. ``aux``: spikes of each region, ``entorhinal`` (query, d_key), ``dentate``,
    ``ca3``.

    A trace is an item; its engram the cells of CA3 that were tagged when it was written, for they fired often enough to
    learn. `set_unit_gain` acts on the cells of "entorhinal" (or "key"), "dentate", "ca3" and "cortex" (or "value");
    `models.reactivation` silences engram cells for all they hear, engram cells included, as in the rate model; and
    lights them without a cue, in which silenced ones stay deaf. `stimulate` lights any cells. Traces share synapses, so
    that there is no `set_gain`.

    Fields: strengths of the paths ``dentate``, ``mossy``, ``perforant``, ``recurrent``, ``outward``, in thresholds
    where all of a pattern is active at the usual rate; of inhibition by region; ``rate`` eta; ``step`` in seconds;
    ``target`` where the network runs, see `neuromem.spiking.target`. Only sizes and ``step`` need another build.

    Raises ValueError for patterns that are not k-hot, for keys or values with another number of ones than those
    written before, for more items than ``capacity`` and for parameters outside their ranges, UserError without Brian2.

    >>> import numpy as np
    >>> memory, rng = SpikingIndex.example(), np.random.default_rng(0)
    >>> key = np.kron(np.eye(2), np.ones(10))
    >>> state = memory.write(memory.init(2, 20, 2, rng=rng), key, np.eye(2), rng=rng)
    >>> memory.read(state, key, rng=rng).value.argmax(-1)
    array([0, 1])

    Source: Teyler & DiScenna (1986), Behav. Neurosci. 100:147, the index; Treves & Rolls (1992), Hippocampus 2:189,
    mossy fibres for storage, perforant path for recall; Hasselmo, Schnell & Barkai (1995), J. Neurosci. 15:5249,
    acetylcholine; Gershman, Fiete & Irie (2025), section 4.2.
    Known limit: silencing takes more than is known to be lost, which is synapses from outside the engram (Ryan et al.
    2015, Science 348:1007). Activity is set to rest between windows, storage and recall are told apart from outside,
    and synapses only grow, so that what is stored beyond capacity blurs. On target numpy an item takes about a second
    of CPU.
    """

    aux_dims: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "entorhinal": ("query", "d_key"),
        "dentate": ("query", "dentate_unit"),
        "ca3": ("query", "ca3_unit"),
    }
    domain: ClassVar[Domain] = Domain("k-hot", "k-hot")
    costly: ClassVar[bool] = True

    n_dentate: int = 600
    n_ca3: int = 300
    dentate: float = 2.0
    mossy: float = 12.0
    perforant: float = 5.0
    recurrent: float = 12.0
    outward: float = 5.0
    dentate_inhibition: float = 3.0
    ca3_inhibition: float = 6.0
    cortex_inhibition: float = 0.5
    rate: float = 1.0
    step: float = 0.0005
    target: Target = "auto"

    def __post_init__(self):
        checks.whole("n_dentate", self.n_dentate, 20)
        checks.whole("n_ca3", self.n_ca3, 20)
        for name in ("dentate", "mossy", "perforant", "recurrent", "outward"):
            checks.number(name, getattr(self, name), 0)
        for name in ("dentate_inhibition", "ca3_inhibition", "cortex_inhibition"):
            checks.number(name, getattr(self, name), 0)
        checks.number("rate", self.rate, 0, 1)
        checks.number("step", self.step, 0, 0.001, open_low=True)
        checks.choice("target", self.target, TARGETS)

    @classmethod
    def example(cls):
        return cls(n_dentate=150, n_ca3=80, target="numpy", step=0.001)

    def on_target_for(self, windows: int) -> SpikingIndex:
        """The same memory on the target that so many windows together are worth, where its own is "auto"."""
        return replace(self, target=choose(self.target, biological=WINDOW, trials=windows))

    def init(self, capacity, d_key, d_value, *, rng):
        checks.sizes(capacity, d_key, d_value, rng=rng)
        from_lines = d_key * (self.n_dentate + self.n_ca3)
        n_synapses = from_lines + self.n_ca3 * (self.n_dentate + self.n_ca3 + d_value)
        checks.affordable(n_synapses + capacity * self.n_ca3, rng=rng)
        dentate_path = rng.exponential(size=(d_key, self.n_dentate))
        mossy = rng.gamma(0.3, size=(self.n_dentate, self.n_ca3))
        learned = (np.zeros(shape) for shape in ((d_key, self.n_ca3), (self.n_ca3,) * 2, (self.n_ca3, d_value)))
        gains = (np.ones(n) for n in (d_key, self.n_dentate, self.n_ca3, d_value))
        engram = np.zeros((capacity, self.n_ca3))
        of_mean_one = (w / w.mean(0) for w in (dentate_path, mossy))  # each cell hears as much as any other
        return SpikingEngrams(*of_mean_one, *learned, engram, *gains, np.array(0.0), np.array(0.0), np.array(0))

    def write(self, state, key, value, *, rng):
        key = checks.patterns("key", key, len(state.entorhinal_gain), kind="k-hot", rng=rng)
        value = checks.patterns("value", value, len(state.cortex_gain), kind="k-hot", rng=rng)
        checks.pairs(key, value)
        checks.room(len(key), len(state.engram) - int(state.written))
        as_before("key", key, state.key_active)
        as_before("value", value, state.value_active)
        steps = [Step("write", *pair) for pair in zip(key, value, strict=True)]
        return self.sessions(state, steps, seeds_of(rng, len(steps)))[-1].state

    def read(self, state, query, *, rng):
        query = checks.patterns("query", query, len(state.entorhinal_gain), kind="k-hot", rng=rng)
        steps = [Step("read", cue) for cue in query]
        return self.recalled(state, self.sessions(state, steps, seeds_of(rng, len(steps))))

    def sessions(self, state: SpikingEngrams, steps: Sequence[Step], seeds: Sequence[int]) -> list[Session]:
        """Runs of at most 16 steps, each from the state that the last has left."""
        target, done = choose(self.target, biological=WINDOW, trials=len(steps)), []
        for part in blocks(len(steps), BLOCK):
            done.append(session(self, state, steps[part], seeds=seeds[part], target=target))
            state = done[-1].state
        return done

    def recalled(self, state: SpikingEngrams, ran: Sequence[Session]) -> Recall:
        """The answers of windows in which nothing was written."""
        value = np.concatenate([one.rate() for one in ran])
        aux = {name: np.concatenate([getattr(one, name) for one in ran]) for name in self.aux_dims}
        given = aux["entorhinal"] * state.entorhinal_gain / (CUE_RATE * ON)
        drive = self.perforant * state.ca3_gain * (given @ state.perforant)
        return Recall(value, drive.max(-1), aux)


def as_before(name: str, patterns: np.ndarray, n_active: np.ndarray) -> None:
    """Refuse patterns with another number of ones than those that were written before, if there were any."""
    seen = patterns[0].sum()
    if n_active and seen != n_active:
        raise ValueError(
            f"{name} must have {n_active:.0f} ones, as those written before; saw {seen:.0f}: make another memory."
        )


@set_input_gain.register
def _(state: SpikingEngrams, memory: SpikingIndex, trace: int, gain: float) -> SpikingEngrams:
    cells = engram(state, trace)
    return manipulate.set_unit_gain(state, "ca3", cells, gain) if len(cells) else state


@reactivate.register
def _(
    state: SpikingEngrams, memory: SpikingIndex, trace: int, *, share: float = 1.0, rng: np.random.Generator
) -> Recall:
    """Silenced cells that are lit stay deaf, unlike in the rate model, where they could not fire then."""
    return stimulate(memory, state, [lit(engram(state, trace), share, rng=rng)], rng=rng)


def stimulate(
    memory: SpikingIndex, state: SpikingEngrams, cells: Sequence[np.ndarray], *, rng: np.random.Generator
) -> Recall:
    """What is recalled without a cue while light drives `cells` of CA3, several sets of them one after the other.

    Lit cells fire whatever they hear; silenced ones hear nothing else, and so fire at little more than half the rate of
    those of an intact engram, which excite one another.

    Source: Liu, Ramirez, Pang, Puryear, Govindarajan, Deisseroth & Tonegawa (2012), Nature 484:381.
    """
    n = len(state.ca3_gain)
    if not len(cells):
        raise ValueError("cells must hold one set of cells at least; saw none.")
    steps = [Step("stimulate", light=light(_cells(one, n), n, rng=rng)) for one in cells]
    return memory.recalled(state, memory.sessions(state, steps, seeds_of(rng, len(steps))))


def _cells(cells: np.ndarray, n: int) -> np.ndarray:
    """Indices of cells of `n`; an engram may have none."""
    return checks.units(cells, n) if np.size(cells) else np.zeros(0, int)


def light(cells: np.ndarray, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """Light (cell) on some of `n` cells of CA3, in thresholds: 16 on average, up to a quarter more or less.

    Cells differ in how much of the light-gated channel they express. In the same light deaf cells, which hear nothing
    that tells them apart, would all fire at once, and such volleys make cells of other values in cortex fire too.
    """
    got = np.zeros(n)
    got[cells] = LIGHT * (1 + UNLIKE * rng.uniform(-1, 1, len(cells)))
    return got
