"""Criteria of fits, their weights, and differences between people, by hand."""

import numpy as np
import pytest

from neuromem.errors import UserError
from neuromem.fit.criteria import aicc, bic
from neuromem.fit.paired import paired
from neuromem.fit.weights import weights


def test_criteria_by_hand():
    assert aicc(-50.0, 2, 10) == pytest.approx(100 + 4 + 12 / 7)
    assert bic(-50.0, 2, 10) == pytest.approx(100 + 2 * np.log(10))
    np.testing.assert_allclose(aicc([-50.0, -49.0], [2, 3], 10), [105.7142857, 98 + 6 + 24 / 6])


def test_a_parameter_that_does_nothing_costs_more_the_fewer_the_units():
    price = aicc(-50.0, 3, np.array([5, 10, 10_000])) - aicc(-50.0, 2, np.array([5, 10, 10_000]))
    assert (np.diff(price) < 0).all()
    assert price[-1] == pytest.approx(2, abs=0.01)


def test_aicc_of_too_few_units_is_refused():
    with pytest.raises(UserError, match="saw 10 units for 9 parameters: use BIC"):
        aicc(-50.0, 9, 10)


def test_weights_by_hand():
    np.testing.assert_allclose(weights([0.0, 2 * np.log(3)]), [0.75, 0.25])
    np.testing.assert_allclose(weights([[5e4, 5e4 + 2 * np.log(4)], [0, 0]]), [[0.8, 0.2], [0.5, 0.5]])


def test_subjects_that_two_models_describe_alike_are_shared():
    told = paired([[1.0, 1.0, 3.0], [5.0, 4.0, 3.0]], rng=np.random.default_rng(0))
    np.testing.assert_allclose(told.n_best, [0.5, 0.5, 1])
    assert told.best == 1
    np.testing.assert_allclose(told.difference, [[0, 0, 2], [1, 0, -1]])


def test_what_subjects_share_does_not_widen_the_interval():
    base = np.random.default_rng(0).normal(0, 1000, (20, 1))
    told = paired(np.hstack([base, base + 3]), rng=np.random.default_rng(0))
    np.testing.assert_allclose(told.interval[:, 1], 3, atol=1e-9)
