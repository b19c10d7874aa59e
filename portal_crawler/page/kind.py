"""Kind of page: article, link page, other or unreadable, with confidence and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal_crawler.page.roles import Reason


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
