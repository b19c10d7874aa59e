"""One answer held against its limits, as the bytes and the seconds come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.archive.exchange import Truncation
from portal_crawler.engine.failure_reason import failure_reason, tries_after
from portal_crawler.engine.wire_meter import WireMeter
from portal_crawler.sites.profile import Limits

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
LIMITS = Limits(
    wire_bytes=1000, header_bytes=1000, header_lines=20, header_seconds=5, silence_seconds=4, silence_bytes=10,
    answer_seconds=30,
)  # fmt: skip


def ticks_until_cut(meter: WireMeter, each: bytes = b"", most: int = 100) -> tuple[int, str]:
    for number in range(1, most + 1):
        cut = (meter.received(each) if each else None) or meter.tick()
        if cut is not None:
            assert cut.truncation is Truncation.TIME
            return number, cut.problem
    return most, ""


def test_a_body_is_cut_at_its_limit_and_not_before() -> None:
    meter = WireMeter(LIMITS)
    assert meter.received(HEAD + b"x" * 1000) is None
    cut = meter.received(b"x")
    assert cut is not None
    assert (cut.truncation, "wire_bytes 1000" in cut.problem) == (Truncation.LENGTH, True)


def test_a_request_for_a_part_has_its_own_limit() -> None:
    assert WireMeter(LIMITS, most=10).received(HEAD + b"x" * 11) is not None
    assert WireMeter(LIMITS, most=5000).received(HEAD + b"x" * 1001) is not None


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000, "header_bytes"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 20 + b"\r\n", "header_lines"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 11, "header_lines"),
        (
            b"HTTP/1.1 103 Early\r\nLink: " + b"x" * 400 + b"\r\n\r\n" + b"HTTP/1.1 200 OK\r\nX: " + b"x" * 600,
            "header_bytes",
        ),
    ],
    ids=["one line", "many lines", "interim answers", "together"],
)
@pytest.mark.parametrize("size", [1, 7, 5000])
def test_a_head_without_end_is_cut_however_it_comes(answer: bytes, key: str, size: int) -> None:
    meter, cut = WireMeter(LIMITS), None
    for at in range(0, len(answer), size):
        cut = cut or meter.received(answer[at : at + size])
    assert cut is not None
    assert key in cut.problem


@given(st.lists(st.integers(1, 60), min_size=1, max_size=40))
def test_what_is_within_the_limits_passes_in_whatever_pieces(sizes: list[int]) -> None:
    answer = b"HTTP/1.1 103 Early\r\nA: 1\r\n\r\n" + HEAD + b"\r\n\r\n" * 100
    meter, at = WireMeter(LIMITS), 0
    for size in [*sizes, len(answer)]:
        assert meter.received(answer[at : at + size]) is None
        at += size
    assert meter.tick() is None


def test_silence_a_slow_head_and_an_endless_body_end_in_their_time() -> None:
    silent = WireMeter(LIMITS)
    assert ticks_until_cut(silent)[0] == 5
    assert "header_seconds" in ticks_until_cut(WireMeter(LIMITS), b"X")[1]
    stuck, drip, steady = WireMeter(LIMITS), WireMeter(LIMITS), WireMeter(LIMITS)
    for meter in (stuck, drip, steady):
        meter.received(HEAD)
    assert ticks_until_cut(stuck) == (4, "[limits] silence_seconds 4: 0 bytes came in them")
    assert ticks_until_cut(drip, b"x") == (4, "[limits] silence_seconds 4: 4 bytes came in them")
    assert ticks_until_cut(steady, b"xxxx") == (30, "[limits] answer_seconds 30: the body goes on")


def test_a_body_that_falls_silent_later_is_cut_too() -> None:
    meter = WireMeter(LIMITS)
    meter.received(HEAD)
    for _ in range(10):
        assert meter.received(b"x" * 20) is None
        assert meter.tick() is None
    assert ticks_until_cut(meter)[0] == 4


@pytest.mark.parametrize(
    ("problem", "truncated", "reason"),
    [
        ("CutAnswerError: too long", Truncation.LENGTH, "too_large"),
        ("CutAnswerError: too slow", Truncation.TIME, "timeout"),
        ("DownloadTimeoutError: User timeout caused connection failure.", None, "timeout"),
        ("DownloadConnectionRefusedError: ", None, "network"),
        ("CannotResolveHostError: ", None, "network"),
        ("the connection was closed before the body's end", Truncation.DISCONNECT, "truncated"),
        ("BrokenAnswerError: the connection was reset before the body's end", Truncation.DISCONNECT, "network"),
    ],
)
def test_each_failure_has_its_word(problem: str, truncated: Truncation | None, reason: str) -> None:
    assert failure_reason(problem, truncated) == reason


def test_what_is_too_large_is_not_tried_again_and_what_is_slow_once() -> None:
    kinds = (Truncation.LENGTH, Truncation.TIME, Truncation.DISCONNECT, None)
    assert [tries_after(truncated, 3) for truncated in kinds] == [0, 1, 3, 3]
    assert tries_after(Truncation.TIME, 0) == 0
