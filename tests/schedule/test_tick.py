"""Ticks with real processes: what is started, what is found dead, what is stopped."""

from __future__ import annotations

import os
import shutil
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import year

from portal_crawler.errors import ExitCode, StateError
from portal_crawler.schedule.desk import overview
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.holding import hold, release, stop_running
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.process_disk import is_running
from portal_crawler.schedule.pruning import pruned
from portal_crawler.schedule.run import Run, RunState
from portal_crawler.schedule.run_log_disk import is_held
from portal_crawler.schedule.schedule_toml import load_schedule
from portal_crawler.schedule.tick import Starter, Ticked, tick
from tests.schedule.standin_crawl import command_of, lines, wait_until

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = "work/a-20260601T1300"


@dataclass
class Desk:
    """A schedule of one job that comes every hour, known since noon."""

    place: Place

    def write(self, more: str = "") -> None:
        text = f'[job.a]\nprofile = "p"\ncron = "0 * * * *"\n{more}\n'
        self.place.schedule.write_text(text)

    def tick(self, now: datetime, tenths: int = 0, exit_code: int = 0, starter: Starter | None = None) -> Ticked:
        more = {} if starter is None else {"starter": starter}
        with History.writing(self.place.history) as history:
            schedule = load_schedule(self.place.schedule)
            return tick(self.place, schedule, history, now, commander=command_of(tenths, exit_code), **more)

    def runs(self) -> list[Run]:
        with History.writing(self.place.history) as history:
            return history.runs()[::-1]

    def states(self) -> list[str]:
        return [str(run.state) for run in self.runs()]

    def end(self, ticked: Ticked) -> None:
        for one in ticked.started:
            one.process.wait(30)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(Place.of(tmp_path / "schedule.toml"))
    found.write()
    found.tick(NOON)
    return found


def test_what_is_due_runs_once_and_its_end_is_written_down(desk: Desk) -> None:
    ticked = desk.tick(NOON + HOUR)
    assert desk.tick(NOON + HOUR).started == ()
    desk.end(ticked)
    (run,) = desk.runs()
    assert (run.state, run.exit_code, run.folder, run.attempts) == (RunState.FINISHED, 0, FIRST, 1)
    assert lines(desk.place, FIRST) == ["begun"]
    assert desk.tick(NOON + HOUR).started == ()
    assert "attempt 1: /bin/sh" in desk.place.log("a", run.due).read_text()


def test_after_the_clock_was_put_back_what_comes_next_is_what_will_come(desk: Desk) -> None:
    desk.end(desk.tick(NOON + 30 * HOUR))
    ticked = desk.tick(NOON + 2 * HOUR)
    assert (ticked.started, ticked.settled) == ((), ())
    told = "job a: the clock was put back; nothing is due before 2026-06-02 18:00Z, which was settled already"
    cure = f"where the clock had been wrong, move {desk.place.history.name} away: it is begun anew"
    assert ticked.warnings == (f"{told}; {cure}",)
    seen = overview(desk.place.schedule, NOON + 2 * HOUR, desk.place.history, coming=1)
    assert seen.jobs[0].nothing_before == NOON + 30 * HOUR, "list and dashboard say so, too"
    later = overview(desk.place.schedule, NOON + 30 * HOUR, desk.place.history)
    assert later.jobs[0].nothing_before is None
    due = NOON + 31 * HOUR
    assert [one.due for one in seen.coming] == [due]
    assert seen.jobs[0].next is not None
    assert seen.jobs[0].next.due == due
    ticked = desk.tick(due)
    desk.end(ticked)
    assert [run.due for run in ticked.settled] == [due]


