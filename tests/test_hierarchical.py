"""Hierarchical fits: every move keeps the posterior, a posterior that is known, bits, chains kept, refusals."""

import sys
import warnings

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from normal_people import NormalScores, means, people
from scipy.stats import kstest, norm
from scipy.stats import t as student

from neuromem.errors import UserError
from neuromem.fit import sampler
from neuromem.fit.chains import BLOCK
from neuromem.fit.diagnostics import NotConverged
from neuromem.fit.hierarchical import hierarchical
from neuromem.fit.population import Group, Prior, bounded, unbounded
from neuromem.fit.posterior_predictive import covered, inference_data, posterior_predictive
from neuromem.fit.surrogate import Surrogate, posterior, surrogate
from neuromem.likelihood import Parameter

TABLE = (Parameter("a", 0.3, 0.1, 5.0, "1", ""), Parameter("b", 0.0, -2.0, 2.0, "1", ""))
SOME = {"n_draws": 100, "thin": 1}


@pytest.fixture(autouse=True)
def short_chains_are_told_where_they_are_the_subject():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotConverged)
        yield


def some_people(seed=0, n_subjects=3, n_units=2):
    rng = np.random.default_rng(seed)
    return people(rng.normal(0.5, 1.0, (n_subjects, 2)), n_units, rng=rng)


# The scale without bounds, and the group


@given(way=st.lists(st.floats(1e-6, 1 - 1e-6), min_size=2, max_size=2))
def test_values_come_back_from_the_scale_without_bounds(way):
    values = np.array([p.low + w * (p.high - p.low) for p, w in zip(TABLE, way, strict=True)])
    np.testing.assert_allclose(bounded(unbounded(values, TABLE), TABLE), values, rtol=0, atol=1e-9)


@given(z=st.floats(-1e3, 1e3))
def test_values_are_never_out_of_bounds(z):
    values = bounded(np.full(2, z), TABLE)
    assert all(p.low <= v <= p.high for p, v in zip(TABLE, values, strict=True))


def test_a_group_without_members_is_as_the_prior_says():
    rng, prior = np.random.default_rng(0), Prior(mean_sd=2.0, spread=0.7, df=3.0)
    group = Group(np.zeros((4000, 1)), np.ones((4000, 1)))
    for _ in range(40):
        group = prior.draw_group(np.zeros((4000, 0, 1)), group, rng=rng)
    assert kstest(group.mean.ravel(), norm(0, 2.0).cdf).pvalue > 0.001
    assert kstest(group.sd.ravel(), lambda x: 2 * student(3, 0, 0.7).cdf(x) - 1).pvalue > 0.001


# Each move keeps the posterior: groups drawn from the prior, members from the groups and data from the members stay so
# distributed, whatever proposals are made from, when parameters move given those data.

N_WORLDS, N_PEOPLE, N_SCORES = 4000, 3, 2
PRIOR = Prior(mean_sd=1.5, spread=0.8, df=6.0)
MOVES = ("by_difference", "by_surrogate", "move_both", "draw_group")


def a_world(rng):
    """Groups, members and the likelihood of their scores, one world in each chain."""
    groups = [PRIOR.draw(N_SCORES, rng=rng) for _ in range(N_WORLDS)]
    group = Group(*map(np.stack, zip(*groups, strict=True)))
    z = group.mean[:, None] + group.sd[:, None] * rng.standard_normal((N_WORLDS, N_PEOPLE, N_SCORES))
    score = z + 0.6 * rng.standard_normal(z.shape)
    return group, z, lambda at: norm(at, 0.6).logpdf(score).sum(-1)


def arbitrary_past(rng):
    curvature = np.stack([np.array([[2.0, 0.5], [0.5, 1.0]])] * N_PEOPLE)
    stand_in = Surrogate(rng.normal(0, 1, (N_PEOPLE, 2)), rng.normal(0, 1, (N_PEOPLE, 2)), curvature)
    return sampler.Past(rng.normal(0, 1, (50, N_PEOPLE, 2)), rng.normal(0, 0.7, (50, 2, 2)), stand_in)


