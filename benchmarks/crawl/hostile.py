"""A portal that misbehaves in hundreds of ways, crawled for real: what survives, and what it costs.

    python benchmarks/crawl/hostile.py [--only NAME …] [--without NAME …] [--all] [--json FILE] [--keep FOLDER] | --list
    python benchmarks/crawl/hostile.py --outage 5 60 | --flaky 0.3

The hazards are those of ``tests/hostile`` (``--list`` names them); ``--only`` and ``--without`` take names, kinds, and
"endless" for all traps. The server is asked what the crawl did, the crawl's files what it made of it. Exits 1 unless
each hazard ended as expected, no ordinary article is lost, doubled or damaged, nothing that robots.txt forbids and no
internal service was asked for, at most 5 % of the requests went into traps, the crawl took no more than 600 MB and 10
minutes, and ``verify`` finds nothing wrong with its folder.

``--outage`` crawls a portal of 600 articles whose server is away for so many seconds in mid-crawl, by turns with its
port closed and with every connection reset; ``--flaky`` one whose addresses fail once or twice at that rate. All 600
are to be there, with no more than 8 requests for any address.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))  # where tests/hostile is

from watched import Watched, verified, watched_crawl

from portal_crawler.sites.profile_toml import save_profile
from tests.hostile.catalogue import KINDS, catalogue
from tests.hostile.hazard import Places
from tests.hostile.journal import ORDINARY
from tests.hostile.judge import Outcome, Verdict, judge, last_ordinary, ordinary, too_often, trap_share, violations
from tests.hostile.outages import away, flaky_portal
from tests.hostile.portal import HostilePortal, hostile_portal

_MEMORY, _SECONDS, _TRAPS = 600e6, 600.0, 0.05
_OUTAGE_ARTICLES = 600


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="names or kinds of hazards")
    parser.add_argument("--without", nargs="+", default=[], metavar="NAME", help="names or kinds to leave out")
    parser.add_argument("--list", action="store_true", help="name all hazards, and crawl nothing")
    parser.add_argument("--articles", type=int, default=200, help="ordinary articles")
    parser.add_argument("--timeout", type=float, default=10.0, help="the profile's [politeness] timeout, in seconds")
    parser.add_argument("--concurrency", type=int, default=4, help="requests at a time to one host")
    parser.add_argument("--total", type=int, default=64, help="requests at a time in all")
    parser.add_argument("--most", type=float, default=900.0, help="seconds after which the crawl is ended")
    parser.add_argument("--outage", type=float, nargs="+", metavar="SECONDS", help="crawls through outages instead")
    parser.add_argument(
        "--flaky", type=float, metavar="SHARE", help="crawls of a portal that fails at that rate instead"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="print the hazards that were survived as well")
    parser.add_argument("--json", type=Path, help="write the verdicts there too")
    parser.add_argument("--keep", type=Path, help="a new folder to work in, which stays")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the crawl is not to outlive this
    if options.list:
        return show_list()
    with tempfile.TemporaryDirectory() as folder:
        room = options.keep or Path(folder)
        room.mkdir(parents=True, exist_ok=True)
        if options.outage or options.flaky is not None:
            return outages(options, room)
        return hazards(options, room)


def show_list() -> int:
    """All hazards by kind, with what is expected."""
    for kind in KINDS:
        print(kind)
        for one in catalogue(Places(), [kind]):
            print(f"  {one.name:<30} {one.expect.words}{f'  ({one.note})' if one.note else ''}")
    return 0


def crawled(portal: HostilePortal, options: argparse.Namespace, room: Path, name: str = "hostile") -> Watched:
    """The crawl of a portal into ``room/NAME``."""
    wishes = {"timeout": options.timeout, "concurrency": options.concurrency, "total_concurrency": options.total}
    profile = room / f"{name}.toml"
    save_profile(portal.profile(name, **wishes), profile)
    return watched_crawl(profile, room / name, options.most)


def hazards(options: argparse.Namespace, room: Path) -> int:
    """Crawl the hostile portal and judge; the exit code."""
    with hostile_portal(options.only, options.articles, options.without) as portal:
        end = crawled(portal, options, room)
        found = Outcome.of(room / "hostile")
        verdicts = judge(portal.portal.hazards, found, portal.journal, portal.contacts, ended=end.code is not None)
    if options.json:
        options.json.write_text(json.dumps([_as_json(one) for one in verdicts], indent=1, ensure_ascii=False))
    show(verdicts, options.all)
    code, words = verified(room / "hostile")
    bad = totals(portal, end, found, verdicts, whole=not options.only)
    print(f"{'MISS' if code else 'ok  '} verify {code}: {words}")
    return 1 if bad or code else 0


def _as_json(verdict: Verdict) -> dict[str, object]:
    one = verdict.hazard
    return {"name": one.name, "expected": one.expect.words, "ended": verdict.ended, "requests": verdict.requests,
        "problems": list(verdict.problems)}  # fmt: skip


def show(verdicts: list[Verdict], everything: bool) -> None:
    """A line for each hazard that was not survived, or for all."""
    for one in verdicts:
        if everything or not one.survived:
            state = "ok  " if one.survived else "FAIL"
            print(f"{state} {one.hazard.name:<30} {one.hazard.expect.words}")
            print(f"     {'':<31}{one.requests} requests; {one.ended}")
            for problem in one.problems:
                print(f"     {'':<31}! {problem}")


def totals(portal: HostilePortal, end: Watched, found: Outcome, verdicts: list[Verdict], whole: bool) -> int:
    """The figures with their marks; the exit code. Of some hazards alone the share of traps says nothing."""
    journal, plan = portal.journal, portal.portal
    plain = ordinary(plan.stories, found)
    survived = sum(one.survived for one in verdicts)
    share, contacts = trap_share(plan.hazards, journal), portal.contacts
    unwanted = [entry for one in plan.hazards for entry in violations(one, journal)]
    often = too_often(journal)
    lines = (
        (f"hazards tried {len(verdicts)}, survived {survived}", survived == len(verdicts)),
        (
            f"ordinary articles {len(plan.stories)}: lost {len(plain.lost)}, doubled {len(plain.doubled)}, "
            f"damaged {len(plain.damaged)}", not (plain.lost or plain.doubled or plain.damaged),
        ),
        (f"robots violations {len(unwanted)}", not unwanted),
        (f"contacts with internal services {len(contacts)}", not contacts),
        (f"requests {len(journal.entries)}, into traps {share:.1%} (<= {_TRAPS:.0%})", share <= _TRAPS or not whole),
        (f"addresses asked for more than 8 times {len(often)}", not often),
        (
            f"peak memory {end.peak / 1e6:.0f} MB of {end.processes} processes (<= {_MEMORY / 1e6:.0f})",
            end.peak <= _MEMORY,
        ),
        (f"seconds {end.seconds:.0f} (<= {_SECONDS:.0f})", end.seconds <= _SECONDS),
        (f"exit code {end.code}", end.code == 0),
    )  # fmt: skip
    for text, good in lines:
        print(f"{'ok  ' if good else 'MISS'} {text}")
    dear = [(name, count) for name, count in journal.by_hazard().most_common() if name != ORDINARY]
    print(f"     the most requests: {', '.join(f'{name} {count}' for name, count in dear[:8])}")
    print(f"     the last ordinary article was asked for by request {last_ordinary(plan.stories, journal)}")
    for line in contacts[:20]:
        print(f"     contact: {line}")
    for address, count in sorted(often.items(), key=lambda one: -one[1])[:10]:
        print(f"     {count} times: {address[:120]}")
    if end.code != 0:
        print("     the crawl's last words:", *end.words.splitlines()[-5:], sep="\n       ")
    return 0 if all(good for _, good in lines) else 1


def outages(options: argparse.Namespace, room: Path) -> int:
    """Crawl through outages, or a portal that fails now and then; the exit code."""
    bad = 0
    trials = [(seconds, way) for seconds in options.outage or () for way in ("closed", "reset")]
    for seconds, way in trials or [(0.0, "flaky")]:
        share = options.flaky or 0.0
        with flaky_portal(_OUTAGE_ARTICLES, share, random.Random(options.seed)) as portal:
            if seconds:
                wait = threading.Thread(target=away, args=(portal, seconds, way), daemon=True)
                wait.start()
            name = f"{way}-{seconds:g}"
            end = crawled(portal, options, room, name)
            bad += outage_totals(portal, end, Outcome.of(room / name), f"{way} for {seconds:g} s" if seconds else
                f"{share:.0%} of the addresses fail once or twice")  # fmt: skip
        time.sleep(0.1)
    return 1 if bad else 0


def outage_totals(portal: HostilePortal, end: Watched, found: Outcome, name: str) -> int:
    """The figures of one crawl; how many miss their mark."""
    plan = portal.portal
    plain, often = ordinary(plan.stories, found), too_often(portal.journal)
    there = len(plan.stories) - len(plain.lost)
    most = max(Counter(portal.journal.by_address()).values(), default=0)
    good = not (plain.lost or plain.doubled or plain.damaged or often) and end.code == 0
    print(
        f"{'ok  ' if good else 'MISS'} {name}: {there} of {len(plan.stories)} articles, doubled {len(plain.doubled)}, "
        f"damaged {len(plain.damaged)}; {len(portal.journal.entries)} requests, at most {most} for an address (<= 8); "
        f"{end.seconds:.0f} s, exit code {end.code}"
    )
    return not good


if __name__ == "__main__":
    sys.exit(main())
