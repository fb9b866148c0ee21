"""Memories in spiking neurons, simulated by Brian2, which no other part of neuromem imports.

Brian2 is loaded on first use, and never to list what there is. A circuit is a function that makes a `Network`; an
experiment is a design of windows; `simulate` runs the one through the other on a target. Plain numbers in SI units go
in and come out.
"""
