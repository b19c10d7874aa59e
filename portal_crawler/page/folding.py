"""Folding: white space and characters as a browser shows them."""

from __future__ import annotations

import re
import unicodedata

# Control characters, the byte order mark and the noncharacters: never part of a text.
_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u200b\ud800-\udfff]")
# Where a word may be parted or not: soft hyphens, zero-width spaces and joiners of words. No joiners of letters
# (U+200C, U+200D): Persian, Hindi and pictures of several signs are written with them.
_UNSEEN = "\u00ad\u200b\u2060\ufeff"
_CJK = "\u2e80-\u2fdf\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
_CJK_WRAP = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n]\s*(?=[{_CJK}])")


def fold(text: str) -> str:
    """White space folded to single spaces, NFC, without control characters; a line end between Han characters goes."""
    text = text.strip()
    if text.isprintable():
        # A space is the only white space that is printable, and control characters are not.
        if "  " in text:
            text = " ".join(text.split())
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    if text.isascii():
        return " ".join(_UNSHOWN.sub("", text).split())
    if "\n" in text or "\r" in text:
        text = _CJK_WRAP.sub("", text)
    return unicodedata.normalize("NFC", " ".join(_UNSHOWN.sub("", text).split()))


def without_unseen(text: str) -> str:
    r"""A text without what tells only where a word may be parted.

    >>> without_unseen("re\u00adbuild")
    'rebuild'
    """
    if not text.isascii():
        for unseen in _UNSEEN:
            if unseen in text:
                text = text.replace(unseen, "")
    return text


def readable(text: str) -> str:
    """A folded text as it is given to a reader."""
    bare = without_unseen(text)
    return text if bare is text else bare.replace("  ", " ").strip()


def shown(text: str) -> str:
    """The text in NFC without control and unseen characters, its white space as it is: a browser shows it so."""
    text = without_unseen(_UNSHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return unicodedata.normalize("NFC", text)
