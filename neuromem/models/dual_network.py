"""The dual network: layers trained by gradient descent, kept as the pairs of inputs and errors that trained them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from neuromem import checks, manipulate
from neuromem.core import Domain, Memory, Recall
from neuromem.kernels import attend, attention
from neuromem.models.gradient_training import Loss, descend, forward
from neuromem.models.slots import same_items
from neuromem.separation import Identity
from neuromem.similarity import Dot


class DualState(NamedTuple):
    initial: tuple[np.ndarray, ...]  # of each layer (d_in, d_out)
    item: np.ndarray  # (slot, d_key) the patterns presented, which are the first layer's keys in every epoch
    hidden: tuple[np.ndarray, ...]  # of each layer but the first (epoch, slot, d_in): its keys
    error: tuple[np.ndarray, ...]  # of each layer (epoch, slot, d_out): its values
    trace: np.ndarray  # (slot) the write call that brought the item
    presented: np.ndarray  # (slot) in how many epochs
    gain: np.ndarray  # (layer, trace), as many as there are slots
    initial_gain: np.ndarray  # (layer)
    written: np.ndarray  # () number of slots in use
    traces: np.ndarray  # () number of write calls


@dataclass(frozen=True, kw_only=True)
class DualNetwork(Memory[DualState]):
    r"""A linear layer or multilayer perceptron trained by gradient descent is a key-value memory of its errors.

    .. math:: y = x W, \quad W = g_0 W_0 + \sum_n g_n\, x_n^\top e_n
              \quad\Longleftrightarrow\quad y = g_0\, x W_0 + \sum_n g_n\,(x \cdot x_n)\, e_n

    ``x_n`` (d_in) the layer's input at event n, an item in an epoch; ``e_n`` (d_out) = -rate * gradient at its
    output; ``W_0`` (d_in, d_out) the initial weights, uniform on +-1 / sqrt(d_in); ``g`` gains (Eqs 10-11). ``hidden``
    lists the sizes of the hidden layers (ReLU, no biases), none for one linear layer; ``form`` says on which side of
    the equivalence ``read`` stands. The gains enter after training, and nothing is trained anew.

    ``write`` trains for ``epochs`` epochs on its pairs, in their order, in batches of ``batch``, from the weights as
    they are, gains included. The loss of a batch is the mean over its items. The answer is the output of the last
    layer: with cross-entropy the logits. A trace is one write call. Strength is the norm of what learning has added
    to the output, 0 in a fresh memory.

    ``keep_weights`` keeps ``aux["attention"]`` (query, layer, slot), the attention ``sum_n g_n (x . x_n)`` that an item
    gets over its epochs; its sum over the items of a class or a trace says which experiences an answer rests on.

    Raises ValueError for non-finite or mis-shaped input, for values that are no probabilities when the loss is
    cross-entropy, for more items than free slots, and when training diverges.

    >>> import numpy as np
    >>> memory, rng = DualNetwork(rate=0.5, epochs=60), np.random.default_rng(0)
    >>> state = memory.write(memory.init(2, 3, 1, rng=rng), np.eye(3)[:2], [[1.0], [-1.0]], rng=rng)
    >>> memory.read(state, np.eye(3)[:2], rng=rng).value.round(3).T
    array([[ 1., -1.]])

    Source: Irie, Csordas & Schmidhuber (2022), "The dual form of neural networks revisited", ICML, section 3.1;
    Gershman, Fiete & Irie (2025), Eqs 10-11.
    Known limit: the events of one trace act on those of later ones, so that a silent trace is not as if never written.
    """

    aux_dims: ClassVar[Mapping[str, tuple[str, ...]]] = {"attention": ("query", "layer", "slot")}
    domain: ClassVar[Domain] = Domain("real", "real")

    hidden: tuple[int, ...] = ()
    loss: Loss = "squared_error"
    rate: float = 0.01
    batch: int = 1
    epochs: int = 20
    form: Literal["summed", "pairs"] = "summed"
    keep_weights: bool = False

    def __post_init__(self):
        for width in self.hidden:
            checks.whole("hidden", width, 1)
        checks.choice("loss", self.loss, ("squared_error", "cross_entropy"))
        checks.number("rate", self.rate, 0, open_low=True)
        checks.whole("batch", self.batch, 1)
        checks.whole("epochs", self.epochs, 1)
        checks.choice("form", self.form, ("summed", "pairs"))

    def init(self, capacity, d_key, d_value, *, rng):
        checks.sizes(capacity, d_key, d_value)
        width = (d_key, *self.hidden, d_value)
        layers = len(width) - 1
        return DualState(
            initial=tuple(rng.uniform(-1, 1, (d_in, d_out)) / np.sqrt(d_in) for d_in, d_out in pairwise(width)),
            item=np.zeros((capacity, d_key)),
            hidden=tuple(np.zeros((self.epochs, capacity, d)) for d in self.hidden),
            error=tuple(np.zeros((self.epochs, capacity, d)) for d in width[1:]),
            trace=np.zeros(capacity, np.int64),
            presented=np.zeros(capacity, np.int64),
            gain=np.ones((layers, capacity)),
            initial_gain=np.ones(layers),
            written=np.array(0),
            traces=np.array(0),
        )

    def write(self, state, key, value, *, rng):
        key = checks.patterns("key", key, state.item.shape[-1], rng=rng)
        value = checks.patterns("value", value, state.error[-1].shape[-1], rng=rng)
        same_items(key, value)
        self._check_fit(state, value)
        now = slice(int(state.written), int(state.written) + len(key))
        weights = summed(state)
        state = _copy(state)
        state.item[now], state.trace[now], state.presented[now] = key, state.traces, self.epochs
        descend(
            weights,
            state.item[now],
            value,
            [h[: self.epochs, now] for h in state.hidden],
            [e[: self.epochs, now] for e in state.error],
            loss=self.loss,
            rate=self.rate,
            batch=self.batch,
        )
        return state._replace(written=state.written + len(key), traces=state.traces + 1)

    def read(self, state, query, *, rng):
        query = checks.patterns("query", query, state.item.shape[-1], rng=rng).astype(np.float64, copy=False)
        layers = len(state.initial)
        layer_input, value = forward(self._layers(state), layers, query)
        _, unlearned = forward(lambda n, x: state.initial_gain[n] * (x @ state.initial[n]), layers, query)
        aux = {"attention": _attention(state, layer_input)} if self.keep_weights else {}
        return Recall(value, np.linalg.norm(value - unlearned, axis=-1), aux)

    def _layers(self, state):
        if self.form == "pairs":
            return lambda n, x: _attend(state, n, x)
        weights = summed(state)
        return lambda n, x: x @ weights[n]

    def _check_fit(self, state, value):
        n, free, epochs = len(value), len(state.item) - int(state.written), len(state.error[0])
        if n > free:
            raise ValueError(f"{n} items do not fit in {free} free slots; pass init(capacity=...) a larger value.")
        if self.epochs > epochs:
            raise ValueError(f"the state holds {epochs} epochs, fewer than epochs={self.epochs}; call init anew.")
        if self.loss == "cross_entropy" and (value.min() < 0 or not np.allclose(value.sum(-1), 1)):
            raise ValueError(
                "value must be probabilities for cross_entropy; convert labels with np.eye(d_value)[label]."
            )


def summed(state: DualState) -> list[np.ndarray]:
    """The weights of each layer (d_in, d_out): the initial ones plus the outer products of all pairs (Eq 10)."""
    return [
        gain * initial + _learned(state, layer)
        for layer, (gain, initial) in enumerate(zip(state.initial_gain, state.initial, strict=True))
    ]


def after_epoch(state: DualState, trace: int, epoch: int) -> DualState:
    """The state as it was after `epoch` epochs of the write call `trace`: later pairs are left out, gains are kept.

    Raises ValueError for a trace that has not been written or an epoch that it has not had.
    """
    checks.trace(trace, int(state.traces))
    first, end = np.searchsorted(state.trace[: state.written], [trace, trace + 1])
    checks.whole("epoch", epoch, 0, int(state.presented[first]))
    presented = state.presented.copy()
    presented[first:end], presented[end:] = epoch, 0
    return state._replace(presented=presented, written=np.array(end), traces=np.array(trace + 1))


def amplify(
    state: DualState,
    trace: int,
    gain: float,
    *,
    layers: Sequence[int] | None = None,
    scale_initial_weights: bool = False,
) -> DualState:
    """Set the gain of one trace in `layers` (all by default) and, if asked, that of their initial weights with it.

    Raises ValueError for a trace that has not been written, a negative gain or a layer that does not exist.
    """
    checks.trace(trace, int(state.traces))
    checks.number("gain", gain, 0)
    at = list(range(len(state.initial)) if layers is None else layers)
    for layer in at:
        checks.whole("layers", layer, 0, len(state.initial) - 1)
    gains, initial_gain = state.gain.copy(), state.initial_gain.copy()
    gains[at, trace] = gain
    if scale_initial_weights:
        initial_gain[at] = gain
    return state._replace(gain=gains, initial_gain=initial_gain)


@manipulate.set_gain.register
def _(state: DualState, trace: int, gain: float) -> DualState:
    return amplify(state, trace, gain)


def _events(state: DualState, layer: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Of each epoch the keys (slot, d_in), values (slot, d_out) and gains (slot) of a layer, for the slots in use."""
    used = slice(int(state.written))
    gain = state.gain[layer, state.trace[used]]
    for epoch, error in enumerate(state.error[layer]):
        key = state.item if layer == 0 else state.hidden[layer - 1][epoch]
        yield key[used], error[used], np.where(epoch < state.presented[used], gain, 0)


