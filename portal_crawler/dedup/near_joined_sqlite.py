"""Near index that is settled elsewhere: its texts are decided by a join over all of them, in place of one by one."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

from portal_crawler.dedup.fingerprints import Sketch
from portal_crawler.dedup.near_frequent import features_of
from portal_crawler.dedup.near_index_sqlite import DECIDED, NearIndex
from portal_crawler.dedup.near_join import Decisions, Round

Join = Callable[[int, Iterator[Sketch]], tuple[Round, Decisions]]
"""Given the number of texts and their sketches in order, decides what all of them are (``near_join.decide``)."""

_IN_ORDER = "SELECT number FROM document ORDER BY tokens DESC, id"


class JoinedIndex(NearIndex):
    """An index that ``join`` settles: the same rows and counts as ``NearIndex.finalize`` leaves."""

    def __init__(self, path: Path | str, cache: int, *, durable: bool, join: Join) -> None:
        super().__init__(path, cache, durable=durable)
        self._join = join

    def finalize(self) -> None:
        """Decide all of it, in one commit."""
        numbers = array("i", (number for (number,) in self.database.execute(_IN_ORDER)))
        round_, decisions = self._join(len(numbers), map(self._read_sketch, numbers))
        self._begin_anew()
        for number, weight, story in zip(numbers, round_.weights, round_.stories, strict=True):
            if weight:
                self._counts.add(features_of(self._read_sketch(number)), copy=not story)
        for place, number in enumerate(numbers):
            if place not in decisions or not decisions[place][1].merges:
                self._post(number, self._read_sketch(number))
        self.database.execute("UPDATE document SET of = NULL, kind = NULL, similarity = NULL, reason = NULL")
        rows = (
            (numbers[of], str(verdict.kind), verdict.similarity, verdict.reason, numbers[place])
            for place, (of, verdict) in decisions.items()
        )
        self.database.executemany(DECIDED, rows)
        self.commit()
