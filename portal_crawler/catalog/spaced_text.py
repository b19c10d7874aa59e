"""Spaced text: scripts that put no spaces between words, a character a word, as the full-text index has them. Pure.

FTS5's tokenizers make one token of a run of Chinese characters, or of every three characters (``trigram``, which finds
no word of two). With each character a token of its own, a word of any length is a phrase.
"""

from __future__ import annotations

import re

# Han with its extensions and compatibility forms, kana with half widths, Hangul, Bopomofo, Thai, Lao, Khmer, Myanmar:
# scripts without spaces between words, and Korean, whose particles cling to the words
# (https://unicode.org/reports/tr29/#Word_Boundaries).
_CLASS = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u3130-\u318f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
UNSPACED = re.compile(f"[{_CLASS}]")
"""One character that is a token of its own."""
# Latin letters and digits as wide as Han characters, which mean the same.
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+")
_WIDTH = 0xFEE0


def spaced(text: str) -> str:
    """The text with each character of such a script between spaces, and wide letters and digits as plain ones.

    >>> spaced("2004年 in 北京")
    '2004 年  in  北  京 '
    """
    if text.isascii():
        return text
    return UNSPACED.sub(r" \g<0> ", narrow(text))


def narrow(text: str) -> str:
    """Wide letters and digits as plain ones, one for one."""
    return _WIDE.sub(lambda run: "".join(chr(ord(char) - _WIDTH) for char in run[0]), text)
