"""neuromem recover and neuromem hierarchical."""

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

from neuromem import cli
from neuromem.recognition import family as recognition


def typed(*words, folder):
    return CliRunner().invoke(cli.app, [*map(str, words), "--out", str(folder / "r.nc")], catch_exceptions=True)


@pytest.mark.slow
@pytest.mark.needs_data("recognition_roc")
def test_the_command_recovers_models_and_writes_table_picture_and_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- recovery models -->\n<!-- end of recovery models -->\n")
    words = ["recover", "equal_variance,unequal_variance", "recognition_roc", "--subjects", 2, "--effort", "quick"]
    words += ["--workers", 1, "--figure", tmp_path / "r.png", "--page", page]
    told = typed(*words, folder=tmp_path)
    assert told.exit_code == 0
    found = xr.load_dataset(tmp_path / "r.nc")
    assert found.confusion.sum("model").values.tolist() == [[1, 1], [1, 1]]
    assert (tmp_path / "r.png").stat().st_size > 1000
    assert "| unequal_variance |" in page.read_text()
    assert not (tmp_path / "r.parts").exists()


@pytest.mark.slow
@pytest.mark.needs_data("recognition_roc")
def test_the_command_recovers_parameters_of_people_who_were_fitted(tmp_path):
    fits = {"value": (("subject", "model", "parameter"), some_rates()), "other": 1}
    coords = {"model": ["equal_variance"], "parameter": [p.name for p in EQUAL.parameters]}
    xr.Dataset(fits, coords).to_netcdf(tmp_path / "fits.nc", engine="h5netcdf")
    words = ["recover", "equal_variance", "recognition_roc", "--subjects", 4, "--effort", "quick", "--workers", 1]
    told = typed(*words, "--like", tmp_path / "fits.nc", "--figure", tmp_path / "r.png", folder=tmp_path)
    assert told.exit_code == 0
    assert "4 simulated people; 4 of 4 fits are at least as likely" in told.output
    true = xr.load_dataset(tmp_path / "r.nc").true.isel(parameter=0).values
    assert sorted(true) == pytest.approx(sorted(some_rates()[:, 0, 0]))


EQUAL = recognition.MODELS["equal_variance"]


def some_rates():
    """Four people whose first parameter differs (subject, model, parameter)."""
    rows = np.tile([p.default for p in EQUAL.parameters], (4, 1, 1))
    rows[:, 0, 0] += np.linspace(-0.1, 0.2, 4)
    return rows


@pytest.mark.slow
@pytest.mark.needs_data("recognition_roc")
@pytest.mark.filterwarnings("ignore::neuromem.fit.diagnostics.NotConverged")
def test_the_command_fits_a_group(tmp_path):
    words = ["hierarchical", "equal_variance", "recognition_roc", "--subjects", 3, "--draws", 25, "--thin", 1]
    told = typed(*words, "--workers", 1, folder=tmp_path)
    assert told.exit_code == 0
    group = xr.load_dataset(tmp_path / "r.nc")
    assert group.sizes["subject"] == 3
    assert "Means of people within the central 95 %" in told.output
    assert (tmp_path / "r.chains.npz").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["recover", "cmr", "nothing"], "there are no data 'nothing'"),
        (["recover", "cmr", "recognition_roc"], "there is no model 'cmr' of recognition_roc"),
        (["recover", "uniform,cmr", "murdock1962_20_1"], "uniform is made of counts"),
        (["recover", "cmr", "murdock1962_20_1", "--subjects", "1"], "n_subjects must be a whole number of at least 2"),
        (["recover", "cmr", "murdock1962_20_1", "--spread", "0"], "spread must be a number in"),
        (["recover", "cmr", "murdock1962_20_1", "--like", "no.nc"], "there is no file no.nc of fits"),
        (["recover", "cmr", "murdock1962_20_1", "--like", __file__], "test_recovery_command.py holds no fits"),
        (["recover", "cmr", "murdock1962_20_1", "--page", __file__], "test_recovery_command.py has no place"),
        (["hierarchical", "cmr", "murdock1962_20_1", "--subjects", "1"], "a group needs at least two subjects"),
        (["hierarchical", "cmr", "murdock1962_20_1", "--fix", "x=1"], "there is no parameter 'x'"),
    ],
)
@pytest.mark.needs_data("murdock1962", "recognition_roc")
def test_what_is_asked_for_wrongly_is_told_in_a_line(words, told, tmp_path):
    with pytest.raises(ValueError, match=told):
        raise typed(*words, folder=tmp_path).exception
