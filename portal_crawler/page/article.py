"""Article: the story on a page, apart from everything that surrounds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal_crawler.page.blocks import Block
from portal_crawler.page.folding import readable
from portal_crawler.page.links import Link
from portal_crawler.page.metadata import Metadata
from portal_crawler.page.roles import Role, RoleDecision, blocks_of
from portal_crawler.page.wording import NEXT_LINK, is_pager_link

# The number of a part at the end of an address: _2.htm, -3.html, ?page=2.
_PART = re.compile(r"(?:[_-]|[?&](?:page|p|part)=)(\d{1,3})(?:\.\w+)?\Z", re.IGNORECASE)
_STEM = re.compile(r"(?:[_-]\d{1,3})?(?:\.\w+)?(?:[?&](?:page|p|part)=\d+)?\Z", re.IGNORECASE)
# A part in a folder of its own, or a folder that has such: /story/, /story/2/, /story/page/2/. A number above is a day.
_FOLDER = re.compile(
    r"\A(\w+://[^/?#]+/(?:[^?#]*/)?[^/?#]*[^\d/?#.][^/?#.]*?)/(?:(?:page/)?(\d{1,2})/?)?\Z", re.IGNORECASE
)
# Stories on several pages have fewer; "previous" and "next" on story-42.htm or in /story/7/ lead to other stories.
_MOST_PARTS = 30


@dataclass(frozen=True, slots=True)
class Article:
    """One story. ``paragraphs`` hold body text only: no headline, byline, date line or caption; a newline in one ends a
    line of a poem, an address or a list.

    ``published`` and ``modified`` are a date, or an aware datetime where the page says the time and the zone
    is known. ``source`` is the agency or paper the page credits, ``language`` a BCP 47 tag.
    ``origins`` says where each field came from: ``("published", "date line, block 12")``.
    ``pager`` holds the absolute URLs of the other parts of a story on several pages, in the order of the page;
    ``part`` is this page's own 1-based number among them, ``None`` for a story on one page.
    """

    title: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...] = ()
    source: str | None = None
    section: str | None = None
    published: date | datetime | None = None
    modified: date | datetime | None = None
    language: str | None = None
    captions: tuple[str, ...] = ()
    pager: tuple[str, ...] = ()
    part: int | None = None
    origins: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The paragraphs, joined by a blank line."""
        return "\n\n".join(self.paragraphs)


def body_paragraphs(blocks: Sequence[Block], roles: Sequence[RoleDecision]) -> tuple[str, ...]:
    """The texts of the body blocks, in their order; a line end within one is the text's own."""
    return tuple(text for index in blocks_of(roles, Role.BODY) if (text := blocks[index].shown))


def assemble(
    blocks: Sequence[Block], roles: Sequence[RoleDecision], links: Sequence[Link], metadata: Metadata, address: str
) -> Article:
    """The story of a page whose blocks are judged.

    :param address: the page's own URL, from which the other parts of the story are known.
    """
    pager, part = _parts(links, address)
    return Article(
        title=metadata.title,
        paragraphs=body_paragraphs(blocks, roles),
        authors=metadata.authors,
        source=metadata.source,
        section=metadata.section,
        published=metadata.published,
        modified=metadata.modified,
        language=metadata.language,
        captions=tuple(readable(blocks[index].text) for index in blocks_of(roles, Role.CAPTION)),
        pager=pager,
        part=part,
        origins=metadata.origins,
    )


def _parts(links: Sequence[Link], address: str) -> tuple[tuple[str, ...], int | None]:
    """The other parts of the story, by links with page numbers to addresses alike, and the number of this one."""
    stem, part = _split(address)
    others: dict[str, None] = {}
    numbered = False
    for link in links:
        if link.role is not Role.NAVIGATION or not is_pager_link(link.text) or _split(link.url)[0] != stem:
            continue
        if link.url != address:
            others[link.url] = None
        numbered = numbered or (not NEXT_LINK.match(link.text) and any(map(str.isdigit, link.text)))
    if not others or (not numbered and (part > _MOST_PARTS or _FOLDER.match(address))):
        return (), None
    return tuple(others), part


def _split(address: str) -> tuple[str, int]:
    """What the addresses of a story's parts have in common, and the part's number, 1 where the address has none."""
    if folder := _FOLDER.match(address):
        return folder[1], int(folder[2] or 1)
    match = _PART.search(address)
    return _STEM.sub("", address), int(match[1]) if match else 1
