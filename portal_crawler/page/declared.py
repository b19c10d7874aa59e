"""What a page declares about itself for machines: title element, meta, JSON-LD, microdata, ``time`` and ``lang``.

Collected in one value, unjudged; ``page.metadata`` weighs it against what the page shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from lxml import etree

from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.json_ld import read_objects

_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Review|Recipe|Story)\Z")
_PAGE_TYPE = re.compile(r"(?:WebPage|Page)\Z")
_MARKED = etree.XPath("//@itemprop/.. | //time[@datetime]")
_OF_MARKED = (b"itemprop", b"datetime")
_MOST_MARKED, _MOST_TEXT = 500, 300
_PARTS = frozenset(("aside", "footer", "nav", "header", "article"))
_Setting = tuple[str, etree._Element | None]


@dataclass(frozen=True, slots=True)
class Marked:
    """One marked element: ``itemprop`` ("" for a bare ``time``) and the machine's value or the text; of a person the
    name alone. ``scope`` numbers the item that it is a property of.
    """

    name: str
    value: str
    text: str = ""
    inside: str = ""
    scope: int = 0


@dataclass(frozen=True, slots=True)
class Declared:
    """``meta`` maps a lower-case name, property or http-equiv to its contents, in order; ``articles`` and ``pages``
    are JSON-LD nodes of such a type; ``marked`` are elements with ``itemprop`` and ``time`` elements.
    """

    title: str = ""
    language: str | None = None
    meta: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    articles: tuple[Mapping[str, Any], ...] = ()
    pages: tuple[Mapping[str, Any], ...] = ()
    breadcrumb: tuple[str, ...] = ()
    marked: tuple[Marked, ...] = ()

    def first(self, *names: str) -> tuple[str, str] | None:
        """The first meta content under one of the names, in the order of the names, with its name."""
        for name in names:
            for content in self.meta.get(name, ()):
                if content:
                    return content, name
        return None


def read_declared(tree: BlockTree, markup: bytes | None = None) -> Declared:
    """Everything that a page declares; what is malformed is left out.

    :param markup: the page's (``markup.folded``), if it is known.
    """
    meta: dict[str, tuple[str, ...]] = {}
    for name, content in tree.metas:
        if name and content:
            meta[name] = (*meta.get(name, ())[:20], fold(content))
    articles, pages, breadcrumb = _json_ld(tree.json_ld)
    return Declared(
        title=fold(tree.title),
        language=tree.lang or next(iter(meta.get("content-language", ())), None),
        meta=meta,
        articles=articles,
        pages=pages,
        breadcrumb=breadcrumb,
        marked=tuple(_marked(tree.root)) if markup is None or any(map(markup.__contains__, _OF_MARKED)) else (),
    )


def fold(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def _marked(root: etree._Element) -> Iterator[Marked]:
    found = _MARKED(root)
    if not isinstance(found, list):
        return
    elements = [one for one in found if isinstance(one, etree._Element)]
    # The first name within each element that has one.
    names: dict[etree._Element, etree._Element] = {}
    for one in elements:
        if one.get("itemprop") == "name":
            for around in chain((one,), one.iterancestors()):
                if around in names:  # and so is every element around it
                    break
                names[around] = one
    scopes: dict[etree._Element | None, int] = {}
    settings: dict[etree._Element | None, _Setting] = {None: ("", None)}
    for element in elements[:_MOST_MARKED]:
        name = (element.get("itemprop") or "").lower()
        named = names.get(element, element)
        text = _start_of_text(named)
        value = named.get("content") or element.get("datetime") or ""
        inside, scope = _setting(element.getparent(), settings)
        yield Marked(name, fold(value) or text, text, inside, scopes.setdefault(scope, len(scopes)))


def _start_of_text(element: etree._Element) -> str:
    """The first characters of an element's text; of one that holds the page, no more is gathered."""
    pieces: list[str] = []
    size = 0
    for piece in element.itertext():
        pieces.append(str(piece))
        size += len(piece.strip())
        if size > _MOST_TEXT:
            break
    return fold("".join(pieces))[:_MOST_TEXT]


def _setting(element: etree._Element | None, known: dict[etree._Element | None, _Setting]) -> _Setting:
    """The innermost part of a page and the innermost item around what stands in an element."""
    chain = []
    while element not in known:
        assert element is not None  # noqa: S101 - None is known
        chain.append(element)
        element = element.getparent()
    inside, scope = known[element]
    for one in reversed(chain):
        if isinstance(one.tag, str):
            inside = one.tag if one.tag in _PARTS else inside
            scope = one if one.get("itemscope") is not None else scope
        known[one] = inside, scope
    return inside, scope


def _json_ld(
    scripts: tuple[str, ...],
) -> tuple[tuple[Mapping[str, Any], ...], tuple[Mapping[str, Any], ...], tuple[str, ...]]:
    nodes = read_objects(scripts)
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    articles, pages = [], []
    breadcrumb: tuple[str, ...] = ()
    for node in nodes:
        types = node.get("@type")
        names = [name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)]
        if any(_ARTICLE_TYPE.search(name) for name in names):
            articles.append(_resolved(node, by_id))
        elif any(_PAGE_TYPE.search(name) for name in names):
            pages.append(_resolved(node, by_id))
        elif "BreadcrumbList" in names and not breadcrumb:
            breadcrumb = tuple(_crumbs(node))
    return tuple(articles), tuple(pages), breadcrumb


def _resolved(node: dict[str, Any], by_id: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The node with an author that is only named by ``@id`` put in its place."""
    author = node.get("author")
    parts = author if isinstance(author, list) else [author]
    known = [by_id.get(part["@id"], part) if isinstance(part, dict) and _is_id(part) else part for part in parts]
    return {**node, "author": known}


def _is_id(part: dict[str, Any]) -> bool:
    return isinstance(part.get("@id"), str) and "name" not in part


def _crumbs(node: dict[str, Any]) -> Iterator[str]:
    items = node.get("itemListElement")
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        inner = item.get("item")
        name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
        if isinstance(name, str):
            yield fold(name)
