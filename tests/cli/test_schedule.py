"""Schedules by the real command: a real crawl over loopback, and what a person sees."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal_crawler.cli.schedule_text import history_rows
from portal_crawler.schedule.arrivals import Arrivals
from portal_crawler.schedule.desk import past_run
from portal_crawler.schedule.history_sqlite import History
from portal_crawler.schedule.run import Run as OfHistory
from portal_crawler.schedule.run import RunState
from tests.dedup.near_stories import stories
from tests.served_portal import served_files

Run = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parents[2]
_PROFILE = """
name = "ferry"
seeds = ["{url}"]
[scope]
allow_private = ["{host}"]
[politeness]
delay = 0.0
[gates]
{gates}
"""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[str]:
    """A small portal: an index and stories, at a free port."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.htm").write_text("".join(f'<li><a href="story{n}.htm">Story {n}</a></li>' for n in range(6)))
    for n, paragraphs in enumerate(stories(6)):
        told = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        (site / f"story{n}.htm").write_text(f"<title>{n}</title><h1>The ferry, day {n}</h1>{told}")
    with served_files(site) as address:
        yield address


@pytest.fixture
def schedule(tmp_path: Path) -> Callable[[str], None]:
    """Writes a schedule of the job ferry, known for an hour, which was due once, half an hour ago, and missed."""

    def write(more: str = "", cron: str = "", ago: float = 1.01) -> None:
        # By the clock, not at the full hour: just behind it a run would not be late.
        cron = cron or f"{(datetime.now(UTC) - timedelta(minutes=30)).minute} * * * *"
        text = f'[job.ferry]\nprofile = "ferry.toml"\ncron = "{cron}"\n{more}\n'
        (tmp_path / "schedule.toml").write_text(text)
        known = datetime.now(UTC) - timedelta(hours=ago)
        with History.writing(tmp_path / "data" / "schedule.sqlite") as history, history.transaction():
            history.settle("ferry", Arrivals(known), known, None)

    return write


def _profile(folder: Path, host: str, gates: str = "") -> None:
    (folder / "ferry.toml").write_text(_PROFILE.format(url=f"http://{host}/index.htm", host=host, gates=gates))


def _history(portal_crawler: Run) -> list[dict[str, object]]:
    return [json.loads(line) for line in portal_crawler("schedule", "history", "--json").stdout.splitlines()]


def _state(folder: Path) -> str:
    with History.writing(folder / "data" / "schedule.sqlite") as history:
        return str(history.runs()[0].state)


def test_a_tick_crawls_what_is_due_and_the_next_goes_on_from_it(
    portal_crawler: Run, portal: str, schedule: Callable[..., None], tmp_path: Path
) -> None:
    _profile(tmp_path, portal)
    schedule('args = ["--since", "latest"]')
    done = portal_crawler("schedule", "tick")
    assert done.returncode == 0, done.stderr
    assert "ferry, due " in done.stderr
    assert done.stderr.splitlines()[-1].startswith("data/schedule.sqlite   next: ")
    assert done.stderr.endswith("portal-crawler schedule history\n")
    (first,) = _history(portal_crawler)
    assert (first["state"], first["exit_code"], first["made_up"]) == ("finished", 0, True)
    folder = tmp_path / str(first["folder"])
    assert len((folder / "articles.jsonl").read_text().splitlines()) == 6
    assert (folder.parent / "latest").resolve() == folder
    assert "attempt 1" in (tmp_path / str(first["log"])).read_text()

    _profile(tmp_path, portal, "min_articles = 100")
    (tmp_path / "data" / "schedule.sqlite").unlink()
    schedule('args = ["--since", "latest"]')
    gate = portal_crawler("schedule", "tick", "--json")
    assert gate.returncode == 20
    (ended,) = json.loads(gate.stdout)["ended"]
    assert ended["state"] == "gate_failed"
    assert ended["reason"] == "gate min_articles: 6 articles, at least 100 wanted"
    facts = json.loads((tmp_path / ended["folder"] / "crawl.json").read_text())
    assert facts["since"] == f"../{folder.name}"
    assert facts["gates"][0]["value"] == 6
    told = portal_crawler("crawl", "ferry.toml", "--out", ended["folder"])
    assert told.returncode == 20
    assert "gate min_articles: 6 articles, at least 100 wanted" in told.stderr


