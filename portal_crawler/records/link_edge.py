"""Link edge: one occurrence of a link as a line of ``links.jsonl``. Contains no input or output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal_crawler.page.kind import PageKind
from portal_crawler.page.links import Link
from portal_crawler.reading import PageReading
from portal_crawler.records.article_record import fetched_at, record_kind
from portal_crawler.records.schema import SCHEMA_VERSION
from portal_crawler.urls import url_key

_SOURCE_KINDS = {PageKind.ARTICLE: "article", PageKind.LINK_PAGE: "link_page"}


def portal_sites(hosts: list[str]) -> frozenset[str]:
    """The SURT form of a portal's hosts, to tell internal targets from others.

    >>> sorted(portal_sites(["www.portal.test", "archive.portal.test:8080"]))
    ['test,portal,archive:8080', 'test,portal,www']
    """
    keys = [url_key(f"http://{host}/") for host in hosts]
    return frozenset(key.partition(")")[0] for key in keys if key)


def link_edges(reading: PageReading, sites: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Every link of a page, in document order.

    :param sites: the portal's hosts as ``portal_sites`` has them.
    """
    page = (reading.capture.url, reading.url_key, source_kind(reading), fetched_at(reading.capture))
    return (_edge(link, page, sites) for link in reading.links)


def source_kind(reading: PageReading) -> str:
    """The kind of the page that links stand on, as their lines have it."""
    return _SOURCE_KINDS.get(record_kind(reading), "other")


def _edge(link: Link, page: tuple[str, str, str, str], sites: frozenset[str]) -> dict[str, Any]:
    source_url, source_key, source_kind, seen_at = page
    return {
        "schema_version": SCHEMA_VERSION,
        "source_url": source_url,
        "source_key": source_key,
        "source_kind": source_kind,
        "target_url": link.url,
        "target_key": link.url_key,
        "text": link.text,
        "role": link.role,  # a string: its .value would take as long as all the rest
        "element": link.element,
        "rel": list(link.rel),
        "position": link.position,
        "internal": link.url_key.partition(")")[0] in sites,
        "seen_at": seen_at,
    }
