"""Fits: known maxima, bounds, agreement, what is kept and gone on with, workers that die, refusals, the command."""

import json
import os
import re
import subprocess
import sys
import time
import warnings

import numpy as np
import pytest
from fit_toys import Coin, Mortal, Normal, Share, Undefined, people
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from neuromem import registry
from neuromem.errors import UserError
from neuromem.fit import asked, results
from neuromem.fit import fit as fitting
from neuromem.fit.fit import fit
from neuromem.fit.identity import described, digest
from neuromem.fit.job import Job, fit_one
from neuromem.fit.objective import Choices
from neuromem.fit.optimisers import Near
from neuromem.fit.search import EFFORTS, Effort, polished, search
from neuromem.fit.workers import WorkerDied, run_all
from neuromem.likelihood import ImpossibleEvent, Observed
from neuromem.recall import family
from neuromem.recall.cmr import cmr
from neuromem.recall.lists import recall_lists, to_simulate

QUICK = EFFORTS["quick"]
A, B = (1.0, 2.0, 4.0, 5.0), (0.5, -1.5, 0.0)
NORMALS = people(A, B)


# Maxima in closed form


def test_the_normal_model_is_fitted_as_its_closed_form_says():
    found = fit({"normal": Normal()}, NORMALS, effort=QUICK)
    assert found.value.sel(parameter="mean").values[:, 0].tolist() == pytest.approx([3.0, -1 / 3], abs=1e-5)
    assert found.value.sel(parameter="sd").values[:, 0].tolist() == pytest.approx([np.std(A), np.std(B)], abs=1e-5)
    wanted = [-len(x) * (np.log(np.std(x) * np.sqrt(2 * np.pi)) + 0.5) for x in (A, B)]
    assert found.log_likelihood.sum("trial").values[:, 0].tolist() == pytest.approx(wanted, abs=1e-9)


@given(n=st.integers(1, 30), share=st.floats(0, 1))
@hypothesis_settings(max_examples=8)
def test_a_coin_shows_what_it_showed(n, share):
    heads = round(share * n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImpossibleEvent)
        found = fit({"coin": Coin()}, people([1] * heads + [0] * (n - heads)), effort=Effort(starts=1))
    assert float(found.value[0, 0, 0]) == pytest.approx(heads / n, abs=1e-5)
    assert bool(found.at_bound[0, 0, 0]) == (heads in (0, n))


def test_fixed_freed_and_narrowed_parameters():
    fixed = fit({"normal": Normal()}, NORMALS, fixed={"sd": 2.0}, effort=QUICK).isel(model=0)
    assert fixed.n_parameters == 1
    assert fixed.value.sel(parameter="sd").values.tolist() == [2.0, 2.0]
    assert fixed.value.sel(parameter="mean").values.tolist() == pytest.approx([3.0, -1 / 3], abs=1e-5)
    freed = fit({"normal": Normal()}, NORMALS, fixed={"mean": 1.0}, free=["shift"], effort=QUICK).isel(model=0)
    assert freed.value.sel(parameter="shift").values.tolist() == pytest.approx([2.0, -4 / 3], abs=1e-5)
    narrow = fit({"normal": Normal()}, NORMALS, bounds={"mean": (-1, 2.5)}, effort=QUICK).isel(model=0)
    assert narrow.value.sel(parameter="mean").values.tolist() == pytest.approx([2.5, -1 / 3], abs=1e-5)
    assert narrow.at_bound.sel(parameter="mean").values.tolist() == [True, False]
    assert not narrow.at_bound.sel(parameter=["sd", "shift"]).any()


