"""Recovery of parameters: known answers by hand, searches that fall short, normal people, CMR."""

from functools import partial

import numpy as np
import pytest
from recovery_toys import CENTRE, QUICK, STREAM, Spread, design, told_fits, values_of

from neuromem.fit.fit import fit
from neuromem.fit.recovery import SearchFellShort, recovery
from neuromem.fit.simulated import around_defaults, simulated
from neuromem.recall import family


@pytest.mark.filterwarnings("ignore::neuromem.fit.recovery.SearchFellShort")
def test_recovery_by_hand():
    true, found = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.5, 2.5, 2.5, 5.5])
    result = recovery(Spread(), values_of(Spread(), true[:, None]), design(), fit=partial(told_fits, value=found))
    assert result.fitted.values.ravel().tolist() == found.tolist()
    assert float(result.correlation[0]) == pytest.approx(6.0 / np.sqrt(5.0 * 9.0))
    assert float(result.rank_correlation[0]) == pytest.approx(4.5 / np.sqrt(5.0 * 4.5))
    assert float(result.bias[0]) == pytest.approx(0.5)
    assert float(result.error[0]) == pytest.approx(np.sqrt((0.25 * 3 + 2.25) / 4))
    z, half = np.arctanh(6.0 / np.sqrt(45.0)), 1.959964
    np.testing.assert_allclose(result.interval.values.ravel(), np.tanh([z - half, z + half]), atol=1e-6)
    data = simulated(
        Spread(), values_of(Spread(), true[:, None]), design(), seed=0, stream=("recovery", "model")
    ).data.parts[2]
    gain = [Spread().log_likelihood(data, {"spread": x}).sum() for x in (2.5, 3.0)]
    assert float(result.gain[2]) == pytest.approx(gain[0] - gain[1])


def test_what_does_not_vary_has_no_correlation():
    table = values_of(Spread(), np.full((3, 1), 2.0))
    result = recovery(Spread(), table, design(), fit=partial(told_fits, value=np.full(3, 2.0)))
    assert np.isnan(result.correlation.values).all()
    assert np.isnan(result.interval.values).all()
    assert result.gain.values.tolist() == [0.0, 0.0, 0.0]


def test_a_search_that_falls_short_is_told():
    table = values_of(Spread(), np.array([[1.0], [2.0], [1.0]]))
    short = partial(told_fits, value=[1.0, 9.0, 1.0])
    with pytest.warns(SearchFellShort, match=r"1 of 3 fits of spread are less likely than .* subject 1 by \d+"):
        recovery(Spread(), table, design(), fit=short, name="spread")


def test_parameters_of_normal_people_are_recovered():
    values = around_defaults(CENTRE, 12, spread=1.0, seed=0, stream=STREAM)
    result = recovery(CENTRE, values, design(n_units=60), fit=QUICK, name="centre")
    # z is even within 1 of 0, with variance 1/3; the mean of 60 scores has an error of variance 1/60.
    assert float(result.correlation[0]) > 0.9
    assert (result.gain >= 0).all()
    assert all({"long_name", "units"} <= v.attrs.keys() for v in result.data_vars.values())
    again = recovery(CENTRE, values, design(n_units=60), fit=QUICK, name="centre")
    assert result.identical(again)


@pytest.mark.slow
@pytest.mark.needs_data("morton2013")
def test_no_fit_of_cmr_is_less_likely_than_the_truth():
    model, observed = family.MODELS["cmr"], family.DATA["morton2013"]()
    values = around_defaults(model, 6, seed=3, stream=STREAM)
    result = recovery(model, values, observed, fit=partial(fit, workers=2), name="cmr")
    assert (result.gain > 0).all()  # nine parameters exceed the truth by 4.5 on average
    assert (result.correlation.sel(parameter=["b_enc", "b_rec", "l_fc", "x2"]) > 0.7).all()
