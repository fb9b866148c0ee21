"""Faults of what is learned: in matrices, in the weights of networks, in maps of keys."""

from faults.fault import Fault, law

FAULTS = {
    "the oldest pair decays least": Fault(
        "neuromem.models.correlation_matrix",
        "np.arange(n - 1, -1, -1.0)",
        "np.arange(1.0 * n)",
        "test_correlation_matrix.test_decay_by_hand",
    ),
    "what an earlier call stored does not decay": Fault(
        "neuromem.models.correlation_matrix",
        "return CorrelationState((1 - self.decay) ** n * state.matrix + learned)",
        "return CorrelationState(state.matrix + learned)",
        "test_correlation_matrix.test_decay_over_two_calls_by_hand",
    ),
    "keys are stored as their own values": Fault(
        "neuromem.models.correlation_matrix",
        "learned = (key * (self.rate * kept)[:, None]).mT @ value",
        "learned = (key * (self.rate * kept)[:, None]).mT @ key[..., : value.shape[-1]]",
        *law("answers.test_one_pair_is_recalled_rather_than_nine_foils", "correlation_matrix"),
    ),
    "a pair that comes again erases itself": Fault(
        "neuromem.models.willshaw",
        "np.maximum(state.matrix, np.minimum(key.mT @ value, 1))",
        "np.abs(state.matrix - np.minimum(key.mT @ value, 1))",
        *law("answers.test_a_pair_that_is_written_twice_is_recalled_as_well", "willshaw"),
    ),
    "units drive themselves": Fault(
        "neuromem.plasticity",
        "weight = weight + x.T @ x\n    np.fill_diagonal(weight, 0)",
        "weight = weight + x.T @ x\n    pass",
        "test_hopfield.test_weights_of_two_patterns_by_hand",
    ),
    "only the latest patterns are kept": Fault(
        "neuromem.plasticity",
        "weight = weight + x.T @ x",
        "weight = x.T @ x",
        "test_hopfield.test_patterns_written_one_by_one_are_those_written_together",
    ),
    "a pattern that is known is learned again": Fault(
        "neuromem.plasticity",
        "basis = basis[size > 1e-7 * np.sqrt(n_units)]",
        "pass",
        "test_hopfield_family.test_the_projection_rule_learns_nothing_from_what_it_knows",
    ),
    "Storkey's field hears both units": Fault(
        "neuromem.plasticity",
        "keep = 1 + 2 / len(weight)",
        "keep = 1.0",
        "test_hopfield_family.test_storkey_weights_equal_its_sums_over_units",
    ),
    "weights are clipped after the last pattern only": Fault(
        "neuromem.plasticity",
        "weight = np.clip(weight + np.outer(row, row), -bound, bound)",
        "weight = np.clip(weight + x.T @ x, -bound, bound)",
        "test_hopfield_family.test_a_bounded_network_forgets_from_the_oldest_on",
    ),
    "patterns are not centred": Fault(
        "neuromem.models.sparse_hopfield",
        "centred = x - self.activity\n        weight",
        "centred = x\n        weight",
        "test_hopfield_family.test_sparse_weights_by_hand",
    ),
    "features of earlier pairs are not rescaled": Fault(
        "neuromem.models.random_features",
        "matrix=kept[..., None] * state.matrix",
        "matrix=state.matrix",
        "test_random_features.test_pairs_written_one_by_one_are_those_written_together",
        {"kind": "positive"},
    ),
    "layers are trained on the new patterns only": Fault(
        "neuromem.models.autoencoding",
        "x = state.item[: int(state.written)]",
        "x = state.item[: int(state.written)][-1:]",
        "test_autoencoders.test_earlier_patterns_survive_later_ones_for_all_are_trained_on",
        {"memory": "tanh_autoencoder"},
    ),
    "new patterns take the place of the old": Fault(
        "neuromem.models.stored_patterns",
        "first = int(state.written)",
        "first = 0 * int(state.written)",
        "test_modern_hopfield.test_patterns_written_one_by_one_are_those_written_together",
        {"memory": "dense_network"},
    ),
    "a conjunction is stored whether or not it was expected": Fault(
        "neuromem.models.conjunctive_memory",
        "matrix += (self.rate * (seen + recalled)).mT @ (seen - recalled)",
        "matrix += (self.rate * seen).mT @ seen",
        "test_conjunctive_memory.test_one_pair_by_hand",
    ),
    "synapses of conjunctive cells grow without bound": Fault(
        "neuromem.models.conjunctive_memory",
        "np.clip(matrix, -MOST, MOST, out=matrix)",
        "pass",
        "test_conjunctive_memory.test_synapses_stay_within_one",
    ),
    "the anchor holds keys and not queries": Fault(
        "neuromem.models.key_descent",
        "query_map=cue.T @ (error @ key) + anchor * query_change",
        "query_map=cue.T @ (error @ key)",
        "test_learned_keys.test_slopes_of_both_maps_are_those_of_finite_differences",
        {"overlap": 0.5, "margin": 0.3, "anchor": 0.2},
    ),
}
