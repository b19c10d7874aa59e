"""The dashboard as it is served: who is answered, what every answer says, and what it takes to change something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.web.conftest import ShownCrawl
from tests.web.desk_process import DeskProcess, desk_process
from tests.web.test_paths import ELSEWHERE

SECRET = b"/etc/passwd"


@pytest.fixture(scope="module")
def reading_desk(shown_crawl: ShownCrawl) -> Iterator[DeskProcess]:
    with desk_process(shown_crawl.place, "--no-replay") as served:
        yield served


def mark_of(desk: DeskProcess, cookie: str) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', desk.ask("/login", headers={"Cookie": cookie}).text)
    assert found, "the log-in page shows its log-out form to who is logged in"
    return found[1]


# -- whose requests are answered


@pytest.mark.parametrize("at", ["origin", "replay"])
def test_a_name_of_elsewhere_gets_nothing_of_either_server(desk: DeskProcess, at: str) -> None:
    server = getattr(desk, at)
    port = urlsplit(server).port
    assert desk.ask("/", at=server).status == 200
    for host in (
        f"evil.test:{port}",
        "evil.test",
        "127.0.0.1",
        f"127.0.0.1.nip.test:{port}",
        f"127.0.0.1:{port}@evil.test",
    ):
        answered = desk.ask("/", headers={"Host": host}, at=server)
        assert answered.status == 421, host
        assert "--allow-host" in answered.text
    assert desk.ask("/", headers={"Host": f"desk.test:{port}"}, at=server).status == 200
    assert desk.ask("/", headers={"Host": f"localhost:{port}"}, at=server).status == 200


@pytest.mark.parametrize("raw", [path.decode("latin-1") for path in ELSEWHERE if b"\\" not in path and min(path) > 32])
def test_a_path_that_leads_elsewhere_is_refused_by_both_servers(desk: DeskProcess, raw: str) -> None:
    for server in (desk.origin, desk.replay):
        assert desk.ask(raw.encode("latin-1").decode("ascii"), at=server).status == 400


def test_names_of_files_from_elsewhere_are_none(desk: DeskProcess, shown_crawl: ShownCrawl) -> None:
    for path in (
        "/player/replay_origin.py",
        "/player/%2Fetc%2Fpasswd",
        "/crawls/%2Fetc/archive.wacz",
        f"/crawls/{shown_crawl.name}/profile.toml",
        f"/crawls/{shown_crawl.name}/page?url=http://x.test/&file=../../profile.toml&offset=0",
        f"/crawls/{shown_crawl.name}/page?url=http://x.test/&file=/etc/passwd&offset=0",
        f"/crawls/{shown_crawl.name}/page?url=file:///etc/passwd",
    ):
        answered = desk.ask(path, at=desk.replay)
        assert answered.status in (400, 404), path
        assert b"root:" not in answered.body
        assert b"[scope]" not in answered.body


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "OPTIONS", "PATCH"])
def test_methods_that_are_not_offered_are_refused(desk: DeskProcess, method: str) -> None:
    assert desk.ask("/", method).status in (403, 405)
    assert desk.ask("/", method, at=desk.replay).status == 405


def test_pages_of_other_origins_may_link_and_take_nothing(desk: DeskProcess) -> None:
    def asked(at: str = "", **said: str) -> int:
        return desk.ask("/", headers={f"Sec-Fetch-{name.title()}": value for name, value in said.items()}, at=at).status

    assert asked(site="cross-site", mode="navigate", dest="document") == 200
    assert asked(site="cross-site", mode="no-cors", dest="script") == 403
    assert asked(site="same-site", mode="cors", dest="empty") == 403
    assert asked(site="same-site", mode="navigate", dest="iframe") == 403
    assert asked(site="same-origin", mode="cors", dest="empty") == 200
    assert asked(desk.replay, site="same-site", mode="navigate", dest="iframe") == 200
    assert asked(desk.replay, site="cross-site", mode="no-cors", dest="image") == 403


@pytest.mark.parametrize("at", ["origin", "replay"])
def test_every_answer_says_what_a_browser_may_do_with_it(desk: DeskProcess, at: str) -> None:
    for path in ("/", "/nothing-here"):
        headers = desk.ask(path, at=getattr(desk, at)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] in ("same-origin", "same-site")
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers


# -- what it takes to change something


def test_without_write_nothing_is_changed_whoever_asks(reading_desk: DeskProcess, shown_crawl: ShownCrawl) -> None:
    for path in ("/login", f"/crawls/{shown_crawl.name}/control", f"/crawls/{shown_crawl.name}/profile", "/nowhere"):
        answered = reading_desk.post(path, {"token": reading_desk.token, "action": "stop"})
        assert answered.status == 403, path
        assert "--write" in answered.text
    assert reading_desk.token == ""


def test_the_token_opens_a_session_by_a_cookie_that_no_script_reads_and_no_other_site_sends(desk: DeskProcess) -> None:
    answered = desk.post("/login", {"token": desk.token, "next": "/crawls/x/live"})
    assert answered.status == 303
    assert answered.headers["location"] == "/crawls/x/live"
    cookie = answered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert len(desk.token) >= 43
    assert desk.token not in cookie


@pytest.mark.parametrize(
    "path", ["//evil.test/", "https://evil.test/", "/\\evil.test", "/a\nb", "javascript:alert(1)", ""]
)
def test_the_log_in_leads_to_no_other_server(desk: DeskProcess, path: str) -> None:
    assert desk.post("/login", {"token": desk.token, "next": path}).headers["location"] == "/"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"Origin": ""}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "REPLAY"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content-Type": ""}, 415),
    ],
)
def test_a_form_of_elsewhere_is_refused_with_cookie_and_mark(
    desk: DeskProcess, changed: dict[str, str], status: int
) -> None:
    cookie = desk.log_in()
    mark = mark_of(desk, cookie)
    headers = {name: value.replace("REPLAY", desk.replay) for name, value in changed.items()}
    assert desk.post("/logout", {"mark": mark}, {"Cookie": cookie, **headers}).status == status
    assert mark_of(desk, cookie), "the session is still open"


def test_a_form_without_the_mark_of_its_session_is_refused(desk: DeskProcess) -> None:
    cookie, other = desk.log_in(), desk.log_in()
    for mark in ("", "0.0", mark_of(desk, other)):
        assert desk.post("/logout", {"mark": mark}, {"Cookie": cookie}).status == 403
    assert desk.post("/logout", {"mark": mark_of(desk, cookie)}, {"Cookie": cookie}).status == 303
    assert 'name="token"' in desk.ask("/login", headers={"Cookie": cookie}).text


def test_who_is_not_logged_in_is_led_to_the_log_in_and_back(desk: DeskProcess, shown_crawl: ShownCrawl) -> None:
    page = f"/crawls/{shown_crawl.name}/live"
    answered = desk.post(
        f"/crawls/{shown_crawl.name}/control", {"action": "stop"}, {"Referer": f"{desk.origin}{page}?a=1"}
    )
    assert answered.status == 303
    assert answered.headers["location"] == f"/login?next=%2Fcrawls%2F{shown_crawl.name}%2Flive"


def test_a_form_that_is_too_long_is_refused(desk: DeskProcess) -> None:
    assert desk.post("/login", {"token": "x" * 1_100_000}).status == 413
    many = {f"n{number}": "x" for number in range(1_100)}
    assert desk.post("/login", many).status == 413


def test_guesses_of_the_token_are_slowed_down(shown_crawl: ShownCrawl) -> None:
    with desk_process(shown_crawl.place, "--write", "--no-replay") as served:
        statuses = [served.post("/login", {"token": f"guess {number}"}).status for number in range(6)]
        assert statuses == [303, 303, 303, 303, 303, 429]
        late = served.post("/login", {"token": served.token})
        assert late.status == 429
        assert 0 < int(late.headers["retry-after"]) <= 60
