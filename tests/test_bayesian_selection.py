"""Bayesian selection of models for groups: a published example, closed forms, the exact posterior of two models."""

from io import StringIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import integrate, special

from neuromem.errors import UserError
from neuromem.fit import bayesian_selection
from neuromem.fit.bayesian_selection import exceedance, select

# The example of bmsR (M. Lisi), a translation of SPM12's spm_BMS into R: Akaike weights of six models for twelve people
# and what it prints for them (https://github.com/mattelisi/bmsR, README). It stops once the Dirichlet parameters
# change by less than 1e-3, and draws a million samples for the exceedance probabilities: hence the tolerances.
WEIGHTS = """
2.50810e-22 3.43412e-02 6.77939e-01 2.49400e-01 3.37526e-02 4.56791e-03
1.46612e-04 4.46327e-03 5.20954e-08 8.62817e-01 1.16770e-01 1.58030e-02
4.58669e-25 1.72331e-03 6.27394e-04 8.64776e-01 1.17035e-01 1.58389e-02
4.10535e-07 9.90826e-04 3.88486e-04 8.65617e-01 1.17149e-01 1.58543e-02
6.86634e-02 1.58394e-01 3.17566e-18 1.47323e-01 4.97855e-01 1.27766e-01
3.67834e-02 2.95387e-02 1.91177e-01 6.43610e-01 8.71032e-02 1.17881e-02
1.10346e-04 1.25523e-04 3.83900e-07 8.66609e-01 1.17283e-01 1.58725e-02
1.68130e-08 2.72190e-02 6.19217e-02 7.89545e-01 1.06853e-01 1.44610e-02
1.08276e-01 5.30936e-02 5.59189e-01 2.07285e-01 6.35554e-02 8.60128e-03
3.95782e-11 2.07255e-10 5.06676e-09 8.66813e-01 1.17310e-01 1.58762e-02
3.67837e-02 2.14824e-02 4.18922e-02 7.79962e-01 1.05556e-01 1.43239e-02
1.09000e-07 4.73437e-05 7.02014e-01 2.58257e-01 3.49512e-02 4.73014e-03
"""
PUBLISHED = np.log(np.loadtxt(StringIO(WEIGHTS)))  # (subject, model)


def test_a_published_example():
    told = select(PUBLISHED)
    np.testing.assert_allclose(told.alpha, [1.043623, 1.064976, 1.720754, 11.835847, 1.290641, 1.044160], atol=1e-3)
    np.testing.assert_allclose(
        told.frequency, [0.05797903, 0.05916533, 0.09559743, 0.65754706, 0.07170226, 0.05800889], atol=1e-4
    )
    np.testing.assert_allclose(told.exceedance, [0.000279, 0.000319, 0.001173, 0.997441, 0.000514, 0.000274], atol=1e-4)
    np.testing.assert_allclose(told.omnibus_risk, 0.002890379, rtol=1e-4)
    np.testing.assert_allclose(
        told.protected,
        [0.0007599235, 0.0007998079, 0.0016513395, 0.9950397470, 0.0009942442, 0.0007549379],
        atol=2e-4,
    )


@pytest.mark.parametrize(("first", "second"), [(1.0, 1.0), (3.0, 1.0), (12.4, 9.1)])
def test_the_exceedance_of_two_models_is_a_beta_tail(first, second):
    x = np.linspace(0.5, 1, 200_001)
    density = x ** (first - 1) * (1 - x) ** (second - 1) / special.beta(first, second)
    over = exceedance([first, second])
    assert over[0] == pytest.approx(integrate.trapezoid(density, x), abs=1e-6)
    assert over.sum() == pytest.approx(1)


@pytest.mark.parametrize("alpha", [[1.0, 1.0, 1.0], [4.0, 2.5, 1.2], [30.0, 28.0, 3.0, 1.0], [127.0, 1.0, 1.0]])
def test_the_exceedance_of_several_models_is_that_of_many_draws(alpha):
    drawn = np.random.default_rng(4).dirichlet(alpha, 200_000).argmax(-1)
    share = np.bincount(drawn, minlength=len(alpha)) / len(drawn)
    np.testing.assert_allclose(exceedance(alpha), share, atol=5 * 0.5 / np.sqrt(len(drawn)))


def test_two_of_several_models_that_nobody_has_change_little():
    assert exceedance([20.0, 10.0, 1e-6])[0] == pytest.approx(exceedance([20.0, 10.0])[0], abs=1e-4)


def exact(log_evidence):
    """ln p(all data) with free frequencies of two models, and their mean, by integrating over the frequency."""
    share = (np.arange(100_000) + 0.5) / 100_000
    log_p = np.logaddexp(
        np.log(share)[:, None] + log_evidence[:, 0], np.log1p(-share)[:, None] + log_evidence[:, 1]
    ).sum(1)
    p = np.exp(log_p - log_p.max())
    return np.log(p.mean()) + log_p.max(), (p * share).sum() / p.sum()


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_lies_below_the_evidence_and_near_it(seed):
    rng = np.random.default_rng(seed)
    log_evidence = np.where(rng.random((15, 1)) < 0.8, [0.0, -4.0], [-4.0, 0.0]) + rng.normal(0, 1, (15, 2))
    told = select(log_evidence)
    bound = bayesian_selection._free_energy(log_evidence, np.ones(2), told.alpha, told.belongs)
    evidence, mean = exact(log_evidence)
    assert evidence - 0.5 < bound < evidence
    assert told.frequency[0] == pytest.approx(mean, abs=0.03)


def test_subjects_that_are_certain_are_counted():
    told = select(np.where(np.arange(10)[:, None] < 7, [0.0, -200.0], [-200.0, 0.0]))
    np.testing.assert_allclose(told.alpha, [8, 4])
    # With certain subjects the bound is exact: all orders of 7 among 10 are alike, B(8, 4) against 1 / 2^10.
    assert told.omnibus_risk == pytest.approx(1 / (1 + special.beta(8, 4) * 2**10))


def test_one_enormous_difference_counts_as_one_subject():
    log_evidence = np.zeros((9, 2))
    log_evidence[:8, 0], log_evidence[8, 1] = 5, 1e4
    assert select(log_evidence).exceedance[0] > 0.98
    assert log_evidence.sum(0).argmax() == 1


def test_without_evidence_nothing_exceeds_and_the_risk_is_high():
    told = select(np.zeros((20, 4)))
    np.testing.assert_allclose(told.protected, 0.25)
    assert told.omnibus_risk > 0.5


@given(arrays(float, (6, 3), elements=st.floats(-500, 500)))
@settings(max_examples=10)
def test_what_adds_up_and_what_does_not_matter(log_evidence):
    told = select(log_evidence)
    assert told.alpha.sum() == pytest.approx(9)
    assert told.protected.sum() == pytest.approx(1)
    shifted = select(log_evidence[:, ::-1] + np.arange(6)[:, None])  # a constant of each subject, models reversed
    np.testing.assert_allclose(shifted.alpha, told.alpha[::-1], atol=1e-6)


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        (np.zeros((1, 3)), "at least two subjects; saw 1"),
        (np.zeros((3, 1)), "at least two models; saw 1"),
        (np.full((3, 2), np.nan), "finite"),
        (np.zeros(3), r"\(subject, model\)"),
    ],
)
def test_what_cannot_be_selected_is_refused(evidence, told):
    with pytest.raises((UserError, ValueError), match=told):
        select(evidence)
