"""Task context: transitions by task by hand, trains, people in the format of trials, what is refused."""

import numpy as np
import pytest

from neuromem import effects, paradigm, registry
from neuromem.measures.task_transitions import task_transitions
from neuromem.models.context_layers import Layer
from neuromem.models.kernel_memory import KernelMemory
from neuromem.models.retrieved_context import RetrievedContext

MODULE = paradigm.load(registry.find("paradigms", "task_context"))
TASK = [[0, 0, 1, 1, 0, 0, 1, 1]]  # trains of two: positions 0-1, 2-3, 4-5, 6-7


@pytest.mark.parametrize(
    ("recall", "wanted"),
    [
        # 0 -> 1 stays in its train; 1 -> 2 goes to the next, a word of the same task being left.
        ([0, 1, 2], (1 / 2, np.nan, 1.0, 1.0)),
        # From 7 (task 1) to 3 (task 1, two trains back): words of both tasks are left there.
        ([7, 3], (1.0, 1.0, 0.0, np.nan)),
        # From 7 to 0 (task 0, three trains back), an intrusion, which breaks 0 to 1.
        ([7, 0, -2, 1], (0.0, 0.0, 0.0, np.nan)),
        ([3], (np.nan,) * 4),
    ],
)
def test_transitions_by_hand(recall, wanted):
    np.testing.assert_array_equal(task_transitions([recall], TASK), wanted)


def test_of_several_lists_the_transitions_are_summed():
    told = task_transitions([[0, 1, 2, -1], [7, 0, -1, -1], [0, 1, -1, -1]], TASK * 3)
    assert told.same_task == 2 / 4
    assert told.within == 2 / 3


@pytest.mark.parametrize(
    ("recall", "task", "said"),
    [([[8]], TASK, "below the list length 8"), ([[0]], [[0, -1]], "task is missing for the word at position 1 of li")],
)
def test_what_task_transitions_refuse(recall, task, said):
    with pytest.raises(ValueError, match=said):
        task_transitions(recall, task)


def test_trains_are_as_long_as_designed():
    design, rng = MODULE.Design(n_words=200, trains=(3, 4)), np.random.default_rng(0)
    task = MODULE.task_of(design, rng)
    ends = np.flatnonzero(np.diff(task)) + 1
    assert set(np.diff(ends)) == {3, 4}
    assert set(task) == {0, 1}


@pytest.mark.needs_data("polyn2009")
def test_people_cluster_by_task_and_part_neighbours_at_a_shift():
    people = MODULE.measure(MODULE.data(MODULE.Design()))
    assert people.n_recalled.shape == (45, 2)
    told = {o.name: o for o in effects.evaluate(MODULE.EFFECTS, people)}
    assert told["clusters_by_task"].holds
    assert told["a_shift_parts_neighbours"].holds
    assert told["returns_to_the_task"].value == pytest.approx(0.028, abs=0.001)  # by a measure without noise of ours
    control, shift = people.n_recalled.mean("subject").values
    assert control == pytest.approx(11.98, abs=0.005)  # over subjects; 12.14 and 11.10 over lists
    assert shift == pytest.approx(10.88, abs=0.005)


def test_no_people_on_request():
    assert MODULE.data(MODULE.Design(dataset="none")) is None


@pytest.mark.parametrize(
    "memory", [KernelMemory(), RetrievedContext(layers=(Layer(width=5),))], ids=["no context", "other tasks"]
)
def test_a_memory_that_cannot_hold_two_tasks_is_refused(memory):
    with pytest.raises(NotImplementedError, match="task_context needs a memory that searches by context"):
        MODULE.prepare(MODULE.Design(), memory)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("n_words", 1, "n_words must be"),
        ("n_lists", 0, "n_lists must be"),
        ("trains", (), "trains is empty"),
        ("trains", (2, 0), "trains must be"),
    ],
)
def test_a_design_that_cannot_be_is_refused(field, value, told):
    with pytest.raises(ValueError, match=f"^{told}"):
        MODULE.Design(**{field: value})
