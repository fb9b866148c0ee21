"""Laws of answers: their shapes, what is recalled, how strongly, and that each query is alone."""

import numpy as np
import pytest
from every_memory import close, d_value, draw, every_memory, fresh, nearest, read, written

SEEDS = range(20)


def seeds(memory):
    """Fewer for what takes seconds each."""
    return SEEDS[:5] if memory.costly else SEEDS


def rows(recall, which):
    """The answers to some of the queries; `aux` is left out, for its query axis is the memory's own affair."""
    return recall._replace(value=recall.value[..., which, :], strength=recall.strength[..., which], aux={})


@every_memory
@pytest.mark.parametrize("n_queries", [1, 3])
def test_shapes_follow_the_query(memory, n_queries):
    state = written(memory, *draw(memory, 3))
    recall = read(memory, state, draw(memory, n_queries)[0])
    assert recall.value.shape == (n_queries, d_value(memory))
    assert recall.strength.shape == (n_queries,)
    assert np.isfinite(recall.value).all()
    assert recall.aux.keys() <= memory.aux_dims.keys()
    for name, array in recall.aux.items():
        sizes = dict(zip(memory.aux_dims[name], array.shape, strict=True))
        assert sizes.get("query", n_queries) == n_queries


@every_memory
def test_a_fresh_memory_answers(memory):
    recall = read(memory, fresh(memory), draw(memory, 2)[0])
    assert np.isfinite(recall.value).all()
    assert not np.isnan(recall.strength).any()


@every_memory
def test_one_pair_is_recalled_rather_than_nine_foils(memory):
    assert {recalled(memory, seed) for seed in seeds(memory)} == {0}


@every_memory
def test_a_pair_that_is_written_twice_is_recalled_as_well(memory):
    assert {recalled(memory, seed, times=2) for seed in SEEDS[:5]} == {0}


def recalled(memory, seed, times=1):
    """The nearest of ten values, the first of which is stored, to the answer to its key."""
    key, value = draw(memory, 10, seed)
    once = written(memory, np.repeat(key[:1], times, axis=0), np.repeat(value[:1], times, axis=0))
    answer = read(memory, once, key[:1]).value[0]
    foils = value[(value != value[0]).any(axis=1)]  # sparse patterns are few enough to be drawn twice
    return nearest(np.concatenate([value[:1], foils]), answer)


@every_memory
def test_a_stored_cue_is_stronger_than_an_unrelated_one(memory):
    assert min(familiarity(memory, seed) for seed in seeds(memory)) > 0


def familiarity(memory, seed):
    key, value = draw(memory, 2, seed)
    strength = read(memory, written(memory, key[:1], value[:1]), key).strength
    return strength[0] - strength[1]


@every_memory
def test_a_query_does_not_depend_on_how_many_there_are(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    close(rows(read(memory, state, key), [0]), rows(read(memory, state, key[:1]), [0]))


@every_memory
def test_one_loud_query_does_not_change_the_others(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    other = 1e3 * key[:1] if memory.domain.key == "real" else draw(memory, 1, 9)[0]
    calm, loud = read(memory, state, key), read(memory, state, np.concatenate([other, key[1:]]))
    close(rows(loud, [1, 2]), rows(calm, [1, 2]))
