"""Closing: the extension that ends a crawl well. Errors an operator must mend stop it; the rest is committed."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from portal_crawler.engine.attached import crawl_of
from portal_crawler.errors import PortalCrawlerError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure


class Closing:
    """Holds the first error that stops a crawl, and why the crawl ended (``finished``, ``shutdown``, ``error``)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._crawl = crawl_of(crawler)
        self._crawl.at_error = self._end
        crawler.signals.connect(self._stop, signals.item_error)
        crawler.signals.connect(self._stop, signals.spider_error)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension of a crawler."""
        return cls(crawler)

    def _stop(self, failure: Failure) -> None:
        """A page's lines may stand half in the outputs."""
        if failure.value is not None:
            self._crawl.fail(failure.value)

    def _end(self) -> None:
        engine: Any = self._crawler.engine
        if engine is not None and engine.running:
            engine.close_spider(self._crawler.spider, "error")

    def _closed(self, reason: str) -> None:
        crawl = self._crawl
        crawl.ended, crawl.at_error = reason, lambda: None
        if crawl.error is None:
            # The crawl keeps the error of its last commit, and ends with it. Scrapy would only log it.
            with suppress(PortalCrawlerError, sqlite3.DatabaseError):
                crawl.commit()
        crawl.at_end()
