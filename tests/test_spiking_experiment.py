"""Experiments in spikes: windows become courses of signals, and what is no experiment is refused."""

import numpy as np
import pytest
from spiking_trials import experiment, ms

from neuromem.spiking.brian import brian2
from neuromem.spiking.experiment import Experiment, Signal, Window

mV, Hz = brian2().mV, brian2().Hz


def test_windows_become_courses_at_their_coarsest_common_step():
    one = experiment(Window("write", 150 * ms, {"drive": 2.0}), Window("rest", 50 * ms), Window("read", 100 * ms))
    course = one.courses["drive"]
    assert course.values.tolist() == [2, 2, 2, 0, 0, 0]
    assert course.step == pytest.approx(0.05)
    assert one.duration == pytest.approx(0.3)
    assert [(s.name, round(1e3 * s.start)) for s in one.spans()] == [("write", 0), ("rest", 150), ("read", 200)]


def test_samples_share_a_window_equally():
    signals = {"rate": Signal("hertz", 2)}
    one = experiment(Window("walk", 2 * ms, {"rate": [[1, 2], [3, 4]] * Hz}), Window("rest", 1 * ms), signals=signals)
    course = one.courses["rate"]
    assert course.values.tolist() == [[1, 2], [3, 4], [0, 0]]
    assert (course.step, course.unit) == (pytest.approx(1e-3), "hertz")


REFUSED = {
    "no unit of time": ((Window("on", 0.1),), {}, "duration of window 'on' must be in a unit such as second; saw 0.1"),
    "another unit": ((Window("on", 3 * mV),), {}, "must be in a unit such as second; saw 3"),
    "a unit where there is none": ((Window("on", 1 * ms, {"drive": 3 * mV}),), {}, "must be without a unit; saw"),
    "dt without unit": ((Window("on", 1 * ms),), {"dt": 0.5}, "dt must be in a unit such as second"),
    "dt of zero": ((Window("on", 1 * ms),), {"dt": 0 * ms}, "dt must be above 0"),
    "dt that does not divide": ((Window("on", 1.2 * ms),), {}, "saw dt = 0.5 ms and window 'on' of 1.2 ms"),
    "no time at all": ((Window("on", 0 * ms),), {}, "dt must divide every window"),
    "undeclared": ((Window("on", 1 * ms, {"light": 1.0}),), {}, "signal 'light' of window 'on' is not declared"),
    "shape": ((Window("on", 1 * ms, {"drive": np.ones((2, 3))}),), {}, "must have shape"),
    "dt in words": ((Window("on", 1 * ms),), {"dt": "0.5 ms"}, "dt must be real numbers times a unit such as second"),
    "several times": ((Window("on", [1, 2] * ms),), {}, "the duration of window 'on' must be one time"),
    "endless": ((Window("on", np.inf * ms),), {}, "the duration of window 'on' must be finite"),
    "no number": ((Window("on", 1 * ms, {"drive": np.nan}),), {}, "signal 'drive' of window 'on' must be finite"),
    "complex": ((Window("on", 1 * ms, {"drive": 1j}),), {}, "must be real numbers; saw 1j"),
    "a unit that is none": ((Window("on", 1 * ms),), {"signals": {"x": Signal("milivolt")}}, "saw 'milivolt'"),
    "no width": ((Window("on", 1 * ms),), {"signals": {"x": Signal(width=0)}}, "the width of signal 'x' must be"),
    "samples": ((Window("on", 2 * ms, {"drive": np.ones(3)}),), {}, "must have samples that divide 4 steps; saw 3"),
}


@pytest.mark.parametrize(("windows", "options", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_experiment_is_refused_in_one_line(windows, options, told):
    with pytest.raises(ValueError, match=told) as caught:
        experiment(*windows, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("windows", "told"), [((), "at least one window"), (Window("on", 1 * ms), "windows must be a tuple of Window")]
)
def test_an_experiment_has_windows(windows, told):
    with pytest.raises(ValueError, match=told):
        Experiment(dt=1 * ms, windows=windows)
