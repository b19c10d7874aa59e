"""Fingerprints: a text as a small set of numbers that its copies share. Pure.

Runs of five tokens are hashed, and of every eight runs in a row the least hash is kept: winnowing (Schleimer,
Wilkerson, Aiken: "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003). Two texts that share a
passage of twelve tokens share a fingerprint, wherever in them it stands. A token is a word; in scripts without spaces
between words, a character.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from portal_crawler.dedup.text_hash import without_marks

# Changes whenever the same text gives other fingerprints: an index made by another one is made anew.
ALGORITHM = 1
# Five words are seldom the same in two stories that were written apart.
_RUN = 5
# A power of two. With 16, one in eight of the truncated copies of our corpus shares too little to be known.
_WINDOW = 8
# Han, kana, bopomofo, Thai, Lao, Khmer, Burmese and Tibetan are written without spaces between words.
_UNSPACED = "".join((
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u3400-\u4dbf\u4e00-\u9fff",
    "\uf900-\ufaff\U00020000-\U000323af",
))  # fmt: skip
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]+")
_NO_TOKEN = re.compile(rf"[^\w{_UNSPACED}]+")
_MARK = re.compile(r"(?<=\d)[.,](?=\d)")
# What str.translate needs to make a space of every ASCII character that is no word's, and to fold case.
_ASCII = {code: chr(code).lower() if re.match(r"\w", chr(code)) else " " for code in range(128)}
# Odd, with about as many ones as zeros: 2^64 over the golden ratio, and the numbers of splitmix64's mixing (Steele,
# Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_MIX = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_HALF = np.uint64(32)

Prints = npt.NDArray[np.uint32]
_Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What is compared of a text.

    ``prints`` are its fingerprints, in the order in which they stand, each once; ``numbers`` hashes of the different
    numbers in it, each with the token before it, ascending: of small numbers, two stories have many in common by
    chance, few after the same word. ``pairs`` are hashes of any two numbers that follow each other. ``tokens`` counts
    its tokens, ``whole`` is a hash of all of them, equal for texts of the same words, ``frame`` one of all but the
    numbers. ``title`` are hashes of the different tokens of its headline, ascending. Hashes have 32 bits, ``whole`` and
    ``frame`` 64.
    """

    prints: Prints
    numbers: Prints
    pairs: Prints
    tokens: int
    whole: int
    frame: int
    title: Prints


def sketch_of(text: str, title: str = "") -> Sketch:
    """The sketch of a text. A text of less than five tokens has one fingerprint, that of all of it.

    >>> one = sketch_of("The ferry to Linhe runs again since Monday.")
    >>> one.tokens, one.prints.tolist(), one.whole == sketch_of("the ferry to Linhe runs again: since Monday").whole
    (8, [730612753], True)
    """
    words = _words(text)
    tokens = _token_hashes(words)
    runs = _runs(tokens)
    whole = _whole(tokens)
    least = _least(runs) if len(runs) else np.array([whole] if len(tokens) else [], np.uint64)
    short = _short(least)
    _, first = np.unique(short, return_index=True)
    digits = _are_numbers(words)
    numbers = _numbers(tokens, digits)
    pairs = distinct(_short(_mixed(numbers[:-1] * _BASE + numbers[1:])))
    of_title = distinct(_short(_token_hashes(_words(title))))
    return Sketch(
        short[np.sort(first)], distinct(_short(numbers)), pairs, len(tokens), whole, _whole(tokens[~digits]), of_title
    )


def distinct(prints: Prints) -> Prints:
    """Each once, ascending. ``np.unique`` of one argument loads ``numpy.ma``, which takes 6 MB.

    >>> distinct(np.array([7, 3, 7], np.uint32)).tolist()
    [3, 7]
    """
    ordered: Prints = np.sort(prints)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def tokens_of(text: str) -> list[str]:
    """The tokens of a text, case folded and in Unicode's form NFKC. A number with its marks is one.

    >>> tokens_of("In 2004, 1,250.5 北京!")
    ['in', '2004', '12505', '北', '京']
    """
    text = without_marks(text)
    if text.isascii():
        return _MARK.sub("", text).translate(_ASCII).split()
    folded = _MARK.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _UNSPACED_RUN.sub(_apart, _NO_TOKEN.sub(" ", folded)).split()


