"""Three-factor key-value memory in spiking neurons: a plateau opens the slot that was used longest ago."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np

from neuromem import checks, manipulate, synapses
from neuromem.core import Domain, Memory, Recall
from neuromem.spiking.blocks import BLOCK, blocks, seeds_of, side_by_side
from neuromem.spiking.experiment import NEAR
from neuromem.spiking.target import TARGETS, Target, choose
from neuromem.spiking.three_factor_circuit import CONSTANTS, LEARNING_STEP
from neuromem.spiking.three_factor_runs import GAP, READ, WRITE, SpikingSlots, Step, read_copies, session


@dataclass(frozen=True, kw_only=True)
class SpikingThreeFactor(Memory[SpikingSlots]):
    r"""Three-factor learning in spikes: Eqs 12 and 13 at synapses, plateaus, and slots in turn by a race of their ages.

    .. math:: \tau_u \dot u_i = \mu \left(\frac{t - t_i}{n w}\right)^4 - 5 (1 - \mu) u_i, \qquad
              u_i > 1: \text{plateau},\ t_i \leftarrow t,\ u \leftarrow -30

    .. math:: \Delta K_{ij} = \eta \mu \gamma_i (x_j - K_{ij}), \qquad \Delta V_{ij} = \eta \mu \gamma_i a_i (y_j -
              V_{ij}), \qquad \gamma_i = [t - t_i < 110\ \mathrm{ms}]

    Poisson lines of the key drive ``n`` leaky integrate-and-fire slots through ``K`` (slot, d_key); these inhibit one
    another and drive outputs through ``V`` (slot, d_value). ``x``, ``a``, ``y`` are traces of lines, slots and outputs
    (20 ms, 1 at their usual rate); weights change every 5 ms, at the rate eta = ``rate``. ``mu`` is the global
    third factor, of size ``modulator`` for the first 150 of the ``w`` = 200 ms of a write and 0 else; ``gamma`` the
    local one, a plateau. Learned pathways transmit 1 - mu. The slot whose last plateau lies longest ago wins the race,
    25 ms after the start of a write, and throws back all others; none does if mu is below 5/6, where slots are many.
    ``value_rule`` "stdp" replaces the rule of ``V`` by pairs of spikes: each one of an open slot takes its share from
    V, and each one of an output adds to V in proportion to ``a``.

    Keys and values are k-hot. The lines of a cue fire 2000 times a second together, however many they are. A read lasts
    100 ms and 50 ms of silence, and each query is read from rest, by a copy of the circuit. The answer is the number of
    spikes of each output over that of all slots; strength the mean excitation of the most excited slot, in thresholds;
    ``aux["slot_spikes"]`` (query, slot). A write of several pairs is one run. A trace is a slot; `after` moves the
    slots that answered to the end of the queue, in whose order their ages are then set.

    ``n_slots``: None takes the ``capacity`` given to `init`. ``step`` is the time step in seconds, a part of 5 ms; the
    race tells at most 4 * 25 ms / ``step`` slots apart. ``target`` is where the network runs, see
    `neuromem.spiking.target`.

    Raises ValueError for patterns that are not k-hot and for parameters outside their ranges, UserError without Brian2.

    >>> import numpy as np
    >>> memory, rng = SpikingThreeFactor(target="numpy"), np.random.default_rng(0)
    >>> key = np.eye(12)[:2] + np.eye(12)[2:4]
    >>> state = memory.write(memory.init(2, 12, 3, rng=rng), key, [[1, 0, 0], [0, 0, 1]], rng=rng)
    >>> memory.read(state, key, rng=rng).value.round(1)
    array([[1., 0., 0.],
           [0., 0., 1.]])

    Source: Gershman, Fiete & Irie (2025), Eqs 12 and 13; Tyulmankov, Fang, Vadaparty & Yang (2021), NeurIPS; plateaus
    as in Bittner, Milstein, Grienberger, Romani & Magee (2017), Science 357:1033; STDP as in van Rossum, Bi &
    Turrigiano (2000), J. Neurosci. 20:8812, but that a spike of the slot alone weakens.
    Known limit: the race is among times of writing; what `after` does to it is no dynamics. Each pair costs 200 ms of
    biological time, and on target numpy about as much of the machine's, or more.
    """

    aux_dims: ClassVar[Mapping[str, tuple[str, ...]]] = {"slot_spikes": ("query", "slot")}
    domain: ClassVar[Domain] = Domain("k-hot", "k-hot")
    costly: ClassVar[bool] = True

    n_slots: int | None = None
    modulator: float = 1.0
    rate: float = 0.12
    value_rule: Literal["hebbian", "stdp"] = "hebbian"
    step: float = 0.0005
    target: Target = "auto"

    def __post_init__(self):
        if self.n_slots is not None:
            checks.whole("n_slots", self.n_slots, 1)
        checks.number("modulator", self.modulator, 0, 1)
        checks.number("rate", self.rate, 0, 1)
        checks.choice("value_rule", self.value_rule, ("hebbian", "stdp"))
        checks.number("step", self.step, 0, 0.001, open_low=True)
        if abs(round(LEARNING_STEP / self.step) * self.step - LEARNING_STEP) > NEAR * self.step:
            raise ValueError(
                f"step must divide the {1e3 * LEARNING_STEP:g} ms from one change of the weights to the next; saw "
                f"{1e3 * self.step:g} ms: take another step."
            )
        checks.choice("target", self.target, TARGETS)

    @classmethod
    def example(cls):
        return cls(target="numpy", step=0.001)

    def on_target_for(self, seconds: float) -> SpikingThreeFactor:
        """The same memory on the target that so much biological time is worth, where its own is "auto"."""
        return replace(self, target=choose(self.target, biological=seconds))

    def init(self, capacity, d_key, d_value, *, rng):
        checks.sizes(capacity, d_key, d_value, rng=rng)
        n_slots = self.n_slots or int(capacity)
        checks.affordable(n_slots * (d_key + d_value + n_slots), rng=rng)
        apart = int(4 * CONSTANTS["tau_u"] / self.step)
        if n_slots > apart:
            raise ValueError(
                f"n_slots must be at most {apart} for the race to tell them apart at a step of "
                f"{1e3 * self.step:g} ms; saw {n_slots}: take fewer, or a shorter step."
            )
        weights = (np.zeros((n_slots, d)) for d in (d_key, d_value))
        age = (WRITE + GAP) * np.arange(n_slots, 0, -1)  # as if each had been used in its turn
        return SpikingSlots(*weights, age, np.ones(n_slots), np.array(0))

    def write(self, state, key, value, *, rng):
        key = checks.patterns("key", key, state.key.shape[-1], kind="k-hot", rng=rng)
        value = checks.patterns("value", value, state.value.shape[-1], kind="k-hot", rng=rng)
        checks.pairs(key, value)
        target = choose(self.target, biological=WRITE + GAP, trials=len(key))
        steps, seeds = [*zip(key, value, strict=True)], seeds_of(rng, len(key))
        for part in blocks(len(key), BLOCK if target == "cpp_standalone" else len(key)):
            made = [Step("write", *pair) for pair in steps[part]]
            state = session(self, state, made, seeds=seeds[part], target=target).state
        return state

    def read(self, state, query, *, rng):
        query = checks.patterns("query", query, state.key.shape[-1], kind="k-hot", rng=rng)
        target = choose(self.target, biological=READ + GAP, trials=len(query))
        room = side_by_side(state.key.size + state.value.size + len(state.age) ** 2)
        seeds = seeds_of(rng, len(query))
        parts = [
            read_copies(self, state, query[part], seeds=seeds[part], target=target)
            for part in blocks(len(query), BLOCK if target == "cpp_standalone" else room)
        ]
        value, strength, spikes = (np.concatenate(part) for part in zip(*parts, strict=True))
        return Recall(value, strength, {"slot_spikes": spikes})

    def after(self, state, query, recall, *, rng):
        """The slots that answered, one for each query, go to the end of the queue in this order."""
        queue = list(np.argsort(-state.age, kind="stable"))
        spikes = recall.aux["slot_spikes"]
        for slot in spikes.argmax(-1)[spikes.any(-1)]:
            queue.remove(slot)
            queue.append(slot)
        age = np.empty(len(queue))
        age[queue] = (WRITE + GAP) * np.arange(len(queue), 0, -1)
        return state._replace(age=age) if spikes.any() else state


@synapses.count.register
def _(state: SpikingSlots) -> int:
    """Those that learn; slots also inhibit one another."""
    return state.key.size + state.value.size


@manipulate.set_gain.register
def _(state: SpikingSlots, trace: int, gain: float) -> SpikingSlots:
    checks.trace(trace, min(int(state.written), len(state.gain)))
    checks.number("gain", gain, 0)
    gains = state.gain.copy()
    gains[trace] = gain
    return state._replace(gain=gains)


@manipulate.decay.register
def _(state: SpikingSlots, rate: float) -> SpikingSlots:
    checks.number("rate", rate, 0, 1)
    return state._replace(key=(1 - rate) * state.key, value=(1 - rate) * state.value)


@manipulate.lesion.register
def _(state: SpikingSlots, fraction: float, *, rng: np.random.Generator) -> SpikingSlots:
    checks.number("fraction", fraction, 0, 1)
    key, value = (np.where(rng.random(w.shape) < fraction, 0, w) for w in (state.key, state.value))
    return state._replace(key=key, value=value)
