"""The ledger as it grows: what an address costs it, on the processor, in memory and on the disk.

    python benchmarks/scale/ledger.py [--sizes 100000 1000000 10000000] [--window 20000] [--keep FOLDER]

A crawl without its network and its reading: the engine's own crawl, frontier, trap watch and visit log, on a ledger of
150 hosts of 38 portals. Pages are made up (22 links each). Between the sizes a page brings ten new addresses; at each
size ``--window`` pages are measured that bring one new address and 21 known ones, of which 5 are drawn at random from
all of their host. A commit comes every 40 pages: as often as in a crawl that takes 5 ms a page.

Exits 1 where ``next`` and ``done`` take more than 150 microseconds of processor time together at the largest size, or
memory grows by more than 200 bytes in a thousand addresses between the last two sizes.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wide_portal import LINKS, MENU, Address, address, hosts, menu, old_numbers

from portal_crawler.capture import Capture, WarcPlace
from portal_crawler.engine import commits
from portal_crawler.engine.crawl import Crawl
from portal_crawler.frontier.doubts_sqlite import Doubts
from portal_crawler.frontier.ledger_sqlite import FrontierRow, Ledger
from portal_crawler.frontier.visits_sqlite import Visits
from portal_crawler.page.article import Article
from portal_crawler.page.kind import KindDecision, PageKind
from portal_crawler.page.links import Element, Link
from portal_crawler.page.metadata import Metadata
from portal_crawler.page.roles import Role
from portal_crawler.reading import PageReading
from portal_crawler.sites.profile import Output, Politeness, Scope, SiteProfile, Traps

_MICROSECONDS, _BYTES = 150.0, 200.0
_HOSTS = 150
# Pages a commit.
_COMMIT = 40
_NEW = 10
_NUMBER = re.compile(r"(?:_|id=)([0-9]+)")
_LETTERS = str.maketrans("0123456789", "bcdfghjklm")
# What is measured, by the part of the ledger's work that it is.
_PARTS: dict[str, tuple[tuple[type, str], ...]] = {
    "next": ((Ledger, "claim"),),
    "done": ((Ledger, "done"),),
    "visit": ((Visits, "put"),),
    "known": ((Ledger, "unknown"),),
    "add": ((Ledger, "add"),),
    "traps": tuple(
        (Doubts, name)
        for name in ("state_of", "state", "clear_area", "fresh", "under_token", "set_under_token", "find", "lineage",
                     "good", "least_tried", "pattern_of", "gone", "wasted")
    ),
    "commit": ((Ledger, "commit"), (Ledger, "set_meta")),
}  # fmt: skip


def number_of(url: str) -> int:
    """The number of a page of a wide portal."""
    return int(_NUMBER.findall(url)[-1]) - 10_000


def spelled(number: int) -> str:
    """A number in letters: a page that differs from another in digits alone shows nothing new."""
    return str(number).translate(_LETTERS)


class Clock:
    """Processor time of this process by part of the ledger's work; what a part calls of another counts for the first."""

    def __init__(self) -> None:
        self.spent, self.calls = Counter[str](), Counter[str]()
        self._inside = False
        for part, methods in _PARTS.items():
            for owner, name in methods:
                setattr(owner, name, self._timed(part, getattr(owner, name)))

    def _timed(self, part: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **named: Any) -> Any:
            if self._inside:
                return method(*args, **named)
            self._inside = True
            begun = time.process_time_ns()
            try:
                return method(*args, **named)
            finally:
                self.spent[part] += time.process_time_ns() - begun
                self.calls[part] += 1
                self._inside = False

        return timed

    def reset(self) -> None:
        """Begin anew."""
        self.spent.clear()
        self.calls.clear()


class MadeUp:
    """The pages of a wide portal. Knows of each host which number comes next."""

    def __init__(self, names: list[str]) -> None:
        self._next = dict.fromkeys(names, MENU)

    def reading(self, row: FrontierRow, new: int) -> PageReading:
        """The page of a row in hand, with so many links to pages that nobody has seen."""
        host, first, number = row.host, self._next[row.host], number_of(row.url)
        fresh = [address(host, one) for one in range(first, first + new)]
        self._next[host] += new
        old = [address(host, one) for one in old_numbers(number, first, LINKS - MENU - new)]
        links = tuple(_link(one, place) for place, one in enumerate((*menu(host), *old, *fresh)))
        told = spelled(number)
        title, text = f"{told} again", f"What nobody but {told} had told before, in all of the province or anywhere else."
        capture = Capture(
            row.url,
            text.encode(),
            status=200,
            fetched_at=_DAY,
            payload_digest=f"sha256:{row.id:064x}",
            warc=WarcPlace("archive/wide-20261128120000-00000.warc.gz", 9_000 * row.id, 9_000, f"<urn:uuid:{row.id}>"),
            via=row.via,
            depth=row.depth,
            hops=row.hops,
        )
        article = Article(title, (text,))
        return PageReading(capture, row.url_key, _ARTICLE, metadata=Metadata(title), links=links, article=article)