def _apart(run: re.Match[str]) -> str:
    """Characters of a script without spaces, each with a space around it."""
    return f" {' '.join(run[0])} "


def _words(text: str) -> bytes:
    """The tokens of a text in UTF-8, a space before, between and after them."""
    found = tokens_of(text)
    return f" {' '.join(found)} ".encode("utf-8", "surrogatepass") if found else b""


def _token_hashes(words: bytes) -> _Hashes:
    """A polynomial hash of each token's bytes modulo 2^64, mixed."""
    if not words:
        return np.empty(0, np.uint64)
    codes = np.frombuffer(words, np.uint8)
    spaces = np.flatnonzero(codes == ord(" "))
    powers, inverse = _powers(len(codes))
    sums = np.cumsum(codes * powers, dtype=np.uint64)
    return _mixed((sums[spaces[1:] - 1] - sums[spaces[:-1]]) * inverse[spaces[:-1]])


def _powers(count: int) -> tuple[_Hashes, _Hashes]:
    """The first ``count`` powers of the base, and of its inverse modulo 2^64."""
    powers, inverse = _many_powers(1 << max(14, count.bit_length()))
    return powers[:count], inverse[:count]


@lru_cache(maxsize=2)
def _many_powers(count: int) -> tuple[_Hashes, _Hashes]:
    powers, inverse = np.full(count, _BASE), np.full(count, _INVERSE)
    powers[0] = inverse[0] = 1
    return np.cumprod(powers, dtype=np.uint64), np.cumprod(inverse, dtype=np.uint64)


def _mixed(hashes: _Hashes) -> _Hashes:
    """Each number's bits spread over all of it: a bijection."""
    mixed: _Hashes = hashes ^ (hashes >> _SHIFTS[0])
    mixed *= _MIX[0]
    mixed ^= mixed >> _SHIFTS[1]
    mixed *= _MIX[1]
    mixed ^= mixed >> _SHIFTS[2]
    return mixed


def _whole(tokens: _Hashes) -> int:
    """One hash of all tokens in their order; 0 of none."""
    powers, _ = _powers(len(tokens))
    return int(_mixed((tokens * powers).sum(dtype=np.uint64, keepdims=True))[0])


def _runs(tokens: _Hashes) -> _Hashes:
    """The hash of every run of five tokens."""
    count = len(tokens) - _RUN + 1
    if count <= 0:
        return np.empty(0, np.uint64)
    found = tokens[:count].copy()
    for place in range(1, _RUN):
        found *= _BASE
        found += tokens[place : place + count]
    return _mixed(found)


def _least(runs: _Hashes) -> _Hashes:
    """The least of every eight in a row; of fewer, of every four or two."""
    width = 1
    while width < _WINDOW and len(runs) > width:
        runs = np.minimum(runs[:-width], runs[width:])
        width *= 2
    return runs


def _are_numbers(words: bytes) -> npt.NDArray[np.bool_]:
    """Of each token whether it is a number."""
    codes = np.frombuffer(words, np.uint8)
    starts = np.flatnonzero(codes == ord(" "))[:-1] + 1
    digits: npt.NDArray[np.bool_] = (codes[starts] >= ord("0")) & (codes[starts] <= ord("9"))
    return digits


def _numbers(tokens: _Hashes, digits: npt.NDArray[np.bool_]) -> _Hashes:
    """A hash of each number together with the token before it, in their order."""
    before = np.concatenate((np.zeros(1, np.uint64), tokens))[:-1]
    return _mixed(before[digits] * _BASE + tokens[digits])


def _short(hashes: _Hashes) -> Prints:
    return (hashes >> _HALF).astype(np.uint32)
