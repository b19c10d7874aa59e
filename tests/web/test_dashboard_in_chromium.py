"""The dashboard's pages in a browser: no error in the console, nothing asked of another machine, no script needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.settled_crawl import crawl, finish, portal
from tests.web.browser import Watched, watched_browser
from tests.web.conftest import ShownCrawl
from tests.web.desk_process import DeskProcess, desk_process

HOME = "/crawls/portal"
PAGES = ("", "/live", "/pages", "/articles", "/search?q=story", "/duplicates", "/skipped", "/graph", "/exports")
VIEWS = ("", "/why", "/links-in", "/links-out", "/record", "/versions", "/copies")
PHONE, DESKTOP = 390, 1280


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, shown_crawl: ShownCrawl) -> Iterator[DeskProcess]:
    home = tmp_path_factory.mktemp("crawls")
    crawl(home / "portal", portal())
    finish(home / "portal")
    (home / "gbk").symlink_to(shown_crawl.folder, target_is_directory=True)
    with desk_process(home, "--no-replay") as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Watched]:
    with watched_browser() as watched:
        yield watched


def _story(desk: DeskProcess, name: str) -> str:
    listed = desk.ask(f"/crawls/{name}/pages?kind=article").text
    found = re.search(rf'"(/crawls/{name}/pages/[0-9a-f]{{16}})"', listed)
    assert found
    return found[1]


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_every_page_fits_its_window_and_says_nothing_in_the_console(
    browser: Watched, desk: DeskProcess, width: int
) -> None:
    paths = ["/", "/search?q=story", "/schedule", *(HOME + path for path in PAGES)]
    paths += [_story(desk, "gbk") + view for view in VIEWS]
    with browser.page(width) as page:
        for path in paths:
            page.goto(desk.origin + path, wait_until="load")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert page.title().endswith("portal-crawler"), path
    assert browser.console == []
    assert browser.outside == []
    assert [url for url in browser.requests if not re.match(r"(http://127\.0\.0\.1:\d+/|data:|blob:)", url)] == []


def test_a_filter_takes_effect_when_it_is_chosen_and_stands_in_the_address(browser: Watched, desk: DeskProcess) -> None:
    with browser.page() as page:
        page.goto(f"{desk.origin}{HOME}/pages")
        page.get_by_label("Kind").select_option("link_page")
        page.wait_for_url("**kind=link_page**")
        page.wait_for_function("document.querySelectorAll('#list tbody tr').length === 1")
        assert page.locator("#list tbody tr .tag").first.inner_text() == "link page"


def test_why_not_answers_on_the_page_that_asks(browser: Watched, desk: DeskProcess) -> None:
    with browser.page() as page:
        page.goto(f"{desk.origin}{HOME}/skipped")
        page.get_by_label("Why did this address give no article?").fill("http://www.portal.test/dead.htm")
        page.keyboard.press("Enter")
        page.locator("#answer .step").wait_for()
        assert page.locator("#answer .step").inner_text() == "skipped"
        assert page.url.endswith("/skipped")


def test_without_script_every_form_and_link_works(browser: Watched, desk: DeskProcess) -> None:
    context = browser.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        page.goto(f"{desk.origin}{HOME}/pages?many=10")
        page.get_by_label("Kind").select_option("article")
        page.get_by_role("button", name="Filter").click()
        page.get_by_role("link", name="Next").first.click()
        assert page.locator("#list tbody tr").count() == 10
        page.goto(f"{desk.origin}{HOME}/why-not")
        page.get_by_label("Why did this address give no article?").fill("http://www.portal.test/dead.htm")
        page.get_by_role("button", name="Why not?").click()
        assert page.locator("#answer .step").inner_text() == "skipped"
    finally:
        context.close()


def test_a_keyboard_reaches_the_content_first(browser: Watched, desk: DeskProcess) -> None:
    with browser.page() as page:
        page.goto(f"{desk.origin}{HOME}/articles")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        box = page.evaluate("getComputedStyle(document.querySelector('.top a')).outlineStyle")
        assert box == "none"
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_picture_of_each_kind_of_page_can_be_made(browser: Watched, desk: DeskProcess, tmp_path: Path) -> None:
    """Charts are drawn: what a person sees is not an empty box."""
    with browser.page(DESKTOP) as page:
        page.goto(f"{desk.origin}{HOME}")
        drawn = page.locator(".bars svg .fill").first.bounding_box()
        assert drawn is not None
        assert drawn["width"] > 20
        page.screenshot(path=str(tmp_path / "overview.png"))
    assert (tmp_path / "overview.png").stat().st_size > 10_000
