"""Key-value memory in the brain, made runnable.

Everything is loaded on first use: `import neuromem` costs about what `import numpy` costs.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "Domain": "core",
    "Memory": "core",
    "Recall": "core",
    "cell_rng": "core",
    "same": "core",
}
_MODULES = (
    "checks", "core", "data", "feature_maps", "kernels", "manipulate", "measures", "models", "patterns", "plot",
    "registry", "run", "separation", "similarity", "wrappers",
)  # fmt: skip
__all__ = [*_HOME, *_MODULES]


def __getattr__(name: str):
    if name in _MODULES:
        return import_module(f"neuromem.{name}")
    if name in _HOME:
        return getattr(import_module(f"neuromem.{_HOME[name]}"), name)
    raise AttributeError(f"module 'neuromem' has no attribute {name!r}")


def __dir__():
    return __all__
