"""A second crawl that goes on from the first: what it asks, what it keeps, what it tells of the changes."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord, read_records
from portal_crawler.sites.profile import Revisit
from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import ChangingPortal, Page, changing_portal, hub_page, story_page
from tests.index_judges import judged_index
from tests.served_portal import HOST
from tests.template.test_template import story

MODIFIED = "Fri, 15 Oct 2004 08:00:00 GMT"
PATHS = tuple(f"/news/{number}.htm" for number in range(1, 9))


def run(*arguments: str | Path, code: int = 0) -> str:
    command = [sys.executable, "-m", "portal_crawler", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def by_path(folder: Path, name: str = "pages.jsonl") -> dict[str, dict[str, Any]]:
    return {record["url"].removeprefix(HOST): record for record in lines(folder / name)}


def records(folder: Path) -> list[ReadRecord]:
    found = [one for path in sorted((folder / "archive").glob("*.gz")) for one in read_records(path)]
    assert not [one for one in found if isinstance(one, Damage)]
    return [one for one in found if isinstance(one, ReadRecord)]


@pytest.fixture
def portal() -> Iterator[ChangingPortal]:
    with changing_portal() as served:
        served.pages = {path: Page(story_page(number)) for number, path in enumerate(PATHS, start=1)}
        served.pages["/"] = Page(hub_page(*PATHS, "/short.htm"))
        served.pages["/short.htm"] = Page("<p>A short page.</p>", etag='"short"')
        served.pages[PATHS[0]].etag = '"one"'
        served.pages[PATHS[1]].modified = MODIFIED
        yield served


@pytest.fixture
def first(portal: ChangingPortal, tmp_path: Path) -> Path:
    save_profile(portal.profile(), tmp_path / "site.toml")
    run("crawl", tmp_path / "site.toml", "--out", tmp_path / "first", "-q")
    portal.asked.clear()
    return tmp_path / "first"


def again(first: Path, name: str = "second", code: int = 0) -> Path:
    out = first.with_name(name)
    run("crawl", first.with_name("site.toml"), "--out", out, "--since", first, "-q", code=code)
    return out


def test_what_did_not_change_is_recorded_as_a_revisit_and_read_in_full(portal: ChangingPortal, first: Path) -> None:
    second = again(first)
    pages = by_path(second)
    assert {path: (pages[path]["status"], pages[path]["revisit"]) for path in (*PATHS[:3], "/short.htm")} == {
        PATHS[0]: (304, "server-not-modified"),
        PATHS[1]: (304, "server-not-modified"),
        PATHS[2]: (200, "identical-payload-digest"),
        "/short.htm": (200, None),  # too short to be worth it, so it was not asked for with its validator
    }
    assert portal.requests(PATHS[0])[0][0]["if-none-match"] == '"one"'
    assert portal.requests(PATHS[1])[0][0]["if-modified-since"] == MODIFIED
    assert "if-none-match" not in portal.requests("/short.htm")[0][0]
    old, new = by_path(first, "articles.jsonl"), by_path(second, "articles.jsonl")
    assert set(old) == set(new) == set(PATHS)
    for path in PATHS:
        assert {key: new[path][key] for key in ("id", "title", "text", "payload_digest", "status", "verdict")} == {
            key: old[path][key] for key in ("id", "title", "text", "payload_digest", "status", "verdict")
        }
    assert run("verify", second, "--json").startswith('{"crawl"')


def test_a_revisit_record_names_the_record_whose_content_it_repeats(portal: ChangingPortal, first: Path) -> None:
    second = again(first)
    third = again(second, "third")
    for folder in (second, third):  # the third crawl's content still stands in the first
        revisit = next(one for one in records(folder) if one.kind == "revisit" and one.url.endswith(PATHS[0]))
        original = next(one for one in records(first) if one.kind == "response" and one.url.endswith(PATHS[0]))
        assert revisit.header("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
        assert revisit.header("WARC-Refers-To") == original.header("WARC-Record-ID")
        assert revisit.header("WARC-Refers-To-Target-URI") == original.url
        assert revisit.header("WARC-Refers-To-Date") == original.header("WARC-Date")
        assert revisit.header("WARC-Payload-Digest") == original.header("WARC-Payload-Digest")
        assert revisit.block.startswith(b"HTTP/1.1 304 ")
        judged = judged_index(sorted((folder / "archive").glob("*.gz")), folder.with_suffix(".cdxj"), sort=True)
        assert judged == (folder / "indexes/index.cdxj").read_bytes()


def test_revisits_replay_to_the_very_records_of_the_crawl(portal: ChangingPortal, first: Path) -> None:
    portal.pages[PATHS[3]] = Page(story_page(4, extra="One more paragraph stands here since the second day."))
    second = again(first)
    run("replay", second, "--out", first.with_name("again"), "-q")
    for name in ("articles.jsonl", "links.jsonl", "pages.jsonl", "duplicates.jsonl"):
        assert (first.with_name("again") / name).read_bytes() == (second / name).read_bytes(), name
    assert "The ferry to the upper lake" in run("why", second, f"{HOST}{PATHS[0]}")


def test_content_of_a_crawl_before_one_that_was_removed_is_found(portal: ChangingPortal, first: Path) -> None:
    second = again(first)
    portal.pages[PATHS[7]].body = story_page(80)
    third = again(second, "third")
    pages = by_path(third)
    shutil.rmtree(second)
    fourth = again(third, "fourth")
    assert sum(page["revisit"] is not None for page in by_path(fourth).values()) == len(PATHS)
    run("verify", fourth)
    run("wacz", fourth, "-q")
    run("replay", third, "--out", third.with_name("again"), "--jobs", "1", "-q")
    assert by_path(third.with_name("again")) == pages
    shutil.rmtree(first)
    assert "no record of the collection holds its content" in run("verify", fourth, code=22)


def test_a_profiles_name_is_its_newest_crawl_and_its_revisits_are_read(
    portal: ChangingPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.pages |= {path: Page(story(number)) for number, path in enumerate(PATHS, start=1)}
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/sites").mkdir(parents=True)
    save_profile(portal.profile(), tmp_path / "data/sites/changing.toml")
    run("crawl", "changing", "-q")
    run("crawl", "changing", "--since", "latest", "-q")
    newest = by_path(tmp_path / "data/crawls/changing/latest")
    assert {path for path, page in newest.items() if page["revisit"]} == set(PATHS)
    run("learn", "changing", "-o", "learned.json", "-q")
    assert json.loads((tmp_path / "learned.json").read_bytes())["learned_from"]["pages"] == len(PATHS)
    run("replay", "changing", "--out", "again", "--jobs", "1", "-q")
    run("build", "changing", "--out", "built", "--jobs", "1", "-q")
    for made in ("again", "built"):
        assert set(by_path(tmp_path / made, "articles.jsonl")) == set(PATHS)


def test_changes_are_told_by_the_records_and_by_diff(portal: ChangingPortal, first: Path) -> None:
    pages = portal.pages
    pages[PATHS[0]] = Page(story_page(1, extra="The harbour master has corrected his number since."), etag='"two"')
    pages[PATHS[1]] = Page(story_page(2, title="Another headline over the same story"))
    pages["/moved/3.htm"], pages[PATHS[2]] = pages[PATHS[2]], Page(status=301, location="/moved/3.htm")
    pages["/new-place/4.htm"], pages[PATHS[3]] = pages[PATHS[3]], Page("<h1>Not here</h1>", 404)
    pages[PATHS[4]] = Page("<h1>Gone</h1>", 410)
    pages["/news/9.htm"] = Page(story_page(9))
    pages["/"] = Page(hub_page(*PATHS[:4], *PATHS[5:], "/new-place/4.htm", "/news/9.htm", menu="Front page"))
    second = again(first)
    new, old = by_path(second, "articles.jsonl"), by_path(first, "articles.jsonl")
    assert {path for path in new if new[path]["verdict"] == "revised"} == {PATHS[0]}
    assert new[PATHS[0]]["revision_of"] == old[PATHS[0]]["id"] != new[PATHS[0]]["id"]
    told = [json.loads(line) for line in run("diff", first, second, "--json").splitlines()]
    stories = {
        (one["change"], (one["before"] or one["after"])["urls"][0].removeprefix(HOST)): one
        for one in told
        if "change" in one
    }
    assert set(stories) == {
        ("changed", PATHS[0]),
        ("changed", PATHS[1]),
        ("moved", PATHS[2]),
        ("moved", PATHS[3]),
        ("gone", PATHS[4]),
        ("new", "/news/9.htm"),
    }
    assert stories["changed", PATHS[0]]["edits"] == [
        {"before": None, "after": "The harbour master has corrected his number since."}
    ]
    assert stories["moved", PATHS[2]]["after"]["urls"][0] == f"{HOST}/moved/3.htm"
    assert stories["moved", PATHS[3]]["after"]["urls"][0] == f"{HOST}/new-place/4.htm"
    assert stories["gone", PATHS[4]]["reason"] == "answers 410"
    assert told[-1]["counts"] == {"new": 1, "changed": 2, "moved": 2, "gone": 1}
    shown = run("diff", first, second)
    assert "    {+The harbour master has corrected his number since.+}" in shown.splitlines()
    assert "    [-Story 2 of-] {+Another headline over+} the [-valley-] {+same story+}" in shown.splitlines()


def test_no_condition_is_sent_where_the_old_bytes_are_gone(portal: ChangingPortal, first: Path) -> None:
    shutil.rmtree(first / "archive")
    second = again(first)
    assert "if-none-match" not in portal.requests(PATHS[0])[0][0]
    assert {page["revisit"] for page in lines(second / "pages.jsonl")} == {None}
    assert run("verify", second, "--json").startswith('{"crawl"')


def test_an_answer_that_nothing_changed_is_no_answer_where_the_old_bytes_are_harmed(
    portal: ChangingPortal, first: Path
) -> None:
    page = by_path(first)[PATHS[0]]
    warc = first / page["warc_file"]
    data = bytearray(warc.read_bytes())
    data[page["warc_offset"] + 60 : page["warc_offset"] + 90] = bytes(30)
    warc.write_bytes(data)
    second = again(first)
    assert [status for _, status in portal.requests(PATHS[0])] == [304, 200]
    assert (by_path(second)[PATHS[0]]["status"], by_path(second)[PATHS[0]]["revisit"]) == (200, None)
    assert PATHS[0] in by_path(second, "articles.jsonl")
    reasons = [one.block for one in records(second) if one.kind == "metadata" and one.url.endswith(PATHS[0])]
    assert b"reason: unchanged since the crawl before, whose archive no longer holds it" in reasons[0]


@pytest.mark.parametrize(
    ("revisit", "rule"),
    [
        (Revisit(min_interval=3600), "[revisit] min_interval = 3600; the last visit was at "),
        (Revisit(policy="due"), '[revisit] policy = "due"; the next visit is due at '),
    ],
)
def test_what_is_not_due_is_skipped_with_the_rule(
    portal: ChangingPortal, first: Path, revisit: Revisit, rule: str
) -> None:
    save_profile(portal.profile().model_copy(update={"revisit": revisit}), first.with_name("site.toml"))
    portal.pages["/"] = Page(hub_page(*PATHS, "/news/9.htm"))
    portal.pages["/news/9.htm"] = Page(story_page(9))
    second = again(first)
    skipped = by_path(second, "skipped.jsonl")
    assert set(PATHS) <= set(skipped)
    assert {skipped[path]["reason"] for path in PATHS} == {"not_due"}
    assert all(skipped[path]["rule"].startswith(rule) for path in PATHS)
    assert set(by_path(second)) == {"/", "/news/9.htm"}  # a seed is always asked, and shows what is new
    told = json.loads(run("diff", first, second, "--json").splitlines()[-1])
    assert told["counts"] == {"new": 1, "unvisited": 8}
    save_profile(portal.profile(), first.with_name("site.toml"))
    run("crawl", first.with_name("site.toml"), "--out", first.with_name("third"), "--since", second, "-q")
    assert {page["status"] for path, page in by_path(first.with_name("third")).items() if path in PATHS[:2]} == {304}


def test_after_a_crawl_by_a_clock_that_was_ahead_every_page_is_visited(portal: ChangingPortal, first: Path) -> None:
    year = 400 * 86_400
    with closing(sqlite3.connect(first / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE visits SET last_visit = last_visit + ?, first_seen = first_seen + ?", (year, year))
    second = again(first)
    assert lines(second / "skipped.jsonl") == []
    assert set(by_path(second)) == set(by_path(first))
    with closing(sqlite3.connect(second / "ledger.sqlite")) as ledger, ledger:
        assert ledger.execute("SELECT min(seconds) FROM visits").fetchone() == (0.0,)
        ledger.execute("UPDATE visits SET last_visit = last_visit - 86400")  # a day passes
    assert set(by_path(again(second, "third"))) == set(by_path(first))


def test_a_limit_goes_to_new_pages_and_then_to_those_likeliest_to_have_changed(
    portal: ChangingPortal, first: Path
) -> None:
    portal.pages["/"] = Page(hub_page(*PATHS, "/news/9.htm"))
    portal.pages["/news/9.htm"] = Page(story_page(9))
    polite = portal.profile().politeness.model_copy(update={"concurrency": 1})
    save_profile(portal.profile().model_copy(update={"politeness": polite}), first.with_name("site.toml"))
    out = first.with_name("second")
    run("crawl", first.with_name("site.toml"), "--out", out, "--since", first, "--limit", "4", "-q", code=15)
    assert next(iter(by_path(out))) == "/"
    assert "/news/9.htm" in by_path(out)
    assert len(by_path(out)) == 4


def test_an_earlier_crawl_that_is_none_is_refused(first: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(first.with_name("site.toml"))]
    done = subprocess.run([*command, "--since", "latest"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert "holds no crawl that has ended; leave out --since for the first crawl" in done.stderr