def _learned(state: DualState, layer: int) -> np.ndarray:
    """The sum of the outer products of a layer's pairs; the first layer's keys recur, so values are summed first."""
    if layer == 0:
        value = sum(gain[:, None] * error for _, error, gain in _events(state, 0))
        return state.item[: state.written].T @ value
    return sum(key.T @ (gain[:, None] * error) for key, error, gain in _events(state, layer))


def _attend(state: DualState, layer: int, query: np.ndarray) -> np.ndarray:
    """A layer's output as a kernel memory with dot product and identity answers (Eq 11)."""
    unlearned = state.initial_gain[layer] * (query @ state.initial[layer])
    pairs = _events(state, layer) if state.written else ()
    return unlearned + sum(attend(Dot(), Identity(), query, key, error, gain)[0] for key, error, gain in pairs)


def _attention(state: DualState, layer_input: list[np.ndarray]) -> np.ndarray:
    """The attention (query, layer, slot) that each item gets, over all epochs."""
    total = np.zeros((len(layer_input[0]), len(layer_input), len(state.item)))
    for layer, query in enumerate(layer_input):
        for key, _, gain in _events(state, layer):
            total[:, layer, : state.written] += attention(Dot(), Identity(), query, key, gain)
    return total


def _copy(state: DualState) -> DualState:
    return state._replace(
        item=state.item.copy(),
        hidden=tuple(h.copy() for h in state.hidden),
        error=tuple(e.copy() for e in state.error),
        trace=state.trace.copy(),
        presented=state.presented.copy(),
    )
