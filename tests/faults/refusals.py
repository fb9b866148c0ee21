"""Faults of checks: what should be refused is let in."""

import numpy as np

from faults.fault import Fault, law
from neuromem import manipulate

FAULTS = {
    "values of no width are let in": Fault(
        "neuromem.checks",
        'whole("d_value", d_value, 1)',
        "pass",
        *law("sizes.test_sizes_are_positive_whole_numbers", "kernel_memory", size="d_value", bad=0),
    ),
    "non-finite input is let in": Fault(
        "neuromem.checks",
        "if not np.isfinite(x).all():",
        "if False:",
        *law("patterns.test_bad_input_is_refused_by_name", "kernel_memory", argument="query", spoil="not a number"),
    ),
    "objects are let in": Fault(
        "neuromem.checks",
        'if x.dtype.kind not in "biuf":',
        'if x.dtype.kind not in "biufO":',
        *law("patterns.test_bad_input_is_refused_by_name", "correlation_matrix", argument="key", spoil="of objects"),
    ),
    "any width is let in": Fault(
        "neuromem.checks",
        "if x.shape[-1] != width:",
        "if False:",
        *law("patterns.test_bad_input_is_refused_by_name", "kernel_memory", argument="value", spoil="too wide"),
    ),
    "no pattern at all is let in": Fault(
        "neuromem.checks",
        "if x.shape[-2] == 0:",
        "if False:",
        *law("patterns.test_bad_input_is_refused_by_name", "kernel_memory", argument="query", spoil="empty"),
    ),
    "an error names another argument": Fault(
        "neuromem.models.kernel_memory",
        'checks.patterns("query", query',
        'checks.patterns("key", query',
        *law("patterns.test_bad_input_is_refused_by_name", "kernel_memory", argument="query", spoil="of rank one"),
    ),
    "a query is not checked": Fault(
        "neuromem.models.correlation_matrix",
        'query = checks.patterns("query", query, state.matrix.shape[-2], rng=rng, batches=self.batches)',
        "query = np.asarray(query)",
        *law("patterns.test_bad_input_is_refused_by_name", "correlation_matrix", argument="query", spoil="infinite"),
    ),
    "patterns outside the domain are let in": Fault(
        "neuromem.models.hopfield",
        'query = checks.patterns("query", query, len(state.weight), kind="ternary", rng=rng, batches=self.batches)',
        'query = checks.patterns("query", query, len(state.weight), rng=rng, batches=self.batches)',
        *law("patterns.test_patterns_outside_the_domain_are_refused_with_a_hint", "hopfield", argument="query"),
    ),
    "a value that is not its key is let in": Fault(
        "neuromem.models.settling",
        "if not np.array_equal(x, value):",
        "if False:",
        *law("patterns.test_an_autoassociative_memory_refuses_values_that_are_not_the_keys", "hopfield"),
    ),
    "keys without values are let in": Fault(
        "neuromem.checks",
        "if key.shape[:-1] != value.shape[:-1]:",
        "if False:",
        *law("patterns.test_keys_and_values_come_in_pairs", "kernel_memory"),
    ),
    "a state too large for the machine is let in": Fault(
        "neuromem.checks",
        "if n_bytes > here:",
        "if False:",
        *law("sizes.test_a_state_that_would_not_fit_is_refused_with_its_size", "correlation_matrix"),
    ),
    "patterns kept aside are not counted": Fault(
        "neuromem.models.neuron_astrocyte",
        "checks.affordable((capacity + d_key) * d_key, rng=rng)",
        "checks.affordable(d_key**2, rng=rng)",
        *law("sizes.test_more_slots_than_would_fit_are_refused_with_their_size", "neuron_astrocyte"),
    ),
    "slots that are linked all to all are let in, however many": Fault(
        "neuromem.models.dnc_memory",
        "checks.affordable(capacity * (capacity + d_key + d_value + 3), rng=rng)",
        "checks.affordable(capacity * (d_key + d_value + 3), rng=rng)",
        "test_laws_of_sizes.test_a_square_that_would_not_fit_is_refused_with_its_size",
        {"name": "dnc_memory"},
    ),
    "more comparisons than fit are let in by a read": Fault(
        "neuromem.models.minerva",
        "checks.comparable(query, traces.gain.shape[-1], arrays=4)",
        "pass",
        *law("sizes.test_queries_that_cannot_be_compared_with_all_slots_at_once_are_refused", "minerva"),
    ),
    "more comparisons than fit are let in by a write": Fault(
        "neuromem.models.learned_slots",
        "checks.comparable(key, int(state.inner.written) + len(key), arrays=2)",
        "pass",
        *law("sizes.test_pairs_that_cannot_be_compared_with_all_slots_at_once_are_refused", "learned_slots"),
    ),
    "noise of less than nothing is let in": Fault(
        "neuromem.models.hopfield",
        'checks.number("sd", sd, 0)',
        "pass",
        "test_laws_of_manipulations.test_a_manipulation_refuses_amounts_out_of_range",
        {
            "memory": "hopfield",
            "argument": "sd",
            "change": lambda state, bad: manipulate.add_noise(state, bad, rng=np.random.default_rng(0)),
            "bad": -0.5,
        },
    ),
    "more pairs than slots are learned": Fault(
        "neuromem.models.gradient_slots",
        "checks.room(key.shape[-2], learned.start.shape[-2] - int(state.written.flat[0]))",
        "pass",
        *law("sizes.test_more_items_than_capacity_are_refused", "gradient_slots"),
    ),
}
