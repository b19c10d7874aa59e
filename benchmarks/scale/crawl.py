"""A long crawl of small pages: memory and processor time a page as it grows, drawn.

    python benchmarks/scale/crawl.py [--pages 200000] [--first 10000] [--keep FOLDER] [--draw crawl.svg]

The whole command, ``portal-crawler crawl``, on a wide portal of 40 hosts over loopback: 22 links a page, three of them
new, so that the frontier comes to twice the pages. Looks at the crawl each time that it tells its progress (10 s).
Processor time is that of the crawl's processes, without the server's; memory what is resident of the main one, and of
all together.

A machine that others use too gets slower and faster while a crawl runs: a fixed piece of work is timed at each look,
and what it took more at the end than before is told beside the cost of a page. The marks know nothing of it.

Exits 1 where the main process holds more than 1.15 times what it held at ``--first`` pages, or a page costs more than
1.1 times as much over the last quarter of the pages as it did from ``--first`` pages on, for as long.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

from curve import Curve, drawn
from wide_portal import address, hosts

from portal_crawler.sites.profile import Network, Politeness, Scope, SiteProfile
from portal_crawler.sites.profile_toml import save_profile

_HOSTS = 40
_MEMORY, _COST = 1.15, 1.1
_PAGE, _TICK = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Look:
    """A crawl at one moment: pages done and queued, seconds of processor time, resident bytes of the main process and
    of all, and the seconds of processor time that a fixed piece of work took.
    """

    pages: int
    queued: int
    seconds: float
    main: int
    whole: int
    pace: float


@contextmanager
def serving() -> Iterator[str]:
    """Serve the wide portal in a process of its own while the block runs; gives its ``host:port``."""
    command = [sys.executable, str(Path(__file__).with_name("wide_server.py"))]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    try:
        yield child.stdout.readline().decode().strip() if child.stdout else ""
    finally:
        if child.stdin:
            child.stdin.close()
        child.wait(timeout=20)


def wide_profile(server: str) -> SiteProfile:
    """How the wide portal behind a server is crawled."""
    names = hosts(_HOSTS)
    return SiteProfile(
        name="wide",
        seeds=tuple(address(name, 0).url for name in names),
        scope=Scope(hosts=tuple(names), allow_private=(server,)),
        network=Network(connect_to={"*": server}),
        politeness=Politeness(
            delay=0, max_crawl_delay=0, concurrency=8, total_concurrency=16, contact="a@portal.test"
        ),
    )  # fmt: skip


def looks(room: Path, pages: int) -> Iterator[Look]:
    """Crawl so many pages, and look each time that the crawl tells its progress."""
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(room / "wide.toml"), "--out", str(room / "crawl")]
    command += ["--limit", str(pages), "--progress", "json", "--no-report"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as child:
        for line in child.stderr or ():
            if not line.startswith("{"):
                print(line.rstrip(), file=sys.stderr)
                continue
            told = json.loads(line)
            if told.get("event") == "progress":
                yield Look(told["pages"], told["queued"], *_standing(child.pid), _pace())
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    print(f"exit {child.returncode}; its largest process held {most:.0f} MB at most, settling included")


def _pace() -> float:
    """Seconds of processor time for a piece of work that is always the same: strings, numbers, a dictionary."""
    begun, told = time.process_time(), dict[str, int]()
    for number in range(100_000):
        key = str(number % 9_973)
        told[key] = told.get(key, 0) + number
    return time.process_time() - begun


def _standing(root: int) -> tuple[float, int, int]:
    """Processor time of a process and all below it, the ended ones with it; resident bytes of it, and of all."""
    seconds, sizes = 0.0, list[int]()
    for pid in _family(root):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        seconds += sum(map(int, fields[11:15])) / _TICK
        sizes.append(int(fields[21]) * _PAGE)
    return seconds, sizes[0] if sizes else 0, sum(sizes)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            yield from _family(int(child))


def cost(found: list[Look], first: int, last: int) -> float:
    """Milliseconds a page between two numbers of pages."""
    some = [one for one in found if first <= one.pages <= last]
    if len(some) < 2 or some[0].pages == some[-1].pages:
        raise SystemExit(f"between {first} and {last} pages the crawl was looked at too seldom: take more --pages")
    return 1000 * (some[-1].seconds - some[0].seconds) / (some[-1].pages - some[0].pages)


def _paced(found: list[Look], first: int, last: int) -> float:
    return fmean(one.pace for one in found if first <= one.pages <= last)


def picture(found: list[Look]) -> str:
    """Both curves."""
    steps = [(one, two) for one, two in zip(found, found[4:], strict=False) if two.pages > one.pages]
    spent = [(two.pages, 1000 * (two.seconds - one.seconds) / (two.pages - one.pages)) for one, two in steps]
    return drawn(
        "Memory and processor time a page of a long crawl",
        "pages",
        Curve("resident, main process, MB", [(one.pages, one.main / 1e6) for one in found]),
        Curve("resident, all processes, MB", [(one.pages, one.whole / 1e6) for one in found]),
        Curve("processor time a page, ms", spent),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200_000)
    parser.add_argument("--first", type=int, default=10_000, help="pages at which memory is held to be settled")
    parser.add_argument("--keep", type=Path, help="a new folder for the crawl, which stays")
    parser.add_argument("--draw", type=Path, help="an SVG file for the curves")
    options = parser.parse_args()
    found = list[Look]()
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        room = options.keep or Path(folder)
        room.mkdir(parents=True, exist_ok=True)
        save_profile(wide_profile(server), room / "wide.toml")
        for look in looks(room, options.pages):
            found.append(look)
            print(json.dumps(asdict(look)), flush=True)
    if options.draw:
        options.draw.write_text(picture(found), encoding="utf-8")
    return held(found, options.first, options.pages)


def held(found: list[Look], first: int, pages: int) -> int:
    """Hold what was seen against the marks; the exit code."""
    settled = next(one for one in found if one.pages >= first)
    last = found[-1].pages
    span = min(last // 4, (last - first) // 2)
    before, after = cost(found, first, first + span), cost(found, last - span, last)
    memory = found[-1].main / settled.main
    slower = _paced(found, last - span, last) / _paced(found, first, first + span)
    marks = (
        (last >= 0.95 * pages, f"{last} pages seen of {pages}"),
        (memory <= _MEMORY, f"{found[-1].main / 1e6:.0f} MB, {memory:.2f} times as much as at {first} pages (<= 1.15)"),
        (after / before <= _COST, f"{after:.2f} ms a page at the end, {before:.2f} from {first} pages on (<= 1.1 x)"),
    )
    for good, told in marks:
        print(f"{'ok  ' if good else 'MISS'} {told}")
    print(f"     of it, the machine: a fixed piece of work took {slower:.2f} times as long at the end")
    return 0 if all(good for good, _ in marks) else 1


if __name__ == "__main__":
    sys.exit(main())
