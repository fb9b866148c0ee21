"""The hippocampal index with regions silenced and paths cut."""

from dataclasses import replace

import numpy as np
import pytest
from small import stream
from stored_index import MEMORY, D, like, quality, stored

from neuromem import manipulate
from neuromem.core import same
from neuromem.measures.representational_similarity import correlation
from neuromem.models.hippocampal_paths import Weights, weights
from neuromem.models.hippocampal_replay import replay, stimulate
from neuromem.models.hippocampal_state import sever, silence


@pytest.mark.parametrize("part", ["entorhinal", "ca1", "value"])
def test_without_a_way_out_nothing_is_recalled(part):
    state, key, value = stored()
    assert quality(silence(state, part), key, value) == pytest.approx(0, abs=1e-12)
    cells = np.arange(len(getattr(state, f"{part}_gain")))
    assert same(manipulate.set_unit_gain(silence(state, part), part, cells, 1.0), state)


@pytest.mark.parametrize("part", ["dentate", "ca3", "ca1", "cortex"])
def test_a_silenced_region_is_silent(part):
    state, key, _ = stored()
    assert not MEMORY.read(silence(state, part), key, rng=stream()).aux[part].any()


def test_partial_cues_need_recurrent_and_perforant_synapses_and_exact_ones_do_not():
    state, key, value = stored()
    near = like(key, 0.75)
    intact = quality(state, near, value)
    for path in ("perforant", "recurrent"):
        cut = sever(state, path, rng=stream())
        assert quality(cut, near, value) < 0.8 * intact
        assert quality(cut, key, value) == pytest.approx(quality(state, key, value), abs=0.05)


@pytest.mark.parametrize("path", ["perforant", "recurrent"])
def test_a_path_of_strength_zero_is_as_if_cut(path):
    state, key, _ = stored()
    near = like(key, 0.75)
    weak = replace(MEMORY, **{path: 0.0}).read(state, near, rng=stream())
    assert same(weak, MEMORY.read(sever(state, path, rng=stream()), near, rng=stream()))
    strong = replace(MEMORY, **{path: 3.0}).read(state, near, rng=stream())
    assert strong.strength.mean() > weak.strength.mean()


def test_without_the_dentate_gyrus_old_items_are_recalled_but_none_is_stored():
    state, key, value = stored()
    deaf = silence(state, "dentate")
    assert quality(deaf, key, value) > 0.9
    new = stream(5).standard_normal((1, D))
    after = MEMORY.write(silence(MEMORY.init(1, D, 1, rng=stream()), "dentate"), new, [[1.0]], rng=stream())
    assert not after.ca3.any()


@pytest.mark.parametrize("path", Weights._fields)
def test_a_path_that_is_cut_carries_nothing(path):
    state, _, _ = stored()
    cut = weights(sever(state, path, rng=stream()), ca3_activity=0.05, ca1_activity=0.05)
    assert not getattr(cut, path).any()
    half = getattr(sever(state, path, 0.5, rng=stream()), path).kept
    assert half.mean() == pytest.approx(0.5, abs=0.03)


def test_a_lesion_is_for_good():
    _, key, value = stored(1)
    hurt = manipulate.lesion(MEMORY.init(1, D, 40, rng=stream()), 1.0, rng=stream())
    hurt = replay(MEMORY, MEMORY.write(hurt, key, value, rng=stream()), 5, rng=stream())
    assert not MEMORY.read(hurt, key, rng=stream()).value.any()


def test_a_silent_engram_is_neither_recalled_nor_lit():
    state, key, value = stored()
    silent = manipulate.set_gain(state, 3, 0.0)
    assert abs(quality(silent, key[3:4], value[3:4])) < 0.2
    assert abs(correlation(stimulate(MEMORY, silent, trace=3).value, value[3:4])[0]) < 0.6
    assert quality(silent, key[:3], value[:3]) > 0.9


@pytest.mark.parametrize("act", [lambda s: silence(s, "amygdala"), lambda s: sever(s, "fornix", rng=stream())])
def test_parts_that_do_not_exist_are_refused(act):
    with pytest.raises(ValueError, match="must be one of"):
        act(stored(1)[0])
