"""The search for the best fit: optimisers, starts that agree, polishing."""

import numpy as np
import pytest
from fit_toys import A, Normal, people
from hypothesis import given
from hypothesis import strategies as st

from neuromem.fit import results
from neuromem.fit.job import Job, fit_one
from neuromem.fit.objective import Choices
from neuromem.fit.optimisers import Near
from neuromem.fit.search import Effort, polished, search


def two_wells(points):
    """A wide well of depth 1 and a narrow one of depth 2 at 0.8."""
    near, deep = ((points - 0.2) ** 2).sum(-1), ((points - 0.8) ** 2).sum(-1)
    return -np.exp(-near / 0.1) - 2 * np.exp(-deep / 0.002)


def valley(points):
    """Rosenbrock's function of coordinates from -2 to 2: 0 at (1, 1)."""
    x, y = 4 * points[..., 0] - 2, 4 * points[..., 1] - 2
    return 100 * (y - x**2) ** 2 + (1 - x) ** 2


@pytest.mark.parametrize("optimiser", ["scipy", "cma", pytest.param("pybads", marks=pytest.mark.slow)])
def test_optimisers_find_the_end_of_a_curved_valley(optimiser):
    pytest.importorskip(optimiser)
    found = search(valley, 2, Effort(starts=1, optimiser=optimiser), np.random.default_rng(0))
    assert found.point.tolist() == pytest.approx([0.75, 0.75], abs=1e-3)
    assert found.evaluations > 0


def test_the_deeper_of_two_wells_is_found_and_starts_that_miss_it_are_told():
    found = search(two_wells, 2, Effort(starts=6, population=4), np.random.default_rng(3))
    assert found.point.tolist() == pytest.approx([0.8, 0.8], abs=1e-3)
    assert found.reached.min() == pytest.approx(-2, abs=1e-3)
    assert len(found.reached) == 6


def test_agreement_counts_starts_near_the_best():
    observed = people(A)
    piece = fit_one(Job("normal", Normal(), 1, observed.data, Choices(), Effort(starts=1), 0))
    several = piece._replace(reached=np.array([-5.0, -5.09, -5.11, -9.0]))
    told = results.dataset([Normal()], ["normal"], observed, [[several]])
    assert int(told.agreement[0, 0]) == 2
    assert float(told.spread[0, 0]) == 4.0


@given(at=st.lists(st.floats(-0.5, 1.5), min_size=1, max_size=4), seed=st.integers(0, 99))
def test_polishing_ends_at_the_nearest_point_within_bounds(at, seed):
    centre, rng = np.array(at), np.random.default_rng(seed)
    near = Near(rng.random(len(at)), rng.uniform(1e-3, 0.3, len(at)))
    point, value = polished(lambda x: 50 * ((x - centre) ** 2).sum(-1), near)
    assert point.tolist() == pytest.approx(centre.clip(0, 1).tolist(), abs=1e-5)
    assert value == pytest.approx(50 * ((centre.clip(0, 1) - centre) ** 2).sum(), abs=1e-6)


def test_a_gradient_is_one_call():
    sizes = []

    def function(points):
        sizes.append(len(points))
        return ((points - 0.3) ** 2).sum(-1)

    polished(function, Near(np.full(3, 0.5), np.full(3, 0.1)))
    assert set(sizes) == {7}
