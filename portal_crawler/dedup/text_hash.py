"""Text hash: when two texts are the same, and what they keep in another script. Contains no input or output."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"\w+")
# What str.translate needs to make a space of every ASCII character that is no word's, and to fold case.
_ASCII_WORDS = {code: chr(code).lower() if _WORD.match(chr(code)) else " " for code in range(128)}
# Chinese is written without spaces: each ideograph counts as a word (CJK Unified, extension A, compatibility).
_IDEOGRAPH = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_TOKEN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
# What makes most texts something else than ASCII: quotation marks, dashes, an ellipsis, a space that does not break.
_MARKS = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0"
_NUMBER = re.compile(r"[0-9]+")


@lru_cache(maxsize=4)
def normal_text(text: str) -> str:
    r"""The form in which equal texts are equal: NFKC, case folded, whatever is no word one space.

    >>> normal_text("“Co-operation”,\n  it  SAID.")
    'co operation it said'
    """
    text = without_marks(text)
    if text.isascii():
        return " ".join(text.translate(_ASCII_WORDS).split())
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def without_marks(text: str) -> str:
    """A text with a space for each of the usual marks that belong to no word. Its words are the same, and those of many
    texts are had for a third of the price, since they are ASCII then.

    >>> without_marks("“Co-operation”…")
    ' Co-operation  '
    """
    if not text.isascii():
        for mark in _MARKS:
            text = text.replace(mark, " ")
    return text


@lru_cache(maxsize=4)
def text_digest(text: str) -> str:
    """``sha256:<hex>`` over the normal form's UTF-8: line breaks, case and punctuation make no difference."""
    return "sha256:" + hashlib.sha256(normal_text(text).encode("utf-8", "surrogatepass")).hexdigest()


def story_id(url_key: str, digest: str) -> str:
    """The id of a story page: the same address with the same text has the same id in every run. 128 bits, in hex."""
    return hashlib.sha256(f"{url_key}\n{digest}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def word_count(text: str) -> int:
    """The number of words of the normal form; of Chinese text, of characters.

    >>> word_count("Beijing 北京, 2004")
    4
    """
    return len(_tokens(text))


def _tokens(text: str) -> list[str]:
    """The words of the normal form; each ideograph is one."""
    normal = normal_text(text)
    if normal.isascii() or not _IDEOGRAPH.search(normal):
        return normal.split()
    return _TOKEN.findall(normal)


@dataclass(frozen=True, slots=True)
class TextShape:
    """What a text keeps when it is set in another script: its length but for a few characters, the number of its
    paragraphs, and its numbers (32 bits over all of them, in order).
    """

    paragraphs: int
    characters: int
    numbers: int


NO_TEXT = TextShape(0, 0, 0)


def text_shape(text: str) -> TextShape:
    """The shape of a text whose paragraphs are joined by blank lines.

    >>> text_shape("2 goats, 3 sheep") == text_shape("2 кози, 3 овцы..")
    True
    """
    found = _NUMBER.findall(text if text.isascii() else unicodedata.normalize("NFKC", text))
    return TextShape(text.count("\n\n") + 1, len(text), zlib.crc32(" ".join(found).encode()))
