"""Near index: every text that was seen, by its fingerprints, and what was decided of it. SQLite in WAL mode.

A text that is a copy of none stands for its story. Of those, every second fingerprint is a key under which later texts
find them, and the sixteen least of a short one: two texts that share eight fingerprints miss each other once in 256. How
many stories have a fingerprint is counted in memory, in one cell of 2^26 by its value: with a million texts a cell is
shared by 1.3 on average, and one in 10^8 is counted as frequent that is not (Poisson). The cells are filled anew when an
index is opened.

What was decided while texts came in depends on their order; ``finalize`` decides all of it again, from the longest text
to the shortest, knowing how frequent each fingerprint is, and gives the same result for any order.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from portal_crawler.dedup.fingerprints import ALGORITHM, Prints, Sketch
from portal_crawler.dedup.near_rule import RARE, NearKind, NearVerdict, evidence_of, near_verdict
from portal_crawler.errors import DamagedFileError

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, prints BLOB NOT NULL, numbers BLOB NOT NULL, tokens INTEGER NOT NULL,
    whole INTEGER NOT NULL, title INTEGER NOT NULL,
    of INTEGER, kind TEXT, similarity REAL, reason TEXT
);
CREATE TABLE posting (print INTEGER NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (print, document)) WITHOUT ROWID;
"""
_VERSION = 1
_CELLS = 1 << 26
# Candidates whose sketches are compared, those with the most keys in common first.
_COMPARED = 8
# Equal texts of fewer tokens are one story only under one headline: two photo pages.
_TELLING = 12
_LEAST_KEYS = 16
_CACHE_KIB = 64_000
_SKETCHES = 4_096
_HEX = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Found:
    """What was decided of a text: the id of the one that it repeats, or resembles, and why; nothing of one like none."""

    of: str | None = None
    verdict: NearVerdict | None = None

    @property
    def is_copy(self) -> bool:
        """Whether it is a copy, and no story of its own."""
        return self.verdict is not None and self.verdict.merges


