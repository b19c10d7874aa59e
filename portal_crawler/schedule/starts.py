"""Starts: which of the runs that wait, or whose processes died, begin now, and why the others do not. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from portal_crawler.schedule.job import Group, Schedule
from portal_crawler.schedule.run import JobRecord, OpenRun, Run, RunState
from portal_crawler.sites.hours import opens_in

# A run whose processes died so many times in a row within a minute of their start does so for a reason.
QUICK_ENDS = 5


@dataclass(frozen=True, slots=True)
class Starts:
    """Runs to start now; reasons why others wait, by id; and runs that end without going on, with state and reason."""

    start: tuple[Run, ...] = ()
    waits: Mapping[int, str] = field(default_factory=dict)
    ended: Mapping[int, tuple[RunState, str]] = field(default_factory=dict)


def starts(schedule: Schedule, records: Mapping[str, JobRecord], runs: Sequence[OpenRun], now: datetime) -> Starts:
    """Decide over every run that has not ended: those that were begun first, then in the order of their due times."""
    chosen: list[Run] = []
    waits: dict[int, str] = {}
    ended: dict[int, tuple[RunState, str]] = {}
    busy = {one.run.job: one.run.due for one in runs if one.alive}
    names = {job.name: job.group for job in schedule.jobs}
    groups = Counter(names.get(one.run.job) for one in runs if one.alive)
    for one in sorted(runs, key=lambda one: (not one.has_begun, one.run.not_before, one.run.due, one.run.job)):
        if one.alive:
            continue
        run, job = one.run, schedule.job(one.run.job)
        end = _gone(one) if job is None else _end(one)
        if job is None or end is not None:
            ended[run.id] = end or _gone(one)
            continue
        record = records.get(job.name)
        group = schedule.groups.get(job.group or "")
        reason = (
            _not_yet(run, record, now)
            or (f"the run due at {busy[job.name]:%Y-%m-%d %H:%M}Z has not ended" if job.name in busy else "")
            or (_held_by(group, groups[group.name], now) if group else "")
        )
        if reason:
            waits[run.id] = reason
            continue
        chosen.append(run)
        busy[job.name] = run.due
        groups[job.group] += 1
    return Starts(tuple(chosen), waits, ended)


def _end(one: OpenRun) -> tuple[RunState, str] | None:
    """How a run ends whose processes have, where it is not to go on."""
    run = one.run
    if not one.has_begun:
        return None
    if run.stop_for is not None:
        return RunState.STOPPED, f"replaced by the run due at {run.stop_for:%Y-%m-%d %H:%M}Z"
    if run.quick_ends >= QUICK_ENDS:
        return RunState.FAILED, f"its processes died {run.quick_ends} times in a row within a minute; see its log"
    return None


def _gone(one: OpenRun) -> tuple[RunState, str]:
    reason = "the job is no longer in the schedule"
    return (RunState.STOPPED if one.has_begun else RunState.SKIPPED), reason


def _not_yet(run: Run, record: JobRecord | None, now: datetime) -> str:
    if record is not None and record.is_paused:
        return "paused"
    if now < run.not_before:
        return f"begins at {run.not_before:%Y-%m-%d %H:%M:%S}Z (jitter)"
    return ""


def _held_by(group: Group, running: int, now: datetime) -> str:
    wait = opens_in(group.hours, now, ZoneInfo(group.zone))
    if wait:
        return f"group {group.name}: its hours begin at {now + timedelta(seconds=wait):%Y-%m-%d %H:%M}Z"
    if group.at_most is not None and running >= group.at_most:
        return f"group {group.name}: {running} of at most {group.at_most} run"
    return ""


def quick_ends_after(run: Run, began: datetime, ended: datetime) -> int:
    """How many processes in a row died at once, with one that began and ended then. One that ended before it began,
    since the clock was put back, may have run for hours.
    """
    return run.quick_ends + 1 if timedelta(0) <= ended - began < timedelta(minutes=1) else 0
