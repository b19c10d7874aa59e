from __future__ import annotations

import json
import time

import pytest

from portal_crawler.cli import progress
from portal_crawler.cli.progress import Progress, progress_view
from portal_crawler.cli.terminal import Terminal


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that the test moves."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_where_no_terminal_is_a_line_is_printed_in_ten_seconds(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    view = progress_view("auto", Terminal())
    for second in range(25):
        clock[0] = 100.0 + second
        view.show(Progress(pages=second * 10, queued=5, articles=second, failed=0, seconds=float(second)))
    view.close()
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.splitlines() == [
        "10.0 s: 100 pages, 5 queued, 10 articles, 600 pages/min",
        "20.0 s: 200 pages, 5 queued, 20 articles, 600 pages/min",
    ]


def test_the_speed_of_a_resumed_crawl_is_that_of_this_run() -> None:
    assert Progress(pages=1100, queued=0, articles=0, failed=0, seconds=60, before=1000).pages_per_minute == 100


def test_failed_pages_are_told_where_there_are_any(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    view = progress_view("plain", Terminal())
    clock[0] += 10
    view.show(Progress(pages=1200, queued=0, articles=900, failed=3, seconds=90))
    assert capsys.readouterr().err == "1 min 30 s: 1,200 pages, 0 queued, 900 articles, 3 failed, 800 pages/min\n"


def test_json_progress_is_one_object_a_line(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    view = progress_view("json", Terminal(events=True))
    clock[0] += 10
    view.show(Progress(pages=10, queued=2, articles=4, failed=0, seconds=9.96))
    told = json.loads(capsys.readouterr().err)
    assert told.pop("at").endswith("Z")
    assert told == {
        "event": "progress", "pages": 10, "queued": 2, "articles": 4, "failed": 0, "seconds": 10.0, "before": 0,
        "pages_per_minute": 60.2,
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "verbosity"), [("none", 0), ("auto", -1)])
def test_nothing_is_shown_where_nothing_is_wanted(
    clock: list[float], capsys: pytest.CaptureFixture[str], kind: str, verbosity: int
) -> None:
    view = progress_view(kind, Terminal(verbosity=verbosity))
    clock[0] += 60
    view.show(Progress(1, 1, 1, 1, 60))
    assert capsys.readouterr().err == ""


def test_the_bar_names_articles_and_speed_and_leaves_the_terminal_clean(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    view = progress_view("auto", Terminal(), limit=50)
    view.show(Progress(pages=25, queued=400, articles=7, failed=1, seconds=10))
    view.close()
    shown = capfd.readouterr().err
    assert "25 pages, 400 queued, 7 articles, 1 failed, 150 pages/min" in shown
