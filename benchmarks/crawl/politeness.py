"""Politeness: the least gap between two requests to one host, through kills, as the server sees it.

    python benchmarks/crawl/politeness.py [--hosts 8] [--delay 2] [--minutes 15] [--kills 3]

A portal of several hosts asks for a Crawl-delay in its robots.txt; it is crawled, killed (SIGKILL) and gone on with,
the kills evenly spread. The server notes when each request has come. Exits 1 where a gap is shorter than the delay
(robots.txt counts as a request), or a host was asked less than half as often as the delay allows.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))  # where tests/polite_portal.py is

from portal_crawler.sites.profile_toml import dump_profile
from tests.polite_portal import PolitePortal, serving


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=8)
    parser.add_argument("--delay", type=float, default=2.0)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    hosts = tuple(f"h{number}.portal.test" for number in range(options.hosts))
    seconds = 60 * options.minutes
    portal = PolitePortal(int(seconds / options.delay) + 10, f"User-agent: *\nCrawl-delay: {options.delay:g}\n")
    with serving(portal), tempfile.TemporaryDirectory() as folder:
        profile = Path(folder, "polite.toml")
        profile.write_text(dump_profile(portal.profile(hosts)), encoding="utf-8")
        for run in range(options.kills + 1):
            _crawl(profile, seconds / (options.kills + 1), last=run == options.kills)
    gaps = {host: portal.gaps(host) for host in hosts}
    least = min(min(found) for found in gaps.values())
    fewest = min(len(found) + 1 for found in gaps.values())
    print(f"{len(portal.asked)} requests to {len(hosts)} hosts in {options.minutes:g} minutes, {options.kills} kills")
    print(f"least gap {least:.3f} s (mark {options.delay:g}), fewest requests to a host {fewest}")
    return 0 if least >= options.delay and fewest >= seconds / options.delay / 2 else 1


def _crawl(profile: Path, seconds: float, *, last: bool) -> None:
    """Crawl, or go on, for so long; the last run is ended in good order."""
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(profile), "--out", str(profile.with_suffix(""))]
    run = subprocess.Popen([*command, "--progress", "none"], stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    run.send_signal(signal.SIGINT if last else signal.SIGKILL)
    run.wait()


if __name__ == "__main__":
    sys.exit(main())
