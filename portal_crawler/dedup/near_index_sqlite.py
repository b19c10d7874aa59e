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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest, nsmallest
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from portal_crawler.dedup.fingerprints import Prints, Sketch
from portal_crawler.dedup.near_columns import (
    BITS_64,
    columns_of,
    hashes_in,
    packed,
    posted_keys,
    shifted_keys,
    signed,
    unpacked,
    verdict_in,
    whole_key_of,
)
from portal_crawler.dedup.near_counting_sqlite import count_text, counts_as_decided
from portal_crawler.dedup.near_frequent import features_of
from portal_crawler.dedup.near_meeting import COMPARED, LONG
from portal_crawler.dedup.near_postings_sqlite import NearPostings
from portal_crawler.dedup.near_rule import (
    NearKind,
    NearVerdict,
    comparable_with,
    have_same_words,
    verdict_by,
    verdict_of,
)
from portal_crawler.dedup.near_schema_sqlite import damaged, open_index
from portal_crawler.dedup.near_second_look import FirstLook, SecondLook
from portal_crawler.dedup.near_survey_sqlite import survey
from portal_crawler.dedup.numbered_texts_sqlite import NumberedTexts
from portal_crawler.dedup.story_counts import StoryCounts
from portal_crawler.errors import StateError

# Sketches kept in memory for each megabyte of cache; one has 1.5 KB.
_SKETCHES = 64
# Places of stories kept in memory while all is decided again: those that many texts meet are asked for again and again.
_PLACES = 4096


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


@dataclass(frozen=True, slots=True)
class _Decision:
    """The number of the text that one repeats or resembles, and why; ``is_open`` where other counts might decide
    otherwise, though it meets no more.
    """

    of: int | None
    verdict: NearVerdict | None
    is_open: bool

    @property
    def is_story(self) -> bool:
        return self.verdict is None or not self.verdict.merges


