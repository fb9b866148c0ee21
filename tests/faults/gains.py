"""Faults of silent and fading traces."""

from faults.fault import Fault, law
from neuromem.models import faiss_index

FAULTS = {
    "the maximum of the softmax is taken over silent slots too": Fault(
        "neuromem.separation",
        "        s = similarity\n",
        "        s = similarity; total = total._replace(level=np.maximum(total.level, s.max(-1, keepdims=True)))\n",
        "test_kernels.test_a_loud_silent_trace_drowns_nothing",
    ),
    "the gain, not its log, enters the softmax": Fault(
        "neuromem.separation",
        "s += np.log(gain)[..., None, :]",
        "s *= gain[..., None, :]",
        *law("gains.test_at_gain_zero_a_trace_is_not_seen", "kernel_memory", loudness=1.0),
    ),
    "the softmax looks at no gain": Fault(
        "neuromem.separation",
        "        if not np.all(gain == 1):\n            with",
        "        if False:\n            with",
        *law("gains.test_at_gain_zero_a_trace_is_not_seen", "modern_hopfield", loudness=1.0),
    ),
    "weights are scaled by no gain": Fault(
        "neuromem.separation",
        "        weights *= gain[..., None, :]",
        "        weights *= 1",
        *law("gains.test_at_gain_zero_a_trace_is_not_seen", "kernel_memory, Manhattan, threshold", loudness=1.0),
    ),
    "what silent slots hold is compared to the cue": Fault(
        "neuromem.kernels",
        "s.max(-1, where=live, initial=-np.inf)",
        "s.max(-1)",
        *law("gains.test_with_all_traces_silent_a_memory_is_as_fresh", "linear_attention"),
    ),
    "a silent slot can be the nearest": Fault(
        "neuromem.separation",
        "level = np.where(gain > 0, similarity, -np.inf)",
        "level = similarity",
        *law("gains.test_silencing_a_trace_leaves_the_others", "nearest_neighbour"),
    ),
    "one gain is set for all": Fault(
        "neuromem.models.slots",
        "gains[..., trace] = gain",
        "gains[...] = gain",
        *law("gains.test_silencing_a_trace_leaves_the_others", "kernel_memory"),
    ),
    "a gain is multiplied in, so that silence is for ever": Fault(
        "neuromem.models.slots",
        "gains[..., trace] = gain",
        "gains[..., trace] *= gain",
        *law("gains.test_a_trace_restored_is_as_it_was", "kernel_memory"),
    ),
    "a gain of one amplifies": Fault(
        "neuromem.models.slots",
        "gains[..., trace] = gain",
        "gains[..., trace] = 1.01 * gain",
        *law("gains.test_gain_one_changes_nothing", "kernel_memory"),
    ),
    "the gain, not its log, enters the softmax of learned slots": Fault(
        "neuromem.separation",
        "s += np.log(gain)[..., None, :]",
        "s *= gain[..., None, :]",
        *law("gains.test_at_gain_zero_what_a_slot_holds_is_not_seen", "learned_slots", loudness=1.0),
    ),
    "a trace that is still to come can be silenced": Fault(
        "neuromem.checks",
        'whole("trace", trace, 0, written - 1)',
        'whole("trace", trace, 0)',
        *law("gains.test_a_trace_that_was_not_written_has_no_gain", "kernel_memory"),
    ),
    "decay fades what is still to come": Fault(
        "neuromem.models.slots",
        "np.where(stored, state.gain * (1 - rate), state.gain)",
        "(state.gain * (1 - rate))",
        "test_kernel_memory.test_decay_lowers_the_gain_of_what_is_stored_and_not_of_what_comes",
    ),
    "an index holds the silent slots too": Fault(
        "neuromem.models.vector_index",
        "candidates = np.flatnonzero(slot_store.live(state).gain)",
        "candidates = np.arange(len(slot_store.live(state).gain))",
        "test_vector_index.test_a_silent_slot_is_no_candidate",
        {"index": faiss_index.Flat()},
    ),
    "the dual form of sparse distributed memory ignores gains": Fault(
        "neuromem.models.dual_sparse_distributed_memory",
        "(overlap * state.gain[:n])",
        "overlap",
        *law("gains.test_with_all_traces_silent_a_memory_is_as_fresh", "dual_sparse_distributed_memory"),
    ),
    "silent slots compete with those that are practised": Fault(
        "neuromem.models.learned_keys",
        "live = np.flatnonzero(state.inner.gain[: state.inner.written] > 0)",
        "live = np.arange(state.inner.written); "
        "state = state._replace(inner=state.inner._replace(gain=np.ones_like(state.inner.gain)))",
        "test_learned_keys.test_once_the_rival_is_gone_the_maps_return_at_the_rate_of_the_anchor",
        {"anchor": 0.01},
    ),
}
