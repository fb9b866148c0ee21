"""Windows of one run of the spiking index: what is told of each is its own."""

import numpy as np
from small import stream

from neuromem.spiking.index import SpikingIndex
from neuromem.spiking.index_circuit import WINDOW
from neuromem.spiking.index_runs import Step, session
from neuromem.spiking.index_state import engram


def test_a_pair_that_is_written_after_a_read_has_the_engram_of_its_own_window():
    memory, key = SpikingIndex.example(), np.repeat([1.0, 0.0], 5)
    steps = [Step("read", key[::-1]), Step("write", key, np.eye(4)[0])]
    ran = session(memory, memory.init(1, 10, 4, rng=stream()), steps, seeds=range(2), target="numpy")
    got = ran.recorded.values
    assert got["tags.t"].min() > WINDOW
    assert engram(ran.state, 0).tolist() == np.unique(got["tags.i"]).tolist()
    assert len(engram(ran.state, 0)) > 0
