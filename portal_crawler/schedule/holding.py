"""Holding: jobs that a person pauses and lets go on."""

from __future__ import annotations

from datetime import datetime

from portal_crawler.schedule.history_sqlite import ALL_JOBS, History
from portal_crawler.schedule.owner_sqlite import check_owner
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.process_disk import ask_to_stop
from portal_crawler.schedule.run_log_disk import is_held


def hold(place: Place, job: str | None, now: datetime) -> bool:
    """Pause a job, or all; whether that changed anything.

    :raises StateError: where the history cannot be used, or is that of another schedule.
    """
    with History.writing(place.history) as history:
        check_owner(history, place.schedule)
        return history.pause(job or ALL_JOBS, now)


def release(place: Place, job: str | None, now: datetime) -> bool:
    """Let a job, or all, go on; whether that changed anything.

    :raises StateError: where the history cannot be used, or is that of another schedule.
    """
    with History.writing(place.history) as history:
        check_owner(history, place.schedule)
        return history.resume(job or ALL_JOBS, now)


def held_by_all(place: Place) -> bool:
    """Whether all jobs are paused together.

    :raises StateError: where the history cannot be used, or is that of another schedule.
    """
    with History.writing(place.history) as history:
        check_owner(history, place.schedule)
        return any(pause.is_open for pause in history.pauses().get(ALL_JOBS, ()))


def stop_running(place: Place, job: str | None) -> int:
    """Ask what runs of a job, or of all, to stop as Ctrl-C does: it can be resumed. How many were asked.

    :raises StateError: where the history cannot be used, or is that of another schedule.
    """
    with History.writing(place.history) as history:
        check_owner(history, place.schedule)
        runs = [run for run in history.open_runs() if job in {None, run.job} and run.log]
    alive = [run for run in runs if is_held(place.root / str(run.log))]
    return sum(ask_to_stop(run.pid, run.pid_started) for run in alive)
