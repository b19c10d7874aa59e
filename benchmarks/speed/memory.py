"""Resident memory of a crawl of the large demo portal at 5,000 pages and at its end.

    python benchmarks/speed/memory.py [--size large] [--first 5000]

Exits 1 where it grew by more than 10 % in between. Resident size from /proc (Linux).
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile_toml import save_profile

_GROWTH = 1.10


def resident(pid: int) -> float:
    """MB of a process, 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def pages(out: Path) -> int:
    """Pages done so far, by the ledger."""
    try:
        with closing(sqlite3.connect(f"file:{out / 'ledger.sqlite'}?mode=ro", uri=True)) as ledger:
            return int(ledger.execute("SELECT count(*) FROM frontier WHERE state = 'done'").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="large")
    parser.add_argument("--first", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(options.size) as address:
        profile, out = Path(folder) / "profile.toml", Path(folder) / "crawl"
        save_profile(demo_profile(address, options.size), profile)
        command = [
            sys.executable,
            "-m",
            "portal_crawler",
            "crawl",
            str(profile),
            "--out",
            str(out),
            "--progress",
            "none",
        ]
        crawl = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        first = last = 0.0
        done, begun = 0, time.monotonic()
        while crawl.poll() is None:
            time.sleep(2)
            done = pages(out)
            last = resident(crawl.pid) or last
            if done >= options.first and not first:
                first = last
                print(f"{done} pages: {first:.1f} MB resident", flush=True)
        print(f"{done} pages: {last:.1f} MB resident; {time.monotonic() - begun:.0f} s, exit {crawl.returncode}")
        print(f"growth {last / first if first else 0:.3f}")
    return 0 if crawl.returncode == 0 and first and last <= _GROWTH * first else 1


if __name__ == "__main__":
    sys.exit(main())
