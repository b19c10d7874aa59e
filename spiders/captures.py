"""Captures: an answer as the library reads it, from its bytes on the wire and the ledger's row."""

from __future__ import annotations

from dataclasses import replace

from portal_crawler.archive.exchange import Exchange
from portal_crawler.archive.http_message import HttpResponse
from portal_crawler.archive.response_capture import capture_of as capture_of_response
from portal_crawler.capture import Capture
from portal_crawler.frontier.ledger_sqlite import FrontierRow


def capture_of(row: FrontierRow, exchange: Exchange, message: HttpResponse, most: int) -> Capture:
    """The capture of one exchange. Its URL is the ledger's.

    :param most: bytes of the unpacked body, at most.
    """
    return capture_of_response(
        row.url, message, exchange.started, most=most, via=row.via, depth=row.depth, hops=row.hops
    )


def found_by(row: FrontierRow, capture: Capture) -> Capture:
    """A capture from an archive, under the ledger's URL and as this crawl found it."""
    return replace(capture, url=row.url, via=row.via, depth=row.depth, hops=row.hops)
