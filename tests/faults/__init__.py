"""Faults, by what goes wrong: lines of the package, each with a wrong version of it and the test that notices."""

from faults import (
    attention,
    context,
    engrams,
    gains,
    learning,
    networks,
    refusals,
    slots,
    spiking,
    states,
    streams,
    wrappers,
)

PARTS = (streams, states, gains, attention, slots, learning, networks, engrams, context, spiking, wrappers, refusals)
FAULTS = {name: fault for part in PARTS for name, fault in part.FAULTS.items()}
assert len(FAULTS) == sum(len(part.FAULTS) for part in PARTS), "two faults have one name"
