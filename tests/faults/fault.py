"""What a fault is, a line of the package with a wrong version of it and the test that notices, and how it is put in.

A fault is put in by compiling its module with the wrong line and giving the functions concerned their new code, so that
everything that holds these functions runs the fault, and nothing has to be imported anew.
"""

import contextlib
import gc
import importlib
from collections.abc import Mapping
from pathlib import Path
from types import CodeType, FunctionType, MappingProxyType
from typing import NamedTuple


class Fault(NamedTuple):
    module: str
    right: str
    wrong: str
    killer: str  # file.function of the law or test that fails
    given: Mapping = MappingProxyType({})  # its arguments; `memory` is a name in every_memory.MEMORIES


def law(name, memory, **given):
    """The last two fields, from `states.test_...`: the law test_... in test_laws_of_states.py, and a memory."""
    return f"test_laws_of_{name}", {"memory": memory} | given


@contextlib.contextmanager
def put_in(fault):
    """The package with the fault, until the end of the block."""
    file = Path(importlib.import_module(fault.module).__file__)
    source = file.read_text()
    assert source.count(fault.right) == 1, f"{file.name} has this line {source.count(fault.right)} times: {fault.right}"
    broken = compile(source.replace(fault.right, fault.wrong), str(file), "exec", dont_inherit=True)
    code = {_place(c): c for c in _inner(broken)}
    here = [(f, f.__code__) for f in _functions(str(file)) if _place(f.__code__) in code]  # Numba makes others
    changed = [(f, right) for f, right in here if code[_place(right)] != right]
    assert changed, "the fault changes no function"
    for function, right in changed:
        function.__code__ = code[_place(right)]
    try:
        yield
    finally:
        for function, right in changed:
            function.__code__ = right


def _place(code):
    return code.co_qualname, code.co_firstlineno


def _inner(code):
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inner(constant)


def _functions(file):
    """The functions that were compiled from a file."""
    return [f for f in gc.get_objects() if type(f) is FunctionType and f.__code__.co_filename == file]
