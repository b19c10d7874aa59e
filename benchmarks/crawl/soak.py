"""A long crawl: the large demo portal several times over, each time under hosts of its own; what memory it comes to.

    python benchmarks/crawl/soak.py [--pages 100000] [--first 10000] [--size large] [--keep FOLDER]

Prints the resident memory of the crawl's main process, and of all its processes, each 10,000 pages and at the end.
Exits 1 where the main process holds more than 300 MB or more than 1.2 times as much as it held at ``--first`` pages,
or the crawl does not end well. Resident sizes from /proc (Linux).
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from watched import pages_done, resident, verified

from portal_crawler.demo.chronicle import served_portal
from portal_crawler.demo.hosts import HOSTS
from portal_crawler.demo.model import PagePlan, Portal
from portal_crawler.demo.profile import demo_profile
from portal_crawler.demo.render import Rendered
from portal_crawler.demo.server import DemoServer
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import save_profile

_MOST, _GROWTH = 300e6, 1.2
_EACH = 10_000
_LOOK = 1.0
_HOST = re.compile(r"^http://([a-z.]*)portal(\d+)\.test")
_DRAWN = 4_096


class RepeatedPortal(DemoServer):
    """The demo portal under ``www.portal1.test``, ``www.portal2.test`` and so on, all of which tell the same."""

    def __init__(self, portal: Portal) -> None:
        super().__init__(portal)
        self.repeated = lru_cache(_DRAWN)(self._repeated)
        plain = self.drawn
        self.drawn = lambda url: self.repeated(url) if _HOST.match(url) else plain(url)  # type: ignore[assignment]

    def plan_of(self, host: str, target: str) -> PagePlan:
        """The plan of the page that is repeated, with its own address."""
        url = f"http://{host.lower()}{target}"
        number = _HOST.match(url)
        if not number:
            return super().plan_of(host, target)
        plan = super().plan_of(_HOST.sub(r"http://\1portal.test", url).split("/")[2], target)
        answer = plan.answer
        if answer.location:
            answer = replace(answer, location=_told(answer.location, number[2]))
        return replace(plan, url=url, answer=answer)

    def _repeated(self, url: str) -> Rendered:
        number = _HOST.match(url)
        drawn = super()._draw(_HOST.sub(r"http://\1portal.test", url))
        return replace(drawn, body=drawn.body.replace(b"portal.test", b"portal%s.test" % (number or "")[2].encode()))


def _told(url: str, number: str) -> str:
    return url.replace("portal.test", f"portal{number}.test")


@contextmanager
def serving(size: str) -> Iterator[str]:
    """Serve the repeated portal in a process of its own while the block runs; gives its ``host:port``."""
    command = [sys.executable, __file__, "--serve", "--size", size]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    try:
        yield child.stdout.readline().decode().strip() if child.stdout else ""
    finally:
        if child.stdin:
            child.stdin.close()
        child.wait(timeout=20)


def serve(size: str) -> None:
    """Serve until standard input ends."""
    server = RepeatedPortal(served_portal(size, 2004, None))
    print(f"127.0.0.1:{server.server_address[1]}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.buffer.read()
    server.shutdown()


def repeated_profile(address: str, size: str, repeats: int) -> SiteProfile:
    """The demo portal's profile for so many repeats of it."""
    one = demo_profile(address, size)
    numbers = [str(number) for number in range(1, repeats + 1)]
    scope = {
        "hosts": tuple(_told(host, number) for number in numbers for host in HOSTS),
        "aliases": {_told(a, n): _told(b, n) for n in numbers for a, b in one.scope.aliases.items()},
    }
    return one.model_copy(
        update={
            "name": "soak",
            "seeds": tuple(_told(url, number) for number in numbers for url in one.seeds),
            "sitemaps": tuple(_told(url, number) for number in numbers for url in one.sitemaps),
            "scope": one.scope.model_copy(update=scope),
        }
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100_000, help="pages, at least")
    parser.add_argument("--first", type=int, default=10_000, help="pages at which memory is held to be settled")
    parser.add_argument("--size", default="large", help="size of the portal that is repeated")
    parser.add_argument("--keep", type=Path, help="a new folder for the crawl, which stays")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.size)
        return 0
    a_portal = len(served_portal(options.size, 2004, None).plans)
    with tempfile.TemporaryDirectory() as folder, serving(options.size) as address:
        room = options.keep or Path(folder)
        room.mkdir(parents=True, exist_ok=True)
        profile = repeated_profile(address, options.size, -(-options.pages // (a_portal * 9 // 10)))
        save_profile(profile, room / "soak.toml")
        return soak(room, options.first)


def soak(room: Path, settled: int) -> int:
    """Crawl and watch; the exit code."""
    out, said = room / "crawl", room / "said"
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(room / "soak.toml"), "--out", str(out)]
    begun, told, first, last, most = time.monotonic(), 0, 0, 0, 0
    with said.open("wb") as stream:
        crawl = subprocess.Popen([*command, "--progress", "none"], stdout=subprocess.DEVNULL, stderr=stream)
        while crawl.poll() is None:
            time.sleep(_LOOK)
            done, now = pages_done(out), main_memory(crawl.pid)
            last, most = now or last, max(most, now)
            if done >= settled and not first:
                first = last
            if done >= told:
                whole = sum(resident(crawl.pid))
                print(f"{done:7} pages in {time.monotonic() - begun:5.0f} s: main process {now / 1e6:.0f} MB, "
                      f"all {whole / 1e6:.0f} MB", flush=True)  # fmt: skip
                told += _EACH
    growth = last / first if first else float("inf")
    code, words = verified(out)
    print(f"{pages_done(out)} pages, exit {crawl.returncode}, {time.monotonic() - begun:.0f} s")
    print(f"main process: {last / 1e6:.0f} MB at the end, {most / 1e6:.0f} MB at most (<= {_MOST / 1e6:.0f}), "
          f"{growth:.2f} times as much as at {settled} pages (<= {_GROWTH})")  # fmt: skip
    print(f"verify {code}: {words}")
    return 0 if not crawl.returncode and not code and last <= _MOST and growth <= _GROWTH else 1


def main_memory(pid: int) -> int:
    """Resident bytes of one process, 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


if __name__ == "__main__":
    sys.exit(main())
