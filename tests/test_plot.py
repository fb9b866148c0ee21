"""The primitives draw what they are given, with intervals over subjects."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from neuromem import plot
from neuromem.effects import mean_interval


@pytest.fixture
def ax():
    yield plot.figure()[1]
    plt.close("all")


def test_line_is_the_mean_and_its_band_the_interval(ax):
    y = np.random.default_rng(0).normal(size=(9, 4))
    plot.line(ax, range(4), y, label="model")
    mean, low, high = mean_interval(y)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), mean)
    (band,) = ax.collections
    edges = band.get_paths()[0].vertices[:, 1]
    np.testing.assert_allclose([edges.min(), edges.max()], [low.min(), high.max()])


def test_many_lines_differ_in_colour_and_then_in_style():
    looks = [tuple(plot.look(n, plot.COLORS[:6]).values()) for n in range(24)]
    assert len(set(looks)) == 24
    assert looks[5:7] == [(plot.COLORS[5], "-"), (plot.COLORS[0], "--")]


def test_points_are_markers_without_a_line(ax):
    plot.points(ax, range(3), np.arange(6.0).reshape(2, 3), label="people")
    assert ax.lines[0].get_linestyle() == "None"
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [1.5, 2.5, 3.5])


def test_bars_show_every_subject(ax):
    plot.bars(ax, ["a", "b"], np.arange(8.0).reshape(4, 2))
    assert [p.get_height() for p in ax.patches] == [3.0, 4.0]
    assert len(ax.collections[-1].get_offsets()) == 8


@pytest.mark.parametrize("row", [0, 1])
def test_a_row_of_panels_is_taken_out_with_its_height(row):
    figure, axes = plot.figure(2, 3, (9.0, 6.0))
    plot.without_row(axes, row)
    figure.canvas.draw()
    assert figure.axes == list(axes[1 - row])
    assert figure.get_size_inches().tolist() == [9.0, 3.0]
    assert axes[1 - row, 0].get_position().height > 0.7
    plt.close("all")


def test_cumulative_shares_end_at_one_and_leave_out_what_is_unknown(ax):
    plot.cumulative(ax, np.array([[3.0, np.nan, 1.0], [2.0, 2.0, np.nan]]), label="model")
    plot.cumulative(ax, np.array([5.0]), label="people", marker="o")
    steps, markers = ax.lines
    assert steps.get_xdata().tolist() == [1, 2, 2, 3]
    assert steps.get_ydata().tolist() == [0.25, 0.5, 0.75, 1]
    assert (steps.get_drawstyle(), markers.get_linestyle()) == ("steps-post", "None")


def test_scatter_fit_draws_the_least_squares_line(ax):
    plot.scatter_fit(ax, np.arange(4.0), 2 * np.arange(4.0) + 1)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [1, 7])


def test_heat_map_has_a_labelled_colour_bar(ax):
    plot.heat_map(ax, [0, 1], [0, 1, 2], np.zeros((3, 2)), label="accuracy")
    assert ax.figure.axes[-1].get_ylabel() == "accuracy"


def test_raster_has_a_tick_for_each_spike(ax):
    plot.raster(ax, [0.1, 0.2, 0.3], [1, 1, 2])
    assert len(ax.lines[0].get_xdata()) == 3


@pytest.mark.parametrize("suffix", plot.SUFFIXES)
def test_a_saved_figure_is_moved_into_place(ax, tmp_path, suffix):
    plot.save(ax.figure, tmp_path / f"a{suffix}")
    assert [p.name for p in tmp_path.iterdir()] == [f"a{suffix}"]


def test_differences_stand_with_the_first_model_on_top_and_means_at_their_places(ax):
    plot.differences(ax, ["one", "two"], np.array([[0.0, 4.0], [0.0, 8.0]]), np.array([[0.0, 4.0], [0.0, 8.0]]))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "two"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert ax.containers[0].lines[0].get_xydata().tolist() == [[0.0, 0.0], [6.0, 1.0]]
