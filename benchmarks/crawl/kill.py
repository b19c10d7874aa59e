"""Crawls of the demo portal that die again and again, resumed each time, against one that nothing disturbs.

    python benchmarks/crawl/kill.py [--size medium] [--kills 200] [--others 20] [--seed 1] [--delay 0.02]

``--kills`` times SIGKILL, by turns at a random time and at a random byte of what the crawl writes; among them,
``--others`` times each, a power cut, SIGTERM, SIGINT twice, a full disk and the limit of a file's size. ``fault.c``
needs a C compiler.

Exits 1 unless all of them hit a running crawl and gave the right exit code, the committed state was whole after each,
and the crawls at the end hold what the undisturbed one holds.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from counted_portal import counted_portal, pages_asked
from deaths import BYTE, OTHERS, TIME, Bench, Death, End, Pace, build_shim
from same_crawl import differences
from standing import Standing, harm, standing

from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import save_profile

# The share of the deaths that is kept for the end, when all pages are there and the dataset is settled.
_SETTLING = 0.15
# What the crawl writes before it fetches: the ledger's tables, or the mending of it.
_OPENING_BYTES = 200_000


@dataclass(slots=True)
class Toll:
    """What the deaths of one kind came to."""

    hits: int = 0
    codes: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    settling: int = 0
    struck: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Trial:
    """One crawl that is killed; ``pages`` are those of the whole portal."""

    bench: Bench
    log: Path
    pace: Pace
    pages: int
    tolls: dict[str, Toll]
    now: Standing = field(default_factory=Standing)

    def die(self, death: Death, left: int, rng: random.Random) -> bool:
        """Let it die once, ``left`` deaths in all to come; false where it came to its end before."""
        asked, before = pages_asked(self.log), self.now
        end = death.come(self.bench, *self._moment(left, rng), rng)
        self.now = standing(self.bench.out)
        if end.code == 0:
            return False
        toll = self.tolls[death.name]
        toll.hits += 1
        toll.codes[end.code] += 1
        toll.struck[end.struck.split(" ")[0]] += 1
        toll.settling += before.done == self.pages
        # Each request that was committed has made a page, or counts as a try.
        committed = self.now.done + self.now.tries - before.done - before.tries
        toll.again.append(pages_asked(self.log) - asked - committed)
        self._judge(death, end, before)
        return True

    def _moment(self, left: int, rng: random.Random) -> tuple[float, float]:
        """When to die, in seconds and in bytes: on average, each death comes after its share of what is left."""
        missing = self.pages - self.now.done
        if not missing:
            share = rng.random()
            return share * self.pace.settling_seconds, share * self.pace.settling_bytes
        fetching = left - _SETTLING * self.tolls_in_all
        reach = rng.random() * 2 * missing / max(1.0, fetching)
        return reach * self.pace.seconds, _OPENING_BYTES * rng.random() + reach * self.pace.bytes

    tolls_in_all: int = 0

    def _judge(self, death: Death, end: End, before: Standing) -> None:
        wrong = harm(self.bench.out, end.told, before, self.now)
        if end.code != death.code:
            wrong.append(f"exit code {end.code}, not {death.code}: {self.bench.words()}")
        for one in wrong:
            print(f"  {death.name}: {one}", flush=True)
        self.tolls[death.name].wrong += wrong


@contextmanager
def portal(size: str, delay: float, room: Path, name: str, shim: Path) -> Iterator[tuple[Bench, Path]]:
    """A fresh server, which has not been asked for anything, and the place of a crawl of it."""
    own, log = room / name, room / f"{name}.requests"
    own.mkdir()
    shutil.copytree(shim.parent, own / "shim")
    (own / "spare").mkdir()
    log.touch()
    with counted_portal(size, log) as address:
        profile: SiteProfile = demo_profile(address, size)
        polite = profile.politeness.model_copy(update={"delay": delay})
        save_profile(profile.model_copy(update={"politeness": polite}), own / "profile.toml")
        yield Bench(own / "profile.toml", own / "crawl", own, own / "shim" / shim.name), log


def undisturbed(bench: Bench, log: Path) -> tuple[Pace, int]:
    """Crawl from begin to end, with the bytes counted; what a page costs, and how many there are."""
    begun = time.monotonic()
    end = bench.ended(bench.start({"MODE": "kill", "POINT": str(2**62)}))
    if end.code:
        raise SystemExit(f"the undisturbed crawl ended with {end.code}: {bench.words()}")
    took, each = time.monotonic() - begun, bench.seconds_per_page()
    pages = standing(bench.out).done
    size = sum(
        (bench.out / name).stat().st_size for name in ("articles.jsonl", "duplicates.jsonl", "indexes/index.cdxj")
    )
    settling = max(0.2, took - each * pages)
    print(
        f"undisturbed: {pages} pages, {pages_asked(log)} requests in {took:.1f} s, {1 / each:.0f} pages/s", flush=True
    )
    return Pace(each, (bench.counted_bytes() - size) / pages, settling, size + 100_000), pages


def plan(kills: int, others: int, rng: random.Random) -> list[Death]:
    """All deaths, in an order drawn by chance."""
    deaths = [TIME, BYTE] * (kills // 2) + [TIME] * (kills % 2) + [death for death in OTHERS for _ in range(others)]
    rng.shuffle(deaths)
    return deaths


def report(tolls: dict[str, Toll], bound: float) -> int:
    """Print what each kind of death came to; how many things are wrong."""
    bad = 0
    for name, toll in tolls.items():
        codes = ", ".join(f"{code} x {count}" for code, count in toll.codes.most_common())
        mean = sum(toll.again) / max(1, len(toll.again))
        most = max(toll.again, default=0)
        print(f"{name:<26} {toll.hits:>4} hits, {toll.settling:>3} while settling; exit {codes}; ", end="")
        print(f"fetched again {mean:.1f} on average, {most} at most; {len(toll.wrong)} wrong")
        bad += len(toll.wrong) + (most > bound)
    return bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="medium")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--others", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--keep", type=Path, help="folder to work in, which stays")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    deaths = plan(options.kills, options.others, rng)
    tolls: dict[str, Toll] = defaultdict(Toll)
    with tempfile.TemporaryDirectory() as folder:
        room = options.keep or Path(folder)
        (room / "shim").mkdir(parents=True)
        shim = build_shim(room / "shim")
        with portal(options.size, options.delay, room, "whole", shim) as (bench, log):
            pace, pages = undisturbed(bench, log)
        bad = rounds = 0
        while deaths:
            rounds += 1
            with portal(options.size, options.delay, room, f"killed-{rounds}", shim) as (other, log):
                trial = Trial(other, log, pace, pages, tolls, tolls_in_all=len(deaths))
                while deaths and trial.die(deaths[-1], len(deaths), rng):
                    deaths.pop()
                end = other.ended(other.start())
                print(f"crawl {rounds}: {len(deaths)} deaths left; the last run ended with {end.code}", flush=True)
                bad += end.code != 0
                bad += differences(bench.out, other.out)
        polite = demo_profile("127.0.0.1:1", options.size).politeness
        bound = polite.total_concurrency + 0.2 / pace.seconds
        print(f"fetched again: at most {polite.total_concurrency} under way and 200 ms worth are {bound:.0f}")
        bad += report(tolls, bound)
    print("all as it should be" if not bad else f"{bad} things are wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
