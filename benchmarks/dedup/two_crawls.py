"""Two crawls of the demo portal, of which the second knows the stories of the first, beside one crawl of both.

    python benchmarks/dedup/two_crawls.py [--size small] [--kills 50] [--crawls 5] [--seed 1]

The first crawl reads the stories with even numbers, the second those with odd ones: copies in other sections, on other
hosts and under other numbers stand in both. Then the second crawl is killed ``--kills`` times (SIGKILL) at random
times, half of them while the dataset is settled, spread over ``--crawls`` crawls, each resumed to its end. Exits 1
unless the second crawl's verdicts are those of the one crawl, and every killed crawl has the records and the index of
the undisturbed one.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "crawl"))

import orjson
from counted_portal import counted_portal

from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile import Dedup, Gates, SiteProfile
from portal_crawler.sites.profile_toml import save_profile

_EVEN, _ODD = r"(?<!_)[02468](_\d)?\.(htm|html|shtml|asp)\b", r"(?<!_)[13579](_\d)?\.(htm|html|shtml|asp)\b"
_RECORDS = ("articles.jsonl", "duplicates.jsonl", "relations.jsonl")
# Where a page stands in the archive, and when it was fetched, differs from crawl to crawl.
_OF_THE_CAPTURE = ("fetched_at", "warc_file", "warc_offset", "warc_record_id")
_INDEX = """
SELECT page.key, crawl, article, digest, facts, document.id, other.id, document.kind, document.similarity
FROM page JOIN document ON document.number = page.document LEFT JOIN document AS other ON other.number = document.of
ORDER BY page.key
"""


def profiles(address: str, size: str) -> dict[str, SiteProfile]:
    """The profile of each of the three crawls."""
    whole = demo_profile(address, size)
    whole = whole.model_copy(update={"dedup": Dedup(across_crawls=True), "gates": Gates()})

    def without(pattern: str) -> SiteProfile:
        scope = whole.scope.model_copy(update={"exclude": (*whole.scope.exclude, pattern)})
        return whole.model_copy(update={"scope": scope})

    return {"both": whole, "first": without(_ODD), "second": without(_EVEN)}


def start(room: Path, name: str, out: Path, since: Path | None) -> subprocess.Popen[bytes]:
    """Start a crawl, or go on with it."""
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(room / f"{name}.toml"), "--out", str(out)]
    command += ["--since", str(since)] if since and not has_begun(out) else []
    with (room / "said").open("wb") as said:
        return subprocess.Popen([*command, "--progress", "none"], stdout=subprocess.DEVNULL, stderr=said)


def has_begun(out: Path) -> bool:
    """Whether a crawl knows by itself what it goes on from: one that was killed before its first commit does not."""
    if not (out / "ledger.sqlite").exists():
        return False
    with closing(sqlite3.connect(out / "ledger.sqlite")) as ledger:
        try:
            return ledger.execute("SELECT 1 FROM meta WHERE key = 'seeded'").fetchone() is not None
        except sqlite3.OperationalError:  # killed before it had tables
            return False


def crawled(room: Path, name: str, since: Path | None = None) -> tuple[Path, float]:
    """A whole crawl: its folder, and the seconds that it took."""
    begun = time.monotonic()
    code = start(room, name, room / name, since).wait()
    if code:
        raise SystemExit(f"the crawl {name} ended with {code}: {(room / 'said').read_text()[-500:]}")
    return room / name, time.monotonic() - begun


def lines(path: Path) -> Iterator[dict[str, Any]]:
    return (orjson.loads(line) for line in path.read_bytes().splitlines())


def verdicts(folder: Path) -> dict[str, tuple[str, str | None]]:
    """Of each story page its kind, and the id of the article that it is a copy of."""
    found: dict[str, tuple[str, str | None]] = {
        record["url_key"]: ("article", None) for record in lines(folder / "articles.jsonl")
    }
    return found | {record["url_key"]: (record["kind"], record["of"]) for record in lines(folder / "duplicates.jsonl")}


def compared(both: Path, second: Path) -> int:
    """Print how the verdicts of the second crawl differ from those of the one; how many do."""
    one, two = verdicts(both), verdicts(second)
    across = sum(1 for record in lines(second / "duplicates.jsonl") if record["of_crawl"])
    other = {key for key in two if two[key] != one.get(key)}
    print(f"{len(two)} story pages in the second crawl, {across} of them copies of the first crawl's;", end=" ")
    print(f"{len(other)} verdicts are others than in one crawl of both")
    for key in sorted(other)[:5]:
        print("   ", key, two[key], one.get(key))
    return len(other) + (across == 0)


def told(folder: Path) -> list[Any]:
    """The records and the index of a crawl, whatever the order in which its pages came."""
    records = [
        sorted(
            orjson.dumps({name: value for name, value in record.items() if name not in _OF_THE_CAPTURE})
            for record in lines(folder / file)
        )
        for file in _RECORDS
    ]
    with closing(sqlite3.connect(folder / "work/stories.sqlite")) as index:
        return [*records, index.execute(_INDEX).fetchall()]


def _without_capture(record: dict[str, Any]) -> bytes:
    return orjson.dumps({name: value for name, value in record.items() if name not in _OF_THE_CAPTURE})


def pages_done(out: Path) -> int:
    path = out / "pages.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


class Killing:
    """Kills crawls like ``whole``, of so many pages, which took so many seconds."""

    def __init__(self, room: Path, whole: Path, since: Path, seconds: float) -> None:
        self._room, self._whole, self._since, self._seconds = room, whole, since, seconds
        self._pages = pages_done(whole)

    def killed(self, name: str, kills: int, rng: random.Random) -> tuple[int, int]:
        """Crawl with so many deaths; how many struck, and how many of these while the dataset was settled."""
        out, struck, settling = self._room / name, 0, 0
        while struck < kills:
            child = start(self._room, "second", out, self._since)
            if struck >= kills // 2:
                while pages_done(out) < self._pages and child.poll() is None:
                    time.sleep(0.02)
                time.sleep(rng.random() * 0.5 * self._seconds)
            else:
                time.sleep(1 + rng.random() * self._seconds * 2 / kills)
            if child.poll() is not None:
                break
            settling += pages_done(out) >= self._pages
            child.kill()
            child.wait()
            struck += 1
        child = start(self._room, "second", out, self._since)
        if code := child.wait():
            raise SystemExit(f"the resumed crawl ended with {code}: {(self._room / 'said').read_text()[-500:]}")
        return struck, settling

    def is_equal(self, name: str) -> bool:
        """Whether a crawl that was killed has the records and the index of the undisturbed one."""
        differing = [
            what
            for what, one, other in zip((*_RECORDS, "index"), told(self._whole), told(self._room / name), strict=True)
            if one != other
        ]
        print(f"{name}: {'equal' if not differing else 'other ' + ', '.join(differing)}", flush=True)
        return not differing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="small")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--crawls", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a new folder to work in, which stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        room = options.keep or Path(folder)
        room.mkdir(exist_ok=True)
        (room / "requests").touch()
        with counted_portal(options.size, room / "requests") as address:
            return run(options, room, address)


def run(options: argparse.Namespace, room: Path, address: str) -> int:
    """Everything; the exit code."""
    for name, profile in profiles(address, options.size).items():
        save_profile(profile, room / f"{name}.toml")
    both, _ = crawled(room, "both")
    first, _ = crawled(room, "first")
    second, seconds = crawled(room, "second", first)
    bad = compared(both, second)
    rng, killing, left = random.Random(options.seed), Killing(room, second, first, seconds), options.kills
    all_struck = all_settling = crawls = 0
    while left > 0:
        crawls += 1
        struck, settling = killing.killed(f"killed-{crawls}", min(left, -(-options.kills // options.crawls)), rng)
        left, all_struck, all_settling = left - struck, all_struck + struck, all_settling + settling
        bad += not killing.is_equal(f"killed-{crawls}")
    print(f"{all_struck} kills over {crawls} crawls, {all_settling} of them while the dataset was settled")
    print(f"{bad} things are wrong" if bad else "all as it should be")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
