"""Traps amid a portal's real archives: crawled for real, nothing of the portal is lost, and little is spent on them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.archive.warc_read import ReadRecord, read_records
from portal_crawler.cli.known import known
from portal_crawler.records.fate import fate
from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile_toml import save_profile
from tests.endless_portal import FRAME, HOST, TRAPS, EndlessPortal, Size, endless_portal

# What each trap may cost: the requests until it is suspected, those under way then, and its part of the share.
_MOST = 45


def _start(portal: EndlessPortal, room: Path, **traps: object) -> subprocess.Popen[bytes]:
    save_profile(portal.profile(**traps), room / "profile.toml")
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(room / "profile.toml"), "--progress", "none"]
    output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([*command, "--out", str(room / "crawl")], **output)  # type: ignore[call-overload,no-any-return]


def _records(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_bytes().splitlines()]


def _lost(portal: EndlessPortal, folder: Path) -> set[str]:
    """The stories that are not in the dataset."""
    articles = _records(folder, "articles.jsonl")
    urls = {url for one in articles for url in (one["url"], *one["aliases"])}
    return portal.stories - {url.removeprefix(f"http://{HOST}").removeprefix(FRAME) for url in urls}


@dataclass
class Crawled:
    """A crawl that has ended, and what the portal saw of it."""

    portal: EndlessPortal
    folder: Path


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    room = tmp_path_factory.mktemp("traps")
    with endless_portal() as portal:
        assert _start(portal, room).wait() == 0
        yield Crawled(portal, room / "crawl")


def test_no_story_is_lost_and_none_asked_for_twice(crawled: Crawled) -> None:
    assert _lost(crawled.portal, crawled.folder) == set()
    twice = {path for path, count in crawled.portal.asked.items() if count > 1}
    assert twice & crawled.portal.stories == set()


def test_pages_in_frames_are_reached_amid_traps(tmp_path: Path) -> None:
    with endless_portal(Size(stories=60, days=20, regions=2, photos=3, dead=5), framed=True) as portal:
        assert _start(portal, tmp_path).wait() == 0
        assert _lost(portal, tmp_path / "crawl") == set()
        assert sum(portal.in_trap(trap) for trap in TRAPS) <= _MOST * len(TRAPS)


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_costs_little(crawled: Crawled, trap: str) -> None:
    assert 0 < crawled.portal.in_trap(trap) <= _MOST


def test_pages_without_a_story_that_have_an_end_are_all_there(crawled: Crawled) -> None:
    photos = [path for path in crawled.portal.asked if path.startswith("/gallery/") and "no-such-page" not in path]
    assert len(photos) == crawled.portal.size.photos + 1


def test_what_was_given_up_is_told_with_its_numbers(crawled: Crawled) -> None:
    skipped = [one for one in _records(crawled.folder, "skipped.jsonl") if one["reason"] == "trap"]
    rules = {one["rule"] for one in skipped}
    assert f"{HOST}/cal/x?m=#&y=#" in {rule.partition(": ")[0] for rule in rules}
    assert any("led to" in rule and "of their own kind" in rule for rule in rules)
    one = next(one for one in skipped if "/cal/" in one["url"])
    step, answer = fate(known(crawled.folder, one["url"]))
    assert step == "skipped"
    assert "none with anything new; [traps] share = 0.01, exempt" in answer


def test_the_folder_holds_together(crawled: Crawled) -> None:
    assert verify_crawl(crawled.folder) == []


def test_a_crawl_that_is_killed_loses_nothing_and_spends_no_more(tmp_path: Path) -> None:
    with endless_portal(Size(stories=60, days=40, photos=12, dead=30)) as portal:
        for pages in (20, 70, 140):
            running = _start(portal, tmp_path)
            deadline = time.monotonic() + 120
            while portal.asked.total() < pages and running.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            os.kill(running.pid, signal.SIGKILL)
            running.wait()
        assert _start(portal, tmp_path).wait() == 0
        assert _lost(portal, tmp_path / "crawl") == set()
        assert {trap: portal.in_trap(trap) for trap in TRAPS if portal.in_trap(trap) > 2 * _MOST} == {}
        assert verify_crawl(tmp_path / "crawl") == []


@pytest.mark.parametrize("traps", [(), TRAPS])
def test_of_a_list_whose_first_pages_are_gone_what_is_there_is_found(tmp_path: Path, traps: tuple[str, ...]) -> None:
    with endless_portal(Size(dead=90, kept=3), traps) as portal:
        assert _start(portal, tmp_path).wait() == 0
        assert _lost(portal, tmp_path / "crawl") == set()


def test_a_profile_can_vouch_for_what_looks_like_a_trap(tmp_path: Path) -> None:
    with endless_portal(Size(stories=10, days=3, regions=1, photos=1, dead=1), ("cal",)) as portal:
        assert _start(portal, tmp_path, exempt=[r"^/cal/x\?y=(200[34])&"], share=0.0, soft_404=False).wait() == 0
        asked = {path for path in portal.asked if "/cal/x?y=2003" in path or "/cal/x?y=2004" in path}
        assert len(asked) == 24
        skipped = {one["url"] for one in _records(tmp_path / "crawl", "skipped.jsonl")}
        assert f"http://{HOST}/cal/x?y=2005&m=1" in skipped


@pytest.fixture(scope="module")
def apologetic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    room = tmp_path_factory.mktemp("soft")
    with endless_portal(Size(stories=60, days=9, dead=300), (), apologises=True) as portal:
        assert _start(portal, room).wait() == 0
        yield Crawled(portal, room / "crawl")


def test_a_host_that_apologises_is_asked_twice_and_its_apology_is_no_article(apologetic: Crawled) -> None:
    probes = [path for path in apologetic.portal.asked if "no-such-page" in path]
    gone = [one for one in _records(apologetic.folder, "pages.jsonl") if "/gone/old" in one["url"]]
    assert len(probes) == 2
    assert {one["kind"] for one in gone} == {"other"}
    assert len(gone) < apologetic.portal.size.dead
    assert _lost(apologetic.portal, apologetic.folder) == set()
    assert not [one for one in _records(apologetic.folder, "articles.jsonl") if "/gone/" in one["url"]]


def test_a_probe_is_in_the_archive_and_no_page(apologetic: Crawled) -> None:
    assert not [one for one in _records(apologetic.folder, "pages.jsonl") if "no-such-page" in one["url"]]
    told = [
        record.block
        for path in sorted((apologetic.folder / "archive").iterdir())
        for record in read_records(path)
        if isinstance(record, ReadRecord) and record.kind == "metadata" and "no-such-page" in (record.url or "")
    ]
    assert len(told) == 2
    assert all(block.startswith(b"outcome: probe\r\n") for block in told)
    assert verify_crawl(apologetic.folder) == []


def test_no_host_is_asked_for_what_does_not_exist_against_the_profile(tmp_path: Path) -> None:
    with endless_portal(Size(stories=40, days=3, regions=1, photos=1, dead=1), (), apologises=True) as portal:
        assert _start(portal, tmp_path, soft_404=False).wait() == 0
        assert not [path for path in portal.asked if "no-such-page" in path]
