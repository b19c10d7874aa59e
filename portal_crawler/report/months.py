"""Months: the time that articles were published in, month by month or year by year, and the gaps in it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
# Units on one axis.
MOST_UNITS = 180


@dataclass(frozen=True, slots=True)
class Calendar:
    """The units of an axis, gaps included, in order; ``by_year`` where months would be too many."""

    units: tuple[str, ...]
    by_year: bool

    def unit(self, month: str) -> str:
        """The unit of a month."""
        return month[:4] if self.by_year else month


def calendar_of(months: Iterable[str], most: int = MOST_UNITS) -> Calendar:
    """The axis that holds these months (``2004-05``; whatever else is passed over).

    >>> calendar_of(["2004-11", "2005-02", ""]).units
    ('2004-11', '2004-12', '2005-01', '2005-02')
    """
    known = sorted({month for month in months if _MONTH.fullmatch(month)})
    if not known:
        return Calendar((), by_year=False)
    every = _between(known[0], known[-1])
    if len(every) <= most:
        return Calendar(every, by_year=False)
    years = range(int(known[0][:4]), int(known[-1][:4]) + 1)
    if len(years) > most:  # a date that was misread: years that have articles stand for all
        return Calendar(tuple(sorted({month[:4] for month in known})[:most]), by_year=True)
    return Calendar(tuple(f"{year:04}" for year in years), by_year=True)


def counted(calendar: Calendar, counts: Mapping[str, int]) -> Counter[str]:
    """Counts by month as counts by unit."""
    found: Counter[str] = Counter()
    for month, count in counts.items():
        if _MONTH.fullmatch(month):
            found[calendar.unit(month)] += count
    return found


def gaps(months: Iterable[str]) -> list[tuple[str, str, int]]:
    """Stretches without an article between the first month and the last: first and last month of each, and how many.

    >>> gaps(["2004-01", "2004-02", "2004-05"])
    [('2004-03', '2004-04', 2)]
    """
    known = sorted({month for month in months if _MONTH.fullmatch(month)})
    found = []
    for before, after in pairwise(known):
        first, last = _number(before) + 1, _number(after) - 1
        if last >= first:
            found.append((_named(first), _named(last), last - first + 1))
    return found


def _between(first: str, last: str) -> tuple[str, ...]:
    span = range(_number(first), min(_number(last), _number(first) + 10_000) + 1)
    return tuple(map(_named, span))


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _named(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"
