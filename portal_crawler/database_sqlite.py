"""Database: how a SQLite file is opened by one who only reads it, also on a medium that cannot be written.

A file in WAL mode (https://www.sqlite.org/wal.html) has its newest transactions in a journal beside it, ``-wal``, and
an index of that in ``-shm``. SQLite wants to make both for readers too, so that in a folder where they are missing and
may not be made (a disc, a snapshot, another user's folder) nothing could be read. A ledger that is closed is therefore
one file, without a journal; and one whose journal is empty is read as a file that nobody writes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from portal_crawler.errors import StateError

# Where a file says what its readers must know, and what it says in WAL mode (https://www.sqlite.org/fileformat2.html).
_READ_VERSION, _WAL = 19, b"\x02"


def read_only(path: Path) -> str:
    """The URI by which a SQLite file is opened to be read.

    What a process that was killed had begun to write (``-journal``) is undone first, which a reader may not do.

    :raises StateError: where a journal holds what cannot be read in a folder that cannot be written.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    wal, index, undo = (path.with_name(path.name + tail) for tail in ("-wal", "-shm", "-journal"))
    if os.access(path.parent, os.W_OK):
        if undo.exists():
            _undo(path)
        return uri
    if wal.exists() and index.exists():
        return uri
    if pending := next((one for one in (wal, undo) if one.exists() and one.stat().st_size), None):
        problem = f"was not closed, and {pending.name} cannot be read in a folder that cannot be written"
        raise StateError(str(path), problem, "copy the whole folder to where it can be written, and use the copy")
    return f"{uri}&immutable=1" if _is_in_wal_mode(path) else uri


@contextmanager
def open_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file, open to be read (:func:`read_only`) and closed at the end.

    :raises StateError: as :func:`read_only` does.
    """
    with closing(sqlite3.connect(read_only(path), uri=True)) as database:
        yield database


def _undo(path: Path) -> None:
    uri = f"{path.absolute().as_uri()}?mode=rw"  # which makes no new one, where it was just removed
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(uri, uri=True)) as db:
        db.execute("SELECT count(*) FROM sqlite_master")  # where it fails, who reads it is told so


def _is_in_wal_mode(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(_READ_VERSION + 1)[_READ_VERSION:] == _WAL
    except OSError:
        return False  # SQLite says what is the matter


def fold_journal(db: sqlite3.Connection) -> None:
    """Take the journal into the file, which is to be closed: it is then whole without files beside it.

    Where others have the file open, or its disk is full, it keeps its journal, which is as safe.
    """
    db.execute("PRAGMA busy_timeout = 0")
    try:
        db.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        return