def test_a_job_that_is_put_back_into_the_schedule_makes_up_for_nothing_that_came_while_it_was_out(desk: Desk) -> None:
    whole = desk.place.schedule.read_text()
    desk.end(desk.tick(NOON + HOUR))
    desk.place.schedule.write_text('[job.b]\nprofile = "p"\ncron = "0 0 1 1 *"\n')
    for hours in (1.5, 2, 3.5):
        desk.tick(NOON + hours * HOUR)
    with History.writing(desk.place.history) as history:
        history.resume("*", NOON + 3.6 * HOUR)  # ends pauses alone
    desk.place.schedule.write_text(whole)
    ticked = desk.tick(NOON + 4.5 * HOUR)
    assert ticked.started == ()
    assert {(one.due, one.reason) for one in ticked.settled} == {
        (NOON + hour * HOUR, "the job was not in the schedule then") for hour in (2, 3, 4)
    }
    ticked = desk.tick(NOON + 5 * HOUR)
    desk.end(ticked)
    assert [one.run.due for one in ticked.started] == [NOON + 5 * HOUR]


def test_a_paused_job_is_told_as_paused_though_the_clock_was_put_back(desk: Desk) -> None:
    with History.writing(desk.place.history) as history:
        history.pause("a", NOON + HOUR)
    (job,) = overview(desk.place.schedule, NOON, desk.place.history).jobs
    assert (job.paused_since, job.next) == (NOON + HOUR, None)


@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        (9, "failed", "exit code 9, no seed could be fetched: it went wrong; mend it"),
        (15, "finished", "ended at the limit of pages or time"),
        (20, "gate_failed", "a gate of the profile is broken; the data is there"),
        (77, "failed", "exit code 77, an exit code that is not known: it went wrong; mend it"),
    ],
)
def test_the_exit_code_of_a_crawl_is_told_in_words(desk: Desk, code: int, state: str, reason: str) -> None:
    desk.end(desk.tick(NOON + HOUR, exit_code=code))
    (run,) = desk.runs()
    assert (str(run.state), run.reason, run.exit_code) == (state, reason, code)


def test_a_tick_that_is_killed_before_it_starts_what_it_took_loses_nothing(desk: Desk) -> None:
    if (pid := os.fork()) == 0:
        desk.tick(NOON + HOUR, starter=lambda place, run, log: os.kill(os.getpid(), signal.SIGKILL))
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    assert desk.states() == ["starting"]
    desk.end(desk.tick(NOON + HOUR))
    assert desk.states() == ["finished"]
    assert lines(desk.place, FIRST) == ["begun"]


def test_a_crawl_whose_watcher_died_is_left_alone_while_it_lives_and_then_resumed(desk: Desk) -> None:
    ticked = desk.tick(NOON + HOUR, tenths=300)
    wait_until(lambda: lines(desk.place, FIRST) == ["begun"])
    watcher = ticked.started[0].process
    watcher.kill()
    watcher.wait()
    assert desk.tick(NOON + HOUR).started == ()  # its crawl lives
    (desk.place.root / FIRST / "done").touch()
    wait_until(lambda: not is_held(desk.place.log("a", NOON + HOUR)))
    desk.end(desk.tick(NOON + HOUR))
    assert desk.states() == ["finished"]
    assert desk.runs()[0].attempts == 2


def test_a_crawl_that_was_interrupted_goes_on_in_its_folder_with_the_next_tick(desk: Desk) -> None:
    ticked = desk.tick(NOON + HOUR, tenths=300)
    wait_until(lambda: lines(desk.place, FIRST) == ["begun"])
    ticked.started[0].process.send_signal(signal.SIGINT)
    desk.end(ticked)
    assert [(run.state, run.exit_code) for run in desk.runs()] == [(RunState.INTERRUPTED, 11)]
    (desk.place.root / FIRST / "done").touch()
    desk.end(desk.tick(NOON + HOUR))
    assert desk.states() == ["finished"]
    assert lines(desk.place, FIRST) == ["begun", "stopped", "begun"]


def test_overlap_replace_stops_the_crawl_politely_then_begins(desk: Desk) -> None:
    desk.write('overlap = "replace"')
    first = desk.tick(NOON + HOUR, tenths=300)
    wait_until(lambda: lines(desk.place, FIRST) == ["begun"])
    assert desk.tick(NOON + 2 * HOUR).started == ()
    desk.end(first)
    assert lines(desk.place, FIRST) == ["begun", "stopped"]
    desk.end(desk.tick(NOON + 2 * HOUR))
    stopped, then = desk.runs()
    assert (stopped.state, stopped.reason) == (RunState.STOPPED, "replaced by the run due at 2026-06-01 14:00Z")
    assert stopped.exit_code == 11
    assert then.state is RunState.FINISHED


