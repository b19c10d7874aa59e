"""Characters: of what kinds the characters of many texts are, counted at once. Knows no word and no language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float32]


class CharacterKind(IntEnum):
    """LETTER is of a script that parts words, IDEOGRAPH of one that does not. BAR is what menus set between entries."""

    OTHER = 0
    LETTER = 1
    IDEOGRAPH = 2
    DIGIT = 3
    SENTENCE_END = 4
    COMMA = 5
    COLON = 6
    QUOTE = 7
    BAR = 8
    SPACE = 9
    BRACKET = 10
    CURRENCY = 11


_KINDS = len(CharacterKind)
# Of the basic plane; later ones set what they need over earlier ones.
_RANGES: tuple[tuple[CharacterKind, tuple[tuple[int, int], ...]], ...] = (
    (CharacterKind.LETTER, ((0xAA, 0x10000), (0x41, 0x5B), (0x61, 0x7B))),
    (CharacterKind.DIGIT, ((0x30, 0x3A), (0xFF10, 0xFF1A), (0x660, 0x66A), (0x6F0, 0x6FA))),
    (
        CharacterKind.IDEOGRAPH,
        ((0x3040, 0x3100), (0x31F0, 0x3200), (0x3400, 0xA000), (0xAC00, 0xD7B0), (0xF900, 0xFB00)),
    ),
    (CharacterKind.BAR, ((0x2190, 0x2BFF),)),
    (CharacterKind.BRACKET, ((0x2000, 0x2070), (0x3000, 0x3040), (0xFF00, 0xFF10), (0xFF1A, 0xFF21))),
)
_CHARACTERS = {
    CharacterKind.SENTENCE_END: ".!?\u3002\uff01\uff1f\u2026\u061f\u06d4\uff61",
    CharacterKind.COMMA: ",\uff0c\u3001\u060c;\uff1b\u061b",
    CharacterKind.COLON: ":\uff1a",
    CharacterKind.QUOTE: "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u300c\u300d\u300e\u300f\u201e",
    CharacterKind.BAR: "|/>\u203a\u2022\u00b7*\u25cf\u25ba#_=~<\u2039\\",
    CharacterKind.SPACE: " \n\t\u00a0",
    CharacterKind.BRACKET: "()[]{}\uff08\uff09\u3010\u3011-\u2013\u2014&%+@",
    CharacterKind.CURRENCY: "$\u20ac\u00a3\u00a5\u20b9\u20bd",
}
# An ideograph says about as much as three Latin characters.
_WEIGHTS = np.ones(_KINDS, np.float32)
_WEIGHTS[CharacterKind.IDEOGRAPH] = 3.0


def _table() -> NDArray[np.uint8]:
    table = np.zeros(0x10000, np.uint8)
    for kind, ranges in _RANGES:
        for first, end in ranges:
            table[first:end] = kind
    for kind, characters in _CHARACTERS.items():
        table[[ord(character) for character in characters]] = kind
    return table


_TABLE = _table()


_LETTERS = re.compile(r"[^\W\d_]+")
# The same for a text in ASCII: what is no letter, as a space.
_SPACED = "".join(chr(point) if chr(point).isalpha() else " " for point in range(128))


def letter_runs(text: str) -> list[str]:
    """The runs of letters in a text.

    >>> letter_runs("15th of October, 2004")
    ['th', 'of', 'October']
    """
    return text.translate(_SPACED).split() if text.isascii() else _LETTERS.findall(text)


@dataclass(frozen=True, slots=True)
class CharacterCounts:
    """``counts[i, kind]`` characters of text ``i``; ``first``, ``last`` and ``last_but_one`` the kinds at its ends;
    ``lengths`` in characters, ``weights`` in Latin characters (``wording.weight``).
    """

    counts: Counts
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]
    last_but_one: NDArray[np.uint8]
    lengths: NDArray[np.int64]
    weights: Counts

    def of(self, kind: CharacterKind) -> Counts:
        """The count of one kind, one number a text."""
        return self.counts[:, kind]


def count_characters(texts: Sequence[str]) -> CharacterCounts:
    """Count the characters of texts, none of which is empty.

    >>> counted = count_characters(["In all, 3.", "\u5317\u4eac\u3002"])
    >>> counted.of(CharacterKind.LETTER).tolist(), counted.weights.tolist()
    ([5.0, 0.0], [10.0, 7.0])
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    points = np.frombuffer("\n".join(texts).encode("utf-32-le", "replace"), np.uint32)
    kinds = _TABLE[np.minimum(points, 0xFFFF)]
    owners = np.repeat(np.arange(len(texts)), lengths + 1)[: len(points)]
    counts = np.bincount(owners * _KINDS + kinds, minlength=len(texts) * _KINDS)
    table = counts.reshape(len(texts), _KINDS).astype(np.float32)
    table[:-1, CharacterKind.SPACE] -= 1  # the line end that parts it from the next
    starts = np.cumsum(lengths + 1) - lengths - 1
    ends = starts + lengths - 1
    return CharacterCounts(
        counts=table,
        first=kinds[starts],
        last=kinds[ends],
        last_but_one=kinds[np.maximum(ends - 1, 0)],
        lengths=lengths,
        weights=table @ _WEIGHTS,
    )
