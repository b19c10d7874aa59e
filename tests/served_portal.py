"""A small portal of a test, or a folder of files, served on loopback until the end of a block."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

from portal_crawler.sites.profile import Network, Politeness, Scope, SiteProfile

HOST = "http://www.portal.test"
"""Where such a portal says it is."""

_Portal = TypeVar("_Portal")


@contextmanager
def served_portal(handler: type[BaseHTTPRequestHandler], portal_at: Callable[[str], _Portal]) -> Iterator[_Portal]:
    """Serve a portal. Its handler finds it as ``self.server.portal``.

    :param portal_at: makes the portal, given the address (host:port) on which it is served.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    portal = portal_at(f"127.0.0.1:{server.server_address[1]}")
    server.portal = portal  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Files(SimpleHTTPRequestHandler):
    """A file server that keeps its log to itself."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        return


@contextmanager
def served_files(folder: Path, handler: type[Files] = Files) -> Iterator[str]:
    """Serve a folder; the address (host:port) on which it is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def quick_profile(address: str, name: str, *, concurrency: int = 2, retries: int = 1) -> SiteProfile:
    """A profile that crawls the portal at an address without a delay."""
    return SiteProfile(
        name=name,
        seeds=(f"{HOST}/",),
        scope=Scope(hosts=("www.portal.test",), allow_private=(address,)),
        network=Network(connect_to={"*": address}),
        politeness=Politeness(delay=0, concurrency=concurrency, retries=retries),
    )
