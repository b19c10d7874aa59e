"""Listing: a part of a sorted, filtered list, and the key by which the next or the former part is asked for. Pure.

A part begins behind a row, not at a number: a list that grows meanwhile repeats and loses nothing, and the thousandth
part costs what the first does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from portal_crawler.errors import UsageError

Value = str | int | float
# What SQLite's integers hold.
_NUMBERS = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Mark:
    """A row's place in the order: what it is sorted by, and its id. ``backwards`` asks for the rows before it."""

    value: Value
    id: int
    backwards: bool = False

    def __str__(self) -> str:
        told = orjson.dumps([self.value, self.id, int(self.backwards)])
        return base64.urlsafe_b64encode(told).decode().rstrip("=")


def read_mark(text: str) -> Mark:
    """The mark that an address holds.

    >>> read_mark(str(Mark("b", 7, backwards=True)))
    Mark(value='b', id=7, backwards=True)

    :raises UsageError: where it is none.
    """
    try:
        value, number, backwards = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error):
        value = number = backwards = None
    is_place = isinstance(value, str | int | float) and isinstance(number, int) and backwards in (0, 1)
    if not is_place or any(isinstance(one, int) and one not in _NUMBERS for one in (value, number)):
        raise UsageError(text[:60], "is no place in a list", "begin at the start of the list")
    return Mark(value, number, bool(backwards))


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a list: filters by name, the column that sorts it, where to begin, and how many rows."""

    filters: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    descending: bool = False
    at: Mark | None = None
    many: int = 50


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a list, each a mapping; ``before`` and ``after`` ask for its neighbours, ``None`` at the ends.

    ``total`` counts the whole list; ``at_least`` where it was not counted to its end.
    """

    rows: tuple[Mapping[str, Any], ...]
    before: Mark | None
    after: Mark | None
    total: int
    at_least: bool = False
