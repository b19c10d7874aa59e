"""``portal-crawler probe`` against real servers: what it asks for, what it writes, and what the draft is worth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal_crawler.demo.manifest import manifest
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.process import serving as demo_portal
from portal_crawler.sites.profile_toml import load_profile, save_profile
from tests.polite_portal import PolitePortal, serving

ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "portal_crawler", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@contextmanager
def portal_and_start(
    tmp_path: Path, *, robots: str | None = "User-agent: *\n", delay: float = 0
) -> Iterator[PolitePortal]:
    with serving(PolitePortal(40, robots)) as portal:
        save_profile(portal.profile(delay=delay), tmp_path / "start.toml")
        yield portal


def test_no_more_requests_are_sent_than_asked_for_and_none_sooner_than_the_delay(tmp_path: Path) -> None:
    with portal_and_start(tmp_path, delay=0.2) as portal:
        done = run(tmp_path, "probe", "start.toml", "-o", "drafted.toml", "--limit", "9", "--json")
        assert done.returncode == 0, done.stderr
        asked = list(portal.asked)
    told = json.loads(done.stdout)
    assert len(asked) == told["requests"] <= 9
    assert len(asked) >= 8
    assert min(portal.gaps("www.portal.test")) >= 0.2
    assert told["fetched"]["article"] >= 3
    assert load_profile(tmp_path / "drafted.toml").pages.article == (r"^/\d+\.htm$",)


def test_a_portal_whose_robots_txt_refuses_the_seed_is_left_alone(tmp_path: Path) -> None:
    with portal_and_start(tmp_path, robots="User-agent: *\nDisallow: /\n") as portal:
        done = run(tmp_path, "probe", "start.toml", "-o", "drafted.toml")
        assert {path for _, path, _ in portal.asked} == {"/robots.txt"}
    assert done.returncode == 18
    assert "robots.txt forbids" in done.stderr
    assert "ask the portal's operator" in done.stderr
    assert not (tmp_path / "drafted.toml").exists()


def test_a_portal_that_does_not_answer_is_told_with_the_cure(tmp_path: Path) -> None:
    with portal_and_start(tmp_path):
        pass  # its port is closed now
    done = run(tmp_path, "probe", "start.toml", "-o", "drafted.toml")
    assert done.returncode == 9, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("portal-crawler: http://www.portal.test/: ")
    assert "check the address and the network" in last
    assert not (tmp_path / "drafted.toml").exists()


def test_a_profile_that_is_there_is_left_alone_and_nobody_is_asked(tmp_path: Path) -> None:
    with portal_and_start(tmp_path) as portal:
        (tmp_path / "mine.toml").write_text("# mine\n")
        done = run(tmp_path, "probe", "start.toml", "-o", "mine.toml")
        nowhere = run(tmp_path, "probe", "start.toml", "-o", "mine.toml/drafted.toml")
        assert portal.asked == []
    assert (nowhere.returncode, "choose another place with -o" in nowhere.stderr) == (2, True)
    assert (done.returncode, (tmp_path / "mine.toml").read_text()) == (2, "# mine\n")
    assert "mine.toml: is there already" in done.stderr


@pytest.mark.timeout(600)
def test_the_draft_of_the_demo_portal_finds_the_stories_that_its_own_profile_finds(tmp_path: Path) -> None:
    with demo_portal("small") as address:
        (tmp_path / "start.toml").write_text(
            f'name = "drafted"\nseeds = ["http://www.portal.test/"]\n[scope]\nhosts = ["www.portal.test"]\n'
            f'allow_private = ["{address}"]\n[network]\nconnect_to = {{"*" = "{address}"}}\n'
            "[politeness]\ndelay = 0\nmax_crawl_delay = 0\n"
        )
        probed = run(tmp_path, "probe", "start.toml", "-o", "drafted.toml")
        assert probed.returncode == 0, probed.stderr
        crawled = run(tmp_path, "crawl", "drafted.toml", "--out", "crawl", "--progress", "none")
        assert crawled.returncode == 0, crawled.stderr
    gold = list(manifest(build_portal("small")))
    wanted = {line["story_id"] for line in gold if line["kind"] == "article" and line["reachable"]}
    story_of = {line["url_key"]: line["story_id"] for line in gold}
    kept, copies = (
        {story_of.get(json.loads(line)["url_key"]) for line in (tmp_path / "crawl" / name).read_bytes().splitlines()}
        for name in ("articles.jsonl", "duplicates.jsonl")
    )
    # The demo profile's own crawl comes to the same: 120 of the 129 stories, of which 9 are corrections of another.
    assert wanted - kept - copies == set()
    assert len(wanted & kept) >= 120
