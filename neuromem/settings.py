"""Settings: the fields of a design or a memory, with units, and their values as a user types them."""

from __future__ import annotations

import ast
import dataclasses
import typing
from collections.abc import Iterable
from typing import Any, NamedTuple

from neuromem.errors import UserError, nearest


def setting(default: Any, *, unit: str = "", about: str) -> Any:
    """A field of a design: its default, its unit and what it is, which `neuromem list NAME` and the docs print."""
    return dataclasses.field(default=default, metadata={"unit": unit, "about": about})


def replace(instance: Any, assignments: Iterable[str]) -> Any:
    """`instance` with each "field=value" of `assignments`, typed as the field is; UserError for a mistake."""
    values = {}
    for assignment in assignments:
        name, text = split(assignment)
        if name in values:
            raise UserError(f"{name} is set twice; set it once.")
        values[name] = parse(instance, name, text)
    try:
        return dataclasses.replace(instance, **values)
    except ValueError as error:
        raise UserError(str(error)) from error


def split(assignment: str) -> tuple[str, str]:
    """The two sides of "field=value", without blanks around them.

    >>> split(" n_lists = 5 ")
    ('n_lists', '5')
    """
    name, separator, text = assignment.partition("=")
    if not separator:
        raise UserError(f"{assignment!r} is not of the form field=value.")
    return name.strip(), text.strip()


class Field(NamedTuple):
    """What is told of one field: what it takes and its default as a user would type them, its unit and what it is."""

    name: str
    takes: str
    default: str
    unit: str
    about: str


def told(owner: Any) -> list[Field]:
    """Every field of a dataclass, or of one of its instances with the values of that.

    >>> from neuromem.separation import Softmax
    >>> told(Softmax(beta=2.0))[0][:3]
    ('beta', 'a number', '2.0')
    """
    kinds = typing.get_type_hints(owner if isinstance(owner, type) else type(owner))
    rows = []
    for field in dataclasses.fields(owner):
        value = field.default if isinstance(owner, type) else getattr(owner, field.name)
        default = "" if value is dataclasses.MISSING else typed(value)
        unit, about = (field.metadata.get(key, "") for key in ("unit", "about"))
        rows.append(Field(field.name, _spell(kinds[field.name]), default, unit, about))
    return rows


def typed(value: Any) -> str:
    """A value as a user would type it.

    >>> from neuromem.separation import Softmax
    >>> typed((1, 2.5)), typed(None), typed(Softmax(beta=2.0))
    ('1,2.5', 'none', 'softmax(beta=2.0)')
    """
    if dataclasses.is_dataclass(value):
        held = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        fields = ", ".join(f"{n}={typed(v) if dataclasses.is_dataclass(v) else repr(v)}" for n, v in held.items())
        return snake(type(value).__name__) + (f"({fields})" if fields else "")
    if isinstance(value, tuple):
        return ",".join(map(typed, value))
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def parse(instance: Any, name: str, text: str) -> Any:
    """The value that `text` means for the field `name` of a dataclass instance."""
    kinds = typing.get_type_hints(type(instance))
    names = [f.name for f in dataclasses.fields(instance)]
    if name not in names:
        raise UserError(f"{type(instance).__name__} has no field {name!r}{nearest(name, names)}")
    try:
        return _convert(text, kinds[name])
    except UserError:
        raise
    except (ValueError, SyntaxError, TypeError) as error:
        raise UserError(f"{name} must be {_spell(kinds[name])}; saw {text!r}{_meant(text, kinds[name])}") from error


def _convert(text: str, kind: Any) -> Any:
    origin, options = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return next(o for o in options if str(o) == text) if text in map(str, options) else _fail(text)
    if origin is tuple:
        inner = options[0]
        return tuple(_convert(part, inner) for part in _listed(text))
    if origin is not None and type(None) in options:
        return None if text.lower() == "none" else _convert(text, next(o for o in options if o is not type(None)))
    if kind is bool:
        return {"true": True, "false": False}.get(text.lower()) if text.lower() in ("true", "false") else _fail(text)
    if kind in (int, float, str):
        return kind(text)
    return _compose(text, kind)


def _listed(text: str) -> list[str]:
    """What commas separate, but for those within the brackets of a part."""
    inside = text.strip()
    if inside[:1] in ("(", "["):
        inside = inside.strip("()[]")
    apart, depth = [""], 0
    for letter in inside:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            apart.append("")
        else:
            apart[-1] += letter
    return [part.strip() for part in apart if part.strip()]


def _compose(text: str, kind: type) -> Any:
    """A part such as a similarity, written as its name or as name(field=value)."""
    tree = ast.parse(text, mode="eval").body
    call = tree if isinstance(tree, ast.Call) else ast.Call(tree, [], [])
    known = parts(kind)
    if call.args or not isinstance(call.func, ast.Name) or call.func.id not in known:
        return _fail(text)
    made = known[call.func.id]
    names = [f.name for f in dataclasses.fields(made)]
    for keyword in call.keywords:
        if keyword.arg not in names:
            hint = nearest(str(keyword.arg), names) if names else "; it has none."
            raise UserError(f"{call.func.id} has no field {keyword.arg!r}{hint}")
    fields = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
    try:
        return made(**fields)
    except ValueError as error:
        raise UserError(str(error)) from error


def parts(kind: type) -> dict[str, type]:
    """The concrete classes of a kind by their snake-case names, itself if it is one.

    >>> from neuromem.similarity import Similarity
    >>> sorted(parts(Similarity))[:2]
    ['cosine', 'dot']
    """
    concrete = dataclasses.is_dataclass(kind) and not getattr(kind, "__abstractmethods__", None)
    found = {snake(kind.__name__): kind} if concrete else {}
    for sub in kind.__subclasses__():
        found |= parts(sub)
    return found


def snake(name: str) -> str:
    """KernelMemory -> kernel_memory; MCMC -> mcmc."""
    return "".join(
        ("_" if i and c.isupper() and not name[i - 1].isupper() else "") + c.lower() for i, c in enumerate(name)
    )


def _spell(kind: Any) -> str:
    origin, options = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return "one of " + ", ".join(map(str, options))
    if origin is tuple:
        return f"{_spell(options[0])}, several separated by commas"
    if origin is not None and type(None) in options:
        return " or none".join([_spell(next(o for o in options if o is not type(None))), ""])
    names = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
    return names.get(kind) or "one of " + ", ".join(sorted(parts(kind))) + ", with fields as in name(field=1)"


def _meant(text: str, kind: Any) -> str:
    """The end of a sentence about a part that does not exist: the name that comes close, if there is one."""
    plain = next((o for o in typing.get_args(kind) if o is not type(None)), kind)
    known = parts(plain) if isinstance(plain, type) and plain not in (int, float, bool, str) else {}
    word = text.partition("(")[0].strip()
    meant = snake(word)
    hint = f"; did you mean {meant}?" if meant in known else nearest(meant, known)
    return hint if "did you mean" in hint and word not in known else "."


def _fail(text: str) -> Any:
    raise ValueError(text)
