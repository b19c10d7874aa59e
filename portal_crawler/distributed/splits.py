"""Splits: how the files of archives are cut into units.

The cuts follow from the files alone, never from who reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from portal_crawler.archive.warc_collection import WarcSource
from portal_crawler.distributed.first_captures_sqlite import FirstCaptures


@dataclass(frozen=True, slots=True)
class Cuts:
    """A unit has at most so many captures to read, from at most so many bytes of its file.

    What a unit costs is what a kill costs, and what one process may have to wait for the others at the end of a step;
    and long enough for the price of a unit's files not to be felt.
    """

    captures: int = 128
    span: int = 16 * 1024 * 1024


# A second or two of reading, and of a large archive ten: a thousand units need as much memory as a page.
_MOST, _UNITS = 1024, 1024


def cuts_of(captures: int) -> Cuts:
    """The cuts of archives that hold so many captures.

    >>> cuts_of(5_000).captures, cuts_of(500_000).captures
    (128, 489)
    """
    least = Cuts()
    return replace(least, captures=min(max(least.captures, -(-captures // _UNITS)), _MOST))


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice of a file. Captures are numbered from 0 in their file, only those that are pages.

    ``file`` is the number of the file, ``offset`` that of the record where reading begins, ``first`` the number of the
    first capture there. Bit i of ``chosen`` says whether capture ``first + i`` is to be read.
    """

    file: int
    source: WarcSource
    offset: int
    first: int
    chosen: int = 0

    def includes(self, capture: int) -> bool:
        """Whether a capture of the file, from the first one here on, is to be read."""
        return bool(self.chosen >> (capture - self.first) & 1)

    def captures(self) -> Iterator[int]:
        """The captures to read, in order."""
        return filter(self.includes, range(self.first, self.first + self.chosen.bit_length()))

    def only(self, captures: Iterable[int]) -> Slice:
        """The same slice with these captures to read."""
        return replace(self, chosen=sum(1 << (capture - self.first) for capture in captures))


def slices_of(
    file: int, source: WarcSource, rows: Iterable[dict[str, Any]], firsts: FirstCaptures, cuts: Cuts
) -> Iterator[Slice]:
    """The slices of a file.

    :param rows: its captures, as ``Survey`` has them.
    :param firsts: asked, in the order of the files, which of them are to be read.
    """
    current: Slice | None = None
    member = (-1, 0)  # offset, and number of the first capture there: a gzip member may hold several records
    for capture, row in enumerate(rows):
        if row["offset"] != member[0]:
            member = (row["offset"], capture)
        if not firsts.is_candidate(row["key"], file, capture, revisit=row["revisit"]):
            continue
        if current is not None and _is_full(current, row["offset"], cuts):
            yield current
            current = None
        current = current or Slice(file, source, *member)
        current = replace(current, chosen=current.chosen | 1 << (capture - current.first))
    if current is not None:
        yield current


def _is_full(one: Slice, offset: int, cuts: Cuts) -> bool:
    return one.chosen.bit_count() >= cuts.captures or offset - one.offset >= cuts.span
