"""Gathering: text, pictures and references of a page on their way into slots, until the next boundary."""

from __future__ import annotations

import re

from lxml.etree import _Element as DomElement

from portal_crawler.page.blocks import Box, Slot
from portal_crawler.page.folding import fold

_INDENT = re.compile("[\r\n\t ]*(?:\u3000|\xa0{3}|(?:\xa0 ){2})")
_SENTENCE_END = re.compile('[.!?\u3002\uff01\uff1f\u201d"\u300d:\uff1a)]\\s*$')
# A line at least this long that ends a sentence is a paragraph, not a hard-wrapped line (those are about 70).
_LONG_LINE = 110


class Run:
    """Text and marks gathered until the next boundary."""

    __slots__ = (
        "bold",
        "breaks",
        "chars",
        "images",
        "italic",
        "link",
        "loose",
        "occurrences",
        "pieces",
        "since",
        "size",
    )

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.chars = self.link = self.bold = self.italic = self.images = self.breaks = 0
        self.since = 0
        self.size = 0
        self.occurrences: list[int] = []
        self.loose: list[int] = []


class Anchor:
    """An open ``<a href>``: its text so far, and whether a run that shows text has taken it."""

    __slots__ = ("alts", "index", "pieces", "taken")

    def __init__(self, index: int) -> None:
        self.index = index
        self.pieces: list[str] = []
        self.alts: list[str] = []
        self.taken = False


class Gathering:
    """The state of one walk: marks of the text at hand, the box it stands in, and what was found so far."""

    def __init__(self, root: DomElement) -> None:
        self.root = root
        self.slots: list[Slot] = []
        self.found: list[list[object]] = []  # [element, href, text, rel, slot, block] of each occurrence
        self.block_slots: list[int] = []
        self.box = Box(None, "html", 0, 0)
        self.boxes = 1
        self.owner = root
        self.run_ = Run()
        self.anchors: list[Anchor] = []
        self.bold = self.italic = self.heading = self.hidden = self.caption = self.pre = 0
        self.size = 3
        self.after_break = False
        self.title: str | None = None
        self.base: str | None = None
        self.metas: list[tuple[str, str]] = []
        self.json_ld: list[str] = []

    def _count_control(self) -> None:
        box: Box | None = self.box
        while box is not None:
            box.controls += 1
            box = box.parent

    def _reference(self, element: str, href: str, text: str) -> None:
        if href.strip():
            self.run_.loose.append(len(self.found))
            self.found.append([element, href, fold(text), (), None, None])

    def _image(self, element: DomElement) -> None:
        run = self.run_
        run.images += 1
        if self.anchors:
            alt = element.get("alt") or element.get("title")
            if alt:
                self.anchors[-1].alts.append(alt)

    def _break(self, element: DomElement) -> None:
        """A ``<br>``: the second in a row, one before an indent, and one after a long line part paragraphs."""
        run = self.run_
        tail = element.tail or ""
        if run.chars == 0:
            return
        if self.after_break or _INDENT.match(tail):
            self._flush()
            return
        line = run.chars - run.since
        before = run.pieces[-1] if run.pieces else ""
        ends = _SENTENCE_END.search(before[-3:])
        if ends and (line >= _LONG_LINE or before.rstrip()[-1:] in "\u3002\uff01\uff1f"):
            self._flush()
            return
        self.after_break = True
        run.breaks += 1
        run.since = run.chars
        run.pieces.append("\n")
        if self.anchors:
            self.anchors[-1].pieces.append("\n")

    def _text(self, text: str) -> None:
        if self.pre and "\n\n" in text.replace("\r", ""):
            parts = re.split(r"\n\s*\n", text.replace("\r", ""))
            for part in parts[:-1]:
                self._piece(part)
                self._flush()
            text = parts[-1]
        self._piece(text)

    def _piece(self, text: str) -> None:
        run = self.run_
        chars = len(text.strip())
        if not chars:
            if run.pieces:
                run.pieces.append(text)
            if self.anchors:
                self.anchors[-1].pieces.append(" ")
            return
        self.after_break = False
        run.pieces.append(text)
        run.chars += chars
        if self.anchors:
            anchor = self.anchors[-1]
            anchor.pieces.append(text)
            run.link += chars
            if not anchor.taken:
                anchor.taken = True
                run.occurrences.append(anchor.index)
        if self.bold:
            run.bold += chars
        if self.italic:
            run.italic += chars
        run.size = max(run.size, self.size)

    def _flush(self, *, option: bool = False) -> None:
        run = self.run_
        self.after_break = False
        if not run.chars and not run.loose and not run.images:
            if run.pieces:
                self.run_ = Run()
            return
        text = fold("".join(run.pieces)) if run.chars else ""
        at = len(self.slots)
        for anchor in self.anchors:
            anchor.pieces.append(" ")
        number: int | None = None
        if text and not self.hidden:
            number = len(self.block_slots)
            self.block_slots.append(at)
        slot = Slot(
            self.box, self.owner, text, number, run.link, run.bold, run.italic, self.heading, run.size or 3, run.images,
            option, self.caption > 0, self.hidden > 0, run.breaks, run.occurrences + run.loose,
        )  # fmt: skip
        self.slots.append(slot)
        for index in run.occurrences:
            self.found[index][4] = at
            self.found[index][5] = number
        for index in run.loose:
            self.found[index][4] = at
            if option:
                self.found[index][5] = number
        self.run_ = Run()
