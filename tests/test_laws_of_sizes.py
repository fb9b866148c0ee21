"""Laws of sizes: what does not fit a memory, or this machine, is refused with its size."""

import pytest
from every_memory import COMPOSED, MEMORIES, SLOTTED, D, d_value, draw, every_memory, fresh, over, read, written
from small import stream

from neuromem import checks

OVERWRITING = {"three_factor", "spiking_three_factor"}  # a full memory takes the slot that was used longest ago


@over([name for name in SLOTTED if name not in OVERWRITING])
def test_more_items_than_capacity_are_refused(memory):
    key, value = draw(memory, 4)
    state = memory.write(fresh(memory, 3), key[:3], value[:3], rng=stream())
    with pytest.raises(ValueError, match="capacity"):
        memory.write(state, key[3:], value[3:], rng=stream())
    with pytest.raises(ValueError, match="capacity"):
        memory.write(fresh(memory, 3), key, value, rng=stream())


@every_memory
def test_a_state_that_would_not_fit_is_refused_with_its_size(memory):
    with pytest.raises(ValueError, match=r"need.* [\d,.]+ GiB"):
        memory.init(10**9, 10**9, 10**9, rng=stream())


@over(SLOTTED)
def test_more_slots_than_would_fit_are_refused_with_their_size(memory):
    with pytest.raises(ValueError, match=r"need.* [\d,.]+ GiB"):
        fresh(memory, 10**13)


SQUARES = {  # of items alone or of features alone
    "dnc_memory": (10**7, D, D),
    "diluted_hopfield": (4, 10**7, 10**7),
    "hopfield": (4, 10**7, 10**7),
    "retrieved_context": (10**7, 10**7, D),
}


@pytest.mark.parametrize("name", SQUARES)
def test_a_square_that_would_not_fit_is_refused_with_its_size(name):
    with pytest.raises(ValueError, match=r"this memory, with the copy .* would need [\d,.]+ GiB, and this machine has"):
        MEMORIES[name].init(*SQUARES[name], rng=stream())


COMPARING = ["continuous_hopfield", "dense_network", "dnc_memory", "dual_sparse_distributed_memory", "gradient_slots"]
COMPARING += [name for name in COMPOSED if name.endswith("kept")] + ["minerva", "turing_memory"]
AT_ONCE = r"to compare 3 patterns with \d+ slots at once would need .* GiB.*: read or write fewer at a time"


@over(COMPARING)
def test_queries_that_cannot_be_compared_with_all_slots_at_once_are_refused(memory, monkeypatch):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    with monkeypatch.context() as small:
        small.setattr(checks, "machine_bytes", lambda: 8.0)
        with pytest.raises(ValueError, match=AT_ONCE):
            read(memory, state, key)


@over(["gradient_slots", "learned_slots"])
def test_pairs_that_cannot_be_compared_with_all_slots_at_once_are_refused(memory, monkeypatch):
    key, value = draw(memory, 3)
    state = fresh(memory)
    with monkeypatch.context() as small:
        small.setattr(checks, "machine_bytes", lambda: 8.0)
        with pytest.raises(ValueError, match=AT_ONCE):
            memory.write(state, key, value, rng=stream())


@every_memory
@pytest.mark.parametrize("size", ["capacity", "d_key", "d_value"])
@pytest.mark.parametrize("bad", [0, -1, 2.5])
def test_sizes_are_positive_whole_numbers(memory, size, bad):
    sizes = {"capacity": 4, "d_key": D, "d_value": d_value(memory)} | {size: bad}
    with pytest.raises(ValueError, match=size):
        memory.init(**sizes, rng=stream())
