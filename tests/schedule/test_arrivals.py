"""What becomes of the times at which a job was due: it runs, or is skipped with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal_crawler.schedule.arrivals import AT_ONCE, Arrivals, arrivals
from portal_crawler.schedule.job import CatchUp, Job, Overlap
from portal_crawler.schedule.run import JobRecord, OpenRun, Pause, Run, RunState

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOURLY = Job("hourly", "p", cron="0 * * * *")


def _hours(*hours: float) -> list[datetime]:
    return [NOON + timedelta(hours=hour) for hour in hours]


def _told(came: Arrivals) -> list[tuple[int, str]]:
    """Hours after noon, with "run", "made up" or the start of the reason."""
    return [
        (
            round((one.due - NOON).total_seconds() / 3600),
            one.reason.partition(":")[0] or ("made up" if one.made_up else "run"),
        )
        for one in came.runs
    ]


def _open(hour: float, state: RunState = RunState.RUNNING, identifier: int = 1, *, made_up: bool = False) -> OpenRun:
    due = NOON + timedelta(hours=hour)
    return OpenRun(Run(identifier, "hourly", due, state, due, made_up=made_up), alive=state is RunState.RUNNING)


def test_nothing_was_due_before_a_job_was_known() -> None:
    assert arrivals(HOURLY, JobRecord(NOON), [], NOON) == Arrivals(NOON)


def test_a_due_time_runs_once_and_is_settled_for_good() -> None:
    (one,) = _hours(1)
    came = arrivals(HOURLY, JobRecord(NOON), [], one)
    assert _told(came) == [(1, "run")]
    assert came.settled_until == one
    assert arrivals(HOURLY, JobRecord(came.settled_until), [], one).runs == ()


@pytest.mark.parametrize(
    ("catch_up", "told"),
    [
        (CatchUp.NONE, [(1, "missed, nothing looked at the schedule"), (2, "missed, nothing looked at the schedule")]),
        (CatchUp.ONCE, [(1, "missed, nothing looked at the schedule"), (2, "made up")]),
        (CatchUp.ALL, [(1, "made up"), (2, "made up")]),
    ],
)
def test_what_was_missed_is_made_up_as_the_job_says(catch_up: CatchUp, told: list[tuple[int, str]]) -> None:
    job = replace(HOURLY, catch_up=catch_up)
    assert _told(arrivals(job, JobRecord(NOON), [], NOON + timedelta(hours=2.5))) == told


def test_a_run_that_is_due_now_makes_up_for_those_missed() -> None:
    came = arrivals(HOURLY, JobRecord(NOON), [], NOON + timedelta(hours=2))
    assert _told(came) == [(1, "missed, nothing looked at the schedule"), (2, "run")]


def test_a_run_is_not_missed_within_its_grace() -> None:
    job = replace(HOURLY, catch_up=CatchUp.NONE, grace=600)
    late = NOON + timedelta(hours=1, seconds=600)
    assert _told(arrivals(job, JobRecord(NOON), [], late)) == [(1, "run")]
    assert _told(arrivals(job, JobRecord(NOON), [], late + timedelta(seconds=1)))[0][1].startswith("missed")


@pytest.mark.parametrize("grace", [1e12, float("inf")])
def test_with_a_grace_beyond_all_time_nothing_is_missed(grace: float) -> None:
    came = arrivals(replace(HOURLY, grace=grace), JobRecord(NOON), [], NOON + timedelta(hours=1.5))
    assert _told(came) == [(1, "run")]


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.WAITING, RunState.INTERRUPTED])
def test_overlap_skip_skips_what_is_due_while_another_has_not_ended(state: RunState) -> None:
    came = arrivals(HOURLY, JobRecord(NOON), [_open(0, state)], NOON + timedelta(hours=1))
    assert _told(came) == [(1, "overlap")]
    assert "2026-06-01 12:00Z" in came.runs[0].reason


def test_runs_of_other_jobs_are_no_overlap() -> None:
    other = replace(_open(0), run=replace(_open(0).run, job="other"))
    assert _told(arrivals(HOURLY, JobRecord(NOON), [other], NOON + timedelta(hours=1))) == [(1, "run")]


def test_overlap_queue_lets_wait_until_the_queue_is_full() -> None:
    job = replace(HOURLY, overlap=Overlap.QUEUE, queue=2)
    waiting = [_open(-2), _open(-1, RunState.WAITING, 2)]
    assert _told(arrivals(job, JobRecord(NOON), waiting, NOON + timedelta(hours=1))) == [(1, "run")]
    full = [*waiting, _open(0, RunState.WAITING, 3)]
    came = arrivals(job, JobRecord(NOON), full, NOON + timedelta(hours=1))
    assert _told(came) == [(1, "overlap")]
    assert came.runs[0].reason == "overlap: 2 runs waited already"


def test_overlap_replace_stops_what_runs_and_forgets_what_waits() -> None:
    job = replace(HOURLY, overlap=Overlap.REPLACE)
    came = arrivals(job, JobRecord(NOON), [_open(-1), _open(0, RunState.WAITING, 2)], NOON + timedelta(hours=1))
    assert _told(came) == [(1, "run")]
    assert (came.stopped, came.replaced, came.by) == ((1,), (2,), NOON + timedelta(hours=1))


def test_all_that_was_missed_runs_one_after_the_other_whatever_the_rule_on_overlaps() -> None:
    job = replace(HOURLY, catch_up=CatchUp.ALL)
    now = NOON + timedelta(hours=3)
    assert _told(arrivals(job, JobRecord(NOON), [], now)) == [(1, "made up"), (2, "made up"), (3, "run")]
    backlog = [_open(2, RunState.WAITING, made_up=True)]
    assert _told(arrivals(job, JobRecord(NOON + timedelta(hours=2)), backlog, now)) == [(3, "run")]


def test_what_is_due_during_a_pause_is_skipped_even_when_it_is_settled_after_it() -> None:
    pause = Pause(NOON + timedelta(minutes=30), NOON + timedelta(hours=1, minutes=30))
    came = arrivals(HOURLY, JobRecord(NOON, (pause,)), [], NOON + timedelta(hours=2))
    assert _told(came) == [(1, "paused"), (2, "run")]


def test_a_time_that_had_passed_when_the_job_was_first_known_is_told_once() -> None:
    job = Job("once", "p", at=NOON)
    late = JobRecord(NOON + timedelta(hours=1))
    came = arrivals(job, late, [], NOON + timedelta(hours=1))
    assert [(one.due, one.state, one.reason) for one in came.runs] == [
        (NOON, RunState.SKIPPED, "had passed when the schedule first knew of it")
    ]
    assert arrivals(job, replace(late, once_settled=True), [], NOON + timedelta(hours=2)).runs == ()


def test_a_job_that_comes_once_runs_at_its_time() -> None:
    came = arrivals(Job("once", "p", at=NOON), JobRecord(NOON - timedelta(minutes=1)), [], NOON)
    assert [(one.due, one.state) for one in came.runs] == [(NOON, RunState.WAITING)]


def test_a_clock_that_is_put_back_makes_nothing_due_again() -> None:
    came = arrivals(HOURLY, JobRecord(NOON + timedelta(hours=3)), [], NOON + timedelta(hours=1))
    assert came == Arrivals(NOON + timedelta(hours=3))


def test_a_long_absence_is_settled_in_bounded_parts_and_made_up_for_once() -> None:
    job = replace(HOURLY, cron="* * * * *")
    now = NOON + timedelta(minutes=AT_ONCE + 100)
    first = arrivals(job, JobRecord(NOON), [], now)
    assert (len(first.runs), first.settled_until) == (AT_ONCE, NOON + timedelta(minutes=AT_ONCE))
    assert {one.state for one in first.runs} == {RunState.SKIPPED}
    rest = arrivals(job, JobRecord(first.settled_until), [], now)
    assert rest.settled_until == now
    assert [one.due for one in rest.runs if one.state is RunState.WAITING] == [now - timedelta(minutes=5)]
