"""Hosts of IPv6 are crawled as those of IPv4 are, and judged as they are."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.engine.host_resolver import addresses_of
from tests.crawled_forms import answer, crawled
from tests.engine.forms_fetched import fetched
from tests.engine.named_hosts import SLOW, answered
from tests.wire_server import Form, WireServer, serving_forms

_NAMED = {"TWISTED_DNS_RESOLVER": "tests.engine.named_hosts.NamedHosts"}
_STORY = Form("", (answer('<p><a href="/second">The second page of the portal</a></p>'),))
_SECOND = Form("second", (answer("<p>The second page</p>"),))
_NOT_FOUND = Form("robots.txt", (answer("", status="404 Not Found"),))


def _has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not _has_ipv6(), reason="this machine has no ::1")


@pytest.fixture
def six() -> Iterator[WireServer]:
    with serving_forms([_STORY, _SECOND, _NOT_FOUND], host="::1") as server:
        yield server


@pytest.fixture
def four() -> Iterator[WireServer]:
    with serving_forms([Form("a", (answer("ok"),))]) as server:
        yield server


def _one(name: str, port: int, allowed: list[str], folder: Path, **settings: Any) -> tuple[Any, str]:
    profile = {"scope": {"allow_private": allowed}}
    return fetched([Form("a", ())], f"http://{name}:{port}", folder, profile=profile, settings=_NAMED | settings)["a"]


def test_a_portal_at_an_address_of_ipv6_is_crawled(six: WireServer, tmp_path: Path) -> None:
    done = crawled(f"[::1]:{six.port}", tmp_path)
    assert done.code == 0, done.said
    assert [one["url"] for one in done.lines("pages.jsonl")] == [
        f"http://[::1]:{six.port}/",
        f"http://[::1]:{six.port}/second",
    ]
    archive = b"".join(gzip.decompress(path.read_bytes()) for path in done.folder.glob("archive/*.warc.gz"))
    assert archive.count(b"WARC-IP-Address: ::1\r\n") == 6  # request and response, robots.txt too
    assert f"\r\nHost: [::1]:{six.port}\r\n".encode() in six.passed.of("second")[0][0]
    done.run("verify")


def test_connect_to_leads_to_an_address_of_ipv6(six: WireServer, tmp_path: Path) -> None:
    place = f"[::1]:{six.port}"
    scope = {"hosts": ["www.portal.test"], "allow_private": [place]}
    profile = {"seeds": ["http://www.portal.test/"], "scope": scope, "network": {"connect_to": {"*": place}}}
    done = crawled(place, tmp_path, profile)
    assert (done.code, len(done.lines("pages.jsonl"))) == (0, 2), done.said


def test_a_host_that_has_ipv6_alone_is_reached(six: WireServer, tmp_path: Path) -> None:
    exchange, error = _one("six.test", six.port, [f"[::1]:{six.port}"], tmp_path)
    assert exchange is not None, error
    assert exchange.ip == "::1"


def test_where_ipv6_does_not_connect_ipv4_does(four: WireServer, tmp_path: Path) -> None:
    exchange, error = _one("both.test", four.port, [f"localhost:{four.port}"], tmp_path)
    assert exchange is not None, error
    assert exchange.ip == "127.0.0.1"


def test_families_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answered)
    assert [address for _, address in addresses_of("turns.test")] == ["127.0.1.1", "::1", "127.0.1.2", "127.0.1.3"]


def test_no_more_than_eight_addresses_are_tried(four: WireServer, tmp_path: Path) -> None:
    allowed = [f"127.0.1.{number}:{four.port}" for number in range(1, 50)] + [f"127.0.0.1:{four.port}"]
    assert "ConnectionRefused" in _one("many.test", four.port, allowed, tmp_path)[1]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("six.test", "loopback"),
        ("mapped.test", "loopback"),
        ("nat64.test", "loopback"),
        ("sixtofour.test", "loopback"),
        ("private-last.test", "loopback"),
        ("[::ffff:127.0.0.1]", "loopback"),
        ("[::]", "unspecified"),
        ("[fd00:ec2::254]", "private"),
    ],
)
def test_each_form_of_a_private_address_is_refused(name: str, kind: str, four: WireServer, tmp_path: Path) -> None:
    exchange, error = _one(name, four.port, [], tmp_path)
    assert exchange is None
    assert "RefusedAddressError" in error
    assert kind in error
    assert four.passed.exchanges == []


def test_a_look_up_ends_after_its_time(four: WireServer, tmp_path: Path) -> None:
    begun = time.monotonic()
    _, error = _one(SLOW, four.port, [], tmp_path, DNS_TIMEOUT=0.3)
    assert "CannotResolveHostError" in error
    assert time.monotonic() - begun < 30


def test_a_name_that_the_system_cannot_ask_for_has_no_address(four: WireServer, tmp_path: Path) -> None:
    assert "CannotResolveHostError" in _one("a" * 70 + ".test", four.port, [], tmp_path)[1]


def test_a_look_up_that_nobody_waits_for_any_more_ends_without_an_address() -> None:
    script = """
from twisted.internet import reactor
from portal_crawler.engine.host_resolver import HostResolver

told = []

class Receiver:
    def resolutionBegan(self, resolution): told.append(resolution.name)
    def addressResolved(self, address): told.append(address)
    def resolutionComplete(self): told.append("complete"); reactor.callLater(0.2, reactor.stop)

def begin():
    HostResolver(reactor, 0, 60.0).resolveHostName(Receiver(), "localhost").cancel()

reactor.callWhenRunning(begin)
reactor.run()
print(told)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30)
    assert (done.stdout, done.stderr) == ("['localhost', 'complete']\n", "")
