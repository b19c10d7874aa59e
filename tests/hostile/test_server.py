"""The hostile server does what its hazards claim, keeps its journal, and ends when it is told to."""

from __future__ import annotations

import re
import socket
import zlib
from collections.abc import Iterator
from html import unescape
from random import Random

import ada_url
import pytest

from tests.hostile.answers import End, html, raw
from tests.hostile.catalogue import catalogue
from tests.hostile.client import Heard, ask, hear
from tests.hostile.hazard import MAIN, Ends, Hazard, Places
from tests.hostile.outages import flaky_portal
from tests.hostile.portal import HostilePortal, hostile_portal
from tests.hostile.server import serving
from tests.hostile.stories import Story

HAZARDS = catalogue(Places())
_DEAD = {"million-links", "sitemap-million", "soft-404", "soft-404-varied"}
_TRAPS = [one.name for one in HAZARDS if one.trap and one.links and one.name not in _DEAD]
# Bodies that take long to make or to read, and that other tests look at.
_HEAVY = {"big-page", "million-links", "sitemap-million"}


@pytest.fixture(scope="module")
def portal() -> Iterator[HostilePortal]:
    with hostile_portal() as running:
        yield running


def hazard(portal: HostilePortal, name: str) -> Hazard:
    return next(one for one in portal.portal.hazards if one.name == name)


def asked(portal: HostilePortal, name: str, target: str = "", most: int = 1 << 20, silence: float = 0.3) -> Heard:
    """What a hazard's page answers."""
    return ask(portal.server.port, hazard(portal, name).host, target or f"/h/{name}.html", most=most, silence=silence)


def test_every_hazard_of_the_portal_has_a_name_of_its_own() -> None:
    names = [one.name for one in HAZARDS]
    assert len(names) == len(set(names))
    assert len(names) >= 103 + 20


def test_no_two_texts_have_the_same_mark(portal: HostilePortal) -> None:
    marks = [one.mark for one in portal.portal.stories.values()]
    marks += [mark for one in HAZARDS for mark in {tale.mark for tale in one.expect.stories}]
    assert len(marks) == len(set(marks))


def test_ordinary_pages_lead_to_every_article_and_to_every_hazard(portal: HostilePortal) -> None:
    pages = [ask(portal.server.port, MAIN, f"/list-{number}.html", most=1 << 21).body.decode() for number in range(20)]
    text = "".join(pages)
    home = ask(portal.server.port, MAIN, "/").body.decode()
    assert all(f'"/list-{number}.html"' in home for number in range(20))
    assert all(f'"{path}"' in text for path in portal.portal.stories)
    linked = [one for one in portal.portal.hazards if one.links or one.markup]
    assert all(f"Report: {one.name}</a>" in text or one.markup in text for one in linked)
    assert {one.name for one in portal.portal.hazards if one not in linked} <= {
        one.name for one in portal.portal.hazards if one.sitemaps
    }


def _carries(data: bytes, tale: Story) -> bool:
    mark = tale.mark
    return any(mark.encode(codec) in data for codec in ("utf-8", "utf-16-le", "utf-32-le"))


def _unpacked(heard: Heard) -> bytes:
    """The body without framing and codings, as far as a test needs it."""
    body = heard.body
    for coding in (heard.header("Content-Encoding") or "").split(", "):
        if coding in {"gzip", "x-gzip"}:
            body = zlib.decompressobj(wbits=31).decompress(body)
        elif coding == "deflate":
            body = zlib.decompressobj(wbits=-15).decompress(body)
    return body


def _told(portal: HostilePortal, one: Hazard, link: str) -> bytes:
    """What a link comes to, redirects followed, tried again where the answer fails."""
    url = ada_url.join_url(f"http://{one.host}/list-0.html", link)
    for _ in range(12):
        host, target = _parts(url)
        heard = ask(portal.server.port, host, target, most=1 << 25, silence=0.6)
        body = _unpacked(heard)
        refresh = re.search(rb"(?i);\s*url='?([^'\">]+)", body) if len(body) < 900 else None
        location = heard.header("Location") or (refresh[1].decode() if refresh else "")
        if location:
            url = ada_url.join_url(url, location)
        elif any(_carries(body, tale) for tale in one.expect.stories):
            return body
    return b""


