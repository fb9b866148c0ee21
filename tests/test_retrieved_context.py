"""Retrieved context: against an independent program and known likelihoods; drift, stopping rules, refusals."""

import math
from dataclasses import replace

import numpy as np
import pytest

from neuromem import data, manipulate, settings
from neuromem.core import same
from neuromem.measures.lists import correct_only
from neuromem.models.context_state import cue
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.models.stopping import ExponentialStop, FailureStop, Search, SupportStop
from neuromem.scaffolds.drift import ItemDriven, RandomDrift, integrate

# The parameters at which the likelihood of Morton2013 is known; they describe nobody.
FIXTURE = RetrievedContext(
    drift=ItemDriven(b_enc=0.7, b_rec=0.9),
    stopping=ExponentialStop(x1=0.001, x2=0.25),
    b_start=0.3,
    l_fc=0.15,
    l_cf=0.15,
    p1=0.2,
    p2=2.0,
    keep_weights=True,
)
MEMORY = RetrievedContext(keep_weights=True)


def streams(n, seed=0):
    return np.random.default_rng(seed).spawn(n)


def studied(memory, n_items, rng):
    """A list of items that have a context unit each; with a sequence of streams one list for each."""
    lead = () if isinstance(rng, np.random.Generator) else (len(rng),)
    key = np.broadcast_to(np.eye(n_items + 1)[:n_items], (*lead, n_items, n_items + 1))
    value = np.broadcast_to(np.eye(n_items), (*lead, n_items, n_items))
    return memory.write(memory.init(n_items, n_items + 1, n_items, rng=rng), key, value, rng=rng)


def step(memory, state, rng):
    recall = memory.read(state, cue(state), rng=rng)
    return recall, memory.after(state, cue(state), recall, rng=rng)


def forced(recall, item):
    """What `read` would have told, had it come up with these items."""
    return recall._replace(aux=recall.aux | {"item": item})


def said(memory, n_items, rng):
    """The items recalled of a list (list, output), -1 once recall has stopped."""
    state, items = memory.begin_recall(studied(memory, n_items, rng)), []
    while not state.stopped.all():
        recall, state = step(memory, state, rng)
        items.append(recall.aux["item"][..., 0])
    return np.stack(items, -1)


def by_hand(n, order, *, t, l_fc, l_cf, p1, p2, b_enc, b_start, b_rec, x1, x2):
    """An independent program, in lists and loops: p of each item and of stopping, before each recall in `order`."""

    def unit(x):
        norm = math.sqrt(sum(a * a for a in x))
        return [a / norm for a in x]

    def move(c, c_in, b):
        c_in = unit(c_in)
        d = sum(a * z for a, z in zip(c, c_in, strict=True))
        rho = math.sqrt(1 + b * b * (d * d - 1)) - b * d
        return [rho * a + b * z for a, z in zip(c, c_in, strict=True)]

    first = [0.0] * n + [1.0]
    fc = [[(1 - l_fc) * (i == j) for j in range(n + 1)] for i in range(n)]
    cf = [[(1 - l_cf) * (i == j) for j in range(n + 1)] for i in range(n)]
    c = list(first)
    for i in range(n):
        c = move(c, fc[i], b_enc)
        fc[i] = [m + l_fc * a for m, a in zip(fc[i], c, strict=True)]
        cf[i] = [m + (l_cf + p1 * math.exp(-p2 * i)) * a for m, a in zip(cf[i], c, strict=True)]
    c = move(c, first, b_start)
    left, told = list(range(n)), []
    for k in range(len(order) + 1):
        stop = min(max(x1 * math.exp(x2 * k), 1e-6), 1 - 1e-6) if left else 1.0
        f = {j: max(sum(m * a for m, a in zip(cf[j], c, strict=True)), 1e-5) for j in left}
        e = {j: math.exp(2 * f[j] / t) for j in left}
        told.append(([(1 - stop) * e[j] / sum(e.values()) if j in e else 0.0 for j in range(n)], stop))
        if k < len(order):
            c = move(c, fc[order[k]], b_rec)
            left.remove(order[k])
    return told


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1), (2, 3, 0), ()])
def test_probabilities_are_those_of_an_independent_program(order):
    rng = np.random.default_rng(0)
    table = {"t": 0.1, "l_fc": 0.117, "l_cf": 0.115, "p1": 0.339, "p2": 1.23}
    table |= {"b_enc": 0.643, "b_start": 0.55, "b_rec": 0.756, "x1": 0.0065, "x2": 0.3}
    state = MEMORY.begin_recall(studied(MEMORY, 4, rng))
    for k, (p, stop) in enumerate(by_hand(4, order, **table)):
        recall = MEMORY.read(state, cue(state), rng=rng)
        np.testing.assert_allclose(recall.aux["p_recall"][0], p, atol=1e-12)
        np.testing.assert_allclose(recall.aux["p_stop"][0], stop, atol=1e-12)
        item = np.array(order[k : k + 1] or [-1])
        state = MEMORY.after(state, cue(state), forced(recall, item), rng=rng)


