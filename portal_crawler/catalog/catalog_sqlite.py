"""Catalog: an open catalog beside the files that its places point into."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.catalog.build_sqlite import update
from portal_crawler.catalog.listing import Part, Wish
from portal_crawler.catalog.listing_sqlite import ListOf, facet, part_of
from portal_crawler.catalog.source_disk import lines_between
from portal_crawler.errors import StateError
from portal_crawler.records.jsonl import RecordsAt

Record = dict[str, Any]

PAGES = ListOf(
    "page",
    ("place", "key", "links_in", "editorial_in"),
    {
        "found": "id",
        "address": "url_key",
        "fetched": "fetched_at",
        "status": "status",
        "depth": "depth",
        "links_out": "links_out",
        "links_in": "links_in",
        "editorial_in": "editorial_in",
    },
    {
        "kind": "kind = ?",
        "status": "status = CAST(? AS INTEGER)",
        "host": "host = ?",
        "charset": "charset = ?",
        "depth": "depth = CAST(? AS INTEGER)",
    },
)
ARTICLES = ListOf(
    "article",
    ("place", "uid", "key", "copies"),
    {
        "found": "id",
        "title": "title",
        "published": "published",
        "section": "section",
        "words": "words",
        "copies": "copies",
    },
    {
        "section": "section = ?",
        "language": "language = ?",
        "host": "host = ?",
        "since": "published >= ?",
        "until": "published != '' AND published <= ? || '\U0010ffff'",
    },
)
SKIPPED = ListOf(
    "skip",
    ("place", "key"),
    {"found": "id", "address": "url_key", "reason": "reason", "depth": "depth"},
    {"reason": "reason = ?", "bin": "bin = ?", "host": "host = ?"},
)
CLUSTERS = ListOf(
    "article",
    ("place", "uid", "key", "copies"),
    {"copies": "copies", "title": "title", "published": "published"},
    {"kind": "uid IN (SELECT of_uid FROM copy WHERE kind = ?)", "section": "section = ?"},
    ("copies > 0",),
)
FACETS = {
    "page": ("kind", "status", "host", "charset", "depth"),
    "article": ("section", "language", "host"),
    "skip": ("reason", "bin", "host"),
    "copy": ("kind",),
}


_FACETS_KNOWN: dict[tuple[Path, int, int, str, str], tuple[tuple[Any, int], ...]] = {}
# Those of a dozen crawls.
_FACETS_KEPT = 150


class Catalog:
    """A crawl's catalog and its records. Use from one thread; close after use.

    :param path: the catalog's file; without it, the catalog is brought up to date first.
    """

    def __init__(self, folder: Path, path: Path | None = None) -> None:
        self.folder = folder
        self.path = path or update(folder)
        self._stack = ExitStack()
        self.db = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=rw", uri=True)
        self._stack.callback(self.db.close)
        self.db.execute("PRAGMA busy_timeout = 20000")
        self.db.execute("PRAGMA query_only = ON")
        self._files: dict[str, RecordsAt] = {}

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the catalog and the files that were read."""
        self._stack.close()

    def record(self, name: str, place: int) -> Record:
        """The record of a source (``pages``, ``articles``, …) that stands at a place.

        :raises StateError: where the file was replaced since the catalog was made.
        """
        if name not in self._files:
            path = self._path(name)
            try:
                self._files[name] = self._stack.enter_context(RecordsAt(path))
            except OSError as error:
                raise _moved(path) from error
        try:
            found = self._files[name].read(place)
        except (orjson.JSONDecodeError, UnicodeDecodeError) as error:
            raise _moved(self._path(name)) from error
        record: Record = found.get("article", found) if name in ("articles", "stories") else found
        return record

    def records(self, name: str, start: int, end: int) -> Iterator[tuple[int, Record]]:
        """The records of a source from one place to another, each with its own."""
        for place, line in lines_between(self._path(name), start, end):
            try:
                yield place, orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise _moved(self._path(name)) from error

    def _path(self, name: str) -> Path:
        """The file of a source. Asked after its rows were: a catalog that is being made gains sources as it is read."""
        (file,) = self.db.execute("SELECT file FROM source WHERE name = ?", (name,)).fetchone()
        return self.folder / str(file)

    def part(self, what: ListOf, source: str, wish: Wish) -> Part:
        """A part of a list, each row with its ``record``."""
        part = part_of(self.db, what, wish)
        rows = tuple({**row, "record": self.record(source, row["place"])} for row in part.rows)
        return Part(rows, part.before, part.after, part.total, part.at_least)

    def one(self, table: str, source: str, column: str, value: int | str) -> Record | None:
        """The last row of a table with that value in a column, with its ``record``."""
        query = f"SELECT * FROM {table} WHERE {column} = ? ORDER BY place DESC LIMIT 1"  # noqa: S608 - names are ours
        row = next(iter(self.rows(query, value)), None)
        return row and {**row, "record": self.record(source, row["place"])}

    def rows(self, query: str, *values: int | str) -> list[Record]:
        """What a query gives, each row by its columns."""
        cursor = self.db.execute(query, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def page(self, key: int) -> Record | None:
        """The line of ``pages.jsonl`` of an address; ``None`` where it was not fetched."""
        row = self.one("page", "pages", "key", key)
        return row and row["record"]

    def facet(self, table: str, column: str) -> tuple[tuple[Any, int], ...]:
        """The values of a column of ``FACETS`` with their counts, the most frequent first.

        They are counted once for each state of the catalog: every list shows them beside its rows.
        """
        told = self.path.stat()
        known = (self.path, told.st_ino, told.st_mtime_ns, table, column)
        if (found := _FACETS_KNOWN.get(known)) is None:
            found = _FACETS_KNOWN[known] = tuple(facet(self.db, table, column))
            while len(_FACETS_KNOWN) > _FACETS_KEPT:
                _FACETS_KNOWN.pop(next(iter(_FACETS_KNOWN)), None)
        return found

    def count(self, table: str) -> int:
        """The rows of a table."""
        return int(self.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names are ours


def _moved(path: Path) -> StateError:
    return StateError(str(path), "was replaced while it was read", "ask again: the catalog follows it")
