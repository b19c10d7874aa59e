"""Notifications, sent by Apprise to a real server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.schedule.arrivals import Arrival, Arrivals
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.job import Job, NotifyOn, Schedule
from portal_crawler.schedule.notices_sqlite import TRIES, tell_what_is_due
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.run import RunState

# Apprise imports it where Python has it still.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
_ALL = tuple(NotifyOn)


class Taker(ThreadingHTTPServer):
    """Takes what is posted to it, or answers with an error."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.taken: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Taker)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status == 200:
            self.server.taken.append({**body, "path": self.path})
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        return


@pytest.fixture
def taker() -> Iterator[Taker]:
    with Taker() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.writing(Place.of(tmp_path / "schedule.toml").history) as found:
        yield found


def _ended(history: History, state: RunState, reason: str, hour: int = 0) -> None:
    due = NOON + timedelta(hours=hour)
    with history.transaction():
        history.settle("a", Arrivals(due, (Arrival("a", due, RunState.WAITING, due),)), due, None)
        run = history.runs(most=1)[0]
        history.take(run, "data/crawls/p/1", "data/schedule/a/1.log", ("crawl",), due)
        history.end(run.id, state, reason, due, notice=True)


def _tell(history: History, job: Job, now: datetime = NOON) -> list[str]:
    place = Place.of(history.path.parent.parent / "schedule.toml")
    return list(tell_what_is_due(place, Schedule((job,)), history, now))


def _job(*notify: str, on: tuple[NotifyOn, ...] = (NotifyOn.FAILED, NotifyOn.GATE)) -> Job:
    return Job("a", "p", cron="@daily", notify=notify, notify_on=on)


def test_a_broken_gate_is_told_once_with_reason_folder_and_log(history: History, taker: Taker) -> None:
    _ended(history, RunState.GATE_FAILED, "gate min_articles: 12 articles, at least 1,000 wanted")
    assert _tell(history, _job(taker.url)) == []
    assert _tell(history, _job(taker.url)) == []
    (told,) = taker.taken
    assert told["title"] == "portal-crawler: job a: gate broken"
    for part in ("due 2026-06-01 12:00Z", "12 articles, at least 1,000 wanted", "data/crawls/p/1", "1.log", "host: "):
        assert part in told["message"]
    assert [run.notice for run in history.runs()] == ["sent"]


def test_what_a_job_does_not_ask_for_is_not_told(history: History, taker: Taker) -> None:
    _ended(history, RunState.FINISHED, "finished")
    assert _tell(history, _job(taker.url)) == []
    assert taker.taken == []
    assert [run.notice for run in history.runs()] == [None]


def test_several_runs_of_a_job_are_told_together(history: History, taker: Taker) -> None:
    for hour in range(25):
        _ended(history, RunState.FAILED, f"reason {hour}", hour)
    assert _tell(history, _job(taker.url, on=_ALL)) == []
    (told,) = taker.taken
    assert told["title"] == "portal-crawler: job a: 25 runs failed"
    assert "reason 19" in told["message"]
    assert "and 5 more: portal-crawler schedule history a" in told["message"]


def test_variables_of_the_environment_are_filled_in_and_never_shown(
    history: History, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ended(history, RunState.FAILED, "it went wrong")
    job = _job("json://127.0.0.1:${PORT_OF_TEST}/${TOKEN_OF_TEST}")
    (problem,) = _tell(history, job)
    assert "the variable PORT_OF_TEST is not set" in problem
    monkeypatch.setenv("PORT_OF_TEST", str(taker.server_port))
    monkeypatch.setenv("TOKEN_OF_TEST", "s3cret")
    taker.status = 500
    (problem,) = _tell(history, job, NOON + timedelta(minutes=1))
    assert "json://… did not take a notification" in problem
    taker.status = 200
    assert _tell(history, job, NOON + timedelta(minutes=2)) == []
    assert [told["path"] for told in taker.taken] == ["/s3cret"]
    everything = problem + "".join(map(str, history.database.iterdump()))
    assert "s3cret" not in everything


def test_what_nobody_takes_is_given_up_after_some_tries_and_the_history_says_so(
    history: History, taker: Taker, caplog: pytest.LogCaptureFixture
) -> None:
    taker.status = 500
    _ended(history, RunState.FAILED, "it went wrong")
    job = _job(taker.url)
    problems = [_tell(history, job, NOON + timedelta(minutes=n)) for n in range(TRIES + 2)]
    assert [len(one) for one in problems] == [1] * TRIES + [0, 0]
    (run,) = history.runs()
    assert run.notice is not None
    assert run.notice.startswith("given up: json://… did not take")
    assert caplog.text == ""


def test_what_a_process_took_and_never_sent_is_sent_by_another(history: History, taker: Taker) -> None:
    _ended(history, RunState.FAILED, "it went wrong")
    assert len(history.take_notices(NOON, NOON)) == 1  # and then it is killed
    assert _tell(history, _job(taker.url), NOON + timedelta(minutes=9)) == []
    assert taker.taken == []
    assert _tell(history, _job(taker.url), NOON + timedelta(minutes=11)) == []
    assert len(taker.taken) == 1


def test_an_address_that_is_none_is_told_without_what_stands_in_it(history: History) -> None:
    _ended(history, RunState.FAILED, "it went wrong")
    (problem,) = _tell(history, _job("nosuchservice://s3cret"))
    assert "nosuchservice://… did not take a notification; check the address" in problem