def log_likelihood(memory, lists, n_items):
    """Of recalls (list, output) without intrusions and repeats."""
    rng = streams(len(lists))
    state, total = memory.begin_recall(studied(memory, n_items, rng)), 0.0
    ends = np.pad(lists, [(0, 0), (0, 1)], constant_values=-1)
    for k in range(ends.shape[-1]):
        item, going = ends[:, k, None], ~state.stopped
        recall = memory.read(state, cue(state), rng=rng)
        p_item = np.take_along_axis(recall.aux["p_recall"], np.maximum(item, 0)[..., None], -1)[..., 0]
        p = np.where(item < 0, recall.aux["p_stop"], p_item)[going]
        total += np.log(np.clip(p, 1e-5, 1)).sum()
        state = memory.after(state, cue(state), forced(recall, item), rng=rng)
    return total


@pytest.mark.needs_data("morton2013")
@pytest.mark.parametrize(("subjects", "published"), [((1,), -1646.1871575945456), (None, -68589.91429301426)])
def test_the_likelihood_of_morton2013_is_that_of_cymr(subjects, published):
    people = data.load("morton2013")
    chosen = np.isin(people.subject, subjects) if subjects else slice(None)
    lists = correct_only(people.recall.values[chosen])
    assert log_likelihood(FIXTURE, lists, 24) == pytest.approx(published, abs=1e-9)


def search(support, recalled, output=0, failed=0):
    return Search(np.array([support]), ~np.array([recalled]), np.array([output]), np.array([failed]))


@pytest.mark.parametrize(
    ("rule", "where", "wanted"),
    [
        (ExponentialStop(x1=0.01, x2=0.5), {"output": 2}, 0.01 * math.e),
        (ExponentialStop(x1=0.0, x2=0.5), {"output": 9}, 1e-6),  # below the floor
        (ExponentialStop(x1=0.5, x2=0.5), {"output": 9}, 1 - 1e-6),  # 45 without the ceiling
        (SupportStop(scale=2.0), {}, math.exp(-2 * 0.7)),
        (FailureStop(k_max=3), {"failed": 1}, 0.3**2),
        (FailureStop(k_max=3), {"failed": 3}, 1.0),
    ],
)
def test_stopping_rules_by_hand(rule, where, wanted):
    # Two of three items are left with support .5 and .2, the third had .3 of 1.
    assert rule.p_stop(search([0.5, 0.3, 0.2], [False, True, False], **where)) == pytest.approx(wanted, rel=1e-12)


def test_support_has_a_floor():
    rng = np.random.default_rng(0)
    state = studied(MEMORY, 3, rng)
    recall = MEMORY.read(state, -np.eye(4)[:1], rng=rng)
    assert recall.aux["support"][0].tolist() == [1e-5] * 3
    np.testing.assert_allclose(recall.aux["p_recall"][0], (1 - 0.0065) / 3, rtol=1e-12)


def sam(share_recalled, k_max, rng):
    """Failed samplings before the first success, or None where `k_max` fail."""
    for failed in range(k_max):
        if rng.random() >= share_recalled:
            return failed
    return None


