"""The ledger as it grows: what an address costs it, on the processor, in memory and on the disk.

    python benchmarks/scale/ledger.py [--sizes 100000 1000000 10000000] [--window 20000] [--keep FOLDER]

A crawl without its network and its reading: the engine's own crawl, frontier, trap watch and visit log, on a ledger of
150 hosts of 38 portals. Pages are made up. Between the sizes rows are added, and every tenth is done, by the same calls
of the ledger; at each size the crawl is opened anew, and ``--window`` pages are measured that have 22 links: to the
menu of 12, to 4 neighbours, to 5 old pages drawn at random from all of their host, and to one that nobody has seen. A
commit comes every 40 pages: as often as in a crawl that takes 5 ms a page.

Exits 1 where ``next`` and ``done`` take more than 150 microseconds of processor time together at the largest size, or
memory grows by more than 200 bytes in a thousand addresses between the last two sizes.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from made_up import MadeUp, profile
from wide_portal import hosts

from portal_crawler.engine import commits
from portal_crawler.engine.crawl import Crawl
from portal_crawler.frontier.doubts_sqlite import Doubts
from portal_crawler.frontier.ledger_sqlite import Discovery, FrontierRow, Ledger
from portal_crawler.frontier.new_texts import new_texts
from portal_crawler.frontier.revisit import first_seen
from portal_crawler.frontier.trap_rule import Shown
from portal_crawler.frontier.visits_sqlite import ContentPlace, Visit, Visits
from portal_crawler.page.kind import PageKind

_MICROSECONDS, _BYTES = 150.0, 200.0
_HOSTS = 150
# Pages a commit.
_COMMIT = 40
_NEW = 10
# What is measured, by the part of the ledger's work that it is.
_PARTS: dict[str, tuple[tuple[type, str], ...]] = {
    "next": ((Ledger, "claim"),),
    "done": ((Ledger, "done"),),
    "visit": ((Visits, "put"),),
    "host": ((Ledger, "set_host_facts"), (Ledger, "host_facts")),
    "known": ((Ledger, "unknown"),),
    "add": ((Ledger, "add"),),
    "traps": tuple(
        (Doubts, name)
        for name in ("state_of", "state", "clear_area", "fresh", "under_token", "set_under_token", "find", "lineage",
                     "good", "least_tried", "pattern_of", "gone", "wasted")
    ),
    "commit": ((Ledger, "commit"), (Ledger, "set_meta")),
}  # fmt: skip


class Clock:
    """Processor time of this process by part of the work; what a part calls of another counts for the first."""

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


class Growth:
    """A crawl of the wide portal, page by page."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._names = folder, hosts(_HOSTS)
        numbers = dict(_asked(folder, "SELECT host, count(*) FROM frontier GROUP BY host"))
        self._made = MadeUp({name: numbers.get(name, 0) for name in self._names})
        self._held: list[FrontierRow] = []
        self._crawl: Crawl | None = None
        self.pages = 0

    def open(self) -> float:
        """Open the crawl anew, as after its end; seconds of processor time."""
        begun = time.process_time()
        self._crawl = Crawl(profile(self._names), self._folder)
        return time.process_time() - begun

    def close(self) -> None:
        """Commit and close."""
        if self._crawl:
            self._crawl.commit()
            self._crawl.close()
        self._crawl, self._held = None, []

    def page(self, new: int) -> None:
        """Crawl one page more."""
        assert self._crawl
        if not self._held:
            self._hold(self._crawl)
        row = self._held.pop()
        self._crawl.pacing.answered(row.host, 0.01, 9_000)
        self._crawl.page_done(self._made.reading(row, new))
        self.pages += 1

    def _hold(self, crawl: Crawl) -> None:
        """The next address of each host. Just after the opening they may rest for a millisecond, as they did before."""
        end = time.monotonic() + 1.0
        while not self._held and time.monotonic() < end:
            while len(self._held) < _HOSTS and (row := crawl.next_row()):
                self._held.append(row)
        self._held.reverse()

    def grow(self, size: int) -> float:
        """Add addresses up to a size, and do every tenth; seconds of processor time.

        The same rows, by the same calls in the same order, but known addresses are not looked up, and no page is read.
        """
        ((count,),) = _asked(self._folder, "SELECT count(*) FROM frontier")
        ledger, begun = Ledger(self._folder), time.process_time()
        claimed: dict[str, list[FrontierRow]] = {name: [] for name in self._names}
        while count < size:
            for name in self._names:
                claimed[name] = claimed[name] or ledger.claim(name, 64, time.time())[::-1]
                row = claimed[name].pop()
                count += self._done(ledger, row)
                self.pages += 1
                if self.pages % _COMMIT == 0:
                    ledger.set_meta("articles", str(self.pages))
                    ledger.commit({"pages.jsonl": self.pages})
        ledger.commit()
        spent = time.process_time() - begun
        ledger.close()
        return spent

    def _done(self, ledger: Ledger, row: FrontierRow) -> int:
        """A page of a growing ledger; how many addresses it added."""
        reading = self._made.reading(row, _NEW, known=False)
        capture = reading.capture
        ledger.done(row.id, capture.status, capture.payload_digest, capture.warc)
        texts = new_texts(reading, row.host)
        ledger.doubts.fresh(texts)
        ledger.doubts.find(row.id)
        if row.pattern is not None:
            state = ledger.doubts.state(row.pattern)
            state.shown(Shown(texts[0], is_find=True))
            ledger.doubts.note(state, -1)
        ledger.add([
            Discovery(one.url, one.url_key, row.host, depth=row.depth + 1, via=row.url, hops=row.hops + "L",
                      parent=row.id, pattern=row.pattern)
            for one in reading.links
        ])  # fmt: skip
        place = ContentPlace("", capture.warc.file, capture.warc.offset, capture.warc.record_id)  # type: ignore[union-attr]
        digest = hashlib.sha256(row.url.encode()).hexdigest()
        text, story = f"sha256:{digest}", digest[:32]
        kind, seen = PageKind.ARTICLE, first_seen(time.time(), None)
        ledger.visits.put(Visit(row.url_key, kind, 200, capture.payload_digest, text, story, None, None, place, seen))
        return len(reading.links)


