"""Comparison of models: criteria, weights and differences by hand, folds, held-out likelihood, the page."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

from neuromem import cli, comparison_page, plot, report
from neuromem.data import table_file
from neuromem.data.free_recall import recall_dataset
from neuromem.errors import UserError
from neuromem.fit.comparison import comparison
from neuromem.fit.contest import able, contest, prediction
from neuromem.fit.criteria import aicc, bic
from neuromem.fit.cross_validation import by_subject, held_out, pooled
from neuromem.fit.fit import fit
from neuromem.fit.folds import folds
from neuromem.fit.paired import paired
from neuromem.fit.predictive import predicted
from neuromem.fit.weights import weights
from neuromem.likelihood import LikelihoodModel, Observed, probability
from neuromem.recall import family, null, stopping
from neuromem.recall.cmr import cmr
from neuromem.recall.counted_model import CountedModel
from neuromem.recall.lists import recall_lists, to_simulate


class Coin:
    """Tosses, 0 or 1."""

    def __init__(self, toss):
        self.toss = np.asarray(toss)

    def __len__(self):
        return len(self.toss)

    def take(self, chosen):
        return Coin(self.toss[chosen])


@dataclass(frozen=True)
class Biased(LikelihoodModel):
    """Heads with probability p."""

    @property
    def parameters(self):
        return (probability("p", 0.5, "p(head)"),)

    def log_likelihood(self, data, values=None):
        p = self.complete(values)["p"]
        return np.where(data.toss == 1, np.log(p), np.log1p(-p))

    def simulate(self, data, values=None, *, rng):
        return Coin(rng.random(len(data)) < self.complete(values)["p"])


@dataclass(frozen=True)
class Counted(LikelihoodModel):
    """Heads by their share, with one imagined toss of each kind."""

    share: float = 0.5

    @property
    def parameters(self):
        return ()

    counted = True

    def counted_on(self, data):
        return Counted((data.toss.sum() + 1) / (len(data) + 2))

    def log_likelihood(self, data, values=None):
        return np.where(data.toss == 1, np.log(self.share), np.log1p(-self.share))

    def simulate(self, data, values=None, *, rng):
        return Coin(rng.random(len(data)) < self.share)


def tosses():
    """Two subjects of four and six tosses, in two sessions each."""
    subject = np.repeat([7, 9], [4, 6])
    return Observed(Coin([1, 1, 0, 1, 0, 0, 1, 0, 0, 0]), subject, np.array([1, 1, 2, 2, 1, 1, 1, 2, 2, 2]), "trial")


def by_share(models, observed):
    """The fit of `Biased` in closed form: the share of heads of each subject."""
    share = [observed.data.toss[observed.subject == s].mean() for s in observed.subjects()]
    value = [[[s if name == "biased" else np.nan] for name in models] for s in share]
    coords = {"subject": observed.subjects(), "model": list(models), "parameter": ["p"]}
    n_parameters = [len(model.parameters) for model in models.values()]
    return xr.Dataset(
        {"value": (("subject", "model", "parameter"), value), "n_parameters": ("model", n_parameters)}, coords
    )


def fits(log_likelihood, n_parameters, **more):
    """A Dataset of fits, from log-likelihoods (subject, model, unit)."""
    n_subjects, n_models, _ = np.shape(log_likelihood)
    coords = {"subject": np.arange(n_subjects), "model": list("abcdef"[:n_models])}
    variables = {"log_likelihood": (("subject", "model", "list"), log_likelihood)}
    variables |= {name: (("subject", "model", "list"), value) for name, value in more.items()}
    return xr.Dataset(variables | {"n_parameters": ("model", n_parameters)}, coords)


def test_criteria_by_hand():
    assert aicc(-50.0, 2, 10) == pytest.approx(100 + 4 + 12 / 7)
    assert bic(-50.0, 2, 10) == pytest.approx(100 + 2 * np.log(10))
    np.testing.assert_allclose(aicc([-50.0, -49.0], [2, 3], 10), [105.7142857, 98 + 6 + 24 / 6])


def test_a_parameter_that_does_nothing_costs_more_the_fewer_the_units():
    price = aicc(-50.0, 3, np.array([5, 10, 10_000])) - aicc(-50.0, 2, np.array([5, 10, 10_000]))
    assert (np.diff(price) < 0).all()
    assert price[-1] == pytest.approx(2, abs=0.01)


def test_aicc_of_too_few_units_is_refused():
    with pytest.raises(UserError, match="saw 10 units for 9 parameters: use BIC"):
        aicc(-50.0, 9, 10)


def test_weights_by_hand():
    np.testing.assert_allclose(weights([0.0, 2 * np.log(3)]), [0.75, 0.25])
    np.testing.assert_allclose(weights([[5e4, 5e4 + 2 * np.log(4)], [0, 0]]), [[0.8, 0.2], [0.5, 0.5]])


def test_subjects_that_two_models_describe_alike_are_shared():
    told = paired([[1.0, 1.0, 3.0], [5.0, 4.0, 3.0]], rng=np.random.default_rng(0))
    np.testing.assert_allclose(told.n_best, [0.5, 0.5, 1])
    assert told.best == 1
    np.testing.assert_allclose(told.difference, [[0, 0, 2], [1, 0, -1]])


def test_what_subjects_share_does_not_widen_the_interval():
    base = np.random.default_rng(0).normal(0, 1000, (20, 1))
    told = paired(np.hstack([base, base + 3]), rng=np.random.default_rng(0))
    np.testing.assert_allclose(told.interval[:, 1], 3, atol=1e-9)


def test_folds_by_unit_span_the_experiment():
    np.testing.assert_array_equal(folds(tosses(), by="trial", n_folds=3), [0, 1, 2, 0, 0, 1, 2, 0, 1, 2])


def test_folds_by_session_hold_whole_sessions():
    np.testing.assert_array_equal(folds(tosses(), by="session"), [0, 0, 1, 1, 0, 0, 0, 1, 1, 1])


def test_several_sessions_share_a_fold_where_fewer_are_asked_for():
    observed = Observed(Coin(np.zeros(4)), np.ones(4, int), np.array([3, 5, 8, 9]), "trial")
    np.testing.assert_array_equal(folds(observed, by="session", n_folds=2), [0, 1, 0, 1])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"by": "trial", "n_folds": 5},
            "subject 7 has 4 trials, too few for 5 folds.*ask for fewer",
        ),
        ({"by": "session", "n_folds": 3}, "subject 7 has 2 sessions, too few for 3 folds: one would hold no trial"),
        ({"by": "day"}, "by must be one of trial, session; saw 'day'"),
        ({"by": "trial", "n_folds": 1}, "n_folds must be a whole number of at least 2; saw 1"),
    ],
)
def test_folds_that_cannot_be_are_refused(asked, told):
    with pytest.raises((UserError, ValueError), match=told):
        folds(tosses(), **asked)


def test_one_session_cannot_be_held_back():
    observed = Observed(Coin(np.zeros(4)), np.ones(4, int), np.zeros(4), "trial")
    with pytest.raises(UserError, match="subject 1 has 1 session, too few for 2 folds.*hold back by trial"):
        folds(observed, by="session")


def test_lists_are_held_back_by_their_length():
    lists = recall_lists([[0]] * 4, [3, 5, 5, 3])
    observed = Observed(lists, np.ones(4, int), np.zeros(4), "list")
    np.testing.assert_array_equal(folds(observed, by="length"), [0, 1, 1, 0])


def test_subjects_of_one_length_each_are_pooled_or_refused():
    observed = Observed(recall_lists([[0]] * 4, [3, 5, 5, 3]), np.array([1, 2, 2, 3]), np.zeros(4), "list")
    with pytest.raises(UserError, match="subject 1 has 1 length, too few for 2 folds.*fit all subjects together"):
        folds(observed, by="length")
    np.testing.assert_array_equal(folds(pooled(observed), by="length"), [0, 1, 1, 0])


def test_held_out_likelihood_by_hand():
    """Subject 7, sessions 1 1 | 0 1: heads 2 of 2, then 1 of 2; subject 9, 0 0 1 | 0 0 0: heads 1 of 3, then none."""
    observed = tosses()
    log_p, _ = held_out({"counted": Counted()}, observed, folds(observed, by="session"), by_share)
    heads = np.array([2 / 4, 2 / 4, 1 / 4, 3 / 4, 4 / 5, 4 / 5, 1 / 5, 3 / 5, 3 / 5, 3 / 5])
    np.testing.assert_allclose(log_p["counted"], np.log(heads))


def test_a_fit_is_judged_by_what_it_has_not_seen():
    observed = Observed(Coin([1, 1, 0, 0]), np.ones(4, int), np.zeros(4), "trial")
    log_p, _ = held_out({"biased": Biased()}, observed, np.array([0, 1, 0, 1]), by_share)
    np.testing.assert_allclose(log_p["biased"], np.log(0.5))


def test_pooled_people_have_one_fit_of_all_others():
    observed = tosses()
    log_p, _ = held_out({"biased": Biased()}, pooled(observed), folds(pooled(observed), by="session"), by_share)
    np.testing.assert_allclose(np.exp(log_p["biased"]), [1 / 5, 1 / 5, 2 / 5, 3 / 5, 4 / 5, 4 / 5, 1 / 5, *[2 / 5] * 3])
    sums = by_subject(log_p, observed).sum("trial").sel(model="biased")
    assert sums.subject.values.tolist() == [7, 9]
    np.testing.assert_allclose(np.exp(sums), [2 * 3 / 5**4, 4 * 4 * 2**3 / 5**6])


def test_subjects_of_fewer_units_are_padded():
    wide = by_subject({"a": np.arange(10.0)}, tosses())
    np.testing.assert_array_equal(wide.sel(subject=7, model="a"), [0, 1, 2, 3, np.nan, np.nan])


def heads(observed):
    """The share of heads of each subject, as a family's curves are given."""
    share = [observed.data.toss[observed.subject == s].mean() for s in observed.subjects()]
    return xr.Dataset({"heads": (("subject", "side"), np.transpose([share]))}, {"subject": observed.subjects()})


