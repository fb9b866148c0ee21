"""The measures of free recall: by hand, against psifr, against published values, and their laws."""

from functools import cache, partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neuromem import data
from neuromem.data.free_recall import INTRUSION, PADDING, recall_dataset, to_table
from neuromem.measures.first_recall import first_recall, nth_recall
from neuromem.measures.lag_crp import lag_crp
from neuromem.measures.lists import correct_only
from neuromem.measures.n_recalled import n_recalled
from neuromem.measures.serial_position import serial_position

NAN = np.nan
MEASURES = [serial_position, first_recall, partial(nth_recall, output=1), lag_crp, n_recalled]
each_measure = pytest.mark.parametrize("measure", MEASURES, ids=["spc", "pfr", "second", "lag_crp", "number"])
ORACLES = [pytest.param(n, marks=pytest.mark.needs_data(n)) for n in ("morton2013", "peers_notask")]


def dataset(recall, subject, n_items):
    n = len(recall)
    return recall_dataset(
        recall,
        subject=np.asarray(subject),
        list_number=np.arange(n),
        list_length=np.broadcast_to(n_items, n),
        condition=np.full(n, "x"),
    )


# Worked out by hand: four words; an intrusion (-2) after the first, the last word repeated.
LISTS = [[3, -2, 0, 1, -1], [2, 3, 2, 1, 0]]


def test_serial_position_by_hand():
    assert serial_position(LISTS, 4).tolist() == [1, 1, 0.5, 1]


def test_first_recall_by_hand():
    assert first_recall(LISTS, 4).tolist() == [0, 0, 0.5, 0.5]


def test_nth_recall_by_hand():
    second = nth_recall(LISTS, 4, output=1)  # list 1 has 0, 1, 2 open, list 2 has 0, 1, 3
    assert second.tolist() == [0.5, 0, 0, 1]
    assert np.isnan(nth_recall(LISTS, 4, output=4)).all()


def test_number_recalled_by_hand():
    assert n_recalled(LISTS, 4).tolist() == [3, 4]


def test_lag_crp_by_hand():
    # List 1: 3 -> intrusion -> 0 are broken; 0 -> 1 with 1, 2 open.
    # List 2: 2 -> 3 with 0, 1, 3 open; 3 -> 2 is a repeat, as is 2 -> 1; 1 -> 0 with only 0 open.
    actual = np.array([0, 0, 1, 0, 2, 0, 0])
    possible = np.array([0, 1, 2, 0, 2, 1, 0])
    with np.errstate(invalid="ignore"):
        assert np.array_equal(lag_crp(LISTS, 4), actual / possible, equal_nan=True)


def test_correct_only_by_hand():
    assert correct_only(np.array(LISTS)).tolist() == [[3, 0, 1, -1, -1], [2, 3, 1, 0, -1]]


def test_lists_of_several_lengths():
    assert serial_position([[0, 1], [2, -1]], [2, 3]).tolist() == [0.5, 0.5, 1]
    assert np.array_equal(lag_crp([[0, 1], [2, 1]], [2, 3]), [0, 1, NAN, 1, NAN], equal_nan=True)


@each_measure
def test_the_face_measures_each_subject_by_itself(measure):
    both = measure(dataset(LISTS + LISTS[:1], [7, 7, 3], 4))
    assert both["subject"].to_numpy().tolist() == [3, 7]
    assert both.attrs["units"]
    assert both.attrs["long_name"]
    for subject, lists in ((3, LISTS[:1]), (7, LISTS)):
        wanted = measure(lists, 4)
        wanted = wanted.mean() if measure is n_recalled else wanted
        assert np.array_equal(both.sel(subject=subject), wanted, equal_nan=True)


def test_the_face_groups_by_any_variable_of_the_lists():
    lists = dataset(LISTS, [1, 1], 4)
    assert n_recalled(lists, by="list").to_numpy().tolist() == [3, 4]
    assert n_recalled(lists, by=None).shape == ()
    assert serial_position(lists, by="condition")["condition"].to_numpy().tolist() == ["x"]
    assert lag_crp(lists, by=None)["lag"].to_numpy().tolist() == [-3, -2, -1, 0, 1, 2, 3]
    with pytest.raises(ValueError, match=r"by must be None, list or one of .*subject.*; saw 'age'"):
        serial_position(lists, by="age")


