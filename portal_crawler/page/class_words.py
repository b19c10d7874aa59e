"""Class words: what the class and id of a box hint at. Hints, not verdicts: portals name as they please."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# By hint, the pieces of a word that give it; "|" is an edge: nothing of a word stands there.
_HINTS = {
    "comment": "comment disqus respond discuss reply replies",
    "navigation": "nav menu crumb tab| tabs| pagin pager",
    "foot": "foot copyright colophon bottom",
    "head": "head masthead banner top| topbar| logo brand",
    "side": "side aside rail right left widget column",
    "related": """relat recommend more- suggest also popular trend latest recent teaser promo card carousel slider
        swiper grid tile""",
    "share": "share social facebook twitter addthis follow",
    "content": "content article post entry story text body main page detail description desc| prose copy",
    "advert": "|ad| |ads| advert sponsor banner dfp taboola outbrain affiliate",
    "subscribe": "newsletter subscri signup sign-up register login paywall member cta|",
    "consent": "cookie consent gdpr privacy modal popup overlay dialog alert notice",
    "about": "meta byline author date time tag categor label bio profile source credit",
    "picture": "caption figure image img photo media gallery video thumb pic",
    "title": "title headline heading hed| subtitle dek lead summary intro excerpt",
    "forum": """message forum thread topic bbs postbody post-body signature quote answer question user""",
    "product": "product price cart shop sku buy spec review rating feature",
    "list": "list item row result archive feed",
    "tool": "tool print button btn action toolbar search filter sort form input option select",
    "hidden": "hide hidden sr-only visually screen-reader collapse toggle accordion skip",
}
HINTS = tuple(_HINTS)
_PART = re.compile(r"\w+")


class _Piece(NamedTuple):
    text: str
    bit: int
    starts: bool
    ends: bool


_PIECES = tuple(
    _Piece(piece.strip("|"), 1 << number, piece.startswith("|"), piece.endswith("|"))
    for number, pieces in enumerate(_HINTS.values())
    for piece in pieces.split()
)
# Those that stand over more than one part of a name.
_ACROSS = tuple((piece.text, piece.bit) for piece in _PIECES if "-" in piece.text)
_WITHIN: dict[str, list[_Piece]] = {}
for _piece in _PIECES:
    if "-" not in _piece.text:
        _WITHIN.setdefault(_piece.text[:2], []).append(_piece)


@lru_cache(16_384)
def class_hints(words: str) -> int:
    """The hints in the words of a class and id, in lower case: bit ``i`` for ``HINTS[i]``.

    >>> [HINTS[bit] for bit in range(len(HINTS)) if class_hints("post-comments") >> bit & 1]
    ['comment', 'content']
    """
    bits = 0
    for name in words.split():
        bits |= _hints_of_name(name)
    return bits


# Pages share names more often than rows of names.
@lru_cache(65_536)
def _hints_of_name(name: str) -> int:
    """The hints in one name."""
    bits = 0
    for part in _PART.findall(name):
        bits |= _hints_of_part(part)
    if "-" in name:
        for text, bit in _ACROSS:
            if text in name:
                bits |= bit
    return bits


@lru_cache(65_536)
def _hints_of_part(part: str) -> int:
    """The hints in one part of a name, which has an edge at both its ends and none within."""
    bits, end = 0, len(part)
    for at in range(end - 1):
        for text, bit, starts, ends in _WITHIN.get(part[at : at + 2], ()):
            if part.startswith(text, at) and not (starts and at) and not (ends and at + len(text) < end):
                bits |= bit
    return bits
