"""A portal with real archives and traps, crawled for real: what is lost, and what the traps cost.

    python benchmarks/crawl/traps.py [--stories 30000] [--pages 500] [--days 1500] [--without-traps] [--apologises]

All stories stand under one pattern, on lists that only lead on to the next one; others stand in an archive by date
with gaps of weeks and in a tree of regions. Exits 1 where a story is lost, a trap took more than 300 requests, or all
of them more than 5 %.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2]))  # where tests/endless_portal is

from watched import watched_crawl

from portal_crawler.sites.profile_toml import save_profile
from tests.endless_portal import HOST, TRAPS, EndlessPortal, Size, endless_portal

_EACH, _ALL = 300, 0.05


def main() -> int:
    """Crawl, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=30_000)
    parser.add_argument("--pages", type=int, default=500, help="pages of the list of stories")
    parser.add_argument("--days", type=int, default=1_500, help="days of the archive by date")
    parser.add_argument("--without-traps", action="store_true")
    parser.add_argument("--apologises", action="store_true", help="what does not exist is answered with status 200")
    parser.add_argument("--most", type=float, default=7_200.0, help="seconds after which the crawl is ended")
    options = parser.parse_args()
    size = Size(options.stories, -(-options.stories // options.pages), options.days, regions=12, photos=400, dead=200)
    traps = () if options.without_traps else TRAPS
    with tempfile.TemporaryDirectory() as folder, endless_portal(size, traps, apologises=options.apologises) as portal:
        room = Path(folder)
        save_profile(portal.profile(), room / "profile.toml")
        seen = watched_crawl(room / "profile.toml", room / "crawl", options.most)
        peak = f"peak {seen.largest / 1e6:.0f} MB"
        print(f"{portal.asked.total()} requests in {seen.seconds:.0f} s, exit {seen.code}, {peak}")
        return judged(portal, room / "crawl")


def judged(portal: EndlessPortal, folder: Path) -> int:
    """Print what came of it; 1 where something is not as it should be."""
    found = {url.removeprefix(f"http://{HOST}") for one in lines(folder, "articles.jsonl") for url in urls(one)}
    lost = sorted(portal.stories - found)
    print(f"stories {len(portal.stories)}, lost {len(lost)} {lost[:3]}")
    costs = {trap: portal.in_trap(trap) for trap in portal.traps}
    share = sum(costs.values()) / max(1, portal.asked.total())
    print(f"into traps {share:.2%} (<= {_ALL:.0%}), each {costs} (<= {_EACH})")
    bare = sum(path.startswith("/gallery/") and "no-such-page" not in path for path in portal.asked)
    print(f"bare pages {bare} of {portal.size.photos + 1}")
    print("skipped", dict(Counter(one["reason"] for one in lines(folder, "skipped.jsonl"))))
    bad = bool(lost) + (share > _ALL) + (max(costs.values(), default=0) > _EACH)
    print(f"{bad} things are wrong" if bad else "all as it should be")
    return 1 if bad else 0


def lines(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The records of a file."""
    with (folder / name).open("rb") as file:
        yield from map(json.loads, file)


def urls(article: dict[str, Any]) -> list[str]:
    """All addresses of an article."""
    return [article["url"], *article["aliases"]]


if __name__ == "__main__":
    sys.exit(main())
