"""Extraction: one page's article by one call. The same reading that a crawl makes, without a crawl."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from portal_crawler.capture import Capture
from portal_crawler.formatted import html_of, markdown_of
from portal_crawler.page.block_network import BlockNetwork
from portal_crawler.page.blocks import Block
from portal_crawler.page.kind import PageKind
from portal_crawler.page.links import Link, shown_links
from portal_crawler.page.roles import RoleDecision
from portal_crawler.reading import PageReading, read_page
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.template.site_template import SiteTemplate

# Stands for the address of a page that has none: relative links of such a page lead nowhere.
_NOWHERE = "http://page.invalid/"


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one page holds.

    ``paragraphs`` are its body blocks' texts in order: the story of an article; of any other page what is most its own.
    A newline in one ends a line of a poem, an address or a list.
    ``published`` and ``modified`` are a date, or an aware datetime; ``source`` is the agency or paper that is credited,
    ``canonical`` the address that the page declares for itself, ``translations`` (language, address) of the versions
    that it names. ``origins`` are (field, where it was found) for every field that is known, ``roles[i]`` is the
    decision on ``blocks[i]``.
    """

    kind: PageKind
    title: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...] = ()
    source: str | None = None
    published: date | datetime | None = None
    modified: date | datetime | None = None
    language: str | None = None
    section: str | None = None
    canonical: str | None = None
    translations: tuple[tuple[str, str], ...] = ()
    origins: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    blocks: tuple[Block, ...] = ()
    roles: tuple[RoleDecision, ...] = ()
    problems: tuple[str, ...] = ()
    reading: PageReading | None = field(default=None, repr=False, compare=False)

    @property
    def html(self) -> str:
        """The same blocks with headings, lists, quotes, tables, emphasis and links, as a fragment of HTML."""
        return html_of(self.reading) if self.reading else ""

    @property
    def markdown(self) -> str:
        """The same as Markdown."""
        return markdown_of(self.reading) if self.reading else ""

    @property
    def text(self) -> str:
        """The paragraphs, joined by a blank line."""
        return "\n\n".join(self.paragraphs)


def extract(
    html: bytes | str,
    url: str | None = None,
    *,
    profile: SiteProfile | None = None,
    template: SiteTemplate | None = None,
    network: BlockNetwork | None = None,
) -> Extraction:
    """Read one page. Never raises on its bytes; ``kind`` is UNREADABLE where nothing could be read.

    :param html: the page's bytes, whose charset is found out, or its text.
    :param url: the address that it had, for its links and as a witness of its kind and date.
    :param profile: what is known of its site.
    :param template: what other pages of its site taught.
    :param network: a learned network of one's own (``benchmarks/extraction/train.py``).
    :raises TypeError: where ``html`` is neither bytes nor text, or ``url`` no text.

    >>> extract("<title>No page</title><p>Sorry, the page you asked for was not found.").kind.value
    'other'
    """
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if not isinstance(html, str | bytes):
        raise TypeError(f"a page is bytes or str, not {type(html).__name__}")
    if not isinstance(url, str | None):
        raise TypeError(f"the address of a page is str, not {type(url).__name__}")
    if isinstance(html, str):
        html, headers = html.encode("utf-8", "replace"), ((b"Content-Type", b"text/html; charset=utf-8"),)
    reading = read_page(Capture(url=url or _NOWHERE, body=html, headers=headers), profile, template, network=network)
    said = reading.metadata
    return Extraction(
        kind=reading.kind.kind,
        title=said.title,
        paragraphs=reading.paragraphs,
        authors=said.authors,
        source=said.source,
        published=said.published,
        modified=said.modified,
        language=said.language,
        section=said.section,
        canonical=said.canonical,
        translations=said.translations,
        origins=said.origins,
        links=shown_links(reading.links),
        blocks=reading.blocks,
        roles=reading.roles,
        problems=reading.problems,
        reading=reading,
    )
