"""Snippet: the part of a text that shows best what was looked for, with the matches marked. Pure.

It finds words as the index does: without case and diacritics, characters of scripts without spaces one by one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from portal_crawler.catalog.query import Term
from portal_crawler.catalog.spaced_text import UNSPACED, narrow

# Characters of a snippet: two to three lines of a list.
_WIDTH = 240
# Characters of a text that are looked through: a match behind them is in the list, but not shown.
_MOST_READ = 200_000
_TOKENS = re.compile(f"{UNSPACED.pattern}|(?:(?!{UNSPACED.pattern})[^\\W_])+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; ``hit`` where it is what was looked for."""

    text: str
    hit: bool = False


def marked(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """The whole text in pieces, with every match of the terms as one.

    >>> [piece.text for piece in marked("The stone bridge at Söder", [Term("soder"), Term("stone bridge", True)])]
    ['The ', 'stone bridge', ' at ', 'Söder']
    """
    return _pieces(text, _spans(text[:_MOST_READ], terms), 0, len(text))


def snippet(text: str, terms: Sequence[Term], width: int = _WIDTH) -> tuple[Piece, ...]:
    """About ``width`` characters of the text, where most of the terms stand close together; else its beginning."""
    spans = _spans(text[:_MOST_READ], terms)
    start = _best_start(spans, width) if spans else 0
    start = _word_start(text, max(0, start - width // 4)) if start > width // 4 else 0
    end = _word_end(text, min(len(text), start + width))
    pieces = _pieces(text, [span for span in spans if start <= span[0] and span[1] <= end], start, end)
    head = (Piece("… "),) if start else ()
    return (*head, *pieces, *((Piece(" …"),) if end < len(text) else ()))


def _spans(text: str, terms: Sequence[Term]) -> list[tuple[int, int, int]]:
    """Where terms match: (start, end, number of the term), in order and without overlap."""
    tokens = [(found.start(), found.end(), _folded(found[0])) for found in _TOKENS.finditer(narrow(text))]
    found: list[tuple[int, int, int]] = []
    for number, term in enumerate(terms):
        wanted = [_folded(token) for token in _TOKENS.findall(narrow(term.text))]
        if wanted:
            found += [(start, end, number) for start, end in _matches(tokens, wanted, prefix=term.prefix)]
    spans: list[tuple[int, int, int]] = []
    for span in sorted(found, key=lambda span: (span[0], -span[1])):
        if not spans or span[0] >= spans[-1][1]:
            spans.append(span)
    return spans


def _matches(tokens: list[tuple[int, int, str]], wanted: list[str], *, prefix: bool) -> list[tuple[int, int]]:
    last = len(wanted) - 1
    found = []
    for at, (start, _, token) in enumerate(tokens):
        if token != wanted[0] and not (prefix and last == 0 and token.startswith(wanted[0])):
            continue
        run = tokens[at : at + last + 1]
        if len(run) <= last or any(one[2] != word for one, word in zip(run[:-1], wanted[:-1], strict=True)):
            continue
        if run[-1][2] == wanted[-1] or (prefix and run[-1][2].startswith(wanted[-1])):
            found.append((start, run[-1][1]))
    return found


def _folded(token: str) -> str:
    if token.isascii():
        return token.lower()
    parts = unicodedata.normalize("NFD", token.lower())
    return "".join(char for char in parts if not 0x300 <= ord(char) < 0x370)


def _best_start(spans: list[tuple[int, int, int]], width: int) -> int:
    """Where the window of most different terms begins; of equally many, the first."""
    best, most = spans[0][0], (0, 0)
    for at, (start, _, _) in enumerate(spans):
        inside = [span[2] for span in spans[at : at + 40] if span[1] <= start + width]
        if (told := (len(set(inside)), min(len(inside), 4))) > most:
            best, most = start, told
    return best


def _word_start(text: str, at: int) -> int:
    gap = max(text.find(" ", at, at + 30), text.find("\n", at, at + 30))
    return gap + 1 if gap >= 0 else at


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    gap = max(text.rfind(" ", at - 30, at), text.rfind("\n", at - 30, at))
    return gap if gap > 0 else at


def _pieces(text: str, spans: list[tuple[int, int, int]], start: int, end: int) -> tuple[Piece, ...]:
    pieces, here = [], start
    for first, last, _ in spans:
        if first > here:
            pieces.append(Piece(text[here:first]))
        pieces.append(Piece(text[first:last], hit=True))
        here = last
    if here < end:
        pieces.append(Piece(text[here:end]))
    return tuple(pieces)
