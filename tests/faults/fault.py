"""What a fault is, a line of the package with a wrong version of it and the test that notices, and how it is put in.

A fault is put in by compiling its module with the wrong line and giving the functions concerned their new code, so that
everything that holds these functions runs the fault, and nothing has to be imported anew. A constant of the module,
such as the equations of a circuit, is set to what it is in the wrong line.
"""

import ast
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
    slow: bool = False  # the test is


def law(name, memory, **given):
    """The last two fields, from `states.test_...`: the law test_... in test_laws_of_states.py, and a memory."""
    return f"test_laws_of_{name}", {"memory": memory} | given


@contextlib.contextmanager
def put_in(fault):
    """The package with the fault, until the end of the block."""
    module = importlib.import_module(fault.module)
    file = Path(module.__file__)
    source = file.read_text()
    assert source.count(fault.right) == 1, f"{file.name} has this line {source.count(fault.right)} times: {fault.right}"
    wrong = source.replace(fault.right, fault.wrong)
    broken = compile(wrong, str(file), "exec", dont_inherit=True)
    code = {_place(c): c for c in _inner(broken)}
    here = [(f, f.__code__) for f in _functions(str(file)) if _place(f.__code__) in code]  # Numba makes others
    changed = [(f, before) for f, before in here if code[_place(before)] != before]
    right = _constants(source)
    constants = {name: value for name, value in _constants(wrong).items() if value != right[name]}
    assert changed or constants, "the fault changes no function and no constant"
    vars(module).update(constants)
    for function, before in changed:
        function.__code__ = code[_place(before)]
    try:
        yield
    finally:
        vars(module).update((name, right[name]) for name in constants)
        for function, before in changed:
            function.__code__ = before


def _constants(source):
    """Numbers and texts that a module gives a name."""
    named = [one for one in ast.parse(source).body if isinstance(one, ast.Assign)]
    return {one.targets[0].id: one.value.value for one in named if isinstance(one.value, ast.Constant)}


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