_ARTICLE = KindDecision(PageKind.ARTICLE, 1.0, ())
_DAY = datetime(2026, 11, 28, 12, tzinfo=UTC)


def _link(one: Address, place: int) -> Link:
    return Link(one.url, one.key, "More", Role.BODY, Element.A, place)


def profile(names: list[str]) -> SiteProfile:
    """How the wide portal is crawled: all hosts at once, nothing archived."""
    return SiteProfile(
        name="wide",
        seeds=tuple(address(name, 0).url for name in names),
        scope=Scope(hosts=tuple(names)),
        politeness=Politeness(delay=0, concurrency=1, total_concurrency=len(names), contact="a@portal.test"),
        traps=Traps(soft_404=False),
        output=Output(warc=False),
    )


class Growth:
    """A crawl of the wide portal, page by page."""

    def __init__(self, folder: Path) -> None:
        names = hosts(_HOSTS)
        self._made, self._crawl = MadeUp(names), Crawl(profile(names), folder)
        self._held: list[FrontierRow] = []
        self.pages = 0

    @property
    def discovered(self) -> int:
        """Addresses in the ledger."""
        (most,) = self._crawl.ledger._db.execute("SELECT max(id) FROM frontier").fetchone()  # noqa: SLF001
        return int(most)

    def page(self, new: int) -> None:
        """Crawl one page more."""
        while not self._held:
            while len(self._held) < _HOSTS and (row := self._crawl.next_row()):
                self._held.append(row)
            self._held.reverse()
        row = self._held.pop()
        self._crawl.page_done(self._made.reading(row, new))
        self.pages += 1

    def close(self) -> None:
        """Commit and close."""
        self._crawl.commit()
        self._crawl.close()


def measured(growth: Growth, clock: Clock, window: int, folder: Path) -> dict[str, Any]:
    """Figures of so many pages that lead to one new address each."""
    clock.reset()
    begun, found = time.process_time(), growth.discovered
    for _ in range(window):
        growth.page(1)
    whole = time.process_time() - begun
    gc.collect()
    return {
        "addresses": found,
        "pages": growth.pages,
        "microseconds": {part: round(clock.spent[part] / 1000 / window, 1) for part in _PARTS},
        "calls": {part: round(clock.calls[part] / window, 2) for part in _PARTS},
        "whole": round(1e6 * whole / window, 1),
        "resident": resident(),
        "bytes": (folder / "ledger.sqlite").stat().st_size,
        "journal": (folder / "ledger.sqlite-wal").stat().st_size,
    }


def resident() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def grown(folder: Path, sizes: list[int], window: int) -> list[dict[str, Any]]:
    """Figures at each size."""
    commits._STEPS = _COMMIT  # noqa: SLF001
    clock, found = Clock(), list[dict[str, Any]]()
    growth = Growth(folder)
    for size in sizes:
        begun, pages = time.process_time(), growth.pages
        while growth.pages % 1_000 or growth.discovered < size:
            growth.page(_NEW)
        spent, count = time.process_time() - begun, growth.pages - pages
        one = measured(growth, clock, window, folder)
        found.append(one)
        print(json.dumps({**one, "growing": round(1e6 * spent / max(1, count), 1)}), flush=True)
    growth.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--window", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="a new folder for the ledger, which stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        room = options.keep or Path(folder)
        room.mkdir(parents=True, exist_ok=True)
        found = grown(room, options.sizes, options.window)
    before, last = found[-2:]
    cost = last["microseconds"]["next"] + last["microseconds"]["done"]
    growth = (last["resident"] - before["resident"]) / (last["addresses"] - before["addresses"]) * 1000
    marks = (
        (cost <= _MICROSECONDS, f"next + done {cost:.0f} microseconds (<= {_MICROSECONDS:.0f})"),
        (growth <= _BYTES, f"{growth:.0f} bytes of memory a thousand addresses (<= {_BYTES:.0f})"),
    )
    for good, told in marks:
        print(f"{'ok  ' if good else 'MISS'} {told}")
    return 0 if all(good for good, _ in marks) else 1


if __name__ == "__main__":
    sys.exit(main())
