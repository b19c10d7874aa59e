"""Near pages: the story pages of a crawl, and of those before it, by their fingerprints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from portal_crawler.dedup.clusters import Clusters
from portal_crawler.dedup.fingerprints import Sketch, sketch_of
from portal_crawler.dedup.known_pages_sqlite import Article, KnownPages, Sibling
from portal_crawler.dedup.near_index_sqlite import NearIndex
from portal_crawler.dedup.near_rule import NearVerdict, containment_of
from portal_crawler.dedup.numbered_texts_sqlite import NumberedTexts
from portal_crawler.dedup.story_groups import StoryPage
from portal_crawler.disk import check_database


class NearPages:
    """Pages by their numbers, from 0: first the crawl's own, then those of earlier crawls.

    Fill with ``take`` and ``add``, go through ``others``, then ``decide`` and ``unite``, then ask.

    :param path: the file that is made, which is of use when all is done; "" keeps it nowhere.
    :param index: opens it.
    """

    def __init__(self, path: Path | str = "", index: Callable[..., NearIndex] = NearIndex) -> None:
        self._path = str(path) or "SQLite's temporary file"
        self._index = index(path, cache=8, durable=False)  # a crawl needs its memory for other things
        self._known = KnownPages(self._index)
        self._texts = NumberedTexts(self._index.database, "page")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._index.close()
        check_database(error, self._path, "free some space there, and run the same command again")

    def take(self, path: Path, crawl: str | None) -> None:
        """Take over what the index of an earlier crawl, or an earlier index of this one, knows of earlier crawls.

        :param crawl: the earlier crawl's name; ``None`` where it is this crawl's.
        """
        self._known.take(path, crawl)

    def add(self, page: StoryPage, identifier: str, text: str, sketch: Sketch | None = None) -> None:
        """Add the next page; ``identifier`` is that of its record, which says its address and its text.

        :param sketch: that of its text and title, where it is made already.
        """
        number = self._index.hold(identifier, sketch or sketch_of(text, page.title))
        assert number is not None  # noqa: S101 - an id tells the text
        self._known.put(page, number)
        self._texts.add(number)

    def others(self) -> Iterator[StoryPage]:
        """The pages of earlier crawls, numbered on from this crawl's."""
        for document, page in self._known.others():
            yield replace(page, number=self.pages)
            self._texts.add(document)

    @property
    def pages(self) -> int:
        """How many there are."""
        return len(self._texts)

    def decide(self) -> None:
        """Find the copies of each story."""
        self._index.finalize()

    def unite(self, clusters: Clusters) -> None:
        """Make one cluster of all copies of a story, as ``decide`` found them."""
        for number, of, _ in self._index.copies(in_order=clusters.holds_apart):
            clusters.unite(self._texts.first(number), self._texts.first(of))

    def compared(self, one: int, other: int) -> NearVerdict | None:
        """What the texts of two pages are to each other."""
        return self._index.compared(self._texts.text(one), self._texts.text(other))

    def alike(self, one: int, other: int) -> float:
        """How much of the shorter text of two pages stands in the other, 0-1."""
        return containment_of(self._index.sketch(self._texts.text(one)), self._index.sketch(self._texts.text(other)))

    def belongs(self, page: int, article: str) -> None:
        """Say in which article a page of this crawl stands."""
        self._known.belongs(self._texts.text(page), article)

    def article(self, page: int) -> Article:
        """The article in which a page stands."""
        return self._known.article(self._texts.text(page))

    def siblings(self) -> Iterator[Sibling]:
        """Articles that one template made, when every page is known to belong to one."""
        return self._known.siblings()

    def finish(self) -> None:
        """All is done: bring it to the file."""
        self._index.commit()