def _asked(folder: Path, query: str) -> list[Any]:
    """What a ledger says, if there is one."""
    path = folder / "ledger.sqlite"
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def begin(folder: Path) -> None:
    """Crawl the first pages, so that every host's menu is known."""
    growth = Growth(folder)
    growth.open()
    for _ in range(4 * _HOSTS):
        growth.page(_NEW)
    growth.close()


def grow(folder: Path, size: int) -> None:
    """Grow a ledger; prints the processor time of a page."""
    growth = Growth(folder)
    spent = growth.grow(size)
    print(json.dumps({"growing": round(1e6 * spent / max(1, growth.pages))}), flush=True)


def measure(folder: Path, window: int) -> None:
    """Crawl on, and print the figures of so many pages that lead to one new address each."""
    commits._STEPS = _COMMIT
    clock, growth = Clock(), Growth(folder)
    opening = growth.open()
    for _ in range(window // 4):  # what is kept in memory is filled
        growth.page(1)
    clock.reset()
    begun = time.process_time()
    for _ in range(window):
        growth.page(1)
    whole = time.process_time() - begun
    gc.collect()
    held, journal = resident(), (folder / "ledger.sqlite-wal").stat().st_size
    growth.close()
    ((addresses, pages),) = _asked(folder, "SELECT count(*), sum(state = 'done') FROM frontier")
    figures = {
        "addresses": addresses,
        "pages": pages,
        "microseconds": {part: round(clock.spent[part] / 1000 / window, 1) for part in _PARTS},
        "whole": round(1e6 * whole / window, 1),
        "opening": round(opening, 2),
        "resident": held,
        "bytes": (folder / "ledger.sqlite").stat().st_size,
        "journal": journal,
    }
    print(json.dumps(figures), flush=True)


def resident() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def step(folder: Path, *flags: str) -> dict[str, Any]:
    """A step in a process of its own; what it prints."""
    command = [sys.executable, __file__, "--keep", str(folder), *flags]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return json.loads(said) if said else {}


def grown(folder: Path, sizes: list[int], window: int) -> list[dict[str, Any]]:
    """Figures at each size, each from a process of its own."""
    found = []
    step(folder, "--step", "begin")
    for size in sizes:
        growing = step(folder, "--step", "grow", "--sizes", str(size))
        found.append(step(folder, "--step", "measure", "--window", str(window)) | growing)
        print(json.dumps(found[-1]), flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--window", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="a new folder for the ledger, which stays")
    parser.add_argument("--step", choices=("begin", "grow", "measure"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step == "begin":
        begin(options.keep)
    elif options.step == "grow":
        grow(options.keep, options.sizes[0])
    elif options.step == "measure":
        measure(options.keep, options.window)
    return 0 if options.step else whole(options)


def whole(options: argparse.Namespace) -> int:
    """All steps, held against the marks; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        room = options.keep or Path(folder)
        room.mkdir(parents=True, exist_ok=True)
        found = grown(room, options.sizes, options.window)
    before, last = found[0 if len(found) < 2 else -2], found[-1]
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
