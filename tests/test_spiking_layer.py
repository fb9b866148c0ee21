"""The layer for spiking experiments: windows, targets, what is refused, seeds, and builds that survive accidents."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest
import spiking_noise
from small import stream
from spiking_noise import CIRCUIT

from neuromem.errors import UserError
from neuromem.spiking import brian, build, target
from neuromem.spiking.blocks import cue_spikes, seeds_of, side_by_side
from neuromem.spiking.circuit import Circuit, Trial
from neuromem.spiking.experiment import Experiment, Signal, Window
from neuromem.spiking.simulation import simulate, sweep
from neuromem.spiking.tables import markdown, rest, tables

b = brian.brian2()
ms, mV, Hz = b.ms, b.mV, b.Hz
DRIVE = {"drive": Signal(), "unheard": Signal(width=3)}  # the network of the tests does not use the second


def experiment(*windows, dt=0.5 * ms, signals=DRIVE):
    return Experiment(
        dt=dt, windows=windows or (Window("on", 40 * ms, {"drive": 2.0}), Window("off", 20 * ms)), signals=signals
    )


def trial(seed=0, sigma=0.3, **start):
    return Trial(experiment(), {"cells.sigma": sigma, **start}, seed)


# experiments


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


# targets


@pytest.mark.parametrize(
    ("asked", "biological", "trials", "compiler", "chosen"),
    [
        ("numpy", 1e3, 1, "g++", "numpy"),
        ("cython", 0.1, 1, "g++", "cython"),
        ("cpp_standalone", 0.1, 1, "g++", "cpp_standalone"),
        ("auto", 0.2, 10, "g++", "numpy"),
        ("auto", 0.2, 10, None, "numpy"),
        ("auto", 10.0, 3, "g++", "cpp_standalone"),
        ("auto", 30.0, 1, "g++", "cpp_standalone"),
    ],
)
def test_the_target_that_is_meant(asked, biological, trials, compiler, chosen, monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: compiler)
    assert target.choose(asked, biological=biological, trials=trials) == chosen


def test_without_a_compiler_auto_falls_back_and_says_so(monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: None)
    with pytest.warns(target.NoCompiler, match="no C\\+\\+ compiler: 60 s of biological time run on target numpy"):
        assert target.choose("auto", biological=60.0) == "numpy"


@pytest.mark.parametrize("asked", ["cython", "cpp_standalone"])
def test_without_a_compiler_a_compiled_target_is_refused(asked, monkeypatch):
    monkeypatch.setattr(target, "compiler", lambda: None)
    with pytest.raises(UserError, match=f"target {asked} needs a C\\+\\+ compiler"):
        target.choose(asked, biological=0.1)


def test_an_unknown_target_is_refused():
    with pytest.raises(ValueError, match="target must be one of auto, numpy"):
        target.choose("cuda", biological=0.1)


def test_a_compiler_that_is_nowhere_is_not_found(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    assert target.compiler() is None


@pytest.mark.parametrize("missing", ["the compiler that CXX names", "make"])
def test_a_compiler_needs_make_and_is_the_one_that_is_named(monkeypatch, tmp_path, missing):
    for name in ("g++", "make"):
        (tmp_path / name).write_text("#!/bin/sh")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    assert target.compiler() == str(tmp_path / "g++")
    if missing == "make":
        (tmp_path / "make").unlink()
    else:
        monkeypatch.setenv("CXX", "nowhere")
    assert target.compiler() is None


# Brian2


@pytest.fixture
def no_brian(monkeypatch):
    """Brian2 as if it had never been loaded."""
    brian.brian2.cache_clear()
    monkeypatch.delitem(sys.modules, "brian2")
    yield monkeypatch
    monkeypatch.undo()
    brian.brian2.cache_clear()


def test_without_brian2_the_extra_and_the_pins_are_named(no_brian):
    no_brian.setitem(sys.modules, "brian2", None)
    with pytest.raises(
        UserError, match=r"Brian2, which is not installed .*neuromem\[spiking\].*brian2>=2.9,<2.10"
    ) as e:
        brian.brian2()
    assert "\n" not in str(e.value)


def test_a_brian2_that_breaks_on_numpy_is_told_with_the_pins(no_brian, tmp_path):
    (tmp_path / "brian2").mkdir()
    (tmp_path / "brian2" / "__init__.py").write_text("import numpy\nnumpy.ndarray.ptp_is_gone\n")
    no_brian.syspath_prepend(tmp_path)
    with pytest.raises(UserError, match=rf"not usable beside NumPy {np.__version__} .*ptp_is_gone.*numpy<2.4"):
        brian.brian2()


@pytest.mark.slow
def test_listing_memories_loads_no_brian2():
    told = "'spiking_three_factor' in registry.memories(), 'brian2' in sys.modules"
    code = f"import sys; from neuromem import registry; print({told})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


# blocks


def test_each_cue_has_spikes_of_its_own_however_many_follow():
    seeds = seeds_of(stream(), 4)
    assert len(set(seeds.tolist())) == 4
    assert seeds_of(stream(), 2).tolist() == seeds[:2].tolist()


def test_spikes_of_a_cue_are_poisson():
    counts = cue_spikes(np.array([100.0, 0.0, 25.0]), step=0.001, duration=20.0, rng=stream())
    assert counts.shape == (20_000, 3)
    np.testing.assert_allclose(counts.mean(0), [0.1, 0.0, 0.025], atol=0.01)
    np.testing.assert_allclose(counts.var(0), counts.mean(0), atol=0.01)


@pytest.mark.parametrize(("n_synapses", "copies"), [(1, 64), (1_000_000, 4), (10_000_000, 1)])
def test_copies_of_a_circuit_stand_side_by_side_as_long_as_they_fit(n_synapses, copies):
    assert side_by_side(n_synapses) == copies


# trials on target numpy


def test_a_trial_is_its_experiment_start_and_seed_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, other, again = (simulate(CIRCUIT, trial(seed), target="numpy").values["cells.v"] for seed in (1, 2, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_without_noise_the_membrane_follows_its_closed_form():
    told = simulate(CIRCUIT, trial(sigma=0.0, **{"cells.v": [0.0, 0.1, 0.2, 0.3]}), target="numpy")
    v, decay = told.values["watch.v"][1], (1 - 0.05) ** 10  # Euler steps of 0.5 ms at 10 ms; sampled after 5 ms
    np.testing.assert_allclose(v, 2 + (np.array([0.0, 0.1, 0.2, 0.3]) - 2) * decay, rtol=1e-12)
    assert told.values["watch.v"].shape == (12, 4)


def test_what_is_recorded_has_units_and_dimensions():
    told = simulate(CIRCUIT, trial(), target="numpy").dataset()
    assert told.spikes_t.attrs["units"] == "s"
    assert told.cells_v.attrs["units"] == "1"
    assert (told.cells_v.dims, told.watch_v.dims, told.cells_sigma.dims) == (("cells",), ("watch_sample", "watch"), ())
    assert float(told.cells_sigma) == 0.3
    assert told.attrs["target"] == "numpy"


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ({"cells.w": 1.0}, "no variable 'cells.w'; its objects are cells"),
        ({"cells.v": np.ones(3)}, "cells.v must have 4 entries, or one for all; saw 3"),
    ],
)
def test_a_start_that_the_network_does_not_have_is_refused(start, told):
    with pytest.raises(ValueError, match=told):
        simulate(CIRCUIT, trial(**start), target="numpy")


def test_a_seed_is_a_whole_number():
    with pytest.raises(ValueError, match="seed must be a whole number"):
        simulate(CIRCUIT, trial(seed=-1), target="numpy")


def test_tables_tell_what_would_run():
    told = tables(CIRCUIT, trial())
    titles = [table.title for table in told]
    assert titles == ["Populations", "Cells", "Input", "Measurements", "Parameters"]
    assert ("cells", "4") in told[0].rows
    assert ("cells", "spike when v > 1") in told[1].rows
    assert ("tau", "10. ms") in told[-1].rows
    assert "| `cells` | `4` |" in markdown(told)
    assert ".. list-table:: Parameters" in rest(told)


# builds


KEYS = {
    "the sizes": (CIRCUIT._replace(parameters={"n": 5}), experiment()),
    "what is recorded": (CIRCUIT._replace(record=("spikes.t",)), experiment()),
    "the duration": (CIRCUIT, experiment(Window("on", 80 * ms))),
    "the time step": (CIRCUIT, experiment(dt=0.25 * ms)),
    "the samples of a signal": (CIRCUIT, experiment(Window("on", 60 * ms, {"drive": np.ones(4)}))),
    "the width of a signal": (CIRCUIT, experiment(Window("on", 60 * ms), signals={"drive": Signal(width=2)})),
    "the unit of a signal": (CIRCUIT, experiment(Window("on", 60 * ms), signals={"drive": Signal("hertz")})),
}


@pytest.mark.parametrize("changed", KEYS)
def test_what_asks_for_another_build(changed):
    assert build.fingerprint(*KEYS[changed]) != build.fingerprint(CIRCUIT, experiment())


def test_other_values_ask_for_no_other_build():
    same = experiment(Window("on", 40 * ms, {"drive": 3.0}), Window("off", 20 * ms, {"drive": 1.0}))
    assert build.fingerprint(CIRCUIT, same) == build.fingerprint(CIRCUIT, experiment())


def test_another_version_or_another_model_asks_for_another_build(monkeypatch, tmp_path):
    before = build.fingerprint(CIRCUIT, experiment())
    with monkeypatch.context() as patch:
        patch.setattr(build, "version", lambda package: "9.9")
        assert build.fingerprint(CIRCUIT, experiment()) != before
    model = tmp_path / "model.py"
    model.write_text(Path(spiking_noise.__file__).read_text() + "# changed")
    with monkeypatch.context() as patch:
        patch.setattr(spiking_noise, "__file__", str(model))
        assert build.fingerprint(CIRCUIT, experiment()) != before


def test_numbers_of_a_module_and_of_one_that_it_imports_ask_for_another_build(monkeypatch, tmp_path):
    (tmp_path / "its_numbers.py").write_text("GAIN = 2.0\n")
    (tmp_path / "its_circuit.py").write_text("import its_numbers\nN = 3\ndef make(signals):\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    import its_circuit
    import its_numbers

    def key():
        return build.fingerprint(Circuit(its_circuit.make, {}, ()), experiment())

    keys = [key()]
    monkeypatch.setattr(its_circuit, "N", 4)
    keys.append(key())
    monkeypatch.setattr(its_numbers, "GAIN", 9.0)
    keys.append(key())
    assert len(set(keys)) == 3
    assert key() == keys[-1]


def closing_over(n):
    def make(signals):
        return n

    return make


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (closing_over(2), "not one made in another; saw closing_over.<locals>.make: give what it closes over"),
        (
            FunctionType((lambda signals: None).__code__, {"__name__": "typed"}),
            "compiled from a function of a file; saw <lambda>",
        ),
        (str, "compiled from a function of a file; saw str"),
    ],
    ids=["closure", "typed", "no function"],
)
def test_what_could_change_unnoticed_is_not_compiled(make, told):
    with pytest.raises(UserError, match=told):
        build.fingerprint(Circuit(make, {}, ()), experiment())


def test_a_folder_of_builds_that_cannot_be_made_is_told(monkeypatch, tmp_path):
    (tmp_path / "taken").touch()
    monkeypatch.setenv(build.FOLDER, str(tmp_path / "taken"))
    with pytest.raises(UserError, match="builds cannot be kept in .*taken .* another folder in NEUROMEM_BUILDS"):
        build.built(CIRCUIT, experiment())


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (np.nan, "must start from real numbers, none of them NaN"),
        ("on", "must start from real numbers"),
        (-1 * mV, "cells.v must start from plain numbers in SI units; saw -1"),
    ],
    ids=str,
)
def test_a_start_is_plain_numbers(value, told):
    with pytest.raises(ValueError, match=told):
        simulate(CIRCUIT, trial(**{"cells.v": value}), target="numpy")


def no_network(signals):
    return None


def test_a_circuit_makes_a_network_and_a_sweep_has_trials():
    with pytest.raises(ValueError, match="make must return a brian2.Network; saw None"):
        simulate(Circuit(no_network, {}, ()), Trial(experiment()), target="numpy")
    with pytest.raises(ValueError, match="at least one trial"):
        sweep(CIRCUIT, [])


BINARY = """#!/bin/sh
printf %s "$NEUROMEM_SEED" > "$2seed"
for given in "$@"; do case $given in cells.v=*) cp "${given#*=}" "$2v";; esac; done
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_a_binary_is_given_its_values_and_its_seed(tmp_path):
    (tmp_path / "main").write_text(BINARY)
    (tmp_path / "main").chmod(0o755)
    recorded = {
        "v": {"file": "v", "kind": "<f8", "scalar": False, "width": 2},
        "seed": {"file": "seed", "kind": "S2", "scalar": True, "width": None},
    }
    table = {"settable": {"cells.v": ["<f8", 4]}, "recorded": recorded, "units": {"v": "1", "seed": "1"}}
    table["unused"] = ["light.values"]
    (tmp_path / "table.json").write_text(json.dumps(table))
    told, _ = build.run(build.Build(tmp_path, 0.0), {"cells.v": [1, 2, 3, 4], "light.values": [1]}, 37)
    assert told["seed"] == b"37"
    assert told["v"].tolist() == [[1, 2], [3, 4]]


