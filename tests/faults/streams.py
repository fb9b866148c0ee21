"""Faults of randomness: streams that are shared, mixed up or not used."""

from faults.fault import Fault, law

FAULTS = {
    "a batch uses the first stream for all": Fault(
        "neuromem.core",
        "np.stack([draw(r) for r in rng])",
        "np.stack([draw(rng[0]) for r in rng])",
        *law("streams.test_a_batch_is_a_loop", "projected"),
    ),
    "the noise of a batch comes from the first stream": Fault(
        "neuromem.wrappers.noisy",
        "noise = each(rng, lambda",
        "noise = each(rng if hasattr(rng, 'random') else [rng[0]] * len(rng), lambda",
        *law("streams.test_a_batch_is_a_loop", "noisy"),
    ),
    "noise comes from the global stream": Fault(
        "neuromem.wrappers.noisy",
        "r.standard_normal(query.shape[-2:])",
        "__import__('numpy').random.standard_normal(query.shape[-2:])",
        *law("streams.test_the_same_stream_gives_the_same_result", "noisy"),
    ),
    "the order of updates comes from the global stream": Fault(
        "neuromem.models.settling",
        "orders = rng.permuted(np.tile(np.arange(len(x)), (max_sweeps, 1)), axis=1)",
        "orders = [np.random.permutation(len(x)) for _ in range(max_sweeps)]",
        *law("streams.test_the_same_stream_gives_the_same_result", "hopfield"),
    ),
    "what is no stream is let in": Fault(
        "neuromem.checks",
        "if not isinstance(rng, list | tuple) or not rng or not all(",
        "if False and not all(",
        *law("streams.test_what_is_no_stream_is_refused", "kernel_memory", rng=[1, 2]),
    ),
    "several streams are let in where one is taken": Fault(
        "neuromem.checks",
        "if not batches:",
        "if False:",
        *law("streams.test_several_streams_are_refused_where_one_is_taken", "hopfield"),
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
        *law("streams.test_a_subject_does_not_depend_on_how_many_there_are", "projected"),
    ),
}
