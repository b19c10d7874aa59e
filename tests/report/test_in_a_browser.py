"""The report and the comparison in a real browser: nothing is asked for, nothing crawled runs, nothing is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page

from tests.report.made_reports import Reports

NAMES = ("english", "chinese", "comparison")


class Watched:
    """A page with what it asked for and what it complained of."""

    def __init__(
        self, browser: Browser, path: Path, width: int = 1280, *, script: bool = True, dark: bool = False
    ) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
        )
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def close(self) -> None:
        self.page.context.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [1280, 390, 280])
def test_a_page_asks_for_nothing_runs_nothing_and_fits(
    reports: Reports, browser: Browser, name: str, width: int
) -> None:
    path = getattr(reports, name)
    watched = Watched(browser, path, width, dark=width < 600)
    try:
        watched.page.wait_for_load_state("load")
        assert watched.complaints == []
        assert [url for url in watched.asked if not url.startswith("data:")] == [path.as_uri()]
        assert "owned" not in watched.page.title()
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
        assert watched.page.evaluate("getComputedStyle(document.querySelector('main')).display") == "block"
    finally:
        watched.close()


def test_hostile_headlines_are_shown_as_they_are(reports: Reports, browser: Browser) -> None:
    watched = Watched(browser, reports.comparison)
    try:
        shown = watched.page.locator("#compare-changed").inner_text()
        assert "</script><script>document.title='owned'</script>" in shown
        assert watched.page.evaluate("document.scripts.length") == 0
        assert watched.page.locator("#about-title, #counts-title").first.is_visible()
    finally:
        watched.close()


def test_the_graph_is_drawn_and_its_roles_can_be_switched(reports: Reports, browser: Browser) -> None:
    watched = Watched(browser, reports.english)
    try:
        page = watched.page
        page.locator("#graph-canvas canvas").first.wait_for()
        assert page.locator("#graph-roles").is_visible()
        boxes = page.locator("#graph-roles input[name=role]")
        assert boxes.count() >= 1
        for number in range(boxes.count()):
            boxes.nth(number).click()
        page.locator("#graph-zoom button").first.click()
        page.locator("#graph-canvas").hover()
        assert watched.complaints == []
        assert page.locator("#graph-canvas .name").count() >= 1
    finally:
        watched.close()


def test_without_javascript_the_graph_of_sections_is_there(reports: Reports, browser: Browser) -> None:
    watched = Watched(browser, reports.english, script=False)
    try:
        page = watched.page
        assert page.locator("#graph-sections svg circle").first.is_visible()
        assert page.locator("#graph-canvas").is_hidden()
        assert page.locator("#graph-roles").is_hidden()
        assert page.locator("#chart-loss-chart .chart svg").is_visible()
    finally:
        watched.close()


def test_a_keyboard_reaches_the_report_by_its_first_link(reports: Reports, browser: Browser) -> None:
    watched = Watched(browser, reports.english)
    try:
        watched.page.keyboard.press("Tab")
        assert watched.page.evaluate("document.activeElement.textContent") == "Skip to the report"
        assert watched.page.locator("a.skip").bounding_box()["x"] >= 0  # type: ignore[index] # it has a box
        watched.page.keyboard.press("Enter")
        assert watched.page.evaluate("document.activeElement.id") == "main"
    finally:
        watched.close()
