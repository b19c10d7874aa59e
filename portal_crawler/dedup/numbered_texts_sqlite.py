"""Numbered texts: texts in an order, each with its number in it, in tables that nothing outlives."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

# Kilobytes for all of them: they are asked in no order, so that a larger cache would seldom have what is sought.
_CACHE = 500


class NumberedTexts:
    """Numbers count from 0; a text may have several. Of a database that is open, under a ``name`` of one's own.

    >>> database = sqlite3.connect(":memory:")
    >>> order = NumberedTexts(database, "page")
    >>> for text in (7, 9, 7):
    ...     order.add(text)
    >>> len(order), list(order), order.text(1), order.first(7)
    (3, [7, 9, 7], 9, 0)
    >>> database.close()
    """

    def __init__(self, database: sqlite3.Connection, name: str) -> None:
        self._db, self._texts, self._firsts = database, f"{name}_text", f"{name}_first"
        self._count = 0
        database.execute(f"PRAGMA temp.cache_size = -{_CACHE}")
        database.execute(f"CREATE TEMP TABLE {self._texts} (number INTEGER PRIMARY KEY, text INTEGER)")
        database.execute(f"CREATE TEMP TABLE {self._firsts} (text INTEGER PRIMARY KEY, number INTEGER)")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        """The text of each number, in order."""
        return (text for (text,) in self._db.execute(f"SELECT text FROM {self._texts} ORDER BY number"))  # noqa: S608

    def add(self, text: int) -> None:
        """Give the next number to a text."""
        self._db.execute(f"INSERT INTO {self._texts} VALUES (?, ?)", (self._count, text))  # noqa: S608
        self._db.execute(f"INSERT OR IGNORE INTO {self._firsts} VALUES (?, ?)", (text, self._count))  # noqa: S608
        self._count += 1

    def text(self, number: int) -> int:
        """The text that has a number."""
        return self._one(f"SELECT text FROM {self._texts} WHERE number = ?", number)  # noqa: S608

    def first(self, text: int) -> int:
        """The first number that a text has."""
        return self._one(f"SELECT number FROM {self._firsts} WHERE text = ?", text)  # noqa: S608

    def drop(self) -> None:
        """Take it out of the database."""
        for table in (self._texts, self._firsts):
            self._db.execute(f"DROP TABLE {table}")

    def _one(self, query: str, key: int) -> int:
        found: tuple[int] = self._db.execute(query, (key,)).fetchone()
        return found[0]