def test_predicted_curves_are_those_of_the_fitted_values():
    models = {"biased": Biased(), "counted": Counted()}
    made = predicted(models, by_share(models, tosses()), tosses(), heads, repeats=2000)
    assert made.heads.dims == ("model", "subject", "side")
    np.testing.assert_allclose(made.heads.sel(side=0), [[3 / 4, 1 / 6], [4 / 6, 2 / 8]], atol=0.03)


def test_a_subject_is_predicted_alike_whoever_else_took_part():
    models = {"biased": Biased()}
    both = predicted(models, by_share(models, tosses()), tosses(), heads)
    alone = tosses().take(tosses().subject == 9)
    assert predicted(models, by_share(models, alone), alone, heads).identical(both.sel(subject=[9]))


@dataclass(frozen=True)
class Fair(Biased):
    """Heads with probability 1/2, its parameter left as it is."""

    def log_likelihood(self, data, values=None):
        return np.full(len(data), np.log(0.5))


COINS = {"biased": Biased(), "fair": Fair()}


def test_a_contest_in_sample_is_of_the_fits():
    told, made, *_ = contest(COINS, tosses(), fit=by_share, by="bic")
    heads = 3 * np.log(3 / 4) + np.log(1 / 4), np.log(1 / 6) + 5 * np.log(5 / 6)
    np.testing.assert_allclose(told.log_likelihood.sel(model="biased"), heads)
    np.testing.assert_allclose(told.bic.sel(model="fair"), np.log([4, 6]) + np.array([8, 12]) * np.log(2))
    assert made.value.sel(model="biased", subject=7).item() == 0.75


