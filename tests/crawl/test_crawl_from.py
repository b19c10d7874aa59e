"""The spider on an archive: same seeds, same following, nothing from the network, and a list of what is missing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.archive.wacz_read import Wacz
from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import HOST, Page, changing_portal, hub_page, story_page

PATHS = tuple(f"/news/{number}.htm" for number in range(1, 6))


def run(*arguments: str | Path, code: int = 0) -> str:
    command = [sys.executable, "-m", "portal_crawler", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two crawls of a portal that is no longer served: the second goes on from the first, and stops short."""
    room = tmp_path_factory.mktemp("from")
    with changing_portal() as portal:
        portal.pages = {path: Page(story_page(number), etag=f'"{number}"') for number, path in enumerate(PATHS)}
        portal.pages["/"] = Page(hub_page(*PATHS, "/old.htm"))
        portal.pages["/old.htm"] = Page(status=301, location=PATHS[0])
        save_profile(portal.profile(), room / "site.toml")
        run("crawl", room / "site.toml", "--out", room / "first", "-q")
        portal.pages["/"] = Page(hub_page(*PATHS, "/old.htm", "/news/9.htm"))
        run(
            "crawl",
            room / "site.toml",
            "--out",
            room / "second",
            "--since",
            room / "first",
            "--limit",
            "5",
            "-q",
            code=15,
        )
    run("wacz", room / "first", "-o", room / "first.wacz", "-q")
    return room


@pytest.mark.parametrize("archive", ["first", "first.wacz"])
def test_the_spider_reaches_the_same_pages_from_the_archive(room: Path, tmp_path: Path, archive: str) -> None:
    run("crawl", room / "site.toml", "--from", room / archive, "--out", tmp_path / "again", "-q")
    for name in ("articles.jsonl", "links.jsonl", "duplicates.jsonl"):
        there, here = (
            sorted((folder / name).read_bytes().splitlines()) for folder in (room / "first", tmp_path / "again")
        )
        assert there == here, name
        assert there or name == "duplicates.jsonl"
    places = [
        {
            (page["url"], page["status"], page["warc_offset"], page["payload_digest"])
            for page in lines(one / "pages.jsonl")
        }
        for one in (room / "first", tmp_path / "again")
    ]
    assert places[0] == places[1]
    assert len(places[0]) == len(PATHS) + 2
    assert not (tmp_path / "again/archive").exists()
    run("verify", tmp_path / "again")


def test_what_the_archive_lacks_is_listed_and_its_revisits_are_read_in_full(room: Path, tmp_path: Path) -> None:
    run("crawl", room / "site.toml", "--from", room / "second", "--out", tmp_path / "again", "-q")
    pages = {page["url"].removeprefix(HOST): page for page in lines(tmp_path / "again/pages.jsonl")}
    kept = {page["url"].removeprefix(HOST) for page in lines(room / "second/pages.jsonl")}
    assert set(pages) == kept
    assert len(kept) == 5
    unchanged = [path for path in pages if pages[path]["revisit"] == "server-not-modified"]
    assert unchanged
    articles = {one["url"].removeprefix(HOST): one["text"] for one in lines(tmp_path / "again/articles.jsonl")}
    assert all("The ferry to the upper lake" in articles[path] for path in unchanged)
    missing = [one for one in lines(tmp_path / "again/skipped.jsonl") if one["reason"] == "not_archived"]
    assert {one["url"].removeprefix(HOST) for one in missing} == {*PATHS, "/old.htm", "/news/9.htm"} - kept
    assert {one["rule"] for one in missing} == {"the archive holds no capture of it"}
    run("verify", tmp_path / "again")


def test_an_archive_without_the_seed_ends_with_the_reason(room: Path, tmp_path: Path) -> None:
    other = (room / "site.toml").read_text().replace(HOST, "http://other.portal.test").replace("www.", "other.")
    (tmp_path / "other.toml").write_text(other)
    told = run("crawl", tmp_path / "other.toml", "--from", room / "first", "--out", tmp_path / "again", "-q", code=9)
    assert "http://other.portal.test/: is not in the archive; name an archive of this portal with --from" in told


def test_no_archive_and_two_origins_are_refused(room: Path, tmp_path: Path) -> None:
    told = run("crawl", room / "site.toml", "--from", tmp_path / "nowhere.wacz", "--out", tmp_path / "x", code=2)
    assert "nowhere.wacz: there is no such file; name a WACZ file" in told
    told = run("crawl", room / "site.toml", "--from", room / "first", "--since", room / "first", code=2)
    assert "--since and --from exclude each other" in told.replace(":", "")
    assert not (tmp_path / "x").exists()


def test_a_package_holds_what_its_revisit_records_repeat(room: Path, tmp_path: Path) -> None:
    run("wacz", room / "second", "-o", tmp_path / "second.wacz", "-q")
    run("verify", tmp_path / "second.wacz")
    run("replay", tmp_path / "second.wacz", "--out", tmp_path / "again", "-q")
    run("crawl", room / "site.toml", "--from", tmp_path / "second.wacz", "--out", tmp_path / "crawled", "-q")
    for name in ("articles.jsonl", "links.jsonl", "pages.jsonl", "duplicates.jsonl"):
        assert (tmp_path / "again" / name).read_bytes() == (room / "second" / name).read_bytes(), name
    read = {(page["url"], page["revisit"]) for page in lines(tmp_path / "crawled/pages.jsonl")}
    assert {page for page in read if page[1]} == {
        (page["url"], page["revisit"]) for page in lines(room / "second/pages.jsonl") if page["revisit"]
    }
    with Wacz(tmp_path / "second.wacz") as wacz:
        lists = [line for name in wacz.page_lists for _, line in wacz.page_lines(name)]
    listed = {json.loads(line).get("url") for line in lists}
    unchanged = {page["url"] for page in lines(room / "second/pages.jsonl") if page["status"] == 304}
    assert unchanged
    assert unchanged <= listed
    cut = tmp_path / "alone"
    cut.mkdir()
    for path in (room / "second/archive").iterdir():
        shutil.copy(path, cut)
    told = run("replay", next(cut.iterdir()), "--out", tmp_path / "alone-again", "--json")
    assert "no record of the collection holds its content" in told