@pytest.mark.parametrize(
    ("recall", "n_items", "message"),
    [
        ([0, 1], 3, r"saw int64 of shape \(2,\)"),
        ([[0.0, 1.0]], 3, "saw float64"),
        ([["a"]], 3, "must be whole numbers"),
        ([[0, 3]], 3, "below the list length 3; saw 3"),
        ([[0, -3]], 3, "saw -3: code an intrusion as -2"),
        ([[0, 2], [0, 2]], [3, 2], "saw 2"),
        ([[-1, 2]], 3, "goes on after padding"),
        ([[0]], 0, "at least 1; saw 0"),
        ([[0]], 2.5, "at least 1; saw 2.5"),
        ([[0]], None, "at least 1; saw None"),
        ([[0]], [3, 3], r"one per list \(1,\); saw shape \(2,\)"),
        (np.zeros((0, 3), int), 3, "holds no list"),
    ],
)
@each_measure
def test_bad_input_is_refused_in_one_line(measure, recall, n_items, message):
    with pytest.raises(ValueError, match=message) as error:
        measure(recall, n_items)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("output", [-1, 1.5])
def test_an_output_that_is_no_number_of_a_recall_is_refused(output):
    with pytest.raises(ValueError, match="output must be a whole number"):
        nth_recall(LISTS, 4, output=output)


@cache
def psifr_table(name):
    """psifr's own reading of a set that it ships; for any other set, its reading of our table."""
    from psifr import fr

    shipped = {"morton2013": "Morton2013", "peers_notask": "peers_notask"}
    if name in shipped:
        return fr.merge_free_recall(fr.sample_data(shipped[name]))
    return fr.merge_free_recall(to_table(data.load("murdock1962", condition=name)))


@pytest.mark.parametrize("name", ORACLES)
def test_serial_position_is_that_of_psifr(name):
    from psifr import fr

    theirs = fr.spc(psifr_table(name))["recall"].to_numpy()
    np.testing.assert_allclose(serial_position(data.load(name)).to_numpy().ravel(), theirs, atol=1e-12)


@pytest.mark.parametrize("name", ORACLES)
def test_nth_recall_is_that_of_psifr(name):
    from psifr import fr

    lists = data.load(name)
    theirs = fr.pnr(psifr_table(name)).set_index(["subject", "input", "output"])["prob"].unstack("output")
    for output in (0, 1, 9):
        ours = nth_recall(lists, output=output).to_numpy().ravel()
        np.testing.assert_allclose(ours, theirs[output + 1].to_numpy(), atol=1e-12)


@pytest.mark.parametrize("name", ORACLES)
def test_lag_crp_is_that_of_psifr(name):
    from psifr import fr

    theirs = fr.lag_crp(psifr_table(name))["prob"].to_numpy()
    np.testing.assert_allclose(lag_crp(data.load(name)).to_numpy().ravel(), theirs, atol=1e-12)


@pytest.mark.needs_data("murdock1962")
def test_lag_crp_with_intrusions_and_repeats_is_that_of_psifr():
    from psifr import fr

    theirs = fr.lag_crp(psifr_table("40-1"))["prob"].to_numpy()
    ours = lag_crp(data.load("murdock1962", condition="40-1"))
    np.testing.assert_allclose(ours.to_numpy().ravel(), theirs, atol=1e-12)


@pytest.mark.needs_data("morton2013")
def test_published_values_of_morton2013():
    lists = data.load("morton2013")
    curve = serial_position(lists).mean("subject").to_numpy()
    lags = lag_crp(lists).mean("subject").sel(lag=[-2, -1, 1, 2])
    assert float(n_recalled(lists).mean()) == pytest.approx(12.398, abs=5e-4)
    assert curve[[0, 1, 2, -3, -2, -1]] == pytest.approx([0.565, 0.505, 0.479, 0.657, 0.811, 0.963], abs=5e-4)
    assert lags.to_numpy() == pytest.approx([0.0861, 0.1918, 0.1911, 0.0848], abs=5e-5)


