"""Entry: one key of a drafted profile, its value and what speaks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

# What is quoted of a page in a comment, in characters, at most.
_LONGEST = 70
# Whatever ends a line or is invisible: a quotation must not become a key (TOML 1.0.0 allows no control in a comment).
_UNQUOTED = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """``key`` is dotted (``scope.hosts``); ``notes`` are sentences of evidence, each a line of comment. An entry that
    is not ``sure`` is written as a comment, to be taken up by hand; one without a value is a remark.
    """

    key: str
    value: Any = None
    notes: tuple[str, ...] = ()
    sure: bool = True


def quoted(text: str, longest: int = _LONGEST) -> str:
    r"""A page's text as a comment may hold it: one line, in quotes, shortened.

    >>> quoted("China Daily\nOctober 15")
    '"China Daily October 15"'
    """
    line = _UNQUOTED.sub(" ", text).strip()
    return f'"{line if len(line) <= longest else line[: longest - 1] + "…"}"'


def share(part: int, whole: int, what: str) -> str:
    """So many of so many.

    >>> share(18, 22, "article pages")
    '18 of 22 article pages'
    """
    return f"{part} of {whole} {what}"


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "link"), counted(2, "link")
    ('1 link', '2 links')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
