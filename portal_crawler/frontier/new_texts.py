"""New texts: what a page shows that its host may not have shown yet, and whether it says that it is not there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

from portal_crawler.frontier.soft_404 import is_absent, linked_text
from portal_crawler.page.kind import SAYS_NOT_FOUND, PageKind
from portal_crawler.page.links import Element
from portal_crawler.reading import PageReading
from portal_crawler.template.fingerprint import folded

# From the first digit of a word to its end. Digits are few, and quickly found: a pattern for the whole word would look
# at every word.
_FROM_DIGIT = re.compile(r"\d\w*")
# A block with so much new text of its own, in characters without those of links, makes a page a find: a caption, an
# abstract. A shorter one is a label or a teaser, in which pages of one template differ.
_WORTH = 80
# A story with so many different numbers, those of its address aside, is about numbers: rates, results, the weather.
_FIGURES = 8
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
# Answers that say there is no such page (RFC 9110 sections 15.5.5 and 15.5.11). A server that refuses may let in again.
_GONE = frozenset({404, 410})
# Blocks of a page that are compared, at most: a page of thousands would fill the ledger.
_BLOCKS = 100


def is_dead(reading: PageReading) -> bool:
    """Whether an answer says that there is no such page: by its status, or in words."""
    status = reading.capture.status
    if status == 200:
        return is_absent(reading) or any(reason.text == SAYS_NOT_FOUND for reason in reading.kind.reasons)
    return status in _GONE


def page_text(reading: PageReading, host: str) -> int:
    """The hash of all that a page shows, word for word; 0 of one that shows nothing, and of errors and redirects. What
    a page of frames shows stands in those: its own words, to readers without frames, are the same on all of a portal.
    """
    if reading.capture.status != 200 or reading.kind.kind is PageKind.UNREADABLE:
        return 0
    if any(link.element is Element.FRAME for link in reading.links):
        return 0
    text = "\n".join([reading.metadata.title, *(block.text for block in reading.blocks)]).strip()
    return _hash(f"{host}\n{text}") if text else 0


def new_texts(reading: PageReading, host: str) -> list[int]:
    """The hashes of what may be new on a page, any of which makes it a find. Counters, dates and ids are folded: a page
    that differs from another in those is none, but for a story of many figures. A story counts as a whole, another
    page block by block.

    :param host: under which the texts count: a mirror's are as new as the original's.
    """
    if reading.capture.status != 200 or is_dead(reading):
        return []
    if reading.is_article and reading.text:
        counted = sorted(set(_NUMBER.findall(reading.text)) - set(_NUMBER.findall(reading.capture.url)))
        figures = " ".join(counted) if len(counted) >= _FIGURES else ""
        return [_hash(f"{host}\n{_folded([reading.metadata.title, *reading.paragraphs])}\n{figures}")]
    linked = linked_text(reading.links)
    long = [block for block in reading.blocks if len(block.text) - linked[block.index] >= _WORTH]
    return [_hash(f"{host}\n{_folded([block.text])}") for block in long[:_BLOCKS]]


def _folded(texts: Iterable[str]) -> str:
    return "\n".join(folded(_uncounted(text)) for text in texts)


def _uncounted(text: str) -> str:
    """A text with 0 for each word that holds a digit: counters, session ids, times.

    >>> _uncounted("B52s at 10:45, x_1y, \u00fcber")
    '0 at 0:0, 0, \u00fcber'
    """
    kept, done = list[str](), 0
    for found in _FROM_DIGIT.finditer(text):
        start = found.start()
        while start > done and (text[start - 1].isalnum() or text[start - 1] == "_"):
            start -= 1
        kept.append(text[done:start])
        done = found.end()
    return "0".join((*kept, text[done:])) if done else text


def _hash(text: str) -> int:
    """63 bits of BLAKE2b (RFC 7693): what SQLite keeps as an integer."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1
