"""Expected: when a job is due, found by walking through every minute in UTC; shares no code with the program.

A second reading of the rules in docs/guides/schedule-crawls.md: fields are sets of numbers, a zone is what zoneinfo
says of each minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_DAYS = {"SUN": 0, "MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6}
_MINUTE = timedelta(minutes=1)


class Fields:
    """A cron expression of numbers, lists, ranges, steps and names of days."""

    def __init__(self, text: str) -> None:
        parts = text.upper().split()
        self.sets = [_numbers(part, *bounds) for part, bounds in zip(parts, _RANGES, strict=True)]
        self.follows_clock = parts[0].startswith("*") or parts[1].startswith("*")
        self.both_days = parts[2].startswith("*") or parts[4].startswith("*")

    def fits(self, local: datetime) -> bool:
        """Whether a time on the clock fits the expression."""
        minutes, hours, days, months, weekdays = self.sets
        if local.minute not in minutes or local.hour not in hours or local.month not in months:
            return False
        weekday = local.isoweekday() % 7 in weekdays or (local.isoweekday() == 7 and 7 in weekdays)
        day = local.day in days
        return (day and weekday) if self.both_days else (day or weekday)


def _numbers(part: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for term in part.split(","):
        span, _, step = term.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            numbers = range(low, high + 1)
        else:
            start = _DAYS.get(first) if first in _DAYS else int(first)
            assert start is not None
            end = (_DAYS[last] if last in _DAYS else int(last)) if last else (high if step else start)
            numbers = range(start, end + 1)
        found |= set(numbers[:: int(step or 1)])
    return found


def walk(zone: str, after: datetime, until: datetime) -> Iterator[tuple[datetime, list[datetime], bool]]:
    """Each minute in UTC with what a clock shows, after what it left out just before, and whether it shows it again."""
    here, shown, previous = ZoneInfo(zone), set[datetime](), None
    at = after - timedelta(hours=3)
    while at <= until:
        local = at.astimezone(here).replace(tzinfo=None)
        gap = list[datetime]()
        if previous is not None and local - previous > _MINUTE:
            gap = [previous + n * _MINUTE for n in range(1, int((local - previous) / _MINUTE))]
        again = local in shown
        if at > after:
            yield at, [*gap, local], again
        shown.add(local)
        if len(shown) > 2_000:
            shown = {one for one in shown if local - one < timedelta(hours=4)}
        previous, at = local, at + _MINUTE


def expected(jobs: dict[str, tuple[str, str]], after: datetime, until: datetime) -> dict[str, list[datetime]]:
    """Due times of jobs, given as name -> (cron expression, zone), later than ``after``, at the latest ``until``."""
    due: dict[str, list[datetime]] = {name: [] for name in jobs}
    for zone in {zone for _, zone in jobs.values()}:
        fields = {name: Fields(cron) for name, (cron, its) in jobs.items() if its == zone}
        for at, clock, again in walk(zone, after.astimezone(UTC), until):
            for name, one in fields.items():
                if one.follows_clock:
                    fits = one.fits(clock[-1])
                else:
                    fits = any(one.fits(local) for local in clock[:-1]) or (one.fits(clock[-1]) and not again)
                if fits:
                    due[name].append(at)
    return due
