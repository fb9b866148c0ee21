"""Many vectors of parameters at once, and the functions written out for that."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from recall_models import every_composition, every_model, some_lists, some_values

from neuromem.recall import layered_study, session_walk
from neuromem.recall.cmr import cmr
from neuromem.recall.lists import recall_lists, to_simulate
from neuromem.recall.walk import exponential, logarithm

pytestmark = pytest.mark.filterwarnings("ignore::neuromem.likelihood.ImpossibleEvent")


@every_model
@given(n_vectors=st.integers(1, 40), seed=st.integers(0, 2**32))
@hypothesis_settings(max_examples=10)
def test_vectors_at_once_are_as_likely_as_one_after_another(model, n_vectors, seed):
    rng = np.random.default_rng(seed)
    lists = some_lists(3, int(rng.integers(1, 30)), rng)
    each = [some_values(model, rng) for _ in range(n_vectors)]
    found = model.log_likelihood(lists, {name: np.array([v[name] for v in each]) for name in each[0]})
    assert found.shape == (n_vectors, 3)
    np.testing.assert_allclose(found, [model.log_likelihood(lists, values) for values in each], rtol=1e-12)


@every_composition
def test_lists_of_several_lengths_and_values_of_which_some_are_shared(model):
    rng = np.random.default_rng(1)
    lengths = np.array([3, 9, 5, 9])
    recall = np.stack([np.pad(rng.permutation(n)[:4], (0, max(4 - n, 0)), constant_values=-1) for n in lengths])
    lists = recall_lists(recall, lengths)
    values = some_values(model, rng)
    moved = next(iter(values), None)
    several = np.linspace(0.2, 0.9, 5)
    found = model.log_likelihood(lists, values | ({moved: several} if moved else {}))
    one_by_one = [model.log_likelihood(lists, values | {moved: x}) for x in several] if moved else found
    np.testing.assert_allclose(found, one_by_one, rtol=1e-12)


@given(x=st.floats(-800, 800))
def test_exponentials_without_a_call_are_right(x):
    wanted = math.exp(x) if -708 < x < 709 else 0.0 if x < 0 else math.inf
    assert exponential(x) == pytest.approx(wanted, rel=5e-16)


@given(x=st.floats(1e-5, 1e5))
def test_logarithms_without_a_call_are_right(x):
    assert logarithm(x) == pytest.approx(math.log(x), rel=5e-16, abs=5e-16)


@pytest.mark.parametrize("name", ["towards", "integrate"])
def test_what_stands_in_two_files_that_are_compiled_is_the_same(name):
    of_layers, of_sessions = (getattr(module, name).plain for module in (layered_study, session_walk))
    assert inspect.getsource(of_layers) == inspect.getsource(of_sessions)


@pytest.mark.parametrize("call", ["probabilities", "recalls"])
def test_what_takes_one_vector_says_so(call):
    more = {"rng": np.random.default_rng(0)} if call == "recalls" else {}
    with pytest.raises(ValueError, match="values must be numbers here, one vector"):
        getattr(cmr(), call)(to_simulate(3, 2), {"b_enc": np.array([0.1, 0.2])}, **more)
