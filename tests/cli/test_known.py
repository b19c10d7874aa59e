from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.cli.known import known
from portal_crawler.errors import UsageError
from portal_crawler.records.fate import fate
from portal_crawler.records.tombstone import Tombstone
from portal_crawler.records.tombstones_jsonl import lines_of

Run = Callable[..., "subprocess.CompletedProcess[str]"]
URL = "http://www.portal.test/english/{}.htm"
KEY = "test,portal,www)/english/{}.htm"


def page(name: str, **facts: Any) -> dict[str, Any]:
    """A line of pages.jsonl."""
    plain: dict[str, Any] = {
        "url": URL.format(name), "url_key": KEY.format(name), "final_url": URL.format(name), "via": None, "depth": 1,
        "status": 200, "kind": "other", "kind_confidence": 0.9, "links": 3, "problems": [], "charset_used": "gb18030",
        "charset_declared": "gb2312", "warc_file": None, "fetched_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    return plain | facts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A crawl's folder with an address of every fate."""
    crawl = tmp_path / "crawl"
    crawl.mkdir()
    article = {
        "id": "a1", "url": URL.format("story"), "url_key": KEY.format("story"), "title": "A story", "word_count": 300,
        "aliases": [URL.format("story-print")],
    }  # fmt: skip
    copy = {
        "id": "c1", "url": URL.format("story-print"), "url_key": KEY.format("story-print"), "of": "a1", "kind": "print",
        "similarity": 1.0, "reason": "the other one has the story's own address",
    }  # fmt: skip
    skip = {
        "url": URL.format("search"), "url_key": KEY.format("search"), "via": URL.format("index"), "reason": "excluded",
        "rule": "/search",
    }  # fmt: skip
    link = {
        "source_url": URL.format("index"), "target_url": URL.format("story"), "target_key": KEY.format("story"),
        "text": "A story", "role": "body", "element": "a",
    }  # fmt: skip
    pages = [
        page("story", kind="article"),
        page("story-print", kind="article"),
        page("index", kind="link_page"),
        page("gone", status=404),
        page("moved", status=301, final_url=URL.format("story")),
    ]
    files: dict[str, list[dict[str, Any]]] = {
        "articles": [article],
        "duplicates": [copy],
        "skipped": [skip],
        "links": [link],
        "pages": pages,
    }
    for name, records in files.items():
        (crawl / f"{name}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    with closing(sqlite3.connect(crawl / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("CREATE TABLE frontier (url_key, url, state, depth, tries, reason, rule, via)")
        ledger.execute(
            "INSERT INTO frontier VALUES (?, ?, 'queued', 4, 0, NULL, NULL, ?)",
            (KEY.format("later"), URL.format("later"), URL.format("index")),
        )
        ledger.execute(
            "INSERT INTO frontier VALUES (?, ?, 'failed', 2, 4, 'connection refused', NULL, NULL)",
            (KEY.format("down"), URL.format("down")),
        )
    return crawl


@pytest.mark.parametrize(
    ("name", "step", "part"),
    [
        ("story", "article", "as a1"),
        ("story-print", "copy", "print copy of article a1"),
        ("index", "judged", "link_page (0.90), no article"),
        ("gone", "judged", "the portal answered 404"),
        ("moved", "judged", "a redirect to http://www.portal.test/english/story.htm"),
        ("search", "skipped", "excluded, rule /search"),
        ("later", "queued", "not fetched yet"),
        ("down", "failed", "after 4 tries: connection refused"),
        ("elsewhere", "unknown", "no page of this crawl links to it"),
    ],
)
def test_why_not_names_the_step_that_lost_an_address(folder: Path, name: str, step: str, part: str) -> None:
    found_step, answer = fate(known(folder, URL.format(name)))
    assert found_step == step
    assert part in answer


def test_an_address_written_in_another_way_is_the_same_page(folder: Path) -> None:
    assert known(folder, "HTTP://WWW.portal.test:80/english/./story.htm#top")["article"]["id"] == "a1"


def test_what_is_no_address_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="is not an address"):
        known(folder, "mailto:a@portal.test")


def test_what_was_skipped_as_no_address_is_told(folder: Path) -> None:
    line = {
        "url": "http://[no/", "url_key": "bad:http://[no/", "via": URL.format("story"), "reason": "bad_url",
        "rule": "no URL by the WHATWG standard", "bin": "skipped",
    }  # fmt: skip
    with (folder / "skipped.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line, separators=(",", ":")) + "\n")
    step, answer = fate(known(folder, "http://[no/"))
    assert step == "skipped"
    assert answer.startswith("bad_url, rule no URL by the WHATWG standard")


def test_why_says_what_is_known_and_that_the_pages_bytes_are_not_kept(portal_crawler: Run, folder: Path) -> None:
    done = portal_crawler("why", "crawl", URL.format("story"))
    assert done.returncode == 0
    assert "article    a1, http://www.portal.test/english/story.htm: A story" in done.stdout
    assert "linked     once\n           body a on http://www.portal.test/english/index.htm: A story" in done.stdout
    assert "save the page and run: portal-crawler why PAGE.html" in done.stderr


def test_why_of_an_address_that_was_not_met_is_an_error(portal_crawler: Run, folder: Path) -> None:
    done = portal_crawler("why", "crawl", URL.format("elsewhere"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "was not met in this crawl" in done.stderr


def test_why_not_gives_an_object_to_a_program(portal_crawler: Run, folder: Path) -> None:
    done = portal_crawler("why-not", "crawl", URL.format("search"), "--json")
    assert json.loads(done.stdout)["step"] == "skipped"


def test_a_page_taken_down_is_known_of_a_folder_whose_crawl_json_is_torn(folder: Path) -> None:
    url, when = URL.format("withdrawn"), datetime(2026, 1, 2, tzinfo=UTC)
    stone = Tombstone(url, (KEY.format("withdrawn"),), when, "asked by the author")
    (folder / "takedowns.jsonl").write_bytes(lines_of([stone]))
    (folder / "crawl.json").write_text('{"half')
    assert fate(known(folder, url)) == ("taken down", "taken down on 2026-01-02: asked by the author")
