"""Answers: the downloader middleware that queues an address again where the server says that it is only busy."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest

from portal_crawler.archive.exchange import Exchange, Truncation
from portal_crawler.engine.attached import EXCHANGE, SENT, NotArchivedError, crawl_of, key_of
from portal_crawler.engine.checked_endpoint import RefusedAddressError
from portal_crawler.engine.open_files import is_out_of_files, out_of_files
from portal_crawler.urls import host_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


# Answers that a later try may turn (RFC 9110 sections 15.5.9, 15.6; RFC 6585 section 4).
_BUSY = frozenset({408, 429, 500, 502, 503, 504})
# Answers of a server in trouble, which say nothing of the address (RFC 9110 sections 15.6.1, 15.6.3 to 15.6.5).
_TROUBLE = frozenset({500, 502, 503, 504})


class AnswersMiddleware:
    """Tells the crawl how its hosts do. Sets busy and cut-off answers aside while tries are left; the last one is a
    page like any other.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawl = crawl_of(crawler)
        self._patience = self._crawl.profile.politeness.max_retry_after

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of a crawler."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Queue the address again, or let the answer pass."""
        key = key_of(request)
        exchange: Exchange | None = request.meta.get(EXCHANGE)
        wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        if exchange is not None:
            # A server that asks for more patience than we have is asked for other things meanwhile.
            pause = wait if wait is not None and response.status in _BUSY and wait <= self._patience else 0.0
            self._note(request, response.status, exchange, pause)
        if key is None or not self._crawl.may_retry(key):
            return response
        row = request.meta["portal_row"]
        if exchange is not None and exchange.truncated:
            self._crawl.again(key, self._crawl.pacing.backoff(row.tries), exchange.problem, exchange)
            raise IgnoreRequest(f"{exchange.problem}: {request.url} is tried again")
        if response.status not in _BUSY:
            return response
        if wait is not None and wait > self._patience:
            return response
        delay = max(wait or 0.0, self._crawl.pacing.backoff(row.tries))
        self._crawl.again(key, delay, f"status {response.status}", exchange)
        raise IgnoreRequest(f"status {response.status}: {request.url} is tried again")

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note that a host gave no answer."""
        if is_out_of_files(exception):
            self._crawl.fail(out_of_files())
            return
        if SENT not in request.meta or isinstance(exception, IgnoreRequest | NotArchivedError | RefusedAddressError):
            return
        exchange: Exchange | None = request.meta.get(EXCHANGE)
        if exchange is not None and exchange.truncated is Truncation.LENGTH:
            self._note(request, 200, exchange, 0.0)
        else:
            self._crawl.pacing.failed(host_of(request.url), request.meta[SENT])

    def _note(self, request: Request, status: int, exchange: Exchange, pause: float) -> None:
        pacing, host = self._crawl.pacing, host_of(request.url)
        if status in _TROUBLE:
            pacing.failed(host, request.meta.get(SENT, pacing.now()), pause)
        else:
            pacing.answered(host, exchange.seconds, len(exchange.response), pause)


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