def test_models_of_different_parameters_side_by_side():
    tosses = people([1, 1, 0, 1], [0, 1])
    found = fit({"coin": Coin(), "share": Share(), "normal": Normal()}, tosses, effort=QUICK)
    assert found.n_parameters.values.tolist() == pytest.approx([1, np.nan, 2], nan_ok=True)
    assert np.isnan(found.value.sel(model="share")).all()
    assert found.value.sel(model="coin").notnull().sum("parameter").values.tolist() == [1, 1]
    total = found.log_likelihood.sum("trial")
    assert total.sel(model="coin").values.tolist() == pytest.approx(total.sel(model="share").values.tolist())
    assert np.isnan(found.log_likelihood.sel(subject=2).values[:, 2:]).all()


def test_what_is_counted_is_counted_on_each_subject_alone():
    lists = recall_lists([[1, 0], [0, -1], [1, -1], [2, 1]], np.array([2, 2, 3, 3]))
    observed = Observed(lists, np.array([1, 1, 2, 2]), np.zeros(4, int), "list")
    models = {name: family.MODELS[name] for name in ("position_frequency", "last_transition")}
    found = fit(models, observed, effort=QUICK)
    alone = fit(models, observed.take(np.array([2, 3])), effort=QUICK)
    assert found.log_likelihood.values[1].tolist() == alone.log_likelihood.values[0].tolist()


# The search


def two_wells(points):
    """A wide well of depth 1 and a narrow one of depth 2 at 0.8."""
    near, deep = ((points - 0.2) ** 2).sum(-1), ((points - 0.8) ** 2).sum(-1)
    return -np.exp(-near / 0.1) - 2 * np.exp(-deep / 0.002)


def valley(points):
    """Rosenbrock's function of coordinates from -2 to 2: 0 at (1, 1)."""
    x, y = 4 * points[..., 0] - 2, 4 * points[..., 1] - 2
    return 100 * (y - x**2) ** 2 + (1 - x) ** 2


@pytest.mark.parametrize("optimiser", ["scipy", "cma", pytest.param("pybads", marks=pytest.mark.slow)])
def test_optimisers_find_the_end_of_a_curved_valley(optimiser):
    pytest.importorskip(optimiser)
    found = search(valley, 2, Effort(starts=1, optimiser=optimiser), np.random.default_rng(0))
    assert found.point.tolist() == pytest.approx([0.75, 0.75], abs=1e-3)
    assert found.evaluations > 0


def test_the_deeper_of_two_wells_is_found_and_starts_that_miss_it_are_told():
    found = search(two_wells, 2, Effort(starts=6, population=4), np.random.default_rng(3))
    assert found.point.tolist() == pytest.approx([0.8, 0.8], abs=1e-3)
    assert found.reached.min() == pytest.approx(-2, abs=1e-3)
    assert len(found.reached) == 6


def test_agreement_counts_starts_near_the_best():
    observed = people(A)
    piece = fit_one(Job("normal", Normal(), 1, observed.data, Choices(), Effort(starts=1), 0))
    several = piece._replace(reached=np.array([-5.0, -5.09, -5.11, -9.0]))
    told = results.dataset([Normal()], ["normal"], observed, [[several]])
    assert int(told.agreement[0, 0]) == 2
    assert float(told.spread[0, 0]) == 4.0


@given(at=st.lists(st.floats(-0.5, 1.5), min_size=1, max_size=4), seed=st.integers(0, 99))
def test_polishing_ends_at_the_nearest_point_within_bounds(at, seed):
    centre, rng = np.array(at), np.random.default_rng(seed)
    near = Near(rng.random(len(at)), rng.uniform(1e-3, 0.3, len(at)))
    point, value = polished(lambda x: 50 * ((x - centre) ** 2).sum(-1), near)
    assert point.tolist() == pytest.approx(centre.clip(0, 1).tolist(), abs=1e-5)
    assert value == pytest.approx(50 * ((centre.clip(0, 1) - centre) ** 2).sum(), abs=1e-6)


def test_a_gradient_is_one_call():
    sizes = []

    def function(points):
        sizes.append(len(points))
        return ((points - 0.3) ** 2).sum(-1)

    polished(function, Near(np.full(3, 0.5), np.full(3, 0.1)))
    assert set(sizes) == {7}


