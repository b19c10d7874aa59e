"""Trap rule: when a page counts as a find, when an address is in doubt, how much a crawl may spend on such. Pure.

An address is *in doubt* when nothing but pages without a find led to it, and its pattern has shown none of late. It
waits until nothing else is left; then those of the patterns that are known least come first. A pattern whose pages are
the same again and again, or feed each other without end, is in doubt as a whole. Requests for addresses in
doubt may be a small share of all; what is left when that is used up is skipped. One find clears all that led to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from portal_crawler.frontier.scope import Refusal
from portal_crawler.frontier.soft_404 import is_absent, linked_text
from portal_crawler.frontier.url_pattern import UrlPattern
from portal_crawler.page.kind import SAYS_NOT_FOUND, PageKind
from portal_crawler.reading import PageReading
from portal_crawler.sites.profile import Traps
from portal_crawler.template.fingerprint import folded

TRAP, BUDGET = "trap", "budget"

# Words with digits: counters, session ids, times. Sought from a word's start alone: from each of its letters, a long
# one would cost its square.
_COUNTED = re.compile(r"(?<!\w)\w*\d\w*")
# A block with so much new text of its own, in characters without those of links, makes a page a find: a caption, an
# abstract. A shorter one is a label or a teaser, in which pages of one template differ.
_WORTH = 80
# The last texts of a pattern that a page of its is held against.
_TEXTS = 16
# Pages under another session id that showed the same text, and how many times those that did not: such is a page with
# a counter of visitors.
_TOKENS = 4
# A story with so many different numbers, those of its address aside, is about numbers: rates, results, the weather.
_FIGURES = 8
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
# A pattern feeds itself when its pages have led to so many addresses of their own kind for each page, all of them new,
# and nothing else leads to it: of a finite number of pages some would soon link to known ones. With links drawn by
# lot among 2,000 pages, one of the first 80 leads back in 80 % of all cases; on portals, menus and lists do at once.
_FED, _EACH = 80, 2
_ELSEWHERE = 20
# Answers that say there is no such page (RFC 9110 sections 15.5.5 and 15.5.11). A server that refuses may let in again.
_GONE = frozenset({404, 410})
# Times ``same``: pages in a row that are not there, tried all over a pattern, after which the rest is in doubt whatever
# led to it. 12: were half of them still there, 12 tries would miss those once in 4,096; the share comes on top.
_ALL_OVER = 3
# Blocks of a page that are compared, at most: a page of thousands would fill the ledger.
_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class TrapOptions:
    """The numbers of the rule.

    ``patience``: pages without a find, in a row, after which a pattern is suspected. 8: with 30 % of the days of an
    archive empty at random, a row of 8 comes once in 15,000.
    ``chain``: pages without a find, each found on the one before, after which what they lead to is in doubt. 3: a
    portal's own way to a story is seldom longer (home page, section, list), and each find on it starts the count anew.
    ``same``: pages in a row that repeat an earlier one of their pattern, or are not there, after which it is suspected.
    4: five pages that say the same.
    ``share``: of all requests, those for addresses in doubt, at most. ``least``: as many may be made in a small crawl.
    ``area``: those in one area since its last find, at most.
    ``budget``: requests for the addresses of one pattern, at most; ``None``: any number, since a portal of 100,000
    stories has them under one.
    ``exempt``: addresses that are never in doubt, by regular expressions on path and query.
    """

    enabled: bool = True
    patience: int = 8
    chain: int = 3
    same: int = 4
    share: float = 0.01
    least: int = 5
    area: int = 200
    budget: int | None = None
    exempt: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def of(cls, traps: Traps) -> TrapOptions:
        """The options that a profile sets."""
        exempt = tuple(re.compile(pattern) for pattern in traps.exempt)
        return cls(traps.enabled, traps.patience, share=traps.share, budget=traps.budget, exempt=exempt)

    def is_exempt(self, url: str) -> bool:
        """Whether the profile vouches for an address."""
        if not self.exempt:
            return False
        path = "/" + url.partition("://")[2].partition("/")[2]
        return any(pattern.search(path) for pattern in self.exempt)

    def allowance(self, requests: int) -> int:
        """Requests for addresses in doubt that a crawl of so many requests may make."""
        return max(self.least, int(self.share * requests)) if self.share else 0


@dataclass(slots=True)
class PatternState:
    """What the pages of a pattern have shown.

    ``pages`` were fetched, ``finds`` of them were finds; ``run`` counts those without one since the last find,
    ``repeats`` pages in a row that repeat an earlier one of the pattern, word for word, ``dead`` answers in a row that
    there is no such page. ``texts`` are the hashes of the last pages. ``inner`` counts addresses that pages of the
    pattern found, ``outer`` those that others found, ``back`` links from its pages to known ones. ``same`` and
    ``other`` count addresses that differ from a known one in a session id alone, and showed the same text, or another.
    ``area`` is the row of its area.
    """

    id: int
    area: int
    name: str
    pages: int = 0
    finds: int = 0
    run: int = 0
    repeats: int = 0
    dead: int = 0
    inner: int = 0
    outer: int = 0
    back: int = 0
    same: int = 0
    other: int = 0
    texts: tuple[int, ...] = ()

    def is_good(self, options: TrapOptions) -> bool:
        """Whether its pages show something new, as far as is known."""
        return self.finds > 0 and self.run < options.patience and not self.is_endless(options)

    def is_endless(self, options: TrapOptions) -> bool:
        """Whether it is in doubt as a whole, whatever led to its addresses."""
        hopeless = self.dead >= _ALL_OVER * options.same
        return hopeless or self.repeats_itself(options) or self.feeds_itself

    def waits(self, options: TrapOptions) -> bool:
        """Whether its addresses wait until nothing else is left, in doubt or not."""
        return self.dead >= options.same or self.is_endless(options)

    @property
    def feeds_itself(self) -> bool:
        """Whether its pages lead to more and more of their own kind, and nothing else does."""
        fed = self.inner >= _FED and self.inner >= _EACH * self.pages
        return fed and not self.back and self.outer * _ELSEWHERE <= self.inner

    def rank(self, options: TrapOptions) -> int:
        """How much was spent on it in vain; -1 while it shows something new, or is tried all over."""
        if self.is_good(options) or (self.waits(options) and not self.is_endless(options)):
            return -1
        return self.pages if self.is_endless(options) else self.run

    def repeats_itself(self, options: TrapOptions) -> bool:
        """Whether its pages have been the same ones again and again."""
        return self.repeats >= options.same

    @property
    def has_idle_token(self) -> bool:
        """Whether the session id in its addresses does not choose the page."""
        return self.same >= _TOKENS and self.same >= _TOKENS * self.other

    def shown(self, page: Shown) -> None:
        """Count a page."""
        self.pages += 1
        text = page.text
        self.dead = self.dead + 1 if page.is_dead else 0
        if page.is_find:
            self.finds, self.run, self.repeats = self.finds + 1, 0, 0
        else:
            self.run += 1
            if text:
                self.repeats = self.repeats + 1 if text in self.texts else 0
        if text and text not in self.texts:
            self.texts = (*self.texts, text)[-_TEXTS:]

    def credited(self) -> None:
        """Count a page of its, which was none so far, as a find: something new was found behind it."""
        self.finds, self.run, self.repeats, self.dead = self.finds + 1, 0, 0, 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page showed: the hash of its text (0 for none), whether it was new, whether there is no such page."""

    text: int = 0
    is_find: bool = False
    is_dead: bool = False


