"""Class words: what the class and id of a box hint at. Hints, not verdicts: portals name as they please."""

from __future__ import annotations

import re
from functools import lru_cache

_HINTS = {
    "comment": r"comment|disqus|respond|discuss|repl(?:y|ies)",
    "navigation": r"nav|menu|crumb|tabs?\b|pagin|pager",
    "foot": r"foot|copyright|colophon|bottom",
    "head": r"head|masthead|banner|top(?:bar)?\b|logo|brand",
    "side": r"side|aside|rail|right|left|widget|column",
    "related": r"relat|recommend|more-|suggest|also|popular|trend|latest|recent|teaser|promo|card|carousel|slider"
    r"|swiper|grid|tile",
    "share": r"share|social|facebook|twitter|addthis|follow",
    "content": r"content|article|post|entry|story|text|body|main|page|detail|description|desc\b|prose|copy",
    "advert": r"\bads?\b|advert|sponsor|banner|dfp|taboola|outbrain|affiliate",
    "subscribe": r"newsletter|subscri|signup|sign-up|register|login|paywall|member|cta\b",
    "consent": r"cookie|consent|gdpr|privacy|modal|popup|overlay|dialog|alert|notice",
    "about": r"meta|byline|author|date|time|tag|categor|label|bio|profile|source|credit",
    "picture": r"caption|figure|image|img|photo|media|gallery|video|thumb|pic",
    "title": r"title|headline|heading|hed\b|subtitle|dek|lead|summary|intro|excerpt",
    "forum": r"message|forum|thread|topic|bbs|post-?body|signature|quote|answer|question|user",
    "product": r"product|price|cart|shop|sku|buy|spec|review|rating|feature",
    "list": r"list|item|row|result|archive|feed",
    "tool": r"tool|print|button|btn|action|toolbar|search|filter|sort|form|input|option|select",
    "hidden": r"hide|hidden|sr-only|visually|screen-reader|collapse|toggle|accordion|skip",
}
HINTS = tuple(_HINTS)
_PATTERNS = tuple(re.compile(pattern) for pattern in _HINTS.values())
_NUMBER = re.compile(r"\d+")


@lru_cache(16_384)
def class_hints(words: str) -> int:
    """The hints in the words of a class and id, in lower case: bit ``i`` for ``HINTS[i]``.

    >>> [HINTS[bit] for bit in range(len(HINTS)) if class_hints("post-comments") >> bit & 1]
    ['comment', 'content']
    """
    bits = 0
    for word in words.split():
        bits |= _hints_of_word(word if word.isalpha() else _NUMBER.sub("0", word))
    return bits


@lru_cache(65_536)
def _hints_of_word(word: str) -> int:
    """The hints in one word; its numbers say nothing, so that ``post-1`` and ``post-2`` are looked at once."""
    return sum(1 << bit for bit, pattern in enumerate(_PATTERNS) if pattern.search(word))
