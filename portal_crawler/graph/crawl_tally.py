"""Crawl tally: what the lines of ``links.jsonl`` and ``pages.jsonl`` come to, whatever their order.

Memory grows with the pages and the distinct edges, not with the lines: occurrences are counted together in heaps.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from portal_crawler.graph.edge_tally import EdgeTally, merged, paired, renamed, tallied
from portal_crawler.graph.editorial import is_editorial
from portal_crawler.graph.occurrence import occurrence_flags

# Occurrences that are counted together: 9 bytes each until then.
_HEAP = 1 << 20
# Kinds of a page, the most telling first: of several answers of one address the first of these is told.
KINDS = ("article", "link_page", "other", "unreadable")
# A server may answer with any number; the column has 32 bits.
_HIGHEST = 2**31 - 1
_NO_FOLLOWING = frozenset(["nofollow", "none"])


@dataclass(slots=True)
class Answers:
    """What the answers of one page say: ``url`` as it was fetched, the best status, the most telling kind."""

    url: str
    status: int
    kind: int
    nofollow: bool


@dataclass(slots=True)
class CrawlTally:
    """Pages by their keys, and the edges between them. Ids are given in the order of arrival.

    :param urls: an address of each page, by id: of several spellings the first in order, so that order plays no part.
    :param answers: of the pages that were fetched.
    """

    ids: dict[str, int] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    answers: dict[int, Answers] = field(default_factory=dict)
    lines: int = 0
    _flags: dict[tuple[str, str, bool, bool], int] = field(default_factory=dict)
    _sources: array[int] = field(default_factory=lambda: array("i"))
    _targets: array[int] = field(default_factory=lambda: array("i"))
    _flagged: bytearray = field(default_factory=bytearray)
    _tallies: list[EdgeTally] = field(default_factory=list)

    def add_link(self, record: Mapping[str, Any]) -> None:
        """Count one line of ``links.jsonl``.

        :raises KeyError: where a field is missing.
        :raises TypeError: where a field is of another type than the schema says.
        """
        source = self._page(record["source_key"], record["source_url"])
        target = self._page(record["target_key"], record["target_url"])
        rel = record["rel"]
        what = (record["role"], record["element"], bool(rel) and "nofollow" in rel, is_editorial(record))
        flags = self._flags.get(what)
        if flags is None:
            flags = self._flags[what] = occurrence_flags(*what[:2], rel, editorial=what[3])
        self._sources.append(source)
        self._targets.append(target)
        self._flagged.append(flags)
        self.lines += 1
        if len(self._flagged) >= _HEAP:
            self._count()

    def add_page(self, record: Mapping[str, Any]) -> None:
        """Note one line of ``pages.jsonl``.

        :raises KeyError: where a field is missing.
        :raises TypeError: where a field is of another type than the schema says.
        :raises ValueError: where the kind is unknown.
        """
        url, status, kind = record["url"], record["status"], KINDS.index(record["kind"])
        if type(status) is not int:
            raise TypeError("status is no integer")
        page = self._page(record["url_key"], url)
        url = self.urls[page] if url == self.urls[page] else url  # one string of two equal ones
        self._answer(page, Answers(url, min(status, _HIGHEST), kind, not _NO_FOLLOWING.isdisjoint(record["robots"])))

    def absorb(self, other: CrawlTally) -> None:
        """Add what another tally has counted, which is used up. The order in which tallies are added plays no part."""
        ids = np.fromiter((self._page(key, other.urls[page]) for key, page in other.ids.items()), np.int64)
        for page, answers in other.answers.items():
            self._answer(int(ids[page]), answers)
        self._keep(renamed(other.take_edges(), ids))
        self.lines += other.lines

    def add_edges(self, edges: EdgeTally) -> None:
        """Add edges under the ids of arrival, without counting them as lines."""
        self._keep(edges)

    def take_edges(self) -> EdgeTally:
        """All edges so far, under the ids of arrival; they are no longer in the tally then."""
        self._count()
        tallies, self._tallies = self._tallies, []
        return merged(tallies)

    def _page(self, key: str, url: str) -> int:
        """The id of a page."""
        page = self.ids.get(key)
        if page is None:
            if type(key) is not str or type(url) is not str:
                raise TypeError("a key or an address is no text")
            page = self.ids[key] = len(self.urls)
            self.urls.append(url)
        elif url < self.urls[page]:
            self.urls[page] = url
        return page

    def _answer(self, page: int, answers: Answers) -> None:
        """Note what a page answered, beside what it answered before."""
        known = self.answers.setdefault(page, answers)
        if known is not answers:
            known.url, known.status = min(known.url, answers.url), min(known.status, answers.status)
            known.kind, known.nofollow = min(known.kind, answers.kind), known.nofollow or answers.nofollow

    def _count(self) -> None:
        """Turn the occurrences of the heap into a tally."""
        if not self._flagged:
            return
        pairs = paired(np.frombuffer(self._sources, np.int32), np.frombuffer(self._targets, np.int32))
        self._keep(tallied(pairs, np.frombuffer(self._flagged, np.uint8)))
        self._sources, self._targets, self._flagged = array("i"), array("i"), bytearray()

    def _keep(self, tally: EdgeTally) -> None:
        """Add a tally to the others; those of like size become one, so that few are kept."""
        self._tallies.append(tally)
        while len(self._tallies) > 1 and len(self._tallies[-1]) * 2 > len(self._tallies[-2]):
            self._tallies[-2:] = [merged(self._tallies[-2:])]