@pytest.mark.parametrize("move", MOVES)
def test_a_move_keeps_the_posterior(move):
    rng = np.random.default_rng(1)
    group, z, log_likelihood = a_world(rng)
    state, past = sampler.State(z, group, log_likelihood(z)), arbitrary_past(rng)
    for _ in range(20):
        if move == "draw_group":
            state = state._replace(group=PRIOR.draw_group(state.z, state.group, rng=rng))
        elif move == "move_both":
            state = sampler.move_both(state, past.group, log_likelihood, PRIOR, rng=rng)
        else:
            state = getattr(sampler, move)(state, past, log_likelihood, rng=rng)
    np.testing.assert_allclose(state.log_l, log_likelihood(state.z), rtol=0, atol=1e-12)
    moved = (state.z != z).any() if move != "draw_group" else (state.group.mean != group.mean).all()
    assert moved
    for p in range(N_SCORES):
        assert kstest(state.group.mean[:, p], norm(0, 1.5).cdf).pvalue > 0.001
        assert kstest(state.group.sd[:, p], lambda x: 2 * student(6, 0, 0.8).cdf(x) - 1).pvalue > 0.001
        away = (state.z[:, 0, p] - state.group.mean[:, p]) / state.group.sd[:, p]
        assert kstest(away, norm.cdf).pvalue > 0.001


@given(seed=st.integers(0, 2**32))
def test_a_likelihood_that_is_quadratic_is_its_own_surrogate(seed):
    rng = np.random.default_rng(seed)
    z, root, slope = rng.standard_normal((60, 1, 3)), rng.standard_normal((3, 3)), rng.standard_normal(3)
    log_l = 2.0 + z @ slope - 0.5 * ((z @ root) ** 2).sum(-1)
    found = surrogate(z, log_l)
    np.testing.assert_allclose(found.curvature[0], root @ root.T, rtol=0, atol=1e-6)
    away = np.array([0.3, -1.0, 0.5]) - found.centre[0]
    exact = slope - root @ root.T @ found.centre[0]
    np.testing.assert_allclose(found.slope[0] @ away, exact @ away, rtol=0, atol=1e-6)


def test_the_surrogate_posterior_by_hand():
    # Curvature 3 and slope 0 at 1, group at 5 with spread 1: precision 4, mean (3 * 1 + 1 * 5) / 4 = 2.
    quadratic = Surrogate(np.ones((1, 1)), np.zeros((1, 1)), np.full((1, 1, 1), 3.0))
    about = posterior(quadratic, Group(np.full((1, 1), 5.0), np.ones((1, 1))))
    assert (about.mean.item(), about.root.item()) == (pytest.approx(2.0), pytest.approx(2.0))


# Whole fits


def exact(observed, n_units, prior):
    """Mean and standard deviation of the group's mean and spread (score), by quadrature over the spread."""
    score = observed.data.score.reshape(-1, n_units, 2).mean(1)
    sd = np.exp(np.linspace(-9, 4, 6000))[:, None]
    variance = sd**2 + 1 / n_units
    precision = len(score) / variance + 1 / prior.mean_sd**2
    centre = score.sum(0) / variance / precision
    log_p = -0.5 * (len(score) * np.log(variance) + (score**2).sum(0) / variance + np.log(precision))
    log_p = log_p + 0.5 * centre**2 * precision + student(prior.df, 0, prior.spread).logpdf(sd) + np.log(sd)
    p = np.exp(log_p - log_p.max(0))
    p /= p.sum(0)
    mean, spread = (p * centre).sum(0), (p * sd).sum(0)
    mean_sd = np.sqrt((p * (1 / precision + centre**2)).sum(0) - mean**2)
    return {"group_mean": (mean, mean_sd), "group_sd": (spread, np.sqrt((p * sd**2).sum(0) - spread**2))}


