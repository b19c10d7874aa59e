"""Dates: the forms in which portals from 1999 to today write one, read out of text and addresses.

Pure: what is plausible comes in as ``DateBounds``, never from a clock. A reading says its form, and where
day and month could be read the other way round it says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from portal_crawler.page.date_forms import DOTTED, IN_ANY, IN_ASCII
from portal_crawler.page.month_names import (
    HAN_DATE,
    ascii_digits,
    digits_of_han,
    gregorian_of_solar_hijri,
    month_number,
    year_of_era,
)


@dataclass(frozen=True, slots=True)
class DateBounds:
    """The days between which a date is plausible, both inclusive. The default starts before the first web page."""

    earliest: date = date(1989, 1, 1)
    latest: date = date(2100, 1, 1)

    def hold(self, day: date) -> bool:
        """Whether the day lies within the bounds."""
        return self.earliest <= day <= self.latest


@dataclass(frozen=True, slots=True)
class FoundDate:
    """One date in a text. ``value`` is an aware datetime, in the page's own zone, where time and zone are known,
    else a date.

    ``start`` and ``end`` are offsets of the date (its time included) in the text; ``form`` names how it is written.
    ``other`` is the second reading of an ambiguous one (03/05/2008), else ``None``.
    """

    value: date | datetime
    form: str
    start: int
    end: int
    other: date | None = None

    @property
    def day(self) -> date:
        """The day on the page's own calendar."""
        return day_of(self.value)


def day_of(value: date | datetime) -> date:
    """The day of a date or of a datetime in its own zone."""
    return value.date() if isinstance(value, datetime) else value


_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-4])(?:[:\u6642\u65f6\uc2dc]|h(?=\d\d))\s?(?P<minute>[0-5]\d)(?:[:\u5206](?P<second>[0-5]\d)(?:[.,]\d+)?)?"
    r"\s?\u5206?(?P<half>\s?[ap]\.?m\b\.?)?"
    r"(?P<zone>\s?(?:[+-]\d\d:?\d\d(?!\d)|\(?(?:Z|[A-Z]{2,4}T|UTC|MSK|Beijing\s[Tt]ime|\u5317\u4eac\u65f6\u95f4)\b\)?)(?:\s?[+-]\d\d?(?::?\d\d)?)?)?"
)
# What may stand between a date and its clock time: "T", a comma, "at", a weekday in brackets.
_AFTER = re.compile(
    r"(?:T|[\s,\u00b7|\-\u2013]{1,4}(?:at\s|um\s|\u00e0\s|alle\s)?|\s?[(\uff08][^()\uff08\uff09]{1,9}[)\uff09]\s?|\s?\u661f\u671f.\s?|)"
    + _CLOCK,
    re.IGNORECASE,
)
_BEFORE = re.compile(
    _CLOCK
    + r"[\s,\u00b7|\-\u2013]{1,4}(?:on\s)?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s)?\Z",
    re.IGNORECASE,
)
# The digits of a date stand near to each other, and there are three of them at least. What stands elsewhere, most of
# a page's text, is not looked at.
_APART = 60
_DIGIT, _DIGITS = re.compile(r"\d"), re.compile(rf"\d(?:\D{{0,{_APART}}}+\d){{2,}}+")
_FIRST_YEAR = "\u5143\u5e74"
# Croatian and Polish share a month's name, not the month: 5. listopada is in October, 5 listopada in November.
_CROATIAN_OCTOBER = re.compile(r"\d{1,2}\.\s?listopada\b", re.IGNORECASE)
_COMPACT = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"
    r"(?:(?P<clock>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?:[0-5]\d)?)?\Z"
)

_OFFSETS = {
    "Z": 0, "UTC": 0, "GMT": 0, "BST": 60, "CET": 60, "CEST": 120, "EET": 120, "MSK": 180, "IST": 330,
    "HKT": 480, "JST": 540, "KST": 540, "EST": -300, "EDT": -240,
    "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
    "AEST": 600, "AEDT": 660,
}  # fmt: skip
# "CST" is left out: it is China's and central America's; a profile's time zone settles it.


