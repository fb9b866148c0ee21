"""Gradient descent on linear layers with ReLU between them, recorded event by event: each layer's input and error.

An event is one item in one epoch. The error of a layer is what its output is moved by, e_n = -rate * gradient (Eq 10),
so that a step of descent is the sum of outer products W += sum_n x_n^T e_n over the items n of a batch.

Source: Irie, Csordas & Schmidhuber (2022), "The dual form of neural networks revisited", ICML, section 3.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

Loss = Literal["squared_error", "cross_entropy"]


def descend(
    weights: list[np.ndarray],
    key: np.ndarray,
    value: np.ndarray,
    hidden: list[np.ndarray],
    error: list[np.ndarray],
    *,
    loss: Loss,
    rate: float,
    batch: int,
) -> None:
    """Train `weights` in place on pairs in the given order, the last short batch kept, and record the events.

    key (item, d_key); value (item, d_value); hidden, one for each layer but the first, (epoch, item, d_in);
    error, one for each layer, (epoch, item, d_out). The number of epochs is theirs.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch in range(len(error[0])):
            for start in range(0, len(key), batch):
                part = slice(start, start + batch)
                layer_input, output = forward(lambda n, x: x @ weights[n], len(weights), key[part])
                step = rate / len(output) * -gradient(loss, output, value[part])
                for layer in reversed(range(len(weights))):
                    error[layer][epoch, part] = step
                    change = layer_input[layer].T @ step
                    if layer > 0:
                        hidden[layer - 1][epoch, part] = layer_input[layer]
                        step = (step @ weights[layer].T) * (layer_input[layer] > 0)
                    weights[layer] += change
            if not all(np.isfinite(w).all() for w in weights):
                raise ValueError(f"training diverged in epoch {epoch + 1} with rate={rate:g}; lower the rate.")


def forward(
    apply: Callable[[int, np.ndarray], np.ndarray], n_layers: int, query: np.ndarray
) -> tuple[list[np.ndarray], np.ndarray]:
    """The input of each layer (query, d_in) and the output of the last; `apply(layer, x)` is what a layer does to x."""
    layer_input = [query]
    for layer in range(n_layers - 1):
        layer_input.append(np.maximum(apply(layer, layer_input[-1]), 0))
    return layer_input, apply(n_layers - 1, layer_input[-1])


def gradient(loss: Loss, output: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The gradient of an item's loss at its output: |y - v|^2 / 2, or the cross-entropy of v with the softmax of y."""
    if loss == "squared_error":
        return output - value
    chance = np.exp(output - output.max(-1, keepdims=True))
    chance /= chance.sum(-1, keepdims=True)
    return chance - value