class NearIndex:
    """The index of a file, which is made where it is missing; "" keeps it nowhere. Use from one thread.

    What was added is on the disk after ``commit``, and only then: a kill leaves the index as of the last one.

    :param cache: megabytes of the file that are kept in memory.
    :param durable: whether a kill leaves the index as of the last commit, and a text may be added when all was decided;
        without it, neither.
    :raises DamagedFileError: of a file that is no index, or was made by another algorithm.
    """

    def __init__(self, path: Path | str, cache: int = 64, *, durable: bool = True) -> None:
        self._path = str(path)
        self._durable = durable
        self.database = open_index(path, cache, durable=durable)
        try:
            self._last: int = self.database.execute("SELECT coalesce(max(number), 0) FROM document").fetchone()[0]
            self._count_stories()
        except sqlite3.DatabaseError as error:
            self.database.close()
            raise damaged(path, f"cannot be read ({error})") from error
        self._postings = NearPostings(self.database)
        self.sketch = lru_cache(_SKETCHES * cache)(self._read_sketch)
        # A fixed order of the documents, while all is decided again.
        self._order: NumberedTexts | None = None
        self._place: Callable[[int], int] = int
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
        found = self._decide(sketch)
        number = self._insert(identifier, sketch, found.of, found.verdict)
        self._count(sketch, found.verdict)
        if found.is_story:
            self._post(number, sketch)
        return self._told(found.of, found.verdict)

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
        self._postings.put(number, posted_keys(sketch, self._counts))

    # -- deciding

    def _decide(self, sketch: Sketch, before: int | None = None) -> _Decision:
        """What a text is; while all is decided again, to the stories ``before`` a place in the order."""
        number, best = None, None
        candidates, is_open = self._equal(sketch, before), False
        if not candidates:
            candidates, is_open = self._candidates(sketch, before)
        are_comparable = comparable_with(sketch)
        for candidate in candidates:
            theirs = self.sketch(candidate)
            if not are_comparable(theirs):
                continue
            is_open = True
            verdict = verdict_by(sketch, theirs, self._counts)
            if verdict and (best is None or verdict.weight > best.weight):
                number, best = candidate, verdict
        return _Decision(number, best, is_open)

    def _equal(self, sketch: Sketch, before: int | None) -> list[int]:
        """The stories of the same words."""
        numbers = [number for number in self._postings.under(whole_key_of(sketch)) if self._comes(number, before)]
        return [number for number in numbers if sketch.tokens and have_same_words(sketch, self.sketch(number))]

    def _candidates(self, sketch: Sketch, before: int | None) -> tuple[list[int], bool]:
        """The stories with the most keys in common, and whether fewer keys might give others."""
        keys = self._counts.rare(features_of(sketch))
        # A long text meets many by chance in one key, and a copy in more.
        least = 1 + (len(keys) > LONG)
        hits = self._postings.meeting(keys)
        met = [(count, number) for number, count in hits.items() if count >= least and self._comes(number, before)]
        # A key that occurs twice may be looked up once or twice.
        is_open = len(met) > COMPARED or len(set(keys.tolist())) < len(keys)
        if len(met) < 2:
            return [number for _, number in met], is_open
        fewest = min(nlargest(COMPARED, (count for count, _ in met)), default=0)
        ranked = ((-count, self._place(number), number) for count, number in met if count >= fewest)
        return [number for _, _, number in nsmallest(COMPARED, ranked)], is_open

    def _comes(self, number: int, before: int | None) -> bool:
        return before is None or self._place(number) < before

    def _read_sketch(self, number: int) -> Sketch:
        *blobs, title, tokens, whole, frame = self.database.execute(_SKETCH_OF, (number,)).fetchone()
        prints, numbers, pairs = map(hashes_in, blobs)
        return Sketch(prints, numbers, pairs, tokens, whole % BITS_64, frame % BITS_64, hashes_in(title))

    def _count_stories(self) -> None:
        self._counts = StoryCounts(0)  # the room of the old ones, before there is another
        self._counts = counts_as_decided(self.database, 2 * self._last)

    def _count(self, sketch: Sketch, verdict: NearVerdict | None) -> Prints:
        return count_text(self._counts, features_of(sketch), verdict.kind if verdict else None)

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

    def copies(self, *, in_order: bool = False) -> Iterator[tuple[int, int, NearVerdict]]:
        """The number of every copy, that of the text which stands for its story, and what was decided.

        :param in_order: of the ids, and not of arrival.
        """
        query = "SELECT number, of, kind, similarity, reason FROM document WHERE of IS NOT NULL ORDER BY "
        for number, of, *row in self.database.execute(query + ("id" if in_order else "number")):
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
        self._place = lru_cache(_PLACES)(self._order.first)
        self._begin_anew()
        look = self._decide_all(self._order)
        for place, number in enumerate(self._order):
            self._decide_again(place, number, look)
        self.commit()
        self._order.drop()
        self._order, self._place = None, int

    def _begin_anew(self) -> None:
        """Nothing is counted, and no story is found."""
        self._counts = StoryCounts(0)  # the room of the old ones
        self._counts, shared = survey(self.database)
        self._postings.clear(None if self._durable else shared)

    def _decide_all(self, order: Iterable[int]) -> SecondLook:
        """Decide all texts while they are counted."""
        self.database.execute(_UNDECIDED)
        first = FirstLook()
        for number in order:
            sketch = self.sketch(number)
            found = self._decide(sketch)
            first.note(self._count(sketch, found.verdict), is_open=found.is_open)
            if found.verdict is not None:
                self._write(number, found)
            if found.is_story:
                self._post(number, sketch)
        return SecondLook(first.frequent(self._counts.size), first.open)

    def _decide_again(self, place: int, number: int, look: SecondLook) -> None:
        """Decide a text by what is frequent now, and let later texts find it as that says."""
        sketch = self.sketch(number)
        was_story = is_story = True
        if look.is_due(sketch, place):
            (kind,) = self.database.execute("SELECT kind FROM document WHERE number = ?", (number,)).fetchone()
            found = self._decide(sketch, place)
            was_story, is_story = kind in (None, NearKind.TEMPLATE_SIBLING), found.is_story
            if kind is not None or found.verdict is not None:
                self._write(number, found)
        gone, come = list[int](), list[int]()
        if was_story and not is_story:
            gone = posted_keys(sketch, look.counts(place))
        elif is_story and not was_story:
            come = posted_keys(sketch, self._counts)
        elif is_story and look.is_late(sketch, place):
            gone, come = shifted_keys(sketch, look.counts(place), self._counts)
        self._postings.take_out(number, gone)
        self._postings.put(number, come)
        look.add_keys(come)

    def _write(self, number: int, found: _Decision) -> None:
        self.database.execute(DECIDED, (found.of, *columns_of(found.verdict), number))


# Writes what was decided of a text, and the number of the text that it repeats or resembles.
DECIDED = "UPDATE document SET of = ?, kind = ?, similarity = ?, reason = ? WHERE number = ?"
_INSERT = "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UNDECIDED = "UPDATE document SET of = NULL, kind = NULL, similarity = NULL, reason = NULL WHERE reason IS NOT NULL"
_SKETCH_OF = "SELECT prints, numbers, pairs, title, tokens, whole, frame FROM document WHERE number = ?"
_DECISIONS = """
SELECT document.id, other.id, document.kind, document.similarity, document.reason
FROM document LEFT JOIN document AS other ON other.number = document.of ORDER BY document.number
"""
