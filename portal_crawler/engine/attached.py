"""Attached: the running crawl of a Scrapy crawler, which its components share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_crawler.engine.crawl import Crawl
from portal_crawler.errors import StateError
from portal_crawler.records.sinks import CRAWLER_ATTRIBUTE

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response

_ATTRIBUTE = "portal_crawl"
# The key of an address, in the meta of its request.
KEY = "portal_key"
# When a request was handed out, by the clock of ``Crawl.pacing``, in its meta.
SENT = "portal_sent"
# The exchange of a request as it passed on the wire, in its meta; `None` where no byte was sent.
EXCHANGE = "portal_exchange"
# The bytes of a body, at most, in the meta of a request for no more than a part; what came is in the exchange.
MOST_BYTES = "portal_most_bytes"
# The capture of a request that an archive answered, in its meta.
CAPTURE = "portal_capture"


class NotArchivedError(Exception):
    """The archive that a crawl reads has no answer for an address; the message says why."""


def attach(crawler: Crawler, crawl: Crawl) -> None:
    """Give a crawler its crawl, before its components are made."""
    setattr(crawler, _ATTRIBUTE, crawl)
    setattr(crawler, CRAWLER_ATTRIBUTE, crawl.outputs)


def is_attached(crawler: Crawler) -> bool:
    """Whether a crawler has its crawl."""
    return getattr(crawler, _ATTRIBUTE, None) is not None


def crawl_of(crawler: Crawler) -> Crawl:
    """The crawl of a crawler.

    :raises StateError: where it has none.
    """
    crawl: Crawl | None = getattr(crawler, _ATTRIBUTE, None)
    if crawl is None:
        cure = "run the spider 'portal' with this project's settings (portal_crawler.settings)"
        raise StateError("the crawl", "is not open", cure)
    return crawl


def key_of(exchange: Request | Response) -> str | None:
    """The key of the address that a request (or the one behind a response) is for; ``None`` for a robots.txt."""
    key: str | None = exchange.meta.get(KEY)
    return key
