"""Forms of HTTP answers as servers of 1999 to today send them: regular, odd, and broken."""

from __future__ import annotations

import gzip
import zlib

import brotli  # type: ignore[import-untyped] # it has no types
import zstandard

from tests.wire_server import Form

PAGE = (
    b"<html><head><title>A page</title></head><body><p>"
    + b"Words of a page, one after the other. " * 60
    + b"</p></body>"
)
_LENGTH = b"Content-Length: %d\r\n" % len(PAGE)
_HTML = b"Content-Type: text/html\r\n"


def _head(*lines: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return status + b"\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def _plain(body: bytes, *lines: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return _head(b"Content-Type: text/html", *lines, b"Content-Length: %d" % len(body), status=status) + body


def _chunks(body: bytes, size: int, extension: bytes = b"") -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts)


def _chunked(body: bytes, *lines: bytes, end: bytes = b"0\r\n\r\n", size: int = 700, extension: bytes = b"") -> bytes:
    head = _head(b"Content-Type: text/html", b"Transfer-Encoding: chunked", *lines)
    return head + _chunks(body, size, extension) + end


def _chunks_within(codings: bytes, body: bytes) -> bytes:
    return _head(b"Content-Type: text/html", b"Transfer-Encoding: " + codings) + _chunks(body, 700) + b"0\r\n\r\n"


def _split(data: bytes, at: int) -> tuple[bytes, bytes]:
    return data[:at], data[at:]


_CHUNKS = b"".join(b"%x\n%s\n" % (len(PAGE[at : at + 700]), PAGE[at : at + 700]) for at in range(0, len(PAGE), 700))
_BARE_LF = _head(b"Content-Type: text/html", b"Transfer-Encoding: chunked") + _CHUNKS + b"0\n\n"
_RAW_DEFLATE = zlib.compressobj(wbits=-15)