@pytest.mark.slow
def test_the_posterior_of_normal_people_is_the_known_one():
    observed, prior = some_people(2, n_subjects=5, n_units=4), Prior()
    with warnings.catch_warnings():
        warnings.simplefilter("error", NotConverged)
        fit = hierarchical(NormalScores(), observed, prior=prior, n_draws=800, thin=3)
    for name, (mean, sd) in exact(observed, 4, prior).items():
        drawn = fit[name]
        error = sd / np.sqrt(fit[f"{name}_ess"].values)
        np.testing.assert_array_less(abs(drawn.mean(("chain", "draw")).values - mean), 4 * error)
        np.testing.assert_allclose(drawn.std(("chain", "draw")).values, sd, rtol=0.1)


@pytest.mark.slow
def test_true_values_are_anywhere_among_the_draws_as_often():
    """Simulation-based calibration: Talts et al. (2018), arXiv:1804.06788."""
    prior, n_worlds, ranks = Prior(mean_sd=1.0, spread=0.7, df=8.0), 50, []
    for seed in range(n_worlds):
        rng = np.random.default_rng(seed)
        group = prior.draw(1, rng=rng)
        z = group.mean + group.sd * rng.standard_normal((3, 1))
        observed = people(z, 2, rng=rng)
        fit = hierarchical(NormalScores(names=("a",)), observed, prior=prior, n_draws=50, thin=3, seed=seed)
        true = [group.mean[0], group.sd[0], z[0, 0]]
        drawn = [fit.group_mean.values, fit.group_sd.values, unbounded(fit.value.values[:, :, 0], TABLE_OF_A)]
        ranks.append([(np.ravel(d) < x).mean() for d, x in zip(drawn, true, strict=True)])
    for rank in np.array(ranks).T:
        assert kstest(rank, "uniform").pvalue > 0.001


TABLE_OF_A = NormalScores(names=("a",)).parameters


def test_the_dataset_of_a_fit():
    fit = hierarchical(NormalScores(), some_people(), fixed={"b": 0.4}, **SOME)
    assert dict(fit.value.sizes) == {"chain": 4, "draw": 100, "subject": 3, "parameter": 1}
    assert fit.parameter.values.tolist() == ["a"]
    assert fit.group_mean.dims == ("chain", "draw", "parameter")
    assert fit.value_r_hat.dims == ("subject", "parameter")
    np.testing.assert_allclose(fit.typical.values, 1 / (1 + np.exp(-fit.group_mean.values)))
    assert all({"long_name", "units"} <= v.attrs.keys() for v in fit.data_vars.values())
    model, first = NormalScores(), some_people().take(np.arange(2))
    at = {"a": fit.value.values[1, 7, 0, 0], "b": 0.4}
    assert model.log_likelihood(first.data, at).sum() == pytest.approx(fit.log_likelihood.values[1, 7, 0])


@pytest.mark.parametrize("workers", [1, 3])
def test_same_seed_same_bits_on_any_number_of_workers(workers):
    first = hierarchical(NormalScores(), some_people(), **SOME)
    assert first.identical(hierarchical(NormalScores(), some_people(), workers=workers, **SOME))
    assert not first.identical(hierarchical(NormalScores(), some_people(), seed=1, **SOME))


def interrupt_after(n_blocks):
    def progress(done, total):
        if done >= n_blocks * BLOCK:
            raise KeyboardInterrupt

    return progress


def test_what_was_interrupted_goes_on(tmp_path):
    path, arguments = tmp_path / "chains.npz", {"model": NormalScores(), "observed": some_people()}
    with pytest.raises(KeyboardInterrupt, match=r"150 of 200 draws are kept in .*chains.npz; the same command goes on"):
        hierarchical(**arguments, **SOME, path=path, progress=interrupt_after(3))
    with np.load(path) as kept:
        assert len(kept["z"]) >= 3 * BLOCK
    seen = []
    gone_on = hierarchical(**arguments, **SOME, path=path, progress=lambda done, total: seen.append(done))
    assert seen[0] == 3 * BLOCK
    assert gone_on.identical(hierarchical(**arguments, **SOME))
    more = hierarchical(**arguments, n_draws=150, thin=1, path=path)
    assert more.identical(hierarchical(**arguments, n_draws=150, thin=1))


