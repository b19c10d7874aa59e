"""Redirects: which address redirects to which, in the ledger: a circle is known whatever the order of the answers."""

from __future__ import annotations

import sqlite3

SCHEMA = """
CREATE TABLE redirects (url_key TEXT PRIMARY KEY, target TEXT NOT NULL) WITHOUT ROWID;
"""


class Redirects:
    """The redirects of a ledger, changed in its transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def note(self, key: str, target: str) -> None:
        """An address redirects to another; both by their keys."""
        self._db.execute("INSERT OR REPLACE INTO redirects VALUES (?, ?)", (key, target))

    def circle(self, key: str, most: int) -> list[str]:
        """The addresses of the circle of redirects through an address, which comes first, each before the one it
        redirects to; none where they do not lead back to it by ``most`` steps.
        """
        circle = [key]
        for _ in range(most + 1):
            row = self._db.execute("SELECT target FROM redirects WHERE url_key = ?", (circle[-1],)).fetchone()
            if row is None:
                return []
            if row[0] == key:
                return circle
            circle.append(row[0])
        return []
