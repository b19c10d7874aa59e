"""A host that answers with a page where there is none: those of its answers that came before this was known."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.frontier.soft_404 import LIKE_ABSENT, PAGES
from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import ChangingPortal, Page, changing_portal, hub_page
from tests.served_portal import HOST
from tests.template.test_template import story

_STORIES = tuple(f"/news/{number}.htm" for number in range(1, PAGES + 10))
_GONE = tuple(f"/gone/{number}.htm" for number in range(1, 6))
# The second reading is written and not yet in its place.
_DYING = """
import os, signal, sys
from portal_crawler.records import second_reading
from portal_crawler.cli.main import run

second_reading.finish_replacing = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
run(sys.argv[1:])
"""
_PLAIN = "from portal_crawler.cli.main import run; import sys; run(sys.argv[1:])"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def portal() -> Iterator[ChangingPortal]:
    with changing_portal() as served:
        served.pages = {path: Page(story(number)) for number, path in enumerate(_STORIES, start=1)}
        served.pages["/"] = Page(hub_page(*_GONE, *_STORIES))
        served.missing = Page(story(1_000))  # it says nowhere that it is none
        yield served


def _run(*arguments: str, code: str = _PLAIN, ends: int = 0) -> str:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == ends, done.stderr
    return done.stdout


def _crawl(portal: ChangingPortal, out: Path, *more: str, code: str = _PLAIN, ends: int = 0) -> Path:
    profile = portal.profile()
    # One at a time: of what is gone, some comes before the host is asked.
    one = profile.politeness.model_copy(update={"concurrency": 1})
    save_profile(profile.model_copy(update={"politeness": one}), out.with_suffix(".toml"))
    _run("crawl", str(out.with_suffix(".toml")), "--out", str(out), "-q", *more, code=code, ends=ends)
    return out


def _kinds(crawl: Path, paths: tuple[str, ...]) -> list[str]:
    kinds = {page["url"]: page["kind"] for page in _lines(crawl / "pages.jsonl")}
    return [kinds[f"{HOST}{path}"] for path in paths]


def _stories(crawl: Path) -> set[str]:
    return {url for one in _lines(crawl / "articles.jsonl") for url in (one["url"], *one["aliases"])}


def test_they_are_no_stories_once_it_is_known(portal: ChangingPortal, tmp_path: Path) -> None:
    crawl = _crawl(portal, tmp_path / "crawl")
    assert [path for path, _, _ in portal.asked[:PAGES] if path in _GONE], "some came early"
    assert _kinds(crawl, _GONE) == ["other"] * len(_GONE)
    assert _stories(crawl) == {f"{HOST}{path}" for path in _STORIES}
    assert {page["text_digest"] for page in _lines(crawl / "pages.jsonl") if "/gone/" in page["url"]} == {None}
    assert json.loads((crawl / "template.json").read_bytes())["learned_from"]["pages"] == len(_STORIES)
    _run("verify", str(crawl))


def test_shards_and_crawls_that_go_on_from_another_come_to_the_same(portal: ChangingPortal, tmp_path: Path) -> None:
    first = _crawl(portal, tmp_path / "crawl")
    modes = {"shards": ("--jobs", "2"), "from": ("--from", str(first)), "since": ("--since", str(first))}
    for name, more in modes.items():
        crawl = _crawl(portal, tmp_path / name, *more)
        assert _kinds(crawl, _GONE) == ["other"] * len(_GONE), name
        assert _stories(crawl) == {f"{HOST}{path}" for path in _STORIES}, name


def test_it_is_told_why_they_are_none(portal: ChangingPortal, tmp_path: Path) -> None:
    crawl = _crawl(portal, tmp_path / "crawl")
    assert f"other  0.90  {LIKE_ABSENT}" in _run("why", str(crawl), f"{HOST}{_GONE[0]}")
    assert LIKE_ABSENT not in _run("why", str(crawl), f"{HOST}{_STORIES[0]}")


def test_a_reading_of_the_archive_judges_them_alike(portal: ChangingPortal, tmp_path: Path) -> None:
    crawl = _crawl(portal, tmp_path / "crawl")
    for name, more in {"alone": (), "two": ("--jobs", "2")}.items():
        _run("replay", str(crawl), "--out", str(tmp_path / name), "-q", *more)
        for file in ("articles.jsonl", "pages.jsonl", "links.jsonl", "duplicates.jsonl"):
            assert (tmp_path / name / file).read_bytes() == (crawl / file).read_bytes(), file
    _run("build", str(crawl), "--out", str(tmp_path / "built"), "-q")
    for file in ("articles.jsonl", "template.json"):
        assert (tmp_path / "built" / file).read_bytes() == (crawl / file).read_bytes(), file
    told = (tmp_path / "crawl.toml").read_text()
    assert "soft_404 = true" in told
    (tmp_path / "plain.toml").write_text(told.replace("soft_404 = true", "soft_404 = false"))
    _run("replay", str(crawl), "--profile", str(tmp_path / "plain.toml"), "--out", str(tmp_path / "plain"), "-q")
    assert _kinds(tmp_path / "plain", _GONE) == ["article"] * len(_GONE)


def test_they_stay_what_they_look_like_where_no_host_is_asked(portal: ChangingPortal, tmp_path: Path) -> None:
    crawl = _crawl(portal, tmp_path / "crawl", "--limit", str(PAGES), ends=15)
    early = tuple(path for path, _, _ in portal.asked if path in _GONE)
    assert len(early) >= 2
    assert _kinds(crawl, early) == ["article"] * len(early)


def test_they_are_none_after_a_kill_or_a_limit_too(portal: ChangingPortal, tmp_path: Path) -> None:
    _crawl(portal, tmp_path / "killed", code=_DYING, ends=-signal.SIGKILL)
    _crawl(portal, tmp_path / "limited", "--limit", str(PAGES), ends=15)
    for name in ("killed", "limited"):
        crawl = _crawl(portal, tmp_path / name)
        assert _kinds(crawl, _GONE) == ["other"] * len(_GONE), name
        assert _stories(crawl) == {f"{HOST}{path}" for path in _STORIES}, name
