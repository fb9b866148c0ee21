"""The data sets, against what is published of them, and the table form of free recall."""

import gzip
import sys
from functools import cache

import numpy as np
import pandas as pd
import pytest

from neuromem import data
from neuromem.data import free_recall, images, tasks
from neuromem.data.free_recall import INTRUSION, PADDING

COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]  # of MNIST's training digits 0 to 9
MURDOCK = {"10-2": 6.40, "15-2": 8.18, "20-1": 6.82, "20-2": 8.37, "30-1": 8.51, "40-1": 8.11}

SETS = [pytest.param(name, marks=pytest.mark.needs_data(name)) for name in data.names()]
IMAGES = [p for p in SETS if p.values[0] in ("digits", "mnist", "fashion_mnist")]
REPEATED = ("kahana_howard2005", "lohnas_kahana2014")  # words are presented more than once
ONCE = ("kahana2002", "morton2013", "murdock1962", "murdock_okada1970", "peers_notask", "polyn2009")
RECALL = [p for p in SETS if p.values[0] in (*REPEATED, *ONCE, "healey_kahana2014")]
TABLED = [p for p in SETS if p.values[0] in ONCE]

loaded = cache(data.load)


@pytest.mark.parametrize("name", SETS)
def test_a_data_set_says_where_it_is_from(name):
    dataset = loaded(name)
    assert {"title", "reference", "licence"} <= dataset.attrs.keys()
    assert dataset.attrs["reference"] in data.module(name).REFERENCE  # one of its studies where there are several
    assert not {"psifr", "sklearn"} & _imported_by("neuromem")


def _imported_by(package):
    ours = [vars(m) for name, m in sys.modules.items() if name.startswith(package)]
    return {held.__name__ for module in ours for held in module.values() if isinstance(held, type(sys))}


@pytest.mark.parametrize("name", SETS)
def test_a_data_set_survives_netcdf(name, tmp_path):
    import xarray as xr

    dataset = loaded(name)
    head = dataset.isel({dim: slice(50) for dim in ("item", "list") if dim in dataset.dims})
    head.to_netcdf(tmp_path / "set.nc", engine="h5netcdf")
    xr.testing.assert_identical(xr.load_dataset(tmp_path / "set.nc", engine="h5netcdf"), head)


@pytest.mark.parametrize("name", IMAGES)
def test_images_fill_their_range(name):
    dataset = data.load(name)
    assert dataset["image"].dims == ("item", "feature")
    assert dataset["image"].dtype == np.uint8
    assert dataset["image"].max() == dataset["image"].attrs["maximum"]
    assert set(dataset["label"].to_numpy()) == set(range(10))


@pytest.mark.parametrize("name", IMAGES)
def test_both_splits_are_train_then_test(name):
    train, test, both = (data.load(name, split=split) for split in ("train", "test", "both"))
    assert np.array_equal(np.concatenate([train["image"], test["image"]]), both["image"])
    assert list(train["split"][:1].values) + list(test["split"][:1].values) == ["train", "test"]


@pytest.mark.parametrize("name", IMAGES)
def test_choosing_classes_keeps_the_order_of_the_file(name):
    every, two = data.load(name, split="test"), data.load(name, split="test", labels=(1, 0))
    assert np.array_equal(every["image"][np.isin(every["label"], [0, 1])], two["image"])


@pytest.mark.parametrize(
    ("option", "value"),
    [("labels", (0, 11)), ("labels", ()), ("labels", "01"), ("labels", 11), ("split", "validation")],
)
@pytest.mark.parametrize("name", IMAGES)
def test_an_image_set_refuses_a_class_or_split_it_lacks(name, option, value):
    with pytest.raises(ValueError, match=option):
        data.load(name, **{option: value})


