"""Story index: the fingerprints of a crawl's stories, and of those before it, without what was taken down.

The crawl's own rows are made anew when the dataset is settled again; here are those that it took over.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from portal_crawler.disk import check_database
from portal_crawler.takedown.ledger_copy_sqlite import copy_database


def copy_index(path: Path, new: Path, keys: Iterable[str], earlier: Iterable[tuple[str, Path]] = ()) -> None:
    """Copy an index without the pages of some addresses.

    :param keys: their keys.
    :param earlier: (name, index) of earlier crawls that were changed too: which article a page of theirs stands in.
    :raises DiskFullError: where there is no room.
    """
    copy_database(path, new)
    try:
        with closing(sqlite3.connect(new, isolation_level=None)) as db:
            db.execute("PRAGMA secure_delete = ON")
            hashed = [(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:16],) for key in keys]
            rows = [row for key in hashed for row in db.execute("SELECT document, key FROM page WHERE key = ?", key)]
            numbers = [(number,) for number, _ in rows]
            db.executemany("UPDATE document SET of = NULL, kind = NULL WHERE of = ?", numbers)
            db.executemany("DELETE FROM document WHERE number = ?", numbers)
            db.executemany("DELETE FROM posting WHERE document = ?", numbers)
            db.executemany("DELETE FROM page WHERE document = ?", numbers)
            for name, index in earlier:
                _take_articles(db, name, index)
            db.execute("VACUUM")
    except sqlite3.DatabaseError as error:
        check_database(error, str(new), "free some space and run the same command again: nothing has changed")
        raise


def _take_articles(db: sqlite3.Connection, name: str, index: Path) -> None:
    """What an earlier crawl's pages stand in now."""
    db.execute("ATTACH ? AS before", (str(index),))
    db.execute(
        "UPDATE page SET article = (SELECT article FROM before.page AS one WHERE one.key = page.key)"
        " WHERE crawl = ? AND EXISTS (SELECT 1 FROM before.page AS one WHERE one.key = page.key)",
        (name,),
    )
    db.execute("DETACH before")