# Streams


def test_a_fit_depends_on_seed_model_and_subject_alone():
    both = fit({"a": Normal(), "b": Coin()}, people((0, 1, 1), (1, 0)), effort=QUICK, seed=4)
    alone = fit({"b": Coin()}, people((0, 1, 1), (1, 0)).take(np.array([3, 4])), effort=QUICK, seed=4)
    assert both.value.sel(subject=2, model="b", parameter="heads") == alone.value.sel(
        subject=2, model="b", parameter="heads"
    )
    assert both.reached.sel(subject=2, model="b").values.tolist() == alone.reached[0, 0].values.tolist()


@pytest.mark.slow
def test_workers_change_no_bit():
    models = {"normal": Normal(), "coin": Coin()}
    tosses = people((0, 1, 1), (1, 0), (0, 0, 1))
    one, two = (fit(models, tosses, effort=QUICK, workers=n) for n in (1, 2))
    assert one.identical(two)


@pytest.mark.slow
def test_a_dask_scheduler_changes_no_bit():
    distributed = pytest.importorskip("distributed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster:
            there = fit({"normal": Normal()}, NORMALS, effort=QUICK, scheduler=cluster.scheduler_address)
    assert there.identical(fit({"normal": Normal()}, NORMALS, effort=QUICK))


# Interrupted, killed, dead


def stop_after(n):
    def progress(done, total):
        if done == n:
            raise KeyboardInterrupt

    return progress


def test_an_interrupt_keeps_what_was_fitted_and_says_how_to_go_on(tmp_path):
    folder, models = tmp_path / "parts", {"normal": Normal()}
    with pytest.raises(KeyboardInterrupt, match=r"1 of 2 fits are kept in .*parts; the same command goes on"):
        fit(models, NORMALS, effort=QUICK, folder=folder, progress=stop_after(1))
    assert len(list(folder.iterdir())) == 1
    done = []
    found = fit(models, NORMALS, effort=QUICK, folder=folder, progress=lambda n, total: done.append(n))
    assert done == [1, 2]
    assert found.identical(fit(models, NORMALS, effort=QUICK))


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"effort": Effort(starts=2, population=5, tolerance=2e-2)},
        {"fixed": {"sd": 1.0}},
        {"bounds": {"sd": (0.01, 9.0)}},
        {"observed": people((1.0, 2.0, 4.0, 5.1))},
        {"models": {"normal": Undefined()}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_stale_parts_are_not_used(change, monkeypatch):
    told = {"models": {"normal": Normal()}, "observed": people(A), "effort": QUICK}
    hashes = []
    monkeypatch.setattr(fitting, "digest", lambda job: hashes.append(digest(job)) or hashes[-1])
    monkeypatch.setattr(fitting, "_pieces", lambda *rest: (_ for _ in ()).throw(InterruptedError))
    for one in (told, told, told | change):
        with pytest.raises(InterruptedError):
            fit(**one)
    assert hashes[0] == hashes[1] != hashes[2]


def test_code_is_part_of_what_determines_a_fit(tmp_path, monkeypatch):
    def of(text):
        (tmp_path / "own_model.py").write_text(text)
        sys.modules.pop("own_model", None)
        monkeypatch.syspath_prepend(tmp_path)
        import own_model

        return digest(own_model.Own())

    assert of("class Own:\n    x = 1\n") != of("class Own:\n    x = 22\n")


@pytest.mark.slow
def test_what_is_described_is_the_same_in_every_process():
    told = json.dumps(described({"model": cmr(cues=("a",)), "data": to_simulate(3, 2)}), sort_keys=True)
    code = (
        "import json; from neuromem.fit.identity import described; from neuromem.recall.cmr import cmr;"
        "from neuromem.recall.lists import to_simulate;"
        "print(json.dumps(described({'model': cmr(cues=('a',)), 'data': to_simulate(3, 2)}), sort_keys=True))"
    )
    env = os.environ | {"PYTHONHASHSEED": "7"}
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env).stdout.strip() == told


