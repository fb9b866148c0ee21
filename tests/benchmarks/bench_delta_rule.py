"""The delta rule in chunks against a plain loop over the pairs."""

import numpy as np

from neuromem.feature_maps import DPFP, Identity
from neuromem.models.delta_rule import DeltaRule

from .timing import Line, best

N_PAIRS = 4096


def bench():
    for feature_map, d in ((Identity(), 64), (Identity(), 128), (DPFP(nu=3), 64)):
        memory, rng = DeltaRule(feature_map=feature_map), np.random.default_rng(0)
        key, value = rng.standard_normal((2, N_PAIRS, d))
        ours, theirs = race(memory, memory.init(1, d, d, rng=rng), key, value, rng)
        what = f"{N_PAIRS:,} pairs of width {d}, {feature_map}"
        yield Line(what, ours * 1e3, "ms", "a loop over pairs", theirs * 1e3, 0.25)


def race(memory, state, key, value, rng):
    def loop():
        matrix, feature = state.matrix.copy(), memory.feature_map(key)
        feature /= np.linalg.norm(feature, axis=-1, keepdims=True)
        for k, v in zip(feature, value, strict=True):
            matrix += k[:, None] * (v - k @ matrix)

    return best(lambda: memory.write(state, key, value, rng=rng), loop)