@dataclass(frozen=True, slots=True)
class Lineage:
    """How an address was found: ``barren`` counts the pages without a find that led to it, each found on the one before
    (redirects do not count), ``parent`` is the pattern of the last of them, ``doubted`` whether that one was in doubt.
    """

    barren: int = 0
    parent: UrlPattern | None = None
    doubted: bool = False


def in_doubt(
    pattern: UrlPattern, state: PatternState, lineage: Lineage, options: TrapOptions, *, scouts: bool = False
) -> bool:
    """Whether an address of a pattern, found in such a way, is to wait until nothing else is left.

    :param scouts: whether it is the first of its pattern that was found, and may be tried at once.
    """
    if state.is_endless(options):
        return True
    if not lineage.barren or state.is_good(options):
        return False
    if state.dead >= options.same:
        return True
    if lineage.parent is not None and pattern.grows_from(lineage.parent):
        return True
    if scouts and lineage.parent is not None and not pattern.extends(lineage.parent):
        return False
    return lineage.doubted or lineage.barren >= options.chain


def trap_refusal(state: PatternState, options: TrapOptions, *, used_up: bool = True) -> Refusal:
    """Why an address that was in doubt to the end is not fetched.

    :param used_up: whether the share of all requests is, and not that of its area.

    >>> trap_refusal(PatternState(1, 1, "h/cal?m=#&y=#", pages=9, run=9), TrapOptions()).rule
    'h/cal?m=#&y=#: 9 pages, none with anything new; [traps] share = 0.01'
    """
    limit = f"[traps] share = {options.share:g}" if used_up else f"{options.area} tries in its directory were in vain"
    many = f"{state.pages} page{'s' if state.pages != 1 else ''}"
    if state.repeats_itself(options):
        return Refusal(TRAP, f"{state.name}: the last {state.repeats} of {many} repeat earlier ones; {limit}")
    if state.feeds_itself:
        return Refusal(
            TRAP, f"{state.name}: {many} led to {state.inner} new ones of their own kind, to no known one; {limit}"
        )
    if state.dead >= options.same:
        return Refusal(TRAP, f"{state.name}: {many}, the last {state.dead} are not there; {limit}")
    if not state.pages:
        return Refusal(TRAP, f"{state.name}: found by a chain of pages without anything new; {limit}")
    if not state.finds:
        return Refusal(TRAP, f"{state.name}: {many}, none with anything new; {limit}")
    return Refusal(TRAP, f"{state.name}: {many}, the last {state.run} without anything new; {limit}")


def budget_refusal(state: PatternState, options: TrapOptions) -> Refusal | None:
    """Why no more of a pattern is fetched, or ``None``."""
    if options.budget is None or state.pages < options.budget:
        return None
    return Refusal(BUDGET, f"{state.name}: {state.pages} pages; [traps] budget = {options.budget}")


def token_refusal(state: PatternState, known: str) -> Refusal:
    """Why an address that differs from a known one in a session id is not fetched."""
    return Refusal(TRAP, f"{state.name}: the id in it does not choose the page; {known} was fetched under another")


# -- what a page shows


def is_dead(reading: PageReading) -> bool:
    """Whether an answer says that there is no such page: by its status, or in words."""
    status = reading.capture.status
    if status == 200:
        return is_absent(reading) or any(reason.text == SAYS_NOT_FOUND for reason in reading.kind.reasons)
    return status in _GONE


def page_text(reading: PageReading, host: str) -> int:
    """The hash of all that a page shows, word for word; 0 of one that shows nothing, and of errors and redirects."""
    if reading.capture.status != 200 or reading.kind.kind is PageKind.UNREADABLE:
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
    return "\n".join(folded(_COUNTED.sub("0", text)) for text in texts)


def _hash(text: str) -> int:
    """63 bits of BLAKE2b (RFC 7693): what SQLite keeps as an integer."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1