@pytest.mark.slow
@pytest.mark.filterwarnings("always::neuromem.fit.workers.WorkerDied")
def test_the_subjects_of_a_worker_that_dies_are_fitted_again(tmp_path):
    lives = tmp_path / "lives"
    lives.write_text("xx")
    models = {"mortal": Mortal(lives=str(lives))}
    with pytest.warns(WorkerDied, match=r"a worker process died; \d jobs go on in new ones"):
        found = fit(models, NORMALS, effort=QUICK, workers=2)
    assert found.value.sel(parameter="mean").values[:, 0].tolist() == pytest.approx([3.0, -1 / 3], abs=1e-5)


def exits(job):
    os._exit(1)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::neuromem.fit.workers.WorkerDied")
def test_workers_that_die_without_end_are_given_up():
    with pytest.raises(UserError, match=r"died 3 times before anything was finished: .* below if __name__ =="):
        list(run_all(exits, [1, 2], workers=2))


@pytest.mark.slow
@pytest.mark.needs_data("murdock1962")
def test_a_fit_that_was_killed_goes_on(tmp_path):
    words = ["fit", "cmr", "murdock1962_10_2", "--subjects", "4", "--restarts", "2", "--workers", "1", "--out", "a.nc"]
    command, parts = [sys.executable, "-m", "neuromem", *words], tmp_path / "a.parts"
    killed = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 100
    while not (parts.is_dir() and list(parts.glob("[!.]*.json"))) and time.monotonic() < deadline:
        time.sleep(0.02)
    killed.kill()
    killed.wait()
    first = {path.name for path in parts.glob("[!.]*.json")}
    assert 0 < len(first) < 4
    assert not (tmp_path / "a.nc").exists()
    observed = asked.first_subjects(family.DATA["murdock1962_10_2"](), 4)
    told = {"effort": asked.effort("default", 2, None), "seed": 0}
    done = []
    went_on = fit({"cmr": cmr()}, observed, **told, folder=parts, progress=lambda n, total: done.append(n))
    assert done[0] == len(first)
    assert first < {path.name for path in parts.iterdir()}
    assert went_on.identical(fit({"cmr": cmr()}, observed, **told))


# What a model cannot produce, and what is refused


def test_what_a_model_cannot_produce_is_told_once_for_each_model():
    observed = people([1.0, 1.0], [0.0, 0.0], [1.0, 0.0])
    with pytest.warns(ImpossibleEvent) as caught:
        found = fit({"coin": Coin(), "normal": Normal()}, observed, fixed={"heads": 1.0}, effort=QUICK)
    told = [str(one.message) for one in caught]
    assert told == ["coin cannot produce what 2 of 3 subjects did; subject 2: a toss that the coin cannot show"]
    assert np.isfinite(found.log_likelihood.sel(model="coin").values[:, :2]).all()


