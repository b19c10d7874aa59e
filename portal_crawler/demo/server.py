"""Server: the demo portal over loopback HTTP, with the virtues and vices of the servers of its time.

One address serves every host of the portal, by the Host header; a crawler reaches them by ``[network] connect_to``.

    python -m portal_crawler.demo.server --size small --port 0 [--as-of 30]

prints its address as the first line, and ends by Ctrl-C, or when its standard input does, so that it never outlives its
parent.
``--as-of`` serves the portal of a day of its chronicle.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import re
import sys
import threading
import time
import zlib
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from portal_crawler.demo.chronicle import served_portal
from portal_crawler.demo.images import image
from portal_crawler.demo.model import Answer, PagePlan, PlanKind, Portal
from portal_crawler.demo.render import Rendered, render

_SLOW_SECONDS = 0.3
# Pages kept drawn: a crawl asks for each once, a benchmark's second crawler for each again.
_DRAWN = 4096


# What the portal's pages hang on their addresses without meaning another page.
_VARIANT = re.compile(r";jsessionid=[0-9A-F]+|\?from=rss$")


class DemoServer(ThreadingHTTPServer):
    """The server of one portal."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, portal: Portal, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.portal = portal
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.drawn = lru_cache(maxsize=_DRAWN)(self._draw)

    def plan_of(self, host: str, target: str) -> PagePlan:
        """The plan of an address; an unknown one is a 404 of the server."""
        url = f"http://{host.lower()}{target}"
        plans = self.portal.plans
        return plans.get(url) or plans.get(_VARIANT.sub("", url)) or PagePlan(url, PlanKind.ERROR, answer=Answer(404))

    def modified(self, plan: PagePlan) -> datetime:
        """When a page was last written; at eight in the morning of its day in a portal without a chronicle."""
        day = plan.day or date(2004, 1, 1)
        return self.portal.modified.get(plan.url) or datetime(day.year, day.month, day.day, 8, tzinfo=UTC)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away (a killed crawl) is none; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def _draw(self, url: str) -> Rendered:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        return render(self.plan_of(parts.netloc, target), self.portal)

    def times(self, url: str) -> int:
        """How often an address has been asked for, this time included."""
        with self.lock:
            self.asked[url] += 1
            return self.asked[url]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Apache/1.3.27"
    sys_version = "(Unix)"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: DemoServer

    def do_GET(self) -> None:
        """Answer one request."""
        host = self.headers.get("Host", "").lower()
        if self.path.startswith("/images/"):
            self._send(200, *image(self.path))
            return
        plan = self.server.plan_of(host, self.path)
        drawn = self.server.drawn(plan.url)
        quirks = plan.answer.quirks
        if "flaky" in quirks and self.server.times(plan.url) == 1:
            self._send(503, b"Server too busy", "text/plain", {"Retry-After": "0"})
            return
        if "slow" in quirks:
            time.sleep(_SLOW_SECONDS)
        self._answer(plan, drawn)

    do_HEAD = do_GET  # noqa: N815 - the base class finds it by this name

    def _answer(self, plan: PagePlan, drawn: Rendered) -> None:
        quirks, body, headers = plan.answer.quirks, drawn.body, dict[str, str]()
        if plan.answer.location:
            headers["Location"] = plan.answer.location
        if "validators" in quirks:
            tag, changed = f'"{hashlib.sha256(body).hexdigest()[:16]}"', self.server.modified(plan)
            headers |= {"ETag": tag, "Last-Modified": format_datetime(changed, usegmt=True)}
            if self._has(tag, changed):
                self._send_not_modified(headers)
                return
        content_type = "text/plain" if "text-plain" in quirks else drawn.content_type
        if "wrong-charset" in quirks:
            content_type = "text/html; charset=iso-8859-1"
        if "gzip" in quirks:
            headers["Content-Encoding"], body = "gzip", gzip.compress(body, mtime=0)
        elif "deflate" in quirks:
            headers["Content-Encoding"], body = "deflate", zlib.compress(body)
        self._send(plan.answer.status, body, content_type, headers, quirks)

    def _has(self, tag: str, changed: datetime) -> bool:
        """Whether the client says that it has this page: by its tag or, where it sends none, by its time (RFC 9110)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return tag in (one.strip().removeprefix("W/") for one in tags.split(","))
        try:
            return changed <= parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except (ValueError, TypeError):
            return False  # no date, or none that can be read or compared: the page is sent

    def _send_not_modified(self, headers: dict[str, str]) -> None:
        self.send_response(304)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(
        self,
        status: int,
        body: bytes,
        content_type: str,
        headers: dict[str, str] | None = None,
        quirks: frozenset[str] = frozenset(),
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if "chunked" in quirks:
            self.send_header("Transfer-Encoding", "chunked")
            half = len(body) // 2
            body = (
                b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part)
                + b"0\r\n\r\n"
            )
        else:
            promised = len(body) + (100 if quirks & {"cut", "long-length"} else 0)
            self.send_header("Content-Length", str(promised))
        if quirks & {"cut", "long-length"}:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the crawler tells what it fetched."""


def main() -> None:
    """Serve until standard input ends, or Ctrl-C."""
    parser = argparse.ArgumentParser(description="Serve the demo portal on loopback.")
    parser.add_argument("--size", choices=("small", "medium", "large"), default="small")
    parser.add_argument("--seed", type=int, default=2004)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--as-of", type=float, help="day of the chronicle, 0 to 365; the portal without one if left out"
    )
    options = parser.parse_args()
    portal = served_portal(options.size, options.seed, options.as_of)
    try:
        server = DemoServer(portal, options.port)
    except OSError as error:
        parser.error(f"--port {options.port}: {error.strerror}; choose another one, or 0 for any that is free")
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)  # noqa: T201 - what its parent waits for
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with suppress(KeyboardInterrupt):
        while os.read(sys.stdin.fileno(), 65536):  # its buffer would be locked when Ctrl-C comes
            pass
    server.shutdown()


if __name__ == "__main__":
    main()
