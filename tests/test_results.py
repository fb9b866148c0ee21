"""Finished results: read back as they were written, moved into place, and refused where they could not be written."""

import os
from pathlib import Path

import pytest
import xarray as xr

from neuromem import results, run
from neuromem.errors import UserError

TINY = Path(__file__).parent / "tiny_paradigm.py"


def test_a_result_is_read_back_as_it_was_written(tmp_path):
    made = run.run(TINY)
    kept = results.load(results.save(made, tmp_path / "a.nc"))
    xr.testing.assert_equal(kept.measured, made.measured)
    xr.testing.assert_equal(kept.trials, made.trials)
    assert kept.measured.attrs == made.measured.attrs
    assert kept.measured.accuracy.attrs == made.measured.accuracy.attrs


def half_written(path):
    with results.moved_into_place(path) as beside:
        beside.write_text("half of the new")
        raise OSError("the disk is full")


def test_what_fails_while_it_writes_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(OSError, match="full"):
        half_written(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.txt", "must end in .nc; saw '.txt'"),
        ("a", "must end in .nc; saw 'no suffix'"),
        ("nowhere/a.nc", "does not exist; make it first"),
        ("folder.nc", "is a folder; name a file"),
    ],
)
def test_a_path_that_could_not_be_written_is_refused(tmp_path, name, told):
    (tmp_path / "folder.nc").mkdir()
    with pytest.raises(UserError, match=told):
        results.check_writable(tmp_path / name, (".nc",))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nowhere/in/it", "the folder .*in does not exist; make it first"),
        ("a.txt", "a.txt is a file; name a folder"),
        ("new.png", "new.png would be a file of that kind; name a folder"),
        ("shut", "shut cannot be written: permission denied"),
        ("new", "new cannot be written: permission denied"),
    ],
)
def test_a_folder_that_could_not_be_written_is_refused(tmp_path, monkeypatch, name, told):
    (tmp_path / "a.txt").touch()
    (tmp_path / "shut").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UserError, match=told):
        results.check_folder(tmp_path / name)


@pytest.mark.parametrize("name", ["old", "new"])
def test_a_folder_that_is_or_can_be_made_is_taken_and_not_yet_made(tmp_path, name):
    (tmp_path / "old").mkdir()
    assert results.check_folder(tmp_path / name) == tmp_path / name
    assert [p.name for p in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("locked", ["folder", "file"])
def test_a_place_without_permission_is_refused(tmp_path, monkeypatch, locked):
    (tmp_path / "a.nc").touch()
    shut = tmp_path if locked == "folder" else tmp_path / "a.nc"
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != shut)
    with pytest.raises(UserError, match="cannot be written: permission denied"):
        results.check_writable(tmp_path / "a.nc", (".nc",))
