"""Politeness and patience of a real crawl: pauses, robots.txt, outages, hosts that do not answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.records.verify import verify_crawl
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import dump_profile
from tests.polite_portal import PolitePortal, serving

WWW = "www.portal.test"


def start(profile: SiteProfile, folder: Path) -> subprocess.Popen[str]:
    """A crawl, begun or gone on with."""
    path = folder.with_suffix(".toml")
    path.write_text(dump_profile(profile))
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(path), "--out", str(folder), "--progress", "none"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"})


def crawl(profile: SiteProfile, folder: Path, code: int = 0) -> str:
    """A whole crawl; what it said."""
    run = start(profile, folder)
    said = run.communicate(timeout=120)[1]
    assert run.returncode == code, said
    return said


def lines(folder: Path, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def test_the_host_is_left_alone_for_its_crawl_delay_through_kills(tmp_path: Path) -> None:
    with serving(PolitePortal(4, "User-agent: *\nCrawl-delay: 0.6\n")) as portal:
        profile = portal.profile()
        for _ in range(2):
            run = start(profile, tmp_path / "c")
            asked = len(portal.asked)
            until = time.monotonic() + 30
            while len(portal.asked) < asked + 2 and time.monotonic() < until:
                time.sleep(0.01)
            run.send_signal(signal.SIGKILL)
            run.communicate()
        crawl(profile, tmp_path / "c")
    assert len(lines(tmp_path / "c", "pages.jsonl")) == 5
    assert len(portal.gaps(WWW)) >= 5
    assert min(portal.gaps(WWW)) >= 0.6


def test_a_pause_of_ours_holds_between_robots_txt_and_the_first_page(tmp_path: Path) -> None:
    with serving(PolitePortal(2)) as portal:
        crawl(portal.profile(delay=0.4), tmp_path / "c")
    assert [path for _, path, _ in portal.asked] == ["/robots.txt", "/", "/0.htm", "/1.htm"]
    assert min(portal.gaps(WWW)) >= 0.4


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    hosts = tuple(f"h{number}.portal.test" for number in range(4))
    with serving(PolitePortal(2)) as portal:
        crawl(portal.profile(hosts, delay=0.5), tmp_path / "c")
    moments = [at for _, _, at in portal.asked]
    assert len(moments) == 16
    assert max(moments) - min(moments) < 4 * 4 * 0.5  # one after the other would take eight seconds
    assert min(gap for host in hosts for gap in portal.gaps(host)) >= 0.5


@pytest.mark.parametrize("how", ["reset", "503"])
def test_an_outage_costs_no_story_and_no_address_many_requests(tmp_path: Path, how: str) -> None:
    began: list[float] = []

    def out(_host: str, _path: str, _times: int) -> str | tuple[int, dict[str, str]] | None:
        if len(portal.asked) < 20:
            return None
        began.append(time.monotonic())
        if time.monotonic() - began[0] > 4.0:
            return None
        return "reset" if how == "reset" else (503, {})

    with serving(PolitePortal(60)) as portal:
        portal.trouble = out
        crawl(portal.profile(concurrency=4), tmp_path / "c")
    assert len(lines(tmp_path / "c", "articles.jsonl")) == 60
    assert max(portal.times(f"/{number}.htm") for number in range(60)) <= 4
    assert lines(tmp_path / "c", "skipped.jsonl") == []


def test_addresses_that_fail_once_or_twice_are_all_fetched(tmp_path: Path) -> None:
    def now_and_then(_host: str, path: str, times: int) -> str | None:
        number = int(path.strip("/").partition(".")[0]) if path.endswith(".htm") else 5
        return "reset" if times < {0: 1, 1: 2, 2: 1}.get(number % 10, 0) else None

    with serving(PolitePortal(50)) as portal:
        portal.trouble = now_and_then
        crawl(portal.profile(concurrency=2), tmp_path / "c")
    assert len(lines(tmp_path / "c", "articles.jsonl")) == 50
    assert max(portal.times(f"/{number}.htm") for number in range(50)) == 3


def test_an_address_that_always_fails_is_given_up_while_its_host_answers(tmp_path: Path) -> None:
    with serving(PolitePortal(6)) as portal:
        portal.trouble = lambda _host, path, _times: "reset" if path in ("/1.htm", "/2.htm", "/4.htm") else None
        crawl(portal.profile(retries=2), tmp_path / "c")
    assert len(lines(tmp_path / "c", "articles.jsonl")) == 3
    assert [portal.times(f"/{number}.htm") for number in (0, 3, 5)] == [1, 1, 1]
    # A kept connection that turns out to be closed is opened anew for the same try (RFC 9112 section 9.3.1).
    assert all(3 <= portal.times(f"/{number}.htm") <= 6 for number in (1, 2, 4))


def test_a_host_that_stays_silent_is_given_up_with_all_its_addresses(tmp_path: Path) -> None:
    with serving(PolitePortal(8)) as portal:
        portal.trouble = lambda _host, _path, _times: "reset" if len(portal.asked) > 5 else None
        crawl(portal.profile(patience=2.0), tmp_path / "c")
        asked = counts(portal)
    assert len(lines(tmp_path / "c", "pages.jsonl")) == 4
    assert max(count for path, count in asked.items() if path != "/robots.txt") <= 3


def counts(portal: PolitePortal) -> dict[str, int]:
    return {path: portal.times(path) for _, path, _ in portal.asked}


def test_a_busy_server_is_left_alone_as_long_as_it_asks(tmp_path: Path) -> None:
    with serving(PolitePortal(4)) as portal:
        portal.trouble = lambda _host, path, times: (
            (429, {"Retry-After": "1"}) if path == "/1.htm" and not times else None
        )
        crawl(portal.profile(), tmp_path / "c")
    assert len(lines(tmp_path / "c", "articles.jsonl")) == 4
    after = next(number for number, (_, path, _) in enumerate(portal.asked) if path == "/1.htm")
    assert portal.gaps(WWW)[after] >= 1.0


def test_a_server_that_asks_for_a_week_is_taken_at_its_word_at_once(tmp_path: Path) -> None:
    with serving(PolitePortal(2)) as portal:
        portal.trouble = lambda _host, path, _times: (503, {"Retry-After": "604800"}) if path == "/1.htm" else None
        crawl(portal.profile(), tmp_path / "c")
    assert portal.times("/1.htm") == 1
    assert [page["status"] for page in lines(tmp_path / "c", "pages.jsonl")].count(503) == 1


def test_robots_txt_is_followed_through_redirects_within_the_scope(tmp_path: Path) -> None:
    hosts = (WWW, "rules.portal.test")
    with serving(PolitePortal(2, "User-agent: *\nDisallow: /1.htm\n")) as portal:
        portal.trouble = lambda host, path, _times: (
            (301, {"Location": "http://rules.portal.test/robots.txt"})
            if host == WWW and path == "/robots.txt"
            else None
        )
        crawl(portal.profile(hosts), tmp_path / "c")
    skipped = lines(tmp_path / "c", "skipped.jsonl")
    assert {(line["url"], line["reason"]) for line in skipped} == {(f"http://{host}/1.htm", "robots") for host in hosts}


@pytest.mark.parametrize("patterns", [{"include": ("^/$", "^/[0-9]")}, {"exclude": ("^/rules/",)}])
def test_patterns_for_pages_say_nothing_of_a_robots_txt_that_was_moved(
    tmp_path: Path, patterns: dict[str, Any]
) -> None:
    with serving(PolitePortal(2, "User-agent: *\nDisallow: /1.htm\n", "/rules/robots.txt")) as portal:
        portal.trouble = lambda _host, path, _times: (
            (301, {"Location": "/rules/robots.txt"}) if path == "/robots.txt" else None
        )
        profile = portal.profile()
        scope = profile.scope.model_copy(update=patterns)
        crawl(profile.model_copy(update={"scope": scope}), tmp_path / "c")
    assert "/1.htm" not in [path for _, path, _ in portal.asked]
    assert [(line["url"], line["reason"]) for line in lines(tmp_path / "c", "skipped.jsonl")] == [
        (f"http://{WWW}/1.htm", "robots")
    ]


def test_a_robots_txt_in_utf_16_is_obeyed(tmp_path: Path) -> None:
    with serving(PolitePortal(2, "User-agent: *\r\nDisallow: /1.htm\r\n".encode("utf-16"))) as portal:
        crawl(portal.profile(), tmp_path / "c")
    assert (portal.times("/0.htm"), portal.times("/1.htm")) == (1, 0)


def test_a_scope_that_is_narrowed_while_a_crawl_rests_holds_for_what_waits(tmp_path: Path) -> None:
    with serving(PolitePortal(8)) as portal:
        profile = portal.profile()
        whole = profile.scope.model_copy(update={"max_pages": 3})
        crawl(profile.model_copy(update={"scope": whole}), tmp_path / "c", code=15)
        before = len(portal.asked)
        less = profile.scope.model_copy(update={"exclude": ("^/[2-6]",)})
        crawl(profile.model_copy(update={"scope": less}), tmp_path / "c")
    later = [path for _, path, _ in portal.asked[before:]]
    assert "/7.htm" in later
    assert not {f"/{number}.htm" for number in range(2, 7)} & set(later)
    skipped = [line for line in lines(tmp_path / "c", "skipped.jsonl") if line["reason"] == "excluded"]
    assert {str(line["url"])[-6:] for line in skipped} == {f"/{number}.htm" for number in range(2, 7)}
    assert verify_crawl(tmp_path / "c") == []


def test_what_stands_behind_500_kib_of_robots_txt_does_not_count(tmp_path: Path) -> None:
    long = "\ufeffUSER-AGENT: *\rDisallow: /0.htm\r" + "# nothing\r" * 60_000 + "Disallow: /1.htm\r"
    with serving(PolitePortal(2, long)) as portal:
        crawl(portal.profile(), tmp_path / "c")
    assert [path for _, path, _ in portal.asked] == ["/robots.txt", "/", "/1.htm"]


def test_robots_txt_of_yesterday_is_used_for_a_day(tmp_path: Path) -> None:
    with serving(PolitePortal(6)) as portal:
        run = start(portal.profile(delay=0.3), tmp_path / "c")
        while len(portal.asked) < 4:
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        run.communicate()
        assert run.returncode == 11
        crawl(portal.profile(delay=0.3), tmp_path / "c")
    assert portal.times("/robots.txt") == 1


def test_bandwidth_is_shared_by_all_hosts(tmp_path: Path) -> None:
    hosts = tuple(f"h{number}.portal.test" for number in range(2))
    with serving(PolitePortal(3)) as portal:
        crawl(portal.profile(hosts, bandwidth=4_000), tmp_path / "c")
    moments = [at for _, _, at in portal.asked]
    assert len(moments) == 10
    assert max(moments) - min(moments) > 0.7  # 10 answers of 0.1 to 2 kB
