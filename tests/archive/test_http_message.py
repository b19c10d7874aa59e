from __future__ import annotations

import gzip

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal_crawler.archive.http_message import read_response, request_line, request_payload

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_a_response_is_read_as_it_stands_on_the_wire() -> None:
    block = (
        b"HTTP/1.1 200 All Fine \r\nsErVer: x\r\nSet-Cookie: a=1\r\nX-Odd :  \t two words \t\r\n"
        b"Set-Cookie: b=2\r\nX-Empty:\r\nX-Gbk: \xd6\xd0\r\ncontent-LENGTH: 5\r\n\r\nhello"
    )
    message = read_response(block)
    assert (message.version, message.status, message.reason) == ("HTTP/1.1", 200, b"All Fine")
    assert message.headers == (
        (b"sErVer", b"x"),
        (b"Set-Cookie", b"a=1"),
        (b"X-Odd", b"two words"),
        (b"Set-Cookie", b"b=2"),
        (b"X-Empty", b""),
        (b"X-Gbk", b"\xd6\xd0"),
        (b"content-LENGTH", b"5"),
    )
    assert block[message.head_length :] == message.payload == b"hello"
    assert (message.whole, message.surplus, message.problems) == (True, 0, ())
    assert message.header(b"SERVER") == b"x"
    assert message.header(b"Via") is None


@pytest.mark.parametrize(
    ("head", "version", "status", "reason"),
    [
        (b"HTTP/1.0 200 OK", "HTTP/1.0", 200, b"OK"),
        (b"http/1.1 404", "HTTP/1.1", 404, b""),
        (b"HTTP/1.1  302\tMoved  on", "HTTP/1.1", 302, b"Moved  on"),
        (b"HTTP/1.1 200 \xc4\xe3", "HTTP/1.1", 200, b"\xc4\xe3"),
        (b"HTTP/1.1 999 Request denied", "HTTP/1.1", 999, b"Request denied"),
        (b"HTTP/2 200", "HTTP/2", 200, b""),
    ],
)
def test_status_lines_of_all_kinds(head: bytes, version: str, status: int, reason: bytes) -> None:
    message = read_response(head + b"\r\n\r\nbody")
    assert (message.version, message.status, message.reason, message.payload) == (version, status, reason, b"body")
    assert message.problems == ()


def test_lines_may_end_in_lf_alone() -> None:
    message = read_response(b"HTTP/1.0 200 OK\nA: 1\nB: 2\n\nbody\n")
    assert (message.headers, message.payload, message.whole) == (((b"A", b"1"), (b"B", b"2")), b"body\n", True)


def test_a_folded_header_is_joined_by_a_space() -> None:
    message = read_response(b"HTTP/1.1 200 OK\r\nX: one\r\n\t two\r\n  three\r\nY: 1\r\n\r\n")
    assert message.headers == ((b"X", b"one two three"), (b"Y", b"1"))


def test_a_header_line_without_a_colon_is_left_out_and_told() -> None:
    message = read_response(b"HTTP/1.1 200 OK\r\nthis is no header\r\n folded onto it\r\n: 5\r\nA: 1\r\n\r\n")
    assert message.headers == ((b"A", b"1"),)
    assert len(message.problems) == 3
    assert "this is no header" in message.problems[0]


def test_interim_responses_are_passed_over() -> None:
    block = (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    )
    message = read_response(block)
    assert (message.status, message.headers, message.payload) == (200, ((b"Content-Length", b"2"),), b"ok")
    assert block[message.head_length :] == b"ok"


