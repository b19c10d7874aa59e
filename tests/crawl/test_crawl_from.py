"""The spider on an archive: same seeds, same following, nothing from the network, and a list of what is missing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.archive.wacz_read import Wacz
from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import Page, changing_portal, hub_page, story_page
from tests.served_portal import HOST

WACZ = Path(sys.executable).parent / "wacz"
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
        save_profile(portal.profile().model_copy(update={"name": "portal.test"}), room / "site.toml")
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


def test_a_page_that_is_archived_under_another_spelling_of_its_address_is_reached(tmp_path: Path) -> None:
    spelled = f"{PATHS[0]};jsessionid=A1B2C3"
    with changing_portal() as portal:
        portal.pages = {
            "/": Page(hub_page(spelled, "/other.htm")),
            "/other.htm": Page(hub_page(PATHS[0])),
            spelled: Page(story_page(1)),
        }
        profile = portal.profile()
        save_profile(profile, tmp_path / "site.toml")
        run("crawl", tmp_path / "site.toml", "--out", tmp_path / "first", "-q")
    save_profile(profile.model_copy(update={"seeds": (f"{HOST}/other.htm",)}), tmp_path / "other.toml")
    run("crawl", tmp_path / "other.toml", "--from", tmp_path / "first", "--out", tmp_path / "again", "-q")
    reached = {line["url_key"] for line in lines(tmp_path / "again/pages.jsonl")}
    assert reached == {f"test,portal,www){path}" for path in ("/", "/other.htm", PATHS[0])}
    assert [line["title"] for line in lines(tmp_path / "again/articles.jsonl")] == ["Story 1 of the valley"]
    run("verify", tmp_path / "again")
    pages = (tmp_path / "again/pages.jsonl").read_text()
    for told in (PATHS[0], "/other.htm"):  # a place that is another page's is found as ever
        (tmp_path / "again/pages.jsonl").write_text(pages.replace(f'"url":"{HOST}{told}"', f'"url":"{HOST}/no.htm"'))
        assert f"the record where {HOST}/no.htm is said to stand is of another URL" in run(
            "verify", tmp_path / "again", code=22
        )


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
    run("crawl", room / "site.toml", "--from", room / "second", "--out", tmp_path / "walked", "-q")
    for name in ("articles.jsonl", "links.jsonl", "duplicates.jsonl"):
        there, here = (sorted((tmp_path / one / name).read_bytes().splitlines()) for one in ("walked", "crawled"))
        assert there == here, name
    cut = tmp_path / "alone"
    cut.mkdir()
    for path in (room / "second/archive").iterdir():
        shutil.copy(path, cut)
    told = run("replay", next(cut.iterdir()), "--out", tmp_path / "alone-again", "--json")
    assert "no record of the collection holds its content" in told


def indexed(package: Path) -> list[bytes]:
    with Wacz(package) as wacz:
        return [line for *_, line in wacz.index_lines()]


def test_a_package_leads_players_to_what_an_unchanged_page_showed(room: Path, tmp_path: Path) -> None:
    package = tmp_path / "second.wacz"
    run("wacz", room / "second", "-o", package, "-q")
    own = set((room / "second/indexes/index.cdxj").read_bytes().splitlines(keepends=True))
    unchanged = {page["url"] for page in lines(room / "second/pages.jsonl") if page["revisit"] == "server-not-modified"}
    entries = indexed(package)
    assert len(unchanged) > 2
    assert {json.loads(line.split(b" ", 2)[2])["url"] for line in own.difference(entries)} == unchanged
    assert not any(b'"status": "304"' in line for line in entries)
    with Wacz(package) as wacz:
        first, *others = sorted(wacz.warcs)
        assert others == [first.replace("-00000.warc.gz", "-originals.warc.gz")]
        for name in wacz.warcs:
            if "-originals" not in name:
                assert wacz.read(name) == (room / "second" / name).read_bytes()
        listed = [json.loads(line) for name in wacz.page_lists for _, line in wacz.page_lines(name)]
        home = wacz.datapackage()["home"]
    shown = {(url, time.decode()) for url, time in ((json.loads(one[2])["url"], one[1]) for one in map(parts, entries))}
    pages = [page for page in listed if "url" in page]
    assert {(page["url"], digits(page["ts"])) for page in [*pages, home]} <= shown
    assert {page["url"] for page in pages if "status" not in page} == unchanged
    before = {page["url"]: page["fetched_at"] for page in lines(room / "first/pages.jsonl")}
    assert all(page["ts"] == before[page["url"]] for page in pages if page["url"] in unchanged)
    validated = subprocess.run([WACZ, "validate", "-f", package], capture_output=True, text=True, check=False)
    assert validated.returncode == 0, validated.stdout


def parts(line: bytes) -> list[bytes]:
    return line.split(b" ", 2)


def digits(moment: str) -> str:
    return "".join(char for char in moment[:19] if char.isdigit())


def test_verify_tells_of_an_unchanged_page_that_no_line_leads_to(room: Path, tmp_path: Path) -> None:
    package, harmed = tmp_path / "second.wacz", tmp_path / "harmed.wacz"
    run("wacz", room / "second", "-o", package, "-q")
    left = [line for line in indexed(package) if b"-originals" not in line]
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(harmed, "w") as new:
        for name in old.namelist():
            if not name.startswith("indexes/"):
                new.writestr(name, old.read(name))
        new.writestr("indexes/index.cdx", b"".join(left))
    told = run("verify", harmed, code=22)
    gone = {json.loads(parts(line)[2])["url"] for line in indexed(package) if b"-originals" in line}
    assert gone
    assert all(f"the response of {url} has no line in an index" in told for url in gone)
    assert told.count("has no line in an index") == len(gone)
