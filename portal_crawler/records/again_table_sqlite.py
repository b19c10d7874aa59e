"""Again table: what a crawl's second reading says of the pages that it reads otherwise, in a private database.

It spills to disk and nothing outlives it: a portal whose every page is read again needs no more memory than another.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from portal_crawler.records.jsonl import dumps
from portal_crawler.records.story_table_sqlite import no_room

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Again:
    """A second reading: the page's line of stories, if it has a story still, what changes in its line of pages, and the
    kind and roles of its links in their order.
    """

    story: Record | None
    page: Mapping[str, Any]
    kind: str
    roles: tuple[str, ...]


class AgainTable:
    """Second readings by the keys of their pages. Use from one thread; close after use."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;")
        self._db.execute("CREATE TABLE again(url_key TEXT PRIMARY KEY, id TEXT, reading BLOB) WITHOUT ROWID")
        self._count = 0
        # The links of a page stand together: one look tells for all of them.
        self._last: tuple[str, Again | None] = ("", None)

    def __enter__(self) -> AgainTable:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._db.close()
        if isinstance(error, sqlite3.OperationalError) and (full := no_room(error)):
            raise full from error

    def __len__(self) -> int:
        return self._count

    def add(self, key: str, again: Again) -> None:
        """Add the reading of a page; a later one of the same page takes its place."""
        story = again.story["article"]["id"] if again.story else None
        reading = dumps([again.story, dict(again.page), again.kind, list(again.roles)])
        self._db.execute("INSERT OR REPLACE INTO again VALUES(?, ?, ?)", (key, story, reading))
        self._count += 1

    def of(self, key: str) -> Again | None:
        """The second reading of a page, if it has one."""
        if key != self._last[0]:
            row = self._db.execute("SELECT reading FROM again WHERE url_key = ?", (key,)).fetchone()
            self._last = key, _again(row[0]) if row else None
        return self._last[1]

    def stories(self) -> Iterator[tuple[str, str]]:
        """(url_key, id) of every page that has a story."""
        yield from self._db.execute("SELECT url_key, id FROM again WHERE id IS NOT NULL ORDER BY url_key")


def _again(reading: bytes) -> Again:
    story, page, kind, roles = orjson.loads(reading)
    return Again(story, page, kind, tuple(roles))
