"""Tick: one look at a schedule: what is due is settled, what may begin is started. All state is in the history.

Two ticks at once are safe: what one of them takes is written in the transaction in which it was read to be free.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from portal_crawler.schedule.arrivals import Arrival, arrivals
from portal_crawler.schedule.clock_back import clock_words, nothing_before
from portal_crawler.schedule.crawl_command_disk import CrawlCommand, crawl_command
from portal_crawler.schedule.due_times import next_due
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.job import Job, NotifyOn, Schedule
from portal_crawler.schedule.owner_sqlite import claim
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.process_disk import ask_to_stop
from portal_crawler.schedule.run import OpenRun, Run
from portal_crawler.schedule.run_log_disk import is_held, take_log
from portal_crawler.schedule.run_worker_process import start_worker
from portal_crawler.schedule.starts import Starts, starts

# Starts what watches over a run: its place, the run's id, and the open log, which holds the run's lock.
Starter = Callable[[Place, int, int], Any]
# Makes the command line of a run's crawl.
Commander = Callable[[Path, Job, datetime, datetime], CrawlCommand]


@dataclass(frozen=True, slots=True)
class Started:
    """A run that was started, and what its starter gave: the process that watches over it."""

    run: Run
    process: Any


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one look came to. ``settled`` are due times that arrived, ``warnings`` clauses for people."""

    started: tuple[Started, ...] = ()
    settled: tuple[Arrival, ...] = ()
    decided: Starts = field(default_factory=Starts)
    warnings: tuple[str, ...] = ()


def tick(
    place: Place,
    schedule: Schedule,
    history: History,
    now: datetime,
    starter: Starter = start_worker,
    commander: Commander = crawl_command,
) -> Ticked:
    """Settle what is due, start what may begin.

    :raises StateError: where the history cannot be used, or is that of another schedule.
    :raises DiskFullError: where it, or a log, cannot grow.
    """
    claim(history, place.schedule)
    settled, warnings = _settle(schedule, history, now, place)
    taken: list[tuple[Run, int]] = []
    try:
        with history.transaction():
            runs = _open_runs(place, history)
            decided = starts(schedule, history.records(schedule, now), runs, now)
            history.follow(decided, now)
            for run in decided.start:
                log = take_log(place.log(run.job, run.due))
                if log is not None:  # else another has it after all
                    taken.append((run, log))
                    _take(place, schedule, history, run, now, commander)
        started = tuple(Started(run, starter(place, run.id, log)) for run, log in taken)
    finally:
        for _, log in taken:
            os.close(log)
    for one in runs:
        if one.alive and one.run.stop_for is not None:
            ask_to_stop(one.run.pid, one.run.pid_started)
    return Ticked(started, settled, decided, warnings)


def _settle(
    schedule: Schedule, history: History, now: datetime, place: Place
) -> tuple[tuple[Arrival, ...], tuple[str, ...]]:
    """Settle every due time until now, a bounded number in each transaction."""
    found: list[Arrival] = []
    warnings: dict[str, str] = {}
    behind = True
    while behind:
        behind = False
        with history.transaction():
            history.note_absences(schedule, now)
            runs, records = _open_runs(place, history), history.records(schedule, now)
            for job in schedule.jobs:
                record = records[job.name]
                if until := nothing_before(record.settled_until, now):
                    cure = f"where the clock had been wrong, move {place.history.name} away: it is begun anew"
                    warnings[job.name] = f"job {job.name}: {clock_words(until)}; {cure}"
                came = arrivals(job, record, runs, now)
                notice = bool(job.notify) and NotifyOn.SKIPPED in job.notify_on
                following = next(iter(next_due(job, max(now, came.settled_until))), None)
                history.settle(job.name, came, now, following, notice=notice)
                found += came.runs
                behind = behind or came.settled_until < now
    return tuple(found), tuple(warnings.values())


def _open_runs(place: Place, history: History) -> list[OpenRun]:
    return [OpenRun(run, run.log is not None and is_held(place.root / run.log)) for run in history.open_runs()]


def _take(place: Place, schedule: Schedule, history: History, run: Run, now: datetime, commander: Commander) -> None:
    """Write down that a run begins, or goes on with the command that it began with."""
    job = schedule.job(run.job)
    folder, command = run.folder, run.command
    if job is not None and (folder is None or not command):
        made = commander(place.root, job, run.due, now)
        folder, command = made.folder, made.arguments
    log = place.shown(place.log(run.job, run.due))
    follow_up = job is not None and bool(job.notify or job.retention.rules)
    history.take(run, str(folder), log, command, now, follow_up=follow_up)
