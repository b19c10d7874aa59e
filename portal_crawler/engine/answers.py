"""Answers: the downloader middleware that queues an address again where the server says that it is only busy."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest

from portal_crawler.engine.attached import EXCHANGE, crawl_of, key_of
from portal_crawler.engine.limits import backoff

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

# Answers that a later try may turn (RFC 9110 sections 15.5.9, 15.6; RFC 6585 section 4).
_BUSY = frozenset({408, 429, 500, 502, 503, 504})
# A server that asks for more patience than this gets the last answer recorded instead.
_LONGEST_WAIT = 600.0


class AnswersMiddleware:
    """Sets busy and cut-off answers aside while tries are left; the last one is a page like any other."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawl = crawl_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of a crawler."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Queue the address again, or let the answer pass."""
        key = key_of(request)
        if key is None or not self._crawl.may_retry(key):
            return response
        row, exchange = request.meta["portal_row"], request.meta[EXCHANGE]
        if exchange is not None and exchange.truncated:
            self._crawl.again(key, backoff(row.tries), exchange.problem, exchange)
            raise IgnoreRequest(f"{exchange.problem}: {request.url} is tried again")
        if response.status not in _BUSY:
            return response
        wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        if wait is not None and wait > _LONGEST_WAIT:
            return response
        self._crawl.again(key, max(wait or 0.0, backoff(row.tries)), f"status {response.status}", exchange)
        raise IgnoreRequest(f"status {response.status}: {request.url} is tried again")


def retry_after(value: bytes | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110 section 10.2.3), or ``None``.

    >>> retry_after(b"Fri, 31 Dec 1999 23:59:59 GMT", datetime(1999, 12, 31, 23, 59, 49, tzinfo=UTC))
    10.0
    """
    text = (value or b"").decode("latin-1").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
