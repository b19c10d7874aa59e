"""Link gold: which links of a page somebody set into its content, by a text that a person took for that content.

Two measures. ``literal``: the words of the anchor stand in the gold text, one behind the other. Nearly two fifths of
such links are menus whose word ("News", "here") the story happens to use. ``positional``: the anchor stands there with
what stands around it on the page: some 20 letters and digits of the page's text that hold it are in the gold. Space,
marks and case count in neither, so the second works for any script.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal_crawler.page.anchor_spans import anchor_spans
from portal_crawler.page.blocks import Block
from portal_crawler.page.links import Link

_WORD = re.compile(r"\w+")
_NO_LETTER = re.compile(r"[\W_]+")
_WINDOW = 20


@dataclass(frozen=True, slots=True)
class Gold:
    """``measured`` tells whether a link has words and is an ``a``: others are no part of the measures."""

    measured: bool
    literal: bool
    positional: bool


def gold_of(links: Sequence[Link], blocks: Sequence[Block], text: str) -> list[Gold]:
    """The gold of each link of a page whose content is ``text``."""
    wanted, letters = _spaced(text), _letters(text)
    texts = [block.text for block in blocks]
    bare = [_letters(one) for one in texts]
    stream = "".join(bare)
    starts = [0]
    for one in bare:
        starts.append(starts[-1] + len(one))
    spans = anchor_spans([(link.block, link.text) for link in links], texts)
    found = []
    block, read, at = -1, 0, 0
    for link, span in zip(links, spans, strict=True):
        anchor = _letters(link.text)
        literal = bool(anchor) and _spaced(link.text) in wanted
        positional = len(anchor) >= _WINDOW and anchor in letters
        if span is not None and link.block is not None and 0 < len(anchor) < _WINDOW:
            if link.block != block:
                block, read, at = link.block, 0, starts[link.block]
            at += len(_letters(texts[block][read : span[0]]))
            read = span[0]
            positional = _stands(stream, at, len(anchor), letters)
        found.append(Gold(link.element == "a" and bool(anchor), literal, positional))
    return found


def _stands(stream: str, at: int, size: int, gold: str) -> bool:
    """Whether a window of the page's text that ends, starts or is centred with the anchor stands in the gold."""
    rest = _WINDOW - size
    for before in (rest, 0, rest // 2):
        start = max(0, at - before)
        if stream[start : start + _WINDOW] in gold:
            return True
    return False


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())
