"""Streams depend on their own cell only; `same` compares to the bit."""

from pathlib import Path

import numpy as np
import pytest

from neuromem import core
from neuromem.core import Domain, Recall, cell_rng, each, same
from neuromem.models.kernel_memory import KernelMemory
from neuromem.separation import Softmax


def test_a_cell_has_the_same_stream_every_time():
    assert cell_rng(3, "list_recall", 7).random() == cell_rng(3, "list_recall", 7).random()


@pytest.mark.parametrize(
    "other",
    [(4, "list_recall", 7), (3, "list_recal", 7), (3, "list_recall", 8), (3, "list_recall"), (3, 7, "list_recall")],
)
def test_a_stream_changes_with_every_part_of_its_cell(other):
    assert cell_rng(3, "list_recall", 7).random() != cell_rng(*other).random()


def test_streams_are_the_same_on_every_machine_and_in_every_version():
    assert cell_rng(0, "silent_engram", 2).integers(1 << 30, size=3).tolist() == [543124872, 1015866164, 960188000]


def test_streams_of_cells_are_uncorrelated():
    draws = np.stack([cell_rng(0, "paradigm", subject).standard_normal(4000) for subject in range(20)])
    off_diagonal = np.corrcoef(draws)[np.triu_indices(20, 1)]
    assert np.abs(off_diagonal).max() < 4.5 / np.sqrt(4000)


def test_each_draws_once_from_one_stream_and_stacks_the_draws_of_several():
    streams = [cell_rng(0, s) for s in range(3)]
    stacked = each(streams, lambda r: r.random(4))
    assert np.array_equal(stacked, [each(cell_rng(0, s), lambda r: r.random(4)) for s in range(3)])


STATE = (np.arange(3.0), {"weights": np.array([np.nan, 1.0])}, None, "name")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (STATE, (np.arange(3.0), {"weights": np.array([np.nan, 1.0])}, None, "name")),
        (KernelMemory(separation=Softmax(beta=2)), KernelMemory(separation=Softmax(beta=2))),
        (Domain(), Domain("real", "real")),
        ([], []),
    ],
    ids=["nested", "memory", "named tuple", "empty"],
)
def test_equal_things_are_the_same(a, b):
    assert same(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.arange(3.0), np.arange(3.0).astype(np.float32)),
        (np.arange(3.0), np.arange(4.0)),
        (np.zeros((1, 3)), np.zeros(3)),
        (np.array([1.0]), np.array([1.0 + 2**-52])),
        (np.array([np.nan]), np.array([0.0])),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 1, "b": 1}),
        ((1, 2), (1, 2, 3)),
        ((1, 2), [1, 2]),
        (1, 1.0),
        ("a", "b"),
        (None, 0),
        (KernelMemory(), KernelMemory(keep_weights=True)),
        (Recall(np.zeros(1), np.zeros(1), {}), (np.zeros(1), np.zeros(1), {})),
    ],
)
def test_different_things_are_not_the_same(a, b):
    assert not same(a, b)
    assert not same(b, a)


def test_the_protocol_fits_on_a_page():
    assert len(Path(core.__file__).read_text().splitlines()) < 80