FORMS: tuple[Form, ...] = (
    Form("plain", (_plain(PAGE),)),
    Form("in-pieces", tuple(_plain(PAGE)[at : at + 400] for at in range(0, len(_plain(PAGE)), 400)), pause=0.005),
    Form("head-in-pieces", (*_split(_plain(PAGE), 11), b""), pause=0.01),
    Form("until-close", (_head(b"Content-Type: text/html") + PAGE,), end="close"),
    Form("http-1-0", (b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE,), end="close"),
    Form("http-1-0-with-length", (b"HTTP/1.0 200 OK\r\n" + _HTML + _LENGTH + b"\r\n" + PAGE,), end="close"),
    Form("connection-close", (_plain(PAGE, b"Connection: close"),), end="close"),
    Form("chunked", (_chunked(PAGE),)),
    Form("chunked-extensions", (_chunked(PAGE, extension=b";name=value"),)),
    Form("chunked-trailers", (_chunked(PAGE, b"Trailer: X-Sum", end=b"0\r\nX-Sum: 12\r\n\r\n"),)),
    Form("chunked-upper-case-sizes", (_chunked(PAGE, size=0xAB).replace(b"\r\nab\r\n", b"\r\nAB\r\n"),)),
    Form("chunked-padded-sizes", (_chunked(PAGE, extension=b"  "),)),  # as Apache 1.3 sends them
    Form("chunked-padded-extensions", (_chunked(PAGE, extension=b" ;name=value"),)),
    Form("chunked-padded-in-pieces", tuple(_chunked(PAGE, extension=b"  ")[at : at + 3] for at in range(0, 2700, 3))),
    Form("chunked-bare-lf", (_BARE_LF,)),
    Form("chunked-bare-lf-in-pieces", tuple(_BARE_LF[at : at + 7] for at in range(0, len(_BARE_LF), 7))),
    Form("chunked-bare-lf-trailers", (_BARE_LF[:-1] + b"X-Sum: 12\n\n",)),
    Form("chunked-bare-lf-at-its-end", (_chunked(PAGE, end=b"0\n\n"),)),
    Form("chunked-and-gzip", (_chunks_within(b"gzip, chunked", gzip.compress(PAGE, mtime=0)),)),
    Form("chunked-twice-told", (_chunks_within(b"chunked, chunked", PAGE),)),
    Form("transfer-identity", (_plain(PAGE, b"Transfer-Encoding: identity"),)),
    Form("chunked-leading-zeros", (_chunked(PAGE).replace(b"\r\n2bc\r\n", b"\r\n00002bc\r\n"),)),
    Form("chunked-one-byte-each", (_chunked(PAGE[:200], size=1),)),
    Form(
        "chunked-in-pieces",
        tuple(_chunked(PAGE)[at : at + 333] for at in range(0, len(_chunked(PAGE)), 333)),
        pause=0.005,
    ),
    Form("gzip", (_plain(gzip.compress(PAGE, mtime=0), b"Content-Encoding: gzip"),)),
    Form("gzip-chunked", (_chunked(gzip.compress(PAGE, mtime=0), b"Content-Encoding: gzip", size=50),)),
    Form(
        "gzip-two-members",
        (_plain(gzip.compress(PAGE[:900], mtime=0) + gzip.compress(PAGE[900:], mtime=0), b"Content-Encoding: gzip"),),
    ),
    Form("gzip-lie", (_plain(PAGE, b"Content-Encoding: gzip"),)),
    Form("deflate", (_plain(zlib.compress(PAGE), b"Content-Encoding: deflate"),)),
    Form("deflate-raw", (_plain(_RAW_DEFLATE.compress(PAGE) + _RAW_DEFLATE.flush(), b"Content-Encoding: deflate"),)),
    Form("brotli", (_plain(brotli.compress(PAGE), b"Content-Encoding: br"),)),
    Form("zstd", (_plain(zstandard.compress(PAGE), b"Content-Encoding: zstd"),)),
    Form("odd-header-case", (_head(b"content-TYPE: text/html", b"CONTENT-length: %d" % len(PAGE), b"x-A: 1") + PAGE,)),
    Form(
        "odd-header-order", (_head(b"X-Z: 1", b"Content-Length: %d" % len(PAGE), b"Server: old", b"Date: then") + PAGE,)
    ),
    Form("repeated-headers", (_plain(PAGE, b"X-A: 1", b"Set-Cookie: a=1", b"X-A: 2", b"Set-Cookie: b=2"),)),
    Form("header-without-space", (_plain(PAGE, b"X-A:1", b"X-B:\t 2  "),)),
    Form(
        "header-gbk-bytes",
        (_plain(PAGE, b"X-Title: \xd6\xd0\xb9\xfa", b"Content-Disposition: inline; filename=\xd0\xc2.htm"),),
    ),
    Form("header-utf8-bytes", (_plain(PAGE, "X-Title: 中国 — è".encode()),)),
    Form("header-without-colon", (_plain(PAGE, b"this line has none", b"X-A: 1"),)),
    Form("header-name-of-two-words", (_plain(PAGE, b"X-Powered By: a module", b"X-A: 1"),)),
    Form("header-space-before-colon", (_head(b"Content-Type : text/html", b"Content-Length : %d" % len(PAGE)) + PAGE,)),
    Form("length-below-zero", (_head(_HTML.strip(), b"Content-Length: -1") + PAGE,), end="close"),
    Form("length-empty", (_head(_HTML.strip(), b"Content-Length:") + PAGE,), end="close"),
    Form("header-folded", (_plain(PAGE, b"X-Long: first\r\n second\r\n\tthird"),)),
    Form("header-empty-value", (_plain(PAGE, b"X-Empty:"),)),
    Form("bare-lf-lines", (_plain(PAGE).replace(b"\r\n", b"\n"),)),
    Form("no-reason", (_plain(PAGE, status=b"HTTP/1.1 200 "),)),
    Form("odd-reason", (_plain(PAGE, status="HTTP/1.1 200 Très bien".encode("latin-1")),)),
    Form("empty-200", (_plain(b""),)),
    Form("status-204", (_head(status=b"HTTP/1.1 204 No Content"),)),
    Form(
        "status-304", (_head(b'ETag: "a"', status=b"HTTP/1.1 304 Not Modified"),), headers=(("If-None-Match", '"a"'),)
    ),
    Form("status-301", (_plain(b"gone there", b"Location: /elsewhere", status=b"HTTP/1.1 301 Moved Permanently"),)),
    Form("status-302-gbk-location", (_plain(b"", b"Location: /\xd6\xd0.htm", status=b"HTTP/1.1 302 Found"),)),
    Form("status-404", (_plain(PAGE, status=b"HTTP/1.1 404 Not Found"),)),
    Form("status-500", (_plain(PAGE, status=b"HTTP/1.1 500 Internal Server Error"),)),
    Form("status-999", (_plain(PAGE, status=b"HTTP/1.1 999 Request denied"),)),
    Form("interim-103", (b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" + _plain(PAGE),)),
    Form("interim-100-and-102", (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + _plain(PAGE),)),
    Form("surplus-behind-length", (_plain(PAGE) + b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad",), end="close"),
    Form("nul-bytes", (_plain(PAGE.replace(b"Words", b"Wo\0ds")),)),
    Form("every-byte", (_plain(bytes(range(256)) * 8),)),
    Form("large", (_plain(b"<p>" + b"0123456789abcdef" * 65_536),)),
    Form(
        "post",
        (_plain(PAGE),),
        method="POST",
        body=b"name=%D6%D0&page=2",
        headers=(("Content-Type", "application/x-www-form-urlencoded"),),
    ),
    Form("post-binary", (_plain(PAGE),), method="POST", body=bytes(range(256)), headers=(("X-Odd-Case", "1"),)),
    Form("head", (_head(b"Content-Length: 5000", b"Content-Type: text/html"),), method="HEAD"),
    Form("length-too-long", (_head(b"Content-Length: 90000") + PAGE,), end="close", whole=False),
    Form("chunks-without-end", (_chunked(PAGE, end=b""),), end="close", whole=False),
    Form("reset-in-body", (_head(b"Content-Length: 90000") + PAGE,), end="reset", whole=False),
    Form("bad-chunk-size", (_chunked(PAGE, end=b"zz\r\n"),), end="close", whole=False),
    Form("bad-status-line", (b"HTTP 200\r\n" + _HTML + b"\r\n" + PAGE,), end="close", whole=False),
    # A radio's stream, not HTTP, and without end: no page comes of it.
    Form("icy", (_head(_HTML.strip(), status=b"ICY 200 OK") + PAGE,), end="close", whole=False),
    Form("garbage", (b"\x00\x01\x02 no http at all\r\n" * 4,), end="close", whole=False),
    Form("no-answer", (), end="close", whole=False),
)
