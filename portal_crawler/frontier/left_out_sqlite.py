"""Left out: the addresses of a ledger that its crawl's scope refused, and those of them that a wider one takes up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from portal_crawler.frontier.address import COLUMNS, FrontierRow

# What a scope says of an address by its form alone.
_REASONS = ("offsite", "not_included", "excluded", "depth", "url_too_long")
# A batch of bound variables well below SQLite's limit.
_BATCH = 500
_LEFT_OUT = f"""
SELECT {COLUMNS} FROM frontier WHERE state = 'skipped' AND reason IN ({", ".join("?" * len(_REASONS))}) AND id > ?
ORDER BY id LIMIT {_BATCH}
"""  # noqa: S608
_QUEUE = """
UPDATE frontier SET state = 'queued', reason = NULL, rule = NULL, due = 0, doubt = 0, pattern = ? WHERE id = ?
"""
_START = """
UPDATE frontier SET depth = 0, hops = '', priority = ? WHERE url_key = ? AND state = 'queued' AND depth > 0
"""


class LeftOut:
    """The addresses of a ledger that the scope refused, changed in its transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def rows(self) -> Iterator[list[FrontierRow]]:
        """All of them, in order of discovery, a heap at a time; each heap may be changed before the next."""
        last = 0
        while found := [FrontierRow(*row) for row in self._db.execute(_LEFT_OUT, (*_REASONS, last)).fetchall()]:
            yield found
            last = found[-1].id

    def take_up(self, rows: Iterable[tuple[int, int | None]]) -> None:
        """Queue addresses, by their ids, each with the row of its pattern."""
        self._db.executemany(_QUEUE, [(pattern, number) for number, pattern in rows])

    def queued_among(self, keys: Sequence[str]) -> set[str]:
        """Those of some keys whose addresses wait to be fetched."""
        found: set[str] = set()
        for start in range(0, len(keys), _BATCH):
            part = keys[start : start + _BATCH]
            marks = ",".join("?" * len(part))
            query = f"SELECT url_key FROM frontier WHERE url_key IN ({marks}) AND state = 'queued'"  # noqa: S608
            found.update(key for (key,) in self._db.execute(query, part))
        return found

    def start_from(self, keys: Iterable[str], priority: int) -> None:
        """Addresses that a page led to have become starts, where they still wait."""
        self._db.executemany(_START, [(priority, key) for key in keys])
