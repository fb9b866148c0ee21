"""Laws of patterns: what is no pattern of a memory's domain is refused by name."""

import numpy as np
import pytest
from every_memory import MEMORIES, draw, every_memory, fresh, given, over
from small import stream


def with_entry(entry):
    def spoil(x):
        spoiled = x.astype(float)
        spoiled[-1, -1] = entry
        return spoiled

    return spoil


BAD = {
    "not a number": with_entry(np.nan),
    "infinite": with_entry(np.inf),
    "empty": lambda x: x[:0],
    "of rank one": lambda x: x[0],
    "of rank three": lambda x: x[None],
    "too wide": lambda x: np.concatenate([x, x[:, :1]], axis=1),
    "too narrow": lambda x: x[:, 1:],
    "of objects": lambda x: x.astype(object),
    "complex": lambda x: x.astype(complex),
    "text": lambda x: x.astype(str),
    "ragged": lambda x: [list(x[0]), list(x[1, 1:])],
}


@every_memory
@pytest.mark.parametrize("argument", ["key", "value", "query"])
@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
def test_bad_input_is_refused_by_name(memory, argument, spoil):
    key, value = draw(memory, 2)
    arrays = {"key": key, "value": value, "query": key}
    arrays[argument] = spoil(arrays[argument])
    with pytest.raises(ValueError, match=rf"^{argument} .+; saw|^{argument} is empty"):
        use(memory, arrays, argument)


def use(memory, arrays, argument):
    state = fresh(memory)
    if argument == "query":
        return memory.read(state, arrays["query"], rng=stream())
    return memory.write(state, arrays["key"], arrays["value"], rng=stream())


OUTSIDE = [
    (name, argument, getattr(memory.domain, argument.replace("query", "key")))
    for name, memory in MEMORIES.items()
    for argument in ("key", "value", "query")
]
OUTSIDE = [(name, argument) for name, argument, kind in OUTSIDE if kind != "real"]


@pytest.mark.parametrize(
    ("memory", "argument"), [given(n, a) for n, a in OUTSIDE], ids=[f"{a}-{n}" for n, a in OUTSIDE]
)
def test_patterns_outside_the_domain_are_refused_with_a_hint(memory, argument):
    key, value = draw(memory, 2)
    arrays = {"key": key, "value": value, "query": key}
    arrays[argument] = with_entry(1.5)(arrays[argument])
    with pytest.raises(ValueError, match=rf"^{argument} .*saw 1.5.*(convert|scale)"):
        use(memory, arrays, argument)


AUTOASSOCIATIVE = [name for name, memory in MEMORIES.items() if memory.domain.autoassociative]


@over(AUTOASSOCIATIVE)
def test_an_autoassociative_memory_refuses_values_that_are_not_the_keys(memory):
    (key, _), (value, _) = draw(memory, 2), draw(memory, 2, 9)
    with pytest.raises(ValueError, match="value must equal key"):
        memory.write(fresh(memory), key, value, rng=stream())


@every_memory
def test_keys_and_values_come_in_pairs(memory):
    key, value = draw(memory, 3)
    with pytest.raises(ValueError, match="key"):
        memory.write(fresh(memory), key, value[:2], rng=stream())
