"""Edge tally: how often each page links to each other, as sorted arrays. Merging is associative and commutative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal_crawler.graph.occurrence import COUNTED

Integers = npt.NDArray[np.int64]
Counts = npt.NDArray[np.uint32]
# Rows of ``EdgeTally.counts``.
COLUMNS = ("total", *COUNTED)
# A pair is one number: the source's id in the upper half, the target's in the lower one.
_HALF = 32
_LOWER = (1 << _HALF) - 1


@dataclass(frozen=True, slots=True, eq=False)
class EdgeTally:
    """Distinct edges in order of (source, target), and the counts of each.

    :param pairs: int64[edges], ascending: ``source << 32 | target``.
    :param counts: uint32[5, edges], a row for each name of ``COLUMNS``: up to 4,294,967,295 links an edge.
    """

    pairs: Integers
    counts: Counts

    @property
    def sources(self) -> Integers:
        """Id of each edge's source."""
        return self.pairs >> _HALF

    @property
    def targets(self) -> Integers:
        """Id of each edge's target."""
        return self.pairs & _LOWER

    def column(self, name: str) -> Counts:
        """One row of the counts."""
        column: Counts = self.counts[COLUMNS.index(name)]
        return column

    def __len__(self) -> int:
        return len(self.pairs)


def paired(sources: npt.NDArray[np.integer], targets: npt.NDArray[np.integer]) -> Integers:
    """Edges as numbers: ``source << 32 | target``."""
    pairs: Integers = (sources.astype(np.int64) << _HALF) | targets.astype(np.int64)
    return pairs


def tallied(pairs: Integers, flags: npt.NDArray[np.uint8]) -> EdgeTally:
    """Occurrences as a tally.

    :param pairs: one of each occurrence, in any order.
    :param flags: the flags of each occurrence.
    """
    order = np.argsort(pairs)
    pairs, flags = pairs[order], flags[order]
    starts = _starts(pairs)
    counts = np.empty((len(COLUMNS), len(starts)), np.uint32)
    counts[0] = np.diff(starts, append=len(pairs))
    for bit in range(len(COUNTED)):
        counts[bit + 1] = _sums((flags >> bit) & 1, starts)
    return EdgeTally(pairs[starts], counts)


def merged(tallies: Sequence[EdgeTally]) -> EdgeTally:
    """The sum of tallies, in any order; of none, an empty one."""
    if len(tallies) == 1:
        return tallies[0]
    pairs = np.concatenate([np.empty(0, np.int64), *(tally.pairs for tally in tallies)])
    counts = np.concatenate([np.empty((len(COLUMNS), 0), np.uint32), *(tally.counts for tally in tallies)], axis=1)
    return _summed(pairs, counts)


def renamed(tally: EdgeTally, ids: npt.NDArray[np.integer]) -> EdgeTally:
    """A tally under other ids; edges that become one are added up.

    :param ids: the new id of each old one.
    """
    return _summed(paired(ids[tally.sources], ids[tally.targets]), tally.counts)


def _summed(pairs: Integers, counts: Counts) -> EdgeTally:
    """Edges in any order, the same ones added up."""
    order = np.argsort(pairs)
    pairs = pairs[order]
    starts = _starts(pairs)
    sums = np.empty((len(COLUMNS), len(starts)), np.uint32)
    for row in range(len(COLUMNS)):  # a row at a time: a fifth of the memory
        sums[row] = _sums(counts[row][order], starts)
    return EdgeTally(pairs[starts], sums)


def _starts(ordered: Integers) -> Integers:
    """Where each run of equal numbers begins."""
    if not len(ordered):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))


def _sums(values: npt.NDArray[np.integer], starts: Integers) -> Counts:
    """The sum of each run."""
    if not len(starts):
        return np.empty(0, np.uint32)
    sums: Counts = np.add.reduceat(values, starts, dtype=np.uint32)
    return sums
