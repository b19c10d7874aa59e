"""Private database: a table that is too large for memory and that nobody needs when the work is done.

It spills to disk where SQLite keeps its temporary files, and nothing outlives it.
"""

from __future__ import annotations

import sqlite3
from typing import Self

from portal_crawler.errors import DiskFullError

# What SQLite says of a full disk, and of a quota or limit.
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


class PrivateDatabase:
    """A database without a name, of one ``schema``. Use from one thread; close after use.

    As a context manager it tells of a disk that is full, or cannot be written, as ``DiskFullError``.
    """

    def __init__(self, schema: str) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;" + schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._db.close()
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in _NO_ROOM:
            cure = "free some space there, or name another folder in SQLITE_TMPDIR, and run the same command again"
            raise DiskFullError("SQLite's temporary file", f"cannot grow ({error})", cure) from error
