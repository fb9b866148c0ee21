"""What models of list recall refuse, and what they warn of."""

import math
import re

import numpy as np
import pytest

from neuromem import data
from neuromem.errors import UserError
from neuromem.likelihood import Parameter, distinct
from neuromem.models.stopping import SupportStop
from neuromem.recall import null
from neuromem.recall.cmr import cmr
from neuromem.recall.context_search import ContextSearch
from neuromem.recall.lists import RecallLists, from_dataset, of_words, recall_lists, to_simulate
from neuromem.recall.scaffolds import ItemDriven
from neuromem.recall.search_model import ImpossibleEvent, SearchModel
from neuromem.recall.stopping import AfterFailures, BySupport, Counted


@pytest.mark.parametrize(
    ("model", "recall", "told"),
    [
        (SearchModel(stopping=AfterFailures()), [[0, -1], [-1, -1]], "the end of recall at output 0 of list 1 has "),
        (SearchModel(stopping=Counted((1.0,))), [[1, -1], [0, -1]], "recall of position 1 at output 0 of list 0 has "),
    ],
)
def test_an_event_that_a_model_cannot_produce_is_named_and_counts_as_unlikely(model, recall, told):
    with pytest.warns(ImpossibleEvent, match=told):
        found = model.log_likelihood(recall_lists(recall, 2))
    assert np.isfinite(found).all()
    assert found.min() <= math.log(1e-5)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"b_end": 0.5}, "there is no parameter 'b_end'; did you mean b_enc"),
        ({"b_enc": 1.1}, "b_enc must be a number in [0, 1]; saw 1.1."),
        ({"p1": math.nan}, "p1 must be a number in [0, 10]; saw nan."),
        ({"x2": "fast"}, "x2 must be a number in [0, 5]; saw 'fast'."),
    ],
)
def test_parameters_that_are_refused(values, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        cmr().log_likelihood(to_simulate(3, 1), values)


REFUSED = {
    "a study position beyond the list": (lambda: recall_lists([[3]], 3), "below the list length 3; saw 3"),
    "no list": (lambda: recall_lists(np.zeros((0, 2), int), 3), "recall holds no list"),
    "not whole": (lambda: recall_lists([[1.5]], 3), "recall must be whole numbers"),
    "subjects": (lambda: recall_lists([[[0]]], 3), "recall must be (list, output); saw shape (1, 1, 1)"),
    "alike": (lambda: recall_lists([[0]], 2, similarity={"a": np.zeros((1, 2))}), "similarity a must have shape"),
    "nan": (lambda: recall_lists([[0]], 1, similarity={"a": np.full((1, 1, 1), np.nan)}), "similarity a must be fin"),
    "a word": (lambda: of_words([["cat", "ox"]], ["cat"], np.eye(1)), "the pool lacks 1 of the studied words, such as"),
    "a pool": (lambda: of_words([["cat"]], ["cat"], np.eye(2)), "of the pool must have shape (word, word) (1, 1)"),
    "a cue that lists lack": (lambda: cmr(cues=("a",)).log_likelihood(to_simulate(2, 1)), "no similarity 'a'"),
    "no item": (lambda: to_simulate(0, 1), "n_items must be a whole number of at least 1; saw 0"),
    "streams": (
        lambda: cmr().recalls(to_simulate(2, 3), rng=np.random.default_rng(0).spawn(2)),
        "rng must be one Generator or one for each of 3 lists; saw 2",
    ),
    "lengths": (lambda: null.last_transition(recall_lists([[0], [0]], np.array([2, 3]))), "lists must be of one len"),
    "another length": (
        lambda: null.position_frequency(to_simulate(2, 1)).log_likelihood(to_simulate(3, 1)),
        "the weights are of lists of 2 words; saw one of 3",
    ),
    "a part": (
        lambda: SearchModel(stopping=SupportStop()),
        "stopping must be a Stopping, such as those in neuromem.re",
    ),
    "a scaffold": (lambda: ContextSearch(scaffold=BySupport()), "scaffold must be a Scaffold"),
    "k_max": (lambda: AfterFailures(k_max=0), "k_max must be a whole number of at least 1"),
    "hazard": (lambda: Counted((0.5, 1.5)), "hazard must be a number in [0, 1]; saw 1.5"),
    "twice": (lambda: distinct(ItemDriven().parameters * 2), "two parts of the model have a parameter b_enc"),
    "crossed": (lambda: distinct((Parameter("a", 0.0, 1.0, -1.0, "1", ""),)), "parameter a must have finite bounds"),
}


@pytest.mark.parametrize(("call", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(call, said):
    with pytest.raises(ValueError, match=rf"^[^\n]*{re.escape(said)}[^\n]*\Z"):
        call()


@pytest.mark.needs_data("morton2013")
def test_a_cue_that_the_data_lack_is_refused():
    with pytest.raises(UserError, match=r"no labels 'categry' of studied words; did you mean category\?"):
        from_dataset(data.load("morton2013"), cues=("categry",))


def test_intrusions_and_repeats_are_no_events():
    raw, clean = recall_lists([[-2, 1, 1, -2, 0, 1]], 3), recall_lists([[1, 0]], 3)
    assert isinstance(raw, RecallLists)
    assert cmr().log_likelihood(raw).tolist() == cmr().log_likelihood(clean).tolist()
