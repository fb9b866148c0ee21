"""Comparison of models from their fits: ranking, tables, page and picture."""

import numpy as np
import pytest
import xarray as xr

from neuromem import comparison_page, plot, report
from neuromem.errors import UserError
from neuromem.fit.comparison import comparison


def fits(log_likelihood, n_parameters, **more):
    """A Dataset of fits, from log-likelihoods (subject, model, unit)."""
    n_subjects, n_models, _ = np.shape(log_likelihood)
    coords = {"subject": np.arange(n_subjects), "model": list("abcdef"[:n_models])}
    variables = {"log_likelihood": (("subject", "model", "list"), log_likelihood)}
    variables |= {name: (("subject", "model", "list"), value) for name, value in more.items()}
    return xr.Dataset(variables | {"n_parameters": ("model", n_parameters)}, coords)


THREE = np.array([[-5.0, -5.0, -10.0], [-4.0, -4.5, -3.0]])[..., None] * np.ones(20)  # (subject, model, unit)


@pytest.fixture
def three():
    """Of three models the first is best in sum, though the third is for the second subject."""
    return comparison(fits(THREE, [2, 2, 3]), by="bic")


def test_models_are_ranked_by_their_sum(three):
    assert three.model.values.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(three.log_likelihood, [[-100, -100, -200], [-80, -90, -60]])
    np.testing.assert_allclose(three.difference.sel(model="b"), [0, 20])
    np.testing.assert_allclose(three.difference.sel(model="c"), [200 + np.log(20), -40 + np.log(20)])
    np.testing.assert_allclose(three.n_best, [0.5, 0.5, 1])
    np.testing.assert_allclose(three.total_difference, three.difference.sum("subject"))
    np.testing.assert_allclose(three.weight.sum("model"), 1)
    assert three.frequency.sel(model="c") > three.frequency.sel(model="b")


def test_the_order_of_models_changes_nothing(three):
    turned = comparison(fits(THREE, [2, 2, 3]).isel(model=[2, 0, 1]), by="bic")
    xr.testing.assert_allclose(turned.sel(model=three.model), three)


def test_units_beyond_a_subjects_own_are_not_counted():
    padded = THREE.copy()
    padded[0, :, 15:] = np.nan
    told = comparison(fits(padded, [2, 2, 3]), by="bic")
    assert told.n_units.values.tolist() == [15, 20]
    assert told.bic.sel(subject=0, model="c") == pytest.approx(300 + 3 * np.log(15))


def test_a_model_may_fit_best_and_predict_worst():
    told = comparison(fits(THREE, [2, 2, 3], held_out=THREE[:, ::-1]), by="held_out")
    assert told.model.values.tolist() == ["c", "b", "a"]
    np.testing.assert_allclose(told.criterion.sel(model="c"), [200, 160])


def test_one_subject_has_no_share_of_people():
    told = comparison(fits(THREE[:1], [2, 2, 3]), by="aicc")
    assert "frequency" not in told
    assert "one subject: the share of people whom a model describes needs two or more" in comparison_page.note(told)


@pytest.mark.parametrize(
    ("made", "by", "told"),
    [
        (fits(THREE[:, :1], [2]), "aicc", "a alone has nothing to be compared with"),
        (fits(THREE, [2, 2, 30]), "aicc", "saw 20 units for 30 parameters"),
        (fits(THREE, [2, 2, 3]), "held_out", "by must be one of aicc, bic; saw 'held_out'"),
    ],
)
def test_what_cannot_be_compared_is_refused(made, by, told):
    with pytest.raises((UserError, ValueError), match=told):
        comparison(made, by=by)


def test_a_model_without_aicc_can_be_compared_by_bic():
    told = comparison(fits(THREE, [2, 2, 30]), by="bic")
    assert told.aicc.sel(model="c").isnull().all()


def test_tables_by_hand(three):
    first = comparison_page.markdown(three).splitlines()
    assert first[2].startswith("| a | 2 | 0.0 | 0.0 [0.0, 0.0] | 0.5 of 2 | ")
    assert first[3].startswith("| b | 2 | 20.0 | 10.0 [0.0, 20.0] | 0.5 of 2 | ")
    assert first[-2:] == [
        f"| 0 | {200 + 2 * np.log(20):.1f} | {200 + 2 * np.log(20):.1f} | {400 + 3 * np.log(20):.1f} |",
        f"| 1 | {160 + 2 * np.log(20):.1f} | {180 + 2 * np.log(20):.1f} | {120 + 3 * np.log(20):.1f} |",
    ]


def test_a_page_is_filled_again_and_again(tmp_path, three):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- comparison x -->\nold\n<!-- end of comparison x -->\nafter\n")
    for _ in range(2):
        comparison_page.write_into(page, three, "x")
        text = page.read_text()
    assert text.startswith("before\n<!-- comparison x -->\n\n| model |")
    assert text.endswith("\n\n<!-- end of comparison x -->\nafter\n")
    assert "old" not in text


@pytest.mark.parametrize(
    ("words", "told"), [("nothing", "has no place for this comparison"), (None, "there is no page")]
)
def test_a_page_without_a_place_is_refused(tmp_path, words, told, three):
    (tmp_path / "page.md").write_text(words or "")
    with pytest.raises(UserError, match=told):
        comparison_page.write_into(tmp_path / ("absent.md" if words is None else "page.md"), three, "x")


def test_the_picture_holds_every_subject_and_the_curves(three):
    people = xr.Dataset({"heads": (("subject", "side"), np.ones((2, 3)))}, {"side": [0, 1, 2]})
    made = xr.concat([people] * 3, xr.Variable("model", ["a", "b", "c"]))
    recovery = xr.DataArray(
        np.eye(2), dims=("simulated", "fitted"), coords={"simulated": ["a", "b"], "fitted": ["a", "b"]}
    )
    with plot.style():
        figure = comparison_page.draw(three, people=people, predicted=made, recovery=recovery)
    ranking, _, curve, *_ = figure.axes
    assert len(ranking.collections[0].get_offsets()) == 6
    assert len(curve.lines) >= 3
    figure.canvas.draw()


def test_searches_without_a_fold_that_disagree_are_counted():
    each = ("subject", "model")
    of_fold = [
        xr.Dataset(
            {"agreement": (each, [[2], [n]]), "spread": (each, [[0.0], [worst]]), "reached": ("start", [0.0, worst])},
            coords={"subject": [1, 2], "model": ["a"]},
        )
        for n, worst in ((2, 0.05), (1, 240.0))
    ]
    rows = [[*column.cells] for column in report.searches(of_fold).columns]
    assert [str(cells[0]) for cells in rows] == ["a", "3 of 4", "240"]
    (_, agreeing, worst) = report.searches(of_fold, together=True).columns
    assert [str(*agreeing.cells), str(*worst.cells)] == ["2 of 2", "0"]
