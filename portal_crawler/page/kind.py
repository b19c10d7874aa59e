"""Kind of page: article, link page, other or unreadable, with confidence and reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from portal_crawler.page.roles import Reason
from portal_crawler.page.wording import NOT_FOUND


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
    """What speaks for a kind. ``story`` to ``digest`` are those of ``block_model.RoleReading``; ``text`` is the
    first of the page's own text, ``dated`` and ``credited`` whether the page shows a date, and an author or agency;
    ``declared`` whether it declares itself an article; ``controls`` counts form controls that take free text.
    """

    story: bool
    prose: int
    listed: int
    digest: bool
    title: str = ""
    text: str = ""
    dated: bool = False
    credited: bool = False
    declared: bool = False
    controls: int = 0
    frames: int = 0
    forwards: bool = False


@dataclass(frozen=True, slots=True)
class UrlKinds:
    """A profile's patterns for addresses of articles and of link pages, compiled."""

    article: tuple[re.Pattern[str], ...] = ()
    link: tuple[re.Pattern[str], ...] = ()


# Running text of this weight is a story even where nothing says when or whose (a speech, a chapter).
_LONG = 1200
_NUMBERED = re.compile(
    r"(?:\A|[/_\-=])(?:content_|art)?\d{4,}(?:_\d+)?(?:\.\w+)?\Z|[a-z]{3}\d{2,}\.html?\Z", re.IGNORECASE
)
_ENOUGH = 0.5
# A page has a search field anyway; a form asks for more.
_FORM = 3


def decide_kind(evidence: KindEvidence, address: str = "", urls: UrlKinds | None = None) -> KindDecision:
    """The kind of a page that could be read as HTML."""
    if evidence.frames or evidence.forwards:
        which = "a frameset" if evidence.frames else "only leads to another address"
        return KindDecision(PageKind.LINK_PAGE if evidence.frames else PageKind.OTHER, 0.9, (Reason(which, 0.9),))
    if NOT_FOUND.search(f"{evidence.title}\n{evidence.text[:300]}") and evidence.prose < _LONG:
        return KindDecision(PageKind.OTHER, 0.8, (Reason("says that the page is not there", 0.8),))
    if evidence.story:
        return _story_kind(evidence, address, urls or UrlKinds())
    if evidence.controls >= _FORM and evidence.listed < 10:
        return KindDecision(PageKind.OTHER, 0.7, (Reason("a form, and no story", 0.7),))
    if evidence.digest:
        return KindDecision(PageKind.LINK_PAGE, 0.85, (Reason("headlines with abstracts", 0.85),))
    if evidence.listed >= 3:
        return KindDecision(PageKind.LINK_PAGE, 0.8, (Reason(f"{evidence.listed} links, and no running text", 0.8),))
    return KindDecision(PageKind.OTHER, 0.6, (Reason("no running text, and hardly a link", 0.6),))


def _story_kind(evidence: KindEvidence, address: str, urls: UrlKinds) -> KindDecision:
    path = address.partition("://")[2].partition("/")[2]
    reasons = [Reason(f"running text of {evidence.prose} characters", 0.3 if evidence.prose < _LONG else 0.5)]
    for holds, reason in (
        (evidence.dated, Reason("shows a date", 0.3)),
        (evidence.credited, Reason("names an author or agency", 0.25)),
        (evidence.declared, Reason("declares itself an article", 0.4)),
        (bool(_NUMBERED.search(path.partition("?")[0])), Reason("a number in its address", 0.2)),
        (any(p.search("/" + path) for p in urls.article), Reason("[pages] article matches its address", 0.4)),
        (any(p.search("/" + path) for p in urls.link), Reason("[pages] link matches its address", -0.6)),
        (evidence.controls > _FORM and evidence.prose < _LONG, Reason("a form", -0.4)),
    ):
        if holds:
            reasons.append(reason)
    score = sum(reason.weight for reason in reasons)
    if score >= _ENOUGH:
        return KindDecision(PageKind.ARTICLE, min(0.99, 0.5 + score / 2), tuple(reasons))
    kind = PageKind.LINK_PAGE if evidence.listed >= 3 else PageKind.OTHER
    return KindDecision(kind, 0.6, (*reasons, Reason("nothing says when or whose the text is", 0.5)))
