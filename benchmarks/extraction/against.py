"""Against an older tree: the same pages read by both, in turns; whether the readings are equal, and what each costs.

    python benchmarks/extraction/against.py --old FOLDER [--data FOLDER] [--sample N] [--portal medium] [--pages 2000]

``--old`` is a checkout of this repository (``git worktree add``), ``--data`` holds the pages of WCXB; the others are
those of a demo portal. Each tree reads in a process of its own, page by page after the other's: load, heat and caches
of the machine are the same for both, and the ratio is what lasts. Exits with 1 where a reading differs, and says in
what; the sketches hold half-precision numbers, whose last bit may differ with the order of a sum.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import pickle
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

_HERE = Path(__file__).parents[2]
# The parts of a reading that are compared.
_PARTS = (
    *("url_key", "kind", "charset", "metadata", "blocks", "roles", "links", "bad_links", "article", "problems"),
    *("model", "profile", "directives", "sketch"),
)
Page = tuple[str, bytes]


class _Reader:
    """A process that reads pages with the code of one tree."""

    def __init__(self, tree: Path) -> None:
        environment = os.environ | {"PYTHONPATH": str(tree), "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        command = [sys.executable, __file__, "--read"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def read(self, page: Page) -> tuple[float, dict[str, str]]:
        """Seconds of CPU, and a digest of each part of the reading."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _send(self._process.stdin, page)
        found: tuple[float, dict[str, str]] = _received(self._process.stdout)
        return found

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def _send(pipe: IO[bytes], value: Any) -> None:
    data = pickle.dumps(value)
    pipe.write(struct.pack("<Q", len(data)) + data)
    pipe.flush()


def _received(pipe: IO[bytes]) -> Any:
    size = pipe.read(8)
    return pickle.loads(pipe.read(struct.unpack("<Q", size)[0])) if size else None


def _serve() -> None:
    """Read the pages that come in, until there are no more."""
    from portal_crawler.capture import Capture
    from portal_crawler.reading import read_page

    while (page := _received(sys.stdin.buffer)) is not None:
        capture = Capture(page[0] or "http://localhost/", page[1])
        begun = time.process_time()
        reading = read_page(capture, learn=True)
        spent = time.process_time() - begun
        digests = {part: _digest(getattr(reading, part)) for part in _PARTS}
        _send(sys.stdout.buffer, (spent, digests | {"text": _digest(reading.text)}))


def _digest(part: object) -> str:
    rows = getattr(part, "rows", None)
    told = repr(part) if rows is None else f"{rows.tobytes()!r} {part.path}"  # type: ignore[attr-defined]  # a sketch
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _wcxb(folder: Path, sample: int) -> list[Page]:
    from wcxb_pages import gold_pages

    every = [(page.url, page.html) for page in gold_pages(folder)]
    return every[:: max(1, len(every) // sample)][:sample] if sample else every


def _demo(size: str, most: int) -> Iterator[Page]:
    """Pages of a demo portal, stories and lists, spread evenly over it."""
    from portal_crawler.demo.plan import build_portal
    from portal_crawler.demo.render import render

    portal = build_portal(size, 1)
    plans = [plan for plan in portal.plans.values() if plan.answer.status == 200]
    for plan in plans[:: max(1, len(plans) // most)][:most]:
        yield plan.url, render(plan, portal).body


def _compared(name: str, pages: list[Page], readers: dict[str, _Reader]) -> int:
    """Read pages in turns; print what that cost and how many readings differ, which is returned."""
    seconds: dict[str, list[float]] = {which: [] for which in readers}
    differing: dict[str, list[str]] = {}
    order = list(readers)
    for page in pages[:5]:
        for reader in readers.values():
            reader.read(page)
    for page in pages:
        order.reverse()
        digests = {}
        for which in order:
            spent, digests[which] = readers[which].read(page)
            seconds[which].append(spent)
        for part in digests["new"]:
            if digests["new"][part] != digests["old"][part]:
                differing.setdefault(part, []).append(page[0])
    print(f"{name}: {len(pages)} pages of mean {statistics.mean(len(html) for _, html in pages) / 1000:.0f} kB")
    for which, row in seconds.items():
        p99 = sorted(row)[int(0.99 * (len(row) - 1))]
        times = (statistics.mean(row), statistics.median(row), p99, max(row))
        mean, p50, longer, longest = (1000 * one for one in times)
        print(f"  {which}: mean {mean:.2f}, p50 {p50:.2f}, p99 {longer:.1f}, longest {longest:.1f} ms")
    print(f"  new / old: {sum(seconds['new']) / sum(seconds['old']):.3f}")
    for part, urls in differing.items():
        print(f"  {part} differs on {len(urls)} pages, the first {urls[0]}")
    print("" if differing else "  all readings are equal")
    return len(differing)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--portal", default="medium")
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        _serve()
        return 0
    readers = {"old": _Reader(options.old), "new": _Reader(_HERE)}
    differing = _compared("demo portal", list(_demo(options.portal, options.pages)), readers) if options.pages else 0
    if options.data:
        differing += _compared("WCXB", _wcxb(options.data, options.sample), readers)
    for reader in readers.values():
        reader.close()
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
