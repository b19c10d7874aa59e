"""The rows of the reference on schedules: keys of ``schedule.toml``, and the fields of what ``--json`` prints."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from portal_crawler.schedule import desk
from portal_crawler.schedule.schedule_file import Defaults, GroupEntry, JobEntry

# Name of a table -> the keys of that part of schedule.toml.
PARTS: dict[str, type[BaseModel]] = {
    "schedule defaults": Defaults,
    "schedule job": JobEntry,
    "schedule group": GroupEntry,
}
# Name of a table -> what is printed so.
VIEWS: dict[str, type[Any]] = {
    f"schedule {view.__name__}": view
    for view in (desk.Overview, desk.JobView, desk.GroupView, desk.ComingRun, desk.PastRun)
}
# Part of a type's name -> words, the first that fits.
_WORDS = (
    ("float", "number"),
    ("int", "whole number"),
    ("datetime", "time"),
    ("tuple", "list of texts"),
)


def key_rows(model: type[BaseModel]) -> list[tuple[str, ...]]:
    """Key, value, default and meaning of each key of a part."""
    return [
        (f"`{name}`", _value(info.annotation), _default(info.default), info.description or "")
        for name, info in model.model_fields.items()
    ]


def field_rows(view: type[Any]) -> list[tuple[str, ...]]:
    """Name and type of each field of a view, as JSON has it."""
    return [(f"`{one.name}`", _json_type(str(one.type))) for one in fields(view)]


def _value(annotation: Any) -> str:
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            words = ", ".join(f"`{one}`" for one in kind)
            return f"list of {words}" if "tuple" in str(annotation) else words
    return next((words for mark, words in _WORDS if mark in str(annotation)), "text")


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "needed"
    if value is None or value == ():
        return ""
    shown = [f'"{one}"' for one in value] if isinstance(value, tuple) else None
    return f"`[{', '.join(shown)}]`" if shown else f'`"{value}"`' if isinstance(value, str) else f"`{value:g}`"


def _json_type(annotation: str) -> str:
    """A field's type in JSON's words.

    >>> _json_type("tuple[PastRun, ...]"), _json_type("datetime | None")
    ('list of PastRun', 'time or null')
    """
    name = annotation.removesuffix(" | None")
    null = " or null" if name != annotation else ""
    if name.startswith("tuple["):
        return f"list of {_json_type(name[6:].removesuffix(', ...]'))}{null}"
    names = {"str": "text", "int": "integer", "float": "number", "bool": "true or false", "datetime": "time"}
    return names.get(name, "text" if name == "RunState" else name) + null
