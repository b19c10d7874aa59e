"""Splits: which part of a dataset each record is in. Contains no input or output.

What is related is in one part, and a record stays where it is while the dataset grows. Records come in batches: those
of the version before first, then each crawl's, in the order in which they were fetched. A cluster's part is that of its
first record, by a hash of its id. Records that would join clusters of two parts are left out: in either they would
stand across from a text like them.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from portal_crawler.dedup.clusters import Clusters

# What the hash is made with: another one would be another division.
_SALT = b"portal-crawler dataset 1:"
UNPLACED, CONFLICT = -1, -2

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """By number: the part (an index into the shares, or ``CONFLICT``), and the number of its cluster's first record."""

    parts: array[int]
    heads: array[int]


def part_by_hash(identifier: str, shares: Sequence[float]) -> int:
    """The part of a cluster by the id of its first record.

    :param shares: how much of the dataset each part is to have; any unit.
    """
    drawn = int.from_bytes(hashlib.sha256(_SALT + identifier.encode()).digest()[:8]) / 2**64 * sum(shares)
    for part, share in enumerate(shares):
        if drawn < share:
            return part
        drawn -= share
    return max(range(len(shares)), key=lambda part: shares[part])  # rounding at the very end of the range


def placed(
    ids: Sequence[str], sizes: Sequence[int], known: Sequence[int], pairs: Iterable[Pair], shares: Sequence[float]
) -> Placed:
    """Place every record.

    :param ids: ids in order, batch after batch; ``sizes`` says how many each batch has.
    :param known: the part of each record of the first batch, which it keeps.
    :param pairs: numbers of records that are related; those of the version before that share a cluster as well.
    """
    placing = _Placing(ids, shares, known)
    ends = list(accumulate(sizes))
    by_batch: list[list[Pair]] = [[] for _ in ends]
    for one, other in pairs:
        by_batch[bisect_right(ends, max(one, other))].append((one, other))
    for end, size, related in zip(ends, sizes, by_batch, strict=True):
        placing.batch(range(end - size, end), related)
    return placing.result()


class _Placing:
    """The clusters so far. ``_parts`` holds the part of each cluster's first record, ``_left`` a one for each that is
    left out.
    """

    def __init__(self, ids: Sequence[str], shares: Sequence[float], known: Sequence[int]) -> None:
        self._ids, self._shares = ids, shares
        self._clusters = Clusters(len(ids))
        self._parts = array("b", known)
        self._parts.extend([UNPLACED] * (len(ids) - len(known)))
        self._left = bytearray(len(ids))

    def _part(self, number: int) -> int:
        return self._parts[self._clusters.find(number)]

    def batch(self, numbers: range, pairs: list[Pair]) -> None:
        """Place the records of a batch, which are related by ``pairs`` to each other and to earlier ones."""
        for one, other in pairs:
            self._part_ways(one, other)
        pairs = [(one, other) for one, other in pairs if not self._left[one] and not self._left[other]]
        meeting = self._meeting(pairs)
        torn = defaultdict[int, set[int]](set)
        for one, other in pairs:
            root = meeting.find(self._clusters.find(one))
            torn[root] |= {self._part(one), self._part(other)} - {UNPLACED}
        for one, other in pairs:
            if len(torn[meeting.find(self._clusters.find(one))]) > 1:
                for number in {one, other}.intersection(numbers):
                    self._left[number] = 1
            else:
                self._clusters.unite(one, other)
        for number in numbers:
            root = self._clusters.find(number)
            if self._parts[root] == UNPLACED:
                self._parts[root] = part_by_hash(self._ids[root], self._shares)

    def _part_ways(self, one: int, other: int) -> None:
        """Of two that have their parts already, and different ones, the one in the earlier part gives way: what a
        model learns from is the greater part, and what it is tested with should stay.
        """
        parts = self._part(one), self._part(other)
        if UNPLACED not in parts and parts[0] != parts[1]:
            self._left[one if parts[0] < parts[1] else other] = 1

    def _meeting(self, pairs: list[Pair]) -> Clusters:
        """The clusters as they would be if all pairs were united."""
        meeting = Clusters(len(self._ids))
        for one, other in pairs:
            meeting.unite(self._clusters.find(one), self._clusters.find(other))
        return meeting

    def result(self) -> Placed:
        """What became of all."""
        heads = array("q", (self._clusters.find(number) for number in range(len(self._ids))))
        parts = array("b", (CONFLICT if self._left[n] else self._parts[root] for n, root in enumerate(heads)))
        return Placed(parts, heads)
