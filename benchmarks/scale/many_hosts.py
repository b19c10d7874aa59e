"""What a crawl of many hosts pays for choosing the next address.

    python benchmarks/scale/many_hosts.py [--hosts 100 1000 10000]

The engine's own crawl with a pause of one hour, no network. Each host has ten addresses. Prints the processor time of

- a call that finds an address, while every host is asked once;
- a turn of a crawl in which nearly all hosts rest at any time: a call that finds the one host that is ready, its
  answer, and a call that finds none;
- a call that finds none, while all hosts rest;

and the resident bytes of a host.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from portal_crawler.engine.crawl import Crawl
from portal_crawler.frontier.ledger_sqlite import Discovery
from portal_crawler.frontier.pace import HostPace
from portal_crawler.sites.profile import Output, Politeness, Scope, SiteProfile

_EACH = 10
_PAUSE = 3_600


def measured(folder: Path, count: int) -> str:
    """A line of figures."""
    before = _resident()
    names = tuple(f"www.h{number}.test" for number in range(count))
    profile = SiteProfile(
        name="hosts",
        seeds=(f"http://{names[0]}/",),
        scope=Scope(hosts=names),
        politeness=Politeness(delay=_PAUSE, total_concurrency=10 * count, contact="a@portal.test"),
        output=Output(warc=False),
    )
    crawl = Crawl(profile, folder)
    for name in names:
        crawl._frontier.add([_found(name, number) for number in range(_EACH)])
    crawl.commit()
    # A host's first request is committed by itself, at the price of a sync: known hosts, as after a resume.
    crawl.pacing.meets = lambda host: False  # type: ignore[method-assign]
    begun, keys = time.process_time(), list[str]()
    while row := crawl.next_row():
        keys.append(row.url_key)
    found = time.process_time() - begun
    for key in keys:
        crawl.put_back(key)
    turns, calls = max(100, 200_000 // count), max(100, 100_000 // count)
    turn = timed_turns(crawl, names, turns)
    begun = time.process_time()
    for _ in range(calls):
        assert crawl.next_row() is None
    none = time.process_time() - begun
    each = (_resident() - before) / count
    crawl.close()
    figures = [1e6 * found / len(keys), 1e6 * turn / turns, 1e6 * none / calls]
    return f"| {count:,} | " + " | ".join(f"{one:,.0f}" for one in figures) + f" | {each / 1000:.1f} |"


def timed_turns(crawl: Crawl, names: tuple[str, ...], turns: int) -> float:
    """Seconds of processor time of so many turns, while a host becomes ready at even intervals."""
    pacing, interval, clock = crawl.pacing, 1.001 * _PAUSE / len(names), crawl.pacing.now() + 2 * _PAUSE
    pacing.now = lambda: clock  # type: ignore[method-assign]
    for number, name in enumerate(names, 1):
        pacing._paces[name] = HostPace(ready=clock + (number - 0.5) * interval, wait=_PAUSE + interval)
    assert crawl.next_row() is None  # all hosts are put in order
    begun = time.process_time()
    for _ in range(turns):
        clock += interval
        row = crawl.next_row()
        assert row is not None
        pacing.answered(row.host, 0.0, 0)
        crawl._frontier.release(row.url_key)
        crawl._frontier.queue_again(row, 0.0, "")  # so that there is no end
        assert crawl.next_row() is None
    return time.process_time() - begun


def _found(host: str, number: int) -> Discovery:
    url = f"http://{host}/{number}.htm"
    return Discovery(url, url, host, depth=1, via=f"http://{host}/")


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        with tempfile.TemporaryDirectory() as folder:
            print(measured(Path(folder), options.hosts[0]))
        return 0
    print(
        "| hosts | microseconds of a call that finds an address | of a turn | of a call that finds none | KB a host |"
    )
    for count in options.hosts:
        subprocess.run([sys.executable, __file__, "--one", "--hosts", str(count)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
