"""Light on engrams of the hippocampal index, and reminders of what has faded."""

from dataclasses import replace

import numpy as np
import pytest
from small import stream
from stored_index import MEMORY, like, quality, stored

from neuromem import manipulate
from neuromem.measures.representational_similarity import correlation
from neuromem.models.hippocampal_replay import engram, remind, stimulate
from neuromem.models.hippocampal_state import sever, silence


@pytest.mark.parametrize("part", ["dentate", "ca3"])
@pytest.mark.parametrize("trace", [0, 7])
def test_light_on_an_engram_recalls_its_value(part, trace):
    state, _, value = stored()
    recall = stimulate(MEMORY, state, trace=trace, part=part)
    assert correlation(recall.value, value[trace : trace + 1])[0] > 0.95
    assert recall.strength.tolist() == [0]


def test_light_on_half_of_an_engram_is_enough_and_on_other_cells_it_is_not():
    state, _, value = stored()
    cells = engram(state, 2)
    assert correlation(stimulate(MEMORY, state, cells[:8]).value, value[2:3])[0] > 0.95
    others = np.flatnonzero(state.ca3.sum(0) == 0)[:15]
    assert correlation(stimulate(MEMORY, state, others).value, value[2:3])[0] < 0.6


def test_light_recalls_what_a_natural_cue_no_longer_reaches():
    state, key, value = stored()
    cut = state
    for path in ("perforant", "dentate_path", "direct"):
        cut = sever(cut, path, rng=stream())
    assert quality(cut, key, value) == pytest.approx(0, abs=1e-9)
    assert correlation(stimulate(MEMORY, cut, trace=1).value, value[1:2])[0] > 0.9


@pytest.mark.parametrize("part", ["dentate", "ca3"])
def test_light_cannot_reach_silenced_cells(part):
    state, _, _ = stored()
    assert not stimulate(MEMORY, silence(state, part), trace=1, part=part).aux["ca3"].any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "pass either units or trace"),
        ({"units": [0], "trace": 0}, "pass either units or trace"),
        ({"trace": 8}, "trace must be a whole number from 0 to 7; saw 8"),
        ({"units": [300]}, "units must be whole numbers from 0 to 299"),
        ({"units": [0], "part": "ca1"}, "part must be one of dentate, ca3; saw 'ca1'"),
    ],
)
def test_light_on_what_does_not_exist_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        stimulate(MEMORY, stored()[0], **arguments)


def test_the_exact_cue_reminds_of_what_has_faded_and_a_vague_one_does_not():
    state, key, value = stored()
    faded = manipulate.decay(state, 0.8)
    vague = like(key, 0.7)
    assert quality(faded, vague, value) < 0.5 * quality(state, vague, value)
    exact = remind(replace(MEMORY, reminder=1.0), faded, key, rng=stream())
    np.testing.assert_allclose(exact.strength, 1)
    assert quality(exact, vague, value) == pytest.approx(quality(state, vague, value))
    assert remind(MEMORY, faded, vague, rng=stream()).strength.mean() < 0.4


def test_reminders_restore_half_of_the_loss_each():
    state, key, _ = stored(1)
    faded = manipulate.decay(state, 0.8)
    once = remind(MEMORY, faded, key, rng=stream())
    twice = remind(MEMORY, once, key, rng=stream())
    assert [s.strength[0] for s in (faded, once, twice)] == pytest.approx([0.2, 0.6, 0.8])


def test_a_silent_engram_is_not_restored():
    state, key, _ = stored(2)
    faded = manipulate.set_gain(manipulate.decay(state, 0.8), 1, 0.0)
    assert remind(MEMORY, faded, key, rng=stream()).strength.tolist() == pytest.approx([0.6, 0.2])
