"""Models of continuous report and of forced choice: closed forms, limits, what they predict, simulation, bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import chisquare

from neuromem.fit.fit import fit
from neuromem.forced_choice import family as forced_choice
from neuromem.forced_choice.choices import choices
from neuromem.forced_choice.retention import Retention
from neuromem.likelihood import Observed
from neuromem.measures.error_mixture import error_mixture
from neuromem.precision import family
from neuromem.precision.key_value import KeyValueReport
from neuromem.precision.key_value_rest import KeyValueRest
from neuromem.precision.mixture import ReportMixture
from neuromem.precision.trials import report_trials
from neuromem.recognition import family as recognition
from tests.small import stream

UNIFORM = -np.log(2 * np.pi)
SIZES = (1, 2, 4, 8)


def trials(n_each=10, *, sizes=SIZES, keys=False, values=True, seed=0):
    rng = stream(seed)
    n_items = np.repeat(sizes, n_each)
    here = np.arange(max(sizes) - 1) < n_items[:, None] - 1
    others = np.where(here, rng.uniform(-np.pi, np.pi, here.shape), np.nan)
    distance = np.where(here, rng.uniform(0.3, np.pi, here.shape), np.nan) if keys else None
    error = rng.uniform(-np.pi, np.pi, len(n_items))
    return report_trials(error, n_items, non_target=others if values else None, distance=distance)


def draws(model, n=3):
    rng = stream(1)
    return {p.name: rng.uniform(p.low + 1e-3 * (p.high - p.low), p.high, n) for p in model.parameters}


ALL = [
    *((name, model, trials) for name, model in family.MODELS.items()),
    *(
        (name, model, lambda: choices(np.tile([-0.5, 0.0, 0.2], 4), np.repeat([0.5, 10.0], 6), np.tile([0, 1], 6)))
        for name, model in forced_choice.MODELS.items()
    ),
]
every_model = pytest.mark.parametrize(("name", "model", "make"), ALL, ids=[name for name, _, _ in ALL])


@every_model
def test_many_vectors_are_as_each_alone(name, model, make):
    data = make()
    model = model.counted_on(data)
    values = draws(model)
    together = model.log_likelihood(data, values)
    alone = [model.log_likelihood(data, {n: v[i] for n, v in values.items()}) for i in range(3)]
    assert together.shape == (3, len(data))
    np.testing.assert_allclose(together, alone, rtol=1e-9)


@every_model
def test_at_its_bounds_the_likelihood_is_finite(name, model, make):
    data = make()
    model = model.counted_on(data)
    corners = {p.name: np.array([p.low, p.high]) for p in model.parameters}
    assert np.isfinite(model.log_likelihood(data, corners)).all()


@every_model
def test_a_trial_does_not_depend_on_the_others(name, model, make):
    data = make()
    model = model.counted_on(data)
    some = np.arange(len(data))[::3]
    np.testing.assert_allclose(model.log_likelihood(data)[some], model.log_likelihood(data.take(some)), rtol=1e-9)


@every_model
def test_simulated_data_keep_the_design_and_the_seed(name, model, make):
    data = make()
    model = model.counted_on(data)
    again = [model.simulate(data, rng=stream(3)) for _ in range(2)]
    response = "error" if hasattr(data, "error") else "higher"
    np.testing.assert_array_equal(*(getattr(one, response) for one in again))
    assert np.isfinite(model.log_likelihood(again[0])).all()
    unchanged = "n_items" if response == "error" else "delta"
    np.testing.assert_array_equal(getattr(again[0], unchanged), getattr(data, unchanged))


REPORT = [(name, model, keys, values) for name, model in family.MODELS.items() for keys in (False, True)
          for values in (False, True) if values or not getattr(model, "swaps", False)]  # fmt: skip


@pytest.mark.parametrize(("name", "model", "keys", "values"), REPORT)
def test_the_density_of_a_report_integrates_to_one(name, model, keys, values):
    one = trials(1, sizes=(3,), keys=keys, values=values)
    total, _ = quad(lambda x: float(np.exp(model.log_likelihood(one.responded(np.array([x])))[0])), -np.pi, np.pi)
    assert total == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("model", "values"), [
    (ReportMixture(), {"guess": 0.3, "precision": 6.0}),
    (ReportMixture(swaps=True), {"swap": 0.4}),
    (KeyValueReport(), {"gain": 4.0, "key_precision": 0.5}),
    (KeyValueRest(), {"rest": 1.0}),
    (KeyValueReport(), {"gain": 8.0, "key_precision": 1.0, "load": 0.5}),
])  # fmt: skip
@pytest.mark.parametrize("keys", [False, True])
def test_simulated_reports_have_the_density_of_the_model(model, values, keys):
    n = 4000
    one = trials(1, sizes=(4,), keys=keys, seed=2)
    error = model.simulate(one.take(np.zeros(n, int)), values, rng=stream(4)).error
    edges = np.linspace(-np.pi, np.pi, 17)
    middle = edges[:-1, None] + np.diff(edges)[:, None] * (np.arange(40) + 0.5) / 40
    grid = one.take(np.zeros(middle.size, int)).responded(middle.ravel())
    p = np.exp(model.log_likelihood(grid, values)).reshape(middle.shape).mean(-1) * np.diff(edges)
    assert chisquare(np.histogram(error, edges)[0], n * p / p.sum()).pvalue > 1e-3


def test_a_mixture_of_guesses_alone_is_uniform_and_without_them_von_mises():
    data = trials()
    np.testing.assert_allclose(ReportMixture().log_likelihood(data, {"guess": 1.0}), UNIFORM)
    flat = {"guess": 0.0, "precision": 0.05}
    assert np.ptp(ReportMixture().log_likelihood(data, flat)) < 0.11


def test_a_value_for_each_condition_counts_for_its_trials_only():
    data = trials()
    model = ReportMixture(swaps=True, by_condition=("guess", "swap")).counted_on(data)
    names = [p.name for p in model.parameters]
    assert names == [*(f"guess_{n}" for n in SIZES), "swap_2", "swap_4", "swap_8", "precision"]
    moved = model.log_likelihood(data, {"guess_4": 0.9}) != model.log_likelihood(data)
    np.testing.assert_array_equal(moved, data.n_items == 4)
    alike = {p.name: 0.2 for p in model.parameters if p.name.startswith("guess")}
    pooled = ReportMixture(swaps=True).log_likelihood(data, {"guess": 0.2})
    np.testing.assert_allclose(model.log_likelihood(data, alike), pooled)


def test_conditions_are_in_the_order_of_their_numbers():
    data = report_trials([0.1, 0.2, 0.3], [10, 9, 1])
    assert data.conditions() == ("1", "9", "10")
    model = ReportMixture(by_condition=("guess",)).counted_on(data)
    changed = model.log_likelihood(data, {"guess_9": 0.9}) != model.log_likelihood(data)
    assert changed.tolist() == [False, True, False]


def test_one_item_alone_is_a_sum_over_numbers_of_samples():
    mean, kappa, x = 1.7, 2.5, 0.4
    p, density = np.exp(-mean), 0.0
    for n in range(60):
        normaliser = quad(lambda y, n=n: np.exp(n * kappa * np.cos(y)), -np.pi, np.pi)[0]
        density += p * np.exp(n * kappa * np.cos(x)) / normaliser
        p *= mean / (n + 1)
    values = {"gain": mean, "value_precision": kappa}
    ours = KeyValueReport().log_likelihood(report_trials([x], [1]), values)
    assert float(np.exp(ours[0])) == pytest.approx(density, rel=1e-6)


@pytest.mark.parametrize("model", [KeyValueReport(), KeyValueRest()])
def test_with_one_key_for_both_items_either_may_be_the_target(model):
    x, y = 0.7, 1.5
    as_it_is = report_trials([x], [2], non_target=[[y]], distance=[[0.0]])
    exchanged = report_trials([x - y], [2], non_target=[[-y]], distance=[[0.0]])
    np.testing.assert_allclose(model.log_likelihood(as_it_is), model.log_likelihood(exchanged), rtol=1e-12)


@pytest.mark.parametrize("model", [KeyValueReport(), KeyValueRest()])
def test_swaps_are_of_keys_that_are_near(model):
    near, far = (report_trials([2.0], [2], non_target=[[2.0]], distance=[[d]]) for d in (0.2, 3.0))
    assert model.log_likelihood(near)[0] > model.log_likelihood(far)[0]


def test_with_much_gain_there_is_neither_guess_nor_swap():
    data = trials(400, keys=False)
    sure = KeyValueReport().simulate(data, {"gain": 60.0, "load": 0.0, "key_precision": 100.0}, rng=stream())
    found = error_mixture(sure.error[data.n_items == 8], sure.non_target[data.n_items == 8])
    assert found.p_guess < 0.01
    assert found.p_swap < 0.06  # the mean key of random ones is not infinitely far


@pytest.mark.parametrize(("model", "values"), [
    (KeyValueReport(), {"key_precision": 1.0}), (KeyValueReport(load_free=False), {"key_precision": 1.0}),
    (KeyValueRest(), {})])  # fmt: skip
def test_with_four_parameters_at_most_swaps_rise_and_precision_falls_with_the_number_of_items(model, values):
    assert sum(p.free for p in model.parameters) <= 4
    data = model.simulate(trials(2000), values, rng=stream())
    by_size = [data.take(data.n_items == n) for n in SIZES[1:]]
    found = [error_mixture(one.error, one.non_target[:, : one.n_items[0] - 1]) for one in by_size]
    alone = error_mixture(data.error[data.n_items == 1])
    assert np.diff([0.0, *(f.p_swap for f in found)]).min() > 0
    assert np.diff([alone.p_memory, *(f.p_memory for f in found)]).max() < 0
    assert found[-1].kappa < alone.kappa


def test_a_guess_is_a_report_without_a_sample():
    far = report_trials([np.pi] * 3, [1, 2, 6], non_target=[[np.nan] * 5, [0.0] + [np.nan] * 4, [0.0] * 5])
    p = np.exp(KeyValueReport().log_likelihood(far, {"gain": 6.0, "value_precision": 100.0}))
    np.testing.assert_allclose(p, np.exp(-6.0 / np.array([1, 2, 6])) / (2 * np.pi), rtol=1e-9)


@pytest.mark.parametrize("model", [KeyValueReport(), KeyValueRest()])
def test_one_set_size_leaves_the_gain_to_one_item(model):
    several, one = ({p.name: p for p in model.counted_on(trials(sizes=s)).parameters} for s in (SIZES, (3,)))
    assert (one["load"].free, one["load"].default) == (False, 0.0)
    assert (several["load"].free, several["load"].default) == (isinstance(model, KeyValueReport), 1.0)


def test_values_by_condition_share_the_match_of_keys():
    names = np.tile(["colour", "place"], 3)
    data = report_trials(np.linspace(-1, 1, 6), 24, condition=names)
    model = KeyValueReport(values_by_condition=True).counted_on(data)
    assert [p.name for p in model.parameters][2:] == ["value_precision_colour", "value_precision_place", "load"]
    alike = model.log_likelihood(data, {"value_precision_colour": 7.0, "value_precision_place": 7.0})
    one = KeyValueReport().counted_on(data).log_likelihood(data, {"value_precision": 7.0})
    np.testing.assert_allclose(alike, one)
    moved = model.log_likelihood(data, {"value_precision_place": 20.0}) != model.log_likelihood(data)
    assert moved.tolist() == (names == "place").tolist()


@pytest.mark.parametrize("model", [KeyValueReport(), KeyValueRest()])
def test_values_that_are_not_recorded_make_a_swap_like_a_guess(model):
    known, unknown = trials(2, sizes=(3,)), trials(2, sizes=(3,), values=False)
    grid = np.linspace(-np.pi, np.pi, 721)[:-1]
    turned = [known.non_target[0] + g for g in grid]
    many = report_trials(np.full(720, 1.0), 3, non_target=(np.array(turned) + np.pi) % (2 * np.pi) - np.pi)
    one = unknown.responded(np.full(2, 1.0)).take(np.array([0]))
    mean = np.exp(model.log_likelihood(many)).mean()
    assert np.log(mean) == pytest.approx(float(model.log_likelihood(one)[0]), abs=1e-9)


@pytest.mark.parametrize(("made", "seen"), [
    (lambda: report_trials([0.1, 4.0], 1), r"error must be angles in radians in \[-pi, pi\]; saw 4"),
    (lambda: report_trials([0.1, np.nan], 1), r"error must be angles; saw NaN at \[1\]"),
    (lambda: report_trials([0.1], 0), "n_items must be whole numbers of at least 1; saw 0"),
    (lambda: report_trials([0.1], 1.5), "n_items must be whole numbers of at least 1; saw 1.5"),
    (lambda: report_trials([], 1), "error must hold one angle for each trial, at least one"),
    (lambda: report_trials([0.1, 0.2], [1, 3], non_target=[[np.nan, np.nan], [1.0, np.nan]]),
     "trial 1 has 3 items and 1 of 2 entries in non_target: give one for each other item, or none on any trial"),
    (lambda: report_trials([0.1], 2, non_target=[[5.0]]), "non_target must be angles in radians"),
    (lambda: report_trials([0.1], 2, non_target=[1.0]), r"non_target must be \(trial, other\) for 1 trials"),
    (lambda: report_trials([0.1], 1, condition=["a", "b"]), "condition must name one for each of 1 trials"),
    (lambda: ReportMixture(swaps=True).log_likelihood(trials(values=False)), "swaps need the values of the other"),
    (lambda: ReportMixture(by_condition=("swap",)), "by_condition must be one of guess, precision; saw 'swap'"),
    (lambda: ReportMixture(by_condition=("guess",)).counted_on(trials(sizes=(2,))).log_likelihood(trials()),
     "the model has no parameters for condition '1'"),
    (lambda: KeyValueReport().log_likelihood(trials(), {"gain": 0.0}), "gain must be a number in"),
    (lambda: KeyValueReport(values_by_condition=True).counted_on(trials(sizes=(2,))).log_likelihood(trials()),
     "the model has no parameters for condition '1': count it on such data"),
    (lambda: choices([0.1], [1.0], [2]), "higher must be 0 or 1; saw 2"),
    (lambda: choices([0.1], [-1.0], [1]), "interval must be at least 0 s; saw -1"),
    (lambda: choices([np.nan], [1.0], [1]), "delta must be finite; saw nan: leave such trials out"),
    (lambda: choices([0.1, 0.2], [1.0], [1]), "interval must have one entry for each trial"),
])  # fmt: skip
def test_bad_input_is_told_in_one_line(made, seen):
    with pytest.raises(ValueError, match=seen) as told:
        made()
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("of", [family, forced_choice, recognition])
def test_every_model_is_told_apart_in_a_line(of):
    assert of.ABOUT.keys() == of.MODELS.keys()
    assert len(set(of.ABOUT.values())) == len(of.MODELS)


def test_curves_tell_how_often_another_item_is_reported_where_others_are_known():
    data = ReportMixture(swaps=True).simulate(trials(500, sizes=(1, 4)), {"guess": 0.0, "swap": 0.6}, rng=stream())
    curves = family.curves(one_person(data)).isel(subject=0)
    assert curves.condition.values.tolist() == [1.0, 4.0]
    assert np.isnan(curves.near_other[0])
    assert 0.2 < float(curves.near_other[1]) < 0.6
    assert float(curves.far[1]) > float(curves.far[0]) + 0.2
    assert float(curves.density.sum() * np.pi / 18) == pytest.approx(1)
    assert "near_other" not in family.curves(one_person(trials(values=False)))


def one_person(data):
    return Observed(data, np.zeros(len(data), int), np.zeros(len(data), int), "trial")


def test_the_likeliest_mixture_of_each_set_size_is_that_of_the_measure():
    data = KeyValueReport().simulate(trials(150, sizes=(1, 3)), rng=stream(6))
    model = ReportMixture(swaps=True, by_condition=("guess", "swap", "precision"))
    fitted = fit({"swap": model}, one_person(data), effort="quick")
    ones, threes = data.error[data.n_items == 1], data.take(data.n_items == 3)
    measured = error_mixture(ones), error_mixture(threes.error, threes.non_target)
    assert float(fitted.log_likelihood.sum()) == pytest.approx(sum(m.log_likelihood for m in measured), abs=0.02)
    guess, swap = (float(fitted.value.sel(parameter=name).item()) for name in ("guess_3", "swap_3"))
    assert (guess, (1 - guess) * swap) == pytest.approx((measured[1].p_guess, measured[1].p_swap), abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_numbers_of_the_account_are_recovered_from_its_reports(seed):
    rng = stream(seed)
    true = {
        "gain": rng.uniform(5, 15),
        "key_precision": rng.uniform(0.5, 3),
        "value_precision": rng.uniform(2, 5),
        "load": rng.uniform(0.7, 1.3),
    }
    data = KeyValueReport().simulate(trials(400, keys=True, seed=seed), true, rng=rng)
    fitted = fit({"account": KeyValueReport()}, one_person(data), effort="quick")
    at_true = KeyValueReport().log_likelihood(data, true).sum()
    assert float(fitted.log_likelihood.sum()) >= at_true
    found = {name: float(fitted.value.sel(parameter=name).item()) for name in true}
    assert found["load"] == pytest.approx(true["load"], abs=0.2)
    assert {n: found[n] / true[n] for n in ("gain", "value_precision", "key_precision")} == pytest.approx(
        {"gain": 1.0, "value_precision": 1.0, "key_precision": 1.0}, abs=0.4
    )


@settings(max_examples=30)
@given(st.floats(0.1, 60), st.floats(0.01, 100), st.floats(0.05, 100), st.floats(0, 2))
def test_the_account_is_finite_wherever_it_is_searched(gain, key, value, load):
    values = {"gain": gain, "key_precision": key, "value_precision": value, "load": load}
    assert np.isfinite(KeyValueReport().log_likelihood(trials(1, keys=True), values)).all()


def test_a_lost_trace_takes_the_ends_and_growing_noise_the_slope():
    data = choices(np.full(2, 9.0), np.array([0.0, 10.0]), np.ones(2))
    ended = np.exp(Retention(ends=True).log_likelihood(data, {"lapse": 0.0, "loss": 0.2}))
    np.testing.assert_allclose(ended, [1.0, 0.5 + 0.5 * np.exp(-2)], atol=1e-9)
    grown = np.exp(Retention(grows=True).log_likelihood(data, {"lapse": 0.0, "growth": 0.1}))
    np.testing.assert_allclose(grown, 1.0, atol=1e-9)
    small = choices([0.3], [10.0], [1])
    blurred = np.exp(Retention(grows=True).log_likelihood(small, {"lapse": 0.0, "sd": 0.3, "growth": 0.027}))
    assert float(blurred[0]) == pytest.approx(0.6914625, abs=1e-6)  # Phi (0.5)


def test_with_neither_loss_nor_growth_both_are_the_simple_model():
    data = forced_choice_data()
    both = Retention(grows=True, ends=True).log_likelihood(data, {"growth": 0.0, "loss": 0.0})
    np.testing.assert_allclose(both, Retention().log_likelihood(data))


def forced_choice_data():
    return choices(np.tile([-0.5, 0.0, 0.2], 4), np.repeat([0.5, 10.0], 6), np.tile([0, 1], 6))
