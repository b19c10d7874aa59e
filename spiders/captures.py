"""Captures: Scrapy's response as a capture, the form in which the library reads it."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.http import Response

from portal_crawler.capture import Capture
from portal_crawler.engine.attached import EXCHANGE
from portal_crawler.frontier.ledger_sqlite import FrontierRow
from portal_crawler.urls import resolve

_REDIRECTS = range(300, 400)


def capture_of(response: Response) -> Capture:
    """The capture of one exchange, fetched now. Its URL is the ledger's, its final URL the target of a redirect."""
    row: FrontierRow = response.meta["portal_row"]
    headers = tuple((name, value) for name, values in response.headers.items() for value in values)
    location = response.headers.get("Location") if response.status in _REDIRECTS else None
    target = resolve(row.url, location.decode("utf-8", "replace")) if location else None
    return Capture(
        url=row.url,
        final_url=target or row.url,
        status=response.status,
        headers=headers,
        body=response.body,
        fetched_at=datetime.now(UTC),
        payload_digest=response.meta[EXCHANGE],
        via=row.via,
        depth=row.depth,
    )