def test_the_failure_rule_is_sampling_until_k_fail():
    rng, rule, n = np.random.default_rng(0), FailureStop(k_max=4), 20_000
    where = search([0.5, 0.3, 0.2], [True, False, False])
    u = rng.random((n, 1))
    stops = u[:, 0] < rule.p_stop(where)
    ours = np.bincount(np.where(stops, 4, rule.failures(where, u)[:, 0]), minlength=5) / n
    plain = [sam(0.5, 4, rng) for _ in range(n)]
    theirs = np.bincount([4 if f is None else f for f in plain], minlength=5) / n
    np.testing.assert_allclose(ours, theirs, atol=0.015)
    np.testing.assert_allclose(ours, [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16], atol=0.015)


def n_recalled(rule, n_items, n_lists=1500):
    return (said(replace(MEMORY, stopping=rule), n_items, streams(n_lists)) >= 0).sum(-1).mean()


@pytest.mark.parametrize("n_items", [20, 30, 40])
def test_stopping_by_output_position_does_not_see_the_list_length(n_items):
    going = 1 - np.minimum(0.0065 * np.exp(0.3 * np.arange(20)), 1)
    assert np.cumprod(going).sum() == pytest.approx(10.87, abs=0.005)
    assert n_recalled(ExponentialStop(), n_items) == pytest.approx(10.87, abs=0.3)


@pytest.mark.parametrize("rule", [SupportStop(scale=4.0), FailureStop(k_max=20)], ids=["support", "failure"])
def test_stopping_by_what_is_left_gives_the_list_length_effect(rule):
    lengths = np.array([10, 20, 30, 40])
    number = np.array([n_recalled(rule, n, 400) for n in lengths])
    assert (np.diff(number) > 0.3).all()
    assert (np.diff(number / lengths) < -0.02).all()


@pytest.mark.parametrize("rule", [ExponentialStop(), SupportStop(), FailureStop()], ids=lambda r: type(r).__name__)
def test_no_item_is_recalled_twice_and_recall_stays_stopped(rule):
    items = said(replace(MEMORY, stopping=rule), 6, streams(300))
    for row in items:
        found = row[row >= 0]
        assert len(set(found)) == len(found)
        assert (row[len(found) :] == -1).all()
    assert items[:, -1].max() == -1


@pytest.mark.parametrize("drift", [ItemDriven(), RandomDrift(rate=0.5)], ids=["item", "random"])
def test_lists_recalled_together_are_lists_recalled_one_by_one(drift):
    memory = replace(MEMORY, drift=drift, stopping=FailureStop())
    together = said(memory, 8, streams(12))
    alone = [said(memory, 8, rng) for rng in streams(12)]
    assert together.shape[-1] == max(map(len, alone))
    for row, one in zip(together, alone, strict=True):
        assert row[: len(one)].tolist() == one.tolist()


def test_recall_reinstates_the_context_of_study():
    rng = np.random.default_rng(0)
    state = MEMORY.begin_recall(studied(MEMORY, 3, rng))
    recall = forced(MEMORY.read(state, cue(state), rng=rng), np.array([1]))
    after = MEMORY.after(state, cue(state), recall, rng=rng)
    np.testing.assert_allclose(after.context, integrate(state.context, state.m_fc[1], 0.756), atol=1e-15)
    assert after.recalled.tolist() == [False, True, False]
    assert (after.output, after.stopped) == (1, False)


def test_random_drift_heeds_no_item():
    memory, rng = replace(MEMORY, drift=RandomDrift(rate=0.5)), np.random.default_rng(0)
    state = memory.begin_recall(studied(memory, 3, rng))
    recall = memory.read(state, cue(state), rng=rng)
    moved = [
        memory.after(state, cue(state), forced(recall, np.array([i])), rng=np.random.default_rng(7)) for i in (0, 2)
    ]
    assert same(moved[0].context, moved[1].context)
    assert not same(moved[0].context, state.context)


def test_random_drift_forgets_at_its_rate():
    memory, rng = replace(MEMORY, drift=RandomDrift(rate=0.3)), streams(400)
    key = np.stack([r.standard_normal((12, 64)) for r in rng])
    state = memory.write(memory.init(12, 64, 1, rng=rng), key, key[..., :1], rng=rng)
    overlap = state.context[:, -1].mean()  # with the start, twelve steps ago
    assert overlap == pytest.approx(math.sqrt(1 - 0.3**2) ** 12, abs=0.03)