@pytest.mark.parametrize("change", [{"seed": 1}, {"thin": 2}, {"prior": Prior(spread=2.0)}, {"fixed": {"a": 0.2}}])
def test_chains_of_another_fit_are_refused(change, tmp_path):
    path, small = tmp_path / "chains.npz", {"n_draws": 25, "thin": 1}
    hierarchical(NormalScores(), some_people(), path=path, **small)
    with pytest.raises(UserError, match=r"chains.npz holds chains of another fit \(model, data"):
        hierarchical(NormalScores(), some_people(), path=path, **(small | change))


def test_a_file_without_chains_is_refused(tmp_path):
    (tmp_path / "chains.npz").write_text("nothing")
    with pytest.raises(UserError, match="chains.npz holds no chains"):
        hierarchical(NormalScores(), some_people(), path=tmp_path / "chains.npz", **SOME)


def test_too_few_draws_are_told_by_name():
    with warnings.catch_warnings():
        warnings.simplefilter("error", NotConverged)
        with pytest.raises(
            NotConverged, match=r"fewer than 400 effective draws: .*of (subject \d|a|b) \(.*take more draws"
        ):
            hierarchical(NormalScores(), some_people(), n_draws=10, thin=1)


class Broken(NormalScores):
    def log_likelihood(self, data, values=None):
        return super().log_likelihood(data, values) * np.nan


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"n_draws": 5}, "n_draws must be a whole number of at least 10"),
        ({"n_chains": 1}, "n_chains must be a whole number of at least 2"),
        ({"fixed": {"c": 0.5}}, "there is no parameter 'c'"),
        ({"fixed": {"a": 2.0}}, "a must be a number in"),
        ({"fixed": {"a": 0.5, "b": 0.5}}, "no parameter is free"),
        ({"observed": some_people(n_subjects=1)}, "a group needs at least two subjects; saw 1"),
        ({"model": Broken()}, "the log-likelihood of subject 0 is not a number at a "),
    ],
)
def test_what_cannot_be_fitted_is_refused(arguments, told):
    with pytest.raises(ValueError, match=told):
        hierarchical(**({"model": NormalScores(), "observed": some_people()} | arguments))


@pytest.mark.parametrize("field", ["mean_sd", "spread", "df"])
def test_a_prior_without_width_is_refused(field):
    with pytest.raises(ValueError, match=rf"{field} must be a number in \(0, inf\)"):
        Prior(**{field: 0.0})


def test_without_arviz_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "arviz", None)
    with pytest.raises(UserError, match=r'pip install "neuromem\[bayes\]"'):
        hierarchical(NormalScores(), some_people(), n_draws=10, thin=1)


# Posterior predictive


def test_predictions_come_from_the_posterior():
    observed = some_people(n_units=40)
    fit = hierarchical(NormalScores(), observed, **SOME)
    predicted = posterior_predictive(NormalScores(), fit, observed, means, n_draws=10)
    assert dict(predicted.mean_score.sizes) == {"chain": 4, "draw": 10, "subject": 3, "score": 2}
    off = predicted.mean_score.mean(("chain", "draw")) - means(observed).mean_score
    assert abs(off).max() < 0.25  # of a standard error of .22 for each simulated mean, over forty
    assert predicted.identical(posterior_predictive(NormalScores(), fit, observed, means, n_draws=10))
    assert predicted.chain.attrs == {"units": "1", "long_name": "chain"}
    assert predicted.draw.attrs == {"units": "1", "long_name": "draw"}
    told = inference_data(fit, predicted, means(observed))
    assert {"posterior", "posterior_predictive", "observed_data"} <= set(told.groups())


def test_covered_by_hand():
    dims = ("chain", "draw", "subject", "place")
    drawn = np.broadcast_to(np.arange(9.0)[None, :, None, None], (2, 9, 1, 4)) * [1, 1, 1, np.nan]
    people = xr.Dataset({"x": (("subject", "place"), [[4.0, 9.0, np.nan, 4.0]])})
    np.testing.assert_array_equal(covered(xr.Dataset({"x": (dims, drawn)}), people).x, [1, 0, np.nan, np.nan])
