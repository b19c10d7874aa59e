"""Ledger scheduler: Scrapy's SCHEDULER that takes every request from the ledger."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.exceptions import IgnoreRequest

from portal_crawler.engine.attached import EXCHANGE, KEY, SENT, NotArchivedError, crawl_of
from portal_crawler.engine.checked_endpoint import RefusedAddressError
from portal_crawler.engine.failure_words import failure_words
from portal_crawler.frontier.scope import SSRF
from portal_crawler.urls import host_of

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

# Scrapy asks for the next request after an answer, and otherwise every 5 s. This request makes it ask at once.
_WAKE = "data:,wake"
# Wakes are set on the ticks of such a clock, in seconds, each once: many hosts may wait for many answers.
_TICK = 0.005


class LedgerRequest(Request):
    """A request for an address as the ledger has it. Scrapy would escape ``|``, ``^`` and the like once more."""

    def _set_url(self, url: str) -> None:
        self._url = url


class LedgerScheduler(BaseScheduler):
    """Hands out the ledger's addresses; spiders yield no requests of their own."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._crawl = crawl_of(crawler)
        self._spider: Spider | None = None
        self._ticks: set[int] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The scheduler of a crawler."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Begin to hand out."""
        self._spider = spider
        self._crawl.wake = self._wake_in
        self._crawl.pacing.keep_delay(self._crawler.settings.getfloat("DOWNLOAD_DELAY"))

    def has_pending_requests(self) -> bool:
        """Whether anything is left to fetch, now or later."""
        return self._crawl.has_more()

    def enqueue_request(self, request: Request) -> bool:
        """Take no request: addresses enter by the ledger alone.

        :returns: whether it only was to wake the engine.
        """
        return request.url == _WAKE

    def next_request(self) -> Request | None:
        """The next request, or ``None`` while none may be sent."""
        row = self._crawl.next_row()
        if row is None:
            return None
        sent = self._crawl.pacing.now()
        meta = {KEY: row.url_key, "portal_row": row, SENT: sent, "download_slot": host_of(row.url)}
        if proxy := self._crawl.profile.network.proxy:
            meta["proxy"] = proxy
        parse = self._spider.parse if self._spider else None
        headers = self._crawl.visits.conditions(row.url_key)
        return LedgerRequest(row.url, parse, headers=headers, meta=meta, errback=self._no_answer, dont_filter=True)

    def _no_answer(self, failure: Failure) -> None:
        """An exchange failed. What a middleware has settled already is no news."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        error: Any = failure.value
        if isinstance(error, IgnoreRequest):
            return
        if isinstance(error, NotArchivedError):
            self._crawl.refused(request.meta[KEY], "not_archived", str(error))
            return
        if isinstance(error, RefusedAddressError):
            self._crawl.refused(request.meta[KEY], SSRF, str(error))
            return
        self._crawl.no_answer(request.meta[KEY], failure_words(error), request.meta.get(EXCHANGE))

    def _wake_in(self, delay: float) -> None:
        loop = asyncio.get_running_loop()
        tick = math.ceil((loop.time() + delay) / _TICK)
        if tick not in self._ticks:
            self._ticks.add(tick)
            loop.call_at(tick * _TICK, self._wake, tick)

    def _wake(self, tick: int) -> None:
        self._ticks.discard(tick)
        engine = self._crawler.engine
        if engine is not None and engine.running and engine.spider is not None:
            engine.crawl(Request(_WAKE, dont_filter=True))
