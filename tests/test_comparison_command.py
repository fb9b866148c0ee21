"""neuromem compare, and the page that it fills."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

from neuromem import cli
from neuromem.data import table_file
from neuromem.data.free_recall import recall_dataset
from neuromem.errors import UserError
from neuromem.fit.contest import contest
from neuromem.fit.fit import fit
from neuromem.recall import family
from neuromem.recall.cmr import cmr
from neuromem.recall.lists import to_simulate


@pytest.mark.slow
def test_the_command_writes_ranking_fits_curves_picture_and_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text("<!-- comparison lists list -->\n<!-- end of comparison lists list -->\n")
    lists = cmr().simulate(to_simulate(8, 24), rng=np.random.default_rng(0)).recall
    subject, number = np.repeat([1, 2], 12), np.tile(np.arange(1, 13), 2)
    told = {"subject": subject, "list_number": number, "list_length": np.full(24, 8), "condition": np.full(24, "")}
    table_file.write(recall_dataset(lists, **told), tmp_path / "lists.csv")
    words = ["compare", "lists.csv", "--models", "failure_stop,uniform,position_frequency", "--by", "list"]
    words += ["--folds", "2", "--effort", "quick", "--restarts", "1", "--workers", "1", "--page", "page.md"]
    said = CliRunner().invoke(cli.app, words, catch_exceptions=False)
    assert said.exit_code == 0
    assert "one start: not known" in said.output
    kept = xr.load_dataset("results/compare_lists_list.nc", engine="h5netcdf")
    ranked = kept.model.values.tolist()
    assert [line.split(" | ")[0] for line in page.read_text().splitlines()[4:7]] == [f"| {name}" for name in ranked]
    assert (kept.held_back, kept.n_folds, kept.data) == ("list", 2, "lists.csv")
    fits = xr.load_dataset("results/compare_lists_list.nc", group="fits", engine="h5netcdf")
    assert fits.model.values.tolist() == ["failure_stop"]
    assert Path("results/compare_lists_list.png").stat().st_size > 1000
    assert not Path("results/compare_lists_list.parts").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--models", "cmr,cmrr"], "there is no model 'cmrr' of peers_notask; did you mean cmr"),
        (["--models", "cmr,cmr_category"], "cmr_category cannot be compared by aicc: the lists have no similarity"),
        (["--by", "week"], "by must be one of aicc, bic, list, session, length; saw 'week'"),
        (["--by", "list", "--models", "uniform,last_transition"], "uniform, last_transition: nothing but counts"),
        (["--models", " , "], "no model is named; name one of 'neuromem list behaviour', or all."),
        (["--page", "absent.md"], "there is no page absent.md"),
        (["--recovery", "absent.nc"], "there is no file absent.nc of model recovery"),
    ],
)
@pytest.mark.needs_data("peers_notask")
def test_a_mistake_is_told_before_anything_is_fitted(tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((UserError, ValueError), match=told):
        CliRunner().invoke(cli.app, ["compare", "peers_notask", *words], catch_exceptions=False)


@pytest.mark.slow
@pytest.mark.needs_data("peers_notask")
def test_the_page_says_what_a_fit_says():
    """A person's AICc on the page, where quick searches may have missed a little of the likelihood."""
    page = (Path(__file__).parent.parent / "docs" / "model_comparison.md").read_text(encoding="utf-8")
    part = page.partition("<!-- comparison peers_notask -->")[2].partition("<!-- end")[0]
    header, _, row, *_ = (
        line.strip("| ").split(" | ") for line in part.partition("first subjects:")[2].split("\n")[2:]
    )
    told = dict(zip(header, map(float, row), strict=True))
    names = [name for name in ("support_stop", "failure_stop", "random_drift", "cmr") if name in told]
    observed = family.DATA["peers_notask"]()
    observed = observed.take(observed.subject == told["subject"])
    found = contest(
        {name: family.MODELS[name] for name in names}, observed, fit=partial(fit, effort="quick")
    ).comparison
    aicc_of = found.criterion.isel(subject=0)
    assert [float(aicc_of.sel(model=name)) for name in names] == pytest.approx([told[name] for name in names], abs=0.5)
