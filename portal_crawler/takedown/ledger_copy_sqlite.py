"""Ledger copy: a crawl's ledger without the visits of what was taken down, and with the new places of the rest.

The copy is made anew from the rows that stay, so that no page of the file holds what went.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal_crawler.database_sqlite import open_to_read
from portal_crawler.disk import make_folder, sync_file
from portal_crawler.frontier.ledger_file_sqlite import trouble_with
from portal_crawler.frontier.scope import TAKEDOWN
from portal_crawler.takedown.warc_cut import WarcCut

# Places of the rows of one file are changed in heaps.
_HEAP = 1_000


@dataclass(frozen=True, slots=True)
class Skip:
    """A row of the frontier that is skipped from now on: as its line in ``skipped.jsonl`` tells it."""

    url: str
    url_key: str
    via: str | None
    depth: int


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """``rules`` are the keys that go, each with the rule to tell; ``cuts`` those of the crawl's own files by name;
    ``cut_of`` finds that of a file of an earlier crawl by the folder as the ledger names it; ``lengths`` are the new
    committed lengths; ``stories`` the ids of stories of several pages.
    """

    rules: Mapping[str, str]
    cuts: Mapping[str, WarcCut]
    cut_of: Callable[[str, str], WarcCut | None]
    lengths: Mapping[str, int]
    stories: Sequence[tuple[str, str]] = ()


def copy_database(path: Path, new: Path) -> None:
    """Copy a database, and bring all that stands in its journal into the file itself.

    :raises DiskFullError: where there is no room.
    :raises StateError: where it is damaged.
    """
    make_folder(new.parent)
    new.unlink(missing_ok=True)
    with _told(path), closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("VACUUM INTO ?", (str(new),))


def skips_of(path: Path, keys: Mapping[str, str]) -> list[Skip]:
    """The rows of the frontier that go from what was fetched, failed or skipped, in order of discovery."""
    query = (
        "SELECT id, url, url_key, via, depth FROM frontier WHERE url_key = ? AND state NOT IN ('queued','in_flight')"
    )
    with _told(path), open_to_read(path) as db:
        rows = [row for key in keys for row in db.execute(query, (key,))]
    return [Skip(*row[1:]) for row in sorted(rows)]


def change_ledger(new: Path, change: LedgerChange) -> None:
    """Change a copy; afterwards it is whole and on the disk.

    :raises DiskFullError: where there is no room.
    """
    with _told(new), closing(sqlite3.connect(new, isolation_level=None)) as db:
        db.executescript("PRAGMA synchronous = OFF; PRAGMA secure_delete = ON; BEGIN;")
        update = (
            "UPDATE frontier SET state = 'skipped', reason = ?, rule = ?, warc_file = NULL, warc_offset = NULL,"
            " status = NULL, digest = NULL WHERE url_key = ? AND state NOT IN ('queued', 'in_flight')"
        )
        db.executemany(update, [(TAKEDOWN, rule, key) for key, rule in change.rules.items()])
        db.executemany("DELETE FROM visits WHERE url_key = ?", [(key,) for key in change.rules])
        _move_rows(db, change.cuts)
        _move_visits(db, change.cut_of)
        db.executemany("UPDATE visits SET story = ? WHERE url_key = ?", [(story, key) for key, story in change.stories])
        db.executemany("INSERT OR REPLACE INTO outputs VALUES (?, ?)", list(change.lengths.items()))
        db.execute("COMMIT")
        db.execute("VACUUM")
    sync_file(new)


def _move_rows(db: sqlite3.Connection, cuts: Mapping[str, WarcCut]) -> None:
    for file, cut in cuts.items():
        rows = db.execute("SELECT warc_offset, id FROM frontier WHERE warc_file = ?", (file,)).fetchall()
        moved = [(cut.moved(offset), number) for offset, number in rows]
        db.executemany("UPDATE frontier SET warc_offset = ? WHERE id = ?", moved)
    db.execute("UPDATE frontier SET warc_file = NULL WHERE warc_offset IS NULL")


def _move_visits(db: sqlite3.Connection, cut_of: Callable[[str, str], WarcCut | None]) -> None:
    places = db.execute("SELECT DISTINCT crawl, warc_file FROM visits WHERE warc_file IS NOT NULL").fetchall()
    for crawl, file in places:
        cut = cut_of(crawl, file)
        if cut is None:
            continue
        query = "SELECT warc_offset, url_key FROM visits WHERE crawl = ? AND warc_file = ?"
        moved = [(cut.moved(offset), key) for offset, key in db.execute(query, (crawl, file)).fetchall()]
        db.executemany(
            "UPDATE visits SET warc_offset = ? WHERE url_key = ?", [row for row in moved if row[0] is not None]
        )
        # What an unchanged answer would repeat is gone: the address is asked in full.
        gone = [(key,) for offset, key in moved if offset is None]
        forget = (
            "UPDATE visits SET crawl = NULL, warc_file = NULL, warc_offset = NULL, record_id = NULL WHERE url_key = ?"
        )
        db.executemany(forget, gone)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What SQLite says of a full disk or a damaged file, as an error of ours."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise trouble_with(path, error) from error
