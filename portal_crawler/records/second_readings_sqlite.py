"""Second readings: what a crawl says of the pages that it reads otherwise at its end, in a private database.

A portal whose every page is read again needs no more memory than another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from portal_crawler.records.jsonl import dumps
from portal_crawler.records.private_database_sqlite import PrivateDatabase

Record = dict[str, Any]


class LinkJudged(NamedTuple):
    """What a second reading may say otherwise of a link; its fields are those of its line."""

    role: str
    ordinal: int
    editorial: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class SecondReading:
    """A second reading: the page's line of stories, if it has a story still, what changes in its line of pages, the
    kind that its links tell of it, and what changes in the line of each link, in their order.
    """

    story: Record | None
    page: Mapping[str, Any]
    kind: str
    links: tuple[LinkJudged, ...]


class SecondReadings(PrivateDatabase):
    """Second readings by the keys of their pages."""

    def __init__(self) -> None:
        super().__init__("CREATE TABLE reading(url_key TEXT PRIMARY KEY, id TEXT, told BLOB) WITHOUT ROWID")
        self._count = 0
        # The links of a page stand together: one look tells for all of them.
        self._last: tuple[str, SecondReading | None] = ("", None)

    def __len__(self) -> int:
        return self._count

    def add(self, key: str, reading: SecondReading) -> None:
        """Add the reading of a page; a later one of the same page takes its place."""
        story = reading.story["article"]["id"] if reading.story else None
        told = dumps([reading.story, dict(reading.page), reading.kind, [list(link) for link in reading.links]])
        self._db.execute("INSERT OR REPLACE INTO reading VALUES(?, ?, ?)", (key, story, told))
        self._count += 1

    def of(self, key: str) -> SecondReading | None:
        """The second reading of a page, if it has one."""
        if key != self._last[0]:
            row = self._db.execute("SELECT told FROM reading WHERE url_key = ?", (key,)).fetchone()
            self._last = key, _reading(row[0]) if row else None
        return self._last[1]

    def stories(self) -> Iterator[tuple[str, str]]:
        """(url_key, id) of every page that has a story."""
        yield from self._db.execute("SELECT url_key, id FROM reading WHERE id IS NOT NULL ORDER BY url_key")


def _reading(told: bytes) -> SecondReading:
    story, page, kind, links = orjson.loads(told)
    return SecondReading(story, page, kind, tuple(LinkJudged(*link) for link in links))
