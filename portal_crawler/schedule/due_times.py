"""Due times: when a job is due, by its cron expression or its one time. Pure.

Cron expressions are read by cronsim, as Debian's cron reads them, and so are changes of the clock (cron(8) of Debian):
where it is put forward, a fixed time within the gap is due when the gap ends; where it is put back, a fixed time is due
once, the first time that the clock shows it. An expression whose minute or hour begins with ``*`` follows the clock:
what the gap swallows does not come, what the clock shows twice comes twice. Two times that a gap moves to the same
instant are one.

cronsim is asked for times on the clock alone, and what instants they are is found here: cronsim 2.8 leaves out times
where a clock changes by half an hour (``15 */3 * * *`` in Australia/Lord_Howe).
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from portal_crawler.schedule.extra import needed
from portal_crawler.schedule.job import Job

# The names of crontab(5).
_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
# The clocks of no zone are changed by more in our days (Antarctica/Troll: two hours).
_LONGEST_CHANGE = timedelta(hours=3)
# The last year of the calendar is left out: some zone has its end in the year 10000.
_LAST = datetime(9999, 1, 1, tzinfo=UTC)
_FORM = "write minute, hour, day, month, day of week, such as 30 2 * * *"


def check_cron(text: str) -> None:
    """Nothing, where the text is a cron expression that comes at all.

    :raises ValueError: where it is none; the message has problem and cure.
    :raises UsageError: where the extra is missing.

    >>> check_cron("61 2 * * *")
    Traceback (most recent call last):
    ValueError: not a cron expression (bad minute); write minute, hour, day, month, day of week, such as 30 2 * * *
    """
    cron = _expression(text)
    if len(cron.split()) != 5:
        raise ValueError(f"not a cron expression of five fields; {_FORM}")
    try:
        next(needed("cronsim").CronSim(cron, datetime(2000, 1, 1, tzinfo=UTC)))
    except needed("cronsim").CronSimError as error:
        raise ValueError(f"not a cron expression ({str(error).lower()}); {_FORM}") from error
    except StopIteration as error:
        raise ValueError(f"an expression that no day of 50 years fits; {_FORM}") from error


def _expression(text: str) -> str:
    return _NAMED.get(text.strip().lower(), text)


def due_after(job: Job, after: datetime) -> Iterator[datetime]:
    """The times at which a job is due, after a time, in their order, until the year 9998; all aware UTC.

    >>> from itertools import islice
    >>> job = Job("nightly", "p", cron="30 2 * * *", zone="Europe/Berlin")  # 29 March 2026: 2:00 becomes 3:00
    >>> [f"{due:%d %H:%M}" for due in islice(due_after(job, datetime(2026, 3, 28, tzinfo=UTC)), 3)]
    ['28 01:30', '29 01:00', '30 00:30']
    """
    if job.cron is None:
        if job.at is not None and job.at > after:
            yield job.at
        return
    last = after
    for due in takewhile(lambda due: due < _LAST, _instants(_expression(job.cron), after, ZoneInfo(job.zone))):
        if due > last:
            last = due
            yield due


def _instants(cron: str, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The instants of an expression from some hours before ``after`` on, in their order; some may come twice."""
    minute, hour, *_ = cron.split()
    follows_clock = minute.startswith("*") or hour.startswith("*")
    # Times that the clock shows again stand before it on the clock, and may come after it.
    start = after.astimezone(zone).replace(tzinfo=None) - _LONGEST_CHANGE
    later: list[datetime] = []
    for local in _shown_times(cron, start):
        found = _shown_at(local, zone) if follows_clock else (_first_at(local, zone),)
        for due in found:
            heapq.heappush(later, due)
        while later and later[0] <= _first_at(local, zone):
            yield heapq.heappop(later)
    yield from sorted(later)


def _shown_times(cron: str, start: datetime) -> Iterator[datetime]:
    with suppress(OverflowError):  # behind the year 9999
        yield from needed("cronsim").CronSim(cron, start)


def _first_at(local: datetime, zone: ZoneInfo) -> datetime:
    """When a clock first shows a time; when the gap ends, of a time that it never shows."""
    here = local.replace(tzinfo=zone, fold=0)
    while here.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != here.replace(tzinfo=None):
        here = here.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return here.astimezone(UTC)


def _shown_at(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """When a clock shows a time: once, twice, or never."""
    both = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return tuple(dict.fromkeys(due for due in both if due.astimezone(zone).replace(tzinfo=None) == local))


def due_between(job: Job, after: datetime, until: datetime) -> Iterator[datetime]:
    """The times at which a job is due, later than ``after`` and not later than ``until``."""
    return takewhile(lambda due: due <= until, due_after(job, after))


def next_due(job: Job, now: datetime, count: int = 1) -> tuple[datetime, ...]:
    """The next times at which a job is due, fewer where it comes but once."""
    return tuple(islice(due_after(job, now), count))


def begins_at(job: Job, due: datetime) -> datetime:
    """When the run that is due then may begin: later by its share of the jitter, which job and time alone decide."""
    digest = hashlib.sha256(f"{job.name}\n{due.isoformat()}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return due + timedelta(seconds=int(share * job.jitter))


def in_zone(local: datetime, zone: str) -> datetime:
    """A time that a person wrote, as aware UTC: in the zone where it names no offset.

    Within a gap of the clock it is the end of the gap; shown twice, the first time.

    >>> in_zone(datetime(2026, 3, 29, 2, 30), "Europe/Berlin").isoformat()
    '2026-03-29T01:00:00+00:00'
    """
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    return _first_at(local, ZoneInfo(zone))