def test_a_crawl_that_is_to_be_replaced_is_stopped_even_where_its_watcher_died(desk: Desk) -> None:
    desk.write('overlap = "replace"')
    first = desk.tick(NOON + HOUR, tenths=300)
    wait_until(lambda: lines(desk.place, FIRST) == ["begun"])
    first.started[0].process.kill()
    desk.end(first)
    assert desk.tick(NOON + 2 * HOUR).started == ()
    wait_until(lambda: not is_held(desk.place.log("a", NOON + HOUR)))
    assert lines(desk.place, FIRST) == ["begun", "stopped"]
    desk.end(desk.tick(NOON + 2 * HOUR))
    assert desk.states() == ["stopped", "finished"]


def test_a_run_that_dies_at_once_again_and_again_is_given_up(desk: Desk) -> None:
    for number in range(6):
        ticked = desk.tick(NOON + HOUR + timedelta(minutes=number), exit_code=11)
        desk.end(ticked)
    assert desk.states() == ["failed"]
    assert "died 5 times in a row" in desk.runs()[0].reason


def test_a_process_is_known_by_its_start_too() -> None:
    assert is_running(os.getpid(), None)
    assert not is_running(os.getpid(), 1)
    assert not is_running(2**22 + 1, None)


def test_ticks_at_the_same_instant_begin_each_run_once() -> None:
    assert year.concurrent_ticks(4) == 0


def test_days_with_a_change_of_the_clock_and_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    place = year.write_schedule(tmp_path)
    start = datetime(2026, 10, 24, 20, tzinfo=UTC)
    until = start + timedelta(days=1)
    year.simulate(tmp_path, start, until, kills=3, seed=4)
    result = year.judged(place, start, until)
    assert result.wrong == ()
    assert result.due > 40
    assert result.states["finished"] > 20


def test_a_second_schedule_of_the_same_history_is_refused_and_ends_no_run_of_the_first(
    desk: Desk, tmp_path: Path
) -> None:
    desk.end(desk.tick(NOON + HOUR, exit_code=ExitCode.INTERRUPTED))
    other = Desk(Place.of(tmp_path / "other.toml"))
    other.place.schedule.write_text('[job.b]\nprofile = "p"\ncron = "0 * * * *"\n')
    with pytest.raises(StateError, match=rf"is the history of another schedule, {desk.place.schedule}; .*--history"):
        other.tick(NOON + HOUR)
    for way in (hold, release):
        with pytest.raises(StateError, match="another schedule"):
            way(other.place, None, NOON)
    with pytest.raises(StateError, match="another schedule"):
        stop_running(other.place, None)
    with pytest.raises(StateError, match="another schedule"):
        pruned(other.place, None, NOON, dry_run=True)
    with pytest.raises(StateError, match="another schedule"):
        overview(other.place.schedule, NOON)
    assert desk.states() == ["interrupted"]
    resumed = desk.tick(NOON + HOUR)
    assert len(resumed.started) == 1, "the run of the first goes on"
    desk.end(resumed)
    own = Desk(Place.of(other.place.schedule, tmp_path / "data" / "other-history.sqlite"))
    own.tick(NOON + HOUR)
    assert own.states() == []


def test_a_history_goes_with_its_schedule_where_that_is_renamed_moved_or_copied(desk: Desk, tmp_path: Path) -> None:
    desk.tick(NOON)
    shutil.copytree(tmp_path, tmp_path / "copy")
    Desk(Place.of(tmp_path / "copy" / "schedule.toml")).tick(NOON)
    renamed = desk.place.schedule.rename(tmp_path / "night.toml")
    Desk(Place.of(renamed)).tick(NOON)
    (tmp_path / "way").symlink_to(tmp_path)
    Desk(Place.of(tmp_path / "way" / "night.toml", desk.place.history)).tick(NOON)
    desk.write()
    with pytest.raises(StateError, match=r"night\.toml"):
        desk.tick(NOON)
