"""What is wrong with a profile, or another TOML file of a model, in plain words: where it stands, what it is, what to
write instead.
"""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from portal_crawler.sites.profile import SiteProfile

_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ProfileProblem:
    """One thing to mend. ``place`` names line and key, ``problem`` and ``cure`` are clauses."""

    place: str
    problem: str
    cure: str


# Type of pydantic's error -> what the key takes.
_TAKES = {
    "string_type": "a text in quotes",
    "tuple_type": 'a list, such as ["…", "…"]',
    "list_type": 'a list, such as ["…", "…"]',
    "dict_type": 'a table, such as {"…" = "…"}',
    "model_type": "a table",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": "a day such as 2006-01-01, without quotes",
    "date_from_datetime_parsing": "a day such as 2006-01-01, without quotes",
}


def explain(
    error: ValidationError, text: str, model: type[BaseModel] = SiteProfile, kind: str = "a profile"
) -> list[ProfileProblem]:
    """The problems of a validation, unknown keys first: a misspelt key often causes the others.

    :param model: what the file was held against; ``kind`` names such a file.
    """
    details = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    return [_explained(one, text, model, kind) for one in details]


def _explained(detail: ErrorDetails, text: str, model: type[BaseModel], whose: str) -> ProfileProblem:
    path = detail["loc"]
    shown = dotted(path)
    line = line_of(path, text)
    place = f"line {line}, key {shown}" if line else f"key {shown}"
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return ProfileProblem(place, f"is not a key of {whose}", _nearest(path, model))
    if kind == "missing":
        return ProfileProblem(f"key {shown}", "is missing", f"add {shown} = …")
    given = _shown(detail["input"])
    if kind in _TAKES:
        return ProfileProblem(place, f"is {given}", f"write {_TAKES[kind]}")
    if kind in {"literal_error", "enum"}:
        return ProfileProblem(place, f"is {given}", f"write {context['expected'].replace(chr(39), chr(34))}")
    if kind == "value_error":
        problem, _, cure = str(context["error"]).partition("; ")
        return ProfileProblem(place, f"is {given}, {problem}", cure or "mend that value")
    if kind == "string_pattern_mismatch":
        cure = "use small letters, digits, dots, dashes and underscores, a letter or digit first"
        return ProfileProblem(place, f"is {given}", cure)
    wanted = detail["msg"].removeprefix("Input should be ")
    return ProfileProblem(place, f"is {given}", f"write a value {wanted}")


def _shown(value: Any) -> str:
    shown = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def dotted(path: Sequence[str | int]) -> str:
    """A key's path as TOML writes it.

    >>> dotted(("layout", 0, "until"))
    'layout[0].until'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _nearest(path: _Path, model: type[BaseModel]) -> str:
    """The cure for an unknown key: the nearest known one, of its table first, then of any table."""
    *above, name = path
    here = model_at(above, model)
    known = list(here.model_fields) if here else []
    names = {("schema" if key == "schema_" else key): key for key in known}
    if near := difflib.get_close_matches(str(name), names, n=1, cutoff=0.6):
        return f"did you mean {dotted((*above, near[0]))}?"
    elsewhere = [one for one in every_key(model) if one.rpartition(".")[2] == name]
    if elsewhere:
        return f"did you mean {elsewhere[0]}? It belongs there"
    return f"known keys here: {', '.join(sorted(names))}"


def every_key(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every key of a profile, dotted; the keys of a list of tables follow ``name[]``."""
    for field, info in model.model_fields.items():
        name = f"{above}{info.alias or field}"
        part, many = _model_of(info.annotation)
        if part is None:
            yield name
        else:
            yield from every_key(part, f"{name}[]." if many else f"{name}.")


def model_at(path: Sequence[str | int], root: type[BaseModel] = SiteProfile) -> type[BaseModel] | None:
    """The model of the table at a path; ``None`` where no table of fixed keys stands there."""
    model: type[BaseModel] | None = root
    parts = iter(path)
    for part in parts:
        if isinstance(part, int):
            continue
        info = model.model_fields.get(part) if model else None
        if info is not None and get_origin(info.annotation) is dict and next(parts, None) is None:
            return None  # a table whose keys are names
        model = _model_of(info.annotation)[0] if info else None
    return model


def _model_of(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model that a field holds, and whether it holds many."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType, Annotated):
        found = [_model_of(one) for one in get_args(annotation)]
        return next((one for one in found if one[0]), (None, False))
    if origin is tuple:
        return _model_of(get_args(annotation)[0])[0], True
    if origin is dict:
        return _model_of(get_args(annotation)[1])[0], True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    return None, False


_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]\[]+?)\s*\]\]?\s*(?:#.*)?$")


def line_of(path: Sequence[str | int], text: str) -> int | None:
    """The 1-based line on which a key stands; of a key in an inline table or a list's item, that of its nearest key
    above that has a line. Found by its table's header and its name: good for messages, not for editing.
    """
    table: _Path = ()
    lines: dict[_Path, int] = {}
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            name = tuple(part.strip().strip("\"'") for part in header[2].split("."))
            table = name
            if header[1] == "[[":
                counts[header[2]] = counts.get(header[2], -1) + 1
                table = (*name, counts[header[2]])
            lines.setdefault(table, number)
        elif found := re.match(r"""\s*(?:"([^"]+)"|'([^']+)'|([\w.-]+))\s*=""", line):
            key = found[1] or found[2] or found[3]
            parts = key.split(".") if found[3] else [key]
            lines.setdefault((*table, *parts), number)
    for end in range(len(path), 0, -1):
        if found_at := lines.get(tuple(path[:end])):
            return found_at
    return None
