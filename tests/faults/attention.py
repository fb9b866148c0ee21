"""Faults of attention: queries that disturb one another, sums in chunks that are not whole, answers told wrongly."""

from faults.fault import Fault, law

FAULTS = {
    "the largest logit is that of all queries": Fault(
        "neuromem.separation",
        "level = np.maximum(total.level, s.max(-1, keepdims=True))",
        "level = np.maximum(total.level, s.max())",
        *law("answers.test_one_loud_query_does_not_change_the_others", "kernel_memory"),
    ),
    "a norm is taken over the whole matrix": Fault(
        "neuromem.similarity",
        "return np.sqrt(_square(x))[..., None]",
        "return np.full((*x.shape[:-1], 1), np.sqrt(_square(x).sum()))",
        "test_kernels.test_similarities_by_hand",
    ),
    "the scale is that of the number of queries": Fault(
        "neuromem.similarity",
        "np.sqrt(query.shape[-1])",
        "np.sqrt(query.shape[-2])",
        *law("answers.test_a_query_does_not_depend_on_how_many_there_are", "kernel_memory"),
    ),
    "all queries share one strength": Fault(
        "neuromem.models.correlation_matrix",
        "np.linalg.norm(value, axis=-1)",
        "np.linalg.norm(value)",
        *law("answers.test_shapes_follow_the_query", "correlation_matrix", n_queries=3),
    ),
    "chunks after the first are dropped": Fault(
        "neuromem.kernels",
        "for start in range(0, key.shape[-2], step):",
        "for start in range(0, min(step, key.shape[-2]), step):",
        "test_kernels.test_attending_in_chunks_equals_attention_times_values",
        {"similarity": "scaled_dot", "separation": "softmax"},
    ),
    "sums of earlier chunks are not rescaled": Fault(
        "neuromem.separation",
        "return Total(total.value * shrink + w @ value",
        "return Total(total.value + w @ value",
        "test_kernels.test_softmax_is_exact_across_chunks",
        {"size": 1.0},
    ),
    "weights do not sum to one": Fault(
        "neuromem.separation",
        "return np.divide(total.value, total.norm, out=total.value, where=total.norm > 0)",
        "return total.value",
        "test_kernel_memory.test_attention_equals_its_formula",
    ),
    "weights of no slot are reduced": Fault(
        "neuromem.kernels",
        "if key.shape[-2] == 0:",
        "if False:",
        *law("answers.test_a_fresh_memory_answers", "kernel_memory, weights kept"),
    ),
    "an aux array is not declared": Fault(
        "neuromem.models.kernel_memory",
        'aux["weights"] = np.zeros',
        'aux["attention"] = aux["weights"] = np.zeros',
        *law("answers.test_shapes_follow_the_query", "kernel_memory, weights kept", n_queries=3),
    ),
    "strength is distance": Fault(
        "neuromem.models.kernel_memory",
        "return Recall(value * slots.value_gain[..., None, :], nearest, aux)",
        "return Recall(value * slots.value_gain[..., None, :], -nearest, aux)",
        *law("answers.test_a_stored_cue_is_stronger_than_an_unrelated_one", "kernel_memory"),
    ),
    "shares do not sum to one": Fault(
        "neuromem.similarity",
        "np.divide(x, total, out=np.full_like(x, 1 / x.shape[-1]), where=total > 0)",
        "x",
        "test_similarity.test_divergences_by_hand",
    ),
}
