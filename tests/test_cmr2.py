"""CMR2: the race in closed form, a session without noise against plain matrices, intrusions by lag, what is refused."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from neuromem.measures.prior_list_intrusions import prior_list_intrusions
from neuromem.recall.cmr2 import CMR2, DT_TAU, race

CALM = CMR2(eta=0.0)


def unit(x):
    return x / np.sqrt(x @ x)


def integrate(c, c_in, b):
    d = c @ unit(c_in)
    return (math.sqrt(1 + b**2 * (d**2 - 1)) - b * d) * c + b * unit(c_in)


def steps_to(threshold, support, kappa):
    """Steps of x <- x + (support - kappa x) dt / tau until x is at the threshold, in closed form."""
    return math.ceil(math.log(1 - threshold * kappa / support) / math.log(1 - kappa * DT_TAU))


@pytest.mark.parametrize(("support", "kappa", "threshold"), [(1.0, 0.3, 1.0), (2.0, 0.1, 1.0), (1.0, 0.3, 2.5)])
def test_one_word_alone_races_in_closed_form(support, kappa, threshold):
    found = race(np.array([support]), np.array([threshold]), kappa, 0.5, 0.0, 10_000, np.random.default_rng(0))
    assert found == (0, steps_to(threshold, support, kappa))


def test_too_little_support_never_gets_there():
    # x approaches support / kappa = .9, below the threshold.
    assert race(np.array([0.45]), np.ones(1), 0.5, 0.0, 0.0, 5000, np.random.default_rng(0)) == (-1, 5000)


def test_inhibition_slows_the_winner_and_noise_lets_others_win():
    rng, support, threshold = np.random.default_rng(0), np.array([1.0, 0.8]), np.ones(2)
    alone, inhibited = (race(support, threshold, 0.1, lamb, 0.0, 9999, rng) for lamb in (0.0, 0.4))
    assert alone[0] == inhibited[0] == 0
    assert alone[1] < inhibited[1]
    winners = [race(support, threshold, 0.1, 0.1, 0.4, 9999, rng)[0] for _ in range(400)]
    assert 0.05 < np.mean(winners) < 0.5


def by_hand(memory, n_lists, length, duration):
    """A session without noise with plain matrices; words by their number in the session."""
    n = n_lists * length
    fc, cf = (1 - memory.g_fc) * np.eye(n, n + n_lists), (1 - memory.g_cf) * np.eye(n, n + n_lists)
    c, raised, told = np.eye(n + n_lists)[n], np.zeros(n), []
    for number in range(n_lists):
        if number:
            c = integrate(c, np.eye(n + n_lists)[n + number], memory.b_post)
        for i in range(length):
            word, before = number * length + i, c
            c = integrate(c, fc[word], memory.b_enc)
            fc[word] += memory.g_fc * before
            cf[word] += memory.g_cf * (1 + memory.phi_s * np.exp(-memory.phi_d * i)) * before
        left, said = round(duration / 0.01), []
        while left > 0:
            f = (cf @ c)[: (number + 1) * length]
            x = np.zeros(len(f))
            while left > 0 and (x < 1 + raised[: len(f)]).all():
                x = np.maximum(x + (f - memory.kappa * x - memory.lamb * (x.sum() - x)) * DT_TAU, 0)
                left -= 1
            over = np.flatnonzero(x >= 1 + raised[: len(f)])
            if not len(over):
                break
            raised *= memory.alpha
            raised[over[0]] = memory.omega
            alike = c @ unit(fc[over[0]])
            c = integrate(c, fc[over[0]], memory.b_rec)
            if alike >= memory.c_thresh:
                said.append(int(over[0]))
        told.append(said)
    return told


@pytest.mark.slow
@pytest.mark.parametrize("c_thresh", [-1.0, 0.073708, 0.3])
def test_without_noise_a_session_is_that_of_an_independent_program(c_thresh):
    memory = replace(CALM, c_thresh=c_thresh, duration=20.0)
    session = memory.simulate(3, 4, rng=np.random.default_rng(0))
    wanted = by_hand(memory, 3, 4, 20.0)
    assert sum(map(len, wanted)) > 5
    for number, (row, back, said) in enumerate(zip(session.recall, session.lists_back, wanted, strict=True)):
        n = (row != -1).sum()
        from_list = np.where(back[:n] > 0, number - back[:n], number)
        assert from_list.tolist() == [word // 4 for word in said]
        assert [place for place in row[:n] if place >= 0] == [word % 4 for word in said if word // 4 == number]


def sessions(memory, n, n_lists=30):
    return [memory.simulate(n_lists, 10, rng=rng) for rng in np.random.default_rng(0).spawn(n)]


def intrusions(all_sessions):
    return np.mean([(one.recall == -2).sum(1).mean() for one in all_sessions])


def by_lag(all_sessions, max_lag):
    """The share of intrusions from each list back, all sessions together."""
    width = max(one.lists_back.shape[1] for one in all_sessions)
    back = [
        np.pad(s.lists_back, [(0, 0), (0, width - s.lists_back.shape[1])], constant_values=-1) for s in all_sessions
    ]
    number = np.concatenate([np.arange(1, len(one) + 1) for one in back])
    return prior_list_intrusions(np.concatenate(back), number, max_lag=max_lag)


@pytest.mark.slow
def test_intrusions_come_mostly_from_the_list_before():
    share = by_lag(sessions(CMR2(), 100, n_lists=15), 4)
    assert share[0] > 0.4
    assert share[0] > share[1] > share[2] > share[3]


@pytest.mark.slow
def test_a_context_that_starts_afresh_with_each_list_favours_no_list():
    going_on, afresh = (sessions(replace(CMR2(), b_post=b), 12, n_lists=15) for b in (0.3, 1.0))
    assert intrusions(afresh) < intrusions(going_on)
    assert by_lag(afresh, 3)[0] < by_lag(going_on, 3)[0]


@pytest.mark.slow
def test_words_that_do_not_fit_the_context_are_held_back():
    anything, strict = (sessions(replace(CMR2(), c_thresh=c), 8, n_lists=15) for c in (-1.0, 0.3))
    assert intrusions(strict) < 0.8 * intrusions(anything)
    assert all((loose.recall != -1).sum() > (s.recall != -1).sum() for loose, s in zip(anything, strict, strict=True))


@pytest.mark.slow
def test_recall_has_recency_and_takes_its_time():
    made = sessions(CMR2(), 8)
    curve = np.mean([(one.recall[..., None] == np.arange(10)).any(1).mean(0) for one in made], 0)
    assert curve[-1] > curve[4] + 0.2
    for one in made:
        there = one.recall != -1
        assert np.isnan(one.time[~there]).all()
        assert (one.time[there] <= 30).all()
        assert (np.diff(one.time, axis=1)[there[:, 1:]] > 0).all()


@pytest.mark.slow
def test_the_same_stream_gives_the_same_session():
    first, second = (CMR2().simulate(4, 6, rng=np.random.default_rng(3)) for _ in range(2))
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"b_enc": 1.5}, "b_enc must be a number in [0, 1]"),
        ({"eta": -1.0}, "eta must be a number"),
        ({"c_thresh": 2.0}, "c_thresh must be a number in [-1, 1]"),
        ({"n_lists_in_race": 0}, "n_lists_in_race must be a whole number"),
        ({"duration": 0.0}, "duration must be a number"),
    ],
)
def test_parameters_that_are_refused(fields, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        CMR2(**fields)


@pytest.mark.parametrize(("n_lists", "length", "name"), [(0, 5, "n_lists"), (2, 0, "list_length")])
def test_sessions_that_are_refused(n_lists, length, name):
    with pytest.raises(ValueError, match=f"^{name} must be a whole number"):
        CMR2().simulate(n_lists, length, rng=np.random.default_rng(0))
