"""Thinning: what can be left out of a page of too many tags so that what it tells is still read.

Such a page is a bomb, or a dump that nobody reads; in either a story may stand, before the mass or behind it. Every
step is one pass of a regular expression whose pieces are bounded by the next tag. Each gives its sentence.
"""

from __future__ import annotations

import re
from itertools import islice

# Links to places of the page itself, and facts in its head, that are kept; the largest pages have far fewer.
_MOST_INNER_LINKS, _MOST_FACTS = 1_000, 1_000
# Equal elements in a row that are kept.
_MOST_ALIKE = 50
# Tags from which structure is read, and paragraphs behind them: each costs about 100 us and 5 KB.
_STRUCTURED, _PARAGRAPHS = 10_000, 2_000
# Tags, start and end, that are looked at one by one: each costs 2 us. No page of WCXB dev has over 22,000.
_MOST_SEEN = 500_000
_EMPTY = re.compile(r"<(i|b|u|s|em|strong|span|font|small|big|sub|sup|code|p|div|li)(?:\s[^<>]*)?></\1>", re.IGNORECASE)
_INNER_LINK = re.compile(r"""<a\s(?>[^<>]*?\bhref\s*+=\s*+["']?\s*+#)[^<>]*+>[^<>]*+</a>""", re.IGNORECASE)
_FACT = re.compile(r"<meta\s[^<>]*>", re.IGNORECASE)
_ALIKE = re.compile(r"(<([a-z][a-z0-9]{0,9})(?:\s[^<>]{0,200})?>[^<>]{0,40}</\2>\s{0,4})\1++", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>")
_START, _OPENED = re.compile(r"<[a-zA-Z]"), re.compile("<")
_KEPT = frozenset(("a", "area", "frame", "iframe", "base", "title", "script", "style", "textarea", "xmp"))
_INLINE = frozenset((
    "b", "i", "u", "s", "em", "strong", "font", "span", "big", "small", "tt", "code", "sub", "sup", "abbr", "acronym",
    "cite", "q", "label", "img", "input", "meta", "link", "wbr", "option",
))  # fmt: skip


def without_repeats(source: str) -> tuple[str, tuple[str, ...]]:
    """A page of too many tags without those of which one tells what all do, without what stands behind more tags than
    are looked at, and what was left out of it, in sentences.
    """
    problems: list[str] = []
    source, emptied = _EMPTY.subn("", source)
    if emptied:
        problems.append(f"{emptied} empty elements were left out")
    for pattern, kept, name in (
        (_INNER_LINK, _MOST_INNER_LINKS, "links to places of the page itself"),
        (_FACT, _MOST_FACTS, "facts in the page's head"),
    ):
        source, dropped = _without_more(pattern, source, kept)
        if dropped:
            problems.append(f"{dropped} {name} were left out")
    source, runs = _without_longer_runs(source)
    if runs:
        problems.append(f"of equal elements in a row {_MOST_ALIKE} were read")
    if (end := _behind(source, _MOST_SEEN)) < len(source):
        source = source[:end]
        problems.append(f"more than {_MOST_SEEN} tags; what stands behind them was not looked at")
    return source, tuple(problems)


def thinned(source: str, most: int) -> tuple[str, tuple[str, ...]]:
    """A page with at most ``most`` start tags, as near as can be, and what was left out of it, in sentences.

    Its end may be missing where ``most`` start tags stand before it.
    """
    if _behind(source, most, _START) == len(source):
        return source, ()
    said = f"more than {most} tags; from the {_STRUCTURED}th on, only text and links were read"
    return _plain_behind(source, most), (said,)


def _behind(source: str, most: int, pattern: re.Pattern[str] = _OPENED) -> int:
    """Where the first match stands that is one too many; the length of the page, where none is."""
    beyond = next(islice(pattern.finditer(source), most, None), None)
    return len(source) if beyond is None else beyond.start()


def _without_more(pattern: re.Pattern[str], source: str, kept: int) -> tuple[str, int]:
    """The page without what a pattern finds after so many of them, and how many were left out."""
    found = 0

    def one(match: re.Match[str]) -> str:
        nonlocal found
        found += 1
        return match[0] if found <= kept else ""

    return pattern.sub(one, source), max(0, found - kept)


def _without_longer_runs(source: str) -> tuple[str, int]:
    """The page without those of equal elements in a row that are too many, and how many rows were too long."""
    runs = 0

    # Shorter rows are matched as well: sought from each of their elements anew, one would cost its square.
    def one(match: re.Match[str]) -> str:
        nonlocal runs
        unit = match[1]
        if len(match[0]) <= _MOST_ALIKE * len(unit):
            return match[0]
        runs += 1
        return unit * _MOST_ALIKE

    return _ALIKE.sub(one, source), runs


def _plain_behind(source: str, most: int) -> str:
    """The page whose tags, after so many, begin paragraphs or are left out; links stay. It ends with the first start
    tag beyond ``most`` that stays.
    """
    pieces: list[str] = []
    tags = stayed = paragraphs = at = 0
    end = -1
    for match in _TAG.finditer(source):
        opens = not match[1]
        tags += opens
        name = match[2].lower()
        if tags <= _STRUCTURED or name in _KEPT:
            stayed += opens
            if stayed > most:
                return "".join((*pieces, source[at : match.end()]))
            continue
        start = match.start()
        begun = end >= 0 and not source[end:start].strip()
        # A tag that stays within a line ends the search: from there on something stands behind the paragraph's start.
        end = match.end() if begun or name not in _INLINE else -1
        begins = not begun and name not in _INLINE and paragraphs < _PARAGRAPHS
        paragraphs += begins
        pieces += source[at:start], "<p>" if begins else "" if name in _INLINE else " "
        at = match.end()
    return "".join((*pieces, source[at:]))