REFUSED = {
    "unknown fixed": ({"fixed": {"maen": 1.0}}, "normal has no parameter 'maen'; did you mean mean?"),
    "unknown free": ({"free": ["width"]}, "normal has no parameter 'width'; there are: mean, sd, shift."),
    "unknown bounds": ({"bounds": {"men": (0, 1)}}, "normal has no parameter 'men'; did you mean mean?"),
    "fixed and free": ({"fixed": {"sd": 1.0}, "free": ["sd"]}, "sd is both fixed and free; choose one."),
    "fixed and bounded": ({"fixed": {"sd": 1.0}, "bounds": {"sd": (1, 2)}}, "sd is fixed, so that its bounds say"),
    "crossed": ({"bounds": {"mean": (2.0, 1.0)}}, "the bounds of mean cross or meet: 2 is not below 1"),
    "met": ({"bounds": {"mean": (2.0, 2.0)}}, "the bounds of mean cross or meet"),
    "too wide": ({"bounds": {"sd": (0.0, 1.0)}}, "the lower bound of sd must be a number in [0.01, 10]; saw 0.0."),
    "out of bounds": ({"fixed": {"sd": 11.0}}, "sd must be a number in [0.01, 10]; saw 11.0."),
    "no number": ({"fixed": {"sd": "wide"}}, "sd must be a number in [0.01, 10]; saw 'wide'."),
    "effort": ({"effort": "carefull"}, "there is no effort 'carefull'; did you mean careful?"),
    "seed": ({"seed": -1}, "seed must be a whole number"),
    "workers": ({"workers": 0}, "workers must be a whole number of at least 1; saw 0."),
    "no model": ({"models": {}}, "there is no model to fit; name one or more."),
    "a model without a name": ({"models": Normal()}, "models must be a dict of names and models"),
    "a name without a model": ({"models": {"cmr": "cmr"}}, "models must be a dict of names and models"),
    "a name for data": ({"observed": "morton2013"}, "observed must be an Observed; saw str: take one of a family's"),
    "not a number": ({"models": {"normal": Undefined()}}, "the log-likelihood of Undefined is not a number at mean "),
}


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(change, said):
    with pytest.raises(ValueError, match=rf"^{re.escape(said)}[^\n]*\Z"):
        fit(**({"models": {"normal": Normal()}, "observed": NORMALS, "effort": QUICK} | change))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Effort(starts=0), "starts must be a whole number of at least 1; saw 0."),
        (lambda: asked.effort("default", 0, None), "restarts must be a whole number of at least 1; saw 0."),
        (lambda: Effort(tolerance=0.0), "tolerance must be a number in (0, 1]; saw 0.0."),
        (lambda: Effort(optimiser="anneal"), "optimiser must be one of scipy, cma, pybads; saw 'anneal'."),
        (lambda: asked.fixed(["sd"]), "'sd' is not of the form field=value."),
        (lambda: asked.fixed(["sd=wide"]), "sd must be a number; saw 'wide'."),
        (lambda: asked.fixed(["sd=1", "sd=2"]), "sd is fixed twice; say it once."),
        (lambda: asked.bounds(["sd=1"]), "bounds are typed as sd=low:high; saw 'sd=1'."),
        (lambda: asked.bounds(["sd"]), "bounds are typed as sd=low:high; saw 'sd'."),
        (lambda: asked.first_subjects(NORMALS, 3), "subjects must be from 1 to 2, so many took part; saw 3."),
    ],
)
def test_what_is_typed_wrongly_is_refused(call, said):
    with pytest.raises(ValueError, match=rf"^{re.escape(said)}\Z"):
        call()


def test_an_optimiser_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cma", None)
    with pytest.raises(UserError, match=r'the optimiser cma is not installed: pip install "neuromem\[fit\]"'):
        fit({"normal": Normal()}, people(A), effort=Effort(starts=1, optimiser="cma"))


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("neuromem.fit.workers.SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(UserError, match="no dask scheduler answers at tcp://127.0.0.1:9"):
        fit({"normal": Normal()}, people(A), effort=QUICK, scheduler="tcp://127.0.0.1:9")


# Results, registry, family, command


def test_a_file_gives_back_the_fits(tmp_path):
    found = fit({"normal": Normal(), "share": Share()}, people((0, 1), (1, 0, 0)), effort=QUICK)
    assert results.load(results.save(found, tmp_path / "a.nc")).identical(found)


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


TABLE = "subject,list,trial_type,position,item\n" + "".join(
    f"{subject},{number},{kind},{position},{item}\n"
    for subject in (1, 2)
    for number in range(1, 7)
    for kind, items in (("study", "abcde"), ("recall", "edab"[: 1 + (number + subject) % 4]))
    for position, item in enumerate(items, 1)
)


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
