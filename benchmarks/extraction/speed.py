"""Speed: pages a second of CPU time, ours and its rivals on the same pages in the same run.

    python benchmarks/extraction/speed.py --data FOLDER [--sample 300] [--only NAME ...]

Wall time on a shared machine says little, and CPU time changes with the machine, its load and its caches: all readers
take turns page by page in one process, and the ratios to trafilatura and to a bare lxml parse are what lasts. Also
printed: what ``import portal_crawler`` costs, and what the first page does, each in a fresh interpreter. Needs the
extra ``rivals``.
"""

from __future__ import annotations

import os

# Set before NumPy is imported, which starts its threads then: several would do one page's small products in parallel,
# wait for each other by spinning, and the CPU time of all of them would be counted for one page.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rivals import DISTRIBUTIONS, load
from scores import OURS
from wcxb_pages import GoldPage, gold_pages

from portal_crawler.extraction import extract

_RATIOS = ("trafilatura_default", "lxml_bare")
_FRESH = 5
_CODE = {
    "import portal_crawler": "import portal_crawler",
    "from portal_crawler import extract": "from portal_crawler import extract",
    "import and the first page": "from portal_crawler import extract; extract(open(sys.argv[1], 'rb').read())",
    "import and 2 x the first page": (
        "from portal_crawler import extract; p = open(sys.argv[1], 'rb').read(); extract(p); extract(p)"
    ),
}
_PAGE = Path(__file__).parents[2] / "tests" / "pages" / "b2-op-ed-seed-order" / "page.html"


def _ours(html: bytes, url: str) -> str:
    return extract(html, url or None).text


def spent(pages: list[GoldPage], readers: dict[str, Callable[[bytes, str], str]]) -> dict[str, list[float]]:
    """Seconds of CPU of each reader, a figure a page. Who begins moves on: the first finds colder caches."""
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    order = list(readers)
    for page in pages:
        order.append(order.pop(0))
        for name in order:
            begun = time.process_time()
            readers[name](page.html, page.url)
            seconds[name].append(time.process_time() - begun)
    return seconds


def _print_fresh() -> None:
    """CPU time of a fresh interpreter that does one thing, less that of one that does nothing; the median of runs."""
    nothing = _median_of_runs("pass")
    for name, code in _CODE.items():
        print(f"{name:<36} {1000 * (_median_of_runs(code) - nothing):>8.0f} ms CPU in a fresh interpreter")


def _median_of_runs(code: str) -> float:
    measure = f"import sys, time\n{code}\nprint(time.process_time())"
    command = [sys.executable, "-c", measure, str(_PAGE)]
    runs = [subprocess.run(command, capture_output=True, check=True, text=True) for _ in range(_FRESH)]
    return statistics.median(float(run.stdout) for run in runs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--only", nargs="*", choices=tuple(DISTRIBUTIONS), default=list(DISTRIBUTIONS))
    options = parser.parse_args()
    every = list(gold_pages(options.data))
    pages = every[:: max(1, len(every) // options.sample)][: options.sample]
    rivals = {name: load(name) for name in options.only}
    readers = {OURS: _ours} | {name: rival.read for name, rival in rivals.items()}
    spent(pages[:5], readers)
    for rival in rivals.values():
        rival.failures = 0
    seconds = {name: np.array(row) for name, row in spent(pages, readers).items()}
    print(f"{len(pages)} pages of mean {sum(len(page.html) for page in pages) / len(pages) / 1000:.0f} kB, CPU time")
    print(f"{'':<24} {'pages/s':>8} {'p50 ms':>8} {'p99 ms':>8}", *(f"/ {one}" for one in _RATIOS if one in seconds))
    for name, row in sorted(seconds.items(), key=lambda item: item[1].sum()):
        ratios = " ".join(
            f"{float(seconds[one].sum()) / float(row.sum()):>{len(one) + 2}.2f}" for one in _RATIOS if one in seconds
        )
        p50, p99 = 1000 * np.percentile(row, (50, 99))
        raised = f"  raised on {rivals[name].failures} pages" if name in rivals and rivals[name].failures else ""
        print(f"{name:<24} {len(row) / row.sum():>8.1f} {p50:>8.1f} {p99:>8.1f} {ratios}{raised}")
    _print_fresh()
    return 0


if __name__ == "__main__":
    sys.exit(main())
