"""A running crawl is steered from the dashboard, by who is logged in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal_crawler.engine.control_file import CONTROL, Standing, told
from portal_crawler.errors import ExitCode
from tests.engine.test_control import portal_of_many, started, stories_asked, until
from tests.web.browser import watched_browser
from tests.web.conftest import ShownCrawl
from tests.web.desk_process import DeskProcess, desk_process
from tests.web.test_served_desk import mark_of


def test_a_crawl_is_paused_and_stopped_from_its_page(tmp_path: Path) -> None:
    place = tmp_path / "crawls"
    place.mkdir()
    folder = place / "crawl"
    with portal_of_many() as portal, desk_process(place, "--write", "--no-replay") as desk:
        process = started(portal, folder)
        until(lambda: stories_asked(portal) > 2)
        cookie = desk.log_in()
        page = desk.ask("/crawls/crawl/live", headers={"Cookie": cookie}).text
        mark = re.search(r'name="mark" value="([^"]+)"', page)
        assert mark, "who is logged in sees the buttons"
        fields = {"mark": mark[1], "action": "pause"}
        assert desk.post("/crawls/crawl/control", fields).status == 303, "without the cookie it leads to the log-in"
        assert not (folder / CONTROL).exists()
        assert desk.post("/crawls/crawl/control", {**fields, "action": "explode"}, {"Cookie": cookie}).status == 400
        answered = desk.post("/crawls/crawl/control", fields, {"Cookie": cookie})
        assert (answered.status, answered.headers["location"]) == (303, "/crawls/crawl/live")
        until(lambda: told(folder) is Standing.PAUSED)
        assert "paused" in desk.ask("/crawls/crawl/live", headers={"Cookie": cookie}).text
        assert desk.post("/crawls/crawl/control", {**fields, "action": "stop"}, {"Cookie": cookie}).status == 303
        process.communicate(timeout=30)
        assert process.returncode == ExitCode.INTERRUPTED
        late = desk.post("/crawls/crawl/control", fields, {"Cookie": cookie})
        assert late.status == 409, "what came too late is no failure of the server"
        assert "does not run" in late.text
        assert not (folder / CONTROL).exists()


@pytest.mark.parametrize("action", ["pause", "resume", "stop"])
def test_a_wish_for_a_crawl_that_has_ended_comes_too_late(
    desk: DeskProcess, shown_crawl: ShownCrawl, action: str
) -> None:
    cookie = desk.log_in()
    fields = {"mark": mark_of(desk, cookie), "action": action}
    late = desk.post(f"/crawls/{shown_crawl.name}/control", fields, {"Cookie": cookie})
    assert late.status == 409, "nothing failed: it came too late"
    assert "has ended" in late.text
    assert not (shown_crawl.folder / CONTROL).exists()


def test_the_buttons_follow_the_crawl_without_loading_the_page_again(tmp_path: Path) -> None:
    place = tmp_path / "crawls"
    place.mkdir()
    with (
        portal_of_many() as portal,
        desk_process(place, "--write", "--no-replay") as desk,
        watched_browser() as browser,
        browser.page() as page,
    ):
        process = started(portal, place / "crawl")
        until(lambda: stories_asked(portal) > 2)
        page.goto(f"{desk.origin}/login#{desk.token}")
        page.wait_for_url(f"{desk.origin}/")
        page.goto(f"{desk.origin}/crawls/crawl/live")
        page.click("#control-pause")
        page.wait_for_selector("#control-resume", timeout=15_000)
        page.click("#control-stop")
        process.communicate(timeout=30)
        page.wait_for_selector("#control form", state="detached", timeout=15_000)
        assert browser.console == []


def test_a_wrong_token_does_not_lose_the_way_back(tmp_path: Path) -> None:
    with desk_process(tmp_path, "--write", "--no-replay") as desk:
        told = desk.post("/login", {"token": "wrong", "next": "/crawls/one/profile"})
        assert told.headers["location"] == "/login?wrong=1&next=%2Fcrawls%2Fone%2Fprofile"
        assert 'value="/crawls/one/profile"' in desk.ask(told.headers["location"]).text
        elsewhere = desk.post("/login", {"token": "wrong", "next": "//elsewhere.test"})
        assert elsewhere.headers["location"] == "/login?wrong=1&next=%2F"
