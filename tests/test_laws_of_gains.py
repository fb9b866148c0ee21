"""Laws of silent traces: unseen at gain zero, as they were once restored."""

import numpy as np
import pytest
from every_memory import SLOTTED, close, draw, fresh, nearest, over, read, ruled, written

from neuromem import manipulate
from neuromem.core import same

SILENCEABLE = ruled(manipulate.set_gain)


@over(SILENCEABLE)
def test_gain_one_changes_nothing(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    assert same(read(memory, manipulate.set_gain(state, 1, 1.0), key), read(memory, state, key))


def differing_in_the_last_trace(memory, loudness):
    """Two states, the last of three traces silent: alike but for the pair that was written last."""
    key, value = draw(memory, 4)
    louder = [loudness if kind == "real" else 1.0 for kind in (memory.domain.key, memory.domain.value)]
    kept = written(memory, key[:2], value[:2])
    one = written(memory, key[2:3], value[2:3], kept)
    other = written(memory, louder[0] * key[3:], louder[1] * value[3:], kept)
    return key, manipulate.set_gain(one, 2, 0.0), manipulate.set_gain(other, 2, 0.0)


TRAINED_TOGETHER = {"learned_slots", "learned_keys"}  # a pair moves, by design, what earlier ones have stored


@over([name for name in SILENCEABLE if name not in TRAINED_TOGETHER])
@pytest.mark.parametrize("loudness", [1.0, 1e3])
def test_at_gain_zero_a_trace_is_not_seen(memory, loudness):
    key, one, other = differing_in_the_last_trace(memory, loudness)
    close(read(memory, one, key), read(memory, other, key))


@over([name for name in SILENCEABLE if name in SLOTTED])
@pytest.mark.parametrize("loudness", [1.0, 1e3])
def test_at_gain_zero_what_a_slot_holds_is_not_seen(memory, loudness):
    key, one, other = differing_in_the_last_trace(memory, loudness)
    exchanged = with_slot(memory, one, other, 2)
    assert not same(exchanged, one)
    close(read(memory, exchanged, key), read(memory, one, key))


def with_slot(memory, state, other, slot):
    """`state` with what `other` holds in one slot."""
    return _with_slot(state, other, slot, fresh(memory, 4), fresh(memory, 5))


def _with_slot(state, other, slot, small, large):
    if isinstance(state, tuple):
        parts = [_with_slot(*part) for part in zip(state, other, [slot] * len(state), small, large, strict=True)]
        return type(state)._make(parts) if hasattr(state, "_make") else tuple(parts)
    mixed = np.array(state)
    for axis in np.flatnonzero(np.not_equal(np.shape(small), np.shape(large))):
        np.moveaxis(mixed, axis, 0)[slot] = np.moveaxis(other, axis, 0)[slot]
    return mixed


@over(SILENCEABLE)
def test_with_all_traces_silent_a_memory_is_as_fresh(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    for trace in range(3):
        state = manipulate.set_gain(state, trace, 0.0)
    close(read(memory, state, key), read(memory, fresh(memory), key))


@over(SILENCEABLE)
def test_silencing_a_trace_leaves_the_others(memory):
    key, value = draw(memory, 10)
    state = manipulate.set_gain(written(memory, key[:2], value[:2]), 0, 0.0)
    assert nearest(value, read(memory, state, key[1:2]).value[0]) == 1


@over(SILENCEABLE)
def test_a_trace_restored_is_as_it_was(memory):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    restored = manipulate.set_gain(manipulate.set_gain(state, 1, 0.0), 1, 1.0)
    assert same(read(memory, restored, key), read(memory, state, key))


@over(SILENCEABLE)
def test_a_trace_that_was_not_written_has_no_gain(memory):
    state = written(memory, *draw(memory, 1))
    with pytest.raises(ValueError, match="trace"):
        manipulate.set_gain(state, 1, 0.0)
    with pytest.raises(ValueError, match="gain"):
        manipulate.set_gain(state, 0, -1.0)