def _parts(url: str) -> tuple[str, str]:
    """Host and target of an address, as a client sends them."""
    host, _, path = url.partition("#")[0].removeprefix("http://").partition("/")
    return host.rstrip("."), f"/{path}"


_ARTICLES = [
    one.name for one in HAZARDS
    if one.expect.ends is Ends.ARTICLE and one.name not in _HEAVY and (one.links or one.sitemaps)
]  # fmt: skip


@pytest.mark.parametrize("name", _ARTICLES)
def test_what_is_expected_to_be_an_article_is_one(name: str, portal: HostilePortal) -> None:
    one = hazard(portal, name)
    links = one.links or (f"/h/{name}/story.html",)
    links = links if len(one.expect.stories) > 1 else links[:1]
    for link, tale in zip(links, one.expect.stories, strict=True):
        assert _carries(_told(portal, one, link), tale), name


@pytest.mark.parametrize("name", _TRAPS)
def test_a_trap_leads_to_what_was_not_asked_for_yet(name: str, portal: HostilePortal) -> None:
    one = hazard(portal, name)
    url, seen = f"http://{MAIN}{one.links[0]}", set[str]()
    for _ in range(25):
        seen.add(url)
        fresh = [link for link in _led(url, ask(portal.server.port, *_parts(url))) if link not in seen]
        assert fresh, url
        url = fresh[0]
    assert len(seen) == 25


def _led(url: str, heard: Heard) -> list[str]:
    """Where an answer leads to, the portal's own menu aside."""
    found = re.findall(r'(?:<link rel="canonical" |<a )href="([^"]+)"|url=([^"]+)"', heard.body.decode())
    links = [heard.header("Location") or "", *(unescape(one or other) for one, other in found)]
    return [ada_url.join_url(url, link) for link in links if link not in {"", "/", "/about.html"}]


@pytest.mark.parametrize("name", ["soft-404", "soft-404-varied"])
def test_a_dead_link_is_answered_with_an_apology_and_with_200(name: str, portal: HostilePortal) -> None:
    index = f"http://{MAIN}/h/{name}/index.html"
    dead = _led(index, ask(portal.server.port, *_parts(index)))
    answers = [ask(portal.server.port, *_parts(link)) for link in dead[:6]]
    assert len(dead) == 400
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == (1 if name == "soft-404" else 6)


@pytest.mark.parametrize("name", ["hang-before-headers", "hang-after-headers", "hang-in-mid-body"])
def test_one_that_hangs_says_no_more_than_it_has_to(name: str, portal: HostilePortal) -> None:
    heard = asked(portal, name)
    assert heard.ended == "silent"
    assert bool(heard.data) == (name != "hang-before-headers")
    assert bool(heard.body) == (name == "hang-in-mid-body")


def test_a_drip_is_a_byte_a_second(portal: HostilePortal) -> None:
    first = asked(portal, "slow-drip")
    later = asked(portal, "slow-drip", most=len(first.data) + 1, silence=1.4)
    assert (first.body, later.body) == (b"", b"a")
    assert asked(portal, "slow-headers").data == b"HTTP/1.1 200 OK\r\n"


def test_one_that_breaks_off_breaks_off_and_then_is_good() -> None:
    with hostile_portal(["transport"], 10) as portal:
        ends = {
            name: [asked(portal, name) for _ in range(3)] for name in ("truncated-once", "reset-once", "refuse-twice")
        }
        always = [asked(portal, "reset-always") for _ in range(9)]
        chunks = asked(portal, "chunk-unterminated-once")
    cut, good, _ = ends["truncated-once"]
    assert cut.ended == "closed"
    assert len(cut.body) < int(cut.header("Content-Length") or 0) == len(good.body)
    torn = ends["reset-once"][0]
    assert (torn.ended, bool(torn.body)) == ("reset", True)
    assert [(one.ended, one.data) for one in ends["refuse-twice"][:2]] == [("reset", b"")] * 2
    assert ends["refuse-twice"][2].status == 200
    assert {(one.ended, one.data) for one in always} == {("reset", b"")}
    assert not chunks.data.endswith(b"0\r\n\r\n")


