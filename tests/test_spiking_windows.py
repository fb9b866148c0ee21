"""Windows of one run of a memory in spikes: what is told of each is its own, and which are refused."""

import numpy as np
import pytest
from small import stream

from neuromem.spiking import index_runs, three_factor_runs, vector_hash_runs
from neuromem.spiking.index import SpikingIndex, stimulate
from neuromem.spiking.index_circuit import WINDOW
from neuromem.spiking.index_runs import Step, session
from neuromem.spiking.index_state import engram
from neuromem.spiking.three_factor import SpikingThreeFactor
from neuromem.spiking.vector_hash import SpikingVectorHash

MEMORIES = {
    "index": (SpikingIndex, index_runs),
    "three-factor": (SpikingThreeFactor, three_factor_runs),
    "Vector-HaSH": (SpikingVectorHash, vector_hash_runs),
}


def test_a_pair_that_is_written_after_a_read_has_the_engram_of_its_own_window():
    memory, key = SpikingIndex.example(), np.repeat([1.0, 0.0], 5)
    steps = [Step("read", key[::-1]), Step("write", key, np.eye(4)[0])]
    ran = session(memory, memory.init(1, 10, 4, rng=stream()), steps, seeds=range(2), target="numpy")
    got = ran.recorded.values
    assert got["tags.t"].min() > WINDOW
    assert engram(ran.state, 0).tolist() == np.unique(got["tags.i"]).tolist()
    assert len(engram(ran.state, 0)) > 0


KEY, OTHER, VALUE = np.repeat([1.0, 0.0], 5), np.repeat([1.0, 0.0], [3, 7]), np.eye(4)[0]
REFUSED = {
    "a name that is none": ([("wriet", KEY, VALUE)], [0], "the name of a step must be one of write"),
    "a pair without a value": ([("write", KEY)], [0], "a step of name 'write' must have a value"),
    "a read without a cue": ([("read",)], [0], "a step of name 'read' must have a key"),
    "a key that is not k-hot": ([("read", 0.3 * KEY)], [0], "key of a step must be .* \\(k-hot\\); saw 0.3"),
    "a key of another width": ([("read", np.ones(3))], [0], "key of a step must have 10 features"),
    "a value of NaN": ([("write", KEY, VALUE * np.nan)], [0], "value of a step must be finite"),
    "keys with other numbers of ones": (
        [("write", KEY, VALUE), ("write", OTHER, VALUE)],
        [0, 1],
        r"each key of a run must have the same number of ones; saw \[3.0, 5.0\]",
    ),
    "no steps": ([], [], "steps must be one at least"),
    "too few seeds": ([("read", KEY), ("read", KEY)], [0], "each with a seed; saw 2 and 1 seeds"),
}


@pytest.mark.parametrize("memory", MEMORIES)
@pytest.mark.parametrize(("steps", "seeds", "told"), REFUSED.values(), ids=REFUSED)
def test_steps_that_make_no_run_are_refused(memory, steps, seeds, told):
    kind, runs = MEMORIES[memory]
    one = kind.example()
    with pytest.raises(ValueError, match=told):
        runs.session(one, one.init(2, 10, 4, rng=stream()), [runs.Step(*s) for s in steps], seeds=seeds, target="numpy")


@pytest.mark.parametrize("cells", [[np.array([80])], [np.array([-1])], [np.array([0.5])], []], ids=str)
def test_light_falls_on_cells_that_there_are(cells):
    memory = SpikingIndex.example()
    with pytest.raises(ValueError, match="must be whole numbers from 0 to 79|one set of cells at least"):
        stimulate(memory, memory.init(1, 10, 4, rng=stream()), cells, rng=stream())