@pytest.mark.needs_data("digits")
def test_a_task_gives_each_class_a_unit_in_the_order_named():
    task = tasks.tell_apart(data.module("digits"), (7, 3, 4), first_unit=2)
    for images_of, unit, split in ((task.image, task.unit, "train"), (task.test_image, task.test_unit, "test")):
        of = data.load("digits", labels=(3, 4, 7), split=split)
        np.testing.assert_array_equal(np.array([7, 3, 4])[unit - 2], of["label"])
        np.testing.assert_allclose(images_of * of["image"].attrs["maximum"], of["image"])


@pytest.mark.needs_data("digits")
def test_a_task_that_is_kept_cannot_be_written_into():
    with pytest.raises(ValueError, match="read-only"):
        tasks.tell_apart(data.module("digits"), (0, 1)).image[0] = 0


@pytest.mark.needs_data("mnist")
def test_mnist_has_the_published_counts():
    assert np.bincount(data.load("mnist")["label"]).tolist() == COUNTS
    assert data.load("mnist", split="test", labels=(0, 1)).sizes["item"] == 2115


@pytest.mark.needs_data("fashion_mnist")
def test_fashion_mnist_has_classes_of_one_size():
    assert np.bincount(data.load("fashion_mnist")["label"]).tolist() == [6000] * 10


@pytest.mark.needs_data("digits")
def test_digits_agree_with_scikit_learn():
    from sklearn.datasets import load_digits

    ours, theirs = data.load("digits", split="both"), load_digits()
    assert np.array_equal(ours["image"], theirs.data)
    assert np.array_equal(ours["label"], theirs.target)
    assert data.load("digits").sizes["item"] == 1437


IDX = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3]) + bytes(range(6))


def test_idx_is_read_row_by_row(tmp_path):
    (tmp_path / "x.gz").write_bytes(gzip.compress(IDX))
    assert images.read_idx(tmp_path / "x.gz").tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("content", [b"", b"\0\0", IDX[:6], IDX[:-1], IDX + b"\0", b"\0\0\x0d" + IDX[3:], b"PK" + IDX])
def test_what_is_no_idx_file_is_refused(tmp_path, content):
    (tmp_path / "x.gz").write_bytes(gzip.compress(content))
    with pytest.raises(ValueError, match="fetch it again"):
        images.read_idx(tmp_path / "x.gz")


@pytest.mark.parametrize("name", RECALL)
def test_lists_are_sorted_and_codes_are_known(name):
    dataset = loaded(name)
    recall, length = dataset["recall"].to_numpy(), dataset["list_length"].to_numpy()
    assert recall.dtype == np.int32
    assert (np.diff(dataset["subject"]) >= 0).all()
    assert ((recall >= INTRUSION) & (recall < length[:, None])).all()
    assert dataset.sizes["position"] == length.max()
    assert (np.diff(recall == PADDING, axis=1) >= 0).all()


@pytest.mark.needs_data("murdock1962")
@pytest.mark.parametrize(("condition", "mean"), MURDOCK.items())
def test_murdock_has_the_means_of_the_archive(condition, mean):
    dataset = data.load("murdock1962", condition=condition)
    distinct = [len(set(row[row >= 0].tolist())) for row in dataset["recall"].to_numpy()]
    assert len(distinct) == 1200
    assert np.mean(distinct) == pytest.approx(mean, abs=0.005)
    assert len(np.unique(dataset["subject"])) == 15


@pytest.mark.needs_data("murdock1962")
def test_a_murdock_subject_has_one_number_whatever_is_loaded():
    every, one = data.load("murdock1962"), data.load("murdock1962", condition="30-1")
    assert every.sizes == {"list": 7200, "output": 15, "position": 40}
    same = every.sel(list=every["condition"] == "30-1")
    for name in ("recall", "subject", "list_number"):
        assert np.array_equal(same[name], one[name])
    with pytest.raises(ValueError, match=r"condition must be one of 10-2, .* saw '50-1'"):
        data.load("murdock1962", condition="50-1")


