"""Ledger counts: how many addresses of a crawl are in which state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal_crawler.database_sqlite import open_to_read
from portal_crawler.errors import DiskFullError, StateError
from portal_crawler.frontier.ledger_file_sqlite import LEDGER, wants_room


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """What goes wrong while a ledger is read, as an error of ours.

    :raises StateError: where there is no ledger, or it cannot be read.
    :raises DiskFullError: where SQLite finds no room for what it needs beside it.
    """
    if not path.exists():
        raise StateError(str(path), "is missing", "name the folder of a crawl")
    try:
        yield
    except sqlite3.DatabaseError as error:
        if wants_room(path, error):
            raise DiskFullError(str(path), "the disk is full", "free some space, then try again") from error
        raise StateError(str(path), f"cannot be read ({error})", "restore the folder from a copy") from error


def states(folder: Path) -> dict[str, int]:
    """The number of frontier rows by state (``queued``, ``in_flight``, ``done``, ``failed``, ``skipped``).

    :raises StateError: where the folder has no ledger, or it cannot be read.
    :raises DiskFullError: where SQLite finds no room for what it needs beside it.
    """
    path = folder / LEDGER
    with readable(path), open_to_read(path) as ledger:
        return dict(ledger.execute("SELECT state, count(*) FROM frontier GROUP BY state"))
