"""read_page: the one composition of the pure parts. Contains no clock, no file and no network."""

from __future__ import annotations

from dataclasses import dataclass

from portal_crawler.capture import Capture
from portal_crawler.page.article import Article
from portal_crawler.page.blocks import Block
from portal_crawler.page.kind import KindDecision, PageKind
from portal_crawler.page.links import Link
from portal_crawler.page.markup import CharsetDecision
from portal_crawler.page.roles import RoleDecision
from portal_crawler.verdict import Verdict


@dataclass(frozen=True, slots=True)
class PageReading:
    """Everything that was read out of one capture. The spider yields it; each pipeline takes its part.

    ``title`` is the page's own (of ``<title>`` or the headline), "" if none. ``canonical`` is the absolute URL that the page
    declares as its canonical address. ``problems`` are sentences on what could not be read. ``verdict`` is stamped
    by the dedup pipeline on readings of kind ARTICLE.
    """

    capture: Capture
    url_key: str
    kind: KindDecision
    charset: CharsetDecision | None = None
    title: str = ""
    blocks: tuple[Block, ...] = ()
    roles: tuple[RoleDecision, ...] = ()
    links: tuple[Link, ...] = ()
    article: Article | None = None
    canonical: str | None = None
    language: str | None = None
    problems: tuple[str, ...] = ()
    verdict: Verdict | None = None
    profile: str | None = None
    template_id: str | None = None

    @property
    def is_article(self) -> bool:
        """Whether the page was read as one story."""
        return self.kind.kind is PageKind.ARTICLE
