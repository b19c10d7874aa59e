"""A stand-in for ``portal-crawler crawl`` that is quick: a shell script, resumable in its folder as a crawl is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from portal_crawler.schedule.crawl_command_disk import CrawlCommand
from portal_crawler.schedule.job import Job
from portal_crawler.schedule.place import Place
from portal_crawler.schedule.tick import Commander

# $1 is the folder, $2 how long it works at most, in tenths of a second, $3 its exit code. SIGINT ends it with 11, and a
# file "go" ends its work.
_SCRIPT = """
mkdir -p "$1"; echo begun >> "$1/begun"
trap 'echo stopped >> "$1/begun"; exit 11' INT
n=0; while [ $n -lt "$2" ] && [ ! -e "$1/done" ]; do sleep 0.1; n=$((n+1)); done
touch "$1/done"; [ "$3" = 0 ] || echo "portal-crawler: it went wrong; mend it"; exit "$3"
"""


def command_of(tenths: int = 0, exit_code: int = 0) -> Commander:
    """Commands of crawls that work so long, and end with that exit code."""

    def command(root: Path, job: Job, due: datetime, now: datetime) -> CrawlCommand:
        folder = f"work/{job.name}-{due:%Y%m%dT%H%M}"
        return CrawlCommand(("/bin/sh", "-c", _SCRIPT, "sh", folder, str(tenths), str(exit_code)), folder)

    return command


def lines(place: Place, folder: str) -> list[str]:
    """What the stand-in told of itself."""
    path = place.root / folder / "begun"
    return path.read_text().splitlines() if path.exists() else []


def wait_until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds; an error where it does not in time."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.02)