def test_bytes_beyond_the_declared_length_spell_out_another_answer(portal: HostilePortal) -> None:
    heard = asked(portal, "body-longer-than-declared")
    surplus = heard.body[int(heard.header("Content-Length") or 0) :]
    assert surplus.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Pasokimuto" in surplus


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("bad-status-line", b"HTTP/1.1 OK"), ("garbage-response", b"\0\1\2"), ("http-0-9", b"<html>"),
        ("http-1-0", b"HTTP/1.0 200"), ("early-answer-flood", b"HTTP/1.1 100"), ("early-hints", b"HTTP/1.1 103"),
        ("protocol-switch", b"HTTP/1.1 101"), ("banner-of-another-protocol", b"SSH-2.0"),
    ],
)  # fmt: skip
def test_an_odd_answer_begins_oddly(name: str, start: bytes, portal: HostilePortal) -> None:
    assert asked(portal, name, most=4_000).data.startswith(start)


@pytest.mark.parametrize(
    "name", [one.name for one in HAZARDS if one.name.startswith("status-") and "once" not in one.name]
)
def test_a_status_is_what_it_is_called(name: str) -> None:
    with hostile_portal([name], 10) as portal:
        assert asked(portal, name).status == int(name.split("-")[1])


@pytest.mark.parametrize("name", ["gzip-bomb", "deflate-bomb", "zstd-bomb", "brotli-bomb", "gzip-gzip-bomb"])
def test_a_bomb_names_its_coding(name: str, portal: HostilePortal) -> None:
    codings = {
        "gzip-bomb": "gzip",
        "deflate-bomb": "deflate",
        "zstd-bomb": "zstd",
        "brotli-bomb": "br",
        "gzip-gzip-bomb": "gzip, gzip",
    }
    heard = asked(portal, name, most=4_000, silence=20)
    assert heard.header("Content-Encoding") == codings[name]
    assert heard.body


@pytest.mark.parametrize(
    "name", ["header-endless", "body-endless", "chunk-extension-endless", "redirect-body-endless", "sitemap-endless"]
)
def test_an_endless_answer_goes_on(name: str, portal: HostilePortal) -> None:
    target = "/h/sitemap-endless/sitemap.xml" if name == "sitemap-endless" else ""
    assert asked(portal, name, target, most=20 << 20, silence=5).ended == "enough"


def test_a_cookie_bomb_comes_back_to_the_server(portal: HostilePortal) -> None:
    heard = asked(portal, "cookie-bomb", most=4 << 20)
    assert heard.head.count(b"Set-Cookie: ") == 400
    assert ask(portal.server.port, MAIN, "/", f"Cookie: {'c' * 16_384}").status == 200
    assert ask(portal.server.port, MAIN, "/", f"Cookie: {'c' * 16_385}").status == 400
    assert portal.journal.longest_cookie() == 16_385


def test_redirects_lead_where_their_names_say(portal: HostilePortal) -> None:
    places = [one for one in portal.portal.hazards if one.name.startswith("redirect-") and one.also]
    for one in places:
        heard = asked(portal, one.name)
        assert heard.status == 302
        assert heard.header("Location") == one.also[0]
    internal = {service.address for service in portal.services}
    by_form = {
        ada_url.URL(one.also[0]).host for one in places if "ssrf" in one.expect.reasons and "other-port" not in one.name
    }
    assert by_form >= internal
    assert portal.contacts == []


