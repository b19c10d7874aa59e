"""Authors: the people who wrote a story, by what its page declares, shows and marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from lxml import etree
from lxml.etree import _Element as DomElement

from portal_crawler.page.blocks import Block, BlockTree
from portal_crawler.page.bylines import authors_of_line, given_first, split_names, unique
from portal_crawler.page.declared import Declared, fold
from portal_crawler.page.roles import Role, RoleDecision, blocks_of

_META = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "citation_author",
    "creator",
)
# Lines around the headline in which a byline stands.
_NEAR = 8
_MOST = 20
# Elements that a site marks as an author's name, and their longest text.
_MARKED = etree.XPath(
    "//@class[contains(.,'uthor') or contains(.,'byline')]/.. | //a[@rel='author' or contains(@href,'/author')"
    " or contains(@href,'/contributor') or contains(@href,'/reviewer')]"
)
_OF_MARKED = (b"uthor", b"byline", b"/contributor", b"/reviewer")
_NAME = 50
_TAG = re.compile(r"<[^<>]*>")
_PERSON = re.compile(r"(?:[^\W\d_][\w'\u2019.-]*[ \u00b7]){0,3}[^\W\d_][\w'\u2019.-]*\Z")
_NOT_OURS = re.compile(r"comment|related|sidebar|widget|footer|card|recommend|more-|archive", re.IGNORECASE)

Names = tuple[str, ...]


def settle_authors(
    declared: Declared, tree: BlockTree, roles: Sequence[RoleDecision], markup: bytes | None = None
) -> tuple[Names, str]:
    """The authors and where they are named; nothing where the page names none.

    People come before organizations: an agency or a paper that is declared as the author is one where no person is.

    :param markup: the page's (``markup.folded``), if it is known.
    """
    for names, origin in _found(declared, tree, roles, markup):
        several = tuple(unique(names))
        if several:
            return several[:_MOST], origin
    return (), ""


def _found(
    declared: Declared, tree: BlockTree, roles: Sequence[RoleDecision], markup: bytes | None
) -> Iterator[tuple[Iterable[str], str]]:
    for node in declared.articles:
        yield _people(node.get("author")), "json-ld author"
    for name in _META:
        contents = [content for content in declared.meta.get(name, ()) if "://" not in content]
        yield (one for content in contents for one in split_names(given_first(unescape(content)))), f"meta {name}"
    for index in _byline_places(tree.blocks, roles):
        yield authors_of_line(tree.blocks[index].text), f"byline, block {index}"
    marked = [one for one in declared.marked if one.name == "author" and one.inside not in ("aside", "footer")]
    # Those of the first item: the others are authors of comments and of other stories.
    yield (
        (name for one in marked if one.scope == marked[0].scope for name in split_names(one.value)),
        "microdata author",
    )
    if markup is None or any(map(markup.__contains__, _OF_MARKED)):
        yield _marked_people(tree.root), "element marked as author"
    for node in declared.articles:
        yield _organizations(node.get("author")), "json-ld author"


def _byline_places(blocks: Sequence[Block], roles: Sequence[RoleDecision]) -> Iterator[int]:
    yield from blocks_of(roles, Role.BYLINE)
    title = next(iter(blocks_of(roles, Role.TITLE)), None)
    if title is not None:
        near = range(title + 1, min(len(blocks), title + 1 + _NEAR))
        yield from (index for index in near if roles[index].role not in (Role.BYLINE, Role.COMMENTS, Role.RELATED))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _people(author: Any) -> Iterator[str]:
    """The persons among the authors of a JSON-LD node: names of Persons, and strings."""
    for one in _listed(author):
        if isinstance(one, str) and "://" not in one:
            yield from split_names(unescape(one))
        elif isinstance(one, Mapping) and "Organization" not in _listed(one.get("@type")):
            for name in _listed(one.get("name")):
                if isinstance(name, str) and "://" not in name:
                    yield from split_names(unescape(fold(_TAG.sub(" ", name))))


def _organizations(author: Any) -> Iterator[str]:
    for one in _listed(author):
        name = one.get("name") if isinstance(one, Mapping) else None
        if isinstance(name, str) and 2 <= len(fold(name)) <= _NAME and "://" not in name:
            yield unescape(fold(name))


def _marked_people(root: DomElement) -> Iterator[str]:
    """The first element that is marked as an author's and holds a name, with its like beside it."""
    found = _MARKED(root)
    first: DomElement | None = None
    for element in found if isinstance(found, list) else ():
        if not isinstance(element, etree._Element):
            continue
        if first is not None and (element.get("class") != first.get("class") or not _beside(first, element)):
            continue
        text = fold(" ".join(map(str, element.itertext())))
        if len(text) > 2 * _NAME or _is_others(element):
            continue
        names = authors_of_line(text) or tuple(name for name in split_names(text) if _PERSON.match(name))
        if names:
            first = first if first is not None else element
            yield from names


def _beside(one: DomElement, other: DomElement) -> bool:
    """Whether two elements have a parent or grandparent in common."""
    mine = [*one.iterancestors()][:2]
    return any(above in mine for above in [*other.iterancestors()][:2])


def _is_others(element: DomElement) -> bool:
    """Whether an element belongs to a comment, a list of other stories, or the page's frame."""
    for above in (element, *element.iterancestors()):
        if above.tag in ("aside", "footer", "nav") or _NOT_OURS.search(above.get("class") or ""):
            return True
    return False
