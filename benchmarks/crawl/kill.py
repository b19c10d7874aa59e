"""Kill -9 at random moments of a demo crawl, resumed each time, against an uninterrupted crawl of the same portal.

    python benchmarks/crawl/kill.py [--size medium] [--kills 20] [--seed 1]

Exits 1 unless both crawls hold the same articles, pages, links, duplicates and skips, every line is whole and stands
once, and ``verify`` finds nothing. Pages are compared by key, digest and kind: of several addresses of one page,
either may be met first.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile_toml import save_profile

# What of a record must be the same in both crawls.
_SAME: dict[str, Callable[[dict[str, Any]], Any]] = {
    "articles.jsonl": lambda r: (r["id"], r["title"], r["text_digest"], r["published"], tuple(r["authors"])),
    "pages.jsonl": lambda r: (r["url_key"], r["status"], r["kind"], r["payload_digest"]),
    "links.jsonl": lambda r: (r["source_key"], r["target_key"], r["text"], r["role"], r["element"], r["position"]),
    "duplicates.jsonl": lambda r: (r["id"], r["of"], r["kind"]),
    "skipped.jsonl": lambda r: (r["url_key"], r["reason"]),
}


def lines(path: Path) -> Counter[Any]:
    data = path.read_bytes()
    if data and not data.endswith(b"\n"):
        raise SystemExit(f"{path}: the last line is cut off")
    return Counter(_SAME[path.name](orjson.loads(line)) for line in data.splitlines())


def start(profile: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "portal_crawler", "crawl", str(profile), "--out", str(out), "--progress", "none"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def finish(profile: Path, out: Path) -> float:
    begun = time.monotonic()
    code = start(profile, out).wait()
    if code:
        raise SystemExit(f"the crawl in {out} ended with {code}")
    return time.monotonic() - begun


def killed(profile: Path, out: Path, kills: int, whole: float, rng: random.Random) -> int:
    """Crawl with ``kills`` kills spread over the time that a whole crawl takes; how many hit a running crawl."""
    hit = 0
    for _ in range(kills):
        crawl = start(profile, out)
        try:
            crawl.wait(timeout=1.2 + rng.random() * whole / kills)
        except subprocess.TimeoutExpired:
            os.kill(crawl.pid, signal.SIGKILL)
            hit += 1
        crawl.wait()
    finish(profile, out)
    return hit


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="medium")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder, serving(options.size) as address:
        profile, one, other = (Path(folder) / name for name in ("profile.toml", "whole", "killed"))
        save_profile(demo_profile(address, options.size), profile)
        whole = finish(profile, one)
        hit = killed(profile, other, options.kills, whole, rng)
        print(f"uninterrupted {whole:.1f} s; {hit} of {options.kills} kills hit a running crawl")
        bad = 0
        for name in _SAME:
            first, second = lines(one / name), lines(other / name)
            lost, added = first - second, second - first
            twice = second.total() - len(second) - (first.total() - len(first))
            print(f"{name:<18} {first.total():>7} and {second.total():>7} lines; ", end="")
            print(f"{lost.total()} lost, {added.total()} added, {twice} twice")
            bad += bool(lost or added or twice)
            for record in [*lost][:2] + [*added][:2]:
                print("   ", str(record)[:200])
        code = subprocess.run([sys.executable, "-m", "portal_crawler", "verify", str(other)], check=False).returncode
        print(f"verify: exit {code}")
    return 1 if bad or code or hit < options.kills else 0


if __name__ == "__main__":
    sys.exit(main())
