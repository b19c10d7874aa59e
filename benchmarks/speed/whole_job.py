"""CPU, memory and wall time of a whole crawl beside a bare Scrapy spider and other programs, on one portal in one run.

    python benchmarks/speed/whole_job.py [--size medium] [--rounds 2] [--only NAME …] [--results FILE.md]

The contenders take turns, so that all see the same machine; the first round of each, in which the portal's server draws
its pages, is not counted. CPU is that of the whole tree of a contender's processes, a page; memory the peak of its main
process, and of the tree (shared memory once). The server is another process; it answers from memory.
Exits 1 where a mark is missed: CPU a page of our crawl, reading in the crawl's own process, to the bare spider's
(--cpu 1.0), the peak of its tree (--memory 1.3), and wall time with a reading process to that without (--wall 0.65,
which needs two processors that do nothing else).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from contenders import BARE, CONTENDERS, ONE, TWO, Job, Ran
from memory_portal import memory_portal

_COLUMNS = ("", "ms CPU a page", "CPU to bare", "MB main", "MB tree", "memory to bare", "wall s", "pages")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="medium")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--cold", action="store_true", help="count the first round too, in which the server draws")
    parser.add_argument("--pages", type=int, default=0, help="of each contender, at most; only for those that can")
    parser.add_argument("--only", nargs="+", choices=list(CONTENDERS), default=list(CONTENDERS))
    parser.add_argument("--cpu", type=float, default=1.0)
    parser.add_argument("--memory", type=float, default=1.3)
    parser.add_argument("--wall", type=float, default=0.65)
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    with memory_portal(options.size) as address:
        numbers = range(1 if options.cold else 0, options.rounds + 1)
        rounds = [one for number in numbers if (one := _round(address, options, number)) and number]
    table = _table(rounds)
    marks = _marks(rounds, options)
    told = "\n".join([table, "", *(line for line, _ in marks)])
    print("", told, sep="\n")
    if options.results:
        words = " ".join(["python", *sys.argv])
        options.results.write_text(
            f"# A whole crawl beside other programs, {datetime.now(UTC):%Y-%m-%d}\n\n"
            f"`{words}`, load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; the median of "
            f"{options.rounds} rounds.\n\n{told}\n",
            encoding="utf-8",
        )
    return 1 if any(missed for _, missed in marks) else 0


def _round(address: str, options: argparse.Namespace, number: int) -> dict[str, Ran]:
    found = {}
    for name in options.only:
        with tempfile.TemporaryDirectory() as folder:
            ran = CONTENDERS[name](Job(address, options.size, Path(folder), options.pages))
        found[name] = ran
        cost = ran.cost
        print(
            f"{'warming up' if not number else f'round {number}'}  {name:<40} {ran.cpu:6.2f} ms CPU a page "
            f"{cost.main:6.1f} MB, tree {cost.tree:6.1f} MB {cost.wall:6.1f} s  {ran.pages} pages",
            flush=True,
        )
    return found


def _ratios(rounds: list[dict[str, Ran]], name: str, to: str, what: str) -> list[float]:
    if not rounds or name not in rounds[0] or to not in rounds[0]:
        return []
    return [_value(one[name], what) / _value(one[to], what) for one in rounds]


def _value(ran: Ran, what: str) -> float:
    return {"cpu": ran.cpu, "main": ran.cost.main, "tree": ran.cost.tree, "wall": ran.cost.wall}[what]


def _table(rounds: list[dict[str, Ran]]) -> str:
    lines = [f"| {' | '.join(_COLUMNS)} |", "|---" * len(_COLUMNS) + "|"]
    for name in rounds[0]:
        cpu, main, tree, wall = (
            median(_value(one[name], what) for one in rounds) for what in ("cpu", "main", "tree", "wall")
        )
        to_cpu, to_tree = (_ratios(rounds, name, BARE, what) for what in ("cpu", "tree"))
        ratio = f"{median(to_cpu):.2f} | {main:.0f} | {tree:.0f} | {median(to_tree):.2f}" if to_cpu else " | | | "
        lines.append(f"| {name} | {cpu:.2f} | {ratio} | {wall:.0f} | {rounds[0][name].pages} |")
    return "\n".join(lines)


def _marks(rounds: list[dict[str, Ran]], options: argparse.Namespace) -> list[tuple[str, bool]]:
    """What each mark came to, in words, and whether it is missed."""
    found = []
    for words, name, to, what, most in (
        ("CPU a page, one process, to the bare spider's", ONE, BARE, "cpu", options.cpu),
        ("peak memory, one process, to the bare spider's", ONE, BARE, "tree", options.memory),
        ("wall time with a reading process to that without", TWO, ONE, "wall", options.wall),
    ):
        if ratios := _ratios(rounds, name, to, what):
            missed = median(ratios) > most
            spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
            found.append((f"{words}: {spread}; mark {most:g}{': missed' if missed else ''}", missed))
    return found


if __name__ == "__main__":
    sys.exit(main())
