"""Sweeps: a new dimension for each swept field, and a killed sweep goes on where it stopped."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from neuromem import run
from neuromem.errors import UserError
from neuromem.sweep import sweep

TINY = Path(__file__).parent / "tiny_paradigm.py"
GRID = {"n_items": [3, 6], "memory.dtype": ["float32", "float64"]}


def test_each_swept_field_is_a_dimension(tmp_path):
    swept = sweep(TINY, GRID, store=tmp_path / "s.zarr", n_subjects=4, seed=2)
    assert swept.accuracy.dims == ("n_items", "dtype", "subject", "sd")
    assert swept.dtype.values.tolist() == ["float32", "float64"]
    design = run.paradigms.load(TINY).Design(n_items=6)
    alone = run.run(TINY, design=design, n_subjects=4, seed=2).measured
    xr.testing.assert_equal(swept.accuracy.sel(n_items=6, dtype="float64", drop=True), alone.accuracy)


def test_a_killed_sweep_goes_on_where_it_stopped(tmp_path):
    store = tmp_path / "s.zarr"

    def die(done, total):
        assert done < 3, "killed"

    with pytest.raises(AssertionError, match="killed"):
        sweep(TINY, GRID, store=store, n_subjects=2, progress=die)
    assert int(xr.open_zarr(store, consolidated=False).done.sum()) == 3
    stamps = {p: p.stat().st_mtime_ns for p in (store / "accuracy").rglob("c/*/*/*/*")}
    whole = sweep(TINY, GRID, store=store, n_subjects=2)
    assert {p: p.stat().st_mtime_ns for p in stamps} == stamps
    xr.testing.assert_equal(whole, sweep(TINY, GRID, store=tmp_path / "t.zarr", n_subjects=2))
    assert not np.isnan(whole.accuracy).any()


@pytest.mark.parametrize("change", [{"seed": 1}, {"n_subjects": 3}, {"memory": "matrix"}])
def test_a_store_with_another_sweep_is_refused(tmp_path, change):
    grid = {"n_items": [3, 4]}
    base = {"n_subjects": 2, "store": tmp_path / "s.zarr"}
    sweep(TINY, grid, **base)
    with pytest.raises(UserError, match="holds another sweep"):
        sweep(TINY, grid, **(base | change))


@pytest.mark.parametrize(
    ("grid", "told"),
    [
        ({}, "at least one field"),
        ({"n_itms": [1]}, "there is no field 'n_itms' to sweep; did you mean n_items"),
        ({"n_items": []}, "n_items has no values"),
        ({"n_items": [0]}, "n_items must be a whole number of at least 1; saw 0"),
        ({"sds": [(0.0,), (0.0, 1.0)]}, "sweeping sds changes the shape of"),
    ],
    ids=["nothing", "unknown", "empty", "out of range", "other shapes"],
)
def test_what_cannot_be_swept_is_refused(tmp_path, grid, told):
    with pytest.raises(UserError, match=told):
        sweep(TINY, grid, store=tmp_path / "s.zarr", n_subjects=2)


def test_a_sweep_that_cannot_be_leaves_no_store_behind(tmp_path):
    with pytest.raises(UserError, match="changes the shape"):
        sweep(TINY, {"sds": [(0.0,), (0.0, 1.0)]}, store=tmp_path / "s.zarr", n_subjects=2)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_sweep_is_refused(tmp_path):
    (tmp_path / "s.zarr").mkdir()
    with pytest.raises(UserError, match="is no sweep that could be continued"):
        sweep(TINY, {"n_items": [3]}, store=tmp_path / "s.zarr")
