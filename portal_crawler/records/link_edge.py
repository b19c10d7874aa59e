"""Link edge: one occurrence of a link as a line of ``links.jsonl``. Contains no input or output."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from portal_crawler.page.anchor_spans import Span, anchor_spans
from portal_crawler.page.folding import readable
from portal_crawler.page.kind import PageKind
from portal_crawler.page.links import Link, shown_links
from portal_crawler.page.roles import Role
from portal_crawler.reading import PageReading
from portal_crawler.records.article_record import fetched_at, record_kind
from portal_crawler.records.schema import SCHEMA_VERSION
from portal_crawler.urls import url_key

# Of what stands around an anchor, so many words; of a script without spaces, so many characters.
_WORDS, _CHARACTERS = 8, 20
# No more characters are looked at: a word that this cuts is left out.
_REACH = 80
# Scripts that part no words: Thai, Lao, Burmese, Khmer, Japanese, Chinese.
_UNPARTED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
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
    links, texts = shown_links(reading.links), [readable(block.text) for block in reading.blocks]
    spans = anchor_spans(((link.block, link.text) for link in links), texts)
    placed = zip(links, ordinals(link.role for link in links), spans, strict=True)
    return (_edge(link, page, sites, ordinal, _context(link, span, texts)) for link, ordinal, span in placed)


def source_kind(reading: PageReading) -> str:
    """The kind of the page that links stand on, as their lines have it."""
    return _SOURCE_KINDS.get(record_kind(reading), "other")


def ordinals(roles: Iterable[Role]) -> list[int]:
    """The place of each link of a page among those of its role, from 0.

    >>> ordinals([Role.HEADER, Role.BODY, Role.HEADER])
    [0, 0, 1]
    """
    seen = Counter[Role]()
    places = []
    for role in roles:
        places.append(seen[role])
        seen[role] += 1
    return places


def _edge(
    link: Link, page: tuple[str, str, str, str], sites: frozenset[str], ordinal: int, context: list[str] | None
) -> dict[str, Any]:
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
        "editorial": link.editorial,
        "confidence": link.confidence,
        "element": link.element,
        "rel": list(link.rel),
        "position": link.position,
        "ordinal": ordinal,
        "context": context,
        "internal": link.url_key.partition(")")[0] in sites,
        "seen_at": seen_at,
    }


def _context(link: Link, span: Span | None, texts: list[str]) -> list[str] | None:
    """A few words of a link's block before and behind its anchor; ``None`` where nothing stands there."""
    if span is None or link.block is None or span[1] - span[0] == len(texts[link.block]):
        return None
    text, (start, end) = texts[link.block], span
    before, behind = _last_words(text[max(0, start - _REACH) : start]), _first_words(text[end : end + _REACH])
    return [before, behind] if before or behind else None


def _first_words(text: str) -> str:
    if not text.isascii() and _UNPARTED.search(text):
        return text[:_CHARACTERS].strip()
    if len(text) == _REACH:
        text = text.rpartition(" ")[0]  # the last word may be cut
    return " ".join(text.split()[:_WORDS])


def _last_words(text: str) -> str:
    if not text.isascii() and _UNPARTED.search(text):
        return text[-_CHARACTERS:].strip()
    if len(text) == _REACH:
        text = text.partition(" ")[2]
    return " ".join(text.split()[-_WORDS:])
