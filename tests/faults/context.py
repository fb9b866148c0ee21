"""Faults of context that drifts."""

from faults.fault import Fault

FAULTS = {
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
}
