"""Fits that are interrupted, killed or lose a worker: what is kept, and what is not used again."""

import json
import os
import subprocess
import sys
import time

import pytest
from fit_toys import NORMALS, QUICK, A, Mortal, Normal, Undefined, people

from neuromem.errors import UserError
from neuromem.fit import asked
from neuromem.fit import fit as fitting
from neuromem.fit.fit import fit
from neuromem.fit.identity import described, digest
from neuromem.fit.search import Effort
from neuromem.fit.workers import WorkerDied, run_all
from neuromem.recall import family
from neuromem.recall.cmr import cmr
from neuromem.recall.lists import to_simulate


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
