"""Simulated people: their values, their designs in turn, their data joined."""

import numpy as np
import pytest
import xarray as xr
from normal_people import Scores
from recovery_toys import CENTRE, STREAM, Spread, values_of

from neuromem.errors import UserError
from neuromem.fit.simulated import Joined, around_defaults, like_people, simulated, together
from neuromem.likelihood import Observed


def test_values_lie_evenly_around_the_defaults():
    values = around_defaults(Spread(), 400, spread=1.5, seed=0, stream=STREAM)
    way = (values.values - 0.1) / 9.9
    z, middle = np.log(way / (1 - way)).ravel(), np.log(0.9 / 9.0)
    assert abs(z - middle).max() <= 1.5
    assert np.histogram(z, middle + np.linspace(-1.5, 1.5, 4))[0].min() > 100
    more = around_defaults(Spread(), 401, spread=1.5, seed=0, stream=STREAM)
    assert (more.values[:400] == values.values).all()


def some_fits():
    value = np.array([[[0.2, 5.0]], [[0.4, 6.0]], [[0.6, 7.0]]])
    dims, coords = ("subject", "model", "parameter"), {"model": ["centre"], "parameter": ["a", "other"]}
    return xr.Dataset({"value": (dims, value)}, coords)


def test_people_come_whole_and_all_before_one_comes_again():
    values = like_people(CENTRE, some_fits(), "centre", 7, seed=0, stream=STREAM)
    assert sorted(values.values[:3, 0]) == sorted(values.values[3:6, 0]) == [0.2, 0.4, 0.6]
    assert values.parameter.values.tolist() == ["a"]


@pytest.mark.parametrize(
    ("model", "name", "told"),
    [
        (CENTRE, "spread", "the fits hold no model 'spread'; they hold centre."),
        (Spread(), "centre", "the fits of centre hold no value of spread for everybody"),
    ],
)
def test_people_who_were_not_fitted_are_refused(model, name, told):
    with pytest.raises(UserError, match=told):
        like_people(model, some_fits(), name, 3, seed=0, stream=STREAM)


def test_simulated_people_have_the_designs_in_turn_and_streams_of_their_own():
    observed = Observed(Scores(np.zeros((5, 1))), np.array([3, 3, 3, 9, 9]), np.array([0, 0, 1, 0, 1]), "unit")
    few = simulated(Spread(), values_of(Spread(), [[1.0], [2.0], [3.0]]), observed, seed=0, stream=STREAM)
    assert few.subject.tolist() == [0, 0, 0, 1, 1, 2, 2, 2]
    assert few.session.tolist() == [0, 0, 1, 0, 1, 0, 0, 1]
    more = simulated(Spread(), values_of(Spread(), [[1.0], [2.0], [3.0], [4.0]]), observed, seed=0, stream=STREAM)
    assert (more.take(more.subject == 2).data.score == few.take(few.subject == 2).data.score).all()
    both = together([few, more])
    assert np.unique(both.subject).tolist() == list(range(7))
    assert (both.take(both.subject == 5).data.score == more.take(more.subject == 2).data.score).all()


def test_of_one_person_data_of_their_own_kind_are_taken():
    joined = Joined((Scores(np.array([[1.0], [2.0]])), Scores(np.array([[3.0]]))))
    assert joined.take(np.array([False, True, False])).score.tolist() == [[2.0]]
    assert joined.take(np.array([2])).score.tolist() == [[3.0]]
    assert [part.score.tolist() for part in joined.take(np.array([1, 2])).parts] == [[[2.0]], [[3.0]]]
    with pytest.raises(ValueError, match="person by person"):
        joined.take(np.array([2, 0]))
