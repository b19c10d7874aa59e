"""Hours of the day in which a portal may be crawled."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from portal_crawler.sites.hours import opens_in, read_span

NIGHT = [read_span("22:00-06:00"), read_span("12:00-13:00")]


@pytest.mark.parametrize(
    ("hour", "minute", "seconds"),
    [(23, 0, 0), (5, 59, 0), (6, 0, 6 * 3600), (12, 30, 0), (13, 0, 9 * 3600), (21, 59, 60)],
)
def test_the_next_hours_begin_in_so_many_seconds(hour: int, minute: int, seconds: float) -> None:
    assert opens_in(NIGHT, datetime(2026, 3, 4, hour, minute, tzinfo=UTC), UTC) == seconds


def test_hours_are_those_of_a_zone() -> None:
    at = datetime(2026, 1, 1, 14, 30, tzinfo=UTC)
    assert opens_in([read_span("22:00-06:00")], at, ZoneInfo("Asia/Shanghai")) == 0


def test_a_day_ends_at_24() -> None:
    span = [read_span("08:00-24:00")]
    assert opens_in(span, datetime(2026, 1, 1, 23, 59, tzinfo=UTC), UTC) == 0
    assert opens_in(span, datetime(2026, 1, 1, 0, 0, tzinfo=UTC), UTC) == 8 * 3600


@pytest.mark.parametrize("text", ["22-6", "25:00-06:00", "22:00", "22:60-23:00", ""])
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write them as 22:00-06:00"):
        read_span(text)
