"""What a browser makes of it: pages of 2004 replayed, hostile pages held, forms of elsewhere refused."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from portal_crawler.catalog.address_key import address_key, shown_key
from tests.served_portal import HOST
from tests.web.browser import Watched, watched_browser
from tests.web.conftest import ShownCrawl
from tests.web.desk_process import DeskProcess, desk_process
from tests.web.gbk_portal import GBK_PATH, HEADLINE, HOSTILE_PATH, SENTENCES

if TYPE_CHECKING:
    from playwright.sync_api import Frame

# Milliseconds: what a hostile page does, it does in its first second.
_A_WHILE = 2_500


@pytest.fixture(scope="module")
def browser() -> Iterator[Watched]:
    with watched_browser() as watched:
        yield watched


def at(desk: DeskProcess, crawl: ShownCrawl, view: str, path: str) -> str:
    return f"{desk.replay}/crawls/{crawl.name}/{view}?url={quote(HOST + path, safe='')}"


def nothing_got_out(browser: Watched, crawl: ShownCrawl) -> None:
    assert browser.outside == []
    assert crawl.leaks.heard == []
    assert [url for url in browser.requests if not re.match(r"(http://127\.0\.0\.1:\d+/|data:|blob:)", url)] == []


def test_a_page_of_2004_in_gbk_is_replayed_from_the_archive_alone(
    browser: Watched, desk: DeskProcess, shown_crawl: ShownCrawl
) -> None:
    with browser.page() as page:
        page.goto(at(desk, shown_crawl, "replay", GBK_PATH))
        replayed = page.frame_locator("iframe[name]").first
        replayed.get_by_text(SENTENCES[0]).first.wait_for(timeout=20_000)
        assert replayed.locator("h1").inner_text() == HEADLINE
        frame = page.frames[-1]
        assert frame.evaluate("document.characterSet") in {"GBK", "gb18030"}
        # A link within it leads on within the archive.
        replayed.get_by_text("next").click()
        replayed.get_by_text("The market opened before dawn").first.wait_for(timeout=10_000)
    nothing_got_out(browser, shown_crawl)


def asked(frame: Frame, script: str) -> Any:
    """What a script says in a frame; ``None`` in one that leads elsewhere at that very moment."""
    for _ in range(5):
        try:
            return frame.evaluate(script)
        except Exception as error:  # noqa: BLE001 - Playwright's own error is not there where it is not installed
            if frame.is_detached() or "destroyed" not in str(error):
                return None
    return None


@pytest.mark.parametrize("view", ["replay", "page", "why"])
def test_a_hostile_page_runs_nothing_and_reaches_nothing(
    browser: Watched, desk: DeskProcess, shown_crawl: ShownCrawl, view: str
) -> None:
    with browser.page() as page:
        browser.console.clear()
        page.goto(at(desk, shown_crawl, view, HOSTILE_PATH))
        page.wait_for_timeout(_A_WHILE)
        assert "taken" not in page.title()
        ran = [told for frame in page.frames if (told := asked(frame, "[window.ran === true, window.origin]"))]
        assert ran
        assert not any(one for one, _ in ran)
        if view != "replay":
            assert {origin for _, origin in ran} == {"null"}, "shown without a player, it has no origin at all"
            assert [said for said in browser.console if "Content Security Policy" in said] == []
        assert page.url.startswith(desk.replay)
        browser.console.clear()
    nothing_got_out(browser, shown_crawl)


def test_scripts_of_archived_pages_that_are_let_run_stay_in_the_second_origin(
    browser: Watched, shown_crawl: ShownCrawl
) -> None:
    with desk_process(shown_crawl.place, "--page-scripts") as desk, browser.page() as page:
        page.goto(at(desk, shown_crawl, "replay", HOSTILE_PATH))
        page.wait_for_timeout(_A_WHILE)
        assert page.url.startswith(desk.replay)
        assert browser.outside == []
        # WebRTC is what no policy holds: why they do not run unless it is asked for.
        assert [one for one in shown_crawl.leaks.heard if not one.startswith(b"UDP")] == []
        shown_crawl.leaks.heard.clear()


@contextmanager
def page_of_elsewhere(body: str) -> Iterator[str]:
    """An attacker's page on another port of this machine: the same site, another origin."""

    class Elsewhere(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def test_a_form_of_another_origin_changes_nothing_though_the_cookie_goes_with_it(
    browser: Watched, desk: DeskProcess, shown_crawl: ShownCrawl
) -> None:
    with browser.page() as page:
        page.goto(f"{desk.origin}/login#{desk.token}")
        page.wait_for_url(f"{desk.origin}/")
        assert desk.token not in page.evaluate("document.cookie + location.href + JSON.stringify(history.state)")
        page.goto(f"{desk.origin}/login")
        mark = page.locator("input[name=mark]").get_attribute("value")
        form = (
            f'<form method="post" action="{desk.origin}/logout"><input name="mark" value="{mark}"></form>'
            "<script>document.forms[0].submit()</script>"
        )
        with page_of_elsewhere(form) as elsewhere:
            page.goto(elsewhere)
            page.wait_for_url(f"{desk.origin}/logout")
            assert "own pages alone" in page.inner_text("body")
        script = (
            f"<script>fetch('{desk.origin}/logout', {{method: 'POST', mode: 'no-cors', credentials: 'include',"
            f"headers: {{'Content-Type': 'application/x-www-form-urlencoded'}}, body: 'mark={mark}'}})"
            ".finally(() => document.title = 'sent')</script>"
        )
        with page_of_elsewhere(script) as elsewhere:
            page.goto(elsewhere)
            page.wait_for_function("document.title === 'sent'")
        frame = f'<iframe src="{desk.origin}/"></iframe><script src="{desk.origin}/"></script>'
        with page_of_elsewhere(frame) as elsewhere:
            page.goto(elsewhere)
            page.wait_for_timeout(300)
            assert "portal-crawler" not in page.frames[1].content()
        page.goto(f"{desk.origin}/login")
        assert page.locator("form[action='/logout']").count() == 1, "the session is still open"
        page.locator("form[action='/logout'] button").click()
        page.wait_for_url(f"{desk.origin}/")
        page.goto(f"{desk.origin}/login")
        assert page.locator("input[name=token]").count() == 1
    browser.console.clear()
    nothing_got_out(browser, shown_crawl)


def test_no_page_of_the_dashboard_runs_what_a_crawled_page_says(
    browser: Watched, desk: DeskProcess, shown_crawl: ShownCrawl
) -> None:
    """One page of each form that is linked, those of the hostile story first, with its title, text and addresses."""
    lines = map(json.loads, (shown_crawl.folder / "pages.jsonl").read_text().splitlines())
    key = next(shown_key(address_key(line["url_key"])) for line in lines if HOSTILE_PATH in line["url"])
    own = f"/crawls/{shown_crawl.name}"
    with browser.page() as page:
        page.on("dialog", lambda dialog: browser.console.append(f"dialog {dialog.message}"))
        page.goto(f"{desk.origin}/login#{desk.token}")
        page.wait_for_url(f"{desk.origin}/")
        waiting, seen, told = [f"{own}/pages/{key}", f"{own}/search?q=wants", "/"], set[str](), ""
        browser.console.clear()
        while waiting:
            path = waiting.pop(0)
            form = re.sub(r"[0-9a-f]{16}|\?.*", "", path)
            if form in seen:
                continue
            seen.add(form)
            answer = page.goto(desk.origin + path, wait_until="load")
            assert answer is not None
            assert answer.status < 400, path
            assert page.evaluate("window.ran") is None, path
            told += page.content()
            links = page.eval_on_selector_all("a[href^='/']", "all => all.map(one => one.getAttribute('href'))")
            waiting += [link for link in links if not re.search(r"lang=|/files/|/raw\b|/profile\?", link)]
        assert "The paper that wants out" in told
        assert len(seen) > 15
    complaints = [
        said for said in browser.console if "violates" in said or said.startswith("dialog") or "Refused" in said
    ]
    assert [said for said in complaints if desk.replay not in said and "script-src 'none'" not in said] == []
    browser.console.clear()
    nothing_got_out(browser, shown_crawl)
