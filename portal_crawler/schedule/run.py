"""Run: one due time of a job and what became of it. Values alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """Where a run is. Every due time of a job has one run, in one of these."""

    WAITING = "waiting"
    STARTING = "starting"
    RUNNING = "running"
    INTERRUPTED = "interrupted"  # goes on at the next tick that lets it
    FINISHED = "finished"
    GATE_FAILED = "gate_failed"
    FAILED = "failed"
    STOPPED = "stopped"  # its crawl is unfinished, and stays so
    SKIPPED = "skipped"  # never begun

    @property
    def is_open(self) -> bool:
        """Whether the run has still to end."""
        return self in _OPEN

    @property
    def is_ended_crawl(self) -> bool:
        """Whether the run left a crawl that came to its end."""
        return self in (RunState.FINISHED, RunState.GATE_FAILED)


_OPEN = frozenset([RunState.WAITING, RunState.STARTING, RunState.RUNNING, RunState.INTERRUPTED])


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as the history has it. All times are aware UTC.

    ``not_before`` is ``due`` with its jitter. ``reason`` says in words why it waits, was skipped, or how it ended.
    ``made_up`` tells that it was due while nothing looked. ``folder`` and ``log`` are relative to the schedule's
    folder; ``command`` is the crawl's command line, fixed at its first start, ``follow_up`` whether something is to be
    done after its end. ``attempts`` counts its processes, ``quick_ends`` those in a row that died at once. ``pid`` and
    ``pid_started`` name the process that watches over it. ``stop_for`` is the due time of the run that replaces it,
    where it is to stop. ``removed`` is when its crawl was removed by the rules of retention, ``removed_why`` by which;
    ``notice`` whether its notification is due, sent or given up.
    """

    id: int
    job: str
    due: datetime
    state: RunState
    not_before: datetime
    reason: str = ""
    made_up: bool = False
    folder: str | None = None
    log: str | None = None
    command: tuple[str, ...] = ()
    follow_up: bool = False
    attempts: int = 0
    quick_ends: int = 0
    started: datetime | None = None
    ended: datetime | None = None
    exit_code: int | None = None
    pid: int | None = None
    pid_started: int | None = None
    stop_for: datetime | None = None
    removed: datetime | None = None
    removed_why: str | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has not ended, and whether processes of it live."""

    run: Run
    alive: bool = False

    @property
    def has_begun(self) -> bool:
        """Whether its crawl was begun."""
        return self.run.state is not RunState.WAITING


@dataclass(frozen=True, slots=True)
class Pause:
    """A job is paused from ``since`` until ``until``, or until further notice."""

    since: datetime
    until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has ended it yet."""
        return self.until is None

    def holds(self, time: datetime) -> bool:
        """Whether a time lies in it."""
        return self.since <= time and (self.until is None or time < self.until)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """What the history knows of a job: the time up to which its due times are settled, its pauses, the times in which
    it was not in the schedule, and for a job that comes once whether that time is settled.
    """

    settled_until: datetime
    pauses: tuple[Pause, ...] = ()
    absences: tuple[Pause, ...] = ()
    once_settled: bool = False

    def was_paused(self, time: datetime) -> bool:
        """Whether the job was paused at a time."""
        return any(pause.holds(time) for pause in self.pauses)

    def was_absent(self, time: datetime) -> bool:
        """Whether the job was not in the schedule at a time."""
        return any(absence.holds(time) for absence in self.absences)

    @property
    def is_paused(self) -> bool:
        """Whether the job is paused now, whatever the clock says: it may have been put back since."""
        return any(pause.is_open for pause in self.pauses)
