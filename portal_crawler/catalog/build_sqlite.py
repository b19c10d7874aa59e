"""Build: bring a crawl's catalog up to its files. A heap of lines is one transaction, with the length it reaches to.

What only grew is read on from where the last build ended; after anything else the catalog is made anew beside the old
one, which is read until the new one takes its name. A kill leaves a catalog that the next build goes on with.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from enum import Enum
from itertools import islice
from pathlib import Path

import orjson

from portal_crawler.catalog.fill_sqlite import FILLS
from portal_crawler.catalog.place_disk import NEW, catalog_path, locked
from portal_crawler.catalog.schema_sqlite import connected, create, is_current
from portal_crawler.catalog.source_disk import Read, Source, lines_between, mark_of, sources_of, still_holds
from portal_crawler.disk import check_database, writing
from portal_crawler.errors import DamagedFileError, StateError

# Lines of one transaction: its rows stay in memory until it is committed.
_HEAP = {"articles": 500, "stories": 500, "links": 20_000}
_USUAL_HEAP = 5_000
# SQLite's page cache while it is filled, in KiB.
_CACHE = 48 * 1024

Progress = Callable[[int, int], None]
"""Is told how many bytes of the crawl's files are read, of how many."""


def update(folder: Path, progress: Progress = lambda done, of: None, *, wait: bool = True) -> Path:
    """Bring the catalog of a crawl up to date and say where it lies. Nothing to do costs a look at six files.

    :param wait: whether to wait for another process that is making it; without, the old one is given as it is.
    :raises DamagedFileError: at a line that is no record.
    :raises StateError: where the catalog cannot be made.
    :raises DiskFullError: where there is no room for it.
    """
    path = catalog_path(folder)
    if standing(path, folder) is Standing.CURRENT:
        return path
    with locked(path, wait=wait) as held:
        if held:
            try:
                _bring_up(path, folder, progress)
            except sqlite3.DatabaseError as error:
                check_database(error, str(path), "free some space: the catalog is made again from the crawl's files")
                problem = f"cannot be written ({error})"
                raise StateError(str(path), problem, "remove it: it is made again from the crawl's files") from error
    return path


def _bring_up(path: Path, folder: Path, progress: Progress) -> None:
    usable = (Standing.CURRENT, Standing.GROWN)
    sources = sources_of(folder)
    fresh = path.with_name(path.name + NEW)
    if not path.exists() or standing(path, folder) in usable:
        _fill(path, folder, sources, progress)
        return
    if standing(fresh, folder) not in usable:
        for tail in ("", "-journal"):
            fresh.with_name(fresh.name + tail).unlink(missing_ok=True)
    _fill(fresh, folder, sources, progress)
    with writing(path):
        path.with_name(path.name + "-journal").unlink(missing_ok=True)  # of the old one, killed as it was written
        fresh.replace(path)


def _fill(path: Path, folder: Path, sources: list[Source], progress: Progress) -> None:
    if not is_current(path):
        create(path)
    with closing(connected(path)) as db:
        # It can be made again: a power cut may cost its last transaction, and never its form. Readers wait only while
        # a transaction is written out.
        for pragma in ("synchronous = NORMAL", f"cache_size = -{_CACHE}", "cache_spill = OFF", "busy_timeout = 20000"):
            db.execute(f"PRAGMA {pragma}")
        known = _read_sources(db)
        done, whole = sum(read.length for read in known.values()), sum(source.length for source in sources)
        for source in sources:
            reached = known[source.name].length if source.name in known else 0
            for reached_now in _fill_from(db, folder, source, reached):
                done += reached_now - reached
                reached = reached_now
                progress(done, whole)


def _fill_from(db: sqlite3.Connection, folder: Path, source: Source, start: int) -> Iterator[int]:
    """Read a file on from ``start``; gives the offset that each transaction reached."""
    path = folder / source.file
    lines = lines_between(path, start, source.length)
    while True:
        heap = list(islice(lines, _HEAP.get(source.name, _USUAL_HEAP)))
        end = heap[-1][0] + len(heap[-1][1]) if heap else start
        db.execute("BEGIN IMMEDIATE")
        try:
            FILLS[source.name](db, heap)
            row = (*(source.name, source.file, source.inode, source.changed), end, source.length, mark_of(path, end))
            db.execute("INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        except BaseException as error:
            if db.in_transaction:  # SQLite ends it by itself where there is no room
                db.execute("ROLLBACK")
            if isinstance(error, orjson.JSONDecodeError | KeyError | TypeError | AttributeError):
                cure = f"see what is wrong with the crawl: portal-crawler verify {folder}"
                place = f"between bytes {start} and {end}"
                raise DamagedFileError(str(path), f"holds a line that is no record ({error})", cure, place) from error
            raise
        db.execute("COMMIT")
        yield end
        if not heap:
            return
        start = end


class Standing(Enum):
    """What a catalog is to its crawl: CURRENT says all, GROWN lacks only what was added since; REPLACED speaks of files
    that are no longer there, and MISSING is not made yet, or by another version.
    """

    CURRENT = "current"
    GROWN = "grown"
    REPLACED = "replaced"
    MISSING = "missing"


def standing(path: Path, folder: Path) -> Standing:
    """How the catalog in a file stands to the crawl in a folder. Costs a look at six files and the ledger."""
    if not is_current(path):
        return Standing.MISSING
    try:
        with closing(connected(path)) as db:
            db.execute("PRAGMA busy_timeout = 20000")
            known = _read_sources(db)
    except sqlite3.OperationalError:
        if not path.exists():
            return Standing.MISSING  # it was removed just now
        raise  # held by another process for too long, or no room
    except sqlite3.DatabaseError:
        return Standing.MISSING  # damaged: it is made again
    now = {source.name: source for source in sources_of(folder)}
    if not all(name in now and still_holds(folder, read, now[name]) for name, read in known.items()):
        return Standing.REPLACED
    grown = known.keys() != now.keys() or any(read.seen != now[name].length for name, read in known.items())
    return Standing.GROWN if grown else Standing.CURRENT


def _read_sources(db: sqlite3.Connection) -> dict[str, Read]:
    return {name: Read(*rest) for name, *rest in db.execute("SELECT * FROM source")}
