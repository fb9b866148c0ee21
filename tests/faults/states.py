"""Faults that leak: what is written or read changes what it should leave alone."""

from faults.fault import Fault, law

FAULTS = {
    "a state keeps the very arrays that were written": Fault(
        "neuromem.models.slots",
        "return slots._replace(key=keys, value=values,",
        "return slots._replace(key=key, value=value,",
        *law("states.test_a_state_does_not_follow_the_arrays_it_was_given", "kernel_memory"),
    ),
    "a write changes the type of the state": Fault(
        "neuromem.models.correlation_matrix",
        "return CorrelationState((1 - self.decay) ** n * state.matrix + learned)",
        "return CorrelationState(((1 - self.decay) ** n * state.matrix + learned).astype(np.float32))",
        *law("states.test_shapes_of_the_state_never_change", "correlation_matrix"),
    ),
    "a retrieval changes the shapes of the state": Fault(
        "neuromem.core",
        "        return state\n",
        "        return type(state)(*(np.asarray(part)[None] for part in state))\n",
        *law("states.test_after_changes_neither_its_state_nor_its_shapes", "kernel_memory"),
    ),
    "a write leaks into the slots it was given": Fault(
        "neuromem.models.slots",
        "keys, values = slots.key.copy(), slots.value.copy()",
        "keys, values = slots.key, slots.value",
        *law("states.test_write_changes_neither_its_state_nor_its_pairs", "kernel_memory"),
    ),
    "a write leaks into the matrix it was given": Fault(
        "neuromem.models.correlation_matrix",
        "return CorrelationState((1 - self.decay) ** n * state.matrix + learned)",
        "state.matrix[...] = (1 - self.decay) ** n * state.matrix + learned; return state",
        *law("states.test_write_changes_neither_its_state_nor_its_pairs", "correlation_matrix"),
    ),
    "a read mutates the state": Fault(
        "neuromem.models.kernel_memory",
        "used = slot_store.live(slots)",
        "used = slot_store.live(slots); used.gain[...] *= 0.9",
        *law("states.test_read_changes_nothing", "kernel_memory"),
    ),
    "a read mutates the query": Fault(
        "neuromem.models.kernel_memory",
        "query = query.astype(slots.key.dtype, copy=False) * slots.key_gain[..., None, :]",
        "query = query.astype(slots.key.dtype, copy=False); query *= 0.9",
        *law("states.test_read_changes_nothing", "kernel_memory"),
    ),
    "a gain is set in place": Fault(
        "neuromem.models.slots",
        "gains = state.gain.copy()",
        "gains = state.gain",
        "test_laws_of_manipulations.test_a_manipulation_acts_on_a_copy",
        {"memory": "kernel_memory", "act": "set_gain"},
    ),
}
