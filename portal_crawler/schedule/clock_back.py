"""Clock back: whether the clock was put back behind what a schedule has settled, which does not come again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

# By so much the clock may have been put back without a word.
_UNTOLD = timedelta(minutes=5)


def nothing_before(settled_until: datetime, now: datetime) -> datetime | None:
    """Before when nothing of a job is due although the clock shows an earlier time; ``None`` where it does not."""
    return settled_until if settled_until > now + _UNTOLD else None


def clock_words(until: datetime) -> str:
    """That in words."""
    return f"the clock was put back; nothing is due before {until:%Y-%m-%d %H:%M}Z, which was settled already"
