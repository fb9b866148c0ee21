"""Gradient descent on stored keys and values, so that each key recalls its own value through softmax attention.

A task is a set of items whose keys are slots of the memory; its loss is the mean squared error of

    out_j = sum_i softmax_i(log g_i + k_i . q_j / sqrt(d)) sigmoid(r_i),  q_j = k_j

with k_i keys (slot, d_key), r_i raw values (slot, d_value), g_i gains (slot), out_j the answer (item, d_value) to the
key of item j.

Source: Gershman, Fiete & Irie (2025), Neuron, section 5.1 and Method details.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Task(NamedTuple):
    target: np.ndarray  # (item, d_value) in [0, 1]
    gain: np.ndarray  # (slot) of the slots that take part; the items are the last of them
    key_gain: np.ndarray  # (d_key)
    value_gain: np.ndarray  # (d_value)


class Gradient(NamedTuple):
    loss: float
    key: np.ndarray  # (slot, d_key)
    raw: np.ndarray  # (slot, d_value)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))


def workspace(task: Task) -> tuple[np.ndarray, np.ndarray]:
    """The two arrays (item, slot) that each call of `gradient` overwrites."""
    shape = len(task.target), len(task.gain)
    return np.empty(shape), np.empty(shape)


def gradient(
    task: Task, key: np.ndarray, raw: np.ndarray, space: tuple[np.ndarray, np.ndarray], *, query_only: bool
) -> Gradient:
    """The loss and its slopes; `query_only` holds keys constant where a query is compared to them."""
    weight, logit_slope = space
    items = slice(len(key) - len(task.target), None)
    scale = task.key_gain / np.sqrt(key.shape[-1])
    value, query = sigmoid(raw), key[items] * scale
    np.matmul(query, key.T, out=weight)
    weight -= weight.max(-1, keepdims=True)
    np.exp(weight, out=weight)
    weight *= task.gain
    norm = weight.sum(-1, keepdims=True)
    mean = weight @ value / norm
    error = mean * task.value_gain - task.target
    slope = 2 / error.size * error * task.value_gain / norm
    np.matmul(slope, value.T, out=logit_slope)
    logit_slope -= (slope * mean).sum(-1, keepdims=True)
    logit_slope *= weight
    by_key = np.zeros_like(key) if query_only else logit_slope.T @ query
    by_key[items] += logit_slope @ key * scale
    return Gradient(float((error**2).mean()), by_key, weight.T @ slope * value * (1 - value))
