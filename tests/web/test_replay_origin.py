"""The second origin over loopback: packages in parts, archived pages without a player, the player's own files."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from lxml import html

from portal_crawler.archive.wacz_read import open_wacz
from portal_crawler.errors import DamagedFileError
from portal_crawler.web.player_files import FILES, FOLDER, check_player_files
from tests.served_portal import HOST
from tests.web.conftest import ShownCrawl
from tests.web.desk_process import Answered, DeskProcess
from tests.web.gbk_portal import GBK_PATH, HEADLINE, HOSTILE_PATH, PLAIN_PATH, SENTENCES


def at(crawl: ShownCrawl, view: str, path: str) -> str:
    return f"/crawls/{crawl.name}/{view}?url={quote(HOST + path, safe='')}"


@pytest.fixture(scope="module")
def package(desk: DeskProcess, shown_crawl: ShownCrawl) -> str:
    """The address of the crawl's package, made by asking for the replay."""
    for _ in range(100):
        answered = desk.ask(at(shown_crawl, "replay", PLAIN_PATH), at=desk.replay)
        if answered.status == 303:
            return f"/crawls/{shown_crawl.name}/archive.wacz"
        assert answered.status == 202
        time.sleep(0.1)
    raise AssertionError("the package was not made in ten seconds")


def part(desk: DeskProcess, package: str, **headers: str) -> Answered:
    return desk.ask(package, headers={name.replace("_", "-"): value for name, value in headers.items()}, at=desk.replay)


# -- the package


def test_the_package_is_given_whole_and_in_parts(desk: DeskProcess, package: str, tmp_path: Path) -> None:
    whole = part(desk, package)
    assert whole.status == 200
    assert whole.headers["accept-ranges"] == "bytes"
    size = len(whole.body)
    first, last = part(desk, package, Range="bytes=0-99"), part(desk, package, Range="bytes=-100")
    assert (first.status, first.body) == (206, whole.body[:100])
    assert first.headers["content-range"] == f"bytes 0-99/{size}"
    assert (last.status, last.body) == (206, whole.body[-100:])
    assert part(desk, package, Range=f"bytes={size - 1}-").body == whole.body[-1:]
    path = tmp_path / "given.wacz"
    path.write_bytes(whole.body)
    with open_wacz(path) as wacz:
        assert wacz.warcs


def test_parts_that_are_not_there_and_several_at_once_are_refused(desk: DeskProcess, package: str) -> None:
    for asked in ("bytes=999999999-", "bytes=0-1,5-6"):
        refused = part(desk, package, Range=asked)
        assert refused.status == 416
        assert refused.headers["content-range"].startswith("bytes */")


def test_a_part_of_another_package_is_never_mixed_in(desk: DeskProcess, package: str) -> None:
    etag = part(desk, package).headers["etag"]
    assert part(desk, package, Range="bytes=0-9", If_Range=etag).status == 206
    assert part(desk, package, Range="bytes=0-9", If_Range='"older"').status == 200
    assert part(desk, package, Range="bytes=0-9", If_Range="Sat, 28 Nov 2026 10:00:00 GMT").status == 200
    assert part(desk, package, If_None_Match=f'"x", {etag}').status == 304


def test_who_has_any_version_of_a_package_is_not_sent_it_again(desk: DeskProcess, package: str) -> None:
    kept = part(desk, package, If_None_Match=" * ")
    assert (kept.status, kept.body) == (304, b"")
    assert kept.headers["etag"] == part(desk, package, Range="bytes=0-0").headers["etag"]
    assert desk.ask(package, "HEAD", {"If-None-Match": "*"}, at=desk.replay).status == 304
    assert part(desk, package, If_None_Match='"a,*,b"').status == 200, "a star in another version's name"
    assert desk.ask(f"{package}-elsewhere", headers={"If-None-Match": "*"}, at=desk.replay).status == 404


def test_the_head_of_a_package_tells_its_length(desk: DeskProcess, package: str) -> None:
    told = desk.ask(package, "HEAD", {"Range": "bytes=0-9"}, at=desk.replay)
    assert told.status == 200
    assert told.body == b""
    assert int(told.headers["content-length"]) == len(part(desk, package).body)


def test_a_package_is_shared_with_no_other_origin(desk: DeskProcess, package: str) -> None:
    answered = part(desk, package, Origin="http://evil.test")
    assert "access-control-allow-origin" not in answered.headers
    assert answered.headers["content-type"] == "application/wacz"
    assert "sandbox" in answered.headers["content-security-policy"]


def test_a_package_older_than_the_archive_is_made_anew(
    shown_crawl: ShownCrawl, desk: DeskProcess, package: str
) -> None:
    made = shown_crawl.folder / "replay.wacz"
    before = made.stat().st_ino
    (shown_crawl.folder / "crawl.json").touch()
    assert part(desk, package).status == 404
    for _ in range(100):
        if desk.ask(at(shown_crawl, "replay", PLAIN_PATH), at=desk.replay).status == 303:
            break
        time.sleep(0.1)
    assert made.stat().st_ino != before
    assert part(desk, package).status == 200


