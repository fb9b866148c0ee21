"""Models of ratings: by hand, limits in which they agree, against simulated memories, on people; data and refusals."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtr
from scipy.stats import norm

from neuromem.errors import UserError
from neuromem.fit.folds import folds
from neuromem.likelihood import ImpossibleEvent, LikelihoodModel
from neuromem.models.minerva import Minerva
from neuromem.recognition import family
from neuromem.recognition.best_key import BestKey, one_match, reaching
from neuromem.recognition.dual_process import DualProcess
from neuromem.recognition.minerva import MinervaIntensity
from neuromem.recognition.rem import Rem, features
from neuromem.recognition.responses import Responses, from_counts
from neuromem.recognition.signal_detection import EqualVariance, UnequalVariance

every_model = pytest.mark.parametrize("model", family.MODELS.values(), ids=family.MODELS)
OLD, NEW = np.array([[2, 1, 0, 3, 4, 9]]), np.array([[8, 5, 3, 2, 0, 1]])
CRITERIA = {"criterion_1": -0.7, "step_2": 0.5, "step_3": 0.3, "step_4": 0.6, "step_5": 0.4}
AT = np.array([-0.7, -0.2, 0.1, 0.7, 1.1])


def rng(seed=0):
    return np.random.default_rng(seed)


def distribution(model, at, **values):
    """F (kind, criterion), new items first."""
    return model.below(np.asarray(at, float), {name: np.array([value]) for name, value in values.items()})


def test_signal_detection_by_hand():
    p = UnequalVariance().probabilities({"d": 1.2, "sd_old": 1.4, **CRITERIA})
    for row, (mean, sd) in enumerate([(0, 1), (1.2, 1.4)]):
        below = norm(mean, sd).cdf(AT)
        assert p[row] == pytest.approx(np.diff(np.concatenate([[0], below, [1]])))


def test_the_log_likelihood_is_that_of_the_counts():
    model, data = EqualVariance(), from_counts(OLD, NEW).data
    log_p = np.log(model.probabilities(CRITERIA))
    assert model.log_likelihood(data, CRITERIA).sum() == pytest.approx((data.counts() * log_p).sum())
    assert model.log_likelihood(data, CRITERIA)[3] == log_p[int(data.old[3]), data.rating[3] - 1]


SAME = {  # each model where it must equal another
    "sd 1": (UnequalVariance(), {"sd_old": 1.0, "d": 0.8}, EqualVariance(), {"d": 0.8}),
    "every key stored": (BestKey(fails=True), {"stored": 1.0}, BestKey(), {}),
    "nothing recollected": (DualProcess(), {"recollection": 0.0, "d": 0.8}, EqualVariance(), {"d": 0.8}),
}


@pytest.mark.parametrize(("model", "values", "other", "others"), SAME.values(), ids=SAME)
def test_limits_in_which_two_models_are_one(model, values, other, others):
    np.testing.assert_allclose(model.probabilities(values), other.probabilities(others), atol=1e-15)


CHANCE = {
    "signal detection": (EqualVariance(), {"d": 0.0}, 1e-12),
    "best key": (BestKey(), {"fidelity": 0.0}, 1e-12),
    "rem": (Rem(), {"stored": 0.01, "copied": 0.05}, 5e-3),
}


@pytest.mark.parametrize(("model", "values", "tolerance"), CHANCE.values(), ids=CHANCE)
def test_who_stores_nothing_is_at_chance(model, values, tolerance):
    new, old = model.probabilities(values)
    assert old == pytest.approx(new, abs=tolerance)


def test_keys_that_are_not_stored_leave_a_new_item():
    new, old = BestKey().probabilities()
    assert BestKey(fails=True).probabilities({"stored": 0.6})[1] == pytest.approx(0.6 * old + 0.4 * new)


def test_recollection_gives_the_highest_rating_only():
    without, with_ = (DualProcess().probabilities({"recollection": r})[1] for r in (0.0, 0.3))
    assert with_[:-1] == pytest.approx(0.7 * without[:-1])
    assert with_[-1] == pytest.approx(0.3 + 0.7 * without[-1])


def worst(strength, below, at):
    """The largest distance of the distribution of simulated strengths from the derived one."""
    return np.abs((strength[:, None] <= at).mean(0) - below).max()


@pytest.mark.parametrize("encoding", [0.2, 0.5, 0.9])
def test_intensities_are_those_of_the_memory(encoding):
    model, memory, at = MinervaIntensity(n_items=16), Minerva(encoding=encoding), np.linspace(-2, 4, 30)
    streams = [rng(seed) for seed in range(800)]
    items = np.stack([r.choice([-1.0, 1.0], (32, 20)) for r in streams])
    state = memory.init(16, 20, 1, rng=streams)
    state = memory.write(state, items[:, :16], np.ones((800, 16, 1)), rng=streams)
    intensity = memory.read(state, items, rng=streams).strength * 20**3
    intensity /= np.sqrt(16 * model.cubed_variance(encoding))
    new, old = distribution(model, at, encoding=encoding)
    assert worst(intensity[:, 16:].ravel(), new, at) < 0.02
    assert worst(intensity[:, :16].ravel(), old, at) < 0.02


@pytest.mark.parametrize(
    ("fidelity", "sharpness"),
    [(0.5, 2.0), pytest.param(0.3, 10.0, marks=pytest.mark.slow), pytest.param(0.7, 0.5, marks=pytest.mark.slow)],
)
def test_the_best_key_is_that_of_noisy_vectors(fidelity, sharpness):
    model, r, n = BestKey(n_items=16), rng(), 12_000
    query, other = r.standard_normal((n, 64)), r.standard_normal((n, 15, 64))
    own = fidelity * query + np.sqrt(1 - fidelity**2) * r.standard_normal((n, 64))
    keys = np.concatenate([own[:, None], other, r.standard_normal((n, 1, 64))], 1)
    cosine = (
        np.einsum("id,ijd->ij", query, keys) / np.linalg.norm(query, axis=1)[:, None] / np.linalg.norm(keys, axis=2)
    )
    match = np.sqrt(64) * cosine + r.gumbel(size=cosine.shape) / sharpness
    at = np.linspace(-3, 5, 40)
    new, old = distribution(model, at, fidelity=fidelity, sharpness=sharpness)
    reached = reaching(log_ndtr(at) / 16, np.array([sharpness]))
    assert worst(match[:, 1:].max(1), new, reached) < 0.025
    assert worst(match[:, :16].max(1), old, reached) < 0.025


def test_the_best_key_is_the_logarithm_of_a_sum_with_noise():
    r, sharpness, at = rng(1), 2.0, np.linspace(-3, 3, 40)
    match = r.standard_normal((40_000, 8))
    felt = np.log(np.exp(sharpness * match).sum(1)) / sharpness + r.gumbel(size=len(match)) / sharpness
    new = distribution(BestKey(n_items=8), at, fidelity=0.0, sharpness=sharpness)[0]
    assert worst(felt, new, reaching(log_ndtr(at) / 8, np.array([sharpness]))) < 0.01


@pytest.mark.parametrize("sharpness", [0.2, 0.7, 1.49, 1.51, 4.0, 10.0])
@pytest.mark.parametrize("n", [2, 64, 1000])
def test_the_match_that_so_many_keys_reach(sharpness, n):
    wanted = log_ndtr(np.linspace(-8, 6, 60)) / n
    at = reaching(wanted, np.array([sharpness]))
    above = one_match(at, np.zeros(1), np.ones(1), np.array([sharpness]))[0]
    np.testing.assert_allclose(np.log1p(-above), wanted, rtol=1e-9)


def log_odds(stored, copied, n, r, *, old, n_items=64, n_features=20, g=0.4):
    """Simulated: every image is compared with one and the same probe."""
    probe, image = r.geometric(g, (n, 1, n_features)), r.geometric(g, (n, n_items, n_features))
    if old:
        image[:, 0] = np.where(r.random((n, n_features)) < copied, probe[:, 0], image[:, 0])
    rate = g * (1 - g) ** (probe - 1)
    match = np.log((copied + (1 - copied) * rate) / rate)
    each = np.where(r.random(image.shape) < stored, np.where(image == probe, match, np.log(1 - copied)), 0).sum(-1)
    top = each.max(1, keepdims=True)
    return top[:, 0] + np.log(np.exp(each - top).mean(1))


@pytest.mark.parametrize(
    ("stored", "copied"), [(0.25, 0.6), pytest.param(0.5, 0.6, marks=pytest.mark.slow)]
)  # what people are fitted with, and more
def test_odds_are_those_of_simulated_images(stored, copied):
    r, at = rng(2), np.linspace(-4, 8, 49)
    new, old = distribution(Rem(), at, stored=stored, copied=copied, base_rate=0.4)
    simulated = [np.concatenate([log_odds(stored, copied, 2000, r, old=kind) for _ in range(5)]) for kind in (0, 1)]
    assert worst(simulated[0], new, at) < 0.03
    assert worst(simulated[1], old, at) < 0.03
    hits = (simulated[1][:, None] > np.quantile(simulated[0], [0.9, 0.75, 0.5, 0.25])).mean(0)
    assert np.interp([0.1, 0.25, 0.5, 0.75], 1 - new[::-1], 1 - old[::-1]) == pytest.approx(hits, abs=0.02)


def test_odds_of_two_images_of_one_feature_by_enumeration():
    given = (np.array([0.3]), np.array([0.6]), np.array([0.4]))
    ratio, p = (x[0] for x in features(*given))
    assert (p.sum(), (p * ratio).sum()) == pytest.approx((1, 1))
    found = Rem(doublings=1, n_features=1).odds(*given)
    x = (found.low[0] + np.arange(found.mass.shape[1])) * found.step[0]
    pairs = [(p[i] * p[j], (ratio[i] + ratio[j]) / 2) for i, j in itertools.product(range(len(p)), repeat=2)]
    weight, odds = map(np.array, zip(*pairs, strict=True))
    assert (found.mass[0] * np.exp(x)).sum() == pytest.approx(1, abs=0.01)  # rare values lie beyond the grid
    assert (found.mass[0] * x).sum() == pytest.approx((weight * np.log(odds)).sum(), abs=0.01)
    for at in (-0.7, -0.2, 0.2, 0.6):  # between the steps of the exact distribution
        exact = weight[np.log(odds) <= at].sum()
        assert np.interp(at, x, np.cumsum(found.mass[0])) == pytest.approx(exact, abs=0.02)


@pytest.mark.parametrize(("stored", "copied"), [(0.1, 0.9), (0.25, 0.6), (0.6, 0.6)])
def test_the_mean_odds_of_new_items_are_one(stored, copied):
    found = Rem().odds(np.array([stored]), np.array([copied]), np.array([0.4]))
    x = (found.low[0] + np.arange(found.mass.shape[1])) * found.step[0]
    assert found.mass[0].sum() == pytest.approx(1)
    assert (found.mass[0] * np.exp(x)).sum() == pytest.approx(1, abs=1e-3)


@st.composite
def several_values(draw, n=4):
    """Vectors of values within the bounds of a model that is given by name."""
    name, seed = draw(st.sampled_from(sorted(family.MODELS))), draw(st.integers(0, 999))
    model, r = family.MODELS[name], rng(seed)
    return model, {p.name: r.uniform(p.low, p.high, n) for p in model.parameters if p.free}


@settings(max_examples=30)
@given(several_values())
def test_probabilities_are_probabilities_one_by_one_as_together(case):
    model, values = case
    p = model.probabilities(values)
    assert p.shape == (4, 2, 6)
    assert p.min() >= 0
    assert p.sum(-1) == pytest.approx(1)
    alone = [model.probabilities({name: float(value[i]) for name, value in values.items()}) for i in range(4)]
    np.testing.assert_allclose(p, alone, atol=1e-12)


@settings(max_examples=30)
@given(several_values(n=1))
def test_probabilities_are_continuous_in_the_parameters(case):
    model, values = case
    p = model.probabilities(values)
    for parameter in (p for p in model.parameters if p.free):
        step = 1e-7 * (parameter.high - parameter.low)
        moved = np.minimum(values[parameter.name] + step, parameter.high)
        assert model.probabilities(values | {parameter.name: moved}) == pytest.approx(p, abs=2e-5)


@every_model
def test_every_model_tells_old_from_new_and_its_simulation_follows_it(model):
    assert isinstance(model, LikelihoodModel)
    data = from_counts(np.array([[20_000, 0, 0, 0, 0, 0]]), np.array([[0, 20_000, 0, 0, 0, 0]])).data
    simulated = model.simulate(data, rng=rng(3))
    assert (simulated.old == data.old).all()
    assert simulated.counts() / 20_000 == pytest.approx(model.probabilities(), abs=0.015)
    assert model.line().d_a > 0.5
    again = model.simulate(data, rng=rng(3))
    assert (again.rating == simulated.rating).all()


@every_model
def test_a_model_takes_the_scale_of_the_data(model):
    eight = from_counts(np.ones((1, 8), int), np.ones((1, 8), int)).data
    with pytest.raises(UserError, match="the model has 6 ratings and the data 8"):
        model.log_likelihood(eight)
    assert model.counted_on(eight).log_likelihood(eight).shape == (16,)
    assert len(model.counted_on(eight).parameters) == len(model.parameters) + 2


def test_what_cannot_happen_is_named_and_counts_as_the_floor():
    data = Responses(np.array([True, False]), np.array([6, 1]), 6)
    with pytest.warns(ImpossibleEvent, match=r"rating 6 of an old item \(response 0\) has probability 0 under Equal"):
        log_p = EqualVariance().log_likelihood(data, {"criterion_1": 8.0, "step_2": 8.0})
    assert log_p[0] == np.log(1e-10)


def test_counts_become_responses_that_folds_share():
    people = from_counts(np.concatenate([OLD, OLD]), np.concatenate([NEW, NEW]))
    assert np.bincount(people.subject).tolist() == [38, 38]
    one = people.take(people.subject == 1).data
    assert one.counts().tolist() == [NEW[0].tolist(), OLD[0].tolist()]
    fold = folds(people, by="response", n_folds=4)
    shares = np.stack([people.take((people.subject == 1) & (fold == i)).data.counts() for i in range(4)])
    assert np.abs(shares - one.counts() / 4).max() < 1


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: from_counts([[1, 2]], [[1, 2, 3]]), "whole numbers"),
        (lambda: from_counts([[1.0, 2]], [[1.0, 2]]), "whole numbers"),
        (lambda: from_counts([[1, -2]], [[1, 2]]), "at least 0; saw -2"),
        (lambda: Responses(np.array([True]), np.array([7]), 6), "from 1 to 6; saw 7"),
        (lambda: Responses(np.array([1]), np.array([1]), 6), "old must be bool"),
        (lambda: EqualVariance(n_ratings=1), "n_ratings must be"),
        (lambda: BestKey(n_items=1), "n_items must be"),
        (lambda: BestKey(fails=1), "fails must be a bool"),
        (lambda: MinervaIntensity(n_features=0), "n_features must be"),
        (lambda: Rem(doublings=0), "doublings must be"),
        (lambda: EqualVariance().probabilities({"step_2": -0.1}), "step_2 must be"),
        (lambda: EqualVariance().probabilities({"sd_old": 1.0}), "no parameter 'sd_old'"),
    ],
)
def test_what_is_refused(make, told):
    with pytest.raises(ValueError, match=told) as error:
        make()
    assert "\n" not in str(error.value)


def fitted(model, data):
    """Values and log-likelihood of the best fit, by a local search from the defaults."""
    free = [p for p in model.parameters if p.free]
    bounds, counts = [(p.low, p.high) for p in free], data.counts()

    def loss(x):
        p = model.probabilities(dict(zip([p.name for p in free], map(float, x), strict=True)))
        return -(counts * np.log(np.maximum(p, 1e-10))).sum()

    found = minimize(loss, [p.default for p in free], bounds=bounds, method="L-BFGS-B")
    return dict(zip([p.name for p in free], found.x, strict=True)), -found.fun


def test_parameters_are_recovered():
    true = {"d": 1.4, "sd_old": 1.3, **CRITERIA}
    data = from_counts(np.array([[20_000, 0, 0, 0, 0, 0]]), np.array([[20_000, 0, 0, 0, 0, 0]])).data
    found, _ = fitted(UnequalVariance(), UnequalVariance().simulate(data, true, rng=rng(4)))
    assert found == pytest.approx(true, abs=0.05)


@pytest.mark.needs_data("recognition_roc")
def test_old_items_vary_more_in_people():
    people = family.six_ratings()
    chosen = rng().permutation(people.subjects())[:10]
    data = [people.take(people.subject == subject).data for subject in chosen]
    equal, unequal = ([fitted(model(), one) for one in data] for model in (EqualVariance, UnequalVariance))
    gain = sum(u[1] for u in unequal) - sum(e[1] for e in equal)
    assert gain > 10 + 10  # a parameter each, and more
    assert 1.1 < np.median([u[0]["sd_old"] for u in unequal]) < 1.5


@pytest.mark.needs_data("recognition_roc", "confidence_db_memory")
@pytest.mark.parametrize(
    ("name", "n", "scale"),
    [("recognition_roc", 459, 6), ("recognition_roc_8", 391, 8), ("sadeghi_2017_memory", 50, 12)],
)
def test_the_data_are_all_responses_of_all_people(name, n, scale):
    people = family.DATA[name]()
    assert len(people.subjects()) == n
    assert people.data.n_ratings == scale
    assert people.unit == "response"


def test_curves_by_hand():
    curves = family.curves(from_counts(np.array([[1, 1, 2]]), np.array([[2, 1, 1]])))
    assert curves["rated_old"].values.tolist() == [[0.25, 0.25, 0.5]]
    at = curves["roc"].sel(false_alarm=[0.25, 0.5, 0.75], method="nearest").values[0]
    assert at == pytest.approx([0.5, 0.75, 0.875])  # on the lines from (0, 0) by (1/4, 1/2) and (1/2, 3/4) to (1, 1)
    line = curves["zroc"].sel(z_false_alarm=-0.5).item()
    z1, z2 = norm.ppf([0.25, 0.5])
    assert line == pytest.approx(norm.ppf(0.5) + (line_slope := norm.ppf(0.75) / (z2 - z1)) * (-0.5 - z1))
    assert line_slope == pytest.approx(1)
    assert np.isnan(curves["zroc"].sel(z_false_alarm=1.0)).all()
    assert all("long_name" in v.attrs for v in curves.variables.values() if v.dims != ("subject",))


def test_the_zroc_of_equal_variances_has_slope_one():
    assert EqualVariance().line({"d": 1.5}).slope == pytest.approx(1)
    assert UnequalVariance().line({"d": 1.5, "sd_old": 2.0}).slope == pytest.approx(0.5)
    assert MinervaIntensity().line().slope < 0.95
    assert BestKey().line().slope < 0.95
    assert ndtr(EqualVariance().line({"d": 1.5}).d_a / np.sqrt(2)) == pytest.approx(ndtr(1.5 / np.sqrt(2)))