def test_robots_files_say_what_they_are_called(portal: HostilePortal) -> None:
    found = [one for one in portal.portal.hazards if one.robots is not None]
    statuses = {one.name: ask(portal.server.port, one.host, "/robots.txt", most=600_000).status for one in found}
    assert len({one.host for one in found}) == len(found)
    assert (statuses["robots-503"], statuses["robots-404"], statuses["robots-reset"], statuses["robots-redirect"]) == (
        503,
        404,
        0,
        302,
    )
    assert len(ask(portal.server.port, "robots-endless.hostile.test", "/robots.txt", most=3 << 20).data) >= 3 << 20
    bait = [one for one in found if one.expect.forbidden and one.links and one.expect.forbidden != ("/",)]
    assert all(ask(portal.server.port, *_parts(one.links[-1])).status == 200 for one in bait)


def test_the_journal_counts_by_address_by_hazard_and_by_host() -> None:
    with hostile_portal(["gzip-ok"], 10) as portal:
        first = [
            ask(portal.server.port, MAIN, target)
            for target in ("/", "/h/gzip-ok.html", "/h/gzip-ok.html", "/none", "/robots.txt")
        ]
        journal = portal.journal
        assert [one.status for one in first] == [200, 200, 200, 404, 200]
        assert journal.by_hazard() == {"ordinary": 1, "gzip-ok": 2, "unknown": 1, "robots.txt": 1}
        assert journal.by_address()[f"{MAIN}/h/gzip-ok.html"] == 2
        assert len(journal.gaps(MAIN)) == 4
        assert [one.sent for one in journal.of("gzip-ok")] == [len(first[1].data)] * 2
        assert len(journal.tries("gzip-ok")) == 1


def test_a_contact_with_the_internal_service_is_counted(portal: HostilePortal) -> None:
    with hostile_portal(["gzip-ok"], 10) as portal:
        internal = portal.services[0]
        port = int(internal.address.rpartition(":")[2])
        assert ask(port, "127.0.0.1", "/admin").status == 200
        assert ask(portal.server.port, f"{MAIN}:{port}", "/astray").status == 404
        assert internal.contacts == ["GET http://127.0.0.1/admin"]
        assert len(portal.contacts) == 2


def test_a_server_that_is_away_refuses_or_resets_and_comes_back() -> None:
    with serving(lambda *_: ("page", (html("<p>Here.</p>"),))) as server:
        assert ask(server.port, MAIN, "/").status == 200
        server.cut_off()
        with pytest.raises(ConnectionRefusedError):
            ask(server.port, MAIN, "/")
        server.listen()
        assert ask(server.port, MAIN, "/").status == 200
        server.refuse(True)
        assert _end_of(server.port) == "reset"
        server.refuse(False)
        assert ask(server.port, MAIN, "/").status == 200


def _end_of(port: int) -> str:
    try:
        return ask(port, MAIN, "/").ended
    except ConnectionResetError:
        return "reset"


def test_slow_answers_end_with_the_server() -> None:
    with serving(lambda *_: ("page", (raw(b"a", end=End.HANG),))) as server:
        stream = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        stream.sendall(f"GET / HTTP/1.1\r\nHost: {MAIN}\r\n\r\n".encode())
        assert stream.recv(10) == b"a"
    with stream:
        assert hear(stream, 10, 3.0).ended in {"closed", "reset"}


def test_a_share_of_a_flaky_portals_addresses_fails_once_or_twice() -> None:
    with flaky_portal(40, 0.5, Random(3)) as portal:
        tries = {path: [_status(portal, path) for _ in range(3)] for path in portal.portal.stories}
    failing = [some for some in tries.values() if some[0] != 200]
    assert all(some[2] == 200 for some in tries.values())
    assert 8 < len(failing) < 32
    assert {some[1] == 200 for some in failing} == {True, False}


def _status(portal: HostilePortal, path: str) -> int:
    """The status of a whole answer, 0 where there is none."""
    heard = ask(portal.server.port, MAIN, path)
    return heard.status if len(heard.body) == int(heard.header("Content-Length") or -1) else 0