def test_a_crawl_that_is_not_at_its_end_shows_its_pages_without_the_player(
    desk: DeskProcess, shown_crawl: ShownCrawl
) -> None:
    folder = shown_crawl.place / "half"
    shutil.copytree(shown_crawl.folder, folder, ignore=shutil.ignore_patterns("*.wacz"))
    try:
        facts = json.loads((folder / "crawl.json").read_text())
        (folder / "crawl.json").write_text(json.dumps({**facts, "finish_reason": "interrupted"}))
        address = f"/crawls/half/replay?url={quote(HOST + GBK_PATH, safe='')}&ts=2026"
        for _ in range(100):
            answered = desk.ask(address, at=desk.replay)
            if answered.status == 303:
                break
            assert answered.status in (202, 404), "made, or not yet on the shelf"
            time.sleep(0.1)
        assert HEADLINE in desk.ask(answered.headers["location"], at=desk.replay).text
        while (answered := desk.ask("/crawls/half/replay", at=desk.replay)).status == 202:
            time.sleep(0.1)
        assert answered.status == 409
        assert "has not come to its end" in answered.text
        assert not list(folder.glob("*.wacz*"))
    finally:
        shutil.rmtree(folder)


def test_the_player_is_told_the_policy_of_the_pages_that_it_makes(
    desk: DeskProcess, shown_crawl: ShownCrawl, package: str
) -> None:
    location = desk.ask(at(shown_crawl, "replay", GBK_PATH), at=desk.replay).headers["location"]
    told = parse_qs(urlsplit(location).query)
    assert "script-src 'none'" in told["config"][0]
    assert told["source"] == [f"{desk.replay}{package}"]
    assert parse_qs(urlsplit(location).fragment)["url"] == [HOST + GBK_PATH]


# -- pages without a player


def test_a_page_in_gbk_is_shown_in_utf_8(desk: DeskProcess, shown_crawl: ShownCrawl) -> None:
    for view in ("page", "why"):
        answered = desk.ask(at(shown_crawl, view, GBK_PATH), at=desk.replay)
        assert answered.status == 200
        assert HEADLINE in answered.text
        assert all(sentence in answered.text for sentence in SENTENCES)
        assert "gb2312" not in answered.text


def test_links_of_a_shown_page_lead_to_the_archive(desk: DeskProcess, shown_crawl: ShownCrawl) -> None:
    shown = desk.ask(at(shown_crawl, "page", GBK_PATH), at=desk.replay).text
    assert at(shown_crawl, "page", PLAIN_PATH) in shown
    assert f'href="{HOST}' not in shown
    assert "photo.gif" not in shown


@pytest.mark.parametrize("view", ["page", "why"])
def test_nothing_of_a_hostile_page_is_left_that_runs_or_fetches(
    desk: DeskProcess, shown_crawl: ShownCrawl, view: str
) -> None:
    answered = desk.ask(at(shown_crawl, view, HOSTILE_PATH), at=desk.replay)
    policy = answered.headers["content-security-policy"]
    assert "sandbox;" in policy
    assert "script-src" not in policy
    low = answered.text.lower()
    tree = html.document_fromstring(answered.text)
    values = [
        str(value) for element in tree.iter() if isinstance(element.tag, str) for value in element.attrib.values()
    ]
    # In links to the archive its addresses stand percent-encoded; elsewhere they are no more than text.
    assert [value for value in values if shown_crawl.leaks.address in value] == []
    assert [style.text for style in tree.iter("style") if shown_crawl.leaks.address in (style.text or "")] == []
    for mark in (
        "<script",
        "<iframe",
        "<object",
        "<embed",
        "onload=",
        "onerror=",
        "onfocus=",
        "srcset=",
        "@import",
        "<base",
    ):
        assert mark not in low, mark


def test_an_address_that_was_not_crawled_is_told_without_being_followed(
    desk: DeskProcess, shown_crawl: ShownCrawl
) -> None:
    hostile = "http://x.test/<script>alert(1)</script>"
    answered = desk.ask(f"/crawls/{shown_crawl.name}/page?url={quote(hostile, safe='')}", at=desk.replay)
    assert answered.status == 404
    assert "<script" not in answered.text


# -- the player's files


def test_the_player_is_served_as_it_was_released_with_its_licence(desk: DeskProcess) -> None:
    for name, known in FILES.items():
        answered = desk.ask(f"/player/{name}", at=desk.replay)
        assert hashlib.sha256(answered.body).hexdigest() == known.sha256
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in desk.ask("/player/LICENSE", at=desk.replay).text
    notice = desk.ask("/player/NOTICE", at=desk.replay).text
    assert all(known.sha256 in notice for name, known in FILES.items() if name.endswith(".js"))
    assert "/player/LICENSE" in desk.ask("/", at=desk.replay).text
    assert f"{desk.replay}/player/LICENSE" in desk.ask("/").text, "the dashboard names it, too"


def test_a_player_with_other_bytes_is_not_served(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    check_player_files(tmp_path)
    with (tmp_path / "sw.js").open("ab") as file:
        file.write(b" ")
    with pytest.raises(DamagedFileError, match=r"sw\.js"):
        check_player_files(tmp_path)


def test_nothing_of_the_player_is_imported() -> None:
    root = FOLDER.parent.parent
    naming = [path for path in root.rglob("*.py") if "replaywebpage" in path.read_text(encoding="utf-8")]
    assert [path.name for path in naming] == ["player_files.py"]
