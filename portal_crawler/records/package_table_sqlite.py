"""Package table: the records of a web archive package beside what its indexes and lists say of them, on the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

_TABLES = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
CREATE TABLE record(file TEXT, offset INTEGER, uri TEXT, url TEXT, time TEXT, second TEXT, indexed INTEGER);
CREATE TABLE entry(source TEXT, line INTEGER, file TEXT, offset INTEGER, url TEXT, second TEXT);
CREATE TABLE page(source TEXT, line INTEGER, url TEXT, time TEXT);
"""
_INDEXES = """
CREATE INDEX record_place ON record(file, offset);
CREATE INDEX record_uri ON record(uri, time);
CREATE INDEX record_url ON record(url, time);
CREATE INDEX entry_place ON entry(file, offset);
"""
_WIDTH = {"record": 7, "entry": 6, "page": 4}


class PackageTable:
    """Fill with ``add``, then ``ready``, then ask. Use from one thread; close after use.

    ``record``: a WARC record; ``uri`` is its WARC-Target-URI, ``url`` as it was asked for, ``time`` its WARC-Date,
    ``second`` that in 14 digits, ``indexed`` whether an index must have it. ``entry``: a line of an index, ``second``
    its digits. ``page``: an entry of a list of pages.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_TABLES + "BEGIN")

    def __enter__(self) -> PackageTable:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add rows to one of the tables."""
        marks = ", ".join("?" * _WIDTH[table])
        self._db.executemany(f"INSERT INTO {table} VALUES({marks})", rows)

    def ready(self) -> None:
        """Everything is in."""
        self._db.executescript(_INDEXES)  # which commits first

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The answer to a query over the tables."""
        return iter(self._db.execute(query))
