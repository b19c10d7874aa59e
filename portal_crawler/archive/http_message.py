"""HTTP message: what the bytes of an exchange say, read leniently as RFC 9112 frames them. Contains no networking.

Bytes of a real portal break every rule. Whatever comes is read as far as it goes; what is wrong is told in
``problems``, and nothing raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal_crawler.archive.content_coding import undo_codings

Headers = tuple[tuple[bytes, bytes], ...]

# A transfer coding other than chunked hardly occurs; this bounds what a bomb of that kind may cost, in bytes.
_MOST_TRANSFER_DECODED = 64 * 1024 * 1024
# RFC 9112 section 2.2: a lone LF may be taken for a line's end.
_HEAD_END = re.compile(rb"\n\r?\n")
_LEADING_LINE_ENDS = re.compile(rb"[\r\n]*")
# RFC 9112 section 4, with the spaces and the missing minor version that old servers send.
_STATUS_LINE = re.compile(rb"(HTTP/[0-9](?:\.[0-9]+)?)[ \t]+([0-9]{3})(?![0-9])[ \t]*([^\r\n]*)", re.IGNORECASE)
# 16 hexadecimal digits are 8 EiB: a longer size is no size, but for zeros before it.
_CHUNK_SIZE = re.compile(rb"[ \t]*0*([0-9a-fA-F]{1,16})[ \t]*(?:;|\Z)")
_LENGTH = re.compile(rb"[0-9]{1,18}\Z")
_WITHOUT_BODY = frozenset([101, 204, 304])


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One response as it came.

    ``version`` is such as ``HTTP/1.1``, "" with ``status`` 0 where the bytes are no HTTP response. ``headers`` stand in
    their order and case, duplicates included; a value has no white space around it, folded lines are joined by a space,
    a line without a colon is left out. ``head_length`` is the offset in bytes at which the final response's body
    begins, interim responses (1xx) skipped. ``payload`` is the body with its transfer coding undone, content coding
    not. ``whole`` is false where Content-Length or the chunks promised more than came; ``surplus`` counts the bytes
    behind the message's end. ``problems`` are in words.
    """

    version: str
    status: int
    reason: bytes
    headers: Headers
    head_length: int
    payload: bytes
    whole: bool
    surplus: int = 0
    problems: tuple[str, ...] = ()

    def header(self, name: bytes) -> bytes | None:
        """The first value of a header, its name compared without case (RFC 9110 section 5.1)."""
        return next(iter(_values(self.headers, name.lower())), None)


@dataclass(frozen=True, slots=True)
class _Body:
    payload: bytes
    whole: bool = True
    surplus: int = 0
    problems: tuple[str, ...] = ()


def read_response(block: bytes, method: str = "GET") -> HttpResponse:
    r"""Read the bytes of one response; never raises.

    :param block: everything that came for one request, interim responses (1xx) included.
    :param method: of the request: the response to HEAD has no body, whatever its headers say.

    >>> read_response(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").payload
    b'abc'
    """
    start = 0
    while True:
        line = _STATUS_LINE.match(block, _LEADING_LINE_ENDS.match(block, start).end())  # type: ignore[union-attr]
        if line is None:
            return _not_http(block, start)
        status = int(line[2])
        headers, end, problems = _read_head(block, line.end())
        if not 100 <= status < 200 or status == 101 or end is None:
            break
        start = end
    if line.start() > start:
        problems.insert(0, "empty lines stand before the status line")
    version, reason = line[1].decode("ascii").upper(), line[3].rstrip()
    if end is None:
        problems.append("the head is cut off")
        return HttpResponse(version, status, reason, headers, len(block), b"", False, 0, tuple(problems))
    body = _read_body(block[end:], status, headers, method)
    problems += body.problems
    return HttpResponse(version, status, reason, headers, end, body.payload, body.whole, body.surplus, tuple(problems))


def request_line(request: bytes) -> tuple[str, str]:
    r"""Method and target of a request, "" where it has none.

    >>> request_line(b"GET /a%20b?c HTTP/1.1\r\nHost: h\r\n\r\n")
    ('GET', '/a%20b?c')
    """
    words = request.split(b"\n", 1)[0].decode("latin-1").split()
    return (words[0], words[1]) if len(words) > 1 else ("", "")


def request_payload(request: bytes) -> bytes:
    """A request's body with its transfer coding undone; ``b""`` where it has none (RFC 9112 section 6.3)."""
    headers, end, _ = _read_head(request, max(request.find(b"\n"), 0))
    if end is None or not (_values(headers, b"content-length") or _values(headers, b"transfer-encoding")):
        return b""
    return _read_body(request[end:], 200, headers, "").payload


def _not_http(block: bytes, start: int) -> HttpResponse:
    """What has no status line: HTTP/0.9 and garbage are one body; nothing behind interim responses is no response."""
    text = block[start:].strip(b"\r\n")
    if text:
        cut = b"\n" not in text and b"HTTP/".startswith(text[:5].upper())
        problem = "the status line is cut off" if cut else "has no status line"
        return HttpResponse("", 0, b"", (), start, block[start:], not cut, 0, (problem,))
    problem = "only interim responses came" if start else "nothing came"
    return HttpResponse("", 0, b"", (), len(block), b"", False, 0, (problem,))


