"""Which runs begin, and why the others wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from portal_crawler.schedule.job import Group, Job, Schedule
from portal_crawler.schedule.run import JobRecord, OpenRun, Pause, Run, RunState
from portal_crawler.schedule.starts import QUICK_ENDS, quick_ends_after, starts
from portal_crawler.sites.hours import Span

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
_JOBS = tuple(Job(name, "p", cron="0 * * * *", group=group) for name, group in (("a", "g"), ("b", "g"), ("c", None)))
_SCHEDULE = Schedule(_JOBS, {"g": Group("g", at_most=1)})


def _run(identifier: int, job: str, minutes: int = 0, state: RunState = RunState.WAITING) -> Run:
    due = NOON + timedelta(minutes=minutes)
    return Run(identifier, job, due, state, due)


def _ids(runs: tuple[Run, ...]) -> list[int]:
    return [run.id for run in runs]


def test_of_a_group_as_many_begin_as_it_lets_the_earliest_due_first() -> None:
    runs = [OpenRun(_run(1, "b", -1)), OpenRun(_run(2, "a", -2)), OpenRun(_run(3, "c"))]
    decided = starts(_SCHEDULE, {}, runs, NOON)
    assert _ids(decided.start) == [2, 3]
    assert decided.waits == {1: "group g: 1 of at most 1 run"}


def test_runs_of_a_job_come_one_after_the_other() -> None:
    runs = [OpenRun(_run(1, "c", -9, RunState.RUNNING), alive=True), OpenRun(_run(2, "c", -2)), OpenRun(_run(3, "c"))]
    decided = starts(_SCHEDULE, {}, runs, NOON)
    assert decided.start == ()
    assert decided.waits == dict.fromkeys((2, 3), "the run due at 2026-06-01 11:51Z has not ended")


def test_what_died_goes_on_before_what_waits() -> None:
    runs = [OpenRun(_run(1, "c", -9)), OpenRun(_run(2, "c", -5, RunState.RUNNING)), OpenRun(_run(3, "a", 0))]
    decided = starts(_SCHEDULE, {}, runs, NOON)
    assert _ids(decided.start) == [2, 3]
    assert list(decided.waits) == [1]


def test_a_group_waits_for_its_hours_in_its_zone() -> None:
    night = Group("g", (Span(time(22), time(6)),), "Asia/Shanghai")
    schedule = Schedule(_JOBS, {"g": night})
    decided = starts(schedule, {}, [OpenRun(_run(1, "a"))], NOON)  # 20:00 in Shanghai
    assert decided.waits == {1: "group g: its hours begin at 2026-06-01 14:00Z"}
    assert _ids(starts(schedule, {}, [OpenRun(_run(1, "a"))], NOON + timedelta(hours=2)).start) == [1]


def test_a_run_waits_for_its_jitter_and_for_the_end_of_a_pause() -> None:
    later = replace(_run(1, "c"), not_before=NOON + timedelta(seconds=90))
    assert starts(_SCHEDULE, {}, [OpenRun(later)], NOON).waits == {1: "begins at 2026-06-01 12:01:30Z (jitter)"}
    paused = {"c": JobRecord(NOON, (Pause(NOON - timedelta(hours=1)),))}
    assert starts(_SCHEDULE, paused, [OpenRun(later)], NOON + timedelta(minutes=2)).waits == {1: "paused"}
    assert _ids(starts(_SCHEDULE, {}, [OpenRun(later)], NOON + timedelta(minutes=2)).start) == [1]


def test_a_pause_holds_and_one_that_was_ended_does_not_though_the_clock_was_put_back() -> None:
    run, hour = _run(1, "c", -120), timedelta(hours=1)
    paused = {"c": JobRecord(NOON, (Pause(NOON + hour),))}
    assert starts(_SCHEDULE, paused, [OpenRun(run)], NOON).waits == {1: "paused"}
    ended = {"c": JobRecord(NOON, (Pause(NOON - hour, NOON + hour),))}
    assert _ids(starts(_SCHEDULE, ended, [OpenRun(run)], NOON).start) == [1]


def test_what_was_replaced_does_not_go_on_and_makes_room() -> None:
    stopped = replace(_run(1, "c", -60, RunState.INTERRUPTED), stop_for=NOON)
    decided = starts(_SCHEDULE, {}, [OpenRun(stopped), OpenRun(_run(2, "c"))], NOON)
    assert decided.ended == {1: (RunState.STOPPED, "replaced by the run due at 2026-06-01 12:00Z")}
    assert _ids(decided.start) == [2]


def test_what_dies_at_once_again_and_again_is_given_up() -> None:
    dying = replace(_run(1, "c", 0, RunState.INTERRUPTED), quick_ends=QUICK_ENDS)
    assert starts(_SCHEDULE, {}, [OpenRun(dying)], NOON).ended[1][0] is RunState.FAILED
    once_less = replace(dying, quick_ends=QUICK_ENDS - 1)
    assert _ids(starts(_SCHEDULE, {}, [OpenRun(once_less)], NOON).start) == [1]


def test_a_process_that_ended_before_it_began_is_none_that_died_at_once() -> None:
    run = replace(_run(1, "a", state=RunState.RUNNING), quick_ends=3)
    assert quick_ends_after(run, NOON, NOON + timedelta(seconds=5)) == 4
    assert quick_ends_after(run, NOON, NOON + timedelta(hours=3)) == 0
    assert quick_ends_after(run, NOON, NOON - timedelta(hours=1)) == 0, "the clock was put back while it ran"


def test_runs_of_a_job_that_is_gone_end_with_that_reason() -> None:
    runs = [OpenRun(_run(1, "gone")), OpenRun(_run(2, "gone", -9, RunState.INTERRUPTED))]
    decided = starts(_SCHEDULE, {}, runs, NOON)
    assert {run: state for run, (state, _) in decided.ended.items()} == {1: RunState.SKIPPED, 2: RunState.STOPPED}
    alive = [OpenRun(_run(3, "gone", -9, RunState.RUNNING), alive=True)]
    assert starts(_SCHEDULE, {}, alive, NOON).ended == {}
