"""Edge tally: how often each page links to each other, as sorted arrays. Merging is associative and commutative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal_crawler.graph.occurrence import COUNTED

Integers = npt.NDArray[np.int64]
# Rows of ``EdgeTally.counts``.
COLUMNS = ("total", *COUNTED)
# A pair is one number: the source's id in the upper half, the target's in the lower one.
_HALF = 32
_LOWER = (1 << _HALF) - 1


@dataclass(frozen=True, slots=True, eq=False)
class EdgeTally:
    """Distinct edges in order of (source, target), and the counts of each.

    :param pairs: int64[edges], ascending: ``source << 32 | target``.
    :param counts: int64[5, edges], a row for each name of ``COLUMNS``.
    """

    pairs: Integers
    counts: Integers

    @property
    def sources(self) -> Integers:
        """Id of each edge's source."""
        return self.pairs >> _HALF

    @property
    def targets(self) -> Integers:
        """Id of each edge's target."""
        return self.pairs & _LOWER

    def column(self, name: str) -> Integers:
        """One row of the counts."""
        column: Integers = self.counts[COLUMNS.index(name)]
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
    counts = np.empty((len(COLUMNS), len(starts)), np.int64)
    counts[0] = np.diff(starts, append=len(pairs))
    for bit in range(len(COUNTED)):
        counts[bit + 1] = _sums((flags >> bit) & 1, starts)
    return EdgeTally(pairs[starts], counts)


def merged(tallies: Sequence[EdgeTally]) -> EdgeTally:
    """The sum of tallies, in any order; of none, an empty one."""
    if len(tallies) == 1:
        return tallies[0]
    pairs = np.concatenate([np.empty(0, np.int64), *(tally.pairs for tally in tallies)])
    order = np.argsort(pairs)
    pairs = pairs[order]
    starts = _starts(pairs)
    counts = np.empty((len(COLUMNS), len(starts)), np.int64)
    for row in range(len(COLUMNS)):  # a row at a time: a third of the memory
        column = np.concatenate([np.empty(0, np.int64), *(tally.counts[row] for tally in tallies)])
        counts[row] = _sums(column[order], starts)
    return EdgeTally(pairs[starts], counts)


def renamed(tally: EdgeTally, ids: npt.NDArray[np.integer]) -> EdgeTally:
    """A tally under other ids; edges that become one are added up.

    :param ids: the new id of each old one.
    """
    return merged([EdgeTally(paired(ids[tally.sources], ids[tally.targets]), tally.counts), _NOTHING])


def _starts(ordered: Integers) -> Integers:
    """Where each run of equal numbers begins."""
    if not len(ordered):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))


def _sums(values: npt.NDArray[np.integer], starts: Integers) -> Integers:
    """The sum of each run."""
    if not len(starts):
        return np.empty(0, np.int64)
    sums: Integers = np.add.reduceat(values, starts, dtype=np.int64)
    return sums


_NOTHING = EdgeTally(np.empty(0, np.int64), np.empty((len(COLUMNS), 0), np.int64))
