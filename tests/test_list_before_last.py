"""List before last: one trial by hand where recall is certain, the measures, the limits, what is refused."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from neuromem import effects, paradigm, registry
from neuromem.models.kernel_memory import KernelMemory
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.models.stopping import ExponentialStop
from neuromem.scaffolds.drift import ItemDriven

MODULE = paradigm.load(registry.find("paradigms", "list_before_last"))
SURE = RetrievedContext(
    drift=ItemDriven(b_enc=0.5, b_rec=1.0),
    stopping=ExponentialStop(x1=0.0),
    b_start=1.0,
    l_fc=1.0,
    l_cf=1.0,
    p1=0.0,
    temperature=1e-3,
)


def test_the_cue_is_the_context_in_which_the_wanted_list_began():
    # Items answer to nothing but the contexts of their study; the one nearest to the cue is the last word before.
    rng = np.random.default_rng(0).spawn(1)
    state, key = SURE.init(6, 7, 1, rng=rng), np.eye(7)[None]
    began = []
    for first in (0, 2, 4):
        began.append(state.context)
        state = SURE.write(state, key[:, first : first + 2], np.zeros((1, 2, 1)), rng=rng)
    begun = SURE.begin_recall(state, began[1])
    np.testing.assert_allclose(begun.context, began[1], atol=1e-15)
    assert np.argmax(begun.context @ state.m_cf[0].T) == 1


def test_everything_is_recalled_where_recall_never_ends():
    number, others = MODULE.asked(SURE, (1, 1, 1, 2, 3), False, np.random.default_rng(0).spawn(4))
    assert number.tolist() == [2] * 4
    assert others.tolist() == [6] * 4


def test_nothing_is_recalled_where_recall_ends_at_once():
    memory = replace(SURE, stopping=ExponentialStop(x1=1.0))
    number, others = MODULE.asked(memory, (1, 1, 1, 2, 3), True, np.random.default_rng(0).spawn(400))
    assert (number + others).mean() < 0.01  # p(stop) is at most 1 - 1e-6


def measured(n_recalled):
    """Of counts (between, wanted, last), the wanted list having 4 or 8 words."""
    dims = "subject", "between", "wanted", "last", "trial"
    counts = np.array(n_recalled)[None, ..., None]
    coords = {"between": list(MODULE.BETWEEN), "wanted": [4, 8], "last": [4, 8]}
    names = "n_recalled", "n_intrusions"
    return MODULE.measure(xr.Dataset(dict.fromkeys(names, (dims, counts)), coords))


def test_effects_by_hand():
    told = measured([[[2, 2], [2, 2]], [[2, 1], [3, 1]]])
    assert told.proportion.values[0].tolist() == [[[0.5, 0.5], [0.25, 0.25]], [[0.5, 0.25], [0.375, 0.125]]]
    values = {o.name: o.value for o in effects.evaluate(MODULE.EFFECTS, told)}
    assert values == {
        "own_length_matters_after_recall": -0.25,
        "length_of_the_last_does_not_after_recall": 0,
        "own_length_matters_without_recall": -0.125,
        "length_of_the_last_matters_without_recall": -0.25,
        "recall_parts_the_lists": 0.25,
    }


def test_a_memory_that_does_not_search_by_context_is_refused():
    with pytest.raises(NotImplementedError, match="list_before_last needs a memory that searches by context; saw Kern"):
        MODULE.prepare(MODULE.Design(), KernelMemory())


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"short": 0}, "short must be a whole number"),
        ({"short": 30}, "short must be less than long; saw 30 and 24"),
        ({"earlier": 0}, "earlier must be"),
        ({"n_trials": 0}, "n_trials must be"),
    ],
)
def test_a_design_that_cannot_be_is_refused(fields, told):
    with pytest.raises(ValueError, match=f"^{told}"):
        MODULE.Design(**fields)
