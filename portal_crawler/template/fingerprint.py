"""Fingerprints: a text, and the place where it stands, as numbers that are the same on another page of the portal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

from portal_crawler.page.blocks import Box, Slot
from portal_crawler.page.characters import letter_runs
from portal_crawler.page.month_names import FOLDED_NAME, MONTHS

# Digits, and the names of months: what a dateline, a page number or a counter differs by.
_COUNTED = re.compile(r"\d+")
_MONTH = re.compile(rf"(?<![^\W\d_])(?:{FOLDED_NAME})(?![^\W\d_])")
# A text shorter than this is known only together with its place: "Home" in a menu, "12" in a table.
_SHORT = 24
_COLUMNS = 4
# Elements whose place is that of what they stand in: the story's own paragraphs are such.
_LINES = frozenset(
    ("p", "li", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "ul", "ol", "center")
)


def folded(text: str) -> str:
    """A text with its case, digits and months folded.

    >>> folded("Monday, October 15, 2004") == folded("Monday, November 1, 2004")
    True
    """
    text = text.casefold()
    if not _holds_digits(text):
        return text
    if not MONTHS.keys().isdisjoint(letter_runs(text)):
        text = _MONTH.sub("0", text)
    return _COUNTED.sub("0", text)


def _holds_digits(text: str) -> bool:
    return _COUNTED.search(text) is not None if text.isascii() else any(map(str.isdigit, text))


def text_key(text: str, place: int) -> int:
    """The fingerprint of a text, 63 bits; that of a short one holds its place."""
    text = folded(text)
    if len(text) < _SHORT:
        text = f"{text}\n{place}"
    return hash_of(text)


def hash_of(text: str) -> int:
    """63 bits of BLAKE2b (RFC 7693): the same in every process."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1


class Places:
    """The places of one page. A place is the chain of boxes down to it: their elements, classes and, of a table's
    cells, the column; digits folded, since they number what is the same.
    """

    def __init__(self) -> None:
        self._keys: dict[int, int] = {}
        self._columns: dict[int, int] = {}

    def of_box(self, box: Box) -> int:
        """The place of a box, 32 bits."""
        chain: list[Box] = []
        above: Box | None = box
        while above is not None and above.index not in self._keys:
            chain.append(above)
            above = above.parent
        key = self._keys[above.index] if above is not None else 0
        for one in reversed(chain):
            key = self._keys[one.index] = crc32(_label(one.tag, one.words, self._column(one)), key)
        return key

    def _column(self, box: Box) -> str:
        if box.tag not in ("td", "th") or box.parent is None:
            return ""
        at = self._columns[box.parent.index] = self._columns.get(box.parent.index, -1) + 1
        return f"{min(at, _COLUMNS)}:{box.width}"

    def of_slot(self, slot: Slot) -> int:
        """The place of a text: its box's, and how it is set: as a link, a heading, bold, italic, larger or smaller."""
        length = len(slot.text)
        linked = slot.link_chars * 2 > length
        bold, italic = slot.bold_chars * 2 > length, slot.italic_chars * 2 > length
        setting = (linked, bold, italic, bool(slot.heading), slot.option, slot.caption, slot.hidden, slot.size)
        return crc32(_written(setting), self.of_box(slot.box))


# A portal's pages have the same few of both.
@lru_cache(8_192)
def _label(tag: str, words: str, column: str) -> bytes:
    return f"/{tag}.{_COUNTED.sub('0', words)}.{column}".encode("utf-8", "surrogatepass")


@lru_cache(1_024)
def _written(setting: tuple[bool | int, ...]) -> bytes:
    return repr(setting).encode()


def container_of(slot: Slot) -> Box:
    """The box that a line of text stands in as one of several: a paragraph's cell."""
    box = slot.box
    while box.tag in _LINES and box.parent is not None:
        box = box.parent
    return box


def path_of(box: Box) -> str:
    """A box's chain in words, the innermost four elements."""
    chain: Sequence[str] = []
    one: Box | None = box
    while one is not None and len(chain) < 4:
        names = one.names.split(maxsplit=1)
        chain = [f"{one.tag}.{names[0]}" if names else one.tag, *chain]
        one = one.parent
    return " > ".join(chain)
