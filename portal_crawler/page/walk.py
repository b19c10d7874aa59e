"""Walk: the one pass over a page's tree that finds its blocks, boxes and references. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Self, TypeVar

from lxml.etree import _Element as DomElement

from portal_crawler.page.blocks import MOST_TITLE, Block, BlockTree, Box, Occurrence
from portal_crawler.page.element_kinds import KIND_OF, SCRIPTLESS, ElementKind
from portal_crawler.page.embedded import embedded_text
from portal_crawler.page.folding import fold
from portal_crawler.page.gathering import Anchor, Gathering, Marks
from portal_crawler.page.inline_style import read_style
from portal_crawler.page.refresh import refresh_target

AnyWalk = TypeVar("AnyWalk", bound="Walk")
# Versions of a page in other languages; the languages of the European Union and the United Nations are thirty.
_LANGUAGES = 200
_FREE_TEXT = frozenset(("text", "password", "email", ""))
# A page that shows less text than this may wait for a script to show the rest, which then is several times as much.
_SHELL, _RATHER = 250, 4
# Boxes whose name says something of the text in them.
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MARKING_BOXES = frozenset((*_HEADINGS, "figcaption", "caption", "pre", "xmp", "listing", "th"))
_INLINE, _BOX, _ANCHOR, _MARK, _SIGN, _SKIPPED, _ = map(int, ElementKind)


def text_of(element: DomElement) -> str:
    """The folded text within an element."""
    return fold("".join(str(piece) for piece in element.itertext()))


def walk(root: DomElement, problems: tuple[str, ...] = ()) -> BlockTree:
    """The blocks, boxes and references of a page, in document order. Iterative: depth costs no stack.

    A page that shows next to nothing until a script has run is read from what it hides, or from the data that it
    hands to its script.
    """
    return walked(root, problems, Walk).tree


def walked(root: DomElement, problems: tuple[str, ...], kind: type[AnyWalk]) -> AnyWalk:
    """The walk of a kind that found the page's text, done; its ``tree`` is what ``walk`` gives."""
    plain = kind(root).run(problems)
    shown = sum(len(block.text) for block in plain.tree.blocks if not block.hidden)
    if shown >= _SHELL:
        return plain
    least = max(_SHELL, _RATHER * shown)
    hiding = kind(root, reveal=True).run((*problems, "shows its text by script only; read is what it hides"))
    if sum(len(block.text) for block in hiding.tree.blocks) >= least:
        return hiding
    body, data = root.find("body"), embedded_text(root)
    if body is not None and data is not None:
        body.append(data)
        filled = kind(root).run((*problems, "shows its text by script only; read are its embedded data"))
        if sum(len(block.text) for block in filled.tree.blocks) >= least:
            return filled
        body.remove(data)
    return plain


# The same few hold on every page; to replace one field of a named tuple takes eight times as long as to look one up.
@lru_cache(1_024)
def _marked(marks: Marks, tag: str) -> Marks:
    """How text is set in an element of that name: as heading, caption, head of a table, as typed, bold or italic."""
    if tag in _HEADINGS:
        return marks._replace(heading=int(tag[1]), size=max(marks.size, 3))
    if tag in ("figcaption", "caption"):
        return marks._replace(caption=marks.caption + 1)
    if tag in ("th", "b", "strong"):
        return marks._replace(bold=marks.bold + 1)
    if tag in ("pre", "xmp", "listing"):
        return marks._replace(pre=marks.pre + 1)
    return marks._replace(italic=marks.italic + 1)


# What stood before an element was entered: the marks of the text, the box with its owner, the anchor it opened. One is
# made for every element: a tuple without names costs a fifth of one with them.
_Undo = tuple[Marks, Box | None, DomElement | None, Anchor | None]


