"""Desk: what an archivist sees of a schedule: jobs, what comes next, what ran, what was skipped and why. Read only.

``schedule list``, ``next`` and ``history`` print these, and the dashboard shows them. All times are aware UTC.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from portal_crawler.schedule.clock_back import nothing_before
from portal_crawler.schedule.crawl_command_disk import profile_problem
from portal_crawler.schedule.due_times import begins_at, next_due
from portal_crawler.schedule.history_sqlite import ALL_JOBS, History
from portal_crawler.schedule.job import Job, Schedule
from portal_crawler.schedule.owner_sqlite import check_owner
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.process_disk import is_running
from portal_crawler.schedule.run import Pause, Run, RunState
from portal_crawler.schedule.schedule_toml import load_schedule


@dataclass(frozen=True, slots=True)
class ComingRun:
    """A time at which a job will be due. ``local`` is that time in the job's zone, ``begins`` it with its jitter."""

    job: str
    due: datetime
    local: datetime
    begins: datetime


@dataclass(frozen=True, slots=True)
class PastRun:
    """A time at which a job was due, and what became of it.

    ``state`` is one of waiting, starting, running, interrupted, finished, gate_failed, failed, stopped, skipped;
    ``reason`` says in words why it waits, was skipped, or how it ended. ``folder`` (of the crawl) and ``log`` are
    relative to the schedule's folder. ``watched`` tells of one that runs whether its process lives.
    """

    id: int
    job: str
    due: datetime
    state: RunState
    reason: str
    made_up: bool
    attempts: int
    started: datetime | None
    ended: datetime | None
    exit_code: int | None
    folder: str | None
    log: str | None
    watched: bool
    removed: datetime | None
    removed_why: str | None
    notice: str | None


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as it stands. ``when`` is its cron expression or its one time, ``last`` the latest run that was begun.

    ``open`` are its runs that have not ended: they run, wait, or were interrupted. ``problem`` says why its next crawl
    would end at once: a profile that cannot be read, and from ``schedule list`` also an option that crawl does not
    take. ``nothing_before`` is given where the clock was put back: until then, what comes was settled already.
    """

    name: str
    profile: str
    when: str
    zone: str
    args: tuple[str, ...]
    group: str | None
    overlap: str
    catch_up: str
    jitter: float
    retention: str
    paused_since: datetime | None
    next: ComingRun | None
    last: PastRun | None
    open: tuple[PastRun, ...]
    problem: str | None = None
    nothing_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group: its hours as ``22:00-06:00``, its bound, and how many of its runs run."""

    name: str
    hours: tuple[str, ...]
    zone: str
    at_most: int | None
    running: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A whole schedule at a time.

    ``coming`` are the next runs of all jobs, the earliest first; ``recent`` the latest runs that were begun or wait,
    ``skipped`` the latest that were skipped, each the latest due first. ``has_history`` is false until the first tick.
    """

    schedule: str
    history: str
    now: datetime
    has_history: bool
    jobs: tuple[JobView, ...]
    groups: tuple[GroupView, ...]
    coming: tuple[ComingRun, ...]
    recent: tuple[PastRun, ...]
    skipped: tuple[PastRun, ...]


def overview(
    schedule: Path,
    now: datetime,
    history: Path | None = None,
    *,
    coming: int = 20,
    recent: int = 50,
    job: str | None = None,
) -> Overview:
    """What a schedule and its history say at a time; nothing is written, and no run is started.

    :param schedule: its file. ``history`` is by default ``data/schedule.sqlite`` beside it.
    :param coming: next runs that are told, at most; ``recent`` likewise of runs, and of skipped ones.
    :param job: the only job that is told, where one is named.
    :raises ScheduleError: where the schedule cannot be read.
    :raises StateError: where the history cannot, or is that of another schedule.
    :raises UsageError: where the extra is missing.
    """
    place = Place.of(schedule, history)
    planned = load_schedule(place.schedule)
    if job is not None:
        planned = replace(planned, jobs=tuple(one for one in planned.jobs if one.name == job))
    known = History.reading(place.history)
    if known is None:
        jobs = tuple(_job_view(place, one, now, now, {}, [], None) for one in planned.jobs)
        return _overview(place, now, planned, jobs, (), (), {}, coming=coming)
    with known:
        check_owner(known, place.schedule)
        pauses, open_runs = known.pauses(), known.open_runs()
        begun = [state for state in RunState if state is not RunState.SKIPPED]
        ended = [state for state in begun if state is not RunState.WAITING]
        settled = known.settled()
        jobs = tuple(
            _job_view(place, one, now, _since(one, now, settled), pauses, open_runs, last)
            for one in planned.jobs
            for last in [next(iter(known.runs(one.name, ended, 1)), None)]
        )
        ran = known.runs(job, begun, recent)
        skipped = known.runs(job, [RunState.SKIPPED], recent)
    return _overview(place, now, planned, jobs, ran, skipped, settled, coming=coming, known=True)


def _coming_runs(
    schedule: Schedule, now: datetime, count: int, paused: Sequence[str], settled: Mapping[str, datetime]
) -> tuple[ComingRun, ...]:
    """The next runs of all jobs but the paused ones, the earliest first."""
    live = [job for job in schedule.jobs if job.name not in paused]
    each = [[_coming(job, due) for due in next_due(job, _since(job, now, settled), count)] for job in live]
    return tuple(heapq.nsmallest(count, (one for of_job in each for one in of_job), key=lambda one: (one.due, one.job)))


def _since(job: Job, now: datetime, settled: Mapping[str, datetime]) -> datetime:
    """From when on a job is due: what was settled before the clock was put back does not come again."""
    return max(now, settled.get(job.name, now))


def past_runs(
    schedule: Path,
    history: Path | None = None,
    *,
    job: str | None = None,
    states: Sequence[RunState] = (),
    most: int = 50,
    before: int | None = None,
) -> tuple[PastRun, ...]:
    """Runs of the history, the latest due first; ``before`` is the id of the last one of the page before.

    :raises StateError: where the history cannot be read.
    """
    known = History.reading(Place.of(schedule, history).history)
    if known is None:
        return ()
    with known:
        return tuple(past_run(run) for run in known.runs(job, states, most, before))


def past_run(run: Run) -> PastRun:
    """A run as it is shown."""
    names = [name for name in PastRun.__slots__ if name != "watched"]
    watched = run.pid is not None and is_running(run.pid, run.pid_started)
    return PastRun(**{name: getattr(run, name) for name in names}, watched=watched)


def as_json(view: Any) -> dict[str, Any]:
    """A view as JSON has it: times as ISO 8601 texts, in UTC with ``Z``."""
    told: dict[str, Any] = _plain(asdict(view))
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    return str(value) if isinstance(value, StrEnum) else value


def _overview(
    place: Place,
    now: datetime,
    planned: Schedule,
    jobs: tuple[JobView, ...],
    ran: Sequence[Run],
    skipped: Sequence[Run],
    settled: Mapping[str, datetime],
    *,
    coming: int,
    known: bool = False,
) -> Overview:
    running = [one.job for job in jobs for one in job.open if one.watched]
    members = {name: [job.name for job in jobs if job.group == name] for name in planned.groups}
    groups = [
        GroupView(name, tuple(map(str, group.hours)), group.zone, group.at_most, sum(map(running.count, members[name])))
        for name, group in sorted(planned.groups.items())
    ]
    paused = [job.name for job in jobs if job.paused_since is not None]
    return Overview(
        schedule=str(place.schedule),
        history=str(place.history),
        now=now,
        has_history=known,
        jobs=jobs,
        groups=tuple(groups),
        coming=_coming_runs(planned, now, coming, paused, settled),
        recent=tuple(map(past_run, ran)),
        skipped=tuple(map(past_run, skipped)),
    )


def _job_view(
    place: Place,
    job: Job,
    now: datetime,
    since: datetime,
    pauses: dict[str, tuple[Pause, ...]],
    open_runs: Sequence[Run],
    last: Run | None,
) -> JobView:
    held = [pause for pause in (*pauses.get(job.name, ()), *pauses.get(ALL_JOBS, ())) if pause.is_open]
    following = next(iter(next_due(job, since)), None)
    return JobView(
        name=job.name,
        profile=job.profile,
        when=job.when,
        zone=job.zone,
        args=job.args,
        group=job.group,
        overlap=str(job.overlap),
        catch_up=str(job.catch_up),
        jitter=job.jitter,
        retention=str(job.retention),
        paused_since=min((pause.since for pause in held), default=None),
        next=_coming(job, following) if following and not held else None,
        last=past_run(last) if last else None,
        open=tuple(past_run(run) for run in open_runs if run.job == job.name),
        problem=profile_problem(place.root, job.profile),
        nothing_before=nothing_before(since, now),
    )


def _coming(job: Job, due: datetime) -> ComingRun:
    return ComingRun(job.name, due, due.astimezone(ZoneInfo(job.zone)), begins_at(job, due).astimezone(UTC))
