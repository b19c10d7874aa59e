"""Kind of page: article, link page, other or unreadable, with confidence and reasons."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from portal_crawler.page.roles import Reason
from portal_crawler.page.wording import says_not_found

LEADS_ON = "only leads to another address"
SAYS_NOT_FOUND = "says that the page is not there"
"""The reason for the kind of a page that apologises for being none."""


class PageKind(StrEnum):
    """ARTICLE: the page is one story (or a part of one). LINK_PAGE: it leads to others (hub, index, digest,
    feed, site map). OTHER: it has text, but is neither (form, table, soft 404, gallery). UNREADABLE: no page of text.
    """

    ARTICLE = "article"
    LINK_PAGE = "link_page"
    OTHER = "other"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class KindDecision:
    """The kind of a page, with confidence 0-1 and what decided it."""

    kind: PageKind
    confidence: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class KindEvidence:
    """What speaks for a kind. ``story`` to ``leads`` are those of ``block_model.RoleReading``, ``own`` is the length
    of the texts that were taken as the page's own and ``weight`` that in Latin characters; ``text`` is the first of
    them, ``dated`` and ``credited`` whether the page shows a date, and an author or agency; ``controls`` counts form
    controls that take free text; ``unmarked`` says that the text is in a script without marks that the network knows
    the end of a sentence by.
    """

    story: bool
    prose: int
    listed: int
    digest: bool
    article: float = 0.5
    leads: float = 0.0
    own: int = 0
    weight: int = 0
    title: str = ""
    text: str = ""
    dated: bool = False
    credited: bool = False
    controls: int = 0
    frames: int = 0
    forwards: bool = False
    unmarked: bool = False


@dataclass(frozen=True, slots=True)
class UrlKinds:
    """A profile's patterns for addresses of articles and of link pages, compiled."""

    article: tuple[re.Pattern[str], ...] = ()
    link: tuple[re.Pattern[str], ...] = ()


# Running text of this weight is no notice that a page is missing.
_LONG = 1200
# The least text that makes an article; the shortest briefs are about as long.
LEAST = 70
# A page has a search field anyway; a form asks for more.
_FORM = 3
# Log odds, by logistic regression on WCXB dev (1,471 pages, each judged by a network that had not seen its domain): the
# network's own count for so much, a date and a credit add to them. A profile's patterns outweigh all of it.
_OF_NETWORK, _OF_DATE, _OF_CREDIT, _ELSE = 0.8, 0.3, 0.6, -0.6
# A headline over a line of date and source and a few sentences is a brief, of which that data has none.
_OF_BRIEF, _BRIEF = 3.0, 700
_OF_PATTERN = 4.0
# Of pages in scripts that part neither words nor sentences as the network has learned it, it takes every story for
# something else (0.00 to 0.02): a dated text of this length that is no list is one.
_OF_UNMARKED, _TOLD = 1.5, 400
_SURE = 0.003


def decide_kind(evidence: KindEvidence, address: str = "", urls: UrlKinds | None = None) -> KindDecision:
    """The kind of a page that could be read as HTML."""
    if evidence.frames or evidence.forwards:
        which = "a frameset" if evidence.frames else LEADS_ON
        return KindDecision(PageKind.LINK_PAGE if evidence.frames else PageKind.OTHER, 0.9, (Reason(which, 0.9),))
    if evidence.prose < _LONG and says_not_found(f"{evidence.title}\n{evidence.text[:300]}"):
        return KindDecision(PageKind.OTHER, 0.8, (Reason(SAYS_NOT_FOUND, 0.8),))
    if evidence.digest:
        return KindDecision(PageKind.LINK_PAGE, 0.85, (Reason("headlines with abstracts", 0.85),))
    odds, reasons = _article_odds(evidence, address, urls or UrlKinds())
    chance = 1 / (1 + math.exp(-odds))
    if chance >= 0.5 and max(evidence.own, evidence.weight, evidence.prose) >= LEAST:
        return KindDecision(PageKind.ARTICLE, round(chance, 3), reasons)
    return _other_kind(evidence, round(1 - chance, 3), reasons)


def _article_odds(evidence: KindEvidence, address: str, urls: UrlKinds) -> tuple[float, tuple[Reason, ...]]:
    """The log odds that the page is one article, and what they are made of.

    An address says nothing for a page of links: a portal's dossiers stand where its stories do.
    """
    by_address = urls.article if evidence.story or not evidence.listed else ()
    path = "/" + address.partition("://")[2].partition("/")[2]
    sure = min(max(evidence.article, _SURE), 1 - _SURE)
    like = "an article" if evidence.article >= 0.5 else "a page of another kind"
    parts = [Reason(f"reads like {like} ({evidence.article:.2f})", _OF_NETWORK * math.log(sure / (1 - sure)))]
    if evidence.unmarked and evidence.dated and not evidence.listed and evidence.own >= _TOLD:
        parts = [Reason("a dated text in a script of which the network has read nothing", _OF_UNMARKED)]
    for holds, reason in (
        (evidence.dated, Reason("shows a date", _OF_DATE)),
        (evidence.credited, Reason("names an author or agency", _OF_CREDIT)),
        (_is_brief(evidence), Reason("a few sentences under a headline, a date and a credit", _OF_BRIEF)),
        (any(p.search(path) for p in by_address), Reason("[pages] article matches its address", _OF_PATTERN)),
        (any(p.search(path) for p in urls.link), Reason("[pages] link matches its address", -_OF_PATTERN)),
    ):
        if holds:
            parts.append(reason)
    odds = _ELSE + sum(part.weight for part in parts)
    return odds, tuple(Reason(part.text, round(part.weight, 2)) for part in parts)


def _is_brief(evidence: KindEvidence) -> bool:
    told = evidence.story and not evidence.listed and evidence.dated and evidence.credited
    return told and evidence.own <= _BRIEF and max(evidence.own, evidence.weight) >= LEAST


def _other_kind(evidence: KindEvidence, confidence: float, reasons: tuple[Reason, ...]) -> KindDecision:
    """What a page is that is no article: it leads on, or it does not."""
    if evidence.controls >= _FORM and evidence.listed < 10:
        return KindDecision(PageKind.OTHER, confidence, (Reason("a form, and no story", 0.7), *reasons))
    if evidence.listed >= 3 or (evidence.leads >= 0.5 and (evidence.story or evidence.listed)):
        why = f"{evidence.listed} links, and no running text" if evidence.listed >= 3 else "reads like a list of links"
        return KindDecision(PageKind.LINK_PAGE, confidence, (Reason(why, 0.8), *reasons))
    return KindDecision(PageKind.OTHER, confidence, (Reason("no article, and hardly a list", 0.6), *reasons))
