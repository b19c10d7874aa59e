"""Arrivals: what becomes of the times at which a job was due since the last tick. Pure.

Each of them becomes one run, which waits or is skipped with the reason. When one that waits begins is decided in
``starts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from portal_crawler.schedule.due_times import begins_at, due_between
from portal_crawler.schedule.job import CatchUp, Job, Overlap
from portal_crawler.schedule.run import JobRecord, OpenRun, RunState

# Due times that are settled in one go: a year of every minute must not become one transaction.
AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """A due time that is settled: the run waits or is skipped, with the reason."""

    job: str
    due: datetime
    state: RunState
    not_before: datetime
    reason: str = ""
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What a job's due times came to.

    ``settled_until`` is earlier than now where there were more due times than are settled at once. ``replaced`` are
    ids of runs that wait no more, ``stopped`` those that are to stop or, interrupted, not to go on; both for the run
    that is due at ``by``.
    """

    settled_until: datetime
    runs: tuple[Arrival, ...] = ()
    replaced: tuple[int, ...] = ()
    stopped: tuple[int, ...] = ()
    by: datetime | None = None


def arrivals(job: Job, record: JobRecord, runs: Sequence[OpenRun], now: datetime) -> Arrivals:
    """Settle the times at which a job was due between ``record.settled_until`` and now.

    :param runs: the job's runs that have not ended.
    """
    if now <= record.settled_until and job.at is None:
        return Arrivals(record.settled_until)
    dues = list(islice(due_between(job, record.settled_until, now), AT_ONCE + 1))
    more = len(dues) > AT_ONCE
    dues = dues[:AT_ONCE]
    until = dues[-1] if more else max(now, record.settled_until)
    settled = _Settling(job, [run for run in runs if run.run.job == job.name])
    if job.at is not None and job.at <= record.settled_until and not record.once_settled:
        settled.skip(job.at, "had passed when the schedule first knew of it")
    live = []
    for due in dues:
        if record.was_absent(due):
            settled.skip(due, "the job was not in the schedule then")
        elif record.was_paused(due):
            settled.skip(due, "paused")
        else:
            live.append(due)
    late = [due for due in live if (now - due).total_seconds() > job.grace]
    on_time = live[len(late) :]
    for due in _made_up(job, late, settled, more=more, followed=bool(on_time)):
        settled.arrive(due, made_up=True)
    for due in on_time:
        settled.arrive(due, made_up=False)
    return settled.outcome(until)


def _made_up(job: Job, late: list[datetime], settled: _Settling, *, more: bool, followed: bool) -> list[datetime]:
    """Those of the missed due times that are made up; the others are skipped."""
    if job.catch_up is CatchUp.ALL or not late:
        return late
    kept = [] if job.catch_up is CatchUp.NONE or more or followed else late[-1:]
    for due in late[: len(late) - len(kept)]:
        why = "catch_up is none" if job.catch_up is CatchUp.NONE else "a later run makes up for it"
        settled.skip(due, f"missed, nothing looked at the schedule: {why}")
    return kept


class _Settling:
    """Due times of one job that are settled one after the other."""

    def __init__(self, job: Job, runs: Sequence[OpenRun]) -> None:
        self._job, self._open = job, list(runs)
        self._runs: dict[datetime, Arrival] = {}
        self._replaced: list[int] = []
        self._stopped: list[int] = []
        self._by: datetime | None = None

    def skip(self, due: datetime, reason: str) -> None:
        self._runs[due] = Arrival(self._job.name, due, RunState.SKIPPED, due, reason)

    def arrive(self, due: datetime, *, made_up: bool) -> None:
        """Let a run wait or skip it, as the rule on overlaps has it."""
        waiting = self._waiting()
        before = [one.run.due for one in self._open] + [one.due for one in waiting]
        backlog = made_up or any(one.run.made_up for one in self._open) or any(one.made_up for one in waiting)
        if before and not (backlog and self._job.catch_up is CatchUp.ALL):
            if self._job.overlap is Overlap.SKIP:
                return self.skip(due, f"overlap: the run due at {max(before):%Y-%m-%d %H:%M}Z had not ended")
            queued = len(waiting) + sum(not one.has_begun for one in self._open)
            if self._job.overlap is Overlap.QUEUE and queued >= self._job.queue:
                return self.skip(due, f"overlap: {queued} runs waited already")
            if self._job.overlap is Overlap.REPLACE:
                self._replace(due)
        starts = begins_at(self._job, due)
        self._runs[due] = Arrival(self._job.name, due, RunState.WAITING, starts, made_up=made_up)
        return None

    def _waiting(self) -> list[Arrival]:
        return [one for one in self._runs.values() if one.state is RunState.WAITING]

    def _replace(self, due: datetime) -> None:
        reason = f"replaced by the run due at {due:%Y-%m-%d %H:%M}Z"
        for one in self._waiting():
            self._runs[one.due] = replace(one, state=RunState.SKIPPED, reason=reason)
        self._replaced += [one.run.id for one in self._open if not one.has_begun]
        self._stopped = [one.run.id for one in self._open if one.has_begun]
        self._open = [one for one in self._open if one.has_begun]
        self._by = due

    def outcome(self, until: datetime) -> Arrivals:
        runs = tuple(self._runs[due] for due in sorted(self._runs))
        return Arrivals(until, runs, tuple(self._replaced), tuple(self._stopped), self._by)
