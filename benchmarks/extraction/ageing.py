"""Ageing: a page of today in the markup of 1998 to 2010, its text and order unchanged.

A reader that has learned on modern pages alone has learned their dialect: ``<article>``, class names, ``<p>``. An aged
copy says the same in tables, fonts and line breaks. What each page gets is drawn from its seed: semantic elements
become ``div``, class and id words go, boxes become tables of rows or columns, headings become fonts, paragraphs are
parted by ``<br><br>``, lists become lines or cells, what pages declare of themselves goes, end tags go.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as DomElement

_SEMANTIC = frozenset(
    [
        "article",
        "main",
        "section",
        "nav",
        "header",
        "footer",
        "aside",
        "figure",
        "hgroup",
        "details",
        "summary",
        "address",
    ]
)
_PLAIN = {"strong": "b", "em": "i", "figcaption": "div", "time": "span", "mark": "span", "picture": "span"}
_NAMES = ("class", "id", "role", "itemprop", "itemtype", "itemscope", "data-testid", "aria-label", "rel")
_HEADINGS = {"h1": "+3", "h2": "+2", "h3": "+1", "h4": "+1", "h5": "", "h6": ""}
_FLOW = frozenset(
    ["div", "table", "ul", "ol", "p", "h1", "h2", "h3", "h4", "h5", "h6", "form", "center", "dl", "blockquote", "pre"]
)
_END = re.compile(r"</(?:p|li|td|tr|font|dd|dt)>")


@dataclass(frozen=True, slots=True)
class Era:
    """What befalls one page. Shares are 0-1, of the page's boxes or end tags."""

    names: bool
    tables: float
    headings: bool
    breaks: bool
    lists: str
    declared: bool
    unclosed: float

    @classmethod
    def drawn(cls, rng: random.Random) -> Era:
        """One of the dialects in which portals were written then."""
        return cls(
            names=rng.random() < 0.85,
            tables=rng.choice((0.0, 0.15, 0.4, 0.7)),
            headings=rng.random() < 0.6,
            breaks=rng.random() < 0.5,
            lists=rng.choice(("kept", "kept", "lines", "cells")),
            declared=rng.random() < 0.8,
            unclosed=rng.choice((0.0, 0.0, 0.0, 0.5, 1.0)),
        )


def aged(root: DomElement, seed: int) -> str:
    """The aged markup of a page. ``root`` is changed; the same seed gives the same page."""
    rng = random.Random(seed)
    era = Era.drawn(rng)
    body = root.find(".//body")
    _rename(root, era)
    if era.declared:
        _strip_declarations(root)
    if body is not None:
        if era.headings:
            _each(body, tuple(_HEADINGS), _as_font)
        if era.lists != "kept":
            _each(body, ("ul", "ol"), _as_cells if era.lists == "cells" else _as_lines)
        if era.breaks:
            _each(body, ("p",), _as_breaks)
        if era.tables:
            _lay_out(body, era.tables, rng)
    markup = str(etree.tostring(root, encoding="unicode", method="html"))
    if era.unclosed:
        markup = _END.sub(lambda match: "" if rng.random() < era.unclosed and match[0] != "</td>" else match[0], markup)
    return markup


def _rename(root: DomElement, era: Era) -> None:
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        if element.tag in _SEMANTIC:
            element.tag = "div"
        if element.tag in _PLAIN:
            element.tag = _PLAIN[element.tag]
        if era.names:
            for name in _NAMES:
                element.attrib.pop(name, "")


def _strip_declarations(root: DomElement) -> None:
    for element in list(root.iter("meta", "script")):
        parent = element.getparent()
        charset = element.get("charset") or (element.get("http-equiv") or "").lower() == "content-type"
        if parent is not None and not charset:
            _unwrap(element, keep=False)


def _each(body: DomElement, tags: tuple[str, ...], change: Callable[[DomElement], None]) -> None:
    for element in list(body.iter(*tags)):
        if element.getparent() is not None:
            change(element)


def _as_font(element: DomElement) -> None:
    size = _HEADINGS[str(element.tag)]
    element.tag = "div"
    inner = _wrapped(element, "font")
    if size:
        inner.set("size", size)
    _wrapped(inner, "b")


def _as_breaks(element: DomElement) -> None:
    for _ in range(2):
        _append_break(element)
    _unwrap(element)


def _as_lines(element: DomElement) -> None:
    for item in list(element):
        if item.tag == "li":
            item.text = "\u00b7 " + (item.text or "").lstrip()
            _append_break(item)
            _unwrap(item)
    element.tag = "div"


def _as_cells(element: DomElement) -> None:
    element.tag = "table"
    for item in list(element):
        if item.tag == "li":
            item.tag = "td"
            _wrap(item, "tr")


def _lay_out(body: DomElement, share: float, rng: random.Random) -> None:
    """Boxes with two to five boxes in them become tables: of columns where they are few, of rows otherwise."""
    for element in list(body.iter("div")):
        children = [child for child in element if isinstance(child.tag, str)]
        boxes = [child for child in children if child.tag in _FLOW]
        bare = not (element.text or "").strip() and not any((child.tail or "").strip() for child in children)
        if not bare or len(boxes) != len(children) or not 2 <= len(boxes) <= 6 or rng.random() > share:
            continue
        element.tag = "table"
        element.attrib.clear()
        row = None
        columns = len(boxes) <= 3 and rng.random() < 0.6
        for child in boxes:
            cell = _wrap(child, "td")
            if columns and row is not None:
                row.append(cell)
            else:
                row = _wrap(cell, "tr")


def _append_break(element: DomElement) -> None:
    etree.SubElement(element, "br")


def _wrapped(element: DomElement, tag: str) -> DomElement:
    """A new element that takes over all content of another."""
    inner = etree.Element(tag)
    inner.text, element.text = element.text, None
    inner.extend(list(element))
    element.append(inner)
    return inner


def _wrap(element: DomElement, tag: str) -> DomElement:
    """A new element around another, in its place."""
    outer = etree.Element(tag)
    outer.tail, element.tail = element.tail, None
    parent = element.getparent()
    if parent is not None:
        parent.replace(element, outer)
    outer.append(element)
    return outer


def _unwrap(element: DomElement, *, keep: bool = True) -> None:
    """Take an element out, and leave its content (if ``keep``) and the text behind it in its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    children = list(element) if keep else []
    _put_text(parent, at, element.text if keep else None)
    for offset, child in enumerate(children):
        parent.insert(at + offset, child)
    tail = element.tail
    element.tail = None
    parent.remove(element)
    _put_text(parent, at + len(children), tail)


def _put_text(parent: DomElement, at: int, text: str | None) -> None:
    """Add a text in front of the child at a place."""
    if not text:
        return
    if at == 0:
        parent.text = (parent.text or "") + text
    else:
        before = parent[at - 1]
        before.tail = (before.tail or "") + text
