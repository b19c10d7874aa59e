"""Two crawls of the demo portal, of two days of its year: what the second one finds, and what it costs.

    python benchmarks/quality/crawl_again.py [--size medium] [--days 120 150] [--seed 2004] [--keep DIR] [--show 5]

The second crawl goes on from the first (``crawl --since``). Held against the portal's gold of changes: every new,
changed, moved and vanished story is in ``portal-crawler diff``, and nothing else is. Each revisit record replays to the
bytes of the record that it repeats. Where the server answers 304, the bytes on the wire are compared with those of the
first crawl. Prints one figure a line and exits 1 where one misses its mark.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from portal_crawler.archive.response_capture import response_capture, revisit_capture
from portal_crawler.archive.warc_collection import WarcCollection
from portal_crawler.archive.warc_members import Damage
from portal_crawler.archive.warc_read import ReadRecord
from portal_crawler.demo.chronicle import served_portal
from portal_crawler.demo.manifest import change_records, manifest
from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.records.archive_sources import archives_of, earlier_archives
from portal_crawler.sites.profile_toml import save_profile

KINDS = ("new", "changed", "moved", "gone")
_MOST = 2**30


def run(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "portal_crawler", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def reachable_stories(size: str, seed: int, day: float) -> set[int]:
    """The stories that some page which a crawl reaches shows, on a day."""
    told = manifest(served_portal(size, seed, day))
    return {line["story_id"] for line in told if line["reachable"] and line["kind"] in ("article", "part", "print")}


def gold_changes(size: str, seed: int, days: tuple[float, float]) -> dict[str, dict[int, dict[str, Any]]]:
    """The changes that a crawl can see, by kind and story."""
    before, after = (reachable_stories(size, seed, day) for day in days)
    seen_by = {"new": after - before, "gone": before - after, "changed": before & after, "moved": before & after}
    found: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for record in change_records(size, seed, *days):
        if record["story_id"] in seen_by[record["kind"]]:
            found[record["kind"]][record["story_id"]] = record
    return found


def told_changes(lines: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """What diff tells, by kind; a story that moved with another text is told as changed too."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        if "change" not in line:
            continue
        found[line["change"]].append(line)
        if line["change"] == "moved" and (line["edits"] or line["before"]["title"] != line["after"]["title"]):
            found["changed"].append(line)
    return found


def urls_of(change: dict[str, Any]) -> set[str]:
    return {url for side in ("before", "after") if change[side] for url in change[side]["urls"]}


class Score:
    def __init__(self) -> None:
        self.failed = 0

    def line(self, name: str, value: float, good: bool, note: str = "") -> None:
        self.failed += not good
        shown = f"{value:.4f}" if isinstance(value, float) else f"{value:,}"
        print(f"{name:<52} {shown:>10}  {'ok' if good else 'MISSED'}  {note}".rstrip())


def score_changes(score: Score, gold: dict[str, Any], told: dict[str, list[dict[str, Any]]], show: int) -> None:
    for kind in KINDS:
        wanted, lines = gold[kind], told[kind]
        met = {number for number, change in wanted.items() if any(urls_of(one) & set(change["urls"]) for one in lines)}
        missing = [wanted[number]["url"] for number in wanted if number not in met]
        score.line(f"{kind} stories found, of {len(wanted)}", len(met), not missing, f"missing {missing[:show]}")
        right = {url for change in wanted.values() for url in (*change["urls"], *change["new_urls"])}
        false = [one for one in lines if not urls_of(one) & right]
        names = [(one["before"] or one["after"])["urls"][0] for one in false[:show]]
        score.line(f"{kind} stories that are none", len(false), not false, f"{names}")
    score.line("stories not asked for", len(told["unvisited"]), not told["unvisited"])


def score_archive(score: Score, first: Path, second: Path) -> None:
    """What the revisit records stand for, and what crossed the wire."""
    earlier = {record.header("WARC-Record-ID"): record for record in responses(first)}
    sizes = {record.url: len(record.block) for record in earlier.values()}
    wrong, kinds, now, then = 0, Counter[str](), 0, 0
    with WarcCollection((*archives_of((second,)), *earlier_archives(second))) as collection:
        for record in responses(second):
            if record.kind != "revisit":
                continue
            kinds[(record.header("WARC-Profile") or "").rpartition("/")[2]] += 1
            original = collection.original(record)
            meant = earlier[record.header("WARC-Refers-To")]
            if isinstance(original, Damage):
                wrong += 1
                continue
            body = revisit_capture(record, original, _MOST).body
            wrong += body != response_capture(meant, _MOST).body or original.block != meant.block
            if record.block.startswith(b"HTTP/1.1 304"):
                now, then = now + len(record.block), then + sizes[record.url]
    total = sum(len(record.block) for record in responses(second) if record.kind == "response")
    score.line("revisit records", kinds.total(), kinds.total() > 0, f"{dict(kinds)}")
    score.line("revisit records that replay to other bytes", wrong, wrong == 0)
    share = now / max(1, then)
    score.line("bytes of the 304s, share of the first crawl's", share, share <= 0.15, f"{now:,} of {then:,}")
    print(f"{'bytes of response records in both crawls':<52} {sum(sizes.values()):,} and {total:,}")


def responses(folder: Path) -> list[ReadRecord]:
    found = [one for archive in archives_of((folder,)) for source in archive.sources for one in source.records()]
    return [one for one in found if isinstance(one, ReadRecord) and one.kind in ("response", "revisit")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="medium")
    parser.add_argument("--days", type=float, nargs=2, default=(120.0, 150.0), metavar="DAY")
    parser.add_argument("--seed", type=int, default=2004)
    parser.add_argument("--keep", type=Path, help="folder to keep the crawls in; it must not be there yet")
    parser.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        folder = options.keep or Path(room) / "crawls"
        folder.mkdir(parents=True)
        for name, day in zip(("first", "second"), options.days, strict=True):
            with serving(options.size, options.seed, day) as address:
                save_profile(demo_profile(address, options.size), folder / f"{name}.toml")
                since = ["--since", folder / "first"] if name == "second" else []
                run("crawl", folder / f"{name}.toml", "--out", folder / name, "-q", *since)
        first, second = folder / "first", folder / "second"
        score = Score()
        told = told_changes([json.loads(line) for line in run("diff", first, second, "--json").splitlines()])
        score_changes(score, gold_changes(options.size, options.seed, tuple(options.days)), told, options.show)
        score_archive(score, first, second)
        run("verify", second)
        print("verify finds nothing")
    print(f"{score.failed} figures missed")
    return 1 if score.failed else 0


if __name__ == "__main__":
    sys.exit(main())
