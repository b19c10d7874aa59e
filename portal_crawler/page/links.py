"""Link: one occurrence of a reference from a page to another address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal_crawler.page.roles import Role


class Element(StrEnum):
    """What on the page made the reference."""

    A = "a"
    AREA = "area"
    FRAME = "frame"
    IFRAME = "iframe"
    OPTION = "option"
    CANONICAL = "canonical"
    REDIRECT = "redirect"
    META_REFRESH = "meta_refresh"
    FEED = "feed"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True)
class Link:
    """One link. ``url`` is absolute http(s) without fragment, as the page wrote it; ``url_key`` its SURT key;
    ``text`` the anchor text (of an image, its ``alt``), white space folded; ``role`` the role of the block it stands in; ``block`` that
    block's index or ``None`` (a link without visible text); ``position`` 0-based in document order.
    """

    url: str
    url_key: str
    text: str
    role: Role
    element: Element
    position: int
    block: int | None = None
    rel: tuple[str, ...] = ()