def find_dates(
    text: str, bounds: DateBounds, zone: tzinfo | None = None, *, day_first: bool = False
) -> tuple[FoundDate, ...]:
    """Every plausible date in a text, in its order, not overlapping.

    :param zone: of clock times that name none; ``None`` leaves such a date without its time.
    :param day_first: how 03/05/2008 is read where nothing else decides; with dots it is always day first.

    >>> [found.day.isoformat() for found in find_dates("(China Daily October 15, 2004)", DateBounds())]
    ['2004-10-15']
    """
    spans = _spans(text)
    numerals = _in_numerals(text, bounds) if "\u5e74" in text else []
    if not spans and not numerals:
        return ()
    found: list[FoundDate] = []
    candidates = _candidates(ascii_digits(text), spans, bounds, zone, day_first)
    for one in sorted([*numerals, *candidates], key=lambda it: (it.start, -it.end)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return tuple(found)


def read_date(
    text: str, bounds: DateBounds, zone: tzinfo | None = None, *, day_first: bool = False
) -> FoundDate | None:
    """The first plausible date in a text; compact digits (20041026, 20041026081500) count as its whole."""
    found = find_dates(text, bounds, zone, day_first=day_first)
    if found:
        return found[0]
    if compact := _COMPACT.match(text.strip()):
        day = _day(int(compact["y"]), int(compact["m"]), int(compact["d"]), bounds)
        if day is not None:
            value: date | datetime = day
            if compact["clock"] and zone is not None:
                value = datetime(
                    day.year, day.month, day.day, int(compact["clock"]), int(compact["minute"]), tzinfo=zone
                )
            return FoundDate(value, "compact digits", 0, len(text))
    return None


def _spans(text: str) -> list[tuple[int, int]]:
    """The parts of a text in which a date may stand. One number alone, however long, is no date in any form."""
    if not _DIGIT.search(text):
        return []
    runs = [run.span() for run in _DIGITS.finditer(text) if not run[0].isdecimal()]
    if _FIRST_YEAR in text:  # with a date of two digits behind it
        runs += [first.span() for first in re.finditer(_FIRST_YEAR, text)]
    return [(max(0, start - _APART), end + _APART) for start, end in runs]


def _in_numerals(text: str, bounds: DateBounds) -> list[FoundDate]:
    """The dates that are written in Han numerals."""
    matches = ((match, _day(*digits_of_han(match[0]), bounds)) for match in HAN_DATE.finditer(text))
    return [FoundDate(day, "Han numerals", match.start(), match.end()) for match, day in matches if day is not None]


def _candidates(
    text: str, spans: Iterable[tuple[int, int]], bounds: DateBounds, zone: tzinfo | None, day_first: bool
) -> Iterator[FoundDate]:
    forms_of = (IN_ASCII if text.isascii() else IN_ANY).of
    tried = ((span, forms_of(text, span)) for span in spans)
    for form, pattern, span in ((*one, span) for span, forms in tried for one in forms):
        if form == DOTTED and not day_first:
            continue
        for match in pattern.finditer(text, *span):
            days = tuple(_days(match, bounds, day_first))
            if not days:
                continue
            value, start, end = _with_clock(days[0], match, text, zone)
            other = days[1] if len(days) > 1 else None
            said = form
            if "a" in match.groupdict():
                first = "day" if days[0].day == int(match["a"]) and (other or int(match["a"]) > 12) else "month"
                said = f"{form}, {first} first" + (" (ambiguous)" if other else "")
            yield FoundDate(value, said, start, end, other)


def _days(match: re.Match[str], bounds: DateBounds, day_first: bool) -> Iterator[date]:
    """The plausible days that a match can mean, the likelier first."""
    parts = match.groupdict()
    year = year_of_era(parts["era"], parts["y"]) if parts.get("era") else int(parts["y"].lstrip("'\u2019"))
    short = year < 100 and len(parts["y"]) < 4  # the year 0001 is what a program writes for none
    if short and "ก" <= (parts.get("name") or "")[:1] <= "๛":  # Thai
        year += 2500
    elif short:  # POSIX strptime %y has the same pivot
        year += 2000 if year < 69 else 1900
    if "a" in parts:
        a, b = int(parts["a"]), int(parts["b"])
        orders = ((b, a), (a, b)) if day_first or parts["p" if "p" in parts else "a"] == "." else ((a, b), (b, a))
    else:
        month = month_number(parts["name"]) if parts.get("name") else int(parts["m"])
        if month == 11 and _CROATIAN_OCTOBER.match(match[0]):
            month = 10
        orders = ((month, int(parts["d"])),) * 2
    seen: set[date] = set()
    for month, day_number in orders:
        day = _day(year, month, day_number, bounds)
        if day is not None and day not in seen:
            seen.add(day)
            yield day


def _day(year: int, month: int, day: int, bounds: DateBounds) -> date | None:
    if 2500 <= year <= 2600:  # the Buddhist years of 1957-2057
        year -= 543
    if 1340 <= year <= 1419:  # the solar Hijri years of 1961-2041; from 1420 on (1999) pages mean the lunar ones
        found = gregorian_of_solar_hijri(year, month, day)
    else:
        try:
            found = date(year, month, day)
        except ValueError:
            return None
    return found if found is not None and bounds.hold(found) else None


def _with_clock(day: date, match: re.Match[str], text: str, zone: tzinfo | None) -> tuple[date | datetime, int, int]:
    """The day with the clock time beside it, where one stands there, and the span of both."""
    start, end = match.span()
    if inner := match.groupdict().get("inner"):
        clock = _AFTER.match(inner)
    elif clock := _AFTER.match(text, end):
        end = clock.end()
    else:
        lead = text[max(0, start - 40) : start]
        if clock := _BEFORE.search(lead):
            start -= len(lead) - clock.start()
    if clock is None:
        return day, start, end
    offset = _zone(clock["zone"] or "") or zone
    hour = int(clock["hour"])
    if half := clock["half"]:
        hour = hour % 12 + (12 if half.strip().lower().startswith("p") else 0)
    if offset is None or hour > 23:
        return day, start, end
    second = int(clock["second"] or 0)
    return datetime(day.year, day.month, day.day, hour, int(clock["minute"]), second, tzinfo=offset), start, end


def _zone(name: str) -> tzinfo | None:
    name = name.strip().strip("()").strip()
    if numeric := re.search(r"([+-])(\d\d?):?(\d\d)?\Z", name):
        minutes = int(numeric[2]) * 60 + int(numeric[3] or 0)
        return timezone(timedelta(minutes=-minutes if numeric[1] == "-" else minutes)) if minutes < 1440 else None
    if "eijing" in name or "\u5317\u4eac" in name:
        return ZoneInfo("Asia/Shanghai")
    offset = _OFFSETS.get(name.upper())
    if offset is None:
        return None
    return UTC if offset == 0 else timezone(timedelta(minutes=offset))


_UrlReader = Callable[[re.Match[str]], tuple[int, int, int]]


def _named(match: re.Match[str]) -> tuple[int, int, int]:
    return int(match["y"]), month_number(match["m"]), int(match["d"])


def _full(match: re.Match[str]) -> tuple[int, int, int]:
    return int(match["y"]), int(match["m"]), int(match["d"])


def _short(match: re.Match[str]) -> tuple[int, int, int]:
    year = int(match["y"])
    return year + (2000 if year < 69 else 1900), int(match["m"]), int(match["d"])


# /2004-10/26/ (portals from 2005 on), /2004/10/26/, /200410/26/, /2004-10-26/; /2004/1/2/; print20041014_, t20041014_;
# /2004/Oct/26/; /04/10/26/
_URL_DAYS: tuple[tuple[re.Pattern[str], _UrlReader], ...] = (
    (re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/_.]?(?P<m>0[1-9]|1[0-2])[-/_.](?P<d>[0-3]?\d)(?!\d)"), _full),
    (re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[/_-](?P<m>1[0-2]|[1-9])[/_-](?P<d>[0-3]?\d)(?!\d)"), _full),
    (re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"), _full),
    (re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>[A-Za-z]{3,9})/(?P<d>[0-3]?\d)(?!\d)"), _named),
    (re.compile(r"/(?P<y>9\d|0\d|1\d)/(?P<m>0[1-9]|1[0-2])/(?P<d>[0-3]\d)/"), _short),
)
_URL_MONTH = re.compile(r"/(?P<y>(?:(?:19|20)\d\d)|9\d|0\d|1\d)[-/]?(?P<m>0[1-9]|1[0-2]|[A-Za-z]{3,9})/")


def date_of_url(url: str, bounds: DateBounds) -> FoundDate | None:
    """The day that an address names, or ``None``; a month alone (``/99/10/``) is not one, see ``month_of_url``.

    >>> date_of_url("http://h.test/english/2004-10/26/content_110345.htm", DateBounds()).day.isoformat()
    '2004-10-26'
    """
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    path = "/" + path
    for pattern, reader in _URL_DAYS:
        for match in pattern.finditer(path):
            day = _day(*reader(match), bounds)
            if day is not None:
                return FoundDate(day, "address", *match.span())
    return None


def month_of_url(url: str) -> tuple[int, int] | None:
    """Year and month that an address names (``/99/10/``, ``/2004/Oct/``), or ``None``."""
    path = "/" + url.partition("://")[2].partition("/")[2].partition("?")[0]
    for match in _URL_MONTH.finditer(path):
        year, month = int(match["y"]), match["m"]
        number = int(month) if month.isdigit() else month_number(month)
        if number:
            return (year if year > 99 else year + (2000 if year < 69 else 1900)), number
    return None
