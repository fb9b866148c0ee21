"""Faults of slots: which one is written, freed, linked or stable."""

from faults.fault import Fault, law
from neuromem.models import slot_writing

FAULTS = {
    "every write starts at the first slot": Fault(
        "neuromem.models.slots",
        "first, n, capacity = int(slots.written.flat[0])",
        "first, n, capacity = 0",
        "test_kernel_memory.test_pairs_go_into_slots_in_order",
    ),
    "slots not yet written are looked at": Fault(
        "neuromem.models.slots",
        "n = int(slots.written.flat[0])",
        "n = slots.gain.shape[-1]",
        "test_kernel_memory.test_slots_not_yet_written_are_not_looked_at",
    ),
    "a full memory is not noticed": Fault(
        "neuromem.checks",
        "if n > free:",
        "if False:",
        *law("sizes.test_more_items_than_capacity_are_refused", "kernel_memory"),
    ),
    "a shift turns the wrong way": Fault(
        "neuromem.models.addressing",
        "np.roll(weight, step, axis=-1)",
        "np.roll(weight, -step, axis=-1)",
        "test_addressing.test_a_shift_rotates",
        {"by": (0.0, 0.0, 1.0), "expected": [0.3, 0.2, 0.5]},
    ),
    "a slot is linked to itself": Fault(
        "neuromem.models.temporal_links",
        "links[at, at] = 0",
        "pass",
        "test_addressing.test_links_of_partial_writes_by_hand",
    ),
    "what was read is never freed": Fault(
        "neuromem.models.dnc_memory",
        "usage=release(state.usage, head, self.free)",
        "usage=state.usage",
        "test_turing_memory.test_a_freed_slot_makes_room",
    ),
    "a slot is stable once its weights change much, not its rate": Fault(
        "neuromem.models.slot_writing",
        "1.0 if modulator >= stable_from",
        "1.0 if np.abs(enters[i] * x[b, t]).max() >= stable_from",
        "test_three_factor.test_a_slot_is_stable_once_its_rate_reaches_the_threshold",
        {"modulator": 10.0, "stable": True, "loop": slot_writing.learn_pairs.plain},
    ),
    "what is not stored uses a slot": Fault(
        "neuromem.models.slot_writing",
        "                continue\n",
        "                used[b, turn] = clock[b] - 1; continue\n",
        "test_three_factor.test_what_is_not_stored_passes_a_turn_and_uses_no_slot",
        {"rule": "least_recently_used", "held": [0, 2, -1, -1], "loop": slot_writing.learn_pairs.plain},
    ),
    "a repetition takes a new slot": Fault(
        "neuromem.models.presentations",
        "first = same.argmax(-1)",
        "first = capacity + np.arange(n) + 0 * same.argmax(-1)",
        "test_repeated_items.test_there_is_room_for_repetitions_where_there_is_none_for_new_items",
    ),
}
