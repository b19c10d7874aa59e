"""Pruning: the crawls of a schedule's jobs that their rules of retention let go."""

from __future__ import annotations

from datetime import datetime

from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.owner_sqlite import check_owner
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.prune_disk import Removal, prune, removals
from portal_crawler.schedule.schedule_toml import load_schedule


def pruned(place: Place, name: str | None, now: datetime, *, dry_run: bool) -> list[Removal]:
    """Remove what the rules of a job, or of all, let go; with ``dry_run`` find it alone.

    :raises ScheduleError: where the schedule cannot be read.
    :raises StateError: where the history cannot be used, or is that of another schedule.
    """
    jobs = [job for job in load_schedule(place.schedule).jobs if job.retention.rules and name in {None, job.name}]
    with History.writing(place.history) as history:
        check_owner(history, place.schedule)
        found = [removals(place, job, history) if dry_run else prune(place, job, history, now) for job in jobs]
    return [one for of_job in found for one in of_job]
