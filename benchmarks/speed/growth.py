"""CPU a page and memory as a crawl grows, drawn: ours beside a bare Scrapy spider, on one portal from memory.

    python benchmarks/speed/growth.py [--size medium] [--pages 250 500 1000 2000 4000] [--results FILE.md]

Each crawl is limited to so many pages. What a crawl pays once (its start, the end) weighs less and less, and what grows
with what is known would show as a rise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from contenders import BARE, CONTENDERS, ONE, Job
from memory_portal import memory_portal

_WIDTH = 40


def drawn(rows: list[tuple[str, int, float, float]]) -> str:
    """A bar chart in characters.

    :param rows: name, pages, milliseconds of CPU a page, peak megabytes of the tree.
    """
    most = max(cpu for _, _, cpu, _ in rows)
    return "\n".join(
        f"{name:<28} {pages:>6} pages {cpu:6.2f} ms {peak:5.0f} MB {'#' * round(_WIDTH * cpu / most)}"
        for name, pages, cpu, peak in rows
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="medium")
    parser.add_argument("--pages", type=int, nargs="+", default=[250, 500, 1000, 2000, 4000])
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    rows = []
    with memory_portal(options.size) as address:
        for name in (BARE, ONE):
            for pages in options.pages:
                with tempfile.TemporaryDirectory() as folder:
                    ran = CONTENDERS[name](Job(address, options.size, Path(folder), pages))
                rows.append((name, ran.pages, ran.cpu, ran.cost.tree))
                print(f"{name} {ran.pages} {ran.cpu:.2f} ms {ran.cost.tree:.0f} MB", file=sys.stderr, flush=True)
    chart = drawn(rows)
    print(chart)
    if options.results:
        words = " ".join(["python", *sys.argv])
        options.results.write_text(
            f"# CPU a page as a crawl grows\n\n`{words}`\n\n```\n{chart}\n```\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
