"""Trap rule: when a page counts as a find, when an address is in doubt, how much a crawl may spend on such. Pure.

An address is *in doubt* when nothing but pages without a find led to it, and its pattern has shown none of late. It
waits until nothing else is left; then those of the patterns that are known least come first. A pattern whose pages are
the same again and again, or feed each other without end, is in doubt as a whole. Requests for addresses in
doubt may be a small share of all; what is left when that is used up is skipped. One find clears all that led to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from portal_crawler.frontier.hops import INDEX, in_a_row
from portal_crawler.frontier.scope import Refusal
from portal_crawler.frontier.url_pattern import UrlPattern
from portal_crawler.sites.profile import Traps

TRAP, BUDGET = "trap", "budget"

# The last texts of a pattern that a page of its is held against.
_TEXTS = 16
# Pages under another session id that showed the same text, and how many times those that did not: such is a page with
# a counter of visitors.
_TOKENS = 4
# A pattern feeds itself when its pages have led to so many addresses of their own kind for each page, all of them new,
# and nothing else leads to it: of a finite number of pages some would soon link to known ones. With links drawn by
# lot among 2,000 pages, one of the first 80 leads back in 80 % of all cases; on portals, menus and lists do at once.
_FED, _EACH = 80, 2
_ELSEWHERE = 20
# Times ``same``: pages in a row that are not there, tried all over a pattern, after which the rest is in doubt whatever
# led to it. 12: were half of them still there, 12 tries would miss those once in 4,096; the share comes on top.
_ALL_OVER = 3
# Times ``share``: what all that waits has cost since its last find, before it was suspected and after. Where it was
# more, no more of it is tried.
_IN_VAIN = 2
# New addresses of its own kind to which a page without a find leads, for the others of its pattern to be in doubt.
_BREEDS = 3
# Pages in doubt, each found on the one before, after which no more is tried ahead of the others.
_ASTRAY = 2
# A site map named by an index that an index named: by sitemaps.org's protocol, an index names site maps alone.
_INDEXES = 2


@dataclass(frozen=True, slots=True)
class TrapOptions:
    """The numbers of the rule.

    ``patience``: pages without a find, in a row, after which a pattern is suspected. 8: with 30 % of the days of an
    archive empty at random, a row of 8 comes once in 15,000.
    ``chain``: pages without a find, each found on the one before, after which what they lead to is in doubt. 3: a
    portal's own way to a story is seldom longer (home page, section, list), and each find on it starts the count anew.
    ``same``: pages in a row that repeat an earlier one of their pattern, or are not there, after which it is suspected.
    4: five pages that say the same.
    ``young``: pages that repeat an earlier one, for a pattern that has shown one find at most (an apology is new when
    it is shown first). Of a pattern without any find, all wait when one is not there; so many are tried in any case,
    and of all such patterns together half as many more as ``share`` allows.
    ``share``: of all requests, those for addresses in doubt, at most. ``least``: as many may be made in a small crawl.
    ``area``: those in one area since its last find, at most.
    ``redirects``: redirects in a row after which the next one waits. 5: RFC 2068 section 10.3 held so many to be
    enough.
    ``budget``: requests for the addresses of one pattern, at most; ``None``: any number, since a portal of 100,000
    stories has them under one.
    ``exempt``: addresses that are never in doubt, by regular expressions on path and query.
    """

    enabled: bool = True
    patience: int = 8
    chain: int = 3
    same: int = 4
    young: int = 2
    share: float = 0.01
    least: int = 5
    area: int = 200
    redirects: int = 5
    budget: int | None = None
    exempt: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def of(cls, traps: Traps) -> TrapOptions:
        """The options that a profile sets."""
        exempt = tuple(re.compile(pattern) for pattern in traps.exempt)
        return cls(
            traps.enabled,
            traps.patience,
            share=traps.share,
            redirects=traps.redirects,
            budget=traps.budget,
            exempt=exempt,
        )

    def is_exempt(self, url: str) -> bool:
        """Whether the profile vouches for an address."""
        if not self.exempt:
            return False
        path = "/" + url.partition("://")[2].partition("/")[2]
        return any(pattern.search(path) for pattern in self.exempt)

    def vouches_for(self, url: str) -> bool:
        """Whether an address is never refused for its form: the profile says so, or there is no rule."""
        return not self.enabled or self.is_exempt(url)

    def allowance(self, requests: int) -> int:
        """Requests for addresses in doubt that a crawl of so many requests may make."""
        return max(self.least, int(self.share * requests)) if self.share else 0

    def gone(self, requests: int) -> int:
        """Requests on top for the addresses of patterns of which nothing was there so far, in such a crawl."""
        return max(self.least, int(self.share * requests / 2)) if self.share else 0

    def wasted(self, requests: int) -> int:
        """What all that waits may have cost, in a crawl of so many requests, before no more of it is tried."""
        return max(self.least, int(_IN_VAIN * self.share * requests)) if self.share else 0


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
        return self.dead >= (options.same if self.finds else 1) or self.is_endless(options)

    @property
    def is_young(self) -> bool:
        """Whether it has shown one find at most."""
        return self.finds <= 1

    def is_gone(self, options: TrapOptions) -> bool:
        """Whether its addresses wait since others are not there: it has shown no find, and was not tried all over."""
        return not self.finds and self.dead > 0 and not self.is_endless(options)

    def may_be_under_way(self, count: int) -> bool:
        """Whether one more of its addresses may be asked for while others are under way. What one teaches may save the
        next, as long as little is known of it.
        """
        return not count or not self.is_young or count < self.pages // 2

    @property
    def breeds(self) -> bool:
        """Whether its pages have shown nothing, and each led to several new ones of their own kind."""
        return self.pages > 0 and not self.finds and not self.back and self.inner >= _BREEDS * self.pages

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
        return self.repeats >= (options.young if self.is_young else options.same)

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
                again = 2 if page.is_echo else int(text in self.texts)
                self.repeats = self.repeats + again if again else 0
        if text and text not in self.texts:
            self.texts = (*self.texts, text)[-_TEXTS:]

    def credited(self) -> None:
        """Count a page of its, which was none so far, as a find: something new was found behind it."""
        self.finds, self.run, self.repeats, self.dead = self.finds + 1, 0, 0, 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page showed: the hash of its text (0 for none), whether it was new, whether there is no such page, and
    whether the page that led to it says the same, word for word.
    """

    text: int = 0
    is_find: bool = False
    is_dead: bool = False
    is_echo: bool = False


