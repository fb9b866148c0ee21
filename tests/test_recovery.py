"""Recovery of parameters and models: known answers by hand, fits that fall short, pages, commands, refusals."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from normal_people import NormalScores, Scores, people
from typer.testing import CliRunner

from neuromem import cli, plot, recovery_page
from neuromem.core import cell_rng
from neuromem.errors import UserError
from neuromem.fit.fit import fit
from neuromem.fit.model_recovery import model_recovery, taken_for
from neuromem.fit.recovery import SearchFellShort, recovery
from neuromem.fit.simulated import Joined, around_defaults, like_people, simulated, together
from neuromem.likelihood import LikelihoodModel, Observed, Parameter
from neuromem.recall import family
from neuromem.recognition import family as recognition

STREAM = ("a", "stream")


@dataclass(frozen=True)
class Spread(LikelihoodModel):
    """score ~ N(0, spread^2)."""

    @property
    def parameters(self):
        return (Parameter("spread", 1.0, 0.1, 10.0, "score", "how far scores lie apart"),)

    def log_likelihood(self, data, values=None):
        spread = np.asarray(self.complete(values)["spread"])[..., None]
        return -0.5 * (data.score[:, 0] / spread) ** 2 - np.log(spread * np.sqrt(2 * np.pi))

    def simulate(self, data, values=None, *, rng):
        return Scores(self.complete(values)["spread"] * rng.standard_normal(data.score.shape))


CENTRE = NormalScores(names=("a",))
QUICK = partial(fit, effort="quick")


def design(n_subjects=2, n_units=30, n_scores=1):
    return people(np.zeros((n_subjects, n_scores)), n_units, rng=np.random.default_rng(0))


def values_of(model, table):
    names = [p.name for p in model.parameters if p.free]
    return xr.DataArray(table, {"subject": np.arange(len(table)), "parameter": names}, ("subject", "parameter"))


# Simulated people


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


# Recovery of parameters


def told_fits(models, observed, *, value, at_bound=False):
    """A fit that finds what it is told: value (subject) of the one parameter."""
    (name, model), subjects = *models.items(), observed.subjects()
    parameter = [p.name for p in model.parameters]
    shape = len(subjects), 1, len(parameter)
    dims = ("subject", "model", "parameter")
    told = {"value": (dims, np.reshape(value, shape)), "at_bound": (dims, np.full(shape, at_bound))}
    return xr.Dataset(told, {"subject": subjects, "model": [name], "parameter": parameter})


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


# Recovery of models


def test_models_that_differ_are_told_apart():
    models = {"centre": CENTRE, "spread": Spread()}
    values = {"centre": values_of(CENTRE, np.full((4, 1), 0.95)), "spread": values_of(Spread(), np.full((4, 1), 3.0))}
    found = model_recovery(models, values, design(), fit=QUICK)
    assert found.sizes["subject"] == 4
    np.testing.assert_array_equal(found.confusion.sel(criterion="bic"), np.eye(2))
    np.testing.assert_array_equal(found.inversion.sel(criterion="bic"), np.eye(2))
    one = simulated(Spread(), values["spread"], design(), seed=0, stream=("model_recovery", "spread")).data.parts[3]
    best = Spread().log_likelihood(one, {"spread": np.sqrt((one.score**2).mean())}).sum()
    score = found.score.sel(criterion="bic", simulated="spread", subject=3, model="spread")
    assert float(score) == pytest.approx(-2 * best + np.log(30), abs=1e-3)


def confused(table):
    share = np.array([table, table], float)
    coords = {"criterion": ["aicc", "bic"], "simulated": ["x", "y", "z"], "model": ["x", "y", "z"]}
    dims = ("criterion", "simulated", "model")
    return xr.Dataset({"confusion": (dims, share), "winner": (("subject",), np.zeros(10))}, coords)


def test_what_cannot_be_told_apart_by_hand():
    found = confused([[0.5, 0.2, 0.3], [0.1, 0.9, 0.0], [0.0, 0.19, 0.81]])
    assert taken_for(found, "aicc") == {"x": ["z", "y"], "y": [], "z": []}
    words = "By AICc, in 20% or more of each model's 10 simulated people: x is taken for z or y."
    assert recovery_page.told_apart(found, "aicc") == words
    apart = "By BIC, no model wins 20% or more of each model's 10 simulated people but that model itself."
    assert recovery_page.told_apart(confused(np.eye(3)), "bic") == apart


@dataclass(frozen=True)
class Counted(Spread):
    @property
    def counted(self):
        return True


@pytest.mark.parametrize(
    ("models", "n", "told"),
    [
        ({"spread": Spread()}, (3,), "spread alone cannot be mistaken for another"),
        ({"spread": Spread(), "counted": Counted()}, (3, 3), "counted is made of counts"),
        ({"spread": Spread(), "centre": CENTRE}, (3, 4), r"as many people as the others; saw \[3, 4\]"),
    ],
)
def test_models_that_cannot_be_compared_are_refused(models, n, told):
    values = {name: values_of(m, np.full((k, 1), 0.5)) for (name, m), k in zip(models.items(), n, strict=True)}
    with pytest.raises(UserError, match=told):
        model_recovery(models, values, design(), fit=QUICK)


# Page and picture


@pytest.fixture
def recovered():
    values = around_defaults(CENTRE, 5, seed=0, stream=STREAM)
    fitted = np.clip(values.values.ravel() + 0.01, 0, 1)
    gain = np.array([0.5, 0.0, 1.0, 0.25, 0.75])
    result = recovery(CENTRE, values, design(), fit=partial(told_fits, value=values.values.ravel()))
    return result.assign(fitted=(values.dims, fitted[:, None]), gain=("subject", gain))


def test_a_page_is_filled_again_and_again(tmp_path, recovered):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- recovery one -->\nold\n<!-- end of recovery one -->\nafter\n")
    for _ in range(2):
        recovery_page.write_into(page, recovered, "one")
        text = page.read_text()
    assert text.startswith("before\n<!-- recovery one -->\n\n| parameter | true values |")
    assert "5 simulated people; 5 of 5 fits are at least as likely" in text
    assert "by 0.50 in ln p on average and by 0.00 at least." in text
    assert text.endswith("<!-- end of recovery one -->\nafter\n")
    assert "old" not in text


@pytest.mark.parametrize(("words", "told"), [("none", "has no place for this recovery"), (None, "there is no page")])
def test_a_page_without_a_place_is_refused(words, told, tmp_path, recovered):
    if words:
        (tmp_path / "page.md").write_text(words)
    with pytest.raises(UserError, match=told):
        recovery_page.write_into(tmp_path / "page.md", recovered, "one")


def test_the_picture_has_a_panel_for_each_parameter_and_the_matrix(recovered):
    with plot.style():
        figure = recovery_page.draw(recovered, confused(np.eye(3)))
    figure.canvas.draw()
    titles = [ax.get_title() for ax in figure.axes]
    assert any(ax.get_legend() for ax in figure.axes)
    assert sum("a: r = " in title for title in titles) == 1
    assert [text.get_text() for ax in figure.axes for text in ax.texts].count("1.00") == 3


# CMR


@pytest.mark.slow
@pytest.mark.needs_data("morton2013")
def test_no_fit_of_cmr_is_less_likely_than_the_truth():
    model, observed = family.MODELS["cmr"], family.DATA["morton2013"]()
    values = around_defaults(model, 6, seed=3, stream=STREAM)
    result = recovery(model, values, observed, fit=partial(fit, workers=2), name="cmr")
    assert (result.gain > 0).all()  # nine parameters exceed the truth by 4.5 on average
    assert (result.correlation.sel(parameter=["b_enc", "b_rec", "l_fc", "x2"]) > 0.7).all()


# Commands


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
        (["recover", "cmr", "murdock1962_20_1", "--like", __file__], "test_recovery.py holds no fits"),
        (["recover", "cmr", "murdock1962_20_1", "--page", __file__], "test_recovery.py has no place"),
        (["hierarchical", "cmr", "murdock1962_20_1", "--subjects", "1"], "a group needs at least two subjects"),
        (["hierarchical", "cmr", "murdock1962_20_1", "--fix", "x=1"], "there is no parameter 'x'"),
    ],
)
@pytest.mark.needs_data("murdock1962", "recognition_roc")
def test_what_is_asked_for_wrongly_is_told_in_a_line(words, told, tmp_path):
    with pytest.raises(ValueError, match=told):
        raise typed(*words, folder=tmp_path).exception


PAGE = (Path(__file__).parent.parent / "docs" / "recovery.md").read_text(encoding="utf-8").splitlines()
FIRST_PEOPLE = [line for line in PAGE if "| true |" in line or "| fitted |" in line]


@pytest.mark.slow
@pytest.mark.needs_data("morton2013")
@pytest.mark.parametrize("row", FIRST_PEOPLE[:4])
def test_the_page_says_what_the_first_simulated_people_are(row, first_of_the_page):
    assert row in first_of_the_page


@pytest.fixture(scope="module")
def first_of_the_page():
    """The rows of the first two simulated people, from the fits of those whose values they have."""
    observed, models = family.DATA["morton2013"](), {"cmr": family.MODELS["cmr"]}
    order = cell_rng(0, "recovery", "cmr", "people", 0).permutation(len(observed.subjects()))[:2]
    who = observed.subjects()[order]
    fits = fit(models, observed.take(np.isin(observed.subject, who)), workers=2).sel(subject=who)
    names = [p.name for p in models["cmr"].parameters if p.free]
    values = values_of(models["cmr"], fits.value.sel(model="cmr", parameter=names).values)
    found = recovery(models["cmr"], values, observed, fit=partial(fit, workers=2), name="cmr")
    return [f"| {' | '.join(cells)} |" for cells in recovery_page.first_people(found)]
