"""Fits: known maxima, bounds, streams, what a model cannot produce, files."""

import warnings

import numpy as np
import pytest
from fit_toys import NORMALS, QUICK, A, B, Coin, Normal, Share, people
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from neuromem.fit import results
from neuromem.fit.fit import fit
from neuromem.fit.search import Effort
from neuromem.likelihood import ImpossibleEvent, Observed
from neuromem.recall import family
from neuromem.recall.lists import recall_lists


def test_the_normal_model_is_fitted_as_its_closed_form_says():
    found = fit({"normal": Normal()}, NORMALS, effort=QUICK)
    assert found.value.sel(parameter="mean").values[:, 0].tolist() == pytest.approx([3.0, -1 / 3], abs=1e-5)
    assert found.value.sel(parameter="sd").values[:, 0].tolist() == pytest.approx([np.std(A), np.std(B)], abs=1e-5)
    wanted = [-len(x) * (np.log(np.std(x) * np.sqrt(2 * np.pi)) + 0.5) for x in (A, B)]
    assert found.log_likelihood.sum("trial").values[:, 0].tolist() == pytest.approx(wanted, abs=1e-9)


@given(n=st.integers(1, 30), share=st.floats(0, 1))
@hypothesis_settings(max_examples=8)
def test_a_coin_shows_what_it_showed(n, share):
    heads = round(share * n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImpossibleEvent)
        found = fit({"coin": Coin()}, people([1] * heads + [0] * (n - heads)), effort=Effort(starts=1))
    assert float(found.value[0, 0, 0]) == pytest.approx(heads / n, abs=1e-5)
    assert bool(found.at_bound[0, 0, 0]) == (heads in (0, n))


def test_fixed_freed_and_narrowed_parameters():
    fixed = fit({"normal": Normal()}, NORMALS, fixed={"sd": 2.0}, effort=QUICK).isel(model=0)
    assert fixed.n_parameters == 1
    assert fixed.value.sel(parameter="sd").values.tolist() == [2.0, 2.0]
    assert fixed.value.sel(parameter="mean").values.tolist() == pytest.approx([3.0, -1 / 3], abs=1e-5)
    freed = fit({"normal": Normal()}, NORMALS, fixed={"mean": 1.0}, free=["shift"], effort=QUICK).isel(model=0)
    assert freed.value.sel(parameter="shift").values.tolist() == pytest.approx([2.0, -4 / 3], abs=1e-5)
    narrow = fit({"normal": Normal()}, NORMALS, bounds={"mean": (-1, 2.5)}, effort=QUICK).isel(model=0)
    assert narrow.value.sel(parameter="mean").values.tolist() == pytest.approx([2.5, -1 / 3], abs=1e-5)
    assert narrow.at_bound.sel(parameter="mean").values.tolist() == [True, False]
    assert not narrow.at_bound.sel(parameter=["sd", "shift"]).any()


def test_models_of_different_parameters_side_by_side():
    tosses = people([1, 1, 0, 1], [0, 1])
    found = fit({"coin": Coin(), "share": Share(), "normal": Normal()}, tosses, effort=QUICK)
    assert found.n_parameters.values.tolist() == pytest.approx([1, np.nan, 2], nan_ok=True)
    assert np.isnan(found.value.sel(model="share")).all()
    assert found.value.sel(model="coin").notnull().sum("parameter").values.tolist() == [1, 1]
    total = found.log_likelihood.sum("trial")
    assert total.sel(model="coin").values.tolist() == pytest.approx(total.sel(model="share").values.tolist())
    assert np.isnan(found.log_likelihood.sel(subject=2).values[:, 2:]).all()


def test_what_is_counted_is_counted_on_each_subject_alone():
    lists = recall_lists([[1, 0], [0, -1], [1, -1], [2, 1]], np.array([2, 2, 3, 3]))
    observed = Observed(lists, np.array([1, 1, 2, 2]), np.zeros(4, int), "list")
    models = {name: family.MODELS[name] for name in ("position_frequency", "last_transition")}
    found = fit(models, observed, effort=QUICK)
    alone = fit(models, observed.take(np.array([2, 3])), effort=QUICK)
    assert found.log_likelihood.values[1].tolist() == alone.log_likelihood.values[0].tolist()


def test_a_fit_depends_on_seed_model_and_subject_alone():
    both = fit({"a": Normal(), "b": Coin()}, people((0, 1, 1), (1, 0)), effort=QUICK, seed=4)
    alone = fit({"b": Coin()}, people((0, 1, 1), (1, 0)).take(np.array([3, 4])), effort=QUICK, seed=4)
    assert both.value.sel(subject=2, model="b", parameter="heads") == alone.value.sel(
        subject=2, model="b", parameter="heads"
    )
    assert both.reached.sel(subject=2, model="b").values.tolist() == alone.reached[0, 0].values.tolist()


@pytest.mark.slow
def test_workers_change_no_bit():
    models = {"normal": Normal(), "coin": Coin()}
    tosses = people((0, 1, 1), (1, 0), (0, 0, 1))
    one, two = (fit(models, tosses, effort=QUICK, workers=n) for n in (1, 2))
    assert one.identical(two)


@pytest.mark.slow
def test_a_dask_scheduler_changes_no_bit():
    distributed = pytest.importorskip("distributed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster:
            there = fit({"normal": Normal()}, NORMALS, effort=QUICK, scheduler=cluster.scheduler_address)
    assert there.identical(fit({"normal": Normal()}, NORMALS, effort=QUICK))


def test_what_a_model_cannot_produce_is_told_once_for_each_model():
    observed = people([1.0, 1.0], [0.0, 0.0], [1.0, 0.0])
    with pytest.warns(ImpossibleEvent) as caught:
        found = fit({"coin": Coin(), "normal": Normal()}, observed, fixed={"heads": 1.0}, effort=QUICK)
    told = [str(one.message) for one in caught]
    assert told == ["coin cannot produce what 2 of 3 subjects did; subject 2: a toss that the coin cannot show"]
    assert np.isfinite(found.log_likelihood.sel(model="coin").values[:, :2]).all()


def test_a_file_gives_back_the_fits(tmp_path):
    found = fit({"normal": Normal(), "share": Share()}, people((0, 1), (1, 0, 0)), effort=QUICK)
    assert results.load(results.save(found, tmp_path / "a.nc")).identical(found)
