"""Traps: addresses of the kind that a portal makes without end. The address alone decides, not the crawl's order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from portal_crawler.frontier.scope import Refusal

# Heritrix's defaults: TooManyHopsDecideRule aside, PathologicalPathDecideRule allows two repetitions, and
# TooManyPathSegmentsDecideRule twenty segments (https://heritrix.readthedocs.io/, decide rules).
_REPEATED = 3
_SEGMENTS = 20
_YEAR = re.compile(r"(?<![0-9])(?:year|y|yr|date)=(?P<year>[0-9]{4})", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100

# By what a profile overrules it.
_CURE = "[traps] exempt"

Endless = Callable[[str], Refusal | None]
"""What tells an endless address by its form."""


def trap(url: str) -> Refusal | None:
    """The mark of an endless address, or ``None``.

    >>> trap("http://h/a/b/a/b/a/b/x.htm").rule
    'the segment "a" stands 3 times in the path; [traps] exempt'
    """
    path, _, query = url.partition("://")[2].partition("?")
    segments = [part for part in path.split("/")[1:-1] if part]
    if len(segments) > _SEGMENTS:
        return Refusal("trap", f"the path has more than {_SEGMENTS} segments; {_CURE}")
    if len(segments) >= _REPEATED:
        segment, count = Counter(segments).most_common(1)[0]
        if count >= _REPEATED:
            return Refusal("trap", f'the segment "{segment}" stands {count} times in the path; {_CURE}')
    year = _YEAR.search(query) if query else None
    if year and not _FIRST_YEAR <= int(year["year"]) <= _LAST_YEAR:
        return Refusal("trap", f"a calendar at the year {year['year']}; {_CURE}")
    return None
