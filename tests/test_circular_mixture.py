"""Circular helpers, and the mixture of errors: closed forms, recovery, and bad input."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import vonmises

from neuromem.measures.bootstrap import interval
from neuromem.measures.circular import angles, circular_sd, concentration, log_von_mises, resultant, wrapped
from neuromem.measures.error_mixture import error_mixture, error_mixtures
from tests.small import stream


@pytest.mark.parametrize("kappa", [0.0, 1e-6, 0.01, 0.5, 2.0, 5.0, 40.0, 1e3, 1e5])
def test_the_concentration_undoes_the_resultant(kappa):
    assert concentration(resultant(kappa)) == pytest.approx(kappa, rel=1e-6)


@pytest.mark.parametrize("kappa", [0.1, 3.0, 50.0])
def test_the_density_is_that_of_scipy(kappa):
    x = np.linspace(-np.pi, np.pi, 7)
    np.testing.assert_allclose(log_von_mises(x, kappa), vonmises(kappa).logpdf(x), rtol=1e-10)


def test_a_flat_density_has_no_spread_that_is_finite():
    assert np.isinf(circular_sd(0.0))
    assert circular_sd(1e4) == pytest.approx(0.01, rel=1e-3)  # 1 / sqrt(kappa) where it is narrow


@given(st.floats(-1e3, 1e3))
def test_wrapped_angles_stay_the_same_angle(x):
    y = float(wrapped(x))
    assert -np.pi <= y < np.pi
    assert np.cos(x - y) == pytest.approx(1)


def recovered(p_memory, kappa, n=3000, seed=0):
    rng = stream(seed)
    error = np.where(rng.random(n) < p_memory, rng.vonmises(0, kappa, n), rng.uniform(-np.pi, np.pi, n))
    return error_mixture(error)


@pytest.mark.parametrize(("p_memory", "kappa"), [(0.9, 5.0), (0.5, 15.0), (0.3, 30.0)])
def test_a_mixture_is_recovered(p_memory, kappa):
    found = recovered(p_memory, kappa)
    assert found.p_memory == pytest.approx(p_memory, abs=0.04)
    assert found.kappa == pytest.approx(kappa, rel=0.2)
    assert found.p_swap == 0


def test_without_guesses_it_is_the_fit_of_one_von_mises():
    error = stream().vonmises(0, 6, 500)
    found = error_mixture(error)
    alone = concentration(np.cos(error).mean())
    one = log_von_mises(error, alone).sum()
    assert found.log_likelihood >= one - 1e-6
    assert found.p_guess < 0.05


def test_guesses_alone_are_no_more_likely_than_uniform_ones():
    n = 2000
    found = error_mixture(stream(1).uniform(-np.pi, np.pi, n))
    gained = found.log_likelihood + n * np.log(2 * np.pi)
    assert 0 <= gained < 6  # two parameters of noise
    assert found.p_memory * resultant(found.kappa) < 0.06


def test_it_is_the_maximum_that_a_general_optimiser_finds():
    rng = stream(2)
    error = np.concatenate([rng.vonmises(0, 7, 260), rng.uniform(-np.pi, np.pi, 140)])

    def loss(theta):
        p = theta[0] * np.exp(log_von_mises(error, np.exp(theta[1]))) + (1 - theta[0]) / (2 * np.pi)
        return -np.log(p).sum()

    best = min(minimize(loss, [p, 2.0], method="Nelder-Mead", options={"xatol": 1e-8}).fun for p in (0.4, 0.8))
    assert error_mixture(error).log_likelihood == pytest.approx(-best, abs=1e-4)


def test_swaps_are_recovered_and_are_guesses_without_them():
    rng, n = stream(3), 4000
    others = rng.uniform(-np.pi, np.pi, (n, 3))
    kind = rng.choice(3, n, p=[0.6, 0.25, 0.15])
    noise = rng.vonmises(0, 10, n)
    error = wrapped(np.choose(kind, [noise, others[:, 1] + noise, rng.uniform(-np.pi, np.pi, n)]))
    found, without = error_mixture(error, others), error_mixture(error)
    assert (found.p_memory, found.p_swap, found.p_guess) == pytest.approx((0.6, 0.25, 0.15), abs=0.04)
    assert found.kappa == pytest.approx(10, rel=0.15)
    assert without.p_guess == pytest.approx(0.4, abs=0.04)
    assert found.log_likelihood > without.log_likelihood + 100


def test_groups_are_fitted_each_alone():
    rng = stream(4)
    both = rng.vonmises(0, [[4.0], [20.0]], (2, 200))
    together = error_mixture(both)
    np.testing.assert_allclose(together.kappa, [error_mixture(one).kappa for one in both], rtol=1e-8)
    padded = np.concatenate([both, np.full((2, 5), np.nan)], -1)
    np.testing.assert_allclose(error_mixture(padded).p_memory, together.p_memory, rtol=1e-8)


def people(n=40):
    rng = stream(5)
    where = {"subject": ("trial", np.repeat([3, 7], 2 * n)), "n_items": ("trial", np.tile([1, 2], 2 * n))}
    other = np.where(np.tile([1, 2], 2 * n) > 1, rng.uniform(-3, 3, 4 * n), np.nan)[:, None]
    held = {"error": ("trial", rng.vonmises(0, 8, 4 * n)), "non_target": (("trial", "other"), other)}
    return xr.Dataset(held, coords=where)


def test_every_subject_and_condition_has_a_mixture_and_their_mean_an_interval():
    trials = people()
    found = error_mixtures(trials, swaps=True)
    assert found.sizes == {"subject": 2, "n_items": 2}
    one = trials.isel(trial=(trials.subject.values == 7) & (trials.n_items.values == 2))
    alone = error_mixture(one.error.values, one.non_target.values)
    assert float(found.kappa.sel(subject=7, n_items=2)) == pytest.approx(alone.kappa)
    assert float(found.p_swap.sel(n_items=1).max()) == 0
    low, high = interval(found.kappa, rng=stream(), n_resamples=200)
    assert (low <= found.kappa.mean("subject")).all()
    assert (high >= found.kappa.mean("subject")).all()


@pytest.mark.parametrize(("error", "non_target", "seen"), [
    ([0.1, 4.0], None, r"error must be angles in radians in \[-pi, pi\]; saw 4: convert degrees"),
    ([np.nan, np.nan], None, "error must hold at least one trial"),
    ([0.1, 0.2], [[1.0]], r"non_target must be \(..., trial, other\) beside error \(2,\); saw \(1, 1\)"),
    ([0.1, 0.2], [[1.0], [np.nan]], "non_target holds none for some trials; take one set size at a time"),
    ([1j, 2j], None, "error must be real numbers"),
])  # fmt: skip
def test_bad_input_is_told_in_one_line(error, non_target, seen):
    with pytest.raises(ValueError, match=seen) as told:
        error_mixture(error, non_target)
    assert "\n" not in str(told.value)


def test_nan_is_refused_where_it_is_no_padding():
    with pytest.raises(ValueError, match=r"saw NaN at \[1\]: leave such trials out"):
        angles("error", [0.0, np.nan])


def test_a_missing_coordinate_is_named():
    with pytest.raises(ValueError, match="the trials have no 'delay'; they have"):
        error_mixtures(people(), by="delay")