def _read_head(block: bytes, line_end: int) -> tuple[Headers, int | None, list[str]]:
    """Header fields from the end of the first line on, the offset behind the empty line, and problems.

    The offset is ``None`` where no empty line came.
    """
    found = _HEAD_END.search(block, line_end)
    lines = block[line_end : found.start() if found else len(block)].split(b"\n")
    fields: list[tuple[bytes, bytes]] = []
    problems: list[str] = []
    folding = False
    for line in lines[1:]:
        if line[:1] in (b" ", b"\t") and line.strip():
            if folding:  # RFC 9112 section 5.2: obs-fold counts as a space
                fields[-1] = (fields[-1][0], fields[-1][1] + b" " + line.strip())
                continue
            problems.append("a folded line belongs to no header")
            continue
        name, colon, value = line.partition(b":")
        folding = bool(colon and name.strip())
        if folding:
            fields.append((name.strip(), value.strip()))
        elif line.strip():
            problems.append(f"a header line without a name or colon: {line.strip()[:60].decode('latin-1')}")
    return tuple(fields), found.end() if found else None, problems


def _values(headers: Headers, name: bytes) -> list[bytes]:
    return [value for key, value in headers if len(key) == len(name) and key.lower() == name]


def _read_body(rest: bytes, status: int, headers: Headers, method: str) -> _Body:
    """The body as RFC 9112 section 6.3 bounds it."""
    if status in _WITHOUT_BODY or method == "HEAD":
        return _Body(b"", surplus=len(rest), problems=("bytes behind a message without a body",) if rest else ())
    codings = [
        name
        for value in _values(headers, b"transfer-encoding")
        for part in value.split(b",")
        if (name := part.strip().lower()) not in (b"", b"identity")
    ]
    lengths = _values(headers, b"content-length")
    if not codings:
        return _by_length(rest, lengths)
    return _by_coding(rest, codings, ("both Transfer-Encoding and Content-Length: the first counts",) * bool(lengths))


def _by_length(rest: bytes, values: list[bytes]) -> _Body:
    """Content-Length, which may be repeated with one value; without it, everything until the close."""
    lengths = {part.strip() for value in values for part in value.split(b",")}
    if not lengths:
        return _Body(rest)
    if len(lengths) > 1:
        return _Body(rest, whole=False, problems=("several Content-Lengths contradict each other",))
    text = lengths.pop()
    if not _LENGTH.match(text):
        return _Body(rest, problems=(f"Content-Length is no number: {text[:40].decode('latin-1')}",))
    length = int(text)
    if len(rest) < length:
        return _Body(rest, whole=False, problems=(f"Content-Length says {length} bytes, {len(rest)} came",))
    if len(rest) == length:
        return _Body(rest)
    surplus = len(rest) - length
    return _Body(rest[:length], surplus=surplus, problems=(f"{surplus} bytes behind the body",))


def _by_coding(rest: bytes, codings: list[bytes], problems: tuple[str, ...]) -> _Body:
    """Transfer codings, the last one first; without chunked as the last one the body runs until the close."""
    body = _Body(rest)
    if codings[-1] == b"chunked":
        body = _unchunk(rest)
    codings = [name for name in codings if name != b"chunked"]
    payload = body.payload
    more: tuple[str, ...] = ()
    if codings:
        payload, more = undo_codings(payload, b",".join(codings), _MOST_TRANSFER_DECODED, "Transfer-Encoding")
    return _Body(payload, body.whole, body.surplus, problems + body.problems + more)


def _unchunk(rest: bytes) -> _Body:
    """RFC 9112 section 7.1: extensions and trailers are passed over."""
    parts: list[bytes] = []
    at = 0
    while True:
        line_end = rest.find(b"\n", at)
        if line_end < 0:
            if at == 0 and rest and not _CHUNK_SIZE.match(rest.rstrip(b"\r")):
                return _bad_chunk(rest, parts, at)
            return _Body(b"".join(parts), whole=False, problems=("the last chunk did not come",))
        size = _CHUNK_SIZE.match(rest[at:line_end].rstrip(b"\r"))
        if size is None:
            return _bad_chunk(rest, parts, at)
        begin, end = line_end + 1, line_end + 1 + int(size[1], 16)
        if end == begin:
            return _after_chunks(rest, begin, b"".join(parts))
        parts.append(rest[begin:end])
        at = end + 1 if rest[end : end + 1] == b"\n" else end + 2
        if end > len(rest):
            return _Body(b"".join(parts), whole=False, problems=("a chunk is cut off",))
        if rest[end : end + 2] != b"\r\n" and rest[end : end + 1] != b"\n":
            problem = "the last chunk did not come" if end + 2 > len(rest) else "a chunk is longer than its size"
            return _Body(b"".join(parts), whole=False, problems=(problem,))


def _bad_chunk(rest: bytes, parts: list[bytes], at: int) -> _Body:
    if at == 0:  # some writers of archives undo the chunks and leave the header
        return _Body(rest, whole=False, problems=("the body is not chunked, as Transfer-Encoding says",))
    return _Body(b"".join(parts), whole=False, problems=(f"no chunk size at byte {at} of the body",))


def _after_chunks(rest: bytes, at: int, payload: bytes) -> _Body:
    """The trailer's lines up to an empty one; what follows is surplus."""
    while (line_end := rest.find(b"\n", at)) >= 0:
        empty = not rest[at:line_end].rstrip(b"\r")
        at = line_end + 1
        if empty:
            surplus = len(rest) - at
            return _Body(payload, surplus=surplus, problems=(f"{surplus} bytes behind the body",) * bool(surplus))
    return _Body(payload, problems=("the end of the chunks' trailer did not come",))
