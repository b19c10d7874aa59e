"""Gathering: text, pictures and references of a page on their way into slots, until the next boundary."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml.etree import _Element as DomElement

from portal_crawler.page.blocks import Box, Broken, Slot
from portal_crawler.page.folding import fold

_INDENT = re.compile("[\r\n\t ]*(?:\u3000|\xa0{3}|(?:\xa0 ){2})")
_SENTENCE_END = re.compile('[.!?\u3002\uff01\uff1f\u201d"\u300d:\uff1a)]\\s*$')
_BLANK_LINE = re.compile(r"\n\s*\n")
# A line at least this long that ends a sentence is a paragraph, not a hard-wrapped line (those are about 70).
_LONG_LINE = 110


class Anchor:
    """An open ``<a href>``: its text so far, and whether a run that shows text has taken it."""

    __slots__ = ("alts", "index", "pieces", "taken")

    def __init__(self, index: int) -> None:
        self.index = index
        self.pieces: list[str] = []
        self.alts: list[str] = []
        self.taken = False


class Marks(NamedTuple):
    """How the text at hand is set: how many elements around it make it bold, italic, hidden, a caption and typed text,
    the level of its heading or 0, and its size on the scale of ``<font size>``.
    """

    bold: int = 0
    italic: int = 0
    heading: int = 0
    hidden: int = 0
    caption: int = 0
    size: int = 3
    pre: int = 0


class Gathering:
    """The state of one walk: marks of the text at hand, the box it stands in, and what was found so far.

    What is gathered until the next boundary: ``pieces`` of text, ``chars`` of them that show, how many of those stand
    in a link, are bold and italic, ``images``, ``breaks`` (where in the pieces lines end, and ``since``, the characters
    before the last), the largest
    ``run_size``, the ``occurrences`` that it shows and the ``loose`` ones without text.
    """

    def __init__(self, root: DomElement) -> None:
        self.root = root
        self.slots: list[Slot] = []
        self.found: list[list[object]] = []  # [element, href, text, rel, slot, block] of each occurrence
        self.block_slots: list[int] = []
        self.broken: Broken = {}
        self.box = Box(None, "html", 0, 0)
        self.boxes = 1
        self.owner = root
        self.anchors: list[Anchor] = []
        # One value, so that what an element changed is undone at once.
        self.marks = Marks()
        self.title: str | None = None
        self.base: str | None = None
        self.metas: list[tuple[str, str]] = []
        self.json_ld: list[str] = []
        self.alternates: list[tuple[str, str]] = []
        self._begin()

    def _begin(self) -> None:
        self.pieces: list[str] = []
        self.breaks: list[int] = []
        self.chars = self.link = self.bold_chars = self.italic_chars = self.images = 0
        self.since = self.run_size = 0
        self.occurrences: list[int] = []
        self.loose: list[int] = []
        self.after_break = False

    def _count_control(self) -> None:
        box: Box | None = self.box
        while box is not None:
            box.controls += 1
            box = box.parent

    def _reference(self, element: str, href: str, text: str) -> None:
        if href.strip():
            self.loose.append(len(self.found))
            self.found.append([element, href, fold(text), (), None, None])

    def _image(self, element: DomElement) -> None:
        self.images += 1
        if self.anchors:
            alt = element.get("alt") or element.get("title")
            if alt:
                self.anchors[-1].alts.append(alt)

    def _break(self, element: DomElement) -> None:
        """A ``<br>``: the second in a row, one before an indent, and one after a long line part paragraphs."""
        if self.chars == 0:
            return
        if self.after_break or _INDENT.match(element.tail or ""):
            self._flush()
            return
        line = self.chars - self.since
        before = self.pieces[-1] if self.pieces else ""
        ends = _SENTENCE_END.search(before[-3:])
        if ends and (line >= _LONG_LINE or before.rstrip()[-1:] in "\u3002\uff01\uff1f"):
            self._flush()
            return
        self.after_break = True
        self.breaks.append(len(self.pieces))
        self.since = self.chars
        self.pieces.append("\n")
        if self.anchors:
            self.anchors[-1].pieces.append("\n")

    def _text(self, text: str) -> None:
        chars = len(text.strip())
        if not chars:
            if self.pieces:
                self.pieces.append(text)
            if self.anchors:
                self.anchors[-1].pieces.append(" ")
            return
        if self.marks.pre and "\n\n" in (text := text.replace("\r", "")):
            *parts, text = _BLANK_LINE.split(text)
            for part in parts:
                self._piece(part, len(part.strip()))
                self._flush()
            chars = len(text.strip())
        self._piece(text, chars)

    def _piece(self, text: str, chars: int) -> None:
        self.pieces.append(text)
        if not chars:
            return
        self.after_break = False
        self.chars += chars
        if self.anchors:
            anchor = self.anchors[-1]
            anchor.pieces.append(text)
            self.link += chars
            if not anchor.taken:
                anchor.taken = True
                self.occurrences.append(anchor.index)
        marks = self.marks
        if marks.bold:
            self.bold_chars += chars
        if marks.italic:
            self.italic_chars += chars
        if marks.size > self.run_size:
            self.run_size = marks.size

    def _flush(self, *, option: bool = False) -> None:
        """Make a slot of what was gathered, if it shows anything."""
        if not self.chars and not self.loose and not self.images:
            if self.pieces:
                self._begin()
            self.after_break = False
            return
        text = fold("".join(self.pieces)) if self.chars else ""
        at = len(self.slots)
        for anchor in self.anchors:
            anchor.pieces.append(" ")
        number: int | None = None
        if text:
            number = len(self.block_slots)
            self.block_slots.append(at)
            if self.breaks and not self.marks.heading:
                self.broken[number] = self.pieces, self.breaks
        marks = self.marks
        self.slots.append(
            Slot(
                self.box, self.owner, text, number, self.link, self.bold_chars, self.italic_chars, marks.heading,
                self.run_size or 3, self.images, option, marks.caption > 0, marks.hidden > 0, len(self.breaks),
                (*self.occurrences, *self.loose),
            )
        )  # fmt: skip
        for index in self.occurrences:
            self.found[index][4:] = at, None if marks.hidden else number
        for index in self.loose:
            self.found[index][4] = at
            if option:
                self.found[index][5] = number
        self._begin()
