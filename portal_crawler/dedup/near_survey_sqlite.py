"""Near survey: what the texts of an index have in common, found before the first of them is decided.

Which cells so many of them have that they may become frequent (``story_counts``); and which keys more than one has. A
key that a single text has leads to no other: of a portal that repeats little these are nearly all, and to keep each of
them and to look it up, in an index much larger than its cache, would take most of the time.

All that the texts have is sorted, in parts that fit into memory, which wait in a table of their own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from portal_crawler.dedup.fingerprints import Prints
from portal_crawler.dedup.near_columns import hashes_in
from portal_crawler.dedup.near_frequent import Ints, run_lengths
from portal_crawler.dedup.near_meeting import key_of_words
from portal_crawler.dedup.shared_keys import SharedKeys
from portal_crawler.dedup.story_counts import Cells, CrowdedCounts, StoryCounts, are_crowds, cells_for

# What is sorted together, of four bytes each; what a part has, of which numpy makes ten times as much; and how many
# parts there are at most, however many texts: fewer than there are cells, so that no cell is in two.
_AT_ONCE, _PART, _MOST_PARTS = 1 << 17, 1 << 16, 1 << 12
# So many cells, of a byte each, are all counted, and so few texts are looked up whatever they share: their index is not
# much larger than its cache.
_FEW_CELLS = 1 << 21
# Fingerprints, numbers and pairs of a text, about.
_EACH = 64
_TEXTS_AT_ONCE = 500
_FEATURES = "SELECT prints, numbers, pairs, tokens, whole, title FROM document"
_TABLE = "CREATE TEMP TABLE surveyed (part INTEGER, some BLOB)"


def survey(database: sqlite3.Connection) -> tuple[StoryCounts, SharedKeys | None]:
    """Empty counts with room for all texts of an index, of which those of the same words count once; and the keys that
    more than one has, where it pays to know them.
    """
    texts, stories = database.execute("SELECT count(*), count(DISTINCT whole) FROM document").fetchone()
    if cells_for(stories) <= _FEW_CELLS:
        return StoryCounts(stories), None
    turning = _Turning(cells_for(stories))
    cells, shared = list[Cells](), SharedKeys(texts)
    for part in _parts(database, map(turning.turned, _blocks(database)), _parts_for(texts)):
        times = run_lengths(part)
        runs = part[np.cumsum(times) - times]
        shared.add(turning.back(runs[times > 1]))
        cells.append(turning.crowded(runs, times))
    return CrowdedCounts(turning.size, np.concatenate(cells)), None if shared.are_most else shared


def _parts_for(texts: int) -> int:
    """In how many parts so many texts are sorted: a power of two."""
    return min(_MOST_PARTS, 1 << (_EACH * texts // _PART).bit_length())


def _blocks(database: sqlite3.Connection) -> Iterator[Prints]:
    """What all texts have, so much at once as is to be sorted together, at least one block."""
    rows = database.execute(_FEATURES)
    waiting, count = list[Prints](), 0
    while some := rows.fetchmany(_TEXTS_AT_ONCE):
        words = np.fromiter((key_of_words(*row[3:]) for row in some), np.uint32, len(some))
        found = hashes_in(b"".join(chain.from_iterable(row[:3] for row in some)))
        waiting += [found, words]
        count += len(found) + len(words)
        if count >= _AT_ONCE:
            yield np.concatenate(waiting)
            waiting, count = [], 0
    if waiting:
        yield np.concatenate(waiting)


def _parts(database: sqlite3.Connection, blocks: Iterable[Prints], many: int) -> Iterator[Prints]:
    """The same in order, one of ``many`` parts after the other: each has what begins with the same bits."""
    firsts = (np.arange(1, many, dtype=np.uint64) << np.uint64(32)) // np.uint64(many)
    database.execute(_TABLE)
    for block in blocks:
        block.sort()
        pieces = np.split(block, np.searchsorted(block, firsts.astype(np.uint32)))
        rows = [(part, piece.tobytes()) for part, piece in enumerate(pieces) if len(piece)]
        database.executemany("INSERT INTO surveyed VALUES (?, ?)", rows)
    database.execute("CREATE INDEX temp.surveyed_by_part ON surveyed (part)")
    for part in range(many):
        found = database.execute("SELECT some FROM surveyed WHERE part = ?", (part,)).fetchall()
        yield np.sort(hashes_in(b"".join(some for (some,) in found)))
    database.execute("DROP TABLE surveyed")


class _Turning:
    """Fingerprints with the bits that say their cell, of ``size``, before the others: those of a cell stand together.

    >>> turning = _Turning(1 << 20)
    >>> hex(turning.turned(np.array([0x12345678], np.uint32))[0])
    '0x45678123'
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._cell = np.uint32(size.bit_length() - 1)
        self._rest = np.uint32(32) - self._cell

    def turned(self, prints: Prints) -> Prints:
        """Some with these bits first."""
        return prints << self._rest | prints >> self._cell

    def back(self, turned: Prints) -> Prints:
        """Some as they were."""
        return turned << self._cell | turned >> self._rest

    def crowded(self, turned: Prints, times: Ints) -> Cells:
        """The cells that may become frequent, of some that ascend, with how often each occurs."""
        if not len(turned):
            return turned
        cells = turned >> self._rest
        starts = np.flatnonzero(np.append(True, cells[1:] != cells[:-1]))
        return cells[starts[are_crowds(np.add.reduceat(times, starts))]]
