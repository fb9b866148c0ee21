"""The runner: same seed, same bits, whatever the number of subjects or workers; and what it refuses."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from neuromem import cell_rng, paradigm, run
from neuromem.errors import UserError
from neuromem.models.correlation_matrix import CorrelationMatrix

TINY = Path(__file__).parent / "tiny_paradigm.py"


def test_same_seed_same_bits_for_any_number_of_workers():
    one, two = (run.run(TINY, n_subjects=7, seed=3, workers=w) for w in (1, 2))
    xr.testing.assert_identical(one.trials, two.trials)
    xr.testing.assert_identical(one.measured, two.measured)


def test_adding_subjects_changes_no_number_that_stood_before():
    few, many = (run.run(TINY, n_subjects=n).trials.recalled for n in (3, 130))
    np.testing.assert_array_equal(few, many[:3])


def test_another_seed_gives_other_numbers():
    first, second = (run.run(TINY, seed=s, n_subjects=20).trials.recalled for s in (0, 1))
    assert not np.array_equal(first, second)


def test_streams_differ_between_subjects_and_cells():
    draws = [cell_rng(*cell).random() for cell in ((0, "a", 0), (0, "a", 1), (0, "b", 0), (1, "a", 0))]
    assert len(set(draws)) == 4


def test_stream_of_a_cell_is_pinned():
    assert cell_rng(0, "list_recall", 3).integers(1 << 30) == cell_rng(0, "list_recall", 3).integers(1 << 30)
    assert cell_rng(7, "x", 1).bit_generator.seed_seq.spawn_key == (2363233923, 1)


def test_dataset_has_dims_coordinates_units_and_long_names():
    measured, trials = run.run(TINY)
    assert trials.recalled.dims == ("subject", "item", "sd")
    assert "sd" in trials.coords
    assert trials.sd.dims == ("sd",)
    for dataset in (measured, trials):
        assert all({"units", "long_name"} <= v.attrs.keys() for v in dataset.variables.values())


def test_attributes_say_where_the_result_comes_from():
    attrs = run.run(TINY, memory="matrix", seed=5).measured.attrs
    assert attrs["paradigm"] == "tiny_paradigm"
    assert json.loads(attrs["memory"]) == {"class": "CorrelationMatrix", "decay": 0.0, "rate": 1.0}
    assert json.loads(attrs["design"])["n_items"] == 6
    assert attrs["seed"] == 5
    assert {"numpy", "scipy", "xarray"} <= json.loads(attrs["library_versions"]).keys()
    assert len(attrs["hash"]) == 64


@pytest.mark.parametrize(
    "change",
    [{"seed": 1}, {"n_subjects": 6}, {"memory": CorrelationMatrix(decay=0.1)}, {"memory": "kernel"}],
    ids=lambda change: next(iter(change)),
)
def test_hash_follows_what_determines_the_result(change):
    base = {"memory": "matrix", "n_subjects": 5, "seed": 0}
    assert run.run(TINY, **base).measured.hash == run.run(TINY, **base).measured.hash
    assert run.run(TINY, **base).measured.hash != run.run(TINY, **(base | change)).measured.hash


def test_memory_is_found_by_the_paradigm_name_the_registry_or_given():
    module = paradigm.load(TINY)
    assert run.pick_memory(module, None) is module.MEMORIES["kernel"]
    assert run.pick_memory(module, "matrix") is module.MEMORIES["matrix"]
    assert run.pick_memory(module, "modern_hopfield").separation.beta == 8
    assert run.pick_memory(module, CorrelationMatrix(rate=2.0)).rate == 2


def test_cache_finds_a_run_again(tmp_path):
    made = run.run(TINY, cache=tmp_path)
    (path,) = tmp_path.iterdir()
    stamp = path.stat().st_mtime_ns
    found = run.run(TINY, cache=tmp_path)
    assert path.stat().st_mtime_ns == stamp
    xr.testing.assert_equal(made.measured, found.measured)
    run.run(TINY, cache=tmp_path, seed=1)
    assert len(list(tmp_path.iterdir())) == 2


def test_progress_counts_every_subject():
    seen = []
    run.run(TINY, n_subjects=4, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("n", [0, -1, 2.5, True])
def test_number_of_subjects_must_be_positive(n):
    with pytest.raises(UserError, match="subjects must be a whole number of at least 1; saw"):
        run.run(TINY, n_subjects=n)


def test_more_subjects_than_memory_holds_are_refused_at_once():
    with pytest.raises(UserError, match="need .* GiB .* ask for at most"):
        run.run(TINY, n_subjects=10**15)


@pytest.mark.parametrize("seed", [-1, 0.5, None, 1 << 63])
def test_seed_must_be_a_whole_number(seed):
    with pytest.raises(UserError, match="seed must be"):
        run.run(TINY, seed=seed)


def test_what_simulate_returns_must_be_what_dims_declares(tmp_path):
    broken = TINY.read_text().replace('"correct": recalled[0], ', "")
    path = tmp_path / "forgetful.py"
    path.write_text(broken)
    with pytest.raises(UserError, match="'correct' must be both in DIMS"):
        run.run(path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'return {"correct": recalled[0], ',
            'return None and {"correct": recalled[0], ',
            "must return a dict of arrays; saw NoneType",
        ),
        (
            '"recalled": ("item", "sd")}',
            '"recalled": ("item",)}',
            "DIMS names 1 axes of 'recalled'; simulate returns 2",
        ),
    ],
)
def test_what_simulate_returns_is_checked(tmp_path, old, new, told):
    path = tmp_path / f"odd_{len(told)}.py"
    path.write_text(TINY.read_text().replace(old, new))
    with pytest.raises(UserError, match=told):
        run.run(path)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"memory": CorrelationMatrix}, "memory must be a name or a memory"),
        ({"memory": 3}, "memory must be a name or a memory"),
        ({"design": {"n_items": 3}}, "design must be an instance of the paradigm's Design"),
    ],
    ids=["class", "number", "dict"],
)
def test_what_is_no_memory_or_design_is_refused(arguments, told):
    with pytest.raises(UserError, match=told):
        run.run(TINY, **arguments)


def test_labels_are_written_on_trials_and_coordinates():
    result = run.run(TINY)
    assert result.trials.sd.attrs["long_name"] == "standard deviation of the noise on the keys"
    assert result.measured.sd.attrs["long_name"] == "standard deviation of the noise on the keys"


def test_the_memory_that_is_recorded_is_the_one_that_was_used():
    attrs = run.run("silent_engram", n_subjects=1).measured.attrs
    memory, design = json.loads(attrs["memory"]), json.loads(attrs["design"])
    assert (memory["batch"], memory["epochs"]) == (design["batch"], design["epochs"])


def test_design_is_frozen_and_typed():
    module = paradigm.load(TINY)
    assert dataclasses.fields(module.Design)[0].metadata == {"unit": "items", "about": "list length"}
    with pytest.raises(dataclasses.FrozenInstanceError):
        module.Design().n_items = 3


@pytest.mark.parametrize("workers", [1, 2])
def test_a_memory_may_be_defined_in_the_paradigm_file(tmp_path, workers):
    path = tmp_path / "own_memory.py"
    own = "@dataclass(frozen=True, kw_only=True)\nclass Mine(KernelMemory):\n    pass\n\n\nMEMORIES = {'mine': Mine(), "
    path.write_text(TINY.read_text().replace("MEMORIES = {", own))
    result = run.run(path, workers=workers, n_subjects=3)
    assert json.loads(result.measured.memory)["class"] == "Mine"
