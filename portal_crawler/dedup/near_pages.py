"""Near pages: which story pages are near-duplicates of each other, whatever their addresses."""

from __future__ import annotations

from array import array
from types import TracebackType
from typing import Self

from portal_crawler.dedup.clusters import Clusters
from portal_crawler.dedup.fingerprints import sketch_of
from portal_crawler.dedup.near_index_sqlite import NearIndex
from portal_crawler.dedup.near_rule import NearVerdict, containment_of


class NearPages:
    """The story pages of one crawl by their numbers, from 0. Fill with ``add``, then ``unite``, then ask."""

    def __init__(self) -> None:
        self._index = NearIndex("", cache=2)  # a crawl needs its memory for other things
        # The index's number of each page, and the first page of each of the index's texts.
        self._texts = array("i")
        self._pages = array("i", [-1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._index.close()

    def add(self, identifier: str, text: str, title: str) -> None:
        """Add the next page; ``identifier`` is that of its record, which says its address and its text."""
        number = self._index.hold(identifier, sketch_of(text, title))
        assert number is not None  # noqa: S101 - an id tells the text
        if number == len(self._pages):
            self._pages.append(len(self._texts))
        self._texts.append(number)

    def unite(self, clusters: Clusters) -> None:
        """Make one cluster of all copies of a story."""
        self._index.finalize()
        for number, of, _ in self._index.copies():
            clusters.unite(self._pages[number], self._pages[of])

    def compared(self, one: int, other: int) -> NearVerdict | None:
        """What the texts of two pages are to each other."""
        return self._index.compared(self._texts[one], self._texts[other])

    def alike(self, one: int, other: int) -> float:
        """How much of the shorter text of two pages stands in the other, 0-1."""
        return containment_of(self._index.sketch(self._texts[one]), self._index.sketch(self._texts[other]))
