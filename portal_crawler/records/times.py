"""Times as JSON has them: ISO 8601, UTC, ended by ``Z``."""

from __future__ import annotations

from datetime import UTC, date, datetime


def iso_time(moment: datetime) -> str:
    """An aware time in UTC, to the second unless it has a fraction.

    >>> iso_time(datetime(2004, 10, 15, 8, 30, tzinfo=UTC))
    '2004-10-15T08:30:00Z'
    """
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def iso_day_or_time(moment: date | datetime | None) -> str | None:
    """A day as ``2004-10-15``, an aware time as ``iso_time`` has it; a time without a zone keeps its day only."""
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return moment.date().isoformat() if moment.tzinfo is None else iso_time(moment)
    return moment.isoformat()
