"""What a report costs: ``python benchmarks/report/made.py CRAWL [RUNS]`` makes it in a process of its own each time.

Of each run the seconds on the clock and of the processor, the most memory that it held, and the bytes of the file.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Make the report so many times, and print what each took."""
    crawl, runs = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    for _ in range(runs):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "report.html"
            child = os.fork()
            if child == 0:
                os.execv(
                    sys.executable, [sys.executable, "-m", "portal_crawler", "report", str(crawl), "-q", "-o", str(out)]
                )
            _, status, used = os.wait4(child, 0)
            size = out.stat().st_size if status == 0 else 0
        cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        print(f"{time.monotonic() - began:.1f} s, {cpu:.1f} s CPU, {peak:.0f} MB at most, {size:,} bytes")


if __name__ == "__main__":
    main()
