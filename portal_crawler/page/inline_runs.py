"""Inline runs: the text of each block with its emphasis and links, for those who want more than plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lxml.etree import _Element as DomElement

from portal_crawler.page.blocks import BlockTree
from portal_crawler.page.walk import Walk, walked


class Run(NamedTuple):
    """A piece of a block's text, white space as in the source. ``href`` is as the page wrote it, "" outside links;
    ``ends`` whether it is a line end that the page set.
    """

    text: str
    bold: bool
    italic: bool
    href: str
    ends: bool = False


def read_runs(root: DomElement) -> tuple[BlockTree, tuple[tuple[Run, ...], ...]]:
    """The tree that ``walk`` gives, and the runs of each of its blocks."""
    found = walked(root, (), _RunWalk)
    return found.tree, tuple(map(tuple, found.runs))


class _Pieces(list[str]):
    """The text at hand, which notes of each piece how it is set."""

    def __init__(self, walk: _RunWalk) -> None:
        super().__init__()
        self.walk = walk
        self.runs: list[Run] = []

    def append(self, text: str, /) -> None:
        super().append(text)
        walk = self.walk
        href = str(walk.found[walk.anchors[-1].index][1]) if walk.anchors else ""
        self.runs.append(Run(text, walk.marks.bold > 0, walk.marks.italic > 0, href))


class _RunWalk(Walk):
    def __init__(self, root: DomElement, *, reveal: bool = False) -> None:
        self.runs: list[Sequence[Run]] = []
        super().__init__(root, reveal=reveal)

    def _begin(self) -> None:
        super()._begin()
        self.pieces: _Pieces = _Pieces(self)

    def _flush(self, *, option: bool = False) -> None:
        runs, blocks = self.pieces.runs, len(self.block_slots)
        for at in self.breaks:
            runs[at] = runs[at]._replace(ends=True)
        super()._flush(option=option)
        if len(self.block_slots) > blocks:
            self.runs.append(runs)
