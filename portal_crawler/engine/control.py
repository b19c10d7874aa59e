"""Control: the extension that looks for wishes from outside while a crawl fetches, and acts on them."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from portal_crawler.engine.attached import crawl_of
from portal_crawler.engine.control_file import Standing, Wish, asked, forget, tell
from portal_crawler.errors import PortalCrawlerError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# Seconds between two looks: a person waits for what the button does.
_LOOK = 0.5


class Control:
    """Pauses, resumes and stops one crawl. Addresses in hand when it pauses are answered, and kept."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._crawl = crawl_of(crawler)
        self._timer: asyncio.TimerHandle | None = None
        self._paused_at = 0.0
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension of a crawler."""
        return cls(crawler)

    def _opened(self) -> None:
        forget(self._crawl.folder)
        self._timer = asyncio.get_running_loop().call_later(_LOOK, self._look)

    def _look(self) -> None:
        crawl = self._crawl
        self._timer = asyncio.get_running_loop().call_later(_LOOK, self._look)
        wish = asked(crawl.folder)
        if wish is Wish.STOP:
            self._stop()
        elif wish is Wish.PAUSE and not crawl.paused:
            self._pause()
        elif wish is not Wish.PAUSE and crawl.paused:
            self._resume()
        elif crawl.paused and crawl.error is None:
            crawl.commit_what_came()

    def _pause(self) -> None:
        self._crawl.paused, self._paused_at = True, time.monotonic()
        self._crawl.notices.begin("pause", "paused from outside: nothing more is asked for until it is told to go on")
        self._tell(Standing.PAUSED)

    def _resume(self) -> None:
        self._crawl.paused = False
        self._crawl.pacing.rested(time.monotonic() - self._paused_at)
        self._crawl.notices.end("pause", "the crawl goes on")
        self._tell(Standing.NONE)
        self._crawl.wake(0.0)

    def _stop(self) -> None:
        engine: Any = self._crawler.engine
        self._cancel()
        self._tell(Standing.STOPPING)
        self._crawl.notices.say("stopped from outside: what is under way is waited for; the same command goes on later")
        if engine is not None and engine.running:
            engine.close_spider(self._crawler.spider, "shutdown")

    def _tell(self, standing: Standing) -> None:
        try:
            tell(self._crawl.folder, standing)
        except PortalCrawlerError as error:  # the disk is full: the crawl is steered all the same
            self._crawl.notices.say(str(error))

    def _closed(self) -> None:
        self._cancel()
        forget(self._crawl.folder)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
