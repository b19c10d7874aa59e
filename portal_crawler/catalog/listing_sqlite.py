"""Lists of the catalog: one query for every list, with its filters and its orders as data."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal_crawler.catalog.listing import Mark, Part, Value, Wish
from portal_crawler.errors import UsageError

# Rows that are counted for the number above a list.
_MOST_COUNTED = 200_000


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list: its table, what a row tells, what filters it (name -> condition with one ``?``), what sorts it.

    ``always`` are conditions that hold of every row, with the values for their ``?``.
    """

    table: str
    columns: tuple[str, ...]
    orders: Mapping[str, str]
    filters: Mapping[str, str] = field(default_factory=dict)
    always: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()


def part_of(db: sqlite3.Connection, what: ListOf, wish: Wish) -> Part:
    """The part of a list that is asked for.

    :raises UsageError: where the list has no such filter or order.
    """
    column = what.orders[_known(wish.order or next(iter(what.orders)), what.orders, "order")]
    conditions, values = list(what.always), list(what.values)
    for name, value in wish.filters.items():
        conditions.append(what.filters[_known(name, what.filters, "filter")])
        values.append(value)
    total = _count(db, what.table, conditions, values)
    backwards = wish.at is not None and wish.at.backwards
    falling = wish.descending != backwards
    if wish.at is not None:
        conditions.append(f"({column}, id) {'<' if falling else '>'} (?, ?)")
        values += [wish.at.value, wish.at.id]
    way = "DESC" if falling else "ASC"
    query = (
        f"SELECT id, {column} AS sorted_by, {', '.join(what.columns)} FROM {what.table}{_where(conditions)}"  # noqa: S608 - names are ours, values are bound
        f" ORDER BY {column} {way}, id {way} LIMIT ?"
    )
    rows = _dicts(db.execute(query, (*values, wish.many + 1)))
    more, rows = len(rows) > wish.many, rows[: wish.many]
    if backwards:
        rows.reverse()
    return _part(rows, total, (more, wish.at is not None) if backwards else (wish.at is not None, more))


def _part(rows: list[dict[str, Any]], total: int, more: tuple[bool, bool]) -> Part:
    marks = [Mark(rows[at]["sorted_by"], rows[at]["id"], at == 0) if rows else None for at in (0, -1)]
    before, after = (mark if there else None for mark, there in zip(marks, more, strict=True))
    return Part(tuple(rows), before, after, min(total, _MOST_COUNTED), total > _MOST_COUNTED)


def facet(db: sqlite3.Connection, table: str, column: str, most: int = 200) -> list[tuple[Any, int]]:
    """The values of a column and how many rows have each, the most frequent first."""
    query = f"SELECT {column}, count(*) AS many FROM {table} GROUP BY {column} ORDER BY many DESC, {column} LIMIT ?"  # noqa: S608 - names are ours
    return db.execute(query, (most,)).fetchall()


def _count(db: sqlite3.Connection, table: str, conditions: Sequence[str], values: Iterable[Value]) -> int:
    query = f"SELECT count(*) FROM (SELECT 1 FROM {table}{_where(conditions)} LIMIT {_MOST_COUNTED + 1})"  # noqa: S608 - names are ours
    return int(db.execute(query, tuple(values)).fetchone()[0])


def _where(conditions: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _dicts(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _known(name: str, names: Mapping[str, str], what: str) -> str:
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        cure = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
        raise UsageError(name[:60], f"is no {what} of this list", cure)
    return name