def test_a_context_keeps_its_length():
    rng = np.random.default_rng(0)
    context = np.eye(5)[0]
    for b in np.linspace(0, 1, 30):
        context = integrate(context, rng.standard_normal(5), b)
        assert np.linalg.norm(context) == pytest.approx(1, abs=1e-12)


def test_a_context_goes_nowhere_all_the_way_and_not_without_input():
    context, there = np.array([0.6, 0.8]), np.array([3.0, 0.0])
    assert integrate(context, there, 0.0).tolist() == [0.6, 0.8]
    assert integrate(context, there, 1.0) == pytest.approx([1.0, 0.0])
    assert integrate(context, np.zeros(2), 0.5).tolist() == [0.6, 0.8]


def test_a_gain_scales_the_odds():
    rng = np.random.default_rng(0)
    state = studied(MEMORY, 3, rng)
    query = np.full((1, 4), 0.5)
    plain, loud = (
        MEMORY.read(s, query, rng=rng).aux["p_recall"][0] for s in (state, manipulate.set_gain(state, 1, 3.0))
    )
    assert loud[1] / loud[0] == pytest.approx(3 * plain[1] / plain[0], rel=1e-12)
    assert loud[2] / loud[0] == pytest.approx(plain[2] / plain[0], rel=1e-12)


def test_a_silent_item_is_never_recalled():
    rng = streams(200)
    state = MEMORY.begin_recall(manipulate.set_gain(studied(MEMORY, 4, rng), 3, 0.0))
    items = []
    for _ in range(5):
        recall, state = step(MEMORY, state, rng)
        items.append(recall.aux["item"])
    assert 3 not in np.stack(items)
    assert state.stopped.all()


def test_manipulations_weaken_the_ties():
    rng = np.random.default_rng(0)
    state = studied(MEMORY, 3, rng)
    assert not manipulate.lesion(state, 1.0, rng=rng).m_cf.any()
    np.testing.assert_allclose(manipulate.decay(state, 0.25).m_cf, 0.75 * state.m_cf)
    assert not same(manipulate.add_noise(state, 0.1, rng=rng), state)


def test_items_may_be_written_in_parts():
    rng, key = np.random.default_rng(0), np.eye(5)[:4]
    whole = studied(MEMORY, 4, rng)
    state = MEMORY.init(4, 5, 4, rng=rng)
    for i in range(4):
        state = MEMORY.write(state, key[i, None], np.eye(4)[i, None], rng=rng)
    assert same(state, whole)


def test_a_key_that_is_the_start_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"key must differ from the start of the list.*np.eye\(n \+ 1\)"):
        MEMORY.write(MEMORY.init(3, 3, 1, rng=rng), np.eye(3), np.ones((3, 1)), rng=rng)


def test_the_command_line_sets_parts():
    memory = settings.replace(MEMORY, ["drift=random_drift(rate=0.3)", "stopping=failure_stop(k_max=7)", "p1=2"])
    assert memory == replace(MEMORY, drift=RandomDrift(rate=0.3), stopping=FailureStop(k_max=7), p1=2.0)


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (RetrievedContext, "b_start", 1.5),
        (RetrievedContext, "l_fc", -0.1),
        (RetrievedContext, "l_cf", math.nan),
        (RetrievedContext, "p1", -1.0),
        (RetrievedContext, "p2", -1.0),
        (RetrievedContext, "temperature", 0.0),
        (ItemDriven, "b_enc", 1.1),
        (ItemDriven, "b_rec", -0.1),
        (RandomDrift, "rate", 2.0),
        (ExponentialStop, "x1", 1.5),
        (ExponentialStop, "x2", -1.0),
        (SupportStop, "scale", 0.0),
        (FailureStop, "k_max", 0),
    ],
)
def test_a_parameter_out_of_range_is_refused(make, name, value):
    with pytest.raises(ValueError, match=f"^{name} must be a .*number"):
        make(**{name: value})
