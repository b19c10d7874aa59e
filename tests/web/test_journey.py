"""A journey of an archivist and a researcher, in a real browser: from a crawl of the demo portal to a dataset."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas
import pytest

from tests.web.browser import watched_browser
from tests.web.conftest import ROOT, run
from tests.web.desk_process import DeskProcess, desk_process

if TYPE_CHECKING:
    from playwright.sync_api import Page

CRAWL = "demo"
_CJK = re.compile(r"[\u4e00-\u9fff]{2}")
_OURS = re.compile(r"(http://127\.0\.0\.1:\d+/|data:|blob:)")


def lines(folder: Path, file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / file).read_text(encoding="utf-8").splitlines()]


def shown_number(page: Page, label: str) -> int:
    fact = page.locator("dl.facts > div").filter(has=page.locator("dt", has_text=re.compile(f"^{label}$")))
    return int(fact.locator("dd").inner_text().replace(",", ""))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Path]:
    """A workspace in which a crawl of the demo portal runs, begun from the command line."""
    (tmp_path / "data" / "crawls").mkdir(parents=True)
    command = [sys.executable, "-m", "portal_crawler", "demo", "--out", f"data/crawls/{CRAWL}", "--progress", "none"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as crawl:
        yield tmp_path
        crawl.kill()


def test_from_a_running_crawl_to_a_loaded_dataset(workspace: Path) -> None:
    folder = workspace / "data" / "crawls" / CRAWL
    with watched_browser() as browser, desk_process(workspace / "data" / "crawls", "--write", cwd=workspace) as desk:
        with browser.page(1280) as page:
            _watch_it_live(page, desk)
            stories = lines(folder, "articles.jsonl")
            _open_a_story(page, desk, next(one for one in stories if one["word_count"] > 200))
            _search_a_word_of_two_characters(page, desk, next(one for one in stories if one["language"] == "zh"))
            _find_a_cluster(page, desk, lines(folder, "duplicates.jsonl")[0])
            _ask_why_not(page, desk, next(one for one in lines(folder, "skipped.jsonl") if one["rule"]))
            _try_a_rule(page, desk)
            _download_a_dataset(page, desk, workspace, len(stories))
        assert browser.outside == []
        assert browser.console == []
        assert [url for url in browser.requests if not _OURS.match(url)] == []


def _watch_it_live(page: Page, desk: DeskProcess) -> None:
    """The number of pages grows without a reload, until the crawl has ended."""
    page.goto(f"{desk.origin}/")
    link = page.get_by_role("link", name=CRAWL, exact=True).first
    for _ in range(60):  # the crawl has a folder a moment after its command has begun
        if link.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    link.click()
    page.get_by_role("link", name="Live run").click()
    page.get_by_role("button", name="Stop").or_(page.get_by_text("Log in")).or_(page.locator("#live")).first.wait_for()
    first = shown_number(page, "Pages")
    page.wait_for_function(
        "before => Number(document.querySelector('dl.facts dd').innerText.replace(/,/g, '')) > before",
        arg=first,
        timeout=60_000,
    )
    page.locator("#live .tag", has_text="finished").wait_for(timeout=180_000)
    assert shown_number(page, "Pages") > first


def _open_a_story(page: Page, desk: DeskProcess, story: dict[str, Any]) -> None:
    """Its text; and beside the page as it was archived the reading, drawn over the same page."""
    page.goto(f"{desk.origin}/crawls/{CRAWL}/articles/{story['id']}")
    first = story["text"].split("\n\n")[0]
    page.get_by_text(first[:60]).first.wait_for(timeout=30_000)
    page.get_by_role("link", name="Why", exact=True).click()
    drawn, replayed = page.frame_locator("figure iframe").nth(0), page.frame_locator("figure iframe").nth(1)
    words = re.escape(" ".join(first.split()[:4]))
    drawn.get_by_text(re.compile(words)).first.wait_for(timeout=30_000)
    replayed.get_by_text(re.compile(words)).first.wait_for(timeout=30_000)
    assert drawn.get_by_text("BODY", exact=False).count() > 0
    assert page.locator("ol.blocks > li.body").count() > 0


def _search_a_word_of_two_characters(page: Page, desk: DeskProcess, story: dict[str, Any]) -> None:
    word = _CJK.search(story["title"])
    assert word is not None
    page.goto(f"{desk.origin}/crawls/{CRAWL}/search")
    page.get_by_role("searchbox").or_(page.locator("main input[name=q]")).first.fill(word[0])
    page.keyboard.press("Enter")
    hits = page.locator("ol.hits > li")
    hits.first.wait_for()
    assert all(word[0] in text for text in hits.all_inner_texts())
    assert page.locator("ol.hits mark").first.inner_text() == word[0]


def _find_a_cluster(page: Page, desk: DeskProcess, copy: dict[str, Any]) -> None:
    page.goto(f"{desk.origin}/crawls/{CRAWL}/duplicates")
    page.locator("#list tbody th a").first.click()
    page.wait_for_url("**/duplicates/*")
    page.goto(f"{desk.origin}/crawls/{CRAWL}/duplicates/{copy['of']}")
    page.get_by_text(copy["url"].removeprefix("http://")).or_(page.get_by_text(copy["url"])).first.wait_for()


def _ask_why_not(page: Page, desk: DeskProcess, skipped: dict[str, Any]) -> None:
    page.goto(f"{desk.origin}/crawls/{CRAWL}/skipped")
    page.get_by_label("Why is this address not here?").or_(page.locator("form.ask input[name=url]")).first.fill(
        skipped["url"]
    )
    page.locator("form.ask button").click()
    answer = page.locator("#answer")
    answer.get_by_text(skipped["reason"]).first.wait_for()
    assert skipped["rule"] in answer.inner_text()


def _try_a_rule(page: Page, desk: DeskProcess) -> None:
    """A rule is edited, and what it would change on pages of the archive is shown before it is saved."""
    page.goto(f"{desk.origin}/login?next=/crawls/{CRAWL}/profile")
    page.locator("input[name=token]").fill(desk.token)
    page.locator("#login button").click()
    editor = page.locator("textarea#text")
    editor.wait_for()
    text = editor.input_value()
    pattern = re.search(r"^exclude = \[", text, re.MULTILINE)
    assert pattern is not None
    editor.fill(text[: pattern.end()] + "'^/english/', " + text[pattern.end() :])
    page.locator("button[value=try]").click()
    page.locator("#told").wait_for(timeout=60_000)
    leave = page.locator("#told table").filter(has_text="^/english/")
    assert leave.locator("tbody tr").count() > 0


def _download_a_dataset(page: Page, desk: DeskProcess, workspace: Path, stories: int) -> None:
    made = run("dataset", f"data/crawls/{CRAWL}", "--to", "csv", cwd=workspace)
    assert made.returncode == 0, made.stderr
    page.goto(f"{desk.origin}/crawls/{CRAWL}/exports")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Download the dataset as one ZIP file").click()
    with zipfile.ZipFile(waited.value.path()) as package:
        assert package.testzip() is None
        parts = [pandas.read_csv(package.open(name)) for name in package.namelist() if name.endswith(".csv")]
    loaded = pandas.concat(parts)
    assert len(loaded) == stories
    assert loaded["title"].notna().any()