@pytest.mark.needs_data("peers_notask")
def test_published_asymmetry_of_peers():
    lags = lag_crp(data.load("peers_notask")).mean("subject").sel(lag=[1, -1])
    assert lags.to_numpy() == pytest.approx([0.435, 0.255], abs=5e-4)


@pytest.mark.needs_data("murdock1962")
@pytest.mark.parametrize(
    ("condition", "cleaned", "raw"),
    [
        ("20-1", (0.422, 0.140), (0.444, 0.145)),
        ("30-1", (0.372, 0.124), (0.395, 0.129)),
        ("40-1", (0.350, 0.102), (0.372, 0.107)),
    ],
)
def test_asymmetry_of_the_murdock_archive_with_intrusions_dropped_and_kept(condition, cleaned, raw):
    lists = data.load("murdock1962", condition=condition)
    without = lists.assign(recall=(("list", "output"), correct_only(lists["recall"].to_numpy())))
    for version, wanted in ((without, cleaned), (lists, raw)):
        lags = lag_crp(version).mean("subject").sel(lag=[1, -1])
        assert lags.to_numpy() == pytest.approx(wanted, abs=6e-4)


N = 6


@st.composite
def recalls(draw):
    """Lists of recalls with intrusions and repeats, each with padding after its last recall."""
    shape = draw(hnp.array_shapes(min_dims=2, max_dims=3, max_side=7))
    recall = draw(hnp.arrays(np.int32, shape, elements=st.sampled_from([INTRUSION, *range(N)])))
    n_recalls = draw(hnp.arrays(int, shape[:-1], elements=st.integers(0, shape[-1])))
    return np.where(np.arange(shape[-1]) < n_recalls[..., None], recall, PADDING)


law = settings(max_examples=60, deadline=None)


@law
@given(recalls())
def test_the_curve_adds_up_to_the_mean_number_recalled(recall):
    np.testing.assert_allclose(serial_position(recall, N).sum(-1), n_recalled(recall, N).mean(-1))


@each_measure
@law
@given(recall=recalls())
def test_probabilities_lie_in_the_unit_interval(measure, recall):
    value = np.asarray(measure(recall, N), float)
    value = value / N if measure is n_recalled else value
    assert np.all(np.isnan(value) | ((value >= 0) & (value <= 1)))


@law
@given(recalls())
def test_first_recall_adds_up_to_one_where_anything_is_recalled(recall):
    anything = (n_recalled(recall, N) > 0).any(-1)
    np.testing.assert_allclose(first_recall(recall, N)[anything].sum(-1), 1)


@each_measure
@law
@given(recall=recalls(), seed=st.integers(0, 99))
def test_the_order_of_lists_does_not_matter(measure, recall, seed):
    order = np.random.default_rng(seed).permutation(recall.shape[-2])
    before, after = measure(recall, N), measure(recall[..., order, :], N)
    np.testing.assert_array_equal(after, before[..., order] if measure is n_recalled else before)


@each_measure
@law
@given(recall=recalls())
def test_leading_axes_are_a_loop(measure, recall):
    flat = recall.reshape(-1, *recall.shape[-2:])
    looped = np.stack([measure(one, N) for one in flat])
    np.testing.assert_array_equal(measure(recall, N).reshape(looped.shape), looped)


@each_measure
@law
@given(recall=recalls(), more=st.integers(0, 3))
def test_padding_does_not_matter(measure, recall, more):
    width = [(0, 0)] * (recall.ndim - 1) + [(0, more)]
    np.testing.assert_array_equal(measure(np.pad(recall, width, constant_values=PADDING), N), measure(recall, N))


@law
@given(recalls())
def test_the_lag_crp_mirrors_when_positions_do(recall):
    mirrored = np.where(recall >= 0, N - 1 - recall, recall)
    np.testing.assert_array_equal(lag_crp(mirrored, N), lag_crp(recall, N)[..., ::-1])


@law
@given(recalls())
def test_dropping_intrusions_and_repeats_keeps_what_is_recalled(recall):
    kept = correct_only(recall)
    np.testing.assert_array_equal(n_recalled(kept, N), n_recalled(recall, N))
    np.testing.assert_array_equal(first_recall(kept, N), first_recall(recall, N))
    np.testing.assert_array_equal(correct_only(kept), kept)
