"""A profile drafted by ``probe`` against the one written by hand: the stories of the demo portal that a crawl finds.

    python benchmarks/quality/probed_profile.py [--size medium] [--limit 30] [--by-hand]

Probes the portal, crawls it by the draft (and with --by-hand by its own profile too), and counts the stories of the
gold that the hand-written profile reaches: kept as articles, and known at all (kept, or told as a copy of one). Exits 1
where the draft's crawl does not know 97 % of them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from portal_crawler.demo.manifest import manifest
from portal_crawler.demo.plan import build_portal
from portal_crawler.demo.process import serving
from portal_crawler.demo.profile import demo_profile
from portal_crawler.sites.profile_toml import save_profile

_MARK = 0.97


def main() -> int:
    """Measure, print, and say whether the mark is reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=("small", "medium", "large"), default="small")
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument("--by-hand", action="store_true")
    options = parser.parse_args()
    gold = list(manifest(build_portal(options.size)))
    with tempfile.TemporaryDirectory() as name, serving(options.size) as address:
        folder = Path(name)
        (folder / "start.toml").write_text(
            f'name = "drafted"\nseeds = ["http://www.portal.test/"]\n[scope]\nallow_private = ["{address}"]\n'
            f'[network]\nconnect_to = {{"*" = "{address}"}}\n[politeness]\ndelay = 0\nmax_crawl_delay = 0\n'
        )
        _run(folder, "probe", "start.toml", "-o", "drafted.toml", "--limit", str(options.limit))
        profiles = ["drafted.toml"]
        if options.by_hand:
            save_profile(demo_profile(address, options.size), folder / "by-hand.toml")
            profiles.append("by-hand.toml")
        shares = []
        for profile in profiles:
            out = folder / profile.removesuffix(".toml")
            _run(folder, "crawl", profile, "--out", str(out))
            shares.append(_found(out, gold))
            kept, known, wanted = shares[-1]
            print(f"{profile:<14} {kept:,} kept, {known:,} known, of {wanted:,} stories")
    _, known, wanted = shares[0]
    return int(known < _MARK * wanted)


def _run(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "portal_crawler", *arguments, "--progress", "none"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)


def _found(out: Path, gold: list[dict[str, object]]) -> tuple[int, int, int]:
    """Stories kept as articles, stories known, stories that there are."""
    wanted = {line["story_id"] for line in gold if line["kind"] == "article" and line["reachable"]}
    story_of = {line["url_key"]: line["story_id"] for line in gold}
    kept, copies = (
        {story_of.get(json.loads(line)["url_key"]) for line in (out / name).read_bytes().splitlines()}
        for name in ("articles.jsonl", "duplicates.jsonl")
    )
    return len(wanted & kept), len(wanted & (kept | copies)), len(wanted)


if __name__ == "__main__":
    sys.exit(main())
