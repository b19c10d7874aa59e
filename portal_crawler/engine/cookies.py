"""Cookies: the downloader middleware that sends each host what it has set itself, where the profile says so."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from portal_crawler.engine.attached import crawl_of, key_of
from portal_crawler.engine.host_cookies import HostCookies
from portal_crawler.urls import host_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class CookiesMiddleware:
    """Does nothing unless ``[network] cookies`` is true."""

    def __init__(self, crawler: Crawler) -> None:
        crawl = crawl_of(crawler)
        self._cookies = HostCookies() if crawl.profile.network.cookies and crawl.source is None else None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of a crawler."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add the host's cookies; none to a robots.txt."""
        if self._cookies is None or key_of(request) is None:
            return
        if header := self._cookies.header(host_of(request.url), request.url, time.time()):
            request.headers[b"Cookie"] = header

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep what the answer sets."""
        if self._cookies is not None and key_of(request) is not None:
            set_by = response.headers.getlist(b"Set-Cookie")
            if set_by:
                self._cookies.take(host_of(request.url), request.url, set_by, time.time())
        return response
