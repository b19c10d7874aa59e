"""Spellings: the downloader middleware for redirects from one spelling of an address to another (http to https).

Both are one page by their key, so the target would never be fetched as a page of its own: the address is asked for once
more as the server wants it written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest

from portal_crawler.archive.http_message import read_response
from portal_crawler.engine.attached import EXCHANGE, crawl_of, key_of
from portal_crawler.urls import UrlRules, location_text, resolve, url_key

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class SpellingsMiddleware:
    """Queues such an address again under its target; any other answer passes."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawl = crawl_of(crawler)
        self._rules = UrlRules(frozenset(self._crawl.profile.urls.drop_params))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of a crawler."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Let the answer pass, or ask again."""
        key, exchange = key_of(request), request.meta.get(EXCHANGE)
        if key is None or exchange is None or not 300 <= response.status < 400:
            return response
        location = read_response(exchange.response).header(b"location")
        target = resolve(request.url, location_text(location)) if location else None
        if target is None or target == request.url or url_key(target, self._rules) != key:
            return response
        if not self._crawl.moved(key, target, exchange):
            return response
        raise IgnoreRequest(f"{request.url} is asked for as {target}")
