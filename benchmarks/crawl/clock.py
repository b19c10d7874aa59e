"""Crawls whose clock is set an hour back and an hour ahead in mid-crawl, killed and resumed, against an untroubled one.

    python benchmarks/crawl/clock.py [--size medium] [--hours -1 1]

Each crawl's clock jumps when a third of the pages are there, the crawl is killed (SIGKILL) a little later and resumed
by the jumped clock. Exits 1 unless it ends well and holds what the undisturbed one holds. Needs libfaketime (Debian's
package faketime); the monotonic clock runs on, as it does where an operator sets a clock.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from same_crawl import differences
from watched import pages_done

from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile_toml import save_profile

_LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
_MORE = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="medium")
    parser.add_argument("--hours", type=float, nargs="+", default=[-1.0, 1.0], help="by which the clock jumps")
    options = parser.parse_args()
    if not _LIBRARIES:
        raise SystemExit("libfaketime is not there; install Debian's package faketime")
    with tempfile.TemporaryDirectory() as folder, serving(options.size) as address:
        room = Path(folder)
        save_profile(demo_profile(address, options.size), room / "demo.toml")
        whole = room / "whole"
        if code := started(room, whole).wait():
            raise SystemExit(f"the undisturbed crawl ended with {code}")
        return 1 if sum(jumped(room, whole, hours) for hours in options.hours) else 0


def jumped(room: Path, whole: Path, hours: float) -> int:
    """A crawl whose clock jumps; how much of it is not as it should be."""
    out = room / f"jumped{hours:+g}"
    pages = pages_done(whole)
    set_clock(room, 0.0)
    running = started(room, out)
    wait_for(out, pages // 3, running)
    set_clock(room, hours)
    seen = pages_done(out)
    wait_for(out, seen + _MORE, running)
    running.kill()
    running.wait()
    print(f"the clock jumped by {hours:+g} h at {seen} of {pages} pages; killed at {pages_done(out)}")
    code = started(room, out).wait()
    spread = span(out)
    print(f"exit {code}; the dates of its captures span {spread:.2f} h")
    return differences(whole, out) + bool(code) + (spread < 0.9 * abs(hours))


def span(out: Path) -> float:
    """Hours between the first and the last date of a crawl's captures: less than the jump, and the clock did not."""
    lines = (out / "pages.jsonl").read_bytes().splitlines()
    dates = [datetime.fromisoformat(json.loads(line)["fetched_at"]) for line in lines]
    return (max(dates) - min(dates)).total_seconds() / 3600


def started(room: Path, out: Path) -> subprocess.Popen[bytes]:
    """A crawl by the clock that the room's file sets."""
    clock = room / "clock"
    clock.touch()
    faked = {
        "LD_PRELOAD": str(_LIBRARIES[0]), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(room / "demo.toml"), "--out", str(out)]
    env = os.environ | (faked if out.name != "whole" else {})
    with (room / f"{out.name}.said").open("ab") as said:
        return subprocess.Popen([*command, "--progress", "none"], env=env, stdout=said, stderr=said)


def set_clock(room: Path, hours: float) -> None:
    """Let the crawls' clock be so many hours beside the true one."""
    (room / "clock").write_text(f"{round(hours * 3600):+d}\n", encoding="ascii")


def wait_for(out: Path, pages: int, running: subprocess.Popen[bytes]) -> None:
    """Wait until so many pages are committed, or the crawl has ended."""
    while pages_done(out) < pages and running.poll() is None:
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