@dataclass(frozen=True, slots=True)
class Lineage:
    """How an address was found: ``barren`` counts the pages without a find that led to it, each found on the one before
    (redirects do not count), ``parent`` is the pattern of the last of them, ``doubted`` whether that one was in doubt,
    or says what the one before it says, ``astray`` counts such pages in a row. ``redirects`` counts those that end the
    way, ``indexes`` site maps and feeds.
    """

    barren: int = 0
    parent: UrlPattern | None = None
    doubted: bool = False
    astray: int = 0
    redirects: int = 0
    indexes: int = 0

    def by(self, hops: str) -> Lineage:
        """The same for an address with such a hop path.

        >>> Lineage().by("MMRR").redirects, Lineage().by("MM").indexes
        (2, 2)
        """
        return replace(self, redirects=in_a_row(hops), indexes=in_a_row(hops, INDEX))


def in_doubt(
    pattern: UrlPattern, state: PatternState, lineage: Lineage, options: TrapOptions, *, scouts: bool = False
) -> bool:
    """Whether an address of a pattern, found in such a way, is to wait until nothing else is left.

    :param scouts: whether it is the first of its pattern that was found, and may be tried at once.
    """
    if state.is_endless(options) or lineage.redirects > options.redirects:
        return True
    if not lineage.barren or state.is_good(options):
        return False
    if state.waits(options) or state.breeds or lineage.indexes >= _INDEXES:
        return True
    if lineage.parent is not None and pattern.grows_from(lineage.parent):
        return True
    known = lineage.astray >= _ASTRAY or lineage.parent is None or pattern.extends(lineage.parent)
    if scouts and not known:
        return False
    return lineage.doubted or lineage.barren >= options.chain


def trap_refusal(state: PatternState, options: TrapOptions, hops: str = "", *, used_up: bool = True) -> Refusal:
    """Why an address that was in doubt to the end is not fetched, and by what a profile overrules that.

    :param hops: the way to it.
    :param used_up: whether the share of all requests is, and not that of its area.

    >>> trap_refusal(PatternState(1, 1, "h/cal?m=#&y=#", pages=9, run=9), TrapOptions()).rule
    'h/cal?m=#&y=#: 9 pages, none with anything new; [traps] share = 0.01, exempt'
    """
    redirects = in_a_row(hops)
    if redirects > options.redirects and not state.is_endless(options):
        return Refusal(
            TRAP, f"{redirects} redirects in a row led to it; [traps] redirects = {options.redirects}, exempt"
        )
    limit = f"share = {options.share:g}" if used_up else f"{options.area} tries in its directory were in vain"
    return Refusal(TRAP, f"{state.name}: {_told(state, options)}; [traps] {limit}, exempt")


def _told(state: PatternState, options: TrapOptions) -> str:
    """What speaks against a pattern."""
    many = f"{state.pages} page{'s' if state.pages != 1 else ''}"
    if state.repeats_itself(options):
        return f"the last {min(state.run, state.repeats)} of {many} repeat earlier ones"
    if state.feeds_itself:
        return f"{many} led to {state.inner} new ones of their own kind, to no known one"
    if state.waits(options):
        return f"{many}, the last {state.dead} are not there"
    if not state.pages:
        return "found by a chain of pages without anything new"
    if not state.finds:
        return f"{many}, none with anything new"
    return f"{many}, the last {state.run} without anything new"


def budget_refusal(state: PatternState, options: TrapOptions) -> Refusal | None:
    """Why no more of a pattern is fetched, or ``None``."""
    if options.budget is None or state.pages < options.budget:
        return None
    return Refusal(BUDGET, f"{state.name}: {state.pages} pages; [traps] budget = {options.budget}")


def token_refusal(state: PatternState, known: str) -> Refusal:
    """Why an address that differs from a known one in a session id is not fetched."""
    return Refusal(
        TRAP, f"{state.name}: the id in it does not choose the page; {known} was fetched under another; [traps] exempt"
    )
