"""Near postings: the stories of an index by the keys under which later texts find them.

Where it is known which keys the texts share, those of a single text are neither kept nor looked up.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from operator import itemgetter

import numpy as np

from portal_crawler.dedup.fingerprints import Prints
from portal_crawler.dedup.near_columns import keys_of
from portal_crawler.dedup.near_meeting import AT_ONCE
from portal_crawler.dedup.shared_keys import SharedKeys

# Keys are looked up by the hundred, and few of them by the dozen, so that few different statements are prepared.
_MEETING = {
    many: f"SELECT document FROM posting WHERE print IN ({','.join('?' * many)})"  # noqa: S608
    for many in (12, AT_ONCE)
}


class NearPostings:
    """Those of an index whose database is open; keys are signed numbers of 32 bits."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._shared: SharedKeys | None = None

    def put(self, story: int, keys: list[int]) -> None:
        """Let a story be found under these keys; fastest where they ascend."""
        rows = [(key, story) for key in self._that_meet(np.array(keys, np.int32).view(np.uint32))]
        self._db.executemany("INSERT OR IGNORE INTO posting VALUES (?, ?)", rows)

    def take_out(self, story: int, keys: Iterable[int]) -> None:
        """Let a story no longer be found under these keys."""
        self._db.executemany("DELETE FROM posting WHERE print = ? AND document = ?", [(key, story) for key in keys])

    def clear(self, shared: SharedKeys | None = None) -> None:
        """Let no story be found.

        :param shared: the keys that more than one of all texts has, those to come included.
        """
        self._shared = shared
        self._db.execute("DELETE FROM posting")

    def under(self, key: int) -> list[int]:
        """The stories under a key, in order."""
        if not self._that_meet(np.array([key], np.int32).view(np.uint32)):
            return []
        query = "SELECT document FROM posting WHERE print = ? ORDER BY document"
        return [story for (story,) in self._db.execute(query, (key,))]

    def meeting(self, prints: Prints) -> dict[int, int]:
        """Every story that is found under any of these fingerprints, and under how many."""
        hits = Counter[int]()
        for start in range(0, len(prints), AT_ONCE):
            if some := self._that_meet(prints[start : start + AT_ONCE]):
                many = next(many for many in _MEETING if many >= len(some))
                some += some[-1:] * (many - len(some))
                # Counted here: SQLite would sort the rows first, which takes longer than to hand them over.
                hits.update(map(itemgetter(0), self._db.execute(_MEETING[many], some)))
        return hits

    def _that_meet(self, prints: Prints) -> list[int]:
        """The keys of those that another text may have as well."""
        return keys_of(prints if self._shared is None else prints[self._shared.among(prints)])
