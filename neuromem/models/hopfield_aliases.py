"""Hopfield networks by their learning rule: each name is an alias of a composition."""

from __future__ import annotations

from neuromem.models.hopfield import Hopfield
from neuromem.models.hopfield_rules import Bounded, Projection, Storkey


def projection_hopfield() -> Hopfield:
    """Hopfield network whose weights project onto the span of the patterns (pseudo-inverse).

    Source: Personnaz, Guyon & Dreyfus (1986), "Collective computational properties of neural networks", Phys. Rev. A
    34:4217; Kanter & Sompolinsky (1987), "Associative recall of memory without errors", Phys. Rev. A 35:380.
    """
    return Hopfield(rule=Projection())


def storkey_hopfield() -> Hopfield:
    """Hopfield network with Storkey's rule: local and incremental, as Hebb's, and of greater capacity.

    Source: Storkey (1997), "Increasing the capacity of a Hopfield network without sacrificing functionality", ICANN;
    Storkey & Valabregue (1999), Neural Networks 12:869.
    """
    return Hopfield(rule=Storkey())


def bounded_hopfield(*, bound: float = 0.4) -> Hopfield:
    """Hopfield network with bounded synapses: learns for ever and forgets its oldest patterns.

    Source: Parisi (1986), "A memory which forgets", J. Phys. A 19:L617; Nadal, Toulouse, Changeux & Dehaene (1986),
    "Networks of formal neurons and memory palimpsests", Europhys. Lett. 1:535.
    """
    return Hopfield(rule=Bounded(bound=bound))