compiled = pytest.mark.skipif(target.compiler() is None, reason="needs a C++ compiler")


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """A folder of builds for all tests that compile, and the build of the circuit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(build.FOLDER, str(tmp_path_factory.mktemp("builds")))
        yield build.built(CIRCUIT, experiment())


@compiled
@pytest.mark.slow
def test_a_build_is_found_again_and_repeats_a_seed(builds):
    first, other, again, quiet = sweep(CIRCUIT, [trial(1), trial(2), trial(1), trial(1, 0.0)], target="cpp_standalone")
    assert np.array_equal(first.values["cells.v"], again.values["cells.v"])
    assert not np.array_equal(first.values["cells.v"], other.values["cells.v"])
    assert not np.array_equal(first.values["cells.v"], quiet.values["cells.v"])
    assert {one.attrs["build_seconds"] for one in (first, other, again, quiet)} == {0.0}
    assert [one.parent for one in build.folder().glob("*/main")] == [builds.place]
    assert build.fingerprint(CIRCUIT, experiment()) == builds.place.name


@compiled
@pytest.mark.slow
@pytest.mark.parametrize("other", ["cython", "cpp_standalone"])
def test_targets_agree_where_there_is_no_noise(builds, other):
    here, there = (simulate(CIRCUIT, trial(sigma=0.0), target=one) for one in ("numpy", other))
    assert there.attrs["target"] == other
    assert here.units == there.units
    assert here.values.keys() == there.values.keys()
    for name, array in here.values.items():
        np.testing.assert_allclose(there.values[name], array, rtol=1e-9, atol=1e-12, err_msg=name)


@compiled
@pytest.mark.slow
def test_a_compiler_that_fails_is_told_in_one_line_and_nothing_is_left(monkeypatch, tmp_path):
    monkeypatch.setenv("CXX", "false")
    monkeypatch.setenv(build.FOLDER, str(tmp_path))
    with pytest.raises(UserError, match="the network was not compiled by .*false, which failed or was stopped") as told:
        simulate(CIRCUIT, trial(), target="cpp_standalone")
    assert "\n" not in str(told.value)
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


@compiled
@pytest.mark.slow
def test_a_binary_refuses_a_start_that_it_does_not_have(builds):
    with pytest.raises(ValueError, match="no variable 'cells.w' that can be set"):
        simulate(CIRCUIT, trial(**{"cells.w": 1.0}), target="cpp_standalone")
    with pytest.raises(ValueError, match="cells.v must have 4 entries"):
        simulate(CIRCUIT, trial(**{"cells.v": np.ones(3)}), target="cpp_standalone")


BUILD = """
from spiking_noise import CIRCUIT
from test_spiking_layer import experiment
from neuromem.spiking import build
print(build.built(CIRCUIT, experiment()).seconds > 0.5)
"""


def building(folder):
    environment = os.environ | {
        build.FOLDER: str(folder),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
    }
    return subprocess.Popen([sys.executable, "-c", BUILD], env=environment, stdout=subprocess.PIPE, text=True)


@compiled
@pytest.mark.slow
def test_a_killed_build_is_made_again_by_whichever_of_two_comes_first(tmp_path):
    killed = building(tmp_path)
    while not list(tmp_path.glob("*.making*")):
        assert killed.poll() is None
        time.sleep(0.05)
    killed.kill()
    killed.communicate()
    assert not list(tmp_path.glob("*/table.json"))
    both = [building(tmp_path) for _ in range(2)]
    told = [one.communicate(timeout=240)[0].strip() for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert "True" in told
    assert len(list(tmp_path.glob("*/main"))) == 1
    assert not list(tmp_path.glob("*.making*"))
