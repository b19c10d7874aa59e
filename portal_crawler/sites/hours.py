"""Hours: the hours of the day in which a portal may be crawled. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

_SPAN = re.compile(r"\s*([01]\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]\d|2[0-3]):([0-5]\d)|24:00)\s*\Z")


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` to ``end`` (exclusive) of a day; over midnight where ``end`` is not later."""

    start: time
    end: time

    def holds(self, clock: time) -> bool:
        """Whether a time of day lies in it."""
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def read_span(text: str) -> Span:
    """``22:00-06:00``.

    :raises ValueError: where it is not of this form.

    >>> read_span("22:00-06:00").holds(time(23, 30)), read_span("08:00-24:00").holds(time(7))
    (True, False)
    """
    match = _SPAN.match(text)
    if match is None:
        raise ValueError("not hours of a day; write them as 22:00-06:00")
    hour, minute, end_hour, end_minute = match.groups()
    end = time(int(end_hour), int(end_minute)) if end_hour else time(0)
    return Span(time(int(hour), int(minute)), end)


def opens_in(spans: Sequence[Span], now: datetime, zone: tzinfo) -> float:
    """Seconds until one of the spans begins; 0 within one, or where there are none.

    >>> from datetime import UTC
    >>> opens_in([read_span("22:00-06:00")], datetime(2026, 1, 1, 21, 30, tzinfo=UTC), UTC)
    1800.0
    """
    here = now.astimezone(zone)
    if not spans or any(span.holds(here.time()) for span in spans):
        return 0.0
    starts = [datetime.combine(here.date() + timedelta(days), span.start, zone) for span in spans for days in (0, 1)]
    return min((start - now).total_seconds() for start in starts if start > now)
