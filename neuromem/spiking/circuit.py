"""A circuit: the recipe of a network, what of it is recorded, and one trial of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuromem.spiking.brian import brian2
from neuromem.spiking.experiment import Course, Experiment

if TYPE_CHECKING:
    import xarray as xr


class Circuit(NamedTuple):
    """The recipe of a network, so that it can be made anew on each target.

    `make(signals, **parameters)` returns a `brian2.Network`; `signals` are TimedArrays by name. To be compiled it must
    be a function of a file: what is built is kept under a hash of its module and those that it takes names from, their
    text and numbers (`source.source_of`); what objects of other classes hold there is not seen. Every object has an
    explicit `name=`, every group an explicit `namespace=`; there is no `network_operation`.
    """

    make: Callable[..., Any]
    parameters: Mapping[str, Any]
    record: tuple[str, ...]  # "object.variable", as "slots.u" or "slot_spikes.t"


class Trial(NamedTuple):
    """One run of a circuit: its windows, what its variables start from, and the seed of its intrinsic noise.

    `start` holds plain numbers in SI units by "object.variable": arrays of state, or single numbers such as swept
    (shared, constant) parameters. What is not named keeps what `make` gave it.
    """

    experiment: Experiment
    start: Mapping[str, Any] = {}
    seed: int = 0


class Recorded(NamedTuple):
    """What a trial left behind: plain arrays in SI units, their units, and how it was run."""

    values: dict[str, np.ndarray]  # (n,) of a group or of spikes; (sample, n) of a state monitor
    units: dict[str, str]
    attrs: dict[str, Any]  # target, build_seconds, run_seconds (wall)

    def dataset(self) -> xr.Dataset:
        """The same with a dimension for each object, and one for the samples of state monitors."""
        import xarray as xr

        variables = {}
        for name, array in self.values.items():
            owner = name.partition(".")[0]
            dims = () if array.ndim == 0 else (f"{owner}_sample", owner)[-array.ndim :]
            told = {"units": self.units[name], "long_name": name.replace(".", ": ").replace("_", " ")}
            variables[name.replace(".", "_")] = (dims, array, told)
        return xr.Dataset(variables, attrs=self.attrs)


def made(circuit: Circuit, courses: Mapping[str, Course]) -> Any:
    """The network, with these signals."""
    b = brian2()
    timed = {
        name: b.TimedArray(
            course.values if course.unit == "1" else course.values * getattr(b, course.unit),
            dt=course.step * b.second,
            name=name,
        )
        for name, course in courses.items()
    }
    network = circuit.make(timed, **circuit.parameters)
    if not isinstance(network, b.Network):
        raise ValueError(f"make must return a brian2.Network; saw {network!r}.")
    return network


def variable(network: Any, name: str) -> Any:
    """Brian2's variable of "object.variable"; ValueError where there is none."""
    owner, _, what = name.partition(".")
    objects = {one.name: one for one in network.objects}
    if owner not in objects or what not in objects[owner].variables:
        raise ValueError(f"the network has no variable {name!r}; its objects are {', '.join(sorted(objects))}.")
    return objects[owner].variables[what]


def unit(one: Any) -> str:
    """The unit of Brian2's variable in base units of SI, "1" where it has none."""
    return "1" if one.dim.is_dimensionless else str(brian2().get_unit(one.dim))
