"""The server of a day: over loopback, a second crawl gets what changed, and 304 for the rest."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from portal_crawler.demo.chronicle import chronicle_of, portal_at
from portal_crawler.demo.model import Portal
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.process import serving
from portal_crawler.demo.server import DemoServer
from portal_crawler.errors import StateError

WHOLE = build_portal("small")
CHRONICLE = chronicle_of(WHOLE)
# Quirks that make one page's transfer another one every time or no clean exchange.
ODD = frozenset({"flaky", "slow", "cut", "long-length"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    size: int


@contextmanager
def _served(portal: Portal) -> Iterator[int]:
    server = DemoServer(portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def _get(port: int, url: str, **headers: str) -> Exchange:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b"".join(iter(lambda: wire.recv(65_536), b""))
    head, *rest = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    fields = dict(line.split(": ", 1) for line in rest)
    return Exchange(int(head.split()[1]), {name.lower(): value for name, value in fields.items()}, len(answer))


def _tagged(first: Exchange) -> dict[str, str]:
    return {"If_None_Match": first.headers["etag"]}


def _timed(first: Exchange) -> dict[str, str]:
    return {"If_Modified_Since": first.headers["last-modified"]}


def _two_crawls(
    days: tuple[float, float], ask: Callable[[Exchange], dict[str, str]]
) -> dict[str, tuple[Exchange, ...]]:
    """For every page that has validators on the first day: its answer then, the conditional and a plain one later."""
    before, after = portal_at(WHOLE, CHRONICLE, days[0]), portal_at(WHOLE, CHRONICLE, days[1])
    urls = [u for u, plan in before.plans.items() if plan.answer.status == 200 and not plan.answer.quirks & ODD]
    with _served(before) as early, _served(after) as late:
        first = {url: _get(early, url) for url in urls}
        return {
            url: (one, _get(late, url, **ask(one)), _get(late, url))
            for url, one in first.items()
            if "etag" in one.headers
        }


def _same(first: Exchange, plain: Exchange) -> bool:
    return plain.status == 200 and first.headers["etag"] == plain.headers.get("etag")


def test_most_pages_have_validators() -> None:
    pages = [plan for plan in portal_at(WHOLE, CHRONICLE, 30.0).plans.values() if plan.answer.status == 200]
    assert sum("validators" in plan.answer.quirks for plan in pages) > 0.85 * len(pages)


def test_an_unchanged_page_is_304_by_its_tag_and_no_other_one_is() -> None:
    crawls = _two_crawls((30.0, 60.0), _tagged)
    unchanged = [pair for pair in crawls.values() if _same(pair[0], pair[2])]
    assert 0.75 * len(crawls) < len(unchanged) < len(crawls)
    for url, (first, conditional, plain) in crawls.items():
        assert conditional.status == (304 if _same(first, plain) else plain.status), url


def test_what_is_answered_304_costs_at_most_15_hundredths() -> None:
    saved = [(one.size, two.size) for one, two, _ in _two_crawls((30.0, 60.0), _tagged).values() if two.status == 304]
    assert len(saved) > 100
    assert sum(second for _, second in saved) <= 0.15 * sum(first for first, _ in saved)


@pytest.mark.parametrize("days", [(30.0, 30.5), (30.0, 60.0)])
def test_a_304_by_the_time_is_never_for_a_page_that_changed(days: tuple[float, float]) -> None:
    crawls = _two_crawls(days, _timed)
    for url, (first, conditional, plain) in crawls.items():
        assert conditional.status != 304 or _same(first, plain), url
    assert sum(two.status == 304 for _, two, _ in crawls.values()) > 0.6 * len(crawls)


def test_a_tag_counts_before_a_time_and_an_odd_time_is_passed_over() -> None:
    portal = portal_at(WHOLE, CHRONICLE, 30.0)
    url = next(url for url, plan in portal.plans.items() if plan.answer.quirks == {"validators"})
    with _served(portal) as port:
        first = _get(port, url)
        since = first.headers["last-modified"]
        assert _get(port, url, If_Modified_Since=since).status == 304
        assert _get(port, url, If_None_Match='"other"', If_Modified_Since=since).status == 200
        assert _get(port, url, If_None_Match=f'"other", W/{first.headers["etag"]}').status == 304
        for odd in ("yesterday", "Mon, 21 Jun 2010 00:00:00 -0000", ""):
            assert _get(port, url, If_Modified_Since=odd).status == 200, odd
        answer = _get(port, url, If_Modified_Since=since)
        assert (answer.headers["etag"], answer.headers["last-modified"]) == (first.headers["etag"], since)
        assert "content-length" not in answer.headers


def test_the_process_serves_a_day() -> None:
    moved = next(life for life in CHRONICLE.lives.values() if life.moved is not None and life.published is None)
    day = int(moved.moved or 0)
    for as_of, status in ((None, 200), (day, 200), (day + 1, 301)):
        with serving("small", as_of=as_of) as address:
            assert _get(int(address.rpartition(":")[2]), moved.versions[0].url).status == status


def test_a_day_outside_the_year_serves_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StateError), serving("small", as_of=400.0):
        pass
    assert "days 0 to 365" in capfd.readouterr().err
