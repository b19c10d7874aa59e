"""The history's file: its form, its steps, and what a person is told where it cannot be used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from portal_crawler.errors import StateError
from portal_crawler.schedule.arrivals import Arrival, Arrivals
from portal_crawler.schedule.history_schema_sqlite import FILE_ID, STEPS
from portal_crawler.schedule.history_sqlite import ALL_JOBS, History
from portal_crawler.schedule.job import Job, Schedule
from portal_crawler.schedule.run import RunState

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def _settle(history: History, *hours: int, state: RunState = RunState.WAITING) -> None:
    dues = [NOON + timedelta(hours=hour) for hour in hours]
    came = Arrivals(dues[-1], tuple(Arrival("a", due, state, due, "why") for due in dues))
    with history.transaction():
        history.settle("a", came, NOON, None)


def _settle_and_fail(history: History) -> None:
    with history.transaction():
        history.settle("a", Arrivals(NOON, (Arrival("a", NOON, RunState.WAITING, NOON),)), NOON, None)
        history.database.execute("no statement")


def test_a_file_says_what_it_is_and_how_many_steps_it_has_behind_it(tmp_path: Path) -> None:
    History.writing(tmp_path / "data" / "h.sqlite").database.close()
    with closing(sqlite3.connect(tmp_path / "data" / "h.sqlite")) as database:
        assert database.execute("PRAGMA application_id").fetchone() == (FILE_ID,)
        assert database.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_history_of_the_first_form_is_brought_forward_with_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(STEPS[0])
        database.execute(f"PRAGMA application_id = {FILE_ID}")
        database.execute("PRAGMA user_version = 1")
        database.execute(
            "INSERT INTO job VALUES ('a', '2026-06-01T12:00:00.000+00:00', '2026-06-01T12:00:00.000+00:00', NULL)"
        )
        database.commit()
    with History.writing(path) as history:
        assert history.settled() == {"a": NOON}
        assert history.owner() is None


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("PRAGMA user_version = 99", "made by a newer program"),
        ("PRAGMA application_id = 1", "no history of a schedule"),
    ],
)
def test_a_file_of_another_program_is_left_alone_and_told(tmp_path: Path, damage: str, told: str) -> None:
    path = tmp_path / "h.sqlite"
    History.writing(path).database.close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(damage)
    before = path.read_bytes()
    for way in (History.writing, History.reading):
        with pytest.raises(StateError, match=told):
            way(path)
    assert path.read_bytes() == before


def test_what_is_no_database_is_told_with_the_file_and_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    path.write_text("no database, but a long enough text to be read as one" * 20)
    with pytest.raises(StateError, match=r"h\.sqlite: cannot be used as history.*move it away"):
        History.writing(path)


def test_there_is_nothing_to_read_before_the_first_tick(tmp_path: Path) -> None:
    assert History.reading(tmp_path / "h.sqlite") is None
    assert not (tmp_path / "h.sqlite").exists()


def test_a_due_time_stands_once_whoever_settles_it(tmp_path: Path) -> None:
    with History.writing(tmp_path / "h") as one, History.writing(tmp_path / "h") as other:
        _settle(one, 1, 2)
        _settle(other, 1, 2, 3)
        assert [run.due.hour for run in one.runs()] == [15, 14, 13]
        assert one.records(Schedule((Job("a", "p", cron="0 * * * *"),)), NOON)["a"].settled_until.hour == 15


def test_a_transaction_in_which_something_is_raised_leaves_nothing(tmp_path: Path) -> None:
    with History.writing(tmp_path / "h") as history:
        with pytest.raises(StateError):
            _settle_and_fail(history)
        assert history.runs() == []


def test_runs_are_paged_by_the_last_one_of_the_page_before(tmp_path: Path) -> None:
    with History.writing(tmp_path / "h") as history:
        _settle(history, *range(1, 8))
        _settle(history, 8, state=RunState.SKIPPED)
        first = history.runs("a", [RunState.WAITING], 3)
        then = history.runs("a", [RunState.WAITING], 9, before=first[-1].id)
    assert [run.due.hour for run in (*first, *then)] == [19, 18, 17, 16, 15, 14, 13]


def test_a_pause_holds_until_it_is_ended_and_a_pause_of_all_holds_every_job(tmp_path: Path) -> None:
    schedule = Schedule((Job("a", "p", cron="0 * * * *"),))
    with History.writing(tmp_path / "h") as history:
        assert history.pause("a", NOON)
        assert not history.pause("a", NOON)
        assert history.records(schedule, NOON)["a"].was_paused(NOON)
        assert history.resume("a", NOON + timedelta(hours=1))
        assert not history.resume("a", NOON)
        assert not history.records(schedule, NOON)["a"].is_paused
        assert history.records(schedule, NOON)["a"].was_paused(NOON)
        assert not history.records(schedule, NOON)["a"].was_paused(NOON + timedelta(hours=1))
        history.pause(ALL_JOBS, NOON + timedelta(hours=2))
        assert history.records(schedule, NOON)["a"].was_paused(NOON + timedelta(hours=2))


def test_several_processes_that_open_a_new_file_at_once_all_get_it(tmp_path: Path) -> None:
    process = get_context("fork")
    for number in range(10):
        gate = process.Barrier(4)
        openers = [process.Process(target=_open, args=(tmp_path / str(number), gate)) for _ in range(4)]
        for opener in openers:
            opener.start()
        for opener in openers:
            opener.join()
        assert [opener.exitcode for opener in openers] == [0] * 4


def _open(path: Path, gate: Barrier) -> None:
    gate.wait()
    with History.writing(path) as history:
        _settle(history, 1)
