"""Exchanges of many forms, and ids that count up: what the tests of the archive write and read back."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from portal_crawler.archive.exchange import Exchange, Truncation

STARTED = datetime(2004, 10, 15, 8, 30, 0, 123_000, UTC)
REQUEST = b"GET / HTTP/1.1\r\nHost: portal.test\r\n\r\n"
STORY = "<p>Тихий понедельник в гавани. A quiet Monday.</p>\n".encode() * 60

RESPONSES: dict[str, bytes] = {
    "plain": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(STORY), STORY),
    "until-close": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + STORY,
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(STORY), STORY),
    "gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(STORY, mtime=0),
    "empty": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "no-content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: /news/\r\nContent-Length: 0\r\n\r\n",
    "odd-headers": b"HTTP/1.1 200 OK\r\nx-oDD:1\r\nX-Gbk: \xd6\xd0\r\nno colon here\r\nA: 1\r\n 2\r\n\r\nbody",
    "lf-only": b"HTTP/1.0 200 OK\nA: 1\n\nbody\n",
    "interim": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody",
    "surplus": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody and more",
    "warc-inside": b"HTTP/1.1 200 OK\r\n\r\n"
    b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 9\r\n\r\nx\r\n\r\nWARC/1.0\r\n",
    "gzip-inside": b"HTTP/1.1 200 OK\r\n\r\n" + gzip.compress(b"WARC/1.1\r\n") * 3,
    "garbage": b"\x00\x01\xfe\xff" * 20,
}


def new_ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"<urn:uuid:{UUID(int=next(numbers))}>"


def an_exchange(name: str = "plain", **changes: object) -> Exchange:
    fields: dict[str, object] = {
        "url": f"http://portal.test/{name}",
        "started": STARTED,
        "request": REQUEST.replace(b" / ", f" /{name} ".encode()),
        "response": RESPONSES[name],
        "ip": "127.0.0.1",
    }
    return Exchange(**(fields | changes))  # type: ignore[arg-type]


def a_truncated_exchange() -> Exchange:
    return an_exchange("plain", response=RESPONSES["plain"][:200], truncated=Truncation.DISCONNECT)
