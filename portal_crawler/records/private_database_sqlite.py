"""Private database: a table that is too large for memory and that nobody needs when the work is done.

It spills to disk where SQLite keeps its temporary files, and nothing outlives it.
"""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Self

from portal_crawler.disk import check_database

_CURE = "free some space there, or name another folder in SQLITE_TMPDIR, and run the same command again"


class PrivateDatabase:
    """A database without a name, of one ``schema``. Use from one thread; close after use.

    As a context manager it tells of a disk that is full, or cannot be written, as ``DiskFullError``.
    """

    def __init__(self, schema: str) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;" + schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()
        tell_full(error)


def tell_full(error: BaseException | None) -> None:
    """Of what SQLite raised, tell a full disk of its temporary files.

    :raises DiskFullError: where it is.
    """
    check_database(error, "SQLite's temporary file", _CURE)
