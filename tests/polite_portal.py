"""Polite portal: a small portal over loopback whose server notes who asks for what, and when, and fails as told."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

from portal_crawler.sites.profile import Network, Politeness, Scope, SiteProfile
from tests.changing_portal import story_page

# Whether a request of so many before it to the same address fails, and how: "reset", or a status with its headers.
Trouble = Callable[[str, str, int], str | tuple[int, dict[str, str]] | None]


class PolitePortal(ThreadingHTTPServer):
    """``asked`` are (host, path, seconds) of each request, in order."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, stories: int, robots: str | bytes | None = "User-agent: *\nAllow: /\n", robots_path: str = "/robots.txt"
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stories, self.robots, self.robots_path = stories, robots, robots_path
        self.asked: list[tuple[str, str, float]] = []
        self.trouble: Trouble = lambda _host, _path, _times: None
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"127.0.0.1:{self.server_port}"

    def times(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(one == path for _, one, _ in self.asked)

    def gaps(self, host: str) -> list[float]:
        """Seconds between two requests to a host, robots.txt among them."""
        moments = [at for one, _, at in self.asked if one == host]
        return [later - sooner for sooner, later in pairwise(moments)]

    def profile(self, hosts: tuple[str, ...] = ("www.portal.test",), **polite: object) -> SiteProfile:
        """A profile that crawls it."""
        return SiteProfile(
            name="polite",
            seeds=tuple(f"http://{host}/" for host in hosts),
            scope=Scope(hosts=hosts, allow_private=(self.address,)),
            network=Network(connect_to={"*": self.address}),
            politeness=Politeness(**{"delay": 0, **polite}),
        )


@contextmanager
def serving(portal: PolitePortal) -> Iterator[PolitePortal]:
    """The portal at work."""
    thread = threading.Thread(target=portal.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield portal
    finally:
        portal.shutdown()
        thread.join()
        portal.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PolitePortal

    def do_GET(self) -> None:
        host, portal = self.headers["Host"], self.server
        with portal.lock:
            before = Counter(path for _, path, _ in portal.asked)[self.path]
            portal.asked.append((host, self.path, time.monotonic()))
        trouble = portal.trouble(host, self.path, before)
        if trouble == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        if isinstance(trouble, tuple):
            self._send(trouble[0], "in trouble", trouble[1])
        elif self.path == portal.robots_path:
            self._send(404 if portal.robots is None else 200, portal.robots or "", {"Content-Type": "text/plain"})
        elif self.path == "/":
            self._send(200, "".join(f"<li><a href=/{n}.htm>Ferry {n}</a>" for n in range(portal.stories)), {})
        elif (number := self.path.strip("/").partition(".")[0]).isdigit():
            self._send(200, story_page(int(number)), {})
        else:
            self._send(404, "no such page", {})

    def _send(self, status: int, text: str | bytes, headers: dict[str, str]) -> None:
        body = text.encode() if isinstance(text, str) else text
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", **headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
