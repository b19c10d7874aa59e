"""Near postings: the stories of an index by the keys under which later texts find them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from operator import itemgetter

from portal_crawler.dedup.near_meeting import AT_ONCE

# Keys are looked up by the hundred, so that few different statements are prepared.
_MEETING = f"SELECT document FROM posting WHERE print IN ({','.join('?' * AT_ONCE)})"  # noqa: S608


class NearPostings:
    """Those of an index whose database is open; keys are signed numbers of 32 bits."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database

    def put(self, story: int, keys: Iterable[int]) -> None:
        """Let a story be found under these keys; fastest where they ascend."""
        self._db.executemany("INSERT OR IGNORE INTO posting VALUES (?, ?)", [(key, story) for key in keys])

    def take_out(self, story: int, keys: Iterable[int]) -> None:
        """Let a story no longer be found under these keys."""
        self._db.executemany("DELETE FROM posting WHERE print = ? AND document = ?", [(key, story) for key in keys])

    def clear(self) -> None:
        """Let no story be found."""
        self._db.execute("DELETE FROM posting")

    def under(self, key: int) -> list[int]:
        """The stories under a key, in order."""
        query = "SELECT document FROM posting WHERE print = ? ORDER BY document"
        return [story for (story,) in self._db.execute(query, (key,))]

    def meeting(self, keys: list[int]) -> dict[int, int]:
        """Every story that is found under any of these keys, and under how many."""
        hits = Counter[int]()
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            some += some[-1:] * (AT_ONCE - len(some))
            # Counted here: SQLite would sort the rows first, which takes longer than to hand them over.
            hits.update(map(itemgetter(0), self._db.execute(_MEETING, some)))
        return hits
