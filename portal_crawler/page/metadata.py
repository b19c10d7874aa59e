"""Metadata: title, people, agency, dates, section and language of a page, each with where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal_crawler.page.authors import settle_authors
from portal_crawler.page.blocks import Block, BlockTree
from portal_crawler.page.bylines import authors_of_line, is_agency, source_before_date, source_of_line
from portal_crawler.page.date_reader import DateReader
from portal_crawler.page.declared import Declared, read_declared
from portal_crawler.page.folding import readable
from portal_crawler.page.headline import settle_title
from portal_crawler.page.language import settle_language
from portal_crawler.page.links import Element
from portal_crawler.page.published import Published, settle_published
from portal_crawler.page.roles import Role, RoleDecision, blocks_of
from portal_crawler.page.sections import settle_section
from portal_crawler.urls import resolve

# Text of the body that decides the language.
_LANGUAGE_TEXT = 4_000
# Languages that write 03/05/2008 for the third of May.
_DAY_FIRST = frozenset({
    "fr", "de", "es", "pt", "it", "nl", "pl", "ru", "uk", "bg", "tr", "ar", "vi", "id", "el", "he", "hi", "th", "ro",
    "cs", "sk", "da", "no", "nb", "nn", "fi", "ca", "gl", "sr", "hr", "sl", "be", "ms", "ur", "bn",
})  # fmt: skip
_NUMERIC_DAY_FIRST = ("en-GB", "en-AU", "en-NZ", "en-IE", "en-IN", "en-ZA")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of its story. ``origins`` are (field, where it comes from) for every field that is known.

    ``canonical`` is the absolute URL that the page declares as its canonical address, ``translations`` are (language,
    absolute URL) of the versions of it that it names (https://html.spec.whatwg.org/#rel-alternate).
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    source: str | None = None
    section: str | None = None
    published: date | datetime | None = None
    modified: date | datetime | None = None
    language: str | None = None
    canonical: str | None = None
    translations: tuple[tuple[str, str], ...] = ()
    origins: tuple[tuple[str, str], ...] = ()


NO_METADATA = Metadata()


def read_metadata(
    tree: BlockTree,
    roles: Sequence[RoleDecision],
    address: str,
    reader: DateReader | None = None,
    *,
    story: bool = True,
    markup: bytes | None = None,
) -> Metadata:
    """The metadata of a page, out of what it declares and what it shows.

    :param roles: the decision on each of the tree's blocks, in their order.
    :param address: the page's own URL.
    :param reader: bounds, zone and the portal's own rule for dates.
    :param story: whether the page reads like one story.
    :param markup: the page's (``markup.folded``): what no word of it speaks of is not sought in the tree.
    """
    declared = read_declared(tree, markup)
    blocks = tree.blocks
    title, title_origin = settle_title(declared, tree, roles, address, story=story)
    language, language_origin = settle_language(declared.language, _running_text(blocks, roles) or title)
    reader = reader or DateReader()
    if _writes_day_first(language, language_origin):
        reader = DateReader(reader.bounds, reader.rule, day_first=True)
    when = settle_published(declared, blocks, roles, address, reader)
    authors, authors_origin = settle_authors(declared, tree, roles, markup)
    source, source_origin = _source(declared, blocks, roles, when)
    if source in authors and not is_agency(source):
        source, source_origin = None, ""
    elif source is None and (agency := next(filter(is_agency, authors), None)):
        source, source_origin = agency, authors_origin
    section, section_origin = settle_section(declared, tree, roles, address, title)
    said = (
        ("title", title_origin),
        ("authors", authors_origin),
        ("source", source_origin),
        ("section", section_origin),
        *when.origins,
        ("language", language_origin),
    )
    return Metadata(
        title=title,
        authors=tuple(map(readable, authors)),
        source=readable(source) if source else source,
        section=readable(section) if section else section,
        published=when.published,
        modified=when.modified,
        language=language,
        canonical=_canonical(tree, address),
        translations=_translations(tree, address),
        origins=tuple((name, origin) for name, origin in said if origin),
    )


def _writes_day_first(language: str | None, origin: str) -> bool:
    if language is None:
        return False
    return language.split("-")[0] in _DAY_FIRST or (language in _NUMERIC_DAY_FIRST and "declared" in origin)


def _canonical(tree: BlockTree, address: str) -> str | None:
    canonical = Element.CANONICAL
    href = next((one.href for one in tree.occurrences if one.element == canonical and one.href.strip()), None)
    return resolve(_base(tree, address), href) if href else None


def _translations(tree: BlockTree, address: str) -> tuple[tuple[str, str], ...]:
    found = ((language, resolve(_base(tree, address), href)) for language, href in tree.alternates)
    return tuple((language, url) for language, url in found if url and language.lower() != "x-default")


def _base(tree: BlockTree, address: str) -> str:
    return (tree.base_href and resolve(address, tree.base_href)) or address


def _running_text(blocks: Sequence[Block], roles: Sequence[RoleDecision]) -> str:
    """Text that shows the language: the story's, else the longest blocks of the page."""
    body = [blocks[index].text for index in blocks_of(roles, Role.BODY)]
    if sum(map(len, body)) < 200:
        body = sorted((block.text for block in blocks), key=len, reverse=True)[:20]
    return " ".join(body)[:_LANGUAGE_TEXT]


def _source(
    declared: Declared, blocks: Sequence[Block], roles: Sequence[RoleDecision], when: Published
) -> tuple[str | None, str]:
    if when.line is not None and when.found is not None:
        name = source_of_line(when.line.text)
        if not name and not authors_of_line(when.line.text):
            name = source_before_date(when.line.text, when.found.start)
        if name:
            return name, f"date line, block {when.line.index}"
    may_credit = (Role.BYLINE, Role.OTHER)
    for decision in roles:
        if decision.role in may_credit and not blocks[decision.block].hidden:
            name = source_of_line(blocks[decision.block].text)
            if name:
                return name, f"source line, block {decision.block}"
    if found := declared.first("source", "dc.source", "dc.publisher", "copyright_source"):
        return found[0], f"meta {found[1]}"
    return None, ""
