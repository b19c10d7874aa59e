"""WARC dates: an instant as WARC/1.1 section 5.4 writes it, and as WARC files of all ages have it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# W3CDTF (https://www.w3.org/TR/NOTE-datetime) in any precision, and the 14 digits that ARC files and old tools write.
_W3CDTF = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?", re.ASCII
)
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)()()", re.ASCII)


def warc_date(instant: datetime) -> str:
    """An aware instant as WARC-Date, in UTC and to the millisecond.

    >>> warc_date(datetime(2004, 10, 15, 8, 30, 0, 123999, UTC))
    '2004-10-15T08:30:00.123Z'
    """
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_warc_date(text: str) -> datetime | None:
    """The instant of a WARC-Date; ``None`` where it is none. A date without a zone counts as UTC.

    >>> read_warc_date("2004-10-15T08:30:00.5Z")
    datetime.datetime(2004, 10, 15, 8, 30, 0, 500000, tzinfo=datetime.timezone.utc)
    >>> read_warc_date("2004-10")
    datetime.datetime(2004, 10, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    match = _DIGITS.fullmatch(text.strip()) or _W3CDTF.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    whole = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    zone = "+00:00" if not zone or zone == "Z" else zone
    try:
        return datetime.fromisoformat(f"{whole}.{(fraction or '0')[:6]:0<6}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