def test_interim_responses_alone_are_no_response() -> None:
    message = read_response(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert (message.status, message.whole, message.problems) == (0, False, ("only interim responses came",))


@pytest.mark.parametrize("status", [204, 304])
def test_these_have_no_body_whatever_their_headers_say(status: int) -> None:
    message = read_response(b"HTTP/1.1 %d X\r\nContent-Length: 500\r\n\r\n" % status)
    assert (message.payload, message.whole, message.surplus) == (b"", True, 0)


def test_the_response_to_head_has_no_body() -> None:
    message = read_response(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", method="HEAD")
    assert (message.payload, message.whole) == (b"", True)


def test_a_body_shorter_than_its_length_is_not_whole() -> None:
    message = read_response(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    assert (message.payload, message.whole) == (b"abc", False)
    assert message.problems == ("Content-Length says 10 bytes, 3 came",)


def test_bytes_behind_the_body_are_surplus() -> None:
    message = read_response(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\nevil")
    assert (message.payload, message.whole, message.surplus) == (b"ok", True, 23)


def test_content_length_may_be_repeated_but_not_contradicted() -> None:
    same = read_response(b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nok")
    assert (same.payload, same.whole, same.problems) == (b"ok", True, ())
    other = read_response(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok")
    assert (other.payload, other.whole, len(other.problems)) == (b"ok", False, 1)


@pytest.mark.parametrize("length", [b"abc", b"-1", b"0x10", b"", b"9" * 5000, "٣".encode()])
def test_a_length_that_is_no_number_counts_as_none(length: bytes) -> None:
    message = read_response(b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\nbody")
    assert (message.payload, message.whole, len(message.problems)) == (b"body", True, 1)


def test_chunks_are_joined_extensions_and_trailers_passed_over() -> None:
    block = CHUNKED + b'4;name="v"\r\nabcd\r\n 0A \r\n0123456789\r\n000;last\r\nX-Trailer: 1\r\n\r\n'
    message = read_response(block)
    assert (message.payload, message.whole, message.surplus, message.problems) == (b"abcd0123456789", True, 0, ())
    assert len(message.headers) == 1


def test_zeros_before_a_chunk_size_are_any_number() -> None:
    assert read_response(CHUNKED + b"0" * 30 + b"3\r\nabc\r\n" + b"0" * 20 + b"\r\n\r\n").payload == b"abc"


def test_chunks_with_bare_line_feeds() -> None:
    message = read_response(CHUNKED.replace(b"\r", b"") + b"3\nabc\n2\nde\n0\n\n")
    assert (message.payload, message.whole, message.problems) == (b"abcde", True, ())


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (b"", b""),
        (b"3\r\nab", b"ab"),
        (b"3\r\nabc", b"abc"),
        (b"3\r\nabc\r\n", b"abc"),
        (b"3\r\nabc\r\n5", b"abc"),
        (b"3\r\nabcdef\r\n0\r\n\r\n", b"abc"),
        (b"3\r\nabc\r\nxyz\r\nwhat\r\n", b"abc"),
        (b"ffffffffffffffff\r\nabc", b"abc"),
        (b"<html>not chunked</html>\r\n", b"<html>not chunked</html>\r\n"),
    ],
)
def test_chunks_that_are_not_fulfilled_are_not_whole(body: bytes, payload: bytes) -> None:
    message = read_response(CHUNKED + body)
    assert (message.payload, message.whole, len(message.problems)) == (payload, False, 1)


def test_the_zero_chunk_is_the_end_even_without_the_trailers_end() -> None:
    message = read_response(CHUNKED + b"1\r\na\r\n0\r\n")
    assert (message.payload, message.whole, len(message.problems)) == (b"a", True, 1)


def test_bytes_behind_the_chunks_are_surplus() -> None:
    assert read_response(CHUNKED + b"1\r\na\r\n0\r\n\r\nmore").surplus == 4


def test_transfer_encoding_wins_over_content_length() -> None:
    message = read_response(
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
    )
    assert (message.payload, message.whole) == (b"a", True)
    assert "both" in message.problems[0]


def test_gzip_as_a_transfer_coding_is_undone() -> None:
    packed = gzip.compress(b"story")
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    assert read_response(head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)).payload == b"story"
    assert read_response(head.replace(b", chunked", b"") + packed).payload == b"story"


def test_a_content_coding_is_left() -> None:
    packed = gzip.compress(b"story")
    assert read_response(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed).payload == packed


@pytest.mark.parametrize(
    "block", [b"<html>HTTP/0.9</html>", b"\x00\xff\x17garbage", b"HTTP/1.1 abc\r\n\r\nbody", b"H\nT"]
)
def test_what_has_no_status_line_is_a_body_of_status_0(block: bytes) -> None:
    message = read_response(block)
    assert (message.status, message.version, message.payload) == (0, "", block)
    assert message.problems == ("has no status line",)


def test_nothing_is_not_whole() -> None:
    assert read_response(b"").whole is False
    assert read_response(b"\r\n").problems == ("nothing came",)


@pytest.mark.parametrize("block", [b"H", b"http/1.", b"HTTP/1.1 20"])
def test_a_status_line_that_is_cut_off_is_not_whole(block: bytes) -> None:
    assert read_response(block).whole is False


def test_a_head_that_is_cut_off_is_not_whole() -> None:
    message = read_response(b"HTTP/1.1 200 OK\r\nA: 1\r\nB")
    assert (message.status, message.headers, message.payload, message.whole) == (200, ((b"A", b"1"),), b"", False)
    assert message.problems[-1] == "the head is cut off"


def test_empty_lines_before_the_status_line_are_told() -> None:
    message = read_response(b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx")
    assert (message.status, message.payload, len(message.problems)) == (200, b"x", 1)


def test_requests() -> None:
    post = b"POST /search?q=%e4 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na=b"
    assert request_line(post) == ("POST", "/search?q=%e4")
    assert request_payload(post) == b"a=b"
    assert request_payload(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n") == b""
    assert request_line(b"") == ("", "")
    assert request_payload(b"") == b""


PIECES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.0 304 No\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\n",
        b" folded\r\n",
        b"\r\n",
        b"\n",
        b"5;x=y\r\nabcde\r\n",
        b"0\r\n",
        b"ffffffffffffffff\r\n",
        gzip.compress(b"x" * 50),
    ]
)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=14).map(b"".join))
@example(b"HTTP/1.1 100 C\r\n\r\n" * 3)
def test_no_bytes_raise(block: bytes) -> None:
    message = read_response(block)
    assert 0 <= message.head_length <= len(block)
    assert 0 <= message.surplus <= len(block) - message.head_length
    assert message.whole or message.problems
    assert all(b"\n" not in name + value for name, value in message.headers)
    request_line(block)
    request_payload(block)


@given(st.binary(max_size=200), st.lists(st.integers(1, 50), max_size=8))
def test_a_chunked_body_comes_back_whole_and_cut_anywhere_it_is_not(body: bytes, sizes: list[int]) -> None:
    chunks, at = [], 0
    for size in [*sizes, 200]:
        if piece := body[at : at + size]:
            chunks.append(b"%x\r\n%b\r\n" % (len(piece), piece))
        at += size
    block = CHUNKED + b"".join(chunks) + b"0\r\n"
    assert read_response(block + b"\r\n").payload == body
    assert read_response(block + b"\r\n").whole
    for end in range(len(CHUNKED), len(block)):
        part = read_response(block[:end])
        assert body.startswith(part.payload)
        assert not part.whole
