"""Afterwards: what follows the end of a run: crawls that are kept no more are removed, and people are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.notices_sqlite import tell_what_is_due
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.prune_disk import prune
from portal_crawler.schedule.schedule_toml import load_schedule


def afterwards(place: Place, name: str, now: datetime) -> Iterator[str]:
    """Remove what the rules of a job's retention let go, send the notifications that are due; what was done, in words.

    :raises ScheduleError: where the schedule cannot be read.
    """
    schedule = load_schedule(place.schedule)
    job = schedule.job(name)
    with History.writing(place.history) as history:
        if job is not None and job.retention.rules:
            for one in prune(place, job, history, now):
                yield one.told
        yield from tell_what_is_due(place, schedule, history, now)
