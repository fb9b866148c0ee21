"""Laws of randomness: the same stream gives the same result, a batch is a loop, and nothing else is let in."""

import numpy as np
import pytest
from every_memory import MEMORIES, D, close, d_value, draw, every_memory, fresh, over, read, written
from small import stream

from neuromem.core import same

BATCHING = [name for name, memory in MEMORIES.items() if memory.batches]


@every_memory
def test_the_same_stream_gives_the_same_result(memory):
    key, value = draw(memory, 3)
    cue = np.concatenate([key, draw(memory, 20, 9)[0]])
    np.random.seed(0)  # noqa: NPY002
    first = read(memory, written(memory, key, value), cue)
    np.random.seed(1)  # noqa: NPY002
    assert same(read(memory, written(memory, key, value), cue), first)


def whole_run(memory, subjects):
    """State and recall of subjects with their own pairs, written two and one at a time."""
    rng = [stream(100 + s) for s in subjects]
    key, value = (np.stack(part) for part in zip(*(draw(memory, 3, 200 + s) for s in subjects), strict=True))
    state = fresh(memory, rng=rng)
    state = memory.write(state, key[:, :2], value[:, :2], rng=rng)
    state = memory.write(state, key[:, 2:], value[:, 2:], rng=rng)
    return memory.read(state, key, rng=rng)


@over(BATCHING)
def test_a_batch_is_a_loop(memory):
    batch = whole_run(memory, range(3))
    for s in range(3):
        rng = stream(100 + s)
        key, value = draw(memory, 3, 200 + s)
        state = memory.write(fresh(memory, rng=rng), key[:2], value[:2], rng=rng)
        state = memory.write(state, key[2:], value[2:], rng=rng)
        alone = memory.read(state, key, rng=rng)
        close(type(batch)(batch.value[s], batch.strength[s], {n: a[s] for n, a in batch.aux.items()}), alone)


@over(BATCHING)
def test_a_subject_does_not_depend_on_how_many_there_are(memory):
    few, many = whole_run(memory, range(2)), whole_run(memory, range(5))
    np.testing.assert_allclose(many.value[:2], few.value, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(many.strength[:2], few.strength, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    "rng", [None, 0, "a", [], [1, 2], np.random.RandomState(0)], ids=lambda rng: repr(rng).split(" ")[0]
)
@every_memory
def test_what_is_no_stream_is_refused(memory, rng):
    state, (key, value) = fresh(memory), draw(memory, 1)
    calls = (
        lambda: memory.init(4, D, d_value(memory), rng=rng),
        lambda: memory.write(state, key, value, rng=rng),
        lambda: memory.read(state, key, rng=rng),
    )
    for call in calls:
        with pytest.raises(ValueError, match="rng must be a Generator"):
            call()


@over([name for name in MEMORIES if name not in BATCHING])
def test_several_streams_are_refused_where_one_is_taken(memory):
    with pytest.raises(ValueError, match="rng must be one Generator"):
        memory.init(4, D, d_value(memory), rng=[stream(), stream()])