class NearIndex:
    """The index of a file, which is made where it is missing. ``:memory:`` keeps it in memory.

    :raises DamagedFileError: of a file that is no index, or was made by another version.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None, cached_statements=512)
            self._open()
        except sqlite3.DatabaseError as error:
            raise DamagedFileError(str(path), f"is no index of near-duplicates: {error}", "move it away") from error
        self._stories = np.zeros(_CELLS, np.uint8)
        self._sketch = lru_cache(_SKETCHES)(self._read_sketch)
        self._count_stories()
        self._place: array[int] | None = None
        self._next = self._one("SELECT coalesce(max(number), 0) FROM document") + 1
        self._db.execute("BEGIN")

    def _open(self) -> None:
        self._db.executescript(
            f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -{_CACHE_KIB};"
        )
        if not self._one("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'"):
            self._db.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
            self._db.execute("INSERT INTO meta VALUES ('version', ?)", (f"{_VERSION}.{ALGORITHM}",))
        (found,) = self._db.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
        if found != f"{_VERSION}.{ALGORITHM}":
            cure = "move it away; it is made anew from the records"
            raise DamagedFileError(str(self._path), f"is of version {found}, not {_VERSION}.{ALGORITHM}", cure)

    def _one(self, query: str, *values: object) -> int:
        (found,) = self._db.execute(query, values).fetchone()
        return int(found)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __len__(self) -> int:
        return self._next - 1

    def commit(self) -> None:
        """What was added is on the disk."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        self._db.execute("ROLLBACK")
        self._db.close()

    # -- adding

    def add(self, identifier: str, sketch: Sketch) -> Found:
        """Decide what a text is, and keep it. Of an id that is known, what was decided of it."""
        if known := self.found(identifier):
            return known
        number = self._next
        self._next += 1
        of, verdict = self._decide(sketch)
        values = (number, _packed(identifier), sketch.prints.tobytes(), sketch.numbers.tobytes(), sketch.tokens,
                  _signed(sketch.whole), _signed(sketch.title), of, *_row(verdict))  # fmt: skip
        self._db.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        if verdict is None or not verdict.merges:
            self._count(sketch.prints)
            self._post(number, sketch)
        return self._told(of, verdict)

    def found(self, identifier: str) -> Found | None:
        """What was decided of a text; ``None`` of one that is not known."""
        query = "SELECT of, kind, similarity, reason FROM document WHERE id = ?"
        row = self._db.execute(query, (_packed(identifier),)).fetchone()
        if row is None:
            return None
        of, kind, similarity, reason = row
        return self._told(of, NearVerdict(NearKind(kind), similarity, reason) if kind else None)

    def _told(self, of: int | None, verdict: NearVerdict | None) -> Found:
        if of is None:
            return Found()
        (identifier,) = self._db.execute("SELECT id FROM document WHERE number = ?", (of,)).fetchone()
        return Found(_unpacked(identifier), verdict)

    def _decide(self, sketch: Sketch) -> tuple[int | None, NearVerdict | None]:
        rare = self._rare(sketch.prints)
        number, best = None, None
        for candidate in self._candidates(rare, sketch.whole):
            other = self._sketch(candidate)
            if other.whole == sketch.whole and (sketch.tokens >= _TELLING or sketch.title == other.title):
                return candidate, NearVerdict(NearKind.EXACT, 1.0, "the same words")
            verdict = near_verdict(evidence_of(sketch, other, rare, self._rare(other.prints)))
            if verdict and (best is None or (verdict.merges, verdict.similarity) > (best.merges, best.similarity)):
                number, best = candidate, verdict
        return number, best

    def _candidates(self, rare: Prints, whole: int) -> list[int]:
        """The stories with the most keys in common, and those of the same words."""
        keys = [*_keys(rare), _whole_key(whole)]
        keys += keys[-1:] * (-len(keys) % 16)  # few different statements, so that each is prepared once
        marks = ",".join("?" * len(keys))
        query = f"SELECT document, count(*) FROM posting WHERE print IN ({marks}) GROUP BY 1"
        place = self._place
        hits = [(-count, place[number] if place else number, number) for number, count in self._db.execute(query, keys)]
        return [number for _, _, number in nsmallest(_COMPARED, hits)]

    def _post(self, number: int, sketch: Sketch) -> None:
        rare = self._rare(sketch.prints)
        keys = {*_keys(rare[rare % 2 == 0]), *_keys(np.sort(rare)[:_LEAST_KEYS]), _whole_key(sketch.whole)}
        self._db.executemany("INSERT OR IGNORE INTO posting VALUES (?, ?)", [(key, number) for key in sorted(keys)])

    def _read_sketch(self, number: int) -> Sketch:
        query = "SELECT prints, numbers, tokens, whole, title FROM document WHERE number = ?"
        return _sketch(*self._db.execute(query, (number,)).fetchone())

    # -- how frequent a fingerprint is

    def _rare(self, prints: Prints) -> Prints:
        """The fingerprints that few stories have."""
        return prints[self._stories[prints & (_CELLS - 1)] <= RARE]

    def _count(self, prints: Prints) -> None:
        cells = np.unique(prints & (_CELLS - 1))
        self._stories[cells] += self._stories[cells] <= RARE  # more than that need not be known

    def _count_stories(self) -> None:
        self._stories[:] = 0
        query = f"SELECT prints FROM document WHERE of IS NULL OR kind = '{NearKind.TEMPLATE_SIBLING}'"
        for (blob,) in self._db.execute(query):
            self._count(np.frombuffer(blob, np.uint32))

    # -- settling

    def finalize(self) -> None:
        """Decide all of it again, whatever the order in which it came, in one commit.

        Twice over: the first time shows which texts stand for stories, and so how many stories have a fingerprint.
        """
        numbers = self._in_order()
        self._place = array("q", bytes(8 * self._next))
        for place, number in enumerate(numbers):
            self._place[number] = place
        self._stories[:] = 0
        for _ in self._decided_again(numbers, counting=True):
            pass
        for number, of, verdict in self._decided_again(numbers, counting=False):
            row = (of, *_row(verdict), number)
            self._db.execute("UPDATE document SET of = ?, kind = ?, similarity = ?, reason = ? WHERE number = ?", row)
        self.commit()
        self._place = None
        self._count_stories()

    def _in_order(self) -> array[int]:
        """All documents, the longest first; of equally long ones in the order of their ids."""
        return array(
            "q", (number for (number,) in self._db.execute("SELECT number FROM document ORDER BY tokens DESC, id"))
        )

    def _decided_again(
        self, numbers: Iterable[int], *, counting: bool
    ) -> Iterator[tuple[int, int | None, NearVerdict | None]]:
        self._db.execute("DELETE FROM posting")
        for number in numbers:
            sketch = self._sketch(number)
            of, verdict = self._decide(sketch)
            if verdict is None or not verdict.merges:
                if counting:
                    self._count(sketch.prints)
                self._post(number, sketch)
            yield number, of, verdict

    def decisions(self) -> Iterator[tuple[str, Found]]:
        """Every id with what was decided of it, in the order in which they came."""
        query = """
            SELECT document.id, other.id, document.kind, document.similarity, document.reason
            FROM document LEFT JOIN document AS other ON other.number = document.of ORDER BY document.number
        """
        for one, other, kind, similarity, reason in self._db.execute(query):
            verdict = NearVerdict(NearKind(kind), similarity, reason) if kind else None
            yield _unpacked(one), Found(_unpacked(other) if other is not None else None, verdict)


def _row(verdict: NearVerdict | None) -> tuple[str | None, float | None, str | None]:
    return (str(verdict.kind), verdict.similarity, verdict.reason) if verdict else (None, None, None)


def _keys(prints: Prints) -> list[int]:
    """Signed, since SQLite keeps them in four bytes then."""
    found: list[int] = prints.view(np.int32).tolist()
    return found


def _whole_key(whole: int) -> int:
    return _signed(whole) >> 32


def _signed(number: int) -> int:
    return number - (1 << 64) if number >= 1 << 63 else number


def _sketch(prints: bytes, numbers: bytes, tokens: int, whole: int, title: int) -> Sketch:
    mask = (1 << 64) - 1
    return Sketch(
        np.frombuffer(prints, np.uint32), np.frombuffer(numbers, np.uint32), tokens, whole & mask, title & mask
    )


def _packed(identifier: str) -> bytes | str:
    """An id of 32 hexadecimal digits in half the room."""
    return bytes.fromhex(identifier) if _HEX.fullmatch(identifier) else identifier


def _unpacked(identifier: bytes | str) -> str:
    return identifier.hex() if isinstance(identifier, bytes) else identifier
