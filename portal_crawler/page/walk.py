"""Walk: the one pass over a page's tree that finds its blocks, boxes and references. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml.etree import _Element as DomElement

from portal_crawler.page.blocks import Block, BlockTree, Box, Occurrence
from portal_crawler.page.dom_path import DomPaths
from portal_crawler.page.folding import fold
from portal_crawler.page.gathering import Anchor, Gathering

# Elements that a browser starts on a new line, or that stand apart as a control does (HTML 15.3, rendering).
BLOCK_TAGS = frozenset(
    [
        "html",
        "body",
        "div",
        "p",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "dir",
        "menu",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "form",
        "fieldset",
        "legend",
        "address",
        "center",
        "article",
        "section",
        "aside",
        "nav",
        "header",
        "footer",
        "main",
        "figure",
        "figcaption",
        "hgroup",
        "details",
        "summary",
        "select",
        "button",
        "frameset",
        "marquee",
        "xmp",
        "listing",
    ]
)
# Elements whose content is never shown as text of the page.
SKIPPED_TAGS = frozenset(
    [
        "script",
        "style",
        "template",
        "head",
        "noscript",
        "textarea",
        "object",
        "applet",
        "embed",
        "svg",
        "math",
        "datalist",
        "canvas",
        "audio",
        "video",
        "title",
        "iframe",
        "frame",
    ]
)
# Empty elements that part or picture something.
_SIGNS = frozenset(("br", "img", "hr"))
# Styles by which a text is in the page and not on the screen.
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}|font-size\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_FLOATS = re.compile(r"float\s*:\s*(?:right|left)", re.IGNORECASE)
_FONT_PX = re.compile(r"font-size\s*:\s*(\d+)(?:\.\d+)?\s*(px|pt|%)", re.IGNORECASE)
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]?\s*url\s*=\s*[\"']?\s*([^\"'>]+)", re.IGNORECASE)
_FREE_TEXT = frozenset(("text", "password", "email", ""))


def text_of(element: DomElement) -> str:
    """The folded text within an element."""
    return fold("".join(str(piece) for piece in element.itertext()))


def walk(root: DomElement, problems: tuple[str, ...] = ()) -> BlockTree:
    """The blocks, boxes and references of a page, in document order. Iterative: depth costs no stack."""
    return _Walk(root).run(problems)


class _Walk(Gathering):
    def run(self, problems: tuple[str, ...]) -> BlockTree:
        """Walk, then freeze what was found."""
        self._descend()
        self._flush()
        self.box.end = len(self.slots)
        paths = DomPaths()
        blocks = tuple(
            Block(number, paths.of(self.slots[at].element), str(self.slots[at].element.tag), self.slots[at].text)
            for number, at in enumerate(self.block_slots)
        )
        occurrences = tuple(Occurrence(*item) for item in self.found)  # type: ignore[arg-type]  # six fields, in order
        return BlockTree(
            root=self.root,
            blocks=blocks,
            slots=tuple(self.slots),
            block_slots=tuple(self.block_slots),
            occurrences=occurrences,
            title=self.title or "",
            base_href=self.base,
            lang=self.root.get("lang") or self.root.get("{http://www.w3.org/XML/1998/namespace}lang"),
            metas=tuple(self.metas),
            json_ld=tuple(self.json_ld),
            problems=problems,
        )

    def _descend(self) -> None:
        stack: list[tuple[DomElement, Iterator[DomElement], object]] = []
        element: DomElement = self.root
        children: Iterator[DomElement] = iter(self.root)
        undo: object = None
        while True:
            child = next(children, None)
            if child is None:
                if undo is not None:
                    self._leave(element, undo)
                if not stack:
                    return
                if element.tail:
                    tail = element.tail
                    element, children, undo = stack.pop()
                    self._text(tail)
                else:
                    element, children, undo = stack.pop()
                continue
            if not isinstance(child.tag, str):
                if child.tail:
                    self._text(child.tail)
                continue
            entered = self._enter(child)
            if entered is False:
                if child.tail:
                    self._text(child.tail)
                continue
            stack.append((element, children, undo))
            element, children, undo = child, iter(child), entered
            if child.text:
                self._text(child.text)

    # -- entering and leaving an element

    def _enter(self, element: DomElement) -> object:
        """``False``: skip its content. Otherwise what ``_leave`` needs to undo, or ``None`` for nothing."""
        tag = str(element.tag)
        if tag in _SIGNS:
            return self._sign(element, tag)
        if tag in SKIPPED_TAGS:
            return self._skipped(element, tag)
        if tag in ("area", "input", "option", "base", "meta", "link"):
            return self._control(element, tag)
        saved = (self.bold, self.italic, self.heading, self.hidden, self.caption, self.size, self.pre)
        style = element.get("style")
        if style is not None or tag == "div":
            self._style(element, style or "")
        if tag in BLOCK_TAGS:
            return self._open_box(element, tag, saved)
        if tag == "a":
            return self._open_anchor(element, saved)
        if tag in ("b", "strong"):
            self.bold += 1
        elif tag in ("i", "em", "cite"):
            self.italic += 1
        elif tag == "font":
            self._font(element.get("size"))
        elif tag == "span" and style is None:
            return None
        return saved, None, None

    def _sign(self, element: DomElement, tag: str) -> object:
        if tag == "br":
            self._break(element)
        elif tag == "img":
            self._image(element)
        else:
            self._flush()
        return False

    def _open_box(self, element: DomElement, tag: str, saved: object) -> object:
        self._flush()
        kept = (self.box, self.owner)
        names = (element.get("class") or "", element.get("id") or "")
        words = f"{names[0]} {names[1]}".lower() if names[0] or names[1] else ""
        box = Box(self.box, tag, self.boxes, self.box.depth + 1, f"{tag}.{names[0]}", words, first=len(self.slots))
        self.boxes += 1
        if (tag in ("table", "div") and element.get("align") in ("right", "left")) or self._floats(element):
            box.floats = True
        if tag == "td":
            box.width = element.get("width") or ""
        self.box, self.owner = box, element
        if tag[0] == "h" and len(tag) == 2:
            self.heading = int(tag[1])
            self.size = max(self.size, 3)
        elif tag in ("figcaption", "caption"):
            self.caption += 1
        elif tag in ("pre", "xmp", "listing"):
            self.pre += 1
        elif tag == "th":
            self.bold += 1
        if element.get("hidden") is not None:
            self.hidden += 1
        return saved, kept, None

    def _floats(self, element: DomElement) -> bool:
        style = element.get("style")
        return bool(style and _FLOATS.search(style))

    def _open_anchor(self, element: DomElement, saved: object) -> object:
        href = element.get("href")
        if href is None:
            return saved, None, None
        rel = tuple((element.get("rel") or "").lower().split())
        anchor = Anchor(len(self.found))
        self.found.append(["a", href, "", rel, None, None])
        self.anchors.append(anchor)
        return saved, None, anchor

    def _leave(self, element: DomElement, undo: object) -> None:
        saved, kept, anchor = cast("tuple[tuple[int, ...], tuple[Box, DomElement] | None, Anchor | None]", undo)
        if kept is not None:
            if element.tag == "select":
                self._flush(option=True)
            else:
                self._flush()
            self.box.end = len(self.slots)
            self.box, self.owner = kept
        if anchor is not None:
            self.anchors.pop()
            self.found[anchor.index][2] = fold("".join(anchor.pieces)) or fold(" ".join(anchor.alts))
            if not anchor.taken:
                self.run_.loose.append(anchor.index)
        self.bold, self.italic, self.heading, self.hidden, self.caption, self.size, self.pre = saved

    def _style(self, element: DomElement, style: str) -> None:
        if not style:
            return
        if _HIDING.search(style):
            self._flush()
            self.hidden += 1
        match = _FONT_PX.search(style)
        if match:
            unit = match[2].lower()
            px = int(match[1]) * {"px": 1.0, "pt": 4 / 3, "%": 0.16}[unit]
            self.size = 3 if px < 17 else 4 if px < 20 else 5
        if "bold" in style:
            self.bold += 1

    def _font(self, size: str | None) -> None:
        if not size:
            return
        try:
            number = int(size)
        except ValueError:
            return
        self.size = max(1, min(7, 3 + number if size[0] in "+-" else number))

    # -- what stands in the page

    def _skipped(self, element: DomElement, tag: str) -> bool:
        if tag in ("iframe", "frame"):
            self._flush()
            self._reference(tag, element.get("src") or "", element.get("title") or "")
            self._flush()
        elif tag == "title":
            if self.title is None:
                self.title = text_of(element)
        elif tag == "head":
            self._head(element)
        elif tag == "textarea":
            self._count_control()
        elif tag == "script":
            self._script(element)
        elif tag == "noscript":
            for link in element.iter("a"):
                if link.get("href"):
                    self._reference("a", link.get("href") or "", text_of(link))
        return False

    def _head(self, head: DomElement) -> None:
        for element in head.iter("title", "meta", "base", "link", "script"):
            if element.tag == "title":
                if self.title is None:
                    self.title = text_of(element)
            elif element.tag == "script":
                self._script(element)
            else:
                self._control(element, str(element.tag))

    def _script(self, element: DomElement) -> None:
        kind = element.get("type")
        if kind and "ld+json" in kind and element.text:
            self.json_ld.append(element.text)

    def _control(self, element: DomElement, tag: str) -> object:
        if tag == "option":
            value = element.get("value") or ""
            text = text_of(element)
            if value:
                self._reference("option", value, text)
            if text:
                self._text(text + " \n")
            return False
        if tag == "area":
            self._reference("area", element.get("href") or "", element.get("alt") or element.get("title") or "")
        elif tag == "input":
            if (element.get("type") or "").lower() in _FREE_TEXT:
                self._count_control()
        elif tag == "base":
            self.base = self.base or element.get("href")
        elif tag == "meta":
            self._meta(element)
        elif tag == "link" and element.get("href"):
            rel = tuple((element.get("rel") or "").lower().split())
            if "canonical" in rel:
                self.found.append(["canonical", element.get("href") or "", "", rel, None, None])
        return False

    def _meta(self, element: DomElement) -> None:
        content = element.get("content") or ""
        for key in ("name", "property", "http-equiv", "itemprop"):
            name = element.get(key)
            if name:
                self.metas.append((name.strip().lower(), content))
                if key == "http-equiv" and name.strip().lower() == "refresh":
                    match = _REFRESH.match(content)
                    if match:
                        self.found.append(["meta_refresh", match[1].strip(), "", (), None, None])
