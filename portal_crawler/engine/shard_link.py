"""Shard link: the extension by which a shard hears its coordinator, tells it how it stands, and looks at the outboxes
of the others.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from portal_crawler.engine.attached import crawl_of
from portal_crawler.engine.shard_crawl import ShardCrawl
from portal_crawler.engine.shard_report import Kind, Order, Tells
from portal_crawler.errors import ExitCode, PortalCrawlerError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from scrapy.crawler import Crawler

# Seconds between two looks: as long as a commit waits.
_LOOK = 0.2
_ATTRIBUTE = "portal_shard_link"


def link_shard(crawler: Crawler, link: Connection) -> None:
    """Give a crawler the link to its coordinator, before its components are made."""
    setattr(crawler, _ATTRIBUTE, link)


class ShardLink:
    """One shard's side of the link. Where the coordinator is gone, the shard commits what it has, and is gone too."""

    def __init__(self, crawler: Crawler, crawl: ShardCrawl, link: Connection) -> None:
        self._crawler, self._crawl, self._link = crawler, crawl, link
        self._timer: asyncio.Handle | None = None
        self._stopping = False
        self._stop_task: asyncio.Task[None] | None = None
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension of a crawler whose crawl is a shard's."""
        crawl, link = crawl_of(crawler), getattr(crawler, _ATTRIBUTE, None)
        if not isinstance(crawl, ShardCrawl) or link is None:
            raise NotConfigured
        return cls(crawler, crawl, link)

    def _opened(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._link.fileno(), self._hear)
        self._timer = loop.call_soon(self._look)

    def _hear(self) -> None:
        try:
            while self._link.poll():
                order: Order = self._link.recv()
                if order.kind is Kind.STOP:
                    self._stopping = True
                    self._stop()
                else:
                    self._crawl.obey(order)
        except (EOFError, OSError):
            self._abandon()

    def _look(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_LOOK, self._look)
        if self._stopping:  # the order may have come before the engine ran
            self._stop()
        try:
            self._crawl.take_in()
            self._link.send((Tells.REPORT, self._crawl.report()))
        except OSError:
            self._abandon()
        except PortalCrawlerError as error:
            self._crawl.fail(error)

    def _stop(self) -> None:
        engine: Any = self._crawler.engine
        if self._stop_task is None and engine is not None and engine.running:
            self._stop_task = asyncio.get_running_loop().create_task(engine.close_spider_async(reason="shutdown"))

    def _abandon(self) -> None:
        """Answers under way may take minutes, and the folder is wanted by the coordinator that comes next."""
        if self._crawl.error is None:
            self._crawl.commit_what_came()
        os._exit(ExitCode.INTERRUPTED)

    def _closed(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        asyncio.get_running_loop().remove_reader(self._link.fileno())
