"""Hippocampal index: weights by hand, one-shot binding, completion and separation, parameters."""

import numpy as np
import pytest
from small import stream
from stored_index import MEMORY, D, like, stored

from neuromem import synapses
from neuromem.measures.identification import identified
from neuromem.measures.representational_similarity import correlation
from neuromem.models.hippocampal_index import HippocampalIndex
from neuromem.models.hippocampal_paths import weights


def test_weights_are_the_sum_of_what_the_items_add():
    state, key, value = stored(2)
    now = weights(state, ca3_activity=0.05, ca1_activity=0.05)
    by_hand = sum(np.outer(c - 0.05, v) for c, v in zip(state.ca1, value, strict=True)) / (300 * 0.05 * 0.95)
    np.testing.assert_allclose(now.to_value, by_hand, atol=1e-12)
    length = np.linalg.norm(key, axis=1)
    by_hand = sum(np.outer(k / n, x - 0.05) for k, n, x in zip(key, length, state.ca3, strict=True))
    np.testing.assert_allclose(now.perforant, by_hand, atol=1e-12)


def test_one_shot_binding_recalls_every_value():
    state, key, value = stored()
    recall = MEMORY.read(state, key, rng=stream())
    assert identified(recall.value, value).all()
    assert correlation(recall.value, value).mean() > 0.95
    assert recall.strength.min() > 0.9
    assert recall.aux["converged"].all()


def test_ca3_completes_near_cues_and_keeps_far_ones_apart():
    near, far = (np.mean([ca3_similarity(s, seed) for seed in range(6)]) for s in (0.85, 0.2))
    assert near > 0.85
    assert far < 0.2


def ca3_similarity(similarity, seed):
    state, key, _ = stored(seed=seed)
    lure = like(key, similarity, seed + 100)
    return correlation(*(MEMORY.read(state, x, rng=stream()).aux["ca3"] for x in (lure, key))).mean()


def test_similar_items_get_separate_addresses_and_their_own_values():
    rng = stream()
    key = like(np.tile(rng.standard_normal(D), (2, 1)), np.sqrt(0.8))  # correlated 0.8 with each other
    value = np.eye(2, 40)
    state = MEMORY.write(MEMORY.init(2, D, 40, rng=rng), key, value, rng=rng)
    assert correlation(state.ca3[:1], state.ca3[1:])[0] < 0.6
    assert MEMORY.read(state, key, rng=rng).value.argmax(1).tolist() == [0, 1]


def test_synapses_are_counted_by_hand():
    memory = HippocampalIndex(n_dentate=10, n_ca3=5, n_ca1=4, n_cortex=3)
    state = memory.init(2, 6, 2, rng=stream())
    full = 6 * 10 + 6 * 5 + 5 * 5 + 6 * 4 + 5 * 4 + 4 * 6 + 4 * 2 + 6 * 3 + 3 * 2
    assert synapses.count(state) == full + np.count_nonzero(state.mossy.weight)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"n_ca3": 1}, "n_ca3 must be a whole number of at least 2"),
        ({"n_cortex": 0}, "n_cortex must be a whole number"),
        ({"dentate_activity": 0}, r"dentate_activity must be a number in \(0, 0.5\]"),
        ({"ca3_activity": 0.6}, "ca3_activity must be a number"),
        ({"perforant": -1}, "perforant must be a number"),
        ({"max_steps": 0}, "max_steps must be a whole number"),
        ({"cortex_rate": 2}, "cortex_rate must be a number"),
        ({"reminder": np.nan}, "reminder must be a number"),
    ],
)
def test_parameters_outside_their_ranges_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        HippocampalIndex(**fields)