def test_a_contest_by_what_was_held_back_also_judges_models_of_counts():
    told, *_ = contest({"fair": Fair(), "counted": Counted()}, tosses(), fit=by_share, by="trial", n_folds=2)
    np.testing.assert_allclose(told.held_out.sel(model="fair"), np.log(0.5) * np.array([4, 6]))
    # subject 7 deals 1 0 | 1 1: judged by the counts (2 + 1) / (2 + 2) and by (1 + 1) / (2 + 2)
    assert told.held_out.sel(model="counted", subject=7) == pytest.approx(np.log([3 / 4, 1 / 4, 1 / 2, 1 / 2]).sum())
    assert "| counted | counted |" in comparison_page.markdown(told)
    assert (told.held_back, told.n_folds, told.together) == ("trial", 2, 0)


def test_those_fitted_together_are_compared_one_by_one():
    told, made, *_ = contest(COINS, tosses(), fit=by_share, by="session", together=True)
    np.testing.assert_allclose(made.value.sel(model="biased", parameter="p"), [4 / 10, 4 / 10])
    np.testing.assert_allclose(np.exp(told.held_out.sel(model="biased")), [2 * 3 / 5**4, 4 * 4 * 2**3 / 5**6])


def test_those_held_back_as_a_whole_are_predicted_from_the_others():
    """Each subject in a session of its own: one fit to the other, with heads in 3 of 4 or in 1 of 6."""
    often = tosses().take(np.repeat(np.arange(10), 1000))
    apart = Observed(often.data, often.subject, often.subject, "trial")
    held = contest(COINS, apart, fit=by_share, by="session", together=True)
    made = prediction(COINS, held, apart, heads)
    np.testing.assert_allclose(made.heads.sel(model="biased", side=0), [1 / 6, 3 / 4], atol=0.03)


