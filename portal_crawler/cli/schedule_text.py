"""Jobs and runs of a schedule as rows for people, times in the job's own zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal_crawler.cli.terminal import duration

if TYPE_CHECKING:
    from portal_crawler.schedule.desk import ComingRun, JobView, Overview, PastRun


def job_rows(seen: Overview) -> list[tuple[str, ...]]:
    """The jobs, one a row, under a head."""
    head = ("job", "comes", "zone", "now", "next", "last")
    return [head, *(_job_row(job) for job in seen.jobs)]


def _job_row(job: JobView) -> tuple[str, ...]:
    last = f"{job.last.state} {_local(job.last.due, job.zone)}" if job.last else "-"
    return (job.name, job.when, job.zone, _now(job), _local(job.next.due, job.zone) if job.next else "-", last)


def _now(job: JobView) -> str:
    told = [f"paused since {_local(job.paused_since, job.zone)}"] if job.paused_since else []
    for state in dict.fromkeys(run.state for run in job.open):
        runs = [run for run in job.open if run.state is state]
        why = runs[0].reason if len(runs) == 1 and state.value == "waiting" else ""
        if state.value == "running" and not runs[0].watched:
            why = "its process died; the next tick takes it up"
        told.append(str(state) + (f" ({len(runs)})" if len(runs) > 1 else f" ({why})" if why else ""))
    return ", ".join(told) or ("idle" if job.next else "over")


def coming_rows(coming: Sequence[ComingRun]) -> list[tuple[str, ...]]:
    """What comes, one a row."""
    rows: list[tuple[str, ...]] = []
    for one in coming:
        later = f"begins {one.begins.astimezone(one.local.tzinfo):%H:%M:%S}" if one.begins != one.due else ""
        rows.append((f"{one.local:%a %Y-%m-%d %H:%M %Z}", f"{one.due:%Y-%m-%dT%H:%MZ}", one.job, later))
    return rows


def history_rows(found: Sequence[PastRun]) -> list[tuple[str, ...]]:
    """Runs, one a row."""
    return [_history_row(run) for run in found]


def _history_row(run: PastRun) -> tuple[str, ...]:
    return (f"{run.due:%Y-%m-%d %H:%MZ}", run.job, str(run.state), _took(run), run_words(run))


def _took(run: PastRun) -> str:
    if run.started is None or run.ended is None or run.state.is_open:
        return ""
    took = (run.ended - run.started).total_seconds()
    return duration(took) if took >= 0 else "unknown"  # the clock was put back meanwhile


def run_words(run: PastRun) -> str:
    """What there is to say of a run: the reason, the number of tries, its crawl or that it was removed."""
    told = [run.reason] if run.reason else []
    if run.attempts > 1:
        told.append(f"attempt {run.attempts}")
    if run.made_up:
        told.append("made up for what was missed")
    if run.state.value == "running" and not run.watched:
        told.append("its process died; the next tick takes it up")
    if run.removed:
        told.append(f"removed {run.removed:%Y-%m-%d} ({run.removed_why})")
    elif run.folder:
        told.append(run.folder)
    return "; ".join(told)


def _local(time: datetime, zone: str) -> str:
    return f"{time.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
