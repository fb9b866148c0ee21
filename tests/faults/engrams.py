"""Faults of scaffolds, and of engrams that are lit or replayed."""

from faults.fault import Fault

FAULTS = {
    "numbers of a very large grid overflow": Fault(
        "neuromem.scaffolds.grid",
        "passed * ((r - number) % m * pow(passed, -1, m) % m)",
        "passed * ((r - number) * pow(passed, -1, m))",
        "test_scaffolds.test_addresses_of_very_large_grids_are_counted_back",
        {"periods": (101, 103, 107, 109)},
    ),
    "a scaffold completes nothing": Fault(
        "neuromem.models.scaffold_memory",
        "return self.scaffold.clean(self.hidden.evoke(evoked) @ state.back)",
        "return self.hidden.evoke(evoked) @ state.back",
        "test_vector_hash.test_familiarity_is_the_share_of_the_stored_item_in_the_cue",
    ),
    "items relived leave no further trace": Fault(
        "neuromem.models.vector_hash",
        "back=state.back + times / n_addresses * pattern.T @ code",
        "back=state.back",
        "test_vector_hash.test_reliving_an_exact_memory_leaves_its_values",
    ),
    "light reaches all cells of an engram, whatever its share": Fault(
        "neuromem.models.reactivation",
        "rng.choice(cells, max(1, round(share * len(cells))), replace=False)",
        "rng.permuted(cells)",
        "test_reactivation.test_an_intact_index_completes_what_weak_light_begins_and_a_silenced_one_does_not",
    ),
    "light reaches all hidden cells of a scaffold": Fault(
        "neuromem.models.reactivation",
        "cells = lit(np.flatnonzero(written), share, rng=rng)",
        "cells = np.flatnonzero(written)",
        "test_reactivation.test_hidden_cells_of_vector_hash_that_are_not_lit_are_missing_from_a_silenced_engram",
    ),
    "replay that reaches no engram teaches": Fault(
        "neuromem.models.hippocampal_replay",
        "np.linalg.norm(seen.reinstated, axis=-1) > REACTIVATED",
        "np.linalg.norm(seen.reinstated, axis=-1) > -1",
        "test_hippocampal_replay.test_one_item_is_taught_though_half_of_the_starts_miss_it",
    ),
}
