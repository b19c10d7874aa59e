"""Date reader: what the dates of one portal are judged by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import tzinfo

from portal_crawler.page.dates import DateBounds, FoundDate, find_dates, read_date


@dataclass(frozen=True, slots=True)
class PublishedRule:
    """A portal's own date: the first group of ``regex``, by ``strptime`` ``form``, in ``zone``."""

    regex: re.Pattern[str]
    form: str
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class DateReader:
    """What a date is judged by: plausible days, the portal's zone and rule, and the order of its days and months."""

    bounds: DateBounds = field(default_factory=DateBounds)
    rule: PublishedRule | None = None
    day_first: bool = False

    @property
    def zone(self) -> tzinfo | None:
        """The zone of clock times that name none."""
        return self.rule.zone if self.rule else None

    def one(self, text: str) -> FoundDate | None:
        """The first date of a text."""
        return read_date(text, self.bounds, self.zone, day_first=self.day_first)

    def all(self, text: str) -> tuple[FoundDate, ...]:
        """Every date of a text."""
        return find_dates(text, self.bounds, self.zone, day_first=self.day_first)
