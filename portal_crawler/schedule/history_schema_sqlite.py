"""History schema: the tables of a schedule's history, and the steps by which an older file comes to them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal_crawler import disk
from portal_crawler.database_sqlite import read_only
from portal_crawler.errors import StateError

# "pcsh": what PRAGMA application_id says of a file that is a schedule's history.
FILE_ID = 0x70637368
# Each step is run once, in its order; a file says in its header (PRAGMA user_version) how many it has behind it.
STEPS = (
    """
    CREATE TABLE job (
        name TEXT PRIMARY KEY, known_since TEXT NOT NULL, settled_until TEXT NOT NULL, next_due TEXT
    ) WITHOUT ROWID;
    CREATE TABLE pause (job TEXT NOT NULL, since TEXT NOT NULL, until TEXT, PRIMARY KEY (job, since)) WITHOUT ROWID;
    CREATE TABLE run (
        id INTEGER PRIMARY KEY, job TEXT NOT NULL, due TEXT NOT NULL, state TEXT NOT NULL, not_before TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '', made_up INTEGER NOT NULL DEFAULT 0, folder TEXT, log TEXT,
        command TEXT NOT NULL DEFAULT '[]', follow_up INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0, quick_ends INTEGER NOT NULL DEFAULT 0,
        started TEXT, attempt_at TEXT, ended TEXT, exit_code INTEGER, pid INTEGER, pid_started INTEGER,
        stop_for TEXT, removed TEXT, removed_why TEXT,
        notice TEXT, notice_tries INTEGER NOT NULL DEFAULT 0, notice_at TEXT,
        UNIQUE (job, due)
    );
    CREATE INDEX run_open ON run (state) WHERE state IN ('waiting', 'starting', 'running', 'interrupted');
    CREATE INDEX run_notice ON run (notice) WHERE notice IN ('due', 'sending');
    CREATE INDEX run_due ON run (due);
    CREATE INDEX run_state ON run (state, due);
    """,
    "CREATE TABLE owner (schedule TEXT NOT NULL)",
)
# Seconds in which another process is expected to be ready with the file.
PATIENCE = 60.0
_PAUSE = 0.02


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into an error that names the file and the cure.

    :raises DiskFullError: where the disk, a quota or a limit is full.
    :raises StateError: where the file is damaged, of a newer program, or cannot be opened.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        disk.check_database(error, str(path), "free some space and run the same command again")
        cure = "restore it from a copy, or move it away: the history begins anew, and no crawl is lost"
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            cure = "another process works with it: run the same command again"
        raise StateError(str(path), f"cannot be used as history ({error})", cure) from error


def open_history(path: Path) -> sqlite3.Connection:
    """Open a history to be written, made where it is missing, and brought to today's form where it is an older one.

    :raises StateError: where it is no history, or was made by a newer program.
    :raises DiskFullError: where there is no room for it.
    """
    disk.make_folder(path.parent)
    with explained(path):
        database = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous = FULL")
            _prepare(database, path)
        except BaseException:
            database.close()
            raise
    return database


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    """Put the file into WAL mode and bring it to today's form.

    Where another process does so at the same instant, SQLite answers "locked" at once, however long it was told to wait
    (https://sqlite.org/c3ref/busy_handler.html: a wait could be a deadlock), so it is asked again.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            _bring_forward(database, path)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
            if database.in_transaction:
                database.execute("ROLLBACK")
            time.sleep(_PAUSE)
        else:
            return


def open_to_read(path: Path) -> sqlite3.Connection | None:
    """Open a history to be read alone; ``None`` where there is none yet.

    :raises StateError: where it is no history, or one of another form than today's.
    """
    if not path.exists():
        return None
    with explained(path):
        database = sqlite3.connect(read_only(path), uri=True, timeout=PATIENCE)
        behind = _steps_behind(database, path)
    if behind == 0:
        database.close()
        return None
    if behind < len(STEPS):
        database.close()
        raise StateError(str(path), "was made by an older program", "run: portal-crawler schedule tick")
    return database


def _steps_behind(database: sqlite3.Connection, path: Path) -> int:
    # In one statement: another process may be at it.
    mark, behind, tables = database.execute(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)"
        " FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    if mark != FILE_ID and (tables or behind or mark):
        raise StateError(str(path), "is no history of a schedule", "name another file with --history")
    if behind > len(STEPS):
        problem = f"was made by a newer program (form {behind}, known here: {len(STEPS)})"
        raise StateError(str(path), problem, "use that program")
    return int(behind)


def _bring_forward(database: sqlite3.Connection, path: Path) -> None:
    """Run the steps that are missing, in one transaction that one process has at a time."""
    if _steps_behind(database, path) == len(STEPS):
        return
    database.execute("BEGIN IMMEDIATE")
    behind = _steps_behind(database, path)
    for number, step in enumerate(STEPS[behind:], start=behind + 1):
        for statement in filter(str.strip, step.split(";")):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {number}")
    database.execute(f"PRAGMA application_id = {FILE_ID}")
    database.execute("COMMIT")
