"""A crawl that runs in a process of its own is paused, goes on and is stopped from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from portal_crawler.engine.control_file import CONTROL, STATE, Standing, Wish, ask, asked, forget, tell, told
from portal_crawler.errors import ExitCode
from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import ChangingPortal, Page, changing_portal, hub_page, story_page

ROOT = Path(__file__).resolve().parents[2]
STORIES = 40


@contextmanager
def portal_of_many() -> Iterator[ChangingPortal]:
    with changing_portal() as portal:
        paths = [f"/story{number}.html" for number in range(STORIES)]
        portal.pages = {"/": Page(hub_page(*paths))}
        portal.pages |= {path: Page(story_page(number)) for number, path in enumerate(paths)}
        yield portal


def started(portal: ChangingPortal, folder: Path) -> subprocess.Popen[str]:
    """The command ``crawl``, slow enough to be watched."""
    profile = folder.parent / "many.toml"
    save_profile(portal.profile("many"), profile)
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "portal_crawler",
            "crawl",
            str(profile),
            "--out",
            str(folder),
            "-s",
            "DOWNLOAD_DELAY=0.06",
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> int:
    """Its exit code."""
    process.communicate(timeout=60)
    return process.returncode


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def stories_asked(portal: ChangingPortal) -> int:
    return sum(path.startswith("/story") for path, _, _ in portal.asked)


def test_wishes_of_many_at_once_are_each_taken_whole(tmp_path: Path) -> None:
    began = threading.Barrier(8)

    def wish(number: int) -> None:
        began.wait()
        for _ in range(20):
            ask(tmp_path, list(Wish)[number % 3])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(wish, range(8)))
    assert asked(tmp_path) in set(Wish)
    assert [path.name for path in tmp_path.iterdir()] == [CONTROL]


def test_a_crawl_pauses_goes_on_and_stops_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    folder = tmp_path / "crawl"
    with portal_of_many() as portal:
        process = started(portal, folder)
        until(lambda: stories_asked(portal) > 3)
        ask(folder, Wish.PAUSE)
        until(lambda: told(folder) is Standing.PAUSED)
        time.sleep(0.7)  # what was under way comes in, and is committed
        held = stories_asked(portal)
        kept = (folder / "pages.jsonl").read_text().count("/story")
        time.sleep(1.0)
        assert stories_asked(portal) == held < STORIES
        assert kept >= held
        ask(folder, Wish.RESUME)
        until(lambda: stories_asked(portal) > held + 3)
        assert told(folder) is Standing.NONE
        ask(folder, Wish.STOP)
        said = process.communicate(timeout=30)[1]
        assert process.returncode == ExitCode.INTERRUPTED, said
        assert "paused from outside" in said
        assert "stopped from outside" in said
        assert not (folder / CONTROL).exists()
        assert not (folder / STATE).exists()
        assert stories_asked(portal) < STORIES
        # What was left behind does not steer the next start.
        ask(folder, Wish.PAUSE)
        tell(folder, Standing.PAUSED)
        assert ended(started(portal, folder)) == 0
        assert stories_asked(portal) == STORIES
        assert not (folder / CONTROL).exists()
    urls = [json.loads(line)["url"] for line in (folder / "pages.jsonl").read_text().splitlines()]
    assert len(urls) == len(set(urls)) == STORIES + 1
    assert verify_crawl(folder) == []


def test_what_lies_there_and_is_no_wish_is_passed_over(tmp_path: Path) -> None:
    for text in ("", "{", "[]", '{"wish": "explode"}', '{"wish": 7}', "x" * 5_000):
        (tmp_path / CONTROL).write_text(text)
        (tmp_path / STATE).write_text(text)
        assert asked(tmp_path) is None
        assert told(tmp_path) is Standing.NONE
    forget(tmp_path)
    forget(tmp_path)
    assert asked(tmp_path) is None
