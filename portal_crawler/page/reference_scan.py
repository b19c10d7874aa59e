"""Reference scan: the references at the start of a page without a parser, for pages that no parser gets through.

Two regular expressions over tags, each of bounded length: the cost is linear in what is looked at, whatever it holds.
"""

from __future__ import annotations

import re
from html import unescape

from lxml import etree

from portal_crawler.page.blocks import BlockTree, Occurrence
from portal_crawler.page.folding import fold
from portal_crawler.page.markup import without_raw_text
from portal_crawler.page.refresh import refresh_target

# How much of a page is looked at, in bytes, and how many references are taken: those of the largest pages of WCXB dev
# (15,800 tags) would all be found.
MOST_BYTES = 1_048_576
MOST_REFERENCES = 10_000
_TAG = re.compile(r"<(a|area|i?frame|base|meta)\s([^<>]{1,4096})>([^<>]{0,500})", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(href|src|http-equiv|content|rel)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_SOURCES = {"a": "href", "area": "href", "frame": "src", "iframe": "src"}


def scan_references(text: str) -> BlockTree:
    """A tree without text or blocks that has the page's references, in document order, and its ``<base>``.

    >>> scan_references('<a href="/one">first</a> <a href=/two rel=nofollow>second').occurrences[1].rel
    ('nofollow',)
    """
    found: list[Occurrence] = []
    base: str | None = None
    for match in _TAG.finditer(without_raw_text(text)):
        name, attributes = match[1].lower(), _attributes(match[2])
        if name == "base":
            base = base or attributes.get("href")
        elif name == "meta":
            refresh = refresh_target(attributes.get("content", ""))
            if attributes.get("http-equiv", "").strip().lower() == "refresh" and refresh:
                found.append(Occurrence("meta_refresh", refresh, "", (), None, None))
        elif reference := attributes.get(_SOURCES[name]):
            words = fold(unescape(match[3])) if name == "a" else ""
            rel = tuple(attributes.get("rel", "").lower().split())
            found.append(Occurrence(name, reference, words, rel, None, None))
        if len(found) >= MOST_REFERENCES:
            break
    return BlockTree(etree.Element("html"), (), (), (), tuple(found), base_href=base)


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        found.setdefault(match[1].lower(), unescape(match[2] or match[3] or match[4] or ""))
    return found
