"""When a job is due, beside a second reading of cron that walks through every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from expected import expected
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_crawler.schedule.due_times import begins_at, check_cron, due_after, due_between, in_zone, next_due
from portal_crawler.schedule.job import Job

# Zone -> the days of 2026 around which its clock changes, for Shanghai any.
CHANGES = {
    "Europe/Berlin": ((3, 29), (10, 25)),
    "America/New_York": ((3, 8), (11, 1)),
    "Asia/Shanghai": ((3, 29),),
    "Australia/Lord_Howe": ((4, 5), (10, 4)),  # by half an hour
    "America/St_Johns": ((3, 8), (11, 1)),  # half an hour off the others
}
CRONS = (
    "30 2 * * *",
    "30 1 * * *",
    "45 1 * * *",
    "0,30 1-3 * * *",  # a gap moves two of them to one instant
    "0 * * * *",
    "*/30 2 * * *",
    "15 */3 * * *",  # cronsim by itself leaves some of these out at Lord Howe
    "*/7 1-3 * * *",
    "5 2-4/2 */2 * *",
    "30 2 * * SUN",
    "30 2 29 * SAT",
)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(("zone", "days"), CHANGES.items())
def test_where_a_clock_changes_a_job_is_due_as_a_walk_through_every_minute_says(
    zone: str, days: tuple[tuple[int, int], ...]
) -> None:
    jobs = {cron: (cron, zone) for cron in CRONS}
    for month, day in days:
        after = datetime(2026, month, day, tzinfo=UTC) - timedelta(days=1, hours=6)
        until = after + timedelta(days=3)
        for cron, due in expected(jobs, after, until).items():
            assert list(due_between(Job("j", "p", cron=cron, zone=zone), after, until)) == due, (zone, cron)


@settings(max_examples=50, deadline=None)
@given(
    minute=st.integers(0, 26 * 60),
    cron=st.sampled_from(CRONS),
    change=st.sampled_from([(zone, one) for zone, days in CHANGES.items() for one in days]),
)
def test_whenever_it_is_asked_the_next_times_are_those_that_follow(
    minute: int, cron: str, change: tuple[str, tuple[int, int]]
) -> None:
    zone, (month, day) = change
    job = Job("j", "p", cron=cron, zone=zone)
    start = datetime(2026, month, day, tzinfo=UTC) - timedelta(hours=20)
    whole = list(due_between(job, start, start + timedelta(days=16)))
    asked = start + timedelta(minutes=minute, seconds=minute % 60)
    assert list(islice(due_after(job, asked), 2)) == [due for due in whole if due > asked][:2]


@pytest.mark.parametrize(
    ("local", "due"),
    [
        ("2026-03-29", "2026-03-29T03:00+02:00"),  # the clock leaves out 2:30: when it has been put forward
        ("2026-10-25", "2026-10-25T02:30+02:00"),  # the clock shows 2:30 twice: the first time
    ],
)
def test_a_fixed_time_comes_once_a_day_whatever_the_clock_does(local: str, due: str) -> None:
    job = Job("nightly", "p", cron="30 2 * * *", zone="Europe/Berlin")
    day = _at(f"{local}T00:00+00:00") - timedelta(hours=2)
    assert list(due_between(job, day, day + timedelta(days=1))) == [_at(due)]


def test_a_job_that_comes_once_is_due_at_its_time_and_never_again() -> None:
    job = Job("once", "p", at=_at("2026-12-24T18:00+01:00"))
    assert next_due(job, _at("2026-12-24T16:59+00:00"), 3) == (_at("2026-12-24T17:00+00:00"),)
    assert next_due(job, _at("2026-12-24T17:00+00:00"), 3) == ()


@pytest.mark.parametrize(("cron", "years"), [("@yearly", 1), ("0 0 29 2 1", 40), ("59 23 31 12 *", 1)])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Niue"])
def test_the_times_end_with_the_calendar(cron: str, years: int, zone: str) -> None:
    job = Job("a", "p", cron=cron, zone=zone, jitter=86_400)
    dues = next_due(job, datetime(9900, 1, 1, tzinfo=UTC), 500)
    assert 9998 - years <= dues[-1].year <= 9998
    assert begins_at(job, dues[-1]) >= dues[-1]


def test_the_names_of_crontab_are_understood() -> None:
    job = Job("j", "p", cron="@weekly")
    assert next_due(job, _at("2026-11-28T00:00+00:00"), 2) == (
        _at("2026-11-29T00:00+00:00"),
        _at("2026-12-06T00:00+00:00"),
    )


@pytest.mark.parametrize(
    ("cron", "problem"),
    [
        ("61 * * * *", "bad minute"),
        ("* * * *", "of five fields"),
        ("0 0 2 * * *", "of five fields"),
        ("0 0 31 2 *", "bad day-of-month"),
        ("0 0 * * FOO", "bad day-of-week"),
        ("@reboot", "of five fields"),
        ("* * */20 * 1L", "no day of 50 years"),
    ],
)
def test_what_is_no_cron_expression_is_told_with_the_form_of_one(cron: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as told:
        check_cron(cron)
    assert "30 2 * * *" in str(told.value)


def test_jitter_is_the_same_for_a_run_whenever_it_is_asked_and_spreads_runs() -> None:
    job = Job("j", "p", cron="0 * * * *", jitter=600)
    due = [_at("2026-01-01T00:00+00:00") + timedelta(hours=n) for n in range(50)]
    later = [(begins_at(job, one) - one).total_seconds() for one in due]
    assert later == [(begins_at(job, one) - one).total_seconds() for one in due]
    assert all(0 <= one < 600 for one in later)
    assert len(set(later)) > 40
    assert begins_at(Job("j", "p", cron="0 * * * *"), due[0]) == due[0]


def test_a_time_without_an_offset_is_read_in_the_zone() -> None:
    assert in_zone(datetime(2026, 10, 25, 2, 30), "Europe/Berlin") == _at("2026-10-25T00:30+00:00")  # noqa: DTZ001 - as TOML gives it
    assert in_zone(_at("2026-01-01T00:00+00:00"), "Europe/Berlin") == _at("2026-01-01T00:00+00:00")
