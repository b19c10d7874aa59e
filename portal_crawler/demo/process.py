"""Process: the demo server as a child process, so that a crawl and the portal that it crawls share nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from portal_crawler.errors import StateError


@contextmanager
def serving(size: str = "small", seed: int = 2004, as_of: float | None = None) -> Iterator[str]:
    """Serve the demo portal while the block runs; gives its ``host:port`` on loopback.

    ``as_of`` is a day of the portal's chronicle, 0.0 to 365.0; ``None`` the portal without one.

    :raises StateError: where the server does not start.
    """
    command = [sys.executable, "-m", "portal_crawler.demo.server", "--size", size, "--seed", str(seed)]
    command += [] if as_of is None else ["--as-of", str(as_of)]
    # A session of its own: Ctrl-C ends the crawl first, and the crawl's end ends the server.
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)  # noqa: S603
    try:
        line = child.stdout.readline().decode() if child.stdout else ""
        if not line.startswith("http://"):
            cure = f"run '{' '.join(command)}' to see why"
            raise StateError("the demo portal", "its server did not start", cure)
        yield line.strip().removeprefix("http://")
    finally:
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()
