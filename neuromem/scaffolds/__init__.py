"""Scaffolds: where addresses come from, before anything is stored under them."""