def test_models_that_need_what_the_data_lack_are_told_apart():
    observed = Observed(recall_lists([[0], [1]], 3), np.ones(2, int), np.zeros(2), "list")
    fit, unfit = able({"plain": cmr(), "by_category": cmr(cues=("category",))}, observed)
    assert list(fit) == ["plain"]
    assert "no similarity 'category'" in unfit["by_category"]


@pytest.mark.parametrize(
    ("models", "asked", "told"),
    [
        ({"fair": Fair()}, {}, "fair alone has nothing to be compared with"),
        (
            COINS | {"counted": Counted()},
            {"by": "bic"},
            "counted cannot be compared by bic: made of counts, which only data held back can judge",
        ),
        (COINS, {"n_folds": 3}, "by aicc nothing is held back, so that folds say nothing"),
        (COINS, {"together": True}, "fitted together are compared by what was held back"),
        (COINS, {"by": "length"}, "by must be one of aicc, bic, trial, session; saw 'length'"),
    ],
)
def test_contests_that_cannot_be_are_refused(models, asked, told):
    with pytest.raises((UserError, ValueError), match=told):
        contest(models, tosses(), fit=by_share, **asked)


@pytest.mark.parametrize("count", [null.uniform_choice, null.position_frequency, null.last_transition])
def test_null_models_are_counted_on_the_other_lists(count):
    lists = recall_lists([[2, 1], [2, 0], [1, 2], [0, -1]], 3)
    observed = Observed(lists, np.ones(4, int), np.zeros(4), "list")
    log_p = held_out({"null": CountedModel(count)}, observed, np.array([0, 1, 1, 0]), by_share)[0]["null"]
    first, second = lists.take([0, 3]), lists.take([1, 2])
    for known, judged, at in ((second, first, [0, 3]), (first, second, [1, 2])):
        model = replace(count(known), stopping=stopping.counted(known, imagined=1))
        np.testing.assert_array_equal(log_p[at], model.log_likelihood(judged))


def test_what_was_never_seen_to_end_may_yet():
    """Of two lists none ended before the first recall, one after it, and the other after the second."""
    rule = stopping.counted(recall_lists([[2, -1], [0, 1]], 3), imagined=1)
    np.testing.assert_allclose(rule.hazard, [0.5 / 3, 1.5 / 3, 1.5 / 2])


def test_a_null_model_judges_nothing_before_it_is_counted():
    with pytest.raises(ValueError, match="uniform_choice has not been counted; call counted_on"):
        CountedModel(null.uniform_choice).log_likelihood(recall_lists([[0]], 3))


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
