"""Visits: what a crawl knows of each address from its last visit, in its ledger. A crawl hands them to the next one.

A visit says what to ask the server with (its validators), how often the page changed, and where the bytes stand that
an unchanged answer repeats: in the crawl's own archive, or in that of an earlier one, named relative to the folder.
"""

from __future__ import annotations

import os
import posixpath
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path

from portal_crawler.database_sqlite import open_to_read, read_only
from portal_crawler.errors import UsageError
from portal_crawler.frontier.revisit import VisitHistory
from portal_crawler.page.kind import PageKind

SCHEMA = """
CREATE TABLE visits (
    url_key TEXT PRIMARY KEY, kind TEXT NOT NULL, status INTEGER NOT NULL, digest TEXT NOT NULL, text TEXT,
    story TEXT, etag TEXT, last_modified TEXT,
    crawl TEXT, warc_file TEXT, warc_offset INTEGER, record_id TEXT,
    first_seen REAL NOT NULL, born REAL NOT NULL, visits INTEGER NOT NULL, changes INTEGER NOT NULL,
    found INTEGER NOT NULL, last_visit REAL, last_change REAL, seconds REAL NOT NULL, quiet REAL NOT NULL,
    changed REAL NOT NULL
) WITHOUT ROWID;
"""
_HISTORY = tuple(field.name for field in fields(VisitHistory))
_COLUMNS = (
    *("url_key", "kind", "status", "digest", "text", "story", "etag", "last_modified"),
    *("crawl", "warc_file", "warc_offset", "record_id"),
    *_HISTORY,
)
_PUT = f"INSERT OR REPLACE INTO visits ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_GET = f"SELECT {', '.join(_COLUMNS)} FROM visits WHERE url_key = ?"  # noqa: S608
# Of the crawl before: what was fetched, what was to be, and what was not due. What its rules refused is found again,
# and a probe (``engine.absent_answers``) is no page.
_TO_VISIT = f"""
SELECT f.url, f.url_key, f.host, f.depth, f.via, f.hops, v.kind, {", v.".join(("", *_HISTORY))[2:]}
FROM earlier.frontier AS f LEFT JOIN earlier.visits AS v USING (url_key)
WHERE (f.state IN ('done', 'failed', 'queued', 'in_flight') OR f.reason = 'not_due') AND f.hops NOT LIKE '%P'
ORDER BY f.id
"""  # noqa: S608
_DONE = "\n"


@dataclass(frozen=True, slots=True)
class ContentPlace:
    """Where a response record stands: ``crawl`` is the folder, relative to the crawl's own ("" for its own)."""

    crawl: str
    file: str
    offset: int
    record_id: str


@dataclass(frozen=True, slots=True)
class Visit:
    """The last visit of an address.

    ``digest`` is the payload's, ``text`` that of the text of the story that was read there, ``story`` the story's id
    in the dataset. ``etag`` and ``last_modified`` are
    the validators as the server sent them. ``content`` is where the response stands that an unchanged answer repeats;
    ``None`` where no answer may (an error page, a short payload, nothing archived).
    """

    url_key: str
    kind: PageKind
    status: int
    digest: str
    text: str | None
    story: str | None
    etag: str | None
    last_modified: str | None
    content: ContentPlace | None
    history: VisitHistory


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """An address of the crawl before, how it was found then, and its visits; ``history`` is ``None`` if none."""

    url: str
    url_key: str
    host: str
    depth: int
    via: str | None
    hops: str
    kind: PageKind
    history: VisitHistory | None


# What ``dataclasses.astuple`` gives, in a twentieth of its time.
_place_of = attrgetter(*(field.name for field in fields(ContentPlace)))
_history_of = attrgetter(*_HISTORY)


class Visits:
    """The visits of one ledger. They change within its transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, url_key: str) -> Visit | None:
        """The last visit of an address."""
        row = self._db.execute(_GET, (url_key,)).fetchone()
        if row is None:
            return None
        key, kind, status, digest, text, story, etag, modified, crawl, file, offset, record_id, *history = row
        content = None if file is None else ContentPlace(crawl, file, offset, record_id)
        return Visit(key, PageKind(kind), status, digest, text, story, etag, modified, content, VisitHistory(*history))

    def put(self, visit: Visit) -> None:
        """Note a visit in place of the one before."""
        place = _place_of(visit.content) if visit.content else (None, None, None, None)
        head = (visit.url_key, visit.kind.value, visit.status, visit.digest, visit.text, visit.story)
        self._db.execute(_PUT, (*head, visit.etag, visit.last_modified, *place, *_history_of(visit.history)))

    def set_stories(self, stories: Iterable[tuple[str, str]]) -> None:
        """Note under which id each story stands in the settled dataset: (url_key, id)."""
        self._db.executemany("UPDATE visits SET story = ? WHERE url_key = ?", [(story, key) for key, story in stories])

    @contextmanager
    def taken_over(self, ledger: Path, folder: str) -> Iterator[Iterator[KnownAddress]]:
        """Copy the visits of an earlier crawl, and give its addresses in the order in which they were found.

        What happens within is committed there: the earlier ledger is let go at the end.

        :param ledger: the earlier crawl's ledger, which is only read.
        :param folder: its folder relative to the crawl's own.
        :raises UsageError: where it is no ledger that can be gone on from.
        """
        try:
            self._db.execute("ATTACH ? AS earlier", (read_only(ledger),))
            self._copy(folder)
        except sqlite3.DatabaseError as error:
            cure = "name the folder of a crawl that this version made"
            raise UsageError(str(ledger), f"is no ledger that a crawl can go on from ({error})", cure) from error
        yield self._known()
        self._db.execute("DETACH earlier")

    def _known(self) -> Iterator[KnownAddress]:
        for row in self._db.execute(_TO_VISIT):
            url, key, host, depth, via, hops, kind, *history = row
            seen = VisitHistory(*history) if kind else None
            yield KnownAddress(url, key, host, depth, via, hops, PageKind(kind or PageKind.OTHER), seen)

    def _copy(self, folder: str) -> None:
        columns = ", ".join(_COLUMNS)
        self._db.execute(f"INSERT INTO visits ({columns}) SELECT {columns} FROM earlier.visits")  # noqa: S608
        for crawl in [crawl for (crawl,) in self._db.execute("SELECT DISTINCT crawl FROM visits WHERE crawl NOTNULL")]:
            path = posixpath.normpath(posixpath.join(folder, crawl))
            # A mark of what is done, so that no folder is taken for one that another was just renamed to.
            self._db.execute("UPDATE visits SET crawl = ? WHERE crawl = ?", (_DONE + path, crawl))
        self._db.execute("UPDATE visits SET crawl = substr(crawl, 2) WHERE substr(crawl, 1, 1) = ?", (_DONE,))


def content_folders(ledger: Path) -> list[str]:
    """The folders, relative to the crawl's own, of the earlier crawls whose archives hold content of one.

    :param ledger: the crawl's ledger; none are named by one that is not there, or is damaged.
    :raises StateError: where its journal cannot be read in a folder that cannot be written.
    """
    try:
        with open_to_read(ledger) as db:
            rows = db.execute("SELECT DISTINCT crawl FROM visits WHERE crawl != '' ORDER BY crawl").fetchall()
    except sqlite3.DatabaseError:
        return []
    return [str(crawl) for (crawl,) in rows]


def relative_folder(earlier: Path, folder: Path) -> str:
    """How a crawl's ledger names the folder of another crawl, so that both can be moved together."""
    return Path(os.path.relpath(earlier.resolve(), folder.resolve())).as_posix()
