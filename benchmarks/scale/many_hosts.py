"""What a crawl of many hosts pays for choosing the next address.

    python benchmarks/scale/many_hosts.py [--hosts 100 1000 10000]

The engine's own crawl with a pause of one second, no network. Each host has ten addresses. Prints the processor time of
a call that finds an address, while every host is asked once, and of one that finds none, while all hosts rest; and the
resident bytes of a host.
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
from portal_crawler.sites.profile import Output, Politeness, Scope, SiteProfile

_EACH = 10


def measured(folder: Path, count: int) -> str:
    """A line of figures."""
    before = _resident()
    names = tuple(f"www.h{number}.test" for number in range(count))
    profile = SiteProfile(
        name="hosts",
        seeds=(f"http://{names[0]}/",),
        scope=Scope(hosts=names),
        politeness=Politeness(delay=3_600, total_concurrency=10 * count, contact="a@portal.test"),
        output=Output(warc=False),
    )
    crawl = Crawl(profile, folder)
    for name in names:
        crawl._frontier.add([_found(name, number) for number in range(_EACH)])
    crawl.commit()
    # A host's first request is committed by itself, at the price of a sync: known hosts, as after a resume.
    crawl.pacing.meets = lambda _: False  # type: ignore[method-assign]
    begun, keys = time.process_time(), list[str]()
    while row := crawl.next_row():
        keys.append(row.url_key)
    found = time.process_time() - begun
    for key in keys:
        crawl.put_back(key)
    begun, calls = time.process_time(), max(10, 100_000 // count)
    for _ in range(calls):
        assert crawl.next_row() is None
    none = time.process_time() - begun
    each = (_resident() - before) / count
    crawl.close()
    return f"| {count:,} | {1e6 * found / len(keys):,.0f} | {1e6 * none / calls:,.0f} | {each / 1000:.1f} |"


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
    print("| hosts | microseconds of a call that finds an address | of one that finds none | KB of memory a host |")
    for count in options.hosts:
        subprocess.run([sys.executable, __file__, "--one", "--hosts", str(count)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
