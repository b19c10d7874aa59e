"""Line ends: which of the line ends that a page sets within a paragraph are the text's own (of a poem, an address, a
list), and which only wrap it at a column's width.

Pages of the nineties end each line of 60 to 80 characters with ``<br>``. Such a line goes on in the middle of a
sentence, and the next word would not have had room on it. Where most of a page's do, its full lines are joined; else
all lines stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from portal_crawler.page.blocks import Block, Broken
from portal_crawler.page.folding import fold

# Shorter lines are nobody's column: those of most verse, addresses and lists. Han characters are twice as wide.
_LONG, _LONG_WIDE = 40, 20
# The column is as wide as a line that three quarters of them do not exceed. A line that comes near that with the next
# word is full, and most are to be.
_FULL, _MOST = 0.9, 0.7
# So many of the long lines that end no sentence go on in lower case; of German, which writes nouns in upper case, 60 %.
_IN_LOWER_CASE = 0.4
# Scripts without case say less of where a sentence goes on: so many lines are to be seen.
_LEAST_UNCASED = 3
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ENDED = re.compile(
    "[.!?:;\u2026\u3002\uff01\uff1f\uff1a\uff1b\u061f\u06d4\u061b\u0964][\"'\u2019\u201d\u00bb)\\]]*\\Z"
)
_ITEM = re.compile(r"[-*\u2022\u00b7\u25aa\u25cf\u25ba]\s?|\(?\d{1,3}[.)\u3001]\s?")
_FIRST = re.compile(r"\w")


class _End(NamedTuple):
    """A line end: the length of the line before it, with the next word and without, how the next begins, and whether
    the line is long and ends no sentence.
    """

    length: int
    needed: int
    first: str
    unended: bool
    item: bool

    @property
    def goes_on(self) -> bool:
        """Whether the next line may go on with the sentence: not in upper case, nor with a figure."""
        return self.unended and self.first.isalpha() and not self.first.isupper()


def with_lines(blocks: Sequence[Block], broken: Broken, body: Iterable[int]) -> tuple[Block, ...]:
    """The blocks, those of the body with their lines.

    :param broken: the blocks in which lines end, as the walk found them.
    """
    told = {number: _lines(*broken[number]) for number in body if number in broken}
    measure = _measure([end for lines in told.values() for end in _ends(lines)])
    made = list(blocks)
    for number, lines in told.items():
        if len(joined := _joined(lines, measure)) > 1:
            made[number] = made[number]._replace(lines=joined)
    return tuple(made)


def _lines(pieces: Sequence[str], breaks: Sequence[int]) -> list[str]:
    """The lines of a block, as written, those without text left out."""
    cuts = [0, *breaks, len(pieces)]
    lines = ("".join(pieces[start:end]) for start, end in pairwise(cuts))
    return [line for line in lines if fold(line)]


def _ends(lines: Sequence[str]) -> list[_End]:
    shown = [fold(line) for line in lines]
    return [_end(before, after) for before, after in pairwise(shown)]


def _end(before: str, after: str) -> _End:
    wide = _WIDE.match(before[-1]) or _WIDE.match(after[0])
    first = _FIRST.search(after)
    word = 1 if wide else len(after.partition(" ")[0]) + 1
    item = _ITEM.match(after) is not None
    unended = not item and len(before) >= (_LONG_WIDE if wide else _LONG) and not _ENDED.search(before)
    return _End(len(before), len(before) + word, first[0] if first else "", unended, item)


def _measure(ends: Sequence[_End]) -> float:
    """How long a full line is, in characters, on a page that wraps its lines; infinite on any other."""
    unended = [end for end in ends if end.unended]
    going = [end for end in unended if end.goes_on]
    cased = any(end.first.islower() for end in going)
    if len(going) < (1 if cased else _LEAST_UNCASED) or len(going) < _IN_LOWER_CASE * len(unended):
        return float("inf")
    lengths = sorted(end.length for end in going)
    full = _FULL * lengths[3 * len(lengths) // 4]
    return full if sum(end.needed > full for end in going) >= _MOST * len(going) else float("inf")


def _joined(lines: Sequence[str], measure: float) -> tuple[str, ...]:
    """The lines, those that only wrap joined to the next one."""
    found: list[str] = []
    held = lines[0] if lines else ""
    for end, line in zip(_ends(lines), lines[1:], strict=True):
        if measure < float("inf") and (end.goes_on or (end.needed > measure and not end.item)):
            held += line
        else:
            found.append(fold(held))
            held = line
    return (*found, fold(held))
