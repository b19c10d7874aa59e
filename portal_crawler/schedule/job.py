"""Job: what is crawled when, and by which rules; with its group, and the schedule that holds them. Values alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal_crawler.schedule.retention import KEEP_ALL, Retention
from portal_crawler.sites.hours import Span


class Overlap(StrEnum):
    """What becomes of a run that is due while one of the same job has not ended."""

    SKIP = "skip"
    QUEUE = "queue"
    REPLACE = "replace"


class CatchUp(StrEnum):
    """What becomes of runs that were due while nothing looked at the schedule."""

    NONE = "none"
    ONCE = "once"
    ALL = "all"


class NotifyOn(StrEnum):
    """What a notification tells of."""

    FAILED = "failed"
    GATE = "gate"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl that comes again (``cron``, five fields) or comes once (``at``, aware UTC): one of them is given.

    ``profile`` is what ``portal-crawler crawl`` takes, ``args`` its further options. ``grace`` and ``jitter`` are
    seconds, ``queue`` is how many runs may wait with ``overlap`` queue. ``notify`` are Apprise URLs, with their
    ``${NAME}`` still in them.
    """

    name: str
    profile: str
    cron: str | None = None
    at: datetime | None = None
    zone: str = "UTC"
    args: tuple[str, ...] = ()
    group: str | None = None
    overlap: Overlap = Overlap.SKIP
    queue: int = 10
    catch_up: CatchUp = CatchUp.ONCE
    grace: float = 300.0
    jitter: float = 0.0
    retention: Retention = KEEP_ALL
    notify: tuple[str, ...] = ()
    notify_on: tuple[NotifyOn, ...] = (NotifyOn.FAILED, NotifyOn.GATE)

    @property
    def when(self) -> str:
        """Its cron expression, or its one time in its own zone."""
        if self.at is None:
            return str(self.cron)
        return self.at.astimezone(ZoneInfo(self.zone)).isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True)
class Group:
    """Jobs that share ``hours`` of the day in which runs begin, in ``zone``, and ``at_most`` so many runs at a time."""

    name: str
    hours: tuple[Span, ...] = ()
    zone: str = "UTC"
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """All jobs, in the order of their names, and the groups by name."""

    jobs: tuple[Job, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)

    def job(self, name: str) -> Job | None:
        """The job of a name, ``None`` where there is none."""
        return next((job for job in self.jobs if job.name == name), None)