def test_a_paused_job_has_nothing_next_and_what_is_due_meanwhile_is_skipped(
    portal_crawler: Run, schedule: Callable[..., None]
) -> None:
    schedule(cron="* * * * *", ago=0.0)
    coming = [json.loads(line) for line in portal_crawler("schedule", "next", "-n", "3", "--json").stdout.splitlines()]
    assert [one["job"] for one in coming] == ["ferry"] * 3
    assert portal_crawler("schedule", "pause", "ferry").returncode == 0
    head, job = portal_crawler("schedule", "list").stdout.splitlines()
    assert head.split() == ["job", "comes", "zone", "now", "next", "last"]
    assert "paused since" in job
    assert job.split()[-2:] == ["-", "-"]  # nothing next, nothing last
    assert json.loads(portal_crawler("schedule", "resume", "--json").stdout)["changed"] is True
    wrong = portal_crawler("schedule", "resume", "fery")
    assert wrong.returncode == 2
    assert "did you mean ferry?" in wrong.stderr


def test_run_keeps_the_schedule_until_ctrl_c_which_leaves_a_crawl_that_can_be_resumed(
    portal: str, schedule: Callable[..., None], tmp_path: Path, portal_crawler: Run
) -> None:
    _profile(tmp_path, portal)
    text = (tmp_path / "ferry.toml").read_text().replace("delay = 0.0", "delay = 5.0")
    (tmp_path / "ferry.toml").write_text(text)
    schedule()
    command = [sys.executable, "-m", "portal_crawler", "schedule", "run"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    keeper = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while not list(tmp_path.glob("data/crawls/ferry/*/ledger.sqlite")) and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(0.5)
    keeper.send_signal(signal.SIGINT)
    told = keeper.communicate(timeout=60)[1]
    assert keeper.returncode == 0, told
    assert "stopping 1 crawl" in told
    (run,) = _history(portal_crawler)
    assert (run["state"], run["exit_code"]) == ("interrupted", 11)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("list",), "schedule.toml: there is no such file; write one, or name another with --schedule"),
        (("tick", "--schedule", "s.toml"), "s.toml: there is no such file"),
        (("install",), "there is no such file"),
        (("history", "--state", "done"), "is no state of a run; choose of waiting, starting"),
    ],
)
def test_what_cannot_be_done_is_one_line_that_names_the_file_and_the_cure(
    portal_crawler: Run, arguments: tuple[str, ...], told: str
) -> None:
    done = portal_crawler("schedule", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_job_that_cannot_begin_is_told_before_its_time_comes(portal_crawler: Run, tmp_path: Path) -> None:
    _profile(tmp_path, "127.0.0.1:9")
    (tmp_path / "schedule.toml").write_text(
        '[job.fair]\nprofile = "ferry.toml"\ncron = "0 3 * * *"\nargs = ["--limit", "5"]\n'
        '[job.lost]\nprofile = "gone.toml"\ncron = "0 3 * * *"\n'
        '[job.typed]\nprofile = "ferry.toml"\ncron = "0 3 * * *"\nargs = ["--limit", "many"]\n'
    )
    told = portal_crawler("schedule", "list")
    assert told.returncode == 0
    lost, typed = (line for line in told.stderr.splitlines() if "cannot begin" in line)
    assert lost.startswith("lost cannot begin: ")
    assert "gone.toml: there is no such" in lost
    assert typed.startswith("typed cannot begin: Invalid value for '--limit'")
    jobs = json.loads(portal_crawler("schedule", "list", "--json").stdout)["jobs"]
    assert [bool(job["problem"]) for job in jobs] == [False, True, True]


def test_the_units_are_written_where_systemd_looks_and_pass_its_check(
    portal_crawler: Run, schedule: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule()
    desk = tmp_path / 'the 100% "desk" of $HOME'  # whatever a unit reads otherwise
    desk.mkdir()
    (tmp_path / "schedule.toml").rename(desk / "schedule.toml")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    shown = portal_crawler("schedule", "install", "--systemd", "--user", "--dry-run", cwd=desk)
    assert not (tmp_path / "config").exists()
    written = portal_crawler("schedule", "install", "--systemd", "--user", cwd=desk)
    assert "systemctl --user daemon-reload && systemctl --user enable --now" in written.stderr
    units = sorted((tmp_path / "config" / "systemd" / "user").iterdir())
    assert [unit.suffix for unit in units] == [".service", ".timer"]
    for unit in units:
        assert unit.read_text() in shown.stdout
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze to check units with")
    command = ["systemd-analyze", "verify", "--user", *map(str, units)]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    checked = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_line_for_a_crontab_comes_back_at_once_and_a_broken_profile_is_told_in_the_crawls_own_words(
    portal_crawler: Run, schedule: Callable[..., None], tmp_path: Path
) -> None:
    schedule()
    line = portal_crawler("schedule", "install", "--cron").stdout.strip()
    assert line.startswith(f"* * * * * cd {tmp_path} && ")
    command = line.removeprefix("* * * * * ")
    assert "schedule tick --detach" in command
    done = subprocess.run(command, shell=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0
    until = time.monotonic() + 30
    while _state(tmp_path) in {"starting", "running"} and time.monotonic() < until:
        time.sleep(0.2)
    (run,) = _history(portal_crawler)
    assert (run["state"], run["exit_code"]) == ("failed", 2)
    assert str(run["reason"]).startswith("exit code 2, a wrong argument, profile or folder: ferry.toml: is neither")


def test_a_second_schedule_in_a_folder_is_told_before_anything_keeps_it(portal_crawler: Run, tmp_path: Path) -> None:
    for name in ("day", "night"):
        (tmp_path / f"{name}.toml").write_text(f'[job.{name}]\nprofile = "http://127.0.0.1:9/"\ncron = "0 2 * * *"\n')
    assert portal_crawler("schedule", "tick", "--schedule", "day.toml").returncode == 0
    for command in (("tick",), ("run", "--until-idle"), ("list",), ("install", "--cron"), ("pause", "night")):
        refused = portal_crawler("schedule", *command, "--schedule", "night.toml")
        assert refused.returncode == 17, command
        assert f"is the history of another schedule, {tmp_path / 'day.toml'}" in refused.stderr
        assert f"--history {tmp_path / 'data/night-history.sqlite'}" in refused.stderr
    own = ("--schedule", "night.toml", "--history", "data/night-history.sqlite")
    assert portal_crawler("schedule", "tick", *own).returncode == 0
    assert portal_crawler("schedule", "tick", "--schedule", "day.toml").returncode == 0


def test_a_clock_that_was_put_back_is_told_by_the_list(
    portal_crawler: Run, schedule: Callable[..., None], tmp_path: Path
) -> None:
    _profile(tmp_path, "127.0.0.1:9")
    schedule(cron="0 2 * * *", ago=-30)  # known since a time that has not come yet
    listed = portal_crawler("schedule", "list")
    assert "ferry: the clock was put back; nothing is due before " in listed.stderr
    (job,) = json.loads(portal_crawler("schedule", "list", "--json").stdout)["jobs"]
    assert job["nothing_before"] < job["next"]["due"]


def test_how_long_a_run_took_is_unknown_where_the_clock_was_put_back_behind_its_start() -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    run = OfHistory(1, "ferry", noon, RunState.FINISHED, noon, started=noon, ended=noon + timedelta(seconds=75))
    back = replace(run, ended=noon - timedelta(hours=1))
    assert [row[3] for row in history_rows([past_run(run), past_run(back)])] == ["1 min 15 s", "unknown"]
