"""Near index: every text that was seen, by its fingerprints, and what was decided of it. SQLite in WAL mode.

A text that is a copy of none stands for its story. Of those, every second fingerprint that few stories have is a key
under which later texts find them, and the sixteen least of a short one: two texts that share eight miss each other once
in 256. So is every number, or pair of numbers, that few stories have after the same word: copies of a template's story
share little else that is rare.

What is decided while texts come in depends on their order; ``finalize`` decides all of it again, from the longest
text to the shortest, and gives the same result for any order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest, nsmallest
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from portal_crawler.dedup.fingerprints import Prints, Sketch
from portal_crawler.dedup.near_columns import (
    BITS_64,
    columns_of,
    hashes_in,
    keys_of,
    packed,
    signed,
    unpacked,
    verdict_in,
    whole_key_of,
)
from portal_crawler.dedup.near_frequent import features_of
from portal_crawler.dedup.near_rule import SAME_WORDS, NearKind, NearVerdict, verdict_of
from portal_crawler.dedup.near_schema_sqlite import damaged, open_index
from portal_crawler.dedup.numbered_texts_sqlite import NumberedTexts
from portal_crawler.dedup.story_counts import CrowdedCounts, StoryCounts, cells_for, crowded
from portal_crawler.errors import StateError

# Texts that a text is compared with: those with the most keys in common.
_COMPARED = 8
_LEAST_KEYS = 16
_LONG = 32
# Of more cells than these, those that matter are sought first when all is settled, in so many passes at most: bytes of
# memory.
_CELLS_HELD, _PASSES = 1 << 21, 16
# Sketches kept in memory for each megabyte of cache; one has 1.5 KB.
_SKETCHES = 64
# A text's keys are looked up by the hundred, so that few different statements are prepared.
_AT_ONCE = 100
_SKETCHES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """What was decided of a text: id and address, if known, of the one that it repeats, or resembles, and why."""

    of: str | None = None
    verdict: NearVerdict | None = None
    of_url: str | None = None

    @property
    def is_copy(self) -> bool:
        """Whether it is a copy, and no story of its own."""
        return self.verdict is not None and self.verdict.merges


_Decision = tuple[int | None, NearVerdict | None]


class NearIndex:
    """The index of a file, which is made where it is missing; "" keeps it nowhere. Use from one thread.

    What was added is on the disk after ``commit``, and only then: a kill leaves the index as of the last one.

    :param cache: megabytes of the file that are kept in memory.
    :param durable: whether a kill leaves the index as of the last commit; without it, it leaves nothing of use.
    :raises DamagedFileError: of a file that is no index, or was made by another algorithm.
    """

    def __init__(self, path: Path | str, cache: int = 64, *, durable: bool = True) -> None:
        self._path = str(path)
        self.database = open_index(path, cache, durable=durable)
        try:
            self._last: int = self.database.execute("SELECT coalesce(max(number), 0) FROM document").fetchone()[0]
            self._count_stories()
        except sqlite3.DatabaseError as error:
            self.database.close()
            raise damaged(path, f"cannot be read ({error})") from error
        self.sketch = lru_cache(_SKETCHES * cache)(self._read_sketch)
        # A fixed order of the documents, while all is decided again.
        self._order: NumberedTexts | None = None
        try:
            self.database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            self.database.close()
            raise StateError(self._path, f"is in use ({error})", "wait for the end of the other process") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __len__(self) -> int:
        return int(self.database.execute("SELECT count(*) FROM document").fetchone()[0])

    def commit(self) -> None:
        """Bring what was added to the disk."""
        self.database.execute("COMMIT")
        self.database.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        self.database.close()

    # -- adding

    def add(self, identifier: str, sketch: Sketch) -> Found:
        """Decide what a text is, and keep it. Of an id that is known, what was decided of it."""
        if known := self.found(identifier):
            return known
        if self._last >= self._counts.most:
            self._count_stories()
        of, verdict = self._decide(sketch)
        number = self._insert(identifier, sketch, of, verdict)
        self._count(sketch, verdict)
        if verdict is None or not verdict.merges:
            self._post(number, sketch)
        return self._told(of, verdict)

    def hold(self, identifier: str, sketch: Sketch, url: str | None = None) -> int | None:
        """Keep a text, for ``finalize`` to decide what it is, with its address, if that is to be told.

        :returns: its number, from 1 in the order in which texts came; ``None`` where its id is that of another text.
        """
        query = "SELECT number, whole FROM document WHERE id = ?"
        row: tuple[int, int] | None = self.database.execute(query, (packed(identifier),)).fetchone()
        if row is None:
            return self._insert(identifier, sketch, None, None, url)
        number, whole = row
        self.database.execute("UPDATE document SET title = ? WHERE number = ?", (sketch.title.tobytes(), number))
        return number if whole == signed(sketch.whole) else None

    def take(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Take over rows of another index, with their numbers. To be decided by ``finalize``."""
        self.database.executemany(_INSERT, rows)
        self._last = self.database.execute("SELECT coalesce(max(number), 0) FROM document").fetchone()[0]

    def forget(self, number: int) -> None:
        """Take a text out. To be decided by ``finalize``."""
        self.database.execute("UPDATE document SET of = NULL, kind = NULL WHERE of = ?", (number,))
        self.database.execute("DELETE FROM document WHERE number = ?", (number,))
        self.sketch.cache_clear()

    def _insert(
        self, identifier: str, sketch: Sketch, of: int | None, verdict: NearVerdict | None, url: str | None = None
    ) -> int:
        self._last += 1
        values = (
            self._last,
            packed(identifier),
            sketch.prints.tobytes(),
            sketch.numbers.tobytes(),
            sketch.pairs.tobytes(),
            sketch.tokens,
            signed(sketch.whole),
            signed(sketch.frame),
            sketch.title.tobytes(),
            of,
            *columns_of(verdict),
            url,
        )
        self.database.execute(_INSERT, values)
        return self._last

    def _post(self, number: int, sketch: Sketch) -> None:
        """Let later texts find one that stands for its story."""
        rare = self._counts.rare(sketch.prints)
        numbers = self._counts.rare(np.concatenate((sketch.numbers, sketch.pairs)))
        keys = {
            *keys_of(rare[rare % 2 == 0]),
            *keys_of(np.sort(rare)[:_LEAST_KEYS]),
            *keys_of(numbers),
            whole_key_of(sketch),
        }
        self.database.executemany(
            "INSERT OR IGNORE INTO posting VALUES (?, ?)", [(key, number) for key in sorted(keys)]
        )

    # -- deciding

    def _decide(self, sketch: Sketch) -> _Decision:
        number, best = None, None
        for candidate in self._equal(sketch) or self._candidates(keys_of(self._counts.rare(features_of(sketch)))):
            verdict = verdict_of(sketch, self.sketch(candidate), self._counts)
            if verdict and (best is None or _weight(verdict) > _weight(best)):
                number, best = candidate, verdict
        return number, best

    def _equal(self, sketch: Sketch) -> list[int]:
        """The stories of the same words."""
        numbers = [number for (number,) in self.database.execute(_MEETING_ONE, (whole_key_of(sketch),))]
        return [number for number in numbers if verdict_of(sketch, self.sketch(number), self._counts) == SAME_WORDS]

    def _candidates(self, keys: list[int]) -> list[int]:
        """The stories with the most keys in common."""
        hits = dict[int, int]()
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            some += some[-1:] * (_AT_ONCE - len(some))
            for number, count in self.database.execute(_MEETING, some):
                hits[number] = hits.get(number, 0) + count
        # A long text meets many by chance in one key, and a copy in more.
        least = 1 + (len(keys) > _LONG)
        often = nlargest(_COMPARED, (count for count in hits.values() if count >= least))
        first = self._order.first if self._order else int
        ranked = ((-count, first(number), number) for number, count in hits.items() if often and count >= often[-1])
        return [number for _, _, number in nsmallest(_COMPARED, ranked)]

    def _read_sketch(self, number: int) -> Sketch:
        *blobs, title, tokens, whole, frame = self.database.execute(_SKETCH_OF, (number,)).fetchone()
        prints, numbers, pairs = map(hashes_in, blobs)
        return Sketch(prints, numbers, pairs, tokens, whole % BITS_64, frame % BITS_64, hashes_in(title))

    def _count_stories(self) -> None:
        self._counts = StoryCounts(0)  # the room of the old ones, before there is another
        self._counts = StoryCounts(2 * self._last)
        for *blobs, kind in self.database.execute("SELECT prints, numbers, pairs, kind FROM document"):
            self._count_features(np.concatenate([hashes_in(blob) for blob in blobs]), kind)

    def _count(self, sketch: Sketch, verdict: NearVerdict | None) -> None:
        self._count_features(features_of(sketch), verdict.kind if verdict else None)

    def _count_features(self, features: Prints, kind: str | None) -> None:
        if kind != NearKind.EXACT:
            self._counts.add(features, copy=kind not in (None, NearKind.TEMPLATE_SIBLING))

    # -- what was decided

    def found(self, identifier: str) -> Found | None:
        """What was decided of a text; ``None`` of one that is not known."""
        query = "SELECT of, kind, similarity, reason FROM document WHERE id = ?"
        row = self.database.execute(query, (packed(identifier),)).fetchone()
        return self._told(row[0], verdict_in(*row[1:])) if row else None

    def _told(self, of: int | None, verdict: NearVerdict | None) -> Found:
        if of is None:
            return Found()
        identifier, url = self.database.execute("SELECT id, url FROM document WHERE number = ?", (of,)).fetchone()
        return Found(unpacked(identifier), verdict, url)

    def decisions(self) -> Iterator[tuple[str, Found]]:
        """Every id with what was decided of it, in the order in which they came."""
        for one, other, *row in self.database.execute(_DECISIONS):
            yield unpacked(one), Found(unpacked(other) if other is not None else None, verdict_in(*row))

    def copies(self) -> Iterator[tuple[int, int, NearVerdict]]:
        """The number of every copy, that of the text which stands for its story, and what was decided."""
        query = "SELECT number, of, kind, similarity, reason FROM document WHERE of IS NOT NULL ORDER BY number"
        for number, of, *row in self.database.execute(query):
            verdict = verdict_in(*row)
            if verdict is not None and verdict.merges:
                yield number, of, verdict

    def compared(self, one: int, other: int) -> NearVerdict | None:
        """What two texts are to each other, by their numbers."""
        return verdict_of(self.sketch(one), self.sketch(other), self._counts)

    # -- settling

    def finalize(self) -> None:
        """Decide all of it again, whatever the order in which it came, in one commit.

        Twice over: the first time shows which texts stand for stories, and so how many stories have a fingerprint.
        """
        self._order = NumberedTexts(self.database, "turn")
        for (number,) in self.database.execute("SELECT number FROM document ORDER BY tokens DESC, id"):
            self._order.add(number)
        self._counts = self._counts_of_all()
        for _ in self._decided_again(self._order, counting=True):
            pass
        for number, (of, verdict) in self._decided_again(self._order, counting=False):
            self.database.execute(DECIDED, (of, *columns_of(verdict), number))
        self.commit()
        self._order.drop()
        self._order = None

    def _counts_of_all(self) -> StoryCounts:
        """Empty counts with room for all texts; those of the same words count once."""
        stories = self.database.execute("SELECT count(DISTINCT whole) FROM document").fetchone()[0]
        size = cells_for(stories)
        if size <= _CELLS_HELD:
            return StoryCounts(stories)
        self._counts = StoryCounts(0)  # the room of the old ones
        return CrowdedCounts(size, crowded(self._features_of_all, size, max(_CELLS_HELD, size // _PASSES)))

    def _features_of_all(self) -> Iterator[Prints]:
        """What is counted of all texts, of hundreds at once."""
        rows = self.database.execute("SELECT prints, numbers, pairs FROM document")
        while some := rows.fetchmany(_SKETCHES_AT_ONCE):
            yield hashes_in(b"".join(chain.from_iterable(some)))

    def _decided_again(self, numbers: Iterable[int], *, counting: bool) -> Iterator[tuple[int, _Decision]]:
        self.database.execute("DELETE FROM posting")
        for number in numbers:
            sketch = self.sketch(number)
            of, verdict = self._decide(sketch)
            if counting:
                self._count(sketch, verdict)
            if verdict is None or not verdict.merges:
                self._post(number, sketch)
            yield number, (of, verdict)


# Writes what was decided of a text, and the number of the text that it repeats or resembles.
DECIDED = "UPDATE document SET of = ?, kind = ?, similarity = ?, reason = ? WHERE number = ?"
_INSERT = "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MEETING = f"SELECT document, count(*) FROM posting WHERE print IN ({','.join('?' * _AT_ONCE)}) GROUP BY 1"  # noqa: S608
_MEETING_ONE = "SELECT document FROM posting WHERE print = ? ORDER BY document"
_SKETCH_OF = "SELECT prints, numbers, pairs, title, tokens, whole, frame FROM document WHERE number = ?"
_DECISIONS = """
SELECT document.id, other.id, document.kind, document.similarity, document.reason
FROM document LEFT JOIN document AS other ON other.number = document.of ORDER BY document.number
"""


def _weight(verdict: NearVerdict) -> tuple[bool, bool, float]:
    return verdict.merges, verdict.kind is NearKind.EXACT, verdict.similarity
