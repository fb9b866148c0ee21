"""What asks for another build of a network, what for none, and what is not compiled."""

from pathlib import Path
from types import FunctionType

import numpy as np
import pytest
import spiking_noise
from spiking_noise import CIRCUIT
from spiking_trials import experiment, ms

from neuromem.errors import UserError
from neuromem.spiking import build
from neuromem.spiking.circuit import Circuit
from neuromem.spiking.experiment import Signal, Window

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
