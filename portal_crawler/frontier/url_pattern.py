"""URL pattern: the form that an address shares with others which the same program makes. Pure.

Whatever counts (digits, dates, session tokens, slugs, repeated segments, the values of a query) is folded, so that a
calendar, an endless list, a path that grows and a choice of filters each fall into a few patterns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from portal_crawler.page.month_names import MONTHS

# Path segments that a pattern keeps; what is deeper is folded into one mark.
_SEGMENTS = 6
# Digits alone in a row of segments: year, month and day, and one more.
_COUNTERS = 4
_DIGITS = re.compile(r"\d+")
_PARTS = re.compile(r"[^\W_]+")
# What a server draws by lot: hexadecimal, from eight digits on, or letters and digits mixed, from sixteen. The session
# ids of PHP (26 or 32), ASP.NET (24), ColdFusion (8 to 35) and Java servlets (32) have one of these forms.
_HEX = re.compile(r"(?=.*[0-9])(?=.*[a-f])[0-9a-f]{8,}\Z", re.IGNORECASE)
_MIXED = re.compile(r"(?=(?:.*[0-9]){3})(?=(?:.*[a-z]){3})[0-9a-z]{16,}\Z", re.IGNORECASE)
# A title in the address: three words or more, or a word longer than nearly all of English are.
_SLUG = re.compile(r"(?:[^\W_]+[-_]){2,}[^\W_]+\Z|[^\W\d_]{20,}\Z")
_WORD = re.compile(r"[^\W\d]")

TOKEN, SLUG, REPEATED, DEEPER = "*", "~", "+", "…"
_AGAIN = f"/{REPEATED}/"


@dataclass(frozen=True, slots=True)
class UrlPattern:
    """What an address belongs to.

    ``name`` is the whole form: host, folded path, names of the query. ``path`` is host and folded path, ``names`` are
    the sorted names of the query. ``area`` is the part of the host: its first directory, or the page at its root.
    """

    name: str
    path: str
    names: tuple[str, ...]
    area: str

    def grows_from(self, other: UrlPattern) -> bool:
        """Whether this is the same program's page as ``other``: the same path, repetitions and whether a number or a
        token chooses aside, and either asks for nothing, or they share a name.

        >>> pattern_of("h", "http://h/list?a=1&b=2").grows_from(pattern_of("h", "http://h/list?a=7"))
        True
        >>> pattern_of("h", "http://h/show?story=2").grows_from(pattern_of("h", "http://h/show?section=7"))
        False
        >>> pattern_of("h", "http://h/a/a/x.htm").grows_from(pattern_of("h", "http://h/a/x.htm"))
        True
        >>> pattern_of("h", "http://h/s/5f3a9c1b2d/x.htm").grows_from(pattern_of("h", "http://h/s/0/x.htm"))
        True
        """
        if _program(self.path) != _program(other.path):
            return False
        return not self.names or not other.names or not frozenset(self.names).isdisjoint(other.names)

    def extends(self, other: UrlPattern) -> bool:
        """Whether this is a page of the same name as ``other``, deeper in its directory.

        >>> pattern_of("h", "http://h/a/b/x.htm").extends(pattern_of("h", "http://h/a/x.htm"))
        True
        """
        mine, its = self.path.rpartition("/"), other.path.rpartition("/")
        return mine[2] == its[2] and mine[0].startswith(its[0].removesuffix(f"/{REPEATED}"))


def _program(path: str) -> str:
    return path.replace(_AGAIN, "/").replace(TOKEN, "#")


def pattern_of(host: str, url: str) -> UrlPattern:
    """The pattern of an absolute URL on a host.

    >>> pattern_of("h", "http://h/news/2004-05/12_7.htm").name
    'h/news/#-#/#_#.htm'
    >>> pattern_of("h", "http://h/cal.php?y=2004&m=5").name
    'h/cal.php?m=#&y=#'
    >>> pattern_of("h", "http://h/s/5f3a9c1b2d/a/b/a/b/a/b/").name
    'h/s/*/a/b/+/'
    """
    path, _, query = _path_of(url).partition("?")
    names = _names(query)
    shape, area = _shape(path)
    place = host + shape
    name = f"{place}?{'&'.join(f'{one}=#' for one in names)}" if names else place
    return UrlPattern(name, place, names, host + area)


def without_token(url: str) -> str | None:
    """An address with each part that a server may have drawn by lot (a session id) replaced; ``None`` if it has none.

    >>> without_token("http://h/s/5f3a9c1b2d/a7.htm?x=1")
    'http://h/s/*/a7.htm?x=1'
    >>> without_token("http://h/a7.htm?x=1") is None
    True
    """
    if len(url) < 16:
        return None
    head, slash, rest = url.partition("://")[2].partition("/")
    bare = _PARTS.sub(lambda match: TOKEN if _is_token(match[0]) else match[0], rest)
    return None if bare == rest else f"{url.partition('://')[0]}://{head}{slash}{bare}"


def _is_token(text: str) -> bool:
    return len(text) >= 8 and bool(_HEX.match(text) or _MIXED.match(text))


def _path_of(url: str) -> str:
    rest = url.partition("://")[2].partition("#")[0]
    slash, mark = rest.find("/"), rest.find("?")
    if slash >= 0 and (mark < 0 or slash < mark):
        return rest[slash:]
    return f"/{rest[mark:]}" if mark >= 0 else "/"


def _names(query: str) -> tuple[str, ...]:
    """The names of a query, sorted, each once, digits folded (``page2`` and ``page3`` are one)."""
    if not query:
        return ()
    return tuple(sorted({_DIGITS.sub("#", pair.partition("=")[0]) for pair in query.split("&") if pair}))


@lru_cache(maxsize=4_096)
def _shape(path: str) -> tuple[str, str]:
    """The folded path, and its first directory with a mark for what is below, or the page at the root."""
    *directories, page = path[1:].split("/")
    kept: list[str] = []
    folded, grown = set[str](), False
    for segment in directories:
        one = _folded(segment)
        many = one == "#" and kept[-_COUNTERS:] == ["#"] * _COUNTERS
        if many or (one != "#" and one in folded):
            grown = True
            continue
        folded.add(one)
        kept.append(one)
    if len(kept) > _SEGMENTS:
        kept = [*kept[:_SEGMENTS], DEEPER]
    if grown:
        kept.append(REPEATED)
    shape = "/" + "".join(f"{one}/" for one in kept) + _folded(page)
    return shape, f"/{kept[0]}/" if kept else shape


@lru_cache(maxsize=4_096)
def _folded(segment: str) -> str:
    """A segment of a path with what counts or chooses folded; the ending of a file name stays.

    >>> [_folded(one) for one in ("page12.htm", "a-great-day.html", "5f3a9c1b2d.asp", "march", "about")]
    ['page#.htm', '~.html', '*.asp', '#', 'about']
    """
    stem, dot, ending = segment.rpartition(".")
    if not dot or len(ending) > 5:
        stem, dot, ending = segment, "", ""
    if stem.casefold() in MONTHS:
        stem = "#"
    elif _SLUG.match(stem) and _WORD.search(stem):
        stem = SLUG
    else:
        stem = _PARTS.sub(lambda match: TOKEN if _is_token(match[0]) else match[0], stem)
    return _DIGITS.sub("#", stem) + dot + ending
