"""Text hash: when two texts are the same, and how alike two texts are. Contains no input or output."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"\w+")
# What str.translate needs to make a space of every ASCII character that is no word's, and to fold case.
_ASCII_WORDS = {code: chr(code).lower() if _WORD.match(chr(code)) else " " for code in range(128)}
# Chinese is written without spaces: each ideograph counts as a word (CJK Unified, extension A, compatibility).
_IDEOGRAPH = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_TOKEN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_NUMBER = re.compile(r"[0-9]+")
# Three tokens in a row: long enough that two stories of one subject share few, short enough to survive an edited word
# (Broder, "On the resemblance and containment of documents", 1997, uses 4 and more on longer documents).
_SHINGLE = 3


@lru_cache(maxsize=4)
def normal_text(text: str) -> str:
    r"""The form in which equal texts are equal: NFKC, case folded, whatever is no word one space.

    >>> normal_text("“Co-operation”,\n  it  SAID.")
    'co operation it said'
    """
    if text.isascii():
        return " ".join(text.translate(_ASCII_WORDS).split())
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


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


@lru_cache(maxsize=8)
def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of three tokens of the normal form; a shorter text as a whole; nothing of a text without words."""
    tokens = _tokens(text)
    if len(tokens) < _SHINGLE:
        return frozenset([tuple(tokens)] if tokens else [])
    return frozenset(zip(tokens, tokens[1:], tokens[2:], strict=False))


def similarity(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """How much of the shorter of two texts stands in the other, 0-1: containment, never below Jaccard's measure.

    >>> similarity(shingles("a b c d e"), shingles("a b c d e and more of it"))
    1.0
    """
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of a text in order: what a text keeps when it is set in another script."""
    return tuple(_NUMBER.findall(unicodedata.normalize("NFKC", text)))
