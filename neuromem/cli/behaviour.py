"""What commands that fit have in common: the models and the people that are named, and what is to be told of them."""

from __future__ import annotations

from typing import Any

from neuromem.errors import UserError


def named(models: str) -> list[str]:
    """The names of models with commas between; none where they are all."""
    names = [name.strip() for name in models.split(",") if name.strip()]
    if not names:
        raise UserError("no model is named; name one of 'neuromem list behaviour', or all.")
    return [] if names == ["all"] else names


def observed(family: Any, dataset: str, keep_going: bool) -> tuple[Any, list[str]]:
    """What was observed, of a data set of the family or of a file, and what is to be told of it in lines."""
    return (family.DATA[dataset](), []) if dataset in family.DATA else family.of_file(dataset, keep_going)


def able(models: dict[str, Any], people: Any, *, by: str) -> tuple[dict[str, Any], list[str]]:
    """The models that such people can be fitted with, and in a line each why others cannot."""
    from neuromem.fit import contest

    chosen, left_out = contest.able(models, people, by=by)
    return chosen, [f"left out: {name}: {why}" for name, why in left_out.items()]
