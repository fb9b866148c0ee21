"""Laws of manipulations: each acts on a copy and refuses amounts out of range."""

import copy

import numpy as np
import pytest
from every_memory import draw, fresh, given, layout, read, ruled, written
from small import stream

from neuromem import manipulate
from neuromem.core import same

ACTIONS = {
    "set_gain": lambda state: manipulate.set_gain(state, 0, 0.5),
    "set_unit_gain": lambda state: manipulate.set_unit_gain(state, "key", [0, 1], 0.0),
    "lesion": lambda state: manipulate.lesion(state, 0.5, rng=stream(5)),
    "decay": lambda state: manipulate.decay(state, 0.5),
    "add_noise": lambda state: manipulate.add_noise(state, 0.5, rng=stream(5)),
}
RULED = [(name, action) for action in ACTIONS for name in ruled(getattr(manipulate, action))]


@pytest.mark.parametrize(
    ("memory", "act"), [given(m, ACTIONS[a]) for m, a in RULED], ids=[f"{a}-{m}" for m, a in RULED]
)
def test_a_manipulation_acts_on_a_copy(memory, act):
    key, value = draw(memory, 3)
    state = written(memory, key, value)
    before = copy.deepcopy(state)
    after = act(state)
    assert same(state, before)
    assert not same(after, before)
    assert layout(after) == layout(before)
    assert np.isfinite(read(memory, after, key).value).all()


OUT_OF_RANGE = {
    "set_unit_gain": ("gain", lambda state, bad: manipulate.set_unit_gain(state, "key", [0], bad)),
    "lesion": ("fraction", lambda state, bad: manipulate.lesion(state, bad, rng=stream())),
    "decay": ("rate", lambda state, bad: manipulate.decay(state, bad)),
    "add_noise": ("sd", lambda state, bad: manipulate.add_noise(state, bad, rng=stream())),
}
RANGED = [(m, a) for m, a in RULED if a in OUT_OF_RANGE]


@pytest.mark.parametrize(
    ("memory", "argument", "change"),
    [given(m, *OUT_OF_RANGE[a]) for m, a in RANGED],
    ids=[f"{a}-{m}" for m, a in RANGED],
)
@pytest.mark.parametrize("bad", [-0.5, np.nan])
def test_a_manipulation_refuses_amounts_out_of_range(memory, argument, change, bad):
    with pytest.raises(ValueError, match=f"{argument} must be a number in"):
        change(fresh(memory), bad)
