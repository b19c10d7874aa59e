"""Ledger file: how the ledger's file is made and locked, and what an error of SQLite on it means."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TextIO

from portal_crawler.disk import is_full, sync_folder, writing
from portal_crawler.errors import DiskFullError, StateError
from portal_crawler.frontier.doubts_sqlite import SCHEMA as DOUBTS
from portal_crawler.frontier.redirects_sqlite import SCHEMA as REDIRECTS
from portal_crawler.frontier.visits_sqlite import SCHEMA as VISITS

LEDGER, LOCK = "ledger.sqlite", "ledger.lock"
FORMAT = "5"
# Bytes that a disk must take to count as one with room: SQLite's shared memory grows by 32 KiB.
_PROBE = 64 * 1024
# Bytes by which one transaction lengthens the journal: 200 pages with all their links.
_GROWTH = 8 * 1024 * 1024

# Few rows each: what is asked for of a frontier of millions reads no more of it than it tells.
_BY_STATE = """
CREATE INDEX frontier_starts ON frontier (id) WHERE via IS NULL;
CREATE INDEX frontier_failed ON frontier (id) WHERE state = 'failed';
CREATE INDEX frontier_in_vain ON frontier (id) WHERE doubt = 1 AND find = 0;
"""
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE frontier (
    id INTEGER PRIMARY KEY, url_key TEXT NOT NULL UNIQUE, url TEXT NOT NULL, host TEXT NOT NULL, state TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0, depth INTEGER NOT NULL DEFAULT 0, hops TEXT NOT NULL DEFAULT '', via TEXT,
    tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, reason TEXT, rule TEXT,
    warc_file TEXT, warc_offset INTEGER, status INTEGER, digest TEXT,
    parent INTEGER, pattern INTEGER, doubt INTEGER NOT NULL DEFAULT 0, find INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX frontier_queue ON frontier (host, priority DESC, id) WHERE state = 'queued' AND doubt = 0;
CREATE INDEX frontier_claimed ON frontier (id) WHERE state = 'in_flight';
{_BY_STATE}
CREATE TABLE outputs (file TEXT PRIMARY KEY, committed_length INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE hosts (host TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
"""
# What brings a ledger of an older format to the next one, each in a transaction of its own.
_STEPS = {"4": ("5", _BY_STATE)}


def bring_forward(db: sqlite3.Connection, found: str | None) -> str | None:
    """Bring an open ledger of an older format to today's.

    :param found: its format.
    :returns: the format that it has now: another than today's where that is not known here.
    """
    while found in _STEPS:
        new, step = _STEPS[found]
        note = f"UPDATE meta SET value = '{new}' WHERE key = 'format'"  # noqa: S608 - our own names
        db.executescript(f"BEGIN IMMEDIATE; {step} {note}; COMMIT;")
        found = new
    return found


# SQLite's own limit of 512, less what it adds to the name of a journal.
_LONGEST_PATH = 500


def lock_folder(folder: Path) -> TextIO:
    """The open lock of a crawl's folder, which holds until it is closed.

    :raises StateError: where another process has it.
    """
    path = folder / LOCK
    handle = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.seek(0)
        pid = handle.read().strip() or "unknown"
        handle.close()
        raise StateError(
            str(folder), f"another crawl is running there (process {pid})", "wait for its end, or choose another --out"
        ) from error
    with writing(path):
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
    return handle


def refuse_in_use(folder: Path) -> None:
    """See that nothing is read of a crawl whose files are growing, and about to change their names.

    :raises StateError: where a process has the lock of the folder.
    """
    try:
        handle = (folder / LOCK).open(encoding="ascii", errors="replace")
    except OSError:
        return  # nobody crawled there
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = handle.read().strip() or "unknown"
            problem = f"its crawl is running (process {pid})"
            raise StateError(str(folder), problem, "wait for its end, or stop it with Ctrl-C") from error


def create_ledger(path: Path) -> None:
    """A new ledger, which gets its name when it is whole: a kill leaves none, or one that can be opened and read."""
    new = path.with_name(path.name + ".new")
    for tail in ("", "-journal", "-wal", "-shm"):
        new.with_name(new.name + tail).unlink(missing_ok=True)
    with closing(sqlite3.connect(new, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = FULL")
        db.executescript(f"BEGIN; {_SCHEMA} {VISITS} {REDIRECTS} {DOUBTS}")
        db.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
        db.execute("COMMIT")
    with writing(path):
        new.replace(path)
    sync_folder(path.parent)


def wants_room(path: Path, error: sqlite3.DatabaseError) -> bool:
    """Whether a statement on the database at ``path`` failed because its disk, a quota or a limit is full.

    SQLite says so of a full disk alone, and not where its shared memory finds no room. Then the disk itself is asked.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or "is full" in str(error):
        return True
    if code not in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return False
    files = (path, path.with_name(path.name + "-wal"))
    # One commit makes the journal longer, and a checkpoint the database by as much as the journal holds at most.
    longest = sum(file.stat().st_size for file in files if file.exists()) + _GROWTH
    try:
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            probe.seek(longest)
            probe.write(bytes(_PROBE))
            probe.flush()
    except OSError as full:
        return is_full(full)
    return False


def trouble_with(path: Path, error: sqlite3.DatabaseError) -> StateError | DiskFullError:
    """What an error of the ledger at ``path`` means for a person: a full disk, a disk in trouble, or a damaged file."""
    if wants_room(path, error):
        cure = "free some space and run the same command again: it goes on from here"
        return DiskFullError(str(path), "the disk is full", cure)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_BUSY:
        cure = "wait until that is ready, then run the same command again"
        return StateError(str(path), "is being read by another program", cure)
    if code == sqlite3.SQLITE_IOERR:
        cure = "check the disk, then run the same command again"
        return StateError(str(path), f"cannot be read or written ({error})", cure)
    if len(os.fsencode(path.absolute())) > _LONGEST_PATH:
        problem = f"cannot be opened: SQLite takes paths of {_LONGEST_PATH} bytes"
        return StateError(str(path), problem, "choose a folder with a shorter path")
    return StateError(str(path), f"is damaged ({error})", "restore it from a copy, or start anew with --fresh")
