"""Crawls of the demo portal that die again and again, resumed each time, against one that nothing disturbs.

    python benchmarks/crawl/kill.py [--size medium] [--kills 200] [--others 20] [--crawls 4] [--seed 1]

``--kills`` times SIGKILL, by turns at a random time and at a random byte of what the crawl writes; among them,
``--others`` times each, a power cut, SIGTERM, SIGINT twice, a full disk and the limit of a file's size. ``fault.c``
needs a C compiler.

They are spread over ``--crawls`` crawls of the portal; one that ends before its deaths is followed by another, so that
each death hits a running crawl. Exits 1 unless each gave the right exit code and left what was committed whole, no more
than what was under way and what came since the last commit was fetched again, and every crawl holds at its end what the
undisturbed one holds.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from counted_portal import counted_portal, pages_asked
from deaths import BYTE, OTHERS, TIME, Bench, Death, Pace, build_shim
from same_crawl import differences
from standing import Standing, harm, standing

from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile_toml import save_profile

# The share of the deaths that is kept for the end, when all pages are there and the dataset is settled.
_SETTLING = 0.15
# What the crawl writes before it fetches: the ledger's tables, or the mending of it.
_OPENING_BYTES = 200_000
_SETTLED = ("articles.jsonl", "duplicates.jsonl", "indexes/index.cdxj")


@dataclass(slots=True)
class Toll:
    """What the deaths of one kind came to: exit codes, pages fetched again each time, and what was wrong after them.

    ``settling`` counts those that came when all pages were there, ``steps`` the steps at which the shim struck.
    """

    codes: Counter[int] = field(default_factory=Counter)
    again: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    settling: int = 0
    steps: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Trial:
    """One crawl that is killed. ``pages`` are those of the whole portal, ``deaths`` how many are planned.

    ``burst`` is the most pages that came between two commits.
    """

    bench: Bench
    log: Path
    pace: Pace
    pages: int
    deaths: int
    now: Standing = field(default_factory=Standing)
    burst: int = 0

    def die(self, death: Death, left: int, toll: Toll, rng: random.Random) -> bool:
        """Let it die once, with ``left`` deaths to come; false where the crawl came to its end before."""
        asked, before = pages_asked(self.log), self.now
        end = death.come(self.bench, *self._moment(left, rng), rng)
        self.now = standing(self.bench.out)
        self.burst = max(self.burst, end.burst)
        if end.code == 0:
            return False
        toll.codes[end.code] += 1
        toll.steps.update([end.struck] if end.struck else [])
        toll.settling += before.done == self.pages
        # A request that was committed has made a page, or counts as a try.
        committed = self.now.done + self.now.tries - before.done - before.tries
        toll.again.append(pages_asked(self.log) - asked - committed)
        wrong = harm(self.bench.out, end.told, before, self.now)
        if end.code != death.code:
            wrong.append(f"exit code {end.code}, not {death.code}: {self.bench.words()}")
        for one in wrong:
            print(f"  {death.name}, death {len(toll.again)}: {one}", flush=True)
        toll.wrong += wrong
        return True

    def _moment(self, left: int, rng: random.Random) -> tuple[float, float]:
        """When to die, in seconds and in bytes: on average, each death comes after its share of what is left."""
        missing = self.pages - self.now.done
        if not missing:
            share = rng.random()
            return share * self.pace.settling_seconds, share * self.pace.settling_bytes
        fetching = left - _SETTLING * self.deaths
        reach = rng.random() * 2 * missing / max(1.0, fetching)
        return reach * self.pace.seconds, _OPENING_BYTES * rng.random() + reach * self.pace.bytes


@contextmanager
def portal(options: argparse.Namespace, room: Path, shim: Path) -> Iterator[tuple[Bench, Path]]:
    """A fresh server, which has not been asked for anything, and the place of a crawl of it."""
    log = room / "requests"
    (room / "spare").mkdir(parents=True)
    log.touch()
    with counted_portal(options.size, log) as address:
        save_profile(demo_profile(address, options.size), room / "profile.toml")
        yield Bench(room / "profile.toml", room / "crawl", room, shim), log


def undisturbed(bench: Bench, log: Path) -> tuple[Pace, int, int]:
    """Crawl from begin to end, with the bytes counted; what a page costs, how many there are, and the largest burst."""
    begun = time.monotonic()
    end = bench.ended(bench.start({"MODE": "kill", "POINT": str(2**62)}))
    if end.code:
        raise SystemExit(f"the undisturbed crawl ended with {end.code}: {bench.words()}")
    took, each, pages = time.monotonic() - begun, bench.seconds_per_page(), standing(bench.out).done
    size = sum((bench.out / name).stat().st_size for name in _SETTLED)
    counted, settling = bench.counted_bytes(), max(0.2, took - each * pages)
    print(f"undisturbed: {pages} pages, {pages_asked(log)} requests, {counted} bytes in {took:.1f} s", flush=True)
    return Pace(each, (counted - size) / pages, settling, size + _OPENING_BYTES), pages, end.burst


def plan(kills: int, others: int, rng: random.Random) -> list[Death]:
    """All deaths, in an order drawn by chance."""
    deaths = [TIME, BYTE] * (kills // 2) + [TIME] * (kills % 2) + [death for death in OTHERS for _ in range(others)]
    rng.shuffle(deaths)
    return deaths


def report(tolls: dict[str, Toll], bound: int) -> int:
    """Print what each kind of death came to; how many things are wrong."""
    bad = 0
    for name, toll in sorted(tolls.items()):
        codes = ", ".join(f"{code} x {count}" for code, count in toll.codes.most_common())
        mean, most = sum(toll.again) / max(1, len(toll.again)), max(toll.again, default=0)
        steps = ", ".join(f"{step} {count}" for step, count in toll.steps.most_common())
        print(f"{name:<26}{len(toll.again):>4} hits, {toll.settling} while settling; exit {codes}", end="; ")
        print(f"{len(toll.wrong)} wrong")
        print(f"{'':<26}fetched again {mean:.1f} on average, {most} at most{f'; struck at {steps}' if steps else ''}")
        bad += len(toll.wrong) + (most > bound)
    return bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="medium")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--others", type=int, default=20)
    parser.add_argument("--crawls", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a new folder to work in, which stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return run(options, options.keep or Path(folder))


def run(options: argparse.Namespace, room: Path) -> int:
    """Everything; the exit code."""
    rng = random.Random(options.seed)
    deaths = plan(options.kills, options.others, rng)
    tolls: dict[str, Toll] = defaultdict(Toll)
    shim = build_shim(room / "shim")
    with portal(options, room / "whole", shim) as (whole, log):
        pace, pages, burst = undisturbed(whole, log)
    bad = crawls = 0
    while deaths:
        crawls += 1
        left = -(-len(deaths) // max(1, options.crawls - crawls + 1))
        with portal(options, room / f"killed-{crawls}", shim) as (bench, log):
            trial = Trial(bench, log, pace, pages, left)
            while left and trial.die(deaths[-1], left, tolls[deaths[-1].name], rng):
                deaths.pop()
                left -= 1
            code = bench.ended(bench.start()).code
        print(f"crawl {crawls}, after {trial.deaths - left} deaths: the last run ended with {code}", flush=True)
        bad += (code != 0) + differences(whole.out, bench.out)
        burst = max(burst, trial.burst)
    polite = demo_profile("127.0.0.1:1", options.size).politeness
    bound = polite.total_concurrency + burst
    print(
        f"under way {polite.total_concurrency}, between two commits {burst} pages at most: {bound} to be fetched again"
    )
    bad += report(tolls, bound)
    print(f"{bad} things are wrong" if bad else "all as it should be")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
