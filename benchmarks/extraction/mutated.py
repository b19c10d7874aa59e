"""Mutated pages: pages that are damaged or hostile, read as a crawl reads them, in a process of its own with limits.

    python benchmarks/extraction/mutated.py [--data FOLDER] [--pages 10000] [--seed 0] [--only CASE ...]
        [--save FOLDER] [--wall 5]

The pages are those of the fixtures and, with ``--data``, of a folder of WCXB. The first cases are every hostile piece
in its full size and every huge page once; the others are drawn. Each must be read without an exception, within 5 s of
wall and of CPU time, with less than 1 GiB resident. Every failure is printed with its case and mutation: the same seed,
data and case (``--only``) make the same page again, ``--save`` writes it down. On a machine that others use at the same
time, wall time is theirs as well: ``--wall`` allows more of it. Exits 1 where one fails. Linux only.
"""

from __future__ import annotations

import os

# Threads of a matrix library reserve address space by the core, which the limit would count.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import multiprocessing
import random
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from mutations import drawn, extreme_names, mutated
from wcxb_pages import gold_pages

from portal_crawler.capture import Capture
from portal_crawler.reading import read_page

_FIXTURES = Path(__file__).parents[2] / "tests" / "pages"
_SECONDS, _RESIDENT = 5.0, 1 << 30
# A worker may reserve more than it may hold; a page that needs this is answered with MemoryError.
_ADDRESSES = 3 << 30
# No answer after this: the worker is ended. And it is renewed when a page has left it with so much.
_PATIENCE, _STALE = 60.0, 400 << 20


@dataclass(frozen=True, slots=True)
class Case:
    """One mutated page: its number, of which page it is made and how."""

    number: int
    source: str
    mutation: str
    size: float
    html: bytes

    def __str__(self) -> str:
        return f"case {self.number}: {self.mutation} {self.size:.3f} of {self.source}, {len(self.html):,} bytes"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one reading. ``error`` is "" where it ended well; ``resident`` the most it held, in bytes."""

    error: str
    wall: float
    cpu: float
    resident: int

    def failures(self, wall: float = _SECONDS) -> list[str]:
        """What it missed, in words. ``wall``: the seconds of wall time that it may take."""
        found = [self.error] if self.error else []
        found += [f"{self.wall:.1f} s of wall time"] if self.wall > wall else []
        found += [f"{self.cpu:.1f} s of CPU time"] if self.cpu > _SECONDS else []
        found += [f"{self.resident >> 20} MiB resident"] if self.resident > _RESIDENT else []
        return found


class Worker:
    """A process that reads pages; another one after a death, or when it has grown."""

    def __init__(self) -> None:
        self._spawned = multiprocessing.get_context("spawn")
        self._start()

    def read(self, html: bytes, url: str) -> Outcome:
        self._pipe.send(url)
        self._pipe.send_bytes(html)
        begun = time.monotonic()
        try:
            if self._pipe.poll(_PATIENCE):
                outcome: Outcome
                outcome, left = self._pipe.recv()
                if left > _STALE:
                    self.end()
                    self._start()
                return outcome
            error = f"no answer in {_PATIENCE:.0f} s"
        except EOFError:
            self._process.join()
            error = f"the process ended with {self._process.exitcode}"
        spent = time.monotonic() - begun
        self.end()
        self._start()
        return Outcome(error, spent, spent, 0)

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _start(self) -> None:
        self._pipe, other = self._spawned.Pipe()
        self._process = self._spawned.Process(target=_work, args=(other,), daemon=True)
        self._process.start()
        other.close()


def _work(pipe: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    read_page(
        Capture("http://www.portal.test/", b"<p>The modules and the network are read before anything is measured.")
    )
    while True:
        url = pipe.recv()
        html = pipe.recv_bytes()
        # Resets the peak that VmHWM shows (man 5 proc).
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        wall, cpu = time.monotonic(), time.process_time()
        error = ""
        try:
            read_page(Capture(url, html), learn=True)
        except Exception as raised:  # noqa: BLE001 - whether it raises is what is measured
            place = traceback.extract_tb(raised.__traceback__)[-1]
            error = f"{type(raised).__name__} at {place.name}:{place.lineno}: {str(raised)[:100]}"
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        del html
        pipe.send((Outcome(error, wall, cpu, _status("VmHWM")), _status("VmRSS")))


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(f"{name}:"))


def sources(data: Path | None) -> list[tuple[str, str, bytes]]:
    """Name, address and bytes of each page that is mutated."""
    pages = [
        (folder.name, f"http://www.portal.test/{folder.name}", (folder / "page.html").read_bytes())
        for folder in sorted(_FIXTURES.iterdir())
    ]
    return pages + ([(page.number, page.url, page.html) for page in gold_pages(data)] if data else [])


def made(number: int, seed: int, pages: Sequence[tuple[str, str, bytes]]) -> tuple[Case, str]:
    """One case and the address of its page: a function of its arguments."""
    rng = random.Random(f"{seed}:{number}")
    names = extreme_names()
    name, size = (names[number], 1.0) if number < len(names) else drawn(rng)
    source, url, html = rng.choice(pages)
    return Case(number, source, name, size, mutated(name, size, rng, html)), url


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, nargs="+", help="numbers of cases")
    parser.add_argument("--wall", type=float, default=_SECONDS, help="seconds of wall time that a page may take")
    parser.add_argument("--save", type=Path, help="write the pages that fail into this folder")
    options = parser.parse_args()
    pages = sources(options.data)
    numbers = options.only or range(options.pages)
    worker = Worker()
    failed: Counter[str] = Counter()
    walls, cpus, residents = [], [], []
    for number in numbers:
        case, url = made(number, options.seed, pages)
        outcome = worker.read(case.html, url)
        walls.append(outcome.wall)
        cpus.append(outcome.cpu)
        residents.append(outcome.resident)
        if options.only:
            print(f"{case}: {outcome}")
        if missed := outcome.failures(options.wall):
            failed[case.mutation] += 1
            print(f"FAILED {case}: {'; '.join(missed)}", flush=True)
            if options.save:
                options.save.mkdir(parents=True, exist_ok=True)
                (options.save / f"{options.seed}-{number}-{case.mutation}.html").write_bytes(case.html)
    worker.end()
    print(f"{len(walls)} pages, seed {options.seed}: {failed.total()} failed")
    for name, row in (("wall time", walls), ("CPU time", cpus)):
        print(f"{name}: mean {sum(row) / len(row):.3f} s, at most {max(row):.2f} s")
    print(f"resident at most {max(residents) >> 20} MiB")
    for name, count in failed.most_common():
        print(f"  {name}: {count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
