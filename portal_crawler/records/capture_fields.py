"""Capture fields: what the metadata record of an exchange says of it. Contains no input or output.

The names ``via``, ``hopsFromSeed``, ``fetchTimeMs`` and ``outlink`` are those of the WARC files of Heritrix; the others
are ours. ``outcome`` says what the crawl made of the exchange.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from portal_crawler.archive.exchange import Exchange
from portal_crawler.reading import PageReading
from portal_crawler.records.article_record import record_kind


class Outcome(StrEnum):
    """PAGE: the answer is a line of ``pages.jsonl``. The others have none: ROBOTS is a host's robots.txt, PROBE the
    answer to an address that does not exist, RETRIED is asked for again, FAILED is given up. ORIGINAL is no exchange of
    this crawl, but a copy of one of an earlier crawl.
    """

    PAGE = "page"
    ROBOTS = "robots"
    PROBE = "probe"
    RETRIED = "retried"
    FAILED = "failed"
    ORIGINAL = "original"


EARLIER_STORY = "earlierStory"
"""The id of the story that the crawl before read at the address."""

Fields = tuple[tuple[str, str], ...]


def page_fields(reading: PageReading, exchange: Exchange) -> Fields:
    """The fields of an exchange whose page was read: how it was found, what it is, where it leads."""
    return tuple(_page_fields(reading, exchange))


def aside_fields(exchange: Exchange, outcome: Outcome, reason: str = "", via: str | None = None) -> Fields:
    """The fields of an exchange that became no page, and why."""
    fields = [("outcome", outcome.value), *_wire_fields(exchange)]
    if reason and reason != exchange.problem:
        fields.append(("reason", reason))
    if via:
        fields.append(("via", via))
    return tuple(fields)


def _page_fields(reading: PageReading, exchange: Exchange) -> Iterator[tuple[str, str]]:
    capture, charset = reading.capture, reading.charset
    yield "outcome", Outcome.PAGE.value
    yield from _wire_fields(exchange)
    if capture.via:
        yield "via", capture.via
    yield "depth", str(capture.depth or 0)
    if capture.hops:
        yield "hopsFromSeed", capture.hops
    if capture.earlier_story:
        yield EARLIER_STORY, capture.earlier_story
    yield "pageKind", f"{record_kind(reading).value} {reading.kind.confidence:.3f}"
    if charset:
        yield "charset", f"{charset.used} ({charset.source}; declared {charset.declared or 'none'})"
    for problem in (*capture.problems, *reading.problems):
        yield "problem", problem
    for link in reading.links:
        yield "outlink", f"{link.url} {link.element} {link.role}"


def _wire_fields(exchange: Exchange) -> Iterator[tuple[str, str]]:
    yield "fetchTimeMs", str(round(exchange.seconds * 1000))
    if exchange.proxy:
        yield "proxy", exchange.proxy
    if exchange.problem:
        yield "problem", exchange.problem
