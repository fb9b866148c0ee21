"""Models of recall and the data that belong to them: names, curves, tables of one's own."""

import re

import numpy as np
import pytest
from fit_toys import TABLE

from neuromem import registry
from neuromem.errors import UserError
from neuromem.likelihood import Observed
from neuromem.recall import family
from neuromem.recall.lists import recall_lists


def test_models_and_data_that_belong_together_are_found():
    module, models = registry.to_fit(["cmr", "uniform"], "murdock1962_20_1")
    assert module is family
    assert list(models) == ["cmr", "uniform"]
    assert list(registry.to_fit([], "kahana2002")[1]) == list(family.MODELS)
    assert registry.to_fit(["cmr"], "own/table.csv")[0] is family


@pytest.mark.parametrize(
    ("models", "name", "said"),
    [
        (["cmrr"], "morton2013", "there is no model 'cmrr' of morton2013; did you mean cmr?"),
        (["cmr"], "morton13", "there are no data 'morton13' to fit; did you mean morton2013"),
        (
            ["equal_variance"],
            "morton2013",
            "there is no model 'equal_variance' of morton2013, for it is one of recognition; ",
        ),
    ],
)
def test_models_and_data_that_do_not_belong_together(models, name, said):
    with pytest.raises(UserError, match=rf"^{re.escape(said)}"):
        registry.to_fit(models, name)


def test_every_model_of_recall_is_told_in_a_line_and_listed():
    assert set(family.ABOUT) == set(family.MODELS)
    assert set(family.MODELS) <= {entry.name.rpartition(".")[2] for entry in registry.behaviour().values()}


def test_curves_of_recall_by_hand():
    lists = recall_lists([[1, 0], [0, -1], [1, -1], [2, 1]], np.array([2, 2, 2, 3]))
    observed = Observed(lists, np.array([5, 5, 7, 7]), np.zeros(4, int), "list")
    told = family.curves(observed)
    assert told.subject.values.tolist() == [5, 7]
    assert told.serial_position.values.tolist() == [
        pytest.approx([1, 0.5, np.nan], nan_ok=True),
        pytest.approx([0, 1, 1], nan_ok=True),
    ]
    assert told.n_recalled.values.tolist() == [pytest.approx([1.5, np.nan], nan_ok=True), [1, 2]]
    assert told.first_recall.values[0, :2].tolist() == [0.5, 0.5]
    assert float(told.lag_crp.sel(subject=7, lag=-1)) == 1


def test_sessions_and_categories_of_a_table_are_kept(tmp_path):
    head, *rows = TABLE.splitlines()
    more = [f"{row},{'early' if int(row.split(',')[1]) < 4 else 'late'},{row[-1] in 'ab'}" for row in rows]
    (tmp_path / "own.csv").write_text("\n".join([f"{head},session,category", *more]))
    observed, _ = family.of_file(tmp_path / "own.csv")
    assert observed.session.tolist() == (["early"] * 3 + ["late"] * 3) * 2
    assert observed.data.cues == ("category",)
    alike = observed.data.similarity[0, 0]
    assert alike.tolist() == [[float((i < 2) == (j < 2)) for j in range(5)] for i in range(5)]


def test_a_table_without_any_recall_is_fitted_as_such(tmp_path):
    silent = [row for row in TABLE.splitlines() if "recall" not in row]
    (tmp_path / "own.csv").write_text("\n".join(silent))
    observed, notes = family.of_file(tmp_path / "own.csv")
    assert "12 lists without a word recalled" in notes[1]
    assert np.isfinite(family.MODELS["cmr"].log_likelihood(observed.data)).all()
