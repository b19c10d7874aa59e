"""Counted portal: the demo portal in a process of its own, which notes every request that it gets.

    python benchmarks/crawl/counted_portal.py SIZE LOG

prints its address, and ends when its standard input does. LOG gets one line for each request, its address.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.server import DemoServer


@contextmanager
def counted_portal(size: str, log: Path) -> Iterator[str]:
    """Serve a portal of a size while the block runs; gives its ``host:port``."""
    command = [sys.executable, __file__, size, str(log)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        address = child.stdout.readline().strip()
        if not address:
            raise SystemExit(f"the demo portal did not start; run {' '.join(command)} to see why")
        yield address
        child.stdin.close()


def pages_asked(log: Path) -> int:
    """How many requests for pages a portal got so far; those for robots.txt are no pages."""
    return sum(not line.endswith("/robots.txt\n") for line in log.open(encoding="utf-8"))


def main() -> None:
    """Serve until standard input ends."""
    size, log = sys.argv[1], Path(sys.argv[2]).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - until the end
    server = DemoServer(build_portal(size))
    answering: Any = server.RequestHandlerClass

    class Noting(answering):
        def do_GET(self) -> None:  # noqa: N802 - the base class finds it by this name
            log.write(f"{self.headers.get('Host', '')}{self.path}\n")
            super().do_GET()

    server.RequestHandlerClass = Noting
    print(f"127.0.0.1:{server.server_address[1]}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