class Walk(Gathering):
    """One pass over a page. ``reveal``: text that no browser shows is walked as if it were shown."""

    tree: BlockTree

    def __init__(self, root: DomElement, *, reveal: bool = False) -> None:
        super().__init__(root)
        self.reveal = reveal

    def run(self, problems: tuple[str, ...]) -> Self:
        """Walk, then freeze what was found into ``tree``."""
        self._descend()
        self._flush()
        self.box.end = len(self.slots)
        slots = tuple(self.slots)
        shown = (slots[at] for at in self.block_slots)
        title = self.title or ""
        if len(title) > MOST_TITLE:
            problems = (*problems, f"a title of more than {MOST_TITLE} characters; its beginning was read")
        self.tree = BlockTree(
            root=self.root,
            blocks=tuple(
                Block(number, str(slot.element.tag), slot.text, slot.hidden) for number, slot in enumerate(shown)
            ),
            slots=slots,
            block_slots=tuple(self.block_slots),
            occurrences=tuple(Occurrence(*item) for item in self.found),  # type: ignore[arg-type]  # its six fields
            title=title[:MOST_TITLE],
            base_href=self.base,
            lang=self.root.get("lang") or self.root.get("{http://www.w3.org/XML/1998/namespace}lang"),
            metas=tuple(self.metas),
            json_ld=tuple(self.json_ld),
            alternates=tuple(self.alternates),
            problems=problems,
            broken=self.broken,
        )
        return self

    def _descend(self) -> None:
        stack: list[tuple[DomElement, Iterator[DomElement], _Undo | None]] = []
        element = self.root
        children: Iterator[DomElement] = iter(element)
        undo: _Undo | None = None
        while True:
            for child in children:
                tag = child.tag
                kind = KIND_OF.get(tag, _INLINE)
                if kind >= _SIGN or not isinstance(tag, str):
                    entered, content = self._aside(child, tag, kind)
                else:
                    entered = self._open_box(child, tag) if kind == _BOX else self._enter(child, tag, kind)
                    content = True
                if content:
                    if text := child.text:
                        self._text(text)
                    if len(child):
                        stack.append((element, children, undo))
                        element, children, undo = child, iter(child), entered
                        break
                if entered is not None:
                    self._leave(entered)
                if tail := child.tail:
                    self._text(tail)
            else:
                if undo is not None:
                    self._leave(undo)
                if not stack:
                    return
                tail = element.tail
                element, children, undo = stack.pop()
                if tail:
                    self._text(tail)

    # -- entering and leaving an element

    def _enter(self, element: DomElement, tag: str, kind: int) -> _Undo | None:
        """Take up what an element within a line means for its text; what ``_leave`` needs to undo it, if anything."""
        undo: _Undo | None = None
        if style := element.get("style"):
            undo = self.marks, None, None, None
            self._style(style)
        if kind == _MARK:
            undo = undo or (self.marks, None, None, None)
            if tag == "font":
                self._font(element.get("size"))
            else:
                self.marks = _marked(self.marks, tag)
        elif kind == _ANCHOR and (href := element.get("href")) is not None:
            rel = element.get("rel")
            anchor = Anchor(len(self.found))
            self.found.append(["a", href, "", tuple(rel.lower().split()) if rel else (), None, None])
            self.anchors.append(anchor)
            return (undo[0] if undo else self.marks), None, None, anchor
        return undo

    def _open_box(self, element: DomElement, tag: str) -> _Undo:
        if self.pieces or self.loose or self.images:
            self._flush()
        self.after_break = False
        undo = self.marks, self.box, self.owner, None
        box = self.box = Box(self.box, tag, self.boxes, len(self.slots))
        self.boxes += 1
        self.owner = element
        if attributes := element.items():
            self._attributes(box, dict(attributes), tag)  # type: ignore[arg-type]  # of HTML, all are text
        if tag in _MARKING_BOXES:
            self.marks = _marked(self.marks, tag)
        return undo

    def _attributes(self, box: Box, named: Mapping[str, str], tag: str) -> None:
        """Take up what a box's attributes say."""
        names, own_id = named.get("class", ""), named.get("id", "")
        if names or own_id:
            box.names, box.words = names, f"{names} {own_id}".lower()
        if style := named.get("style"):
            box.floats = read_style(style).floats
            self._style(style)
        if tag in ("div", "table") and named.get("align") in ("right", "left"):
            box.floats = True
        elif tag == "td":
            box.width = named.get("width", "")
        if "hidden" in named and not self.reveal:
            self.marks = self.marks._replace(hidden=self.marks.hidden + 1)

    def _leave(self, undo: _Undo) -> None:
        marks, box, owner, anchor = undo
        if box is not None and owner is not None:
            if self.pieces or self.loose or self.images:
                self._flush(option=self.box.tag == "select")
            self.after_break = False
            self.box.end = len(self.slots)
            self.box, self.owner = box, owner
        if anchor is not None:
            self.anchors.pop()
            self.found[anchor.index][2] = fold("".join(anchor.pieces)) or fold(" ".join(anchor.alts))
            if not anchor.taken:
                self.loose.append(anchor.index)
        self.marks = marks

    def _style(self, style: str) -> None:
        read = read_style(style)
        if read.hides and not self.reveal:
            self._flush()
            self.marks = self.marks._replace(hidden=self.marks.hidden + 1)
        if read.size:
            self.marks = self.marks._replace(size=read.size)
        if read.bold:
            self.marks = self.marks._replace(bold=self.marks.bold + 1)

    def _font(self, size: str | None) -> None:
        if not size:
            return
        try:
            number = int(size)
        except ValueError:
            return
        self.marks = self.marks._replace(size=max(1, min(7, 3 + number if size[0] in "+-" else number)))

    # -- what stands in the page and is no running text

    def _aside(self, element: DomElement, tag: str, kind: int) -> tuple[_Undo | None, bool]:
        """What to undo behind an element that is no part of a line, and whether its content is walked."""
        if tag == "br":
            self._break(element)
        elif tag == "img":
            self._image(element)
        elif tag == "hr":
            self._flush()
        elif kind == _SKIPPED:
            if self.reveal and tag in SCRIPTLESS:
                return self._open_box(element, "div"), True
            self._skipped(element, tag)
        elif isinstance(tag, str):
            self._control(element, tag)
        return None, False

    def _skipped(self, element: DomElement, tag: str) -> None:
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

    def _control(self, element: DomElement, tag: str) -> None:
        if tag == "option":
            value = element.get("value") or ""
            text = text_of(element)
            if value:
                self._reference("option", value, text)
            if text:
                self._text(text + " \n")
        elif tag == "area":
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
            elif "alternate" in rel and (language := element.get("hreflang")) and len(self.alternates) < _LANGUAGES:
                self.alternates.append((language.strip(), element.get("href") or ""))

    def _meta(self, element: DomElement) -> None:
        content = element.get("content") or ""
        for key in ("name", "property", "http-equiv", "itemprop"):
            name = element.get(key)
            if name:
                name = name.strip().lower()
                self.metas.append((name, content))
                if key == "http-equiv" and name == "refresh" and (reference := refresh_target(content)):
                    self.found.append(["meta_refresh", reference, "", (), None, None])
