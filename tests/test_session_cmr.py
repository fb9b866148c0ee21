"""CMR over several lists: against cmr on one list and a memory on several, its sessions, people's intrusions."""

import itertools

import forced_recall
import numpy as np
import pytest

from neuromem import data
from neuromem.fit.folds import ways
from neuromem.likelihood import Observed
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.models.stopping import ExponentialStop
from neuromem.recall.cmr import cmr
from neuromem.recall.lists import recall_lists, to_simulate
from neuromem.recall.session_cmr import SessionCMR, from_sessions, session_lists
from neuromem.scaffolds.drift import ItemDriven

MODEL = SessionCMR()
VALUES = {"b_enc": 0.5, "b_start": 0.4, "b_rec": 0.8, "l_fc": 0.3, "l_cf": 0.6, "p2": 0.4, "x1": 0.05, "b_post": 0.3}
N, N_BACK = 3, 1


def test_sessions_of_one_list_are_those_of_cmr():
    said = cmr().recalls(to_simulate(8, 20), rng=np.random.default_rng(0))
    values = {name: value for name, value in VALUES.items() if name != "b_post"}
    found = MODEL.log_likelihood(session_lists(said, np.ones(20, bool), n_items=8), values)
    np.testing.assert_allclose(found, cmr().log_likelihood(recall_lists(said, 8), values), rtol=1e-12)


def log_p(sessions):
    """Of each list, by a memory whose recalls are forced; words of lists too far back are silenced."""
    memory = RetrievedContext(
        drift=ItemDriven(b_enc=VALUES["b_enc"], b_rec=VALUES["b_rec"]),
        stopping=ExponentialStop(x1=VALUES["x1"]),
        b_start=VALUES["b_start"],
        l_fc=VALUES["l_fc"],
        l_cf=VALUES["l_cf"],
        p1=0.0,
        b_distract=VALUES["b_post"],
        keep_weights=True,
    )
    rng, n_lists = np.random.default_rng(0), len(sessions)
    n, told = n_lists * N, []
    unit = np.eye(n + n_lists)  # the start of list l is unit n + l, but that of the first the last one
    state = memory.init(n, n + n_lists, 1, rng=rng)
    for number, said in enumerate(sessions):
        start = unit[n + number - 1] if number else unit[-1]
        if number:
            state = memory.distract(state, start)
        words = slice(number * N, number * N + N)
        state = memory.begin_recall(memory.write(state, unit[words], np.arange(n)[words, None] + 1.0, rng=rng), start)
        gain = (np.arange(n) >= (number - N_BACK) * N).astype(float)
        total = 0.0
        for code in [*said[said >= 0], -1]:
            item = (number - code // N) * N + code % N if code >= 0 else -1
            state, one = forced_recall.event(memory, state, item, rng=rng, gain=gain)
            total += one
        told.append(total)
    return told


def test_the_likelihood_is_that_of_a_memory_of_several_lists_with_forced_recalls():
    said = np.array([[2, 0, -1, -1], [1, 4, -1, -1], [5, 0, 1, 3], [-1, -1, -1, -1], [2, 1, 0, -1]])
    sessions = session_lists(said, [True, False, False, False, False], n_items=N, n_back=N_BACK)
    found = MODEL.log_likelihood(sessions, VALUES | {"p1": 0.0, "x2": 0.3})
    np.testing.assert_allclose(found, log_p(said), rtol=1e-10)


def test_all_ways_of_recalling_a_second_list_have_probability_one():
    orders = [order for k in range(5) for order in itertools.permutations(range(4), k)]
    said = [row for order in orders for row in ([1, -1, -1, -1], [*order, *[-1] * (4 - len(order))])]
    sessions = session_lists(said, np.tile([True, False], len(orders)), n_items=2, n_back=1)
    p = np.exp(MODEL.log_likelihood(sessions, {"temperature": 1.0, "x1": 0.1})[1::2])
    assert p.sum() == pytest.approx(1, abs=1e-12)


def test_lists_are_scored_given_those_before_them():
    sessions = MODEL.simulate(
        session_lists(np.full((12, 1), -1), np.arange(12) % 4 == 0, n_items=5), VALUES, rng=stream()
    )
    whole = MODEL.log_likelihood(sessions, VALUES)
    some = sessions.take(np.array([6, 1]))
    assert len(some.first) == 8  # the third session has no list to score
    np.testing.assert_array_equal(MODEL.log_likelihood(some, VALUES), whole[[6, 1]])
    np.testing.assert_array_equal(MODEL.log_likelihood(some.take(np.array([True, False])), VALUES), whole[[6]])


def test_lists_of_one_length_are_held_back_by_list_or_session():
    observed = Observed(session_lists([[0], [1]], [True, False], n_items=3), np.ones(2, int), np.zeros(2, int), "list")
    assert ways(observed) == ("list", "session")


def stream():
    return np.random.default_rng(0)


def test_many_vectors_of_values_at_once_are_one_after_another():
    sessions = MODEL.simulate(session_lists(np.full((6, 1), -1), np.arange(6) == 0, n_items=4), VALUES, rng=stream())
    several = {"b_enc": np.array([0.3, 0.6]), "b_post": np.array([0.9, 0.1])}
    alone = [MODEL.log_likelihood(sessions, {k: float(x[i]) for k, x in several.items()}) for i in range(2)]
    np.testing.assert_allclose(MODEL.log_likelihood(sessions, several), alone, rtol=1e-12)


def test_with_context_carried_on_words_of_the_list_before_are_said_more_than_of_others():
    like = session_lists(np.full((900, 1), -1), np.arange(900) % 30 == 0, n_items=10)
    sure = VALUES | {"l_cf": 0.9, "p1": 0.0}
    carried, afresh = (MODEL.simulate(like, sure | {"b_post": b}, rng=stream()).recall // 10 for b in (0.1, 1.0))
    back = [(carried == lag).sum() for lag in (1, 2, 3)]
    assert back[0] > 1.5 * max(back[1:])
    assert (carried == 1).sum() > 1.5 * (afresh == 1).sum()


@pytest.mark.needs_data("kahana2002")
def test_people_say_words_of_the_list_before_more_than_of_others():
    people = from_sessions(data.load("kahana2002"))
    assert len(people) == 900
    assert people.data.first.sum() == 30
    back = [(people.data.recall // 10 == lag).sum() for lag in range(4)]
    assert back[0] == pytest.approx(5.43 * 900, rel=0.001)
    assert back[1] > back[2] > back[3] > 0
    found = MODEL.log_likelihood(people.take(people.subject == people.subject[0]).data)
    assert found.shape == (30,)


@pytest.mark.parametrize(
    ("recall", "first", "said"),
    [
        ([[3], [0]], [True, False], "recall holds a word of a list before the session"),
        ([[0], [9]], [True, False], "recall holds a word of a list before the session"),
        ([[0]], [False], "recall must be whole numbers"),
        ([[0.5]], [True], "recall must be whole numbers"),
    ],
)
def test_sessions_that_are_refused(recall, first, said):
    with pytest.raises(ValueError, match=f"^{said}"):
        session_lists(recall, first, n_items=3)
