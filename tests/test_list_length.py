"""List length: its measures by hand, what a rule that is blind to what is left must do, people, refusals."""

import numpy as np
import pytest
import xarray as xr

from neuromem import effects, paradigm, registry
from neuromem.core import cell_rng
from neuromem.measures.list_length import pooled_stopping
from neuromem.models.kernel_memory import KernelMemory

MODULE = paradigm.load(registry.find("paradigms", "list_length"))


def measured(recall, lengths):
    """The measures of trials (subject, condition, list, output)."""
    trials = xr.Dataset(
        {"recall": (("subject", "condition", "list", "output"), np.array(recall, np.int32))},
        coords={"condition": [str(n) for n in lengths], "list_length": ("condition", list(lengths))},
    )
    return MODULE.measure(trials)


def recalls(*numbers, width=12):
    """A list for each number of words recalled: the first so many."""
    return [[k if k < n else -1 for k in range(width)] for n in numbers]


def test_measures_by_hand():
    # Of 10 words the last two lie before the last eight; both lists hold words 0 to 3, one also 4 to 9.
    one = measured([[recalls(4, 10), recalls(4, 4)]], (10, 12)).isel(subject=0)
    assert one.n_recalled.values.tolist() == [7, 4]
    assert one.proportion.values.tolist() == pytest.approx([0.7, 4 / 12])
    assert one.last_words.values.tolist() == pytest.approx([(2 + 6 * 0.5) / 8, 0])
    assert one.other_words.values.tolist() == [1, 1]
    # Seven ends could have been seen: of both lists at 4, of one at 5 to 9; only one was.
    assert one.p_end.values.tolist() == pytest.approx([1 / 7, 1])


@pytest.mark.parametrize(
    ("numbers", "p"), [((3, 3), np.nan), ((4, 12), 1 / 7), ((5, 9, 9), 3 / 14), ((3, 4, 5), 2 / 3)]
)
def test_pooled_stopping_counts_lists_that_got_there(numbers, p):
    assert pooled_stopping(np.array(recalls(*numbers)), 12, 4, 9) == pytest.approx(p, nan_ok=True)


def test_a_rule_that_is_blind_to_what_is_left_recalls_as_many_words_of_any_list():
    design = MODULE.Design(list_lengths=(25, 40), n_lists=60)
    trials = MODULE.simulate(design, MODULE.MEMORIES["exponential_stop"], rng=cell_rng(0, "x"))
    number = (trials["recall"] >= 0).sum(-1)
    assert number[0].tolist() == number[1].tolist()


def test_what_needs_several_lengths_does_not_apply_to_one():
    outcomes = effects.evaluate(MODULE.EFFECTS, measured([[recalls(5, 8, width=20)]], (20,)))
    assert {o.holds for o in outcomes} == {None}


@pytest.mark.needs_data("murdock1962")
def test_people_show_every_effect():
    people = MODULE.data(MODULE.Design())
    assert people.recall.shape[:3] == (15, 3, 80)
    outcomes = effects.evaluate(MODULE.EFFECTS, MODULE.measure(people))
    assert [o.holds for o in outcomes] == [True] * len(outcomes)


@pytest.mark.needs_data("murdock1962")
def test_people_of_the_other_rate_had_shorter_lists():
    people = MODULE.data(MODULE.Design(people="two seconds"))
    assert people.condition.values.tolist() == ["10-2", "15-2", "20-2"]
    assert MODULE.data(MODULE.Design(people="none")) is None


def test_a_memory_that_does_not_search_by_context_is_refused():
    with pytest.raises(NotImplementedError, match="list_length needs a memory that searches by context; saw KernelMem"):
        MODULE.prepare(MODULE.Design(), KernelMemory())


@pytest.mark.parametrize(
    ("field", "value"), [("list_lengths", ()), ("list_lengths", (20, 20)), ("list_lengths", (8,)), ("n_lists", 0)]
)
def test_a_design_that_cannot_be_is_refused(field, value):
    with pytest.raises(ValueError, match=f"^{field} must be"):
        MODULE.Design(**{field: value})
