"""Cookies go back to the host that set them, within bounds, and nowhere else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.engine.host_cookies import MOST_HEADER, HostCookies
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import save_profile
from tests.changing_portal import story_page
from tests.wire_server import Form, serving_forms

URL = "http://h.test/a/b.htm"


@pytest.mark.parametrize(
    ("header", "url", "sent"),
    [
        (b"a=1", URL, b"a=1"),
        (b"a=1", "http://h.test/other", b""),
        (b"a=1; Path=/", "http://h.test/other", b"a=1"),
        (b"a=1; path=/a", "http://h.test/ab", b""),
        (b"a=1; Path=/a", "http://h.test/a/c", b"a=1"),
        (b"a=1; Secure", URL, b""),
        (b"a=1; Secure", "https://h.test/a/b.htm", b"a=1"),
        (b"a=1; Max-Age=10", URL, b"a=1"),
        (b"a=1; Max-Age=0", URL, b""),
        (b"a=1; Max-Age=-1; Expires=Fri, 01 Jan 2100 00:00:00 GMT", URL, b""),
        (b"a=1; Expires=Thu, 01-Jan-1970 00:00:10 GMT", URL, b""),
        (b"a=1; Expires=soon", URL, b"a=1"),
        (b"a=1; Domain=test; HttpOnly", URL, b"a=1"),
        (b" a = 1 2 ", URL, b"a=1 2"),
        (b"a", URL, b""),
        (b"=1", URL, b""),
        (b"a=1\x00", URL, b""),
        (b"a=" + b"x" * 5000, URL, b""),
    ],
)
def test_a_cookie_is_sent_as_rfc_6265_has_it(header: bytes, url: str, sent: bytes) -> None:
    cookies = HostCookies()
    cookies.take("h.test", URL, [header], 1000.0)
    assert cookies.header("h.test", url, 1001.0) == sent
    assert cookies.header("h.test", url, 1011.0) == (b"" if b"Max-Age=10" in header else sent)
    assert cookies.header("h.test:8080", url, 1001.0) == b""
    assert cookies.header("o.test", url, 1001.0) == b""


def test_the_longest_path_comes_first_and_a_later_value_takes_the_earlier_ones_place() -> None:
    cookies = HostCookies()
    cookies.take("h", "http://h/a/b", [b"x=1; Path=/", b"y=2; Path=/a", b"x=3; Path=/", b"y=; Path=/a"], 0.0)
    assert cookies.header("h", "http://h/a/b", 0.0) == b"y=; x=3"


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 6000)), max_size=200))
def test_whatever_a_host_sets_its_header_stays_within_its_bound(given_cookies: list[tuple[int, int]]) -> None:
    cookies = HostCookies()
    cookies.take("h", "http://h/", [b"c%d=%s; Path=/" % (name, b"v" * size) for name, size in given_cookies], 0.0)
    header = cookies.header("h", "http://h/", 0.0)
    assert len(header) <= MOST_HEADER
    assert header.count(b"=") <= 50


def _page(*lines: str) -> bytes:
    body = story_page(1, "Story", '<a href="/b">B</a> <a href="/c">C</a>').encode()
    head = ["HTTP/1.1 200 OK", "Content-Type: text/html", *lines, f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize("enabled", [True, False])
def test_a_crawl_sends_them_only_where_the_profile_says_so_and_only_to_their_host(
    enabled: bool, tmp_path: Path
) -> None:
    bomb = [f"Set-Cookie: c{number}={'v' * 4000}; Path=/" for number in range(400)]
    with serving_forms([]) as other, serving_forms([]) as server:
        there = f"127.0.0.1:{other.port}"
        other._forms = {"x": Form("x", (_page(),))}
        server._forms = {
            "": Form("", (_page("Set-Cookie: who=me; Path=/; Domain=127.0.0.1"),)),
            "b": Form("b", (_page(*bomb),)),
            "c": Form("c", (_to(there),)),
        }
        place = f"127.0.0.1:{server.port}"
        profile = SiteProfile.model_validate({
            "name": "cookies",
            "seeds": [f"http://{place}/"],
            "scope": {"hosts": [place, there], "allow_private": [place, there]},
            "network": {"cookies": enabled},
            "politeness": {"delay": 0},
        })  # fmt: skip
        save_profile(profile, tmp_path / "site.toml")
        command = [sys.executable, "-m", "portal_crawler", "crawl", tmp_path / "site.toml", "--out", tmp_path / "out"]
        done = subprocess.run([*map(str, command), "-q"], capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        sent = {name: [_cookie(request) for request, _ in server.passed.of(name)] for name in ("", "b", "c")}
        assert [_cookie(request) for request, _ in other.passed.of("x")] == [b""]
    if enabled:
        assert (sent[""], sent["b"]) == ([b""], [b"who=me"])
        assert 0 < len(sent["c"][0]) <= MOST_HEADER
    else:
        assert sent == {"": [b""], "b": [b""], "c": [b""]}
    pages = [json.loads(line) for line in (tmp_path / "out/pages.jsonl").read_bytes().splitlines()]
    assert sorted(page["status"] for page in pages) == [200] * 4 + [404] * 2  # the last two on the other host


def _to(place: str) -> bytes:
    body = f'<p><a href="http://{place}/x">There</a>'.encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def _cookie(request: bytes) -> bytes:
    found = [line for line in request.split(b"\r\n") if line.lower().startswith(b"cookie:")]
    return found[0].partition(b":")[2].strip() if found else b""
