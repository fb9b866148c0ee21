"""A memory around a memory: what every model can be given, written once.

`Iterated(memory, steps=5)`, `Noisy(memory, sd=0.1)`, `Projected(memory, d_memory=50)`, `Limited(memory, capacity=7)`;
they nest. Domain, batches and axes of `aux` are those of the memory inside. A state with a field `inner` passes every
manipulation on to the state inside (`manipulate.passes_on`).
"""

from __future__ import annotations

import abc
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from neuromem import checks
from neuromem.core import Memory, each
from neuromem.manipulate import passes_on
from neuromem.models.kernel_memory import KernelMemory
from neuromem.separation import Softmax


@dataclass(frozen=True, kw_only=True)
class Wrapper(Memory):
    """What a wrapper does not change, it passes on."""

    memory: Memory = field(kw_only=False)

    def __post_init__(self):
        if not isinstance(self.memory, Memory):
            raise ValueError(f"memory must be a Memory; saw {self.memory!r}.")

    @property
    def aux_dims(self):
        return self.memory.aux_dims

    @property
    def domain(self):
        return self.memory.domain

    @property
    def batches(self):
        return self.memory.batches

    def init(self, capacity, d_key, d_value, *, rng):
        return self.memory.init(capacity, d_key, d_value, rng=rng)

    def write(self, state, key, value, *, rng):
        return self.memory.write(state, key, value, rng=rng)

    @abc.abstractmethod
    def read(self, state, query, *, rng): ...

    def after(self, state, query, recall, *, rng):
        return self.memory.after(state, query, recall, rng=rng)


@dataclass(frozen=True, kw_only=True)
class Iterated(Wrapper):
    """Feeds the answer back as the next query, `steps` reads in all: a recurrent network made of any memory.

    Patterns written as their own values become attractors; a pattern whose value is the next one starts a sequence.
    An answer that has left the domain of the keys is brought back: clipped to [0, 1] (unit), its sign (bipolar), 1
    above one half (binary). Strength is that of the first read, for later queries are the memory's own; ``aux`` is
    that of the last.

    Raises ValueError for keys and values of unequal width, for a memory of k-hot keys, and for ``steps`` below 1.

    >>> from neuromem.models.kernel_aliases import modern_hopfield
    >>> memory, rng = Iterated(modern_hopfield(beta=8), steps=3), np.random.default_rng(0)
    >>> state = memory.write(memory.init(2, 3, 3, rng=rng), np.eye(3)[:2], np.eye(3)[:2], rng=rng)
    >>> memory.read(state, [[0.6, 0.4, 0.0]], rng=rng).value.round(2)
    array([[1., 0., 0.]])

    Source: Hopfield (1982), PNAS 79:2554; Ramsauer et al. (2021), "Hopfield networks is all you need", ICLR, Eq 3.
    Known limit: a memory whose answers shrink or grow with the query (a matrix) fades or explodes.
    """

    steps: int = 5

    def __post_init__(self):
        super().__post_init__()
        checks.whole("steps", self.steps, 1)
        _refuse(self, "k-hot", "an answer fed back need not have the right number of ones")

    @classmethod
    def example(cls):
        return cls(KernelMemory(separation=Softmax(beta=2.0)), steps=3)

    def init(self, capacity, d_key, d_value, *, rng):
        if d_key != d_value:
            raise ValueError(
                f"d_value must equal d_key, for answers become queries; saw d_key {d_key} and d_value {d_value}."
            )
        return self.memory.init(capacity, d_key, d_value, rng=rng)

    def read(self, state, query, *, rng):
        first = recall = self.memory.read(state, query, rng=rng)
        for _ in range(self.steps - 1):
            recall = self.memory.read(state, _within(self.domain.key, recall.value), rng=rng)
        return recall._replace(strength=first.strength)


