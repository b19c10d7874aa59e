"""Cross table: the keys of a crawl's files and of its ledger side by side, in a private database on disk."""

from __future__ import annotations

import operator
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from portal_crawler.database_sqlite import read_only
from portal_crawler.errors import StateError
from portal_crawler.records.finding import AGAIN

LEDGER = "ledger.sqlite"
_TABLES = """
CREATE TABLE page(url_key TEXT, url TEXT, kind TEXT, status INTEGER, line INTEGER);
CREATE TABLE article(url_key TEXT, url TEXT, id TEXT, line INTEGER);
CREATE TABLE copy(url_key TEXT, url TEXT, id TEXT, of TEXT, of_crawl TEXT, line INTEGER);
CREATE TABLE relation(id TEXT, line INTEGER);
CREATE TABLE alias(url TEXT, id TEXT, line INTEGER);
CREATE TABLE skip(url_key TEXT, url TEXT, bin TEXT, line INTEGER);
CREATE TABLE placed(source TEXT, line INTEGER, url TEXT, file TEXT, offset INTEGER, id TEXT, digest TEXT);
CREATE TABLE record(file TEXT, offset INTEGER, id TEXT, url TEXT, digest TEXT, indexed INTEGER, page INTEGER);
CREATE TABLE entry(file TEXT, offset INTEGER, line INTEGER, said INTEGER);
CREATE TABLE withdrawn(url_key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE target(url_key TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX page_key ON page(url_key);
CREATE INDEX page_url ON page(url);
CREATE INDEX article_key ON article(url_key);
CREATE INDEX article_id ON article(id);
CREATE INDEX copy_key ON copy(url_key);
CREATE INDEX copy_id ON copy(id);
CREATE INDEX relation_id ON relation(id);
CREATE INDEX alias_url ON alias(url, id);
CREATE INDEX skip_key ON skip(url_key);
CREATE INDEX placed_id ON placed(id);
CREATE INDEX record_place ON record(file, offset, id);
CREATE INDEX entry_place ON entry(file, offset);
"""
_WIDTH = {
    "page": 5,
    "article": 4,
    "copy": 6,
    "relation": 2,
    "alias": 3,
    "skip": 4,
    "target": 2,
    "placed": 7,
    "record": 7,
    "entry": 4,
    "withdrawn": 1,
}


class CrossTable:
    """Fill with ``add``, then ``ready``, then ask. Use from one thread; close after use.

    :param folder: the crawl's folder; its ledger is read, never written.
    Where it cannot be, ``ledger_problem`` says why.
    """

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect("", uri=True, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
        self.same_page_by(operator.eq)
        ledger = folder / LEDGER
        self.ledger_problem = "" if ledger.exists() else "is missing"
        if ledger.exists():
            try:
                self._db.execute("ATTACH ? AS ledger", (read_only(ledger),))
            except sqlite3.DatabaseError as error:
                self.ledger_problem = f"is damaged ({error})"
        self._db.execute("BEGIN")

    def __enter__(self) -> CrossTable:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @property
    def has_ledger(self) -> bool:
        """Whether queries over the ledger's tables have an answer."""
        return not self.ledger_problem

    def same_page_by(self, same: Callable[[str | None, str | None], bool]) -> None:
        """Say when the address of a line and that of the record at its place mean one page; before, as they are equal.

        It is ``same_page`` in queries.
        """
        self._db.create_function("same_page", 2, same, deterministic=True)

    def add(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add rows to a table of the list at the head of this module."""
        marks = ", ".join("?" * _WIDTH[table])
        self._db.executemany(f"INSERT OR IGNORE INTO {table} VALUES({marks})", rows)

    def ready(self) -> None:
        """Everything is in."""
        self._db.executescript(_INDEXES)  # which commits first

    def rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """The answer to a query over these tables and, as ``ledger.<table>``, the ledger's.

        :raises StateError: where the ledger is damaged.
        """
        try:
            yield from self._db.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise StateError(LEDGER, f"is damaged ({error})", AGAIN) from error
