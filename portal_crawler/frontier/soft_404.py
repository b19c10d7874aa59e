"""Soft 404: how a host answers, with status 200, for an address that does not exist, and which pages are that answer.

The host is asked for two such addresses near a page that exists. What both answers say and that page does not is the
apology; a page that says it too, and hardly anything else, is one more (after Bar-Yossef et al., "Sic transit gloria
telae", WWW 2004, who compare a page with the answer to a random address beside it). Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from portal_crawler.page.kind import KindDecision, PageKind
from portal_crawler.page.links import Link
from portal_crawler.page.roles import Reason
from portal_crawler.reading import PageReading
from portal_crawler.template.fingerprint import folded, hash_of

LIKE_ABSENT = "like the host's answer to an address that does not exist"
"""The reason for the kind of a page that is a soft 404."""

ABSENT = "404 "
"""Before the name of a host: what the ledger knows of its answers to absent addresses."""

# Pages of a host after which it is asked: a small one is crawled by then.
PAGES = 20
PROBES = 2

# The share of the apology, in characters, that a page must show: one sentence may be drawn by lot.
_SHARE = 0.8
# An apology shorter than this says nothing: "Home".
_LEAST = 10
# A page with more text of its own than this, in characters without links, is one, whatever else stands on it.
_OWN = 600
_BLOCKS = 200
# Each is sought from a word's start alone: from each of its letters, a long one would cost its square.
_ADDRESS = re.compile(r"(?<!\S)\S*[/?=]\S*|(?<!\w)\w*\d\w*")
_ENDING = re.compile(r"\.\w{1,5}\Z")

Texts = dict[int, int]
"""The blocks of a page: hash and length in characters."""


@dataclass(frozen=True, slots=True)
class Apology:
    """What a host's answers to absent addresses have in common: ``texts`` says what, ``template`` what its pages show
    anyway.
    """

    texts: Mapping[int, int]
    template: frozenset[int]

    def is_made_by(self, reading: PageReading) -> bool:
        """Whether a page is such an answer."""
        length = sum(self.texts.values())
        if reading.capture.status != 200 or length < _LEAST:
            return False
        page = texts_of(reading)
        shown = sum(size for text, size in self.texts.items() if text in page)
        own = sum(size for text, size in page.items() if text not in self.texts and text not in self.template)
        return shown >= _SHARE * length and own <= _OWN


def absent_url(url: str, number: int) -> str:
    """An address beside a page, of a name that no page has.

    >>> absent_url("http://h/news/12.htm?x=1", 0)
    'http://h/news/no-such-page-ca9d05c297.htm'
    """
    directory, _, page = url.partition("?")[0].rpartition("/")
    if directory.endswith(("http:/", "https:/")):
        directory, page = url.partition("?")[0], ""
    ending = _ENDING.search(page)
    name = blake2b(f"{directory} {number}".encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    return f"{directory}/no-such-page-{name}{ending[0] if ending else ''}"


def texts_of(reading: PageReading) -> Texts:
    """The texts of a page, without those of links, and with addresses and counters folded."""
    texts, linked = {}, linked_text(reading.links)
    for block in reading.blocks[:_BLOCKS]:
        text = folded(_ADDRESS.sub("0", block.text)) if linked[block.index] * 2 <= len(block.text) else ""
        if text:
            texts[hash_of(text)] = len(text)
    return texts


def linked_text(links: Iterable[Link]) -> Counter[int | None]:
    """The length of the texts of links in each block, by its index."""
    lengths: Counter[int | None] = Counter()
    for link in links:
        lengths[link.block] += len(link.text)
    return lengths


def apology_of(facts: Mapping[str, Any]) -> Apology | None:
    """The apology of a host, by what the ledger knows of it; ``None`` where its answers are not all there."""
    answers = [dict(answer) for answer in facts.get("answers", ())]
    return apology(answers, frozenset(facts["template"])) if len(answers) == PROBES else None


def apology(answers: list[Texts], template: frozenset[int]) -> Apology:
    """What several answers have in common that no page shows."""
    first, *others = answers
    common = {text: size for text, size in first.items() if all(text in other for other in others)}
    return Apology({text: size for text, size in common.items() if text not in template}, template)


def as_absent(reading: PageReading) -> PageReading:
    """The reading of a page that is such an answer: no article, whatever it looks like."""
    kind = KindDecision(PageKind.OTHER, 0.9, (Reason(LIKE_ABSENT, 0.9),))
    return replace(reading, kind=kind, article=None, sketch=None)


def is_absent(reading: PageReading) -> bool:
    """Whether a page was read as such an answer."""
    return any(reason.text == LIKE_ABSENT for reason in reading.kind.reasons)
