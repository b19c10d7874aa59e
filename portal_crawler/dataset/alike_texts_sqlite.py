"""Alike texts: those that share much of their words, be they one story or not.

A crawl asks whether two texts are one story, and numbers speak against it. What is learned from one and tested with the
other asks for less: they must not stand in two splits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from portal_crawler.dataset.bands import band_keys, overlap
from portal_crawler.dedup.fingerprints import Prints
from portal_crawler.records.private_database_sqlite import PrivateDatabase

# So much of two texts is the same, or of the shorter one. Published sets take 0.7 to 0.85 of both for copies; here a
# pair too many does no harm.
ALIKE, CONTAINED = 0.4, 0.7
_SCHEMA = "CREATE TABLE band(key INTEGER, number INTEGER)"


class AlikeTexts(PrivateDatabase):
    """Texts by their numbers. Fill with ``add``, then ask for ``pairs``."""

    def __init__(self) -> None:
        super().__init__(_SCHEMA)

    def add(self, number: int, prints: Prints) -> None:
        """Add a text."""
        self._db.executemany("INSERT INTO band VALUES(?, ?)", [(key, number) for key in band_keys(prints)])

    def pairs(self, prints_of: Callable[[int], Prints]) -> Iterator[tuple[int, int, float]]:
        """Texts that are alike, as (number, number of one before it, how much of the shorter is in both).

        Of the texts that meet under a key each is compared with the first and with the one before it.
        """
        rows = self._db.execute(
            "SELECT key, number FROM band WHERE key IN (SELECT key FROM band GROUP BY key HAVING count(*) > 1) "
            "ORDER BY key, number"
        )
        seen = set[int]()
        for _, group in groupby(rows, key=lambda row: row[0]):
            first, *others = [number for _, number in group]
            before = first
            for number in others:
                for other in {first, before}:
                    if (pair := number << 32 | other) in seen:
                        continue
                    seen.add(pair)
                    alike, contained = overlap(prints_of(number), prints_of(other))
                    if alike >= ALIKE or contained >= CONTAINED:
                        yield number, other, contained
                before = number
