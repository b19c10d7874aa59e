"""TOML text of nested dictionaries (https://toml.io/en/v1.0.0). Contains no file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_CONTROL = re.compile(r'[\x00-\x1f\x7f"\\]')


def toml_text(data: Mapping[str, Any]) -> str:
    r"""The mapping as TOML: its plain values first, then a table for each mapping and an array of tables for each
    sequence of mappings; mappings further down are inline tables. Values are text, numbers, booleans, dates, lists.

    >>> print(toml_text({"name": "a", "scope": {"exclude": ["\\?"], "aliases": {"m.x": "x"}}}), end="")
    name = "a"
    <BLANKLINE>
    [scope]
    exclude = ['\?']
    aliases = {"m.x" = "x"}
    """
    return "".join(f"{line}\n" for line in _lines(data))


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    tables = {key: value for key, value in data.items() if isinstance(value, Mapping)}
    arrays = {key: value for key, value in data.items() if _is_array_of_tables(value)}
    for key, value in data.items():
        if key not in tables and key not in arrays:
            yield f"{_key(key)} = {toml_value(value)}"
    for key, table in tables.items():
        yield from ("", f"[{_key(key)}]")
        yield from (f"{_key(name)} = {toml_value(value)}" for name, value in table.items())
    for key, array in arrays.items():
        for table in array:
            yield from ("", f"[[{_key(key)}]]")
            yield from (f"{_key(name)} = {toml_value(value)}" for name, value in table.items())


def _is_array_of_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _key(key: str) -> str:
    return key if _BARE_KEY.match(key) else _quoted(key)


def toml_value(value: Any) -> str:
    """One value as TOML writes it; a text with backslashes (a regular expression) as a literal string."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        literal = "\\" in value and "'" not in value and not re.search(r"[\x00-\x1f\x7f]", value)
        return f"'{value}'" if literal else _quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {toml_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    raise TypeError(f"TOML has no {type(value).__name__}")


def _quoted(text: str) -> str:
    return '"' + _CONTROL.sub(lambda match: _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}", text) + '"'