@pytest.mark.needs_data("murdock1962")
def test_murdock_traps():
    first = data.load("murdock1962", condition="40-1")["recall"].to_numpy()
    assert first[0].tolist() == [38, 39, 28, 30, 6, 7, 0, -2, -2, -2, -1, -1, -1, -1, -1]
    assert first[769].tolist()[:7] == [31, 32, 3, 37, 39, 38, 25]
    assert first[769, 7] == INTRUSION  # 50 in a list of 40


TABLE = pd.DataFrame(
    [
        (1, 1, "study", 1, "cat"),
        (1, 1, "study", 2, "dog"),
        (1, 1, "study", 3, "owl"),
        (1, 1, "recall", 1, "owl"),
        (1, 1, "recall", 2, "emu"),
        (1, 1, "recall", 3, "owl"),
        (1, 2, "study", 1, "ant"),
        (1, 2, "study", 2, "bee"),
        (2, 1, "study", 1, "emu"),
        (2, 1, "recall", 1, "emu"),
    ],
    columns=free_recall.COLUMNS,
)


def test_a_table_worked_out_by_hand():
    dataset = free_recall.from_table(TABLE.sample(frac=1, random_state=0))
    assert dataset["recall"].to_numpy().tolist() == [[2, INTRUSION, 2], [PADDING] * 3, [0, PADDING, PADDING]]
    assert dataset["subject"].to_numpy().tolist() == [1, 1, 2]
    assert dataset["list_number"].to_numpy().tolist() == [1, 2, 1]
    assert dataset["list_length"].to_numpy().tolist() == [3, 2, 1]
    assert dataset["item"].to_numpy().tolist() == [["cat", "dog", "owl"], ["ant", "bee", ""], ["emu", "", ""]]
    assert dataset["recalled_item"].to_numpy().tolist()[0] == ["owl", "emu", "owl"]


def test_a_table_without_recalls_has_no_output():
    dataset = free_recall.from_table(TABLE[TABLE["trial_type"] == "study"])
    assert dataset["recall"].shape == (3, 0)


def test_a_table_comes_back_as_it_went():
    pd.testing.assert_frame_equal(free_recall.to_table(free_recall.from_table(TABLE)), TABLE, check_dtype=False)


@pytest.mark.parametrize("name", TABLED)
def test_a_data_set_goes_through_the_table_and_back(name):
    dataset = loaded(name)
    again = free_recall.from_table(free_recall.to_table(dataset))
    for variable in ("recall", "subject", "list_number", "list_length"):
        assert np.array_equal(again[variable], dataset[variable])


def test_columns_of_lists_and_items_are_kept():
    table = TABLE.assign(age=30 + TABLE["list"], kind=TABLE["item"].str.upper(), task="none", size=1.5)
    dataset = free_recall.from_table(table, condition="task", list_columns=["age"], item_columns=["kind", "size"])
    assert dataset["condition"].to_numpy().tolist() == ["none"] * 3
    assert dataset["age"].to_numpy().tolist() == [31, 32, 31]
    assert dataset["kind"].to_numpy().tolist()[1] == ["ANT", "BEE", ""]
    assert np.array_equal(dataset["size"][1], [1.5, 1.5, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="item"), "lacks item"),
        (lambda t: t.replace("recall", "test"), "row 3: subject 1, list 1 has a trial_type that is neither"),
        (lambda t: t.replace("dog", "cat"), "subject 1, list 1 studies a word twice"),
        (lambda t: t.drop(index=1), "subject 1, list 1 has study positions other"),
        (lambda t: t.drop(index=8), "subject 2, list 1 recalls a list without study"),
        (lambda t: t[t["trial_type"] == "recall"], "no study event"),
    ],
)
def test_what_is_no_such_table_is_refused(change, message):
    with pytest.raises(ValueError, match=message) as error:
        free_recall.from_table(change(TABLE))
    assert "\n" not in str(error.value)
