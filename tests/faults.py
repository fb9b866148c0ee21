"""Faults: lines of the package, each with a wrong version of it and the law or test that notices.

A fault is put in by compiling its module with the wrong line and giving the functions concerned their new code, so that
everything that holds these functions runs the fault, and nothing has to be imported anew.
"""

import contextlib
import gc
import importlib
from collections.abc import Mapping
from pathlib import Path
from types import CodeType, FunctionType, MappingProxyType
from typing import NamedTuple

import numpy as np

from neuromem import manipulate
from neuromem.models import faiss_index, settling, slot_writing


class Fault(NamedTuple):
    module: str
    right: str
    wrong: str
    killer: str  # file.function of the law or test that fails
    given: Mapping = MappingProxyType({})  # its arguments; `memory` is a name in test_laws.MEMORIES


def law(name, memory, **given):
    return f"test_laws.{name}", {"memory": memory} | given


FAULTS = {
    # streams
    "a batch uses the first stream for all": Fault(
        "neuromem.core",
        "np.stack([draw(r) for r in rng])",
        "np.stack([draw(rng[0]) for r in rng])",
        *law("test_a_batch_is_a_loop", "projected"),
    ),
    "the noise of a batch comes from the first stream": Fault(
        "neuromem.wrappers.noisy",
        "noise = each(rng, lambda",
        "noise = each(rng if hasattr(rng, 'random') else [rng[0]] * len(rng), lambda",
        *law("test_a_batch_is_a_loop", "noisy"),
    ),
    "noise comes from the global stream": Fault(
        "neuromem.wrappers.noisy",
        "r.standard_normal(query.shape[-2:])",
        "__import__('numpy').random.standard_normal(query.shape[-2:])",
        *law("test_the_same_stream_gives_the_same_result", "noisy"),
    ),
    "the order of updates comes from the global stream": Fault(
        "neuromem.models.settling",
        "orders = rng.permuted(np.tile(np.arange(len(x)), (max_sweeps, 1)), axis=1)",
        "orders = [np.random.permutation(len(x)) for _ in range(max_sweeps)]",
        *law("test_the_same_stream_gives_the_same_result", "hopfield"),
    ),
    "what is no stream is let in": Fault(
        "neuromem.checks",
        "if not isinstance(rng, list | tuple) or not rng or not all(",
        "if False and not all(",
        *law("test_what_is_no_stream_is_refused", "kernel_memory", rng=[1, 2]),
    ),
    "several streams are let in where one is taken": Fault(
        "neuromem.checks",
        "if not batches:",
        "if False:",
        *law("test_several_streams_are_refused_where_one_is_taken", "hopfield"),
    ),
    "streams do not depend on their cell": Fault(
        "neuromem.core",
        "spawn_key=numbers",
        "spawn_key=[]",
        "test_core.test_a_stream_changes_with_every_part_of_its_cell",
        {"other": (3, "list_recall", 8)},
    ),
    "a subject draws from the last subject's stream": Fault(
        "neuromem.core",
        "np.stack([draw(r) for r in rng])",
        "np.stack([draw(rng[-1]) for r in rng])",
        *law("test_a_subject_does_not_depend_on_how_many_there_are", "projected"),
    ),
    # what leaks
    "a state keeps the very arrays that were written": Fault(
        "neuromem.models.slots",
        "return slots._replace(key=keys, value=values,",
        "return slots._replace(key=key, value=value,",
        *law("test_a_state_does_not_follow_the_arrays_it_was_given", "kernel_memory"),
    ),
    "a write changes the type of the state": Fault(
        "neuromem.models.correlation_matrix",
        "return CorrelationState((1 - self.decay) ** n * state.matrix + learned)",
        "return CorrelationState(((1 - self.decay) ** n * state.matrix + learned).astype(np.float32))",
        *law("test_shapes_of_the_state_never_change", "correlation_matrix"),
    ),
    "a retrieval changes the shapes of the state": Fault(
        "neuromem.core",
        "        return state\n",
        "        return type(state)(*(np.asarray(part)[None] for part in state))\n",
        *law("test_after_changes_neither_its_state_nor_its_shapes", "kernel_memory"),
    ),
    "a write leaks into the slots it was given": Fault(
        "neuromem.models.slots",
        "keys, values = slots.key.copy(), slots.value.copy()",
        "keys, values = slots.key, slots.value",
        *law("test_write_changes_neither_its_state_nor_its_pairs", "kernel_memory"),
    ),
    "a write leaks into the matrix it was given": Fault(
        "neuromem.models.correlation_matrix",
        "return CorrelationState((1 - self.decay) ** n * state.matrix + learned)",
        "state.matrix[...] = (1 - self.decay) ** n * state.matrix + learned; return state",
        *law("test_write_changes_neither_its_state_nor_its_pairs", "correlation_matrix"),
    ),
    "a read mutates the state": Fault(
        "neuromem.models.kernel_memory",
        "used = slot_store.live(slots)",
        "used = slot_store.live(slots); used.gain[...] *= 0.9",
        *law("test_read_changes_nothing", "kernel_memory"),
    ),
    "a read mutates the query": Fault(
        "neuromem.models.kernel_memory",
        "query = query.astype(slots.key.dtype, copy=False) * slots.key_gain[..., None, :]",
        "query = query.astype(slots.key.dtype, copy=False); query *= 0.9",
        *law("test_read_changes_nothing", "kernel_memory"),
    ),
    "a gain is set in place": Fault(
        "neuromem.models.slots",
        "gains = state.gain.copy()",
        "gains = state.gain",
        "test_laws.test_a_manipulation_acts_on_a_copy",
        {"memory": "kernel_memory", "act": "set_gain"},
    ),
    # gains
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
        *law("test_at_gain_zero_a_trace_is_not_seen", "kernel_memory", loudness=1.0),
    ),
    "the softmax looks at no gain": Fault(
        "neuromem.separation",
        "        if not np.all(gain == 1):\n            with",
        "        if False:\n            with",
        *law("test_at_gain_zero_a_trace_is_not_seen", "modern_hopfield", loudness=1.0),
    ),
    "weights are scaled by no gain": Fault(
        "neuromem.separation",
        "        weights *= gain[..., None, :]",
        "        weights *= 1",
        *law("test_at_gain_zero_a_trace_is_not_seen", "kernel_memory, Manhattan, threshold", loudness=1.0),
    ),
    "what silent slots hold is compared to the cue": Fault(
        "neuromem.kernels",
        "s.max(-1, where=live, initial=-np.inf)",
        "s.max(-1)",
        *law("test_with_all_traces_silent_a_memory_is_as_fresh", "linear_attention"),
    ),
    "a silent slot can be the nearest": Fault(
        "neuromem.separation",
        "level = np.where(gain > 0, similarity, -np.inf)",
        "level = similarity",
        *law("test_silencing_a_trace_leaves_the_others", "nearest_neighbour"),
    ),
    "one gain is set for all": Fault(
        "neuromem.models.slots",
        "gains[..., trace] = gain",
        "gains[...] = gain",
        *law("test_silencing_a_trace_leaves_the_others", "kernel_memory"),
    ),
    "a gain is multiplied in, so that silence is for ever": Fault(
        "neuromem.models.slots",
        "gains[..., trace] = gain",
        "gains[..., trace] *= gain",
        *law("test_a_trace_restored_is_as_it_was", "kernel_memory"),
    ),
    "a gain of one amplifies": Fault(
        "neuromem.models.slots",
        "gains[..., trace] = gain",
        "gains[..., trace] = 1.01 * gain",
        *law("test_gain_one_changes_nothing", "kernel_memory"),
    ),
    "the gain, not its log, enters the softmax of learned slots": Fault(
        "neuromem.separation",
        "s += np.log(gain)[..., None, :]",
        "s *= gain[..., None, :]",
        *law("test_at_gain_zero_what_a_slot_holds_is_not_seen", "learned_slots", loudness=1.0),
    ),
    "a trace that is still to come can be silenced": Fault(
        "neuromem.checks",
        'whole("trace", trace, 0, written - 1)',
        'whole("trace", trace, 0)',
        *law("test_a_trace_that_was_not_written_has_no_gain", "kernel_memory"),
    ),
    "decay fades what is still to come": Fault(
        "neuromem.models.slots",
        "np.where(stored, state.gain * (1 - rate), state.gain)",
        "(state.gain * (1 - rate))",
        "test_kernel_memory.test_decay_lowers_the_gain_of_what_is_stored_and_not_of_what_comes",
    ),
    # queries among themselves
    "the largest logit is that of all queries": Fault(
        "neuromem.separation",
        "level = np.maximum(total.level, s.max(-1, keepdims=True))",
        "level = np.maximum(total.level, s.max())",
        *law("test_one_loud_query_does_not_change_the_others", "kernel_memory"),
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
        *law("test_a_query_does_not_depend_on_how_many_there_are", "kernel_memory"),
    ),
    "all queries share one strength": Fault(
        "neuromem.models.correlation_matrix",
        "np.linalg.norm(value, axis=-1)",
        "np.linalg.norm(value)",
        *law("test_shapes_follow_the_query", "correlation_matrix", n_queries=3),
    ),
    # sums in chunks
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
    # slots
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
        *law("test_more_items_than_capacity_are_refused", "kernel_memory"),
    ),
    "weights of no slot are reduced": Fault(
        "neuromem.kernels",
        "if key.shape[-2] == 0:",
        "if False:",
        *law("test_a_fresh_memory_answers", "kernel_memory, weights kept"),
    ),
    "an aux array is not declared": Fault(
        "neuromem.models.kernel_memory",
        'aux["weights"] = np.zeros',
        'aux["attention"] = aux["weights"] = np.zeros',
        *law("test_shapes_follow_the_query", "kernel_memory, weights kept", n_queries=3),
    ),
    "strength is distance": Fault(
        "neuromem.models.kernel_memory",
        "return Recall(value * slots.value_gain[..., None, :], nearest, aux)",
        "return Recall(value * slots.value_gain[..., None, :], -nearest, aux)",
        *law("test_a_stored_cue_is_stronger_than_an_unrelated_one", "kernel_memory"),
    ),
    # matrices and networks
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
        *law("test_one_pair_is_recalled_rather_than_nine_foils", "correlation_matrix"),
    ),
    "a pair that comes again erases itself": Fault(
        "neuromem.models.willshaw",
        "np.maximum(state.matrix, np.minimum(key.mT @ value, 1))",
        "np.abs(state.matrix - np.minimum(key.mT @ value, 1))",
        *law("test_a_pair_that_is_written_twice_is_recalled_as_well", "willshaw"),
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
    "a unit without a field turns": Fault(
        "neuromem.models.settling",
        "np.full(n_units, -least))",
        "np.full(n_units, np.inf))",
        "test_hopfield.test_a_fresh_network_returns_the_cue",
    ),
    "fields do not follow the units": Fault(
        "neuromem.models.settling",
        "field[q, i] += change * weight[unit, i]",
        "pass",
        "test_settling.test_two_units_that_differ_agree_once_the_first_has_turned_by_hand",
        {"loop": settling.one_by_one.plain},
    ),
    "queries that have stopped go on": Fault(
        "neuromem.models.settling",
        "at = np.flatnonzero(~(converged | cycle))",
        "at = np.arange(x.shape[1])",
        "test_hopfield.test_synchronous_updates_of_two_antiphase_units_cycle_by_hand",
    ),
    "strength is the energy of the answer": Fault(
        "neuromem.models.hopfield",
        "-settled.energy[:, 0] / len(weight)",
        "-settled.energy[:, -1] / len(weight)",
        *law("test_a_stored_cue_is_stronger_than_an_unrelated_one", "hopfield"),
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
    "units hear themselves": Fault(
        "neuromem.models.diluted_hopfield",
        "np.sort(drawn + (drawn >= np.arange(d_key)[:, None]), axis=1)",
        "np.sort(drawn, axis=1)",
        "test_hopfield_family.test_each_unit_hears_its_share_of_the_others_and_not_itself",
    ),
    "a unit's own state counts": Fault(
        "neuromem.models.dense_network",
        "others = alike - pattern[:, unit, None] *",
        "others = alike - 0 * pattern[:, unit, None] *",
        "test_modern_hopfield.test_a_sweep_takes_each_unit_to_its_lower_energy",
        {"memory": "dense_network", "dynamics": "asynchronous"},
    ),
    "the energy is that of the step before": Fault(
        "neuromem.models.continuous_hopfield",
        "energy[going, n:] = now[:, None]",
        "energy[going, n + 1 :] = now[:, None]",
        "test_modern_hopfield.test_each_step_is_one_of_the_modern_hopfield_network",
    ),
    "features of earlier pairs are not rescaled": Fault(
        "neuromem.models.random_features",
        "matrix=kept[..., None] * state.matrix",
        "matrix=state.matrix",
        "test_random_features.test_pairs_written_one_by_one_are_those_written_together",
        {"kind": "positive"},
    ),
    "shares do not sum to one": Fault(
        "neuromem.similarity",
        "np.divide(x, total, out=np.full_like(x, 1 / x.shape[-1]), where=total > 0)",
        "x",
        "test_similarity.test_divergences_by_hand",
    ),
    # wrappers
    "strength is that of the last step": Fault(
        "neuromem.wrappers.iterated",
        "return recall._replace(strength=first.strength)",
        "return recall",
        *law("test_a_stored_cue_is_stronger_than_an_unrelated_one", "iterated"),
    ),
    "the encoder is drawn anew at each use": Fault(
        "neuromem.wrappers.projected",
        "code = token @ state.encoder.astype(token.dtype)",
        "code = token @ _encoder(self.kind, *state.encoder.shape[-2:], rng)",
        *law("test_a_stored_cue_is_stronger_than_an_unrelated_one", "projected"),
    ),
    "the first pairs are kept, not the last": Fault(
        "neuromem.wrappers.limited",
        "keys = np.concatenate([state.key, key], axis=-2)[..., -self.capacity :, :]",
        "keys = np.concatenate([key, state.key], axis=-2)[..., : self.capacity, :]",
        "test_wrappers.test_the_last_pairs_are_kept_exactly",
    ),
    # what is let in
    "values of no width are let in": Fault(
        "neuromem.checks",
        'whole("d_value", d_value, 1)',
        "pass",
        *law("test_sizes_are_positive_whole_numbers", "kernel_memory", size="d_value", bad=0),
    ),
    "non-finite input is let in": Fault(
        "neuromem.checks",
        "if not np.isfinite(x).all():",
        "if False:",
        *law("test_bad_input_is_refused_by_name", "kernel_memory", argument="query", spoil="not a number"),
    ),
    "objects are let in": Fault(
        "neuromem.checks",
        'if x.dtype.kind not in "biuf":',
        'if x.dtype.kind not in "biufO":',
        *law("test_bad_input_is_refused_by_name", "correlation_matrix", argument="key", spoil="of objects"),
    ),
    "any width is let in": Fault(
        "neuromem.checks",
        "if x.shape[-1] != width:",
        "if False:",
        *law("test_bad_input_is_refused_by_name", "kernel_memory", argument="value", spoil="too wide"),
    ),
    "no pattern at all is let in": Fault(
        "neuromem.checks",
        "if x.shape[-2] == 0:",
        "if False:",
        *law("test_bad_input_is_refused_by_name", "kernel_memory", argument="query", spoil="empty"),
    ),
    "an error names another argument": Fault(
        "neuromem.models.kernel_memory",
        'checks.patterns("query", query',
        'checks.patterns("key", query',
        *law("test_bad_input_is_refused_by_name", "kernel_memory", argument="query", spoil="of rank one"),
    ),
    "a query is not checked": Fault(
        "neuromem.models.correlation_matrix",
        'query = checks.patterns("query", query, state.matrix.shape[-2], rng=rng, batches=self.batches)',
        "query = np.asarray(query)",
        *law("test_bad_input_is_refused_by_name", "correlation_matrix", argument="query", spoil="infinite"),
    ),
    "patterns outside the domain are let in": Fault(
        "neuromem.models.hopfield",
        'query = checks.patterns("query", query, len(state.weight), kind="ternary", rng=rng, batches=self.batches)',
        'query = checks.patterns("query", query, len(state.weight), rng=rng, batches=self.batches)',
        *law("test_patterns_outside_the_domain_are_refused_with_a_hint", "hopfield", argument="query"),
    ),
    "a value that is not its key is let in": Fault(
        "neuromem.models.settling",
        "if not np.array_equal(x, value):",
        "if False:",
        *law("test_an_autoassociative_memory_refuses_values_that_are_not_the_keys", "hopfield"),
    ),
    "keys without values are let in": Fault(
        "neuromem.checks",
        "if key.shape[:-1] != value.shape[:-1]:",
        "if False:",
        *law("test_keys_and_values_come_in_pairs", "kernel_memory"),
    ),
    "a state too large for the machine is let in": Fault(
        "neuromem.checks",
        "if n_bytes > here:",
        "if False:",
        *law("test_a_state_that_would_not_fit_is_refused_with_its_size", "correlation_matrix"),
    ),
    "patterns kept aside are not counted": Fault(
        "neuromem.models.neuron_astrocyte",
        "checks.affordable((capacity + d_key) * d_key, rng=rng)",
        "checks.affordable(d_key**2, rng=rng)",
        *law("test_more_slots_than_would_fit_are_refused_with_their_size", "neuron_astrocyte"),
    ),
    "slots that are linked all to all are let in, however many": Fault(
        "neuromem.models.dnc_memory",
        "checks.affordable(capacity * (capacity + d_key + d_value + 3), rng=rng)",
        "checks.affordable(capacity * (d_key + d_value + 3), rng=rng)",
        "test_laws.test_a_square_that_would_not_fit_is_refused_with_its_size",
        {"name": "dnc_memory"},
    ),
    "more comparisons than fit are let in by a read": Fault(
        "neuromem.models.minerva",
        "checks.comparable(query, traces.gain.shape[-1], arrays=4)",
        "pass",
        *law("test_queries_that_cannot_be_compared_with_all_slots_at_once_are_refused", "minerva"),
    ),
    "more comparisons than fit are let in by a write": Fault(
        "neuromem.models.learned_slots",
        "checks.comparable(key, int(state.inner.written) + len(key), arrays=2)",
        "pass",
        *law("test_pairs_that_cannot_be_compared_with_all_slots_at_once_are_refused", "learned_slots"),
    ),
    "an index holds the silent slots too": Fault(
        "neuromem.models.vector_index",
        "candidates = np.flatnonzero(slot_store.live(state).gain)",
        "candidates = np.arange(len(slot_store.live(state).gain))",
        "test_vector_index.test_a_silent_slot_is_no_candidate",
        {"index": faiss_index.Flat()},
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
    "noise of less than nothing is let in": Fault(
        "neuromem.models.hopfield",
        'checks.number("sd", sd, 0)',
        "pass",
        "test_laws.test_a_manipulation_refuses_amounts_out_of_range",
        {
            "memory": "hopfield",
            "argument": "sd",
            "change": lambda state, bad: manipulate.add_noise(state, bad, rng=np.random.default_rng(0)),
            "bad": -0.5,
        },
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
    "the dual form of sparse distributed memory ignores gains": Fault(
        "neuromem.models.dual_sparse_distributed_memory",
        "(overlap * state.gain[:n])",
        "overlap",
        *law("test_with_all_traces_silent_a_memory_is_as_fresh", "dual_sparse_distributed_memory"),
    ),
    # scaffolds, slots chosen by a third factor, conjunctions, learned keys, engram cells
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
    "silent slots compete with those that are practised": Fault(
        "neuromem.models.learned_keys",
        "live = np.flatnonzero(state.inner.gain[: state.inner.written] > 0)",
        "live = np.arange(state.inner.written); "
        "state = state._replace(inner=state.inner._replace(gain=np.ones_like(state.inner.gain)))",
        "test_learned_keys.test_once_the_rival_is_gone_the_maps_return_at_the_rate_of_the_anchor",
        {"anchor": 0.01},
    ),
    "the anchor holds keys and not queries": Fault(
        "neuromem.models.key_descent",
        "query_map=cue.T @ (error @ key) + anchor * query_change",
        "query_map=cue.T @ (error @ key)",
        "test_learned_keys.test_slopes_of_both_maps_are_those_of_finite_differences",
        {"overlap": 0.5, "margin": 0.3, "anchor": 0.2},
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
    "processes of an astrocyte are not coupled": Fault(
        "neuromem.models.tripartite_dynamics",
        "p += self.coupled(psi) + g",
        "p += g",
        "test_neuron_astrocyte.test_rates_are_the_equations_with_the_tensor_written_out",
        {"lost": 0.0},
    ),
    "replay that reaches no engram teaches": Fault(
        "neuromem.models.hippocampal_replay",
        "np.linalg.norm(seen.reinstated, axis=-1) > REACTIVATED",
        "np.linalg.norm(seen.reinstated, axis=-1) > -1",
        "test_hippocampal_index.test_one_item_is_taught_though_half_of_the_starts_miss_it",
    ),
    "a repetition takes a new slot": Fault(
        "neuromem.models.presentations",
        "first = same.argmax(-1)",
        "first = capacity + np.arange(n) + 0 * same.argmax(-1)",
        "test_repeated_items.test_there_is_room_for_repetitions_where_there_is_none_for_new_items",
    ),
    "a layer of context moves by the items' rate": Fault(
        "neuromem.models.context_layers",
        "integrate(context[..., one], c_in[..., one], by) for",
        "integrate(context[..., one], c_in[..., one], b[0]) for",
        "test_context_layers.test_support_is_that_of_an_independent_program",
    ),
    "context starts anew with each list": Fault(
        "neuromem.models.retrieved_context",
        'for name in ("key", "m_fc", "m_cf", "value")}, written=written\n',
        'for name in ("key", "m_fc", "m_cf", "value")}, written=written,'
        " context=0 * state.context + context_layers.starts(d_key, self.layers)\n",
        "test_repeated_items.test_words_may_come_one_at_a_time_and_in_several_streams",
    ),
    "more pairs than slots are learned": Fault(
        "neuromem.models.gradient_slots",
        "checks.room(key.shape[-2], learned.start.shape[-2] - int(state.written.flat[0]))",
        "pass",
        *law("test_more_items_than_capacity_are_refused", "gradient_slots"),
    ),
}


@contextlib.contextmanager
def put_in(fault):
    """The package with the fault, until the end of the block."""
    file = Path(importlib.import_module(fault.module).__file__)
    source = file.read_text()
    assert source.count(fault.right) == 1, f"{file.name} has this line {source.count(fault.right)} times: {fault.right}"
    broken = compile(source.replace(fault.right, fault.wrong), str(file), "exec", dont_inherit=True)
    code = {_place(c): c for c in _inner(broken)}
    here = [(f, f.__code__) for f in _functions(str(file)) if _place(f.__code__) in code]  # Numba makes others
    changed = [(f, right) for f, right in here if code[_place(right)] != right]
    assert changed, "the fault changes no function"
    for function, right in changed:
        function.__code__ = code[_place(right)]
    try:
        yield
    finally:
        for function, right in changed:
            function.__code__ = right


def _place(code):
    return code.co_qualname, code.co_firstlineno


def _inner(code):
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inner(constant)


def _functions(file):
    """The functions that were compiled from a file."""
    return [f for f in gc.get_objects() if type(f) is FunctionType and f.__code__.co_filename == file]
