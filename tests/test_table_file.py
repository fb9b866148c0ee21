"""Free recall in files: what is read, noticed and refused, there and back, and on the command line."""

import gzip
import re

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from neuromem import cli, data
from neuromem.data import table_file

HEAD = "subject,list,trial_type,position,item"
STUDY = ["1,1,study,1,ant", "1,1,study,2,NA", "1,1,study,3,null"]
RECALL = ["1,1,recall,1,null", "1,1,recall,2,NA"]


def written(folder, rows, name="lists.csv", head=HEAD):
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def test_words_that_look_like_nothing_are_words(tmp_path):
    lists = table_file.read(written(tmp_path, STUDY + RECALL))
    assert lists["recall"].values.tolist() == [[2, 1]]
    assert not {"noticed", "dropped"} & lists.attrs.keys()


@pytest.mark.parametrize("name", ["lists.tsv", "lists.txt", "lists.tsv.gz", "lists.csv.gz"])
def test_tabs_and_compressed_tables(tmp_path, name):
    text = "\n".join([HEAD, *STUDY, *RECALL])
    text = text if ".csv" in name else text.replace(",", "\t")
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    assert table_file.read(path)["recall"].values.tolist() == [[2, 1]]


NOTICED = {
    "unsorted": ([STUDY[2], STUDY[0], STUDY[1], *RECALL], r"row 3: .* stands before a row of a lower.*\(2 such rows\)"),
    "gap": ([*STUDY, RECALL[0], "1,1,recall,5,NA"], r"row 6: .* leaves out an output position.*\(1 such rows\)"),
    "not studied": ([*STUDY, *RECALL, "1,1,recall,3,owl"], r"row 7: .* recalls a word that its list does not have"),
}


@pytest.mark.parametrize(("rows", "told"), NOTICED.values(), ids=NOTICED)
def test_what_is_allowed_but_may_be_a_mistake_is_noticed(tmp_path, rows, told):
    lists = table_file.read(written(tmp_path, rows))
    assert lists["recall"].values[0, :2].tolist() == [2, 1]
    assert re.search(told, lists.attrs["noticed"])
    assert f"noticed: {lists.attrs['noticed']}." in table_file.told(lists)


BAD = {
    "no item": ([*STUDY, "1,1,recall,1,"], "row 5: subject 1, list 1 has no trial_type, position or item"),
    "no number": ([*STUDY, "1,1,recall,NaN,ant"], "row 5: subject 1, list 1 has no trial_type, position or item"),
    "fraction": ([*STUDY, "1,1,recall,1.5,ant"], "row 5: subject 1, list 1 has a position that is no whole number"),
    "empty line": ([*STUDY, "", *RECALL], "row 5: .* has no "),
    "too wide": ([*STUDY, "1,1,recall,1,ant,3"], "is no table: .*line 5"),
}


@pytest.mark.parametrize(("rows", "told"), BAD.values(), ids=BAD)
def test_what_is_refused_is_named_by_its_line(tmp_path, rows, told):
    with pytest.raises(ValueError, match=told) as error:
        table_file.read(written(tmp_path, rows))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "is no table"),
        ("b.csv", b"\xff\xfe\x00a", "is no table"),
        ("c.csv", b"a;b\n1;2\n", "has one column"),
        ("d.xlsx", b"PK", "must be a table"),
        ("e.nc", b"none", "is no netCDF file"),
        (".", None, "is no file"),
    ],
)
def test_files_that_are_no_table(tmp_path, name, content, told):
    path = tmp_path / name
    path.is_dir() or path.write_bytes(content)
    with pytest.raises(ValueError, match=told):
        table_file.read(path)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".nc"])
def test_there_and_back(tmp_path, suffix):
    path = tmp_path / f"kept{suffix}"
    lists = table_file.read(written(tmp_path, [*STUDY, *RECALL, "1,2,study,1,owl", "1,2,recall,1,NA"]))
    table_file.write(lists, path)
    again = table_file.read(path)
    assert again["recall"].values.tolist() == [[2, 1], [-2, -1]]
    assert again["item"].values.tolist() == lists["item"].values.tolist()


def run(*words):
    done = CliRunner().invoke(cli.app, [str(word) for word in ("data", *words)])
    return done.exit_code, done.output, str(done.exception)


def test_the_command_reports_what_it_leaves_out_and_converts(tmp_path):
    second = [row.replace("1,1,", "1,2,", 1) for row in STUDY] + ["1,2,recall,1,"]
    path, kept = written(tmp_path, [*STUDY, *RECALL, *second]), tmp_path / "kept.nc"
    status, _, told = run(path)
    assert status != 0
    assert "row 10: subject 1, list 2 has no trial_type" in told
    status, printed, _ = run(path, "--keep-going", "--out", kept)
    assert status == 0
    assert "1 subject, 1 list of 3 words" in printed
    assert "2.00 words recalled a list" in printed
    assert "dropped: row 10: subject 1, list 2 has no trial_type, position or item" in " ".join(printed.split())
    assert table_file.read(kept).sizes["list"] == 1


def test_the_command_refuses_options_without_a_table(tmp_path):
    assert "which table?" in run("--keep-going")[2]
    assert "must end in .csv or .tsv or .nc" in run(written(tmp_path, STUDY), "--out", tmp_path / "a.xlsx")[2]


@pytest.mark.needs_data("murdock_okada1970", "recognition_roc")
def test_the_command_takes_a_data_set_by_name(tmp_path):
    out = tmp_path / "lists.csv"
    assert "72 subjects, 1440 lists of 20 words" in run("murdock_okada1970", "--out", out)[1]
    held = data.load("murdock_okada1970")
    assert (pd.read_csv(out)["trial_type"] == "recall").sum() == int((held["recall"] != -1).sum())
    assert np.array_equal(table_file.read(out)["recall"], held["recall"])
    assert "is no free recall" in run("recognition_roc")[2]
