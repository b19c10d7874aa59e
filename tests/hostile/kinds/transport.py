"""Transport: connections that break, stall, or frame their answers wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tests.hostile.answers import Answer, End, chunked, endless, halves, head, html, in_turn, raw, whole
from tests.hostile.hazard import Hazard, Places, bounded, one_page, skipped, stored, whole_once
from tests.hostile.stories import PAPER, article, body_of, page, story

_HTML = "Content-Type: text/html; charset=utf-8"
_TEN_MINUTES = 600
# Seconds that a hazard may take of the crawl, all tries together.
_TIMEOUT = 60.0


def _bytes(name: str) -> bytes:
    return article(story(name)).encode()


def _good(name: str) -> Answer:
    return html(article(story(name)))


def _told(name: str, route: tuple[Answer, ...] | Answer, note: str = "", **more: Any) -> Hazard:
    """One page that in the end is an article."""
    return one_page(name, route, whole_once(story(name), **more), note=note)


def hazards(_: Places) -> tuple[Hazard, ...]:
    """Those of the wire."""
    return (*_slow(), *_cut(), *_framing(), *_odd())


def _slow() -> tuple[Hazard, ...]:
    length = "Content-Length: 60000"
    slow_head = [head(_HTML, length)] + [b"a"] * _TEN_MINUTES
    lines = [b"HTTP/1.1 200 OK\r\n"] + [b"X-Slow-%d: 1\r\n" % number for number in range(_TEN_MINUTES)]
    briefly = halves(_bytes("slow-but-whole"), 8)
    return (
        one_page(
            "slow-drip",
            Answer(tuple(slow_head), End.CLOSE, pause=1.0, within=_TEN_MINUTES),
            skipped("timeout", seconds=_TIMEOUT),
            note="one byte a second for ten minutes",
        ),
        one_page("hang-after-headers", raw(head(_HTML, length), end=End.HANG), skipped("timeout", seconds=_TIMEOUT)),
        one_page("hang-before-headers", raw(b"", end=End.HANG), skipped("timeout", seconds=_TIMEOUT)),
        one_page(
            "hang-in-mid-body",
            raw(head(_HTML, length) + _bytes("hang-in-mid-body")[:900], end=End.HANG),
            skipped("timeout", "truncated", seconds=_TIMEOUT),
        ),
        one_page(
            "slow-headers",
            Answer(tuple(lines), End.CLOSE, pause=1.0, within=_TEN_MINUTES),
            skipped("timeout", seconds=_TIMEOUT),
            note="one header line a second",
        ),
        _told(
            "slow-but-whole",
            Answer((head(_HTML, f"Content-Length: {len(b''.join(briefly))}"), *briefly), End.KEEP, pause=0.25),
            "eight pieces in two seconds: slow is no fault",
        ),
        _told("slow-once", in_turn(raw(b"", end=End.HANG), _good("slow-once"))),
    )


def _cut() -> tuple[Hazard, ...]:
    def part(name: str, end: End) -> Answer:
        body = _bytes(name)
        return raw(head(_HTML, f"Content-Length: {len(body)}") + body[: len(body) // 2], end=end)

    refused = raw(b"", end=End.RESET)
    open_end = chunked(halves(_bytes("chunk-unterminated-once")), end=b"", how=End.CLOSE)
    return (
        _told("truncated-once", in_turn(part("truncated-once", End.CLOSE), _good("truncated-once"))),
        one_page(
            "truncated-always",
            part("truncated-always", End.CLOSE),
            bounded(8),
            note="as good as it gets: kept as cut off, or skipped",
        ),
        _told("chunk-unterminated-once", in_turn(open_end, _good("chunk-unterminated-once"))),
        _told("reset-once", in_turn(part("reset-once", End.RESET), _good("reset-once"))),
        _told("refuse-twice", in_turn(refused, refused, _good("refuse-twice"))),
        one_page("reset-always", refused, skipped("network", requests=8)),
        _told("close-before-answer-once", in_turn(raw(b""), _good("close-before-answer-once"))),
        _told(
            "closed-while-idle",
            Answer((b"".join(_good("closed-while-idle").stream()),), End.CLOSE),
            "says keep-alive, and closes",
        ),
    )


def _framing() -> tuple[Hazard, ...]:
    return (
        one_page(
            "body-longer-than-declared",
            _two_answers("body-longer-than-declared"),
            stored(absent=("Pasokimuto",)),
            note="the surplus bytes spell out a second response: they must not answer another request",
        ),
        one_page(
            "bad-chunk-size",
            raw(
                head(_HTML, "Transfer-Encoding: chunked") + b"zz-bad\r\n" + _bytes("bad-chunk-size") + b"\r\n0\r\n\r\n"
            ),
            skipped("network", "truncated"),
        ),
        one_page(
            "chunk-size-negative",
            raw(head(_HTML, "Transfer-Encoding: chunked") + b"-5\r\nhello\r\n0\r\n\r\n"),
            skipped("network", "truncated"),
        ),
        one_page(
            "chunk-size-huge",
            raw(head(_HTML, "Transfer-Encoding: chunked") + b"f" * 40 + b"\r\nhello\r\n"),
            skipped("network", "truncated", "too_large"),
        ),
        one_page(
            "chunk-extension-endless",
            Answer(endless(b"x" * 65_536, head(_HTML, "Transfer-Encoding: chunked") + b"5;"), End.CLOSE),
            bounded(8, sent=256 << 20),
        ),
        one_page(
            "chunk-trailers-endless",
            Answer(_endless_trailers, End.CLOSE),
            bounded(8, sent=256 << 20),
        ),
        one_page(
            "length-negative",
            raw(head(_HTML, "Content-Length: -1") + _bytes("length-negative")),
            bounded(8),
        ),
        one_page(
            "length-twice",
            raw(head(_HTML, "Content-Length: 20", "Content-Length: 30") + b"<p>What is my length</p>"),
            bounded(8),
            note="two lengths that differ (RFC 9112 section 6.3: an error)",
        ),
        one_page(
            "length-and-chunked",
            raw(
                head(_HTML, "Content-Length: 5", "Transfer-Encoding: chunked")
                + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in halves(_bytes("length-and-chunked")))
                + b"0\r\n\r\n"
            ),
            bounded(8),
            note="chunked wins (RFC 9112 section 6.3), or the answer is refused",
        ),
        one_page(
            "length-absurd",
            raw(head(_HTML, f"Content-Length: {10**30}") + b"<p>Ten to the thirtieth bytes follow.</p>"),
            bounded(8),
        ),
        one_page(
            "body-endless",
            Answer(endless(b"<p>More.</p>" * 8_000, head(_HTML)), End.CLOSE),
            skipped("too_large", requests=4, sent=256 << 20),
        ),
        one_page(
            "big-page", Answer(_big_page, End.CLOSE), bounded(8, sent=256 << 20), note="a 64 MB HTML page of text"
        ),
    )


def _odd() -> tuple[Hazard, ...]:
    old = _bytes("http-1-0")
    bare = b"".join(_good("bare-newlines").stream())
    top, _, body = bare.partition(b"\r\n\r\n")
    return (
        one_page("bad-status-line", raw(b"HTTP/1.1 OK two hundred\r\n\r\n<p>Fine.</p>"), skipped("network")),
        one_page("garbage-response", raw(bytes(range(256)) * 40), skipped("network")),
        one_page("http-0-9", raw(b"<html><body><p>No status line, no header.</p></body></html>"), bounded(8)),
        _told("http-1-0", raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + old)),
        _told("bare-newlines", raw(top.replace(b"\r\n", b"\n") + b"\n\n" + body), "header lines end with LF alone"),
        one_page(
            "protocol-switch",
            raw(
                head("Upgrade: h2c", "Connection: Upgrade", status="101 Switching Protocols")
                + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
            ),
            bounded(8),
        ),
        one_page(
            "early-answer-flood",
            Answer(endless(head(status="100 Continue") * 400, most=1 << 28), End.CLOSE),
            bounded(8, sent=256 << 20),
            note="100 Continue without end",
        ),
        _told(
            "early-hints",
            raw(
                head("Link: </style.css>; rel=preload", status="103 Early Hints")
                + b"".join(_good("early-hints").stream())
            ),
            "a 103 before the answer",
        ),
        one_page("banner-of-another-protocol", raw(b"SSH-2.0-OpenSSH_9.6\r\n"), skipped("network")),
    )


def _two_answers(name: str) -> Answer:
    poison = page("<h1>Poison</h1>" + "<p>This page of Pasokimuto answers what nobody asked for.</p>" * 20)
    first, second = whole(_bytes(name)), html(poison)
    return Answer((b"".join(first.stream()) + b"".join(second.stream()) * 3,), End.KEEP)


def _endless_trailers() -> Iterator[bytes]:
    yield head(_HTML, "Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n"
    for number in range(8_000):
        yield b"".join(b"X-%d-%d: more\r\n" % (number, at) for at in range(4_000))


def _big_page() -> Iterable[bytes]:
    one = story("big-page", 40)
    start = page(body_of(one), title=PAPER).encode()
    yield head(_HTML, f"Content-Length: {64 * len(_filling()) + len(start)}") + start
    for _ in range(64):
        yield _filling()


def _filling() -> bytes:
    return (b"<p>" + b"The same words, again and again, for a page that has no end. " * 33 + b"</p>\n") * 512