@dataclass(frozen=True, kw_only=True)
class Noisy(Wrapper):
    """Adds Gaussian noise of standard deviation ``sd`` to the cue.

    A noisy cue is brought back to the domain of the keys: clipped to [0, 1] (unit), its sign (bipolar, so that each
    unit turns with probability Phi(-1/sd)), 1 above one half (binary: Phi(-1/2sd)).

    Raises ValueError for a negative ``sd`` and for a memory of k-hot keys, which noise cannot keep k-hot.

    >>> from neuromem.models.kernel_aliases import nearest_neighbour
    >>> memory, rng = Noisy(nearest_neighbour(), sd=0.1), np.random.default_rng(0)
    >>> state = memory.write(memory.init(2, 3, 1, rng=rng), np.eye(3)[:2], [[1.0], [-1.0]], rng=rng)
    >>> memory.read(state, np.eye(3)[:1], rng=rng).value
    array([[1.]])

    Source: Millidge et al. (2022), "Universal Hopfield networks", ICML, section 4, for noise clipped to [0, 1].
    Known limit: the noise is white; correlated noise belongs into the paradigm.
    """

    sd: float = 0.1

    def __post_init__(self):
        super().__post_init__()
        checks.number("sd", self.sd, 0)
        _refuse(self, "k-hot", "a noisy cue need not have the right number of ones")

    @classmethod
    def example(cls):
        return cls(KernelMemory())

    def read(self, state, query, *, rng):
        query = checks.numbers("query", query)
        width = query.shape[-1] if query.ndim else 0  # the memory inside knows which is right
        query = checks.patterns("query", query, width, kind=self.domain.key, rng=rng, batches=self.batches)
        noise = each(rng, lambda r: self.sd * r.standard_normal(query.shape[-2:])).astype(query.dtype)
        return self.memory.read(state, _within(self.domain.key, query + noise), rng=rng)


@passes_on
class ProjectedState(NamedTuple):
    inner: tuple  # the state of the memory inside, whose keys have d_memory features
    encoder: np.ndarray  # (..., d_key, d_memory)


@dataclass(frozen=True, kw_only=True)
class Projected(Wrapper):
    """Puts a fixed random encoder in front, so that keys and queries meet a memory of width ``d_memory``.

    The encoder is drawn by ``init``: ``random`` entries are N(0, 1/d_memory); ``orthogonal`` ones are an isometry for
    d_memory >= d_key and a scaled projection below. Both keep squared lengths on average. Values pass unchanged. Keys
    are real whatever the memory inside takes: for bipolar keys the code is the sign of the projection, for binary ones
    1 where it is positive. Gains of units (part "key") act on the memory's units, not on those of the token.

    Raises ValueError for a memory that is autoassociative (a key would differ from its value) or takes unit or k-hot
    keys, for another ``kind``, and for a ``d_memory`` below 1.

    >>> memory, rng = Projected(KernelMemory(separation=Softmax(beta=9.0)), d_memory=40), np.random.default_rng(0)
    >>> state = memory.write(memory.init(2, 3, 1, rng=rng), 3 * np.eye(3)[:2], [[1.0], [-1.0]], rng=rng)
    >>> memory.read(state, 3 * np.eye(3)[:1], rng=rng).value.round(1)
    array([[1.]])

    Source: Johnson & Lindenstrauss (1984), Contemp. Math. 26:189; Charikar (2002), STOC, for codes by sign.
    Known limit: the encoder is not learned, and similarities are kept to about 1/sqrt(d_memory).
    """

    d_memory: int = 100
    kind: Literal["random", "orthogonal"] = "random"

    def __post_init__(self):
        super().__post_init__()
        checks.whole("d_memory", self.d_memory, 1)
        checks.choice("kind", self.kind, ("random", "orthogonal"))
        _refuse(self, "unit", "a random projection has entries of both signs")
        _refuse(self, "k-hot", "a random projection has no fixed number of ones")
        if self.memory.domain.autoassociative:
            raise ValueError(f"memory must be heteroassociative: {_name(self)} would change keys and not values.")

    @classmethod
    def example(cls):
        return cls(KernelMemory(), d_memory=48)

    @property
    def domain(self):
        return self.memory.domain._replace(key="real")

    def init(self, capacity, d_key, d_value, *, rng):
        checks.sizes(capacity, d_key, d_value, rng=rng, batches=self.batches)
        encoder = each(rng, lambda r: _encoder(self.kind, d_key, self.d_memory, r))
        return ProjectedState(self.memory.init(capacity, self.d_memory, d_value, rng=rng), encoder)

    def write(self, state, key, value, *, rng):
        code = self._encode("key", key, state, rng)
        return state._replace(inner=self.memory.write(state.inner, code, value, rng=rng))

    def read(self, state, query, *, rng):
        return self.memory.read(state.inner, self._encode("query", query, state, rng), rng=rng)

    def after(self, state, query, recall, *, rng):
        code = self._encode("query", query, state, rng)
        return state._replace(inner=self.memory.after(state.inner, code, recall, rng=rng))

    def _encode(self, name, token, state, rng):
        token = checks.patterns(name, token, state.encoder.shape[-2], rng=rng, batches=self.batches)
        code = token @ state.encoder.astype(token.dtype)
        kind = self.memory.domain.key
        return code if kind == "real" else np.where(code > 0, 1.0, -1.0 if kind == "bipolar" else 0.0)


