"""Replay of an archive: by one process and by several, beside reading alone; killed; and of 10^4 to 10^6 captures.

    python benchmarks/distributed/replay.py [--size medium] [--jobs 1 2 3] [--kills 20] [--keep DIR] [--mark 1.8]
    python benchmarks/distributed/replay.py --growth 10000 30000 100000 [--page-bytes 6000] [--keep DIR]

The first one crawls the demo portal into 20 WARC files or a few more, replays them with each number of ``--jobs``, and
compares every byte; reads the same bodies by ``read_page`` alone; then kills (the whole group of processes, the first
process, or one of its workers, by chance) and compares again. Prints wall time and processor time of each step; "alone"
is the processor time of the first process and of the busiest of its workers, which is what a step takes where nothing
else runs. Exits 1 where bytes differ, or, with ``--mark``, where two processes are not so many times as fast as one by
wall time.

The second one writes WARC files that repeat that crawl's smaller pages under other addresses and with other words, and
replays them with two processes: processor time of a page, and the most memory of any process. It exits 1 where either
grows. For 10^6 captures: ``--growth 10000 1000000``, some hours and 20 GB.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from build import FILES, Begin, Step, beginner, content, corpus, different, step_of, timed
from process_tree import used_below
from repeated_archive import pages_of, write_repeated

from portal_crawler.records.archive_sources import archives_of

_HERE = Path(__file__).parent
_SIZES = ("small", "medium", "large")
_TARGETS = ("all", "the first process", "a worker")


def reading_alone(crawl: Path, sources: list[Path]) -> tuple[int, float]:
    """Pages, and seconds of processor time that reading them takes."""
    given = _HERE / "reading_alone.py", crawl / "profile.toml", crawl / "template.json", *sources
    told = subprocess.run([sys.executable, *given], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    return int(told[0]), float(told[1])


def total(steps: list[Step]) -> tuple[float, float, float]:
    """Wall time of all steps, processor time that cannot be divided further, and processor time of all processes."""
    wall, alone = sum(step.wall for step in steps), sum(step.busiest for step in steps)
    return wall, alone, sum(step.own + sum(step.workers) for step in steps)


def compared(begin: Begin, crawl: Path, sources: list[Path], room: Path, jobs: list[int]) -> tuple[float, float, int]:
    """Replays by each number of processes; wall time of the last, ratio of wall times of one and two, what differs."""
    found = {number: timed(begin, room / f"jobs-{number}", number) for number in jobs}
    pages, reading = reading_alone(crawl, sources)
    print(f"{'seconds':<12}" + "".join(f"{f'{number} jobs: wall':>14}{'alone':>8}" for number in jobs))
    for each in zip(*(steps for steps, _ in found.values()), strict=True):
        print(f"{each[0].name:<12}" + "".join(f"{step.wall:>14.1f}{step.busiest:>8.1f}" for step in each))
    totals = {number: total(steps) for number, (steps, _) in found.items()}
    print(f"{'together':<12}" + "".join(f"{wall:>14.1f}{alone:>8.1f}" for wall, alone, _ in totals.values()))
    for number, (steps, memory) in found.items():
        used, of_step = totals[number][2], next(step for step in steps if step.name == "reading")
        its = of_step.own + sum(of_step.workers)
        print(
            f"{number} jobs: {1e3 * used / pages:.2f} ms of processor time a page, {1e3 * its / pages:.2f} of it in the"
            f" step of reading; pages a second of a core: {reading / used:.2f} x reading alone, {reading / its:.2f} x"
            f" in that step; {memory / 2**20:.0f} MiB of memory in a process at most"
        )
    print(f"reading alone: {pages} pages, {1e3 * reading / pages:.2f} ms a page; load now {os.getloadavg()[0]:.1f}")
    ratio = totals[jobs[0]][0] / totals[jobs[1]][0]
    print(f"{jobs[1]} jobs against {jobs[0]}: wall {ratio:.2f}, alone {totals[jobs[0]][1] / totals[jobs[1]][1]:.2f}")
    whole, wrong = content(room / f"jobs-{jobs[0]}"), 0
    for number in jobs[1:]:
        differing = different(whole, content(room / f"jobs-{number}"))
        print(f"{number} jobs: {', '.join(differing) or f'{len(whole)} files, equal'}", flush=True)
        wrong += len(differing)
    return totals[jobs[1]][0], ratio, wrong


def killed(begin: Begin, room: Path, seconds: float, kills: int, rng: random.Random) -> int:
    """Replays that are killed and taken up again until they end; how many things are wrong."""
    whole, left, wrong, replays = content(room / "jobs-1"), kills, 0, 0
    struck: Counter[str] = Counter()
    while left > 0:
        replays += 1
        out, ended = room / f"killed-{replays}", False
        while left > 0 and not ended:
            place, ended = _struck(begin, out, rng.random() * seconds / 4, rng.choice(_TARGETS))
            struck[place] += 1
            left -= bool(place)
        with begin(out, 2) as child:
            said = child.communicate()[1]
        differing = different(whole, content(out)) if child.returncode == 0 else [f"{child.returncode}: {said}"]
        print(f"replay {replays}, {kills - left} kills so far: {', '.join(differing) or 'equal'}", flush=True)
        wrong += len(differing)
        shutil.rmtree(out)
    print("killed: " + ", ".join(f"{place} {count}" for place, count in struck.most_common() if place))
    return wrong


def _struck(begin: Begin, out: Path, delay: float, target: str) -> tuple[str, bool]:
    """Start a replay and kill what ``target`` says after so many seconds.

    What was killed and, where the replay ended by it, at which step ("" where it had ended before); and whether it came
    to its end: one that loses a worker goes on.
    """
    with begin(out, 2) as child:
        try:
            child.wait(delay)
        except subprocess.TimeoutExpired:
            workers = sorted(set(used_below(child.pid)) - {child.pid})
            if target == "a worker" and workers:
                os.kill(workers[0], signal.SIGKILL)
            elif target == "all":
                os.killpg(child.pid, signal.SIGKILL)
            else:
                os.kill(child.pid, signal.SIGKILL)
                target = "the first process"
        else:
            target = ""
        said = child.communicate()[1]
    if child.returncode != -signal.SIGKILL:
        return target, child.returncode == 0
    steps = [step for line in said.splitlines() if (step := step_of(line))]
    return f"{target} at {steps[-1] if steps else 'start'}", False


def growth(room: Path, crawl: Path, sizes: list[int], most: int) -> int:
    """Replays of ever more captures: 0 where memory and processor time of a page stay as they are at the first size."""
    pages = pages_of(archives_of((crawl,))[0], most)
    print(
        f"{len(pages)} pages of {most} bytes at most, {sum(len(one.body) for one in pages) / len(pages):.0f} on average"
    )
    print(f"{'captures':>9}{'MiB at most':>12}{'ms a page':>11}{'reading':>9}{'settling':>9}{'wall s':>8}", flush=True)
    first, wrong = (0.0, 0.0), 0
    for size in sizes:
        files = write_repeated(pages, size, room / f"repeated-{size}")
        out = room / f"replayed-{size}"
        shutil.rmtree(out, ignore_errors=True)
        begin = beginner("replay", files, "--profile", crawl / "profile.toml", "--template", crawl / "template.json")
        steps, memory = timed(begin, out, 2)
        wall, _, used = total(steps)
        of = {step.name: 1e3 * (step.own + sum(step.workers)) / size for step in steps}
        told = memory / 2**20, 1e3 * used / size
        print(
            f"{size:>9}{told[0]:>12.0f}{told[1]:>11.2f}{of['reading']:>9.2f}{of['settling']:>9.2f}{wall:>8.0f}",
            flush=True,
        )
        first = first if any(first) else told
        wrong += told[0] > 1.15 * first[0] or told[1] > 1.1 * first[1]
        shutil.rmtree(room / f"repeated-{size}")
        shutil.rmtree(out)
    print("memory and processor time of a page " + ("grow" if wrong else "stay") + " (within 15 % and 10 %)")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=_SIZES, default="medium")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mark", type=float, default=0.0, help="the least ratio of wall times")
    parser.add_argument("--keep", type=Path, help="a folder to work in, which stays; a crawl in it is used again")
    parser.add_argument("--growth", type=int, nargs="+", metavar="CAPTURES", help="replay so many captures, and more")
    parser.add_argument("--page-bytes", type=int, default=6_000, help="with --growth: of a page, at most")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        room = options.keep or Path(folder)
        room.mkdir(exist_ok=True)
        sources = corpus(options.size, room, 1 if options.growth else FILES)
        crawl = sources[0].parents[1]
        if options.growth:
            return growth(room, crawl, options.growth, options.page_bytes)
        print(f"{len(sources)} WARC files, {sum(path.stat().st_size for path in sources)} bytes", flush=True)
        begin = beginner("replay", [crawl])
        seconds, ratio, wrong = compared(begin, crawl, sources, room, options.jobs)
        wrong += killed(begin, room, seconds, options.kills, random.Random(options.seed))
    missed = ratio < options.mark
    print(f"{wrong} things are wrong" if wrong else "files as they should be")
    if options.mark:
        print(f"wall {ratio:.2f}, mark {options.mark}: {'missed' if missed else 'met'}")
    return 1 if wrong or missed else 0


if __name__ == "__main__":
    sys.exit(main())
