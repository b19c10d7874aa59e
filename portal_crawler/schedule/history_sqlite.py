"""History: every time at which a job was due and what became of it, in SQLite.

What decides over a run stands in one transaction with what was read to decide it, so that two ticks at once never
take the same run. Times are kept as ISO 8601 texts in UTC with milliseconds, which sort as the times do.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from portal_crawler.schedule.arrivals import Arrivals
from portal_crawler.schedule.history_schema_sqlite import explained, open_history, open_to_read
from portal_crawler.schedule.job import Schedule
from portal_crawler.schedule.run import JobRecord, Pause, Run, RunState
from portal_crawler.schedule.starts import Starts

_RUN = (
    "id, job, due, state, not_before, reason, made_up, folder, log, command, follow_up, attempts, quick_ends, started,"
    " ended, exit_code, pid, pid_started, stop_for, removed, removed_why, notice"
)
_TIMES = ("due", "not_before", "started", "ended", "stop_for", "removed")
# A death is noticed by the next tick, a minute later.
_SOON = timedelta(minutes=3)
# Stands for all jobs in a pause.
ALL_JOBS = "*"
# Stands before the name of a job, in a pause, for the time in which it was not in the schedule: no name begins so.
_ABSENT = "!"


def time_text(time: datetime) -> str:
    """A time as the history keeps it."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds")


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class History:
    """A history that is open. ``database`` is its connection, for the modules that keep other parts of it."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path, self.database = path, database

    @classmethod
    def writing(cls, path: Path) -> Self:
        """Open a history to be written, made where it is missing.

        :raises StateError: where the file is no history, or of a newer program.
        :raises DiskFullError: where there is no room for it.
        """
        return cls(path, open_history(path))

    @classmethod
    def reading(cls, path: Path) -> Self | None:
        """Open a history to be read alone; ``None`` where there is none yet.

        :raises StateError: where the file is no history of today's form.
        """
        database = open_to_read(path)
        return None if database is None else cls(path, database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction that no other process writes beside; undone where something is raised within."""
        with explained(self.path):
            self.database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.database.execute("COMMIT")
            except BaseException:
                if self.database.in_transaction:
                    self.database.execute("ROLLBACK")
                raise

    def owner(self) -> str | None:
        """The schedule that this is the history of, as the way to it from here; ``None`` where no one has it yet."""
        return next((schedule for (schedule,) in self._rows("SELECT schedule FROM owner")), None)

    def set_owner(self, schedule: str) -> None:
        """Write down which schedule this is the history of; within a transaction."""
        self.database.execute("DELETE FROM owner")
        self.database.execute("INSERT INTO owner VALUES (?)", (schedule,))

    def records(self, schedule: Schedule, now: datetime) -> dict[str, JobRecord]:
        """What is known of each job of the schedule; of one that is new, that nothing was due until now."""
        known, pauses = self.settled(), self.pauses()
        return {
            job.name: JobRecord(
                settled_until=known.get(job.name, now),
                pauses=(*pauses.get(job.name, ()), *pauses.get(ALL_JOBS, ())),
                absences=pauses.get(_ABSENT + job.name, ()),
                once_settled=job.at is not None and self._has(job.name, job.at),
            )
            for job in schedule.jobs
        }

    def settled(self) -> dict[str, datetime]:
        """Until when the due times of each job are settled, by its name."""
        rows = self._rows("SELECT name, settled_until FROM job")
        return {name: datetime.fromisoformat(until) for name, until in rows}

    def pauses(self) -> dict[str, tuple[Pause, ...]]:
        """Every pause, by the job's name; ``*`` is all jobs."""
        found: dict[str, tuple[Pause, ...]] = {}
        for job, since, until in self._rows("SELECT job, since, until FROM pause ORDER BY since"):
            found[job] = (*found.get(job, ()), Pause(datetime.fromisoformat(since), _time(until)))
        return found

    def note_absences(self, schedule: Schedule, now: datetime) -> None:
        """Write down which known jobs are not in the schedule, and which are again; within a transaction."""
        there = {job.name for job in schedule.jobs}
        rows = self._rows("SELECT job FROM pause WHERE until IS NULL AND job LIKE '!%'")
        absent = {job.removeprefix(_ABSENT) for (job,) in rows}
        for name in (self.settled().keys() - there) - absent:
            self.database.execute("INSERT OR IGNORE INTO pause VALUES (?, ?, NULL)", (_ABSENT + name, time_text(now)))
        for name in absent & there:
            self._end_pauses(_ABSENT + name, now)

    def settle(
        self, job: str, settled: Arrivals, now: datetime, next_due: datetime | None, *, notice: bool = False
    ) -> None:
        """Write down what a job's due times came to; with ``notice``, those that are skipped are to be told."""
        upto, following = time_text(settled.settled_until), time_text(next_due) if next_due else None
        self.database.execute(
            "INSERT INTO job VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET settled_until = max(settled_until,"
            " excluded.settled_until), next_due = excluded.next_due",
            (job, time_text(now), upto, following),
        )
        self.database.executemany(
            "INSERT INTO run (job, due, state, not_before, reason, made_up, ended, notice)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (job, due) DO NOTHING",  # a cron expression that was changed may name a time again
            [
                (
                    *(one.job, time_text(one.due), one.state, time_text(one.not_before), one.reason, one.made_up),
                    *((time_text(now), "due" if notice else None) if one.state is RunState.SKIPPED else (None, None)),
                )
                for one in settled.runs
            ],
        )
        if settled.by is not None:
            reason = f"replaced by the run due at {settled.by:%Y-%m-%d %H:%M}Z"
            for run in settled.replaced:
                self.end(run, RunState.SKIPPED, reason, now)
            by = time_text(settled.by)
            self.database.executemany(
                "UPDATE run SET stop_for = ? WHERE id = ?", [(by, run) for run in settled.stopped]
            )

    def follow(self, decided: Starts, now: datetime) -> None:
        """Write down why runs wait, and which end without going on."""
        rows = [(reason, run, reason) for run, reason in decided.waits.items()]
        self.database.executemany("UPDATE run SET reason = ? WHERE id = ? AND reason != ?", rows)
        for run, (state, reason) in decided.ended.items():
            self.end(run, state, reason, now)

    def take(
        self, run: Run, folder: str, log: str, command: Sequence[str], now: datetime, *, follow_up: bool = False
    ) -> None:
        """Write down that a process of a run is about to be started: its next attempt.

        With ``follow_up``, there is something to be done after its end: crawls to be removed, people to be told.
        One that was watched and whose watcher died soon, with no word of its end, counts as a quick end.
        """
        self.database.execute(
            "UPDATE run SET quick_ends = CASE WHEN state = 'interrupted' THEN quick_ends WHEN state = 'running' AND"
            " attempt_at > :soon THEN quick_ends + 1 ELSE 0 END, state = :state, reason = '', folder = :folder,"
            " log = :log, command = :command, follow_up = :follow_up, attempts = attempts + 1,"
            " started = coalesce(started, :now), attempt_at = :now, pid = NULL, pid_started = NULL WHERE id = :id",
            {
                "soon": time_text(now - _SOON),
                "state": RunState.STARTING,
                "folder": folder,
                "log": log,
                "command": json.dumps(list(command)),
                "follow_up": follow_up,
                "now": time_text(now),
                "id": run.id,
            },
        )

    def watch(self, run: int, pid: int, pid_started: int | None) -> None:
        """Write down which process watches over a run from now on."""
        query = "UPDATE run SET state = ?, pid = ?, pid_started = ? WHERE id = ?"
        with self.transaction():
            self.database.execute(query, (RunState.RUNNING, pid, pid_started, run))

    def end(
        self,
        run: int,
        state: RunState,
        reason: str,
        now: datetime,
        exit_code: int | None = None,
        quick_ends: int = 0,
        *,
        notice: bool = False,
    ) -> None:
        """Write down how a run, or its last process, ended; within a transaction."""
        self.database.execute(
            "UPDATE run SET state = ?, reason = ?, ended = ?, exit_code = coalesce(?, exit_code), quick_ends = ?,"
            " pid = NULL, pid_started = NULL, notice = CASE WHEN ? THEN 'due' ELSE notice END WHERE id = ?",
            (state, reason, time_text(now), exit_code, quick_ends, notice, run),
        )

    def open_runs(self) -> list[Run]:
        """The runs that have not ended, in the order of their due times."""
        states = ", ".join(f"'{state}'" for state in RunState if state.is_open)
        return self._runs(f"WHERE state IN ({states}) ORDER BY due, job")

    def run(self, identifier: int) -> Run | None:
        """The run of an id."""
        return next(iter(self._runs("WHERE id = ?", identifier)), None)

    def runs(
        self, job: str | None = None, states: Sequence[RunState] = (), most: int = -1, before: int | None = None
    ) -> list[Run]:
        """Runs, the latest due first: of a job, in some of the states, at most so many, after the run of an id."""
        marks = ", ".join("?" for _ in states)
        parts, given = ["TRUE"], list[Any]()
        for part, values in (
            ("job = ?", [job] if job is not None else None),
            (f"state IN ({marks})", list(states) or None),
            ("(due, id) < (SELECT due, id FROM run WHERE id = ?)", [before] if before is not None else None),
        ):
            if values is not None:
                parts.append(part)
                given += values
        return self._runs(f"WHERE {' AND '.join(parts)} ORDER BY due DESC, id DESC LIMIT ?", *given, most)

    def removed(self, run: int, why: str, now: datetime) -> None:
        """Write down that a run's crawl is removed."""
        with self.transaction():
            self.database.execute(
                "UPDATE run SET removed = ?, removed_why = ? WHERE id = ?", (time_text(now), why, run)
            )

    def take_notices(self, now: datetime, given_up: datetime) -> list[Run]:
        """The runs of which people are to be told, taken so that no other process tells them too.

        :param given_up: since then at the latest, a process that took one and said nothing is believed to be dead.
        """
        where = "WHERE notice = 'due' OR (notice = 'sending' AND notice_at < ?)"
        if not self._rows(f"SELECT 1 FROM run {where} LIMIT 1", time_text(given_up)):  # noqa: S608 - a constant
            return []
        with self.transaction():
            runs = self._runs(where, time_text(given_up))
            self.database.executemany(
                "UPDATE run SET notice = 'sending', notice_at = ?, notice_tries = notice_tries + 1 WHERE id = ?",
                [(time_text(now), run.id) for run in runs],
            )
        return runs

    def noticed(self, runs: Sequence[int], problem: str | None, tries: int = 0) -> None:
        """Write down what came of telling: ``None`` where nobody wanted it, "" where it was sent, else the problem; one
        that did not work is due again until it had so many tries.
        """
        told = None if problem is None else "sent" if not problem else f"given up: {problem}"
        with self.transaction():
            self.database.executemany(
                "UPDATE run SET notice = CASE WHEN ? AND notice_tries < ? THEN 'due' ELSE ? END WHERE id = ?",
                [(bool(problem), tries, told, run) for run in runs],
            )

    def pause(self, job: str, now: datetime) -> bool:
        """Pause a job, or all as ``*``; whether it was not paused before."""
        with self.transaction():
            if self._rows("SELECT 1 FROM pause WHERE job = ? AND until IS NULL", job):
                return False
            self.database.execute("INSERT INTO pause VALUES (?, ?, NULL)", (job, time_text(now)))
        return True

    def resume(self, job: str, now: datetime) -> bool:
        """End a job's pause, or with ``*`` every pause; whether there was one."""
        with self.transaction():
            return self._end_pauses(job, now) > 0

    def _end_pauses(self, job: str, now: datetime) -> int:
        """End what holds a job, or with ``*`` every pause, which no absence is; how many."""
        which = "job NOT LIKE '!%'" if job == ALL_JOBS else "job = :job"
        query = f"UPDATE pause SET until = max(since, :now) WHERE until IS NULL AND {which}"  # noqa: S608 - constants
        return self.database.execute(query, {"now": time_text(now), "job": job}).rowcount

    def _has(self, job: str, due: datetime) -> bool:
        return bool(self._rows("SELECT 1 FROM run WHERE job = ? AND due = ?", job, time_text(due)))

    def _runs(self, rest: str, *given: Any) -> list[Run]:
        names = _RUN.split(", ")
        rows = self._rows(f"SELECT {_RUN} FROM run {rest}", *given)  # noqa: S608 - the parts are constants
        return [_run(dict(zip(names, row, strict=True))) for row in rows]

    def _rows(self, query: str, *given: Any) -> list[tuple[Any, ...]]:
        with explained(self.path):
            return self.database.execute(query, given).fetchall()


def _run(row: Mapping[str, Any]) -> Run:
    told = {
        **row,
        **{name: _time(row[name]) for name in _TIMES},
        "state": RunState(row["state"]),
        "made_up": bool(row["made_up"]),
        "follow_up": bool(row["follow_up"]),
        "command": tuple(json.loads(row["command"])),
    }
    return Run(**told)
