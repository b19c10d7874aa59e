"""Many hosts: sites that link to each other, on several loopback addresses, whose servers note every request.

    python benchmarks/crawl/many_hosts.py HOSTS PAGES PAUSE LOG

prints a profile as JSON, and ends when its standard input does. LOG gets a line for each request.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from portal_crawler.demo.prose import Prose
from portal_crawler.sites.profile import Network, Pages, Politeness, Scope, SiteProfile

# All of 127.0.0.0/8 is loopback (RFC 1122 section 3.2.1.3).
_ADDRESSES = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
# Every so many pages of a host repeat the story of the first host.
_REPEATS, _REPEATED = 7, 3


class ManyHosts:
    """``hosts`` sites of ``pages`` pages each; ``asked`` counts the requests by host and path.

    :param pause: seconds that an answer takes.
    :param note: told of each request.
    """

    def __init__(
        self, hosts: int, pages: int, pause: float = 0.0, note: Callable[[str], object] = lambda _: None
    ) -> None:
        self.names = [f"www.site{number:02d}.test" for number in range(hosts)]
        self.pages, self.pause, self.note = pages, pause, note
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()
        self._servers = [_Server((address, 0), _Handler) for address in _ADDRESSES]
        for server in self._servers:
            server.many_hosts = self  # type: ignore[attr-defined]

    def profile(self, **polite: Any) -> SiteProfile:
        """A profile that crawls all of them, from the first one's front page."""
        addresses = [f"{server.server_address[0]!s}:{server.server_address[1]}" for server in self._servers]
        return SiteProfile(
            name="many",
            seeds=(f"http://{self.names[0]}/",),
            scope=Scope(hosts=tuple(self.names), allow_private=tuple(addresses)),
            network=Network(connect_to={name: addresses[at % 3] for at, name in enumerate(self.names)}),
            pages=Pages(article=(r"^/p\d+\.htm",)),
            politeness=Politeness(**{"delay": 0, "concurrency": 2, "total_concurrency": 16, **polite}),
        )  # fmt: skip

    @contextmanager
    def serving(self) -> Iterator[ManyHosts]:
        """The sites at work."""
        threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}) for server in self._servers
        ]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            for server, thread in zip(self._servers, threads, strict=True):
                server.shutdown()
                thread.join()
                server.server_close()

    def answer(self, host: str, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, header fields and body of what a host has at a path."""
        kind, number = path[1:2], path[2:].removesuffix(".htm")
        if path == "/":
            kind, number = "p", "0"
        if host not in self.names or not number.isdigit() or int(number) >= self.pages:
            return 404, {}, b"<title>Not here</title><p>There is no such page."
        at, page = self.names.index(host), int(number)
        if kind == "c":  # a circle through three hosts
            return 302, {"Location": f"http://{self.names[(at + 1) % 3]}/c{page}.htm"}, b""
        if kind == "r":  # a redirect to another host
            return 302, {"Location": f"http://{self._other(at, page, 1)}/p{page}.htm"}, b""
        return 200, {"Content-Type": "text/html; charset=utf-8"}, self._page(at, page).encode()

    def _other(self, at: int, page: int, step: int) -> str:
        return self.names[(at + 1 + (page * 5 + step * 3) % max(1, len(self.names) - 1)) % len(self.names)]

    def _page(self, at: int, page: int) -> str:
        # One page a site is linked to and not there: what the rule against traps makes of many depends on their order.
        links = [
            f"/p{page + 1}.htm",
            f"/p{(2 * page + 1) % self.pages}.htm",
            f"/r{page}.htm",
            "http://www.elsewhere.test/",
        ]
        links += [f"http://{self._other(at, page, step)}/p{(page * 3 + step) % self.pages}.htm" for step in range(3)]
        links += ["/c0.htm"] if at == page == 0 else []
        source = 0 if page % _REPEATS == _REPEATED else at
        rng = random.Random(f"{source} {page}")
        prose = Prose(f"{source} {page}")
        head = prose.headline(rng)
        return "\n".join([
            f"<html><head><title>{head}</title></head><body><ul>",
            *(f"<li><a href='http://{name}/'>{name}</a>" for name in self.names),
            f"</ul><h1>{head}</h1>",
            *(f"<p>{paragraph}</p>" for paragraph in prose.paragraphs(rng, 5, (4, 6))),
            "<ul>",
            *(f"<li><a href='{link}'>{prose.headline(rng)}</a>" for link in links),
            "</ul></body></html>",
        ])  # fmt: skip


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A crawler that is killed leaves its connections as they are: that is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        many: ManyHosts = self.server.many_hosts  # type: ignore[attr-defined]
        host = self.headers.get("Host", "")
        with many.lock:
            many.asked[f"{host}{self.path}"] += 1
            many.note(f"{host}{self.path}\n")
        if many.pause:
            time.sleep(many.pause)
        status, fields, body = many.answer(host, self.path)
        self.send_response(status)
        for name, value in {**fields, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def main() -> None:
    """Serve until standard input ends."""
    hosts, pages, pause, log = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])
    with (
        log.open("a", buffering=1, encoding="utf-8") as lines,
        ManyHosts(hosts, pages, pause, lines.write).serving() as m,
    ):
        print(m.profile().model_dump_json(by_alias=True), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