@passes_on
class LimitedState(NamedTuple):
    inner: tuple  # the state of the memory inside, which holds the pairs kept
    fresh: tuple  # the state that init gave it
    key: np.ndarray  # (..., capacity, d_key) the last pairs, the latest at the end
    value: np.ndarray  # (..., capacity, d_value)
    kept: np.ndarray  # () how many of these are pairs


@dataclass(frozen=True, kw_only=True)
class Limited(Wrapper):
    """Remembers only the last ``capacity`` pairs, whatever the memory inside does when it is full.

    While there is room, pairs are written as they come. Then each write call takes a fresh memory and writes it the
    last ``capacity`` pairs one by one, oldest first: right for every memory, at the cost of writing all of them again.
    ``init`` ignores its own ``capacity``. A trace counts from the oldest pair kept.

    Raises ValueError for a ``capacity`` below 1.

    >>> memory, rng = Limited(KernelMemory(separation=Softmax(beta=9.0)), capacity=2), np.random.default_rng(0)
    >>> state = memory.write(memory.init(3, 3, 1, rng=rng), 2 * np.eye(3), [[1.0], [2.0], [3.0]], rng=rng)
    >>> memory.read(state, 2 * np.eye(3), rng=rng).value.round(2).T
    array([[2.5, 2. , 3. ]])

    Source: Waugh & Norman (1965), "Primary memory", Psychol. Rev. 72:89: new items displace old ones.
    Known limit: what was done to the traces (a gain, a lesion) or happened in ``after`` is undone by a write that
    displaces one, for the kept pairs are written anew.
    """

    capacity: int = 7

    def __post_init__(self):
        super().__post_init__()
        checks.whole("capacity", self.capacity, 1)

    @classmethod
    def example(cls):
        return cls(KernelMemory())

    def init(self, capacity, d_key, d_value, *, rng):
        checks.sizes(capacity, d_key, d_value, rng=rng, batches=self.batches)
        fresh = self.memory.init(self.capacity, d_key, d_value, rng=rng)
        return LimitedState(
            inner=fresh,
            fresh=fresh,
            key=each(rng, lambda _: np.zeros((self.capacity, d_key))),
            value=each(rng, lambda _: np.zeros((self.capacity, d_value))),
            kept=np.array(0),
        )

    def write(self, state, key, value, *, rng):
        key = checks.patterns("key", key, state.key.shape[-1], rng=rng, batches=self.batches)
        value = checks.patterns("value", value, state.value.shape[-1], rng=rng, batches=self.batches)
        checks.pairs(key, value)
        keys = np.concatenate([state.key, key], axis=-2)[..., -self.capacity :, :]
        values = np.concatenate([state.value, value], axis=-2)[..., -self.capacity :, :]
        total = int(state.kept) + key.shape[-2]
        if total <= self.capacity:
            inner = self.memory.write(state.inner, key, value, rng=rng)
        else:
            inner = state.fresh
            for n in range(self.capacity):
                pair = (part[..., n : n + 1, :] for part in (keys, values))
                inner = self.memory.write(inner, *pair, rng=rng)
        return LimitedState(inner, state.fresh, keys, values, np.array(min(total, self.capacity)))

    def read(self, state, query, *, rng):
        return self.memory.read(state.inner, query, rng=rng)

    def after(self, state, query, recall, *, rng):
        return state._replace(inner=self.memory.after(state.inner, query, recall, rng=rng))


def _within(kind: str, x: np.ndarray) -> np.ndarray:
    """The nearest pattern of a domain."""
    if kind == "unit":
        return np.clip(x, 0, 1)
    if kind == "bipolar":
        return np.where(x > 0, 1.0, -1.0)
    return (x > 0.5).astype(float) if kind == "binary" else x


def _refuse(wrapper: Wrapper, kind: str, reason: str) -> None:
    if wrapper.memory.domain.key == kind:
        raise ValueError(
            f"{_name(wrapper)} cannot hold a memory of {kind} keys: {reason}; saw {_name(wrapper.memory)}."
        )


def _name(memory: Memory) -> str:
    return type(memory).__name__


def _encoder(kind: str, d_key: int, d_memory: int, rng: np.random.Generator) -> np.ndarray:
    """(d_key, d_memory); rows of unit length on average."""
    if kind == "random":
        return rng.standard_normal((d_key, d_memory)) / np.sqrt(d_memory)
    tall = np.linalg.qr(rng.standard_normal((max(d_key, d_memory), min(d_key, d_memory))))[0]
    return tall.T if d_key <= d_memory else tall * np.sqrt(d_key / d_memory)
