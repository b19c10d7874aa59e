"""A takedown that is killed, finds no room, or finds a crawl running, leaves the old state or one that is finished."""

from __future__ import annotations

import fcntl
import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal_crawler.records.takedown_journal_json import is_unfinished
from tests.takedown.crawls import FERRY_URL, content, crawl, run
from tests.takedown.killed import CRAWLS
from tests.takedown.story_portal import FERRY
from tests.takedown.text_search import found_in

ROOT = Path(__file__).resolve().parents[2]
MOMENTS = 20
STORIES = Path("data/crawls/stories")


def test_killed_at_any_moment_it_is_all_or_nothing_and_the_same_command_ends_it(twice: Path) -> None:
    command = [sys.executable, "-m", "tests.takedown.killed", str(twice), str(MOMENTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    trials = told["trials"]
    assert len(trials) >= MOMENTS - 1
    assert all(one["killed"] for one in trials)
    assert {one["after"] for one in trials} >= {"old", "between"}
    for one in trials:
        if one["after"] == "between":
            assert one["unfinished"], one
            told = [file for files in one["findings"].values() for file in files]
            assert told, one
            assert all(file.endswith("takedown.json") for file in told), one
        else:
            left = [file for files in one["findings"].values() for file in files]
            assert all(file.endswith("takedown.json") for file in left), one
        assert one["again"] == {name: [] for name in CRAWLS}, one
        assert one["same_as_unkilled"], one
        assert (one["left"], one["staged"], one["tombstones"]) == (0, [], 2), one


def test_without_room_nothing_is_changed_and_the_exit_code_says_so(twice: Path, tmp_path: Path) -> None:
    room = tmp_path / "room"
    shutil.copytree(twice, room)
    before = content(room)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))

    command = [sys.executable, "-m", "portal_crawler", "takedown", FERRY_URL]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=room, preexec_fn=little_room)
    assert done.returncode == 3, done.stderr
    assert "the disk is full" in done.stderr
    assert content(room) == before
    run("takedown", FERRY_URL, at=room)
    assert found_in(room, FERRY) == []


def test_a_crawl_that_runs_there_is_waited_for(twice: Path, tmp_path: Path) -> None:
    room = tmp_path / "room"
    shutil.copytree(twice, room)
    before = content(room)
    with (room / STORIES / "second/ledger.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        error = run("takedown", FERRY_URL, at=room, code=17)[1]
    assert "another crawl is running there" in error
    assert content(room) == before


@pytest.fixture
def stopped(twice: Path, tmp_path: Path) -> Path:
    """A workspace in which a takedown was killed between two files."""
    room = tmp_path / "stopped"
    shutil.copytree(twice, room)
    script = (
        "import os, signal, sys; from pathlib import Path; from tests.takedown import killed\n"
        "def hook(event, arguments):\n"
        "    if event == 'os.rename' and str(arguments[1]).endswith('first/links.jsonl'):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        f"sys.addaudithook(hook); os.chdir({str(room)!r}); killed.take_down(Path({str(room / STORIES)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -9, done.stderr
    return room


def test_every_command_tells_of_a_takedown_that_was_stopped(stopped: Path) -> None:
    first = STORIES / "first"
    assert is_unfinished(stopped / first)
    assert "a takedown was stopped here" in run("verify", first, at=stopped, code=22)[0]
    for command in (("replay", first, "--out", "again"), ("wacz", first)):
        assert "a takedown was stopped here" in run(*command, at=stopped, code=17)[1]
    told = crawl("site.toml", "--out", STORIES / "third", "--since", first, at=stopped, code=17).stderr
    assert "portal-crawler takedown --in" in told


def test_takedown_without_an_address_finishes_one_that_was_stopped(stopped: Path) -> None:
    said = run("takedown", "--in", STORIES / "second", "--in", STORIES / "first", at=stopped)[1]
    assert "the takedown that was stopped there is finished" in said
    for name in CRAWLS:
        run("verify", STORIES / name, at=stopped)
    assert found_in(stopped, FERRY) == []
