"""neuromem fit."""

import re

import numpy as np
import pytest
from fit_toys import TABLE

from neuromem.fit import results


def test_the_command_fits_a_table_of_ones_own(neuromem, tmp_path):
    (tmp_path / "own.csv").write_text(TABLE)
    words = ("--effort", "quick", "--restarts", 1, "--workers", 1, "--fix", "x2=0.3", "--bounds", "p1=0:2")
    status, out, err = neuromem("fit", "cmr,uniform", "own.csv", *words)
    assert (status, err) == (0, "")
    found = results.load(tmp_path / "results" / "fit_own.nc")
    assert found.sizes["subject"] == 2
    assert found.n_parameters.values.tolist() == pytest.approx([8, np.nan], nan_ok=True)
    assert float(found.high.sel(model="cmr", parameter="p1")) == 2
    assert "2 subjects, 12 lists of 5 words" in out
    assert "x2" not in out
    assert "fit_own.nc" in out
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["fit_own.nc"]


@pytest.mark.slow
def test_all_models_are_those_that_the_table_can_be_fitted_with(neuromem, tmp_path):
    (tmp_path / "own.csv").write_text(TABLE)
    status, out, _ = neuromem("fit", "all", "own.csv", "--effort", "quick", "--restarts", 1, "--subjects", 1)
    assert status == 0
    assert "left out: cmr_category: the lists have no similarity 'category'" in out
    assert "cmr" in results.load(tmp_path / "results" / "fit_own.nc").model


@pytest.mark.parametrize("models", ["", " , "])
def test_no_model_is_not_all_of_them(neuromem, tmp_path, models):
    (tmp_path / "own.csv").write_text(TABLE)
    status, _, err = neuromem("fit", models, "own.csv")
    assert (status, err) == (2, "neuromem: no model is named; name one of 'neuromem list behaviour', or all.\n")


def test_a_bad_table_is_told_by_row_and_rule_or_left_out(neuromem, tmp_path):
    (tmp_path / "own.csv").write_text(TABLE + "2,7,study,1.5,a\n")
    words = ("fit", "uniform", "own.csv", "--workers", 1)
    status, _, err = neuromem(*words)
    assert status == 2
    assert re.match(r"neuromem: row \d+: subject 2, list 7 [^\n]*\n\Z", err)
    status, out, _ = neuromem(*words, "--keep-going")
    assert status == 0
    assert "dropped" in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["cmr", "absent.csv"], "absent.csv is no file"),
        (["cmrr", "kahana2002"], "did you mean cmr?"),
        (["cmr", "kahana2002", "--fix", "b_end=1"], "cmr has no parameter 'b_end'"),
        (["cmr", "kahana2002", "--bounds", "p1=2:1"], "the bounds of p1 cross"),
        (["cmr", "kahana2002", "--effort", "quik"], "there is no effort 'quik'; did you mean quick?"),
        (["cmr", "kahana2002", "--out", "a.csv"], "must end in .nc"),
        (["cmr_category", "kahana2002", "--workers", "1"], "the lists have no similarity 'category'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.needs_data("kahana2002")
def test_a_mistake_is_one_line(neuromem, words, told):
    status, _, err = neuromem("fit", *words)
    assert status == 2
    assert told in err
    assert err.count("\n") == 1
