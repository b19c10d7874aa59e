"""Settling of the first slices of a replay, each number of them by a process of its own: its memory and its time.

    python benchmarks/distributed/replay.py --growth 10000 1000000 --page-bytes 2500 --keep DIR
    python benchmarks/distributed/settling.py DIR/replayed-1000000 DIR/crawl/profile.toml --slices 11 60 205 1026

Prints stories, the most memory that the process held (VmHWM), what it had for itself at the end (RssAnon),
milliseconds of processor time a story, and a hash of the settled files, by which two versions are compared. Exits 1
where the most stories take more than 1.15 times the memory of the least.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_MARK = 1.15
_SETTLED = ("articles.jsonl", "duplicates.jsonl", "relations.jsonl")


def settle(folder: Path, profile: Path, sketches: list[Path]) -> None:
    """Settle the stories of a folder, and print the figures."""
    from portal_crawler.distributed.closing_jobs import SettleJob
    from portal_crawler.sites.profile_toml import load_profile

    begun = time.process_time()
    SettleJob(folder, load_profile(profile), tuple(sketches)).run(lambda _: None)
    spent = time.process_time() - begun
    status = Path("/proc/self/status").read_text(encoding="ascii")
    most, own = (
        int(found[1]) / 1024 for name in ("VmHWM", "RssAnon") if (found := re.search(rf"{name}:\s+(\d+)", status))
    )
    digest = hashlib.sha256()
    for name in _SETTLED:
        with (folder / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    with (folder / "work" / "stories.jsonl").open("rb") as lines:
        stories = sum(1 for _ in lines)
    print(f"{stories:>9} {most:>8.1f} {own:>8.1f} {1e3 * spent / stories:>8.2f}  {digest.hexdigest()[:16]}", flush=True)


def gather(slices: list[Path], folder: Path) -> None:
    """The stories and pages of some slices, as a replay of them would have them."""
    (folder / "work").mkdir()
    for name, to in (("stories.jsonl", folder / "work" / "stories.jsonl"), ("pages.jsonl", folder / "pages.jsonl")):
        with to.open("wb") as whole:
            for one in slices:
                with (one / name).open("rb") as part:
                    shutil.copyfileobj(part, whole)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("replayed", type=Path)
    parser.add_argument("profile", type=Path)
    parser.add_argument("--slices", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--settle", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    slices = sorted(options.replayed.glob("shards/read/*/"))
    if options.settle:
        settle(options.settle, options.profile, [one / "sketches.npz" for one in slices[: options.slices[0]]])
        return 0
    print("  stories MiB most own, end ms a story  settled files")
    most = list[float]()
    for many in options.slices:
        with tempfile.TemporaryDirectory() as folder:
            gather(slices[:many], Path(folder))
            command = [
                sys.executable,
                __file__,
                options.replayed,
                options.profile,
                "--slices",
                str(many),
                "--settle",
                folder,
            ]
            told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        print(told, end="", flush=True)
        most.append(float(told.split()[1]))
    grown = most[-1] / most[0]
    print(f"memory grows by {grown:.2f} (at most {_MARK})")
    return 1 if grown > _MARK else 0


if __name__ == "__main__":
    sys.exit(main())
